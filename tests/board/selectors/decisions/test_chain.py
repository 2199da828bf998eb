"""The chain of decisions: whatever is changed, taken out or put in behind Ombud's back is found and named."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from board.models import Condition, DecidedRequest, Decision, Meeting, Seal
from board.selectors.decisions.chain import GENESIS, content_of, link, verify_chain
from board.services.decisions.conditions import close_condition
from board.services.decisions.rulings import NewCondition, NewHold
from board.services.decisions.undoing import take_back
from board.services.meetings.agenda import add_item
from portfolio.lifecycle import Status
from portfolio.models import Person
from tests.factories import DecisionFactory, PersonFactory, filed_request

Decide = Callable[..., Decision]


def sql(statement: str, *values: Any) -> None:
    """What somebody with the database's password could do."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def chain(session: Meeting, secretary: Person, decide: Decide) -> list[Decision]:
    """Five decisions: approved, with a condition, on hold, taken back, rejected."""
    items = [
        add_item(person=secretary, meeting=session, request=filed_request(status=Status.READY.value)) for _ in range(4)
    ]
    soon = timezone.localdate() + timedelta(days=30)
    owner = PersonFactory.create()
    first = decide(items[0])
    second = decide(items[1], "approve_with_conditions", conditions=[NewCondition("Name an owner.", owner, soon)])
    third = decide(items[2], "hold", hold=NewHold(owner, "Who keeps the address?", soon))
    back = take_back(person=secretary, decision=Decision.objects.get(pk=first.pk), submission="back")
    return [first, second, third, back, decide(items[3], "reject")]


def whats() -> list[str]:
    return [fault.what for fault in verify_chain().faults]


def test_each_decision_follows_the_one_before_it(chain: list[Decision]) -> None:
    seals = list(Seal.objects.order_by("sequence"))
    assert [seal.decision_id for seal in seals] == [decision.pk for decision in chain]
    assert [seal.sequence for seal in seals] == [1, 2, 3, 4, 5]
    assert [seal.previous_hash for seal in seals] == [GENESIS, *(seal.own_hash for seal in seals[:-1])]
    found = verify_chain()
    assert (found.count, found.head, list(found.faults)) == (5, seals[-1].own_hash, [])


def test_no_decision_at_all_is_no_fault(db: None) -> None:
    assert verify_chain().count == 0
    call_command("verify_decisions")


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE board_decision SET reason = 'Because.' WHERE id = %s", "what was decided was changed"),
        ("UPDATE board_decision SET kind = 'reject' WHERE id = %s", "what was decided was changed"),
        ("UPDATE board_decision SET submission = 'other' WHERE id = %s", "what was decided was changed"),
        ("UPDATE board_decision SET at = '2020-01-01 10:00:00+00:00' WHERE id = %s", "what was decided was changed"),
        ("UPDATE board_condition SET text = 'None.' WHERE decision_id = %s", "what was decided was changed"),
        ("UPDATE board_condition SET due = '2030-01-01' WHERE decision_id = %s", "what was decided was changed"),
        ("DELETE FROM board_condition WHERE decision_id = %s", "what was decided was changed"),
        (
            "UPDATE board_decidedrequest SET status_after = 'approved' WHERE decision_id = %s",
            "what was decided was changed",
        ),
        ("DELETE FROM board_decidedrequest WHERE decision_id = %s", "what was decided was changed"),
        ("UPDATE board_decision SET snapshot = '{}' WHERE id = %s", "what the board saw (its snapshot) was changed"),
    ],
)
def test_a_changed_entry_is_named(chain: list[Decision], statement: str, what: str) -> None:
    sql(statement, chain[1].pk)
    (fault,) = verify_chain().faults
    assert (fault.sequence, fault.decision, fault.what) == (2, chain[1].pk, what)


