"""The clock of an item: it starts when the meeting comes to it, and can be started again."""

from datetime import datetime

from django.utils import timezone

from board.models import AgendaItem, ItemClock, Meeting
from board.permissions import can_run
from portfolio.models import Person


def start_clock(*, person: Person, item: AgendaItem, at: datetime | None = None) -> None:
    """Start the item's clock when who runs the meeting comes to it while it is in session. A clock that runs already
    runs on: it is the same for everybody in the room, whatever they load again."""
    open_now = item.status == AgendaItem.Status.OPEN and item.meeting.status == Meeting.Status.IN_SESSION
    if open_now and can_run(person, item.meeting):
        ItemClock.objects.get_or_create(item=item, defaults={"started_at": at or timezone.now()})


def restart_clock(*, person: Person, item: AgendaItem, at: datetime | None = None) -> None:
    """Give the item its time again, as when somebody only looked ahead at it."""
    open_now = item.status == AgendaItem.Status.OPEN and item.meeting.status == Meeting.Status.IN_SESSION
    if open_now and can_run(person, item.meeting):
        ItemClock.objects.update_or_create(item=item, defaults={"started_at": at or timezone.now()})
