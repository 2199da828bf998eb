"""What every newer kind of decision keeps: votes and dissent, once only, taken back whole."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from board.errors import AlreadyDecided, CannotDecide
from board.models import AgendaItem, Decision, Vote
from board.selectors.decisions.chain import verify_chain
from board.selectors.decisions.questions import open_questions
from board.services.decisions.decisions import record_decision
from board.services.decisions.holds import return_deferred
from board.services.decisions.rulings import NewFamily, NewQuestion, NewVote, Ruling
from impacts.models import Family, FamilyMember
from portfolio.models import Person, ProjectRequest
from tests.board.services.decisions.conftest import back, state
from tests.factories import PersonFactory

Decide = Callable[..., Decision]
TODAY = timezone.localdate


def test_votes_and_dissent_are_kept_and_sealed(
    item: AgendaItem, board_member: Person, cio: Person, decide: Decide
) -> None:
    votes = [NewVote(cio, "for"), NewVote(board_member, "against", "It comes too early.")]
    decision = decide(item, votes=votes)
    kept = {vote.person: (vote.choice, vote.words) for vote in decision.votes.all()}
    assert kept == {cio: ("for", ""), board_member: ("against", "It comes too early.")}
    assert not verify_chain().faults
    QuerySet(Vote).filter(person=board_member).update(choice="for")
    assert [fault.what for fault in verify_chain().faults] == ["what was decided was changed"]


@pytest.mark.parametrize("choice", ["maybe", "for"])
def test_votes_that_cannot_be_are_refused(item: AgendaItem, cio: Person, decide: Decide, choice: str) -> None:
    votes = [NewVote(cio, choice), NewVote(cio, "for")]
    with pytest.raises(CannotDecide) as caught:
        decide(item, votes=votes)
    assert "votes" in caught.value.fields
    assert not Decision.objects.exists()


# --- nothing twice, nothing lost ----------------------------------------------------------------------------------


def rulings(three: list[ProjectRequest], owner: Person) -> dict[str, dict[str, Any]]:
    day = TODAY() + timedelta(days=20)
    return {
        "join": {"family": NewFamily(three[0], owner)},
        "return": {"questions": [NewQuestion("How many?", owner, day)]},
        "sequence": {"order": three, "places": [1, 1, 2]},
        "defer": {"until": day},
    }


@pytest.mark.parametrize("kind", ["join", "return", "sequence", "defer"])
def test_each_kind_is_decided_once_by_two_forms_and_two_people(
    kind: str, group_item: AgendaItem, three: list[ProjectRequest], secretary: Person, cio: Person
) -> None:
    ruling = Ruling(kind=kind, reason="Yes.", **rulings(three, PersonFactory.create())[kind])
    stale, late = (AgendaItem.objects.get(pk=group_item.pk) for _ in range(2))
    first = record_decision(person=secretary, item=group_item, expected=1, submission="one", ruling=ruling)
    again = record_decision(person=secretary, item=stale, expected=1, submission="one", ruling=ruling)
    assert again == first
    with pytest.raises(AlreadyDecided, match="Yes"):
        record_decision(person=cio, item=late, expected=1, submission="two", ruling=ruling)
    assert Decision.objects.count() == 1
    assert Family.objects.count() == (1 if kind == "join" else 0)
    assert not verify_chain().faults


@pytest.mark.parametrize("kind", ["join", "return", "sequence", "defer"])
def test_each_kind_is_taken_back_whole(
    kind: str, group_item: AgendaItem, three: list[ProjectRequest], secretary: Person, decide: Decide
) -> None:
    decision = decide(group_item, kind, **rulings(three, PersonFactory.create())[kind])
    back(decision, secretary)
    assert {state(request) for request in three} == {"ready"}
    assert return_deferred(today=TODAY() + timedelta(days=90)) == 0
    assert not open_questions().exists()
    assert not FamilyMember.objects.filter(left_at__isnull=True).exists()
    assert not verify_chain().faults