@pytest.fixture
def ordered(session: Meeting, secretary: Person, decide: Decide) -> Decision:
    """A request that was put behind two others."""
    item = add_item(person=secretary, meeting=session, request=filed_request(status=Status.READY.value))
    return decide(item, "sequence", after=[filed_request(status=Status.APPROVED.value) for _ in range(2)])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE board_decidedrequest SET after_id = %s WHERE id = %s",
        "UPDATE board_decidedrequest_also_after SET projectrequest_id = %s WHERE decidedrequest_id = %s",
    ],
)
def test_what_a_request_was_put_behind_is_sealed(ordered: Decision, statement: str) -> None:
    assert verify_chain().faults == []
    sql(statement, filed_request().pk, ordered.requests.get().pk)
    assert whats() == ["what was decided was changed"]


def test_a_seal_cannot_be_made_to_cover_less(ordered: Decision) -> None:
    sql("UPDATE board_decidedrequest SET after_id = %s", filed_request().pk)
    for covers in (1, 3):
        sql("UPDATE board_seal SET covers = %s", covers)
        assert len(whats()) == 1


def test_a_seal_from_before_orders_were_sealed_stays_valid(ordered: Decision) -> None:
    old = link(content_of(ordered, 1), 1, GENESIS, 1)
    sql("UPDATE board_seal SET covers = 1, own_hash = %s", old)
    sql("UPDATE board_chainhead SET own_hash = %s", old)
    assert verify_chain().faults == []
    sql("UPDATE board_decidedrequest SET position = 7")
    assert whats() == ["what was decided was changed"]


def test_who_recorded_it_is_sealed(chain: list[Decision], outsider: Person) -> None:
    sql("UPDATE board_decision SET recorded_by_id = %s WHERE id = %s", outsider.pk, chain[4].pk)
    assert [fault.sequence for fault in verify_chain().faults] == [5]


def test_the_holds_terms_are_sealed(chain: list[Decision]) -> None:
    sql("UPDATE board_hold SET expires_on = '2031-01-01' WHERE decision_id = %s", chain[2].pk)
    assert [fault.decision for fault in verify_chain().faults] == [chain[2].pk]


def test_an_entry_that_was_put_in_afterwards_is_found(chain: list[Decision]) -> None:
    extra = DecisionFactory.create()
    (fault,) = verify_chain().faults
    assert (fault.sequence, fault.decision, fault.what) == (None, extra.pk, "this decision is not in the chain")


def _cut_out(decision: Decision) -> None:
    """Delete a decision with all that belongs to it, its seal too."""
    for table in ("seal", "condition", "hold", "decidedrequest"):
        sql(f"DELETE FROM board_{table} WHERE decision_id = %s", decision.pk)
    sql("UPDATE board_decision SET supersedes_id = NULL WHERE supersedes_id = %s", decision.pk)
    sql("DELETE FROM board_decision WHERE id = %s", decision.pk)


def test_a_missing_entry_is_named(chain: list[Decision]) -> None:
    _cut_out(chain[2])
    faults = verify_chain().faults
    assert str(faults[0]) == "Entry 3: it is missing"
    assert (faults[1].sequence, faults[1].what) == (4, "it does not follow the entry before it")


def test_a_missing_last_entry_is_found_by_the_head(chain: list[Decision]) -> None:
    _cut_out(chain[4])
    gap, item = whats()
    assert gap == "entry 5 is missing at the end of the chain"
    assert chain[4].item.question in item


def test_a_missing_last_entry_is_found_by_its_item_where_the_head_was_set_back(chain: list[Decision]) -> None:
    _cut_out(chain[4])
    last = Seal.objects.get(sequence=4)
    sql("UPDATE board_chainhead SET count = 4, own_hash = %s", last.own_hash)
    item = chain[4].item
    day = timezone.localdate(item.meeting.starts_at)
    assert whats() == [f"item {item.position} of {day}, “{item.question}”, is decided, its decision is missing"]


