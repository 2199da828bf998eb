"""Publishing a pack: from then on it never changes."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from board.errors import NothingToPublish, StaleMeeting, TooLong
from board.models import Meeting, Pack
from board.packs.compose import compose
from board.packs.seal import plain, seal_of
from board.selectors.papers.packs import pack_facts
from board.selectors.papers.papers import MOST_ITEMS, count_items
from board.services.meetings.claims import check_open, hold_open
from portfolio.models import Person


def check_length(meeting: Meeting) -> int:
    """How many items are on the agenda. Raises TooLong for more than a pack holds."""
    count = count_items(meeting)
    if count > MOST_ITEMS:
        raise TooLong(
            f"The agenda has {count:,} items, and a pack holds at most {MOST_ITEMS:,}. Put internal requests into one "
            "item by consent, take items off, or split the meeting. Nothing was changed."
        )
    return count


def check_newest(*, meeting: Meeting, after: int) -> None:
    """Raises StaleMeeting where a pack was published after the one with this number, 0 for none."""
    last = Pack.objects.filter(meeting=meeting).select_related("published_by").defer("document")
    newest = last.order_by("-number").first()
    if newest is not None and newest.number > after:
        when = timezone.localtime(newest.published_at)
        raise StaleMeeting(
            f"{newest.published_by} published pack {newest.number} meanwhile, at {when:%H:%M}. Nothing was published "
            "twice: look at it, then publish again if the agenda has changed since."
        )


def publish_pack(*, person: Person, meeting: Meeting, after: int | None = None, at: datetime | None = None) -> Pack:
    """Freeze the pack as it stands now, under the next number. `after`: the number of the last pack that the person
    saw, 0 for none; of two who saw the same, or of a form sent twice, the second is refused. Raises NotAllowed,
    MeetingNotOpen once the meeting is closed, NothingToPublish for an empty agenda, TooLong for one that no pack holds,
    StaleMeeting when somebody published meanwhile."""
    check_open(person=person, meeting=meeting)
    check_length(meeting)
    try:
        with transaction.atomic():
            hold_open(person=person, meeting=meeting)
            if after is not None:
                check_newest(meeting=meeting, after=after)
            number = Pack.objects.filter(meeting=meeting).count() + 1
            facts = pack_facts(meeting, person, number)
            if not facts.items:
                raise NothingToPublish("The agenda is empty, so there is nothing to publish. Add an item first.")
            document: dict[str, Any] = plain(compose(facts))
            pack = Pack(
                meeting=meeting,
                number=number,
                document=document,
                seal=seal_of(document),
                published_at=at or timezone.now(),
                published_by=person,
            )
            pack.full_clean()
            pack.save()
    except (IntegrityError, ValidationError) as error:
        text = "Somebody else published at the same moment. Look at theirs before you publish again."
        raise StaleMeeting(text) from error
    return pack
