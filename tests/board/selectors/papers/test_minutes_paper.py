"""The minutes as a document: what is left out for whom."""

from collections.abc import Callable

from django.utils import timezone

from board.models import AgendaItem, Decision, Meeting, QuorumWaiver
from board.packs.document import Table
from board.packs.minutes import compose_minutes
from board.selectors.papers.minutes_paper import minutes_facts
from board.services.meetings.agenda import add_item, drop_item
from portfolio.lifecycle import Status
from portfolio.models import Person
from tests.factories import FamilyFactory, filed_request

Decide = Callable[..., Decision]


def test_why_a_confidential_item_went_without_a_quorum_is_not_for_everybody(
    session: Meeting, secretary: Person, reader: Person
) -> None:
    secret = filed_request(status=Status.READY.value, confidential=True)
    item = add_item(person=secretary, meeting=session, request=secret)
    why = {"because": "The merger cannot wait.", "present": 1, "needed": 3, "person": secretary, "at": timezone.now()}
    QuorumWaiver.objects.create(meeting=session, item=item, **why)
    QuorumWaiver.objects.create(meeting=session, **(why | {"because": "Snow."}))
    assert len(minutes_facts(session, secretary).waivers) == 2
    assert [text.endswith("Snow.") for text in minutes_facts(session, reader).waivers] == [True]


def test_what_was_taken_off_stands_in_the_minutes_of_the_board(
    session: Meeting, secretary: Person, reader: Person
) -> None:
    family = FamilyFactory.create(lead=filed_request(status=Status.READY.value), with_members=[filed_request()])
    item = add_item(person=secretary, meeting=session, family=family)
    drop_item(person=secretary, item=item, reason="No time.")
    assert minutes_facts(session, secretary).dropped == (f"{item.question} No time.",)
    assert minutes_facts(session, reader).dropped == ()


def test_minutes_begin_with_what_each_item_came_to(
    session: Meeting, secretary: Person, item: AgendaItem, decide: Decide
) -> None:
    other = add_item(person=secretary, meeting=session, request=filed_request(status=Status.READY.value))
    open_one = add_item(person=secretary, meeting=session, request=filed_request(status=Status.READY.value))
    decide(item)
    decide(other, "reject", reason="Once is enough.")
    assert item.request is not None
    assert other.request is not None
    made = compose_minutes(minutes_facts(session, secretary))
    assert made.summary == "Two of three items decided: one approved and one rejected."
    table = made.front[0].blocks[0]
    assert isinstance(table, Table)
    assert [row.cells[2:4] for row in table.rows] == [
        ("Approve", f"{item.request.reference} is approved."),
        ("Reject", f"{other.request.reference} is rejected; only the board can reopen it."),
        ("Not decided", "It stays as it was."),
    ]
    assert table.rows[2].cells[1] == open_one.question
