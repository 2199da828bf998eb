"""Decisions that are recorded at the same moment, on real connections: one chain, in which each follows another."""

import uuid

import pytest
from django.utils import timezone

from board.models import AgendaItem, Seal
from board.selectors.decisions.chain import verify_chain
from board.services.decisions.decisions import record_decision
from board.services.decisions.rulings import Ruling
from board.services.decisions.sealing import seal_decision
from board.services.meetings.agenda import add_item
from board.services.meetings.meetings import open_meeting, plan_meeting
from portfolio.lifecycle import Status
from portfolio.models import Person
from tests.factories import DecisionFactory, filed_request
from tests.portfolio.services.test_filing_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_decisions_at_once_make_one_chain(secretary: Person, cio: Person) -> None:
    def decide(item: AgendaItem) -> None:
        ruling = Ruling(kind="approve", reason="It serves the customer.")
        token = uuid.uuid4().hex
        record_decision(person=secretary, item=item, expected=item.version, submission=token, ruling=ruling)

    items = []
    for _ in range(4):  # four meetings, so that they wait for each other nowhere but at the chain
        meeting = plan_meeting(person=secretary, starts_at=timezone.now(), chair=cio, secretary=secretary)
        request = filed_request(status=Status.READY.value)
        items.append(
            add_item(person=secretary, meeting=open_meeting(person=secretary, meeting=meeting), request=request)
        )

    errors = at_once(*[lambda item=item: decide(item) for item in items])  # type: ignore[misc]

    assert errors == []
    assert list(Seal.objects.order_by("sequence").values_list("sequence", flat=True)) == [1, 2, 3, 4]
    assert not verify_chain().faults


def test_a_decision_is_sealed_only_with_what_belongs_to_it() -> None:
    with pytest.raises(RuntimeError):
        seal_decision(decision=DecisionFactory.create())
