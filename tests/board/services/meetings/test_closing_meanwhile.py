"""What races the closing of a meeting is refused: frozen minutes do not change."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.db import connection

from board.errors import MeetingNotOpen
from board.models import AgendaItem, Attendance, Meeting, QuorumWaiver
from board.services.meetings.agenda import add_item, drop_item, move_item, restore_item, reword_item
from board.services.meetings.building import pin_item
from board.services.meetings.invitations import invite, uninvite
from board.services.meetings.presence import expect, record_attendance, say_aside
from portfolio.lifecycle import Status
from portfolio.models import Person
from tests.factories import PersonFactory, filed_request


class ClosedMeanwhile:
    """Closes the meeting just before the first transaction begins that follows, as somebody else may."""

    def __init__(self, meeting: Meeting) -> None:
        self.meeting, self.done = meeting, False

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SAVEPOINT") and not self.done:
            self.done = True
            Meeting.objects.filter(pk=self.meeting.pk).update(status=Meeting.Status.CLOSED)
        return execute(sql, params, many, context)


ACTS: Mapping[str, Callable[[Person, AgendaItem, Person], Any]] = {
    "move": lambda by, item, who: move_item(person=by, item=item, to=1),
    "drop": lambda by, item, who: drop_item(person=by, item=item, reason="Not today."),
    "restore": lambda by, item, who: restore_item(person=by, item=item),
    "reword": lambda by, item, who: reword_item(person=by, item=item, expected=1, question="Another?", minutes=9),
    "pin": lambda by, item, who: pin_item(person=by, item=item, pinned=True),
    "present": lambda by, item, who: record_attendance(person=by, meeting=item.meeting, present=[by.pk]),
    "expect": lambda by, item, who: expect(person=by, meeting=item.meeting, who=who),
    "uninvite": lambda by, item, who: uninvite(person=by, meeting=item.meeting, who=by),
    "invite": lambda by, item, who: invite(person=by, meeting=item.meeting),
    "aside": lambda by, item, who: say_aside(person=by, item=item, who=by, because="It is mine."),
}


def state_of(meeting: Meeting) -> list[Any]:
    """Everything of which minutes are made, as it stands."""
    models = ((AgendaItem, "position"), (Attendance, "id"), (QuorumWaiver, "id"))
    return [list(model.objects.filter(meeting=meeting).order_by(name).values()) for model, name in models]


@pytest.mark.parametrize("act", ACTS)
def test_what_comes_while_the_meeting_is_closed_changes_nothing(
    act: str, item: AgendaItem, session: Meeting, secretary: Person
) -> None:
    second = add_item(person=secretary, meeting=session, request=filed_request(status=Status.READY.value))
    who = PersonFactory.create()
    before = state_of(session)
    with connection.execute_wrapper(ClosedMeanwhile(session)), pytest.raises(MeetingNotOpen, match="frozen"):
        ACTS[act](secretary, AgendaItem.objects.get(pk=second.pk), who)
    assert state_of(session) == before
