"""The minutes as a document: what is left out for whom."""

from collections.abc import Callable

from django.utils import timezone

from board.models import Decision, Meeting, QuorumWaiver
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