def test_all_entries_gone_are_found(chain: list[Decision]) -> None:
    for decision in reversed(chain):
        _cut_out(decision)
    gap, *items = whats()
    assert gap == "entries 1 to 5 are missing at the end of the chain"
    assert len(items) == 3, "the item of the one that was taken back is open"


def test_a_seal_without_its_decision_is_named(chain: list[Decision]) -> None:
    """As a database without foreign keys would keep it."""
    sql("UPDATE board_seal SET decision_id = %s WHERE decision_id = %s", 999_999, chain[4].pk)
    with_gone = [fault for fault in verify_chain().faults if fault.sequence == 5]
    assert [fault.what for fault in with_gone] == ["its decision is missing"]
    sql("UPDATE board_seal SET decision_id = %s WHERE decision_id = %s", chain[4].pk, 999_999)


def test_entries_in_another_order_are_found(chain: list[Decision]) -> None:
    for before, after in ((2, 99), (3, 2), (99, 3)):
        sql("UPDATE board_seal SET sequence = %s WHERE sequence = %s", after, before)
    faults = verify_chain().faults
    assert {fault.sequence for fault in faults} == {2, 3, 4}
    assert "it does not follow the entry before it" in {fault.what for fault in faults}


def test_a_chain_that_was_forged_anew_no_longer_holds_a_seal_that_was_written_down(chain: list[Decision]) -> None:
    written_down = Seal.objects.get(sequence=3).own_hash
    assert not verify_chain(known=written_down).faults
    sql("UPDATE board_seal SET own_hash = %s WHERE sequence = 3", "f" * 64)
    assert f"the seal {written_down} that was written down is in no entry" in [
        fault.what for fault in verify_chain(known=written_down).faults
    ]


def test_a_missing_head_is_found(chain: list[Decision]) -> None:
    sql("DELETE FROM board_chainhead")
    assert whats() == ["its head, which says how many entries there are, is missing"]


def test_what_becomes_of_a_condition_is_not_sealed(chain: list[Decision]) -> None:
    condition = Condition.objects.get()
    close_condition(person=condition.owner, condition=condition, note="She is named in the register.")
    assert not verify_chain().faults


def test_the_command_names_the_entry_and_fails(chain: list[Decision], capsys: pytest.CaptureFixture[str]) -> None:
    call_command("verify_decisions")
    assert "All 5 decisions are as they were recorded." in capsys.readouterr().out
    sql("UPDATE board_decision SET reason = 'Because.' WHERE id = %s", chain[0].pk)
    with pytest.raises(SystemExit) as stop:
        call_command("verify_decisions")
    assert stop.value.code == 1
    assert f"Entry 1 (decision {chain[0].pk}): what was decided was changed" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        call_command("verify_decisions", "--json")
    answer = json.loads(capsys.readouterr().out)
    assert answer["ok"] is False
    assert answer["count"] == 5
    assert answer["faults"] == [
        {"sequence": 1, "decision": chain[0].pk, "what": "what was decided was changed"},
    ]


def test_the_command_needs_a_fixed_number_of_queries_for_each_part(
    chain: list[Decision], django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(17):
        verify_chain()


def test_nothing_that_was_decided_can_be_changed_through_the_models(chain: list[Decision]) -> None:
    decided = DecidedRequest.objects.filter(decision=chain[0])
    for rows in (Decision.objects.all(), Seal.objects.all(), decided):
        with pytest.raises(RuntimeError):
            rows.delete()
    for row in (chain[0], Seal.objects.get(sequence=1), decided.get()):
        with pytest.raises(RuntimeError):
            row.save()
        with pytest.raises(RuntimeError):
            row.delete()
    with pytest.raises(RuntimeError):
        Decision.objects.filter(pk=chain[0].pk).update(reason="Something else.")
    with pytest.raises(RuntimeError):
        Decision.objects.bulk_update([chain[0]], ["reason"])
