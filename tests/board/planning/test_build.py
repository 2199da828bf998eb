"""The planner's question, built from what is asked and what a scenario sets."""

from datetime import date

import pytest

from board.planner.check import check_scenario, starts_of
from board.planner.scenario import AtLeast, Before, Candidate, Exclude, Load, Requires, Share
from board.planner.solve import solve
from board.planning.build import AT, BY, IN, OUT, Pin, Question, question
from board.planning.facts import Against, Asked
from board.planning.settings import LeastShare, PlanSettings, Pot, Target
from impacts.engine.facts import ContactFact, FreezeFact, ImpactFact, QuietFact, SkillNeedFact
from tests.board.planning.portfolio import HORIZON, asked, registers, wish

POTS = (Pot("All", (100,) * 8), Pot("Retail's own", (40,) * 8, ("retail",)))


def ask(everything: Asked, *pins: Pin, **settings: object) -> Question:
    # What is moved past the end of the plan has tests of its own.
    settings.setdefault("may_run_over", True)
    found = question(everything, HORIZON, PlanSettings(**settings), pins)  # type: ignore[arg-type]
    check_scenario(found.scenario)
    return found


def one(found: Question, pk: int = 1) -> Candidate:
    return next(each for each in found.scenario.requests if each.id == str(pk))


def test_a_request_is_paid_from_every_pot_of_its_department() -> None:
    found = ask(asked(wish(1, silo="retail", money=90), wish(2, money=90)), pots=POTS)
    assert set(one(found).use) == {"pot:0", "pot:1"}
    assert set(one(found, 2).use) == {"pot:0"}
    assert sum(one(found).use["pot:1"]) == pytest.approx(90)


def test_it_starts_no_earlier_than_it_asked_unless_that_is_allowed() -> None:
    late = wish(1, start=date(2027, 8, 2), live=date(2027, 9, 1))
    assert one(ask(asked(late))).earliest == 2
    assert one(ask(asked(late), may_be_early=True)).earliest == 0


def test_nothing_is_moved_so_late_that_it_ends_after_the_plan_unless_that_is_allowed() -> None:
    half_a_year = wish(1, start=date(2027, 2, 1), live=date(2027, 6, 1))
    assert not PlanSettings().may_run_over
    barred = one(ask(asked(half_a_year), may_run_over=False)).barred
    assert barred == {7: "it would end after the last quarter of the plan: in Q1 2029"}
    assert one(ask(asked(half_a_year), may_run_over=True)).barred == {}


def test_what_asked_to_end_after_the_plan_starts_when_it_asked_and_no_later() -> None:
    late = wish(1, start=date(2028, 8, 1), live=date(2029, 3, 1))
    assert starts_of(one(ask(asked(late), may_run_over=False)), 8) == [6]


def test_what_a_hold_keeps_until_the_end_may_run_past_it() -> None:
    held = wish(1, start=date(2027, 2, 1), live=date(2027, 6, 1), not_before=date(2028, 12, 1))
    assert starts_of(one(ask(asked(held), may_run_over=False)), 8) == [7]


def test_a_pin_past_the_end_is_refused_with_the_reason() -> None:
    long = wish(1, start=date(2027, 2, 1), live=date(2027, 6, 1))
    problems = ask(asked(long), Pin(1, AT, 7), may_run_over=False).problems
    assert "Q4 2028, where it cannot start: it would end after" in " ".join(problems)


def test_what_costs_more_than_it_brings_gains_nothing_by_waiting() -> None:
    approved = wish(1, committed=True, money=1000)
    found = ask(asked(approved), delay=2.0)
    assert one(found).cost_of_delay == 20
    solution = solve(found.scenario)
    assert [(each.id, each.period) for each in solution.chosen] == [("1", 0)]


def test_what_runs_is_fixed_and_what_is_approved_goes() -> None:
    runs = wish(1, start=date(2026, 10, 5), committed=True, running=True)
    approved = wish(2, committed=True)
    found = ask(asked(runs, approved))
    assert (one(found).start, one(found).mandatory) == (0, True)
    assert (one(found, 2).start, one(found, 2).mandatory) == (None, True)
    assert one(ask(asked(runs, approved), approved="fixed"), 2).start == 0
    assert not one(ask(asked(runs, approved), approved="free"), 2).mandatory


def test_a_regulatory_request_must_go_by_its_quarter_and_the_slack() -> None:
    duty = wish(1, kind="regulatory")
    assert (one(ask(asked(duty), slack=2)).mandatory, one(ask(asked(duty), slack=2)).latest) == (True, 2)
    assert not one(ask(asked(duty), regulatory=False)).mandatory


def test_a_hold_keeps_it_waiting_until_it_runs_out() -> None:
    assert one(ask(asked(wish(1, not_before=date(2027, 7, 15))))).earliest == 2


EASTER = FreezeFact(1, "easter", "Easter", date(2027, 5, 1), date(2027, 5, 20))


def test_a_go_live_in_a_freeze_bars_the_quarter_that_was_asked_for_and_no_other() -> None:
    everything = asked(wish(1), register=registers(freezes=(EASTER,)))
    assert one(ask(everything)).barred == {0: "it would go live on 3 May 2027, in the freeze “Easter”"}
    assert not one(ask(everything, use_freezes=False)).barred


def test_a_freeze_of_a_part_of_a_quarter_bars_nothing_that_is_only_known_by_its_quarter() -> None:
    moved = wish(1, start=date(2026, 11, 2), live=date(2027, 2, 10))
    undated, only_start = wish(2, start=None, live=None), wish(3, start=date(2027, 5, 3), live=None)
    found = ask(asked(moved, undated, only_start, register=registers(freezes=(EASTER,))))
    assert not any(candidate.barred for candidate in found.scenario.requests)


def test_a_freeze_of_a_whole_quarter_bars_what_would_go_live_in_it() -> None:
    spring = FreezeFact(1, "spring", "Spring", date(2027, 3, 30), date(2027, 6, 30))
    found = ask(asked(wish(1, start=None, live=None), register=registers(freezes=(spring,))))
    assert one(found).barred == {1: "Q2 2027, in which it would go live, has no day outside “Spring”"}


def test_a_freeze_of_other_touchpoints_bars_nothing() -> None:
    freeze = FreezeFact(1, "app", "App only", date(2027, 5, 1), date(2027, 5, 9), frozenset({1}))
    elsewhere = wish(1, impacts=(ImpactFact(2, "changes"),))
    assert not one(ask(asked(elsewhere, register=registers(freezes=(freeze,))))).barred


def test_contacts_in_a_quiet_period_bar_the_quarter() -> None:
    quiet = QuietFact(1, "xmas", "Christmas", date(2027, 2, 1), date(2027, 2, 28))
    sends = wish(1, contacts=(ContactFact(1, "email", date(2027, 2, 8)),))
    assert list(one(ask(asked(sends, register=registers(quiet_periods=(quiet,))))).barred) == [0]


def test_too_few_customers_cannot_be_contacted_at_all() -> None:
    few = wish(1, contacts=(ContactFact(2, "email", date(2027, 2, 8)),))
    barred = one(ask(asked(few), least_customers=1_000)).barred
    assert len(barred) == 8
    assert barred[0] == "it contacts 500 Firms, and the least is 1,000 customers"


def test_what_is_needed_comes_first_by_so_many_quarters_as_it_takes() -> None:
    first = wish(1, start=date(2027, 1, 4), live=date(2027, 8, 2))
    then = wish(2, start=date(2027, 2, 1), live=date(2027, 3, 1), needs=frozenset({1}))
    rules = ask(asked(first, then)).scenario.rules
    assert Before("1", "2", 3, "REQ-2026-0002 needs REQ-2026-0001") in rules
    assert Requires("2", "1", "REQ-2026-0002 needs REQ-2026-0001") in rules


def test_needs_in_a_circle_let_none_of_them_go_and_say_so() -> None:
    found = ask(asked(wish(1, needs=frozenset({2})), wish(2, needs=frozenset({1})), wish(3)))
    assert one(found).barred[0] == "its needs run in a circle: REQ-2026-0001 and REQ-2026-0002"
    assert not one(found, 3).barred
    assert not any(isinstance(rule, Before) for rule in found.scenario.rules)


def test_what_must_go_is_freed_of_a_circle_of_needs() -> None:
    duty, other = wish(1, kind="regulatory", needs=frozenset({2})), wish(2, needs=frozenset({1}))
    found = ask(asked(duty, other))
    assert not one(found).barred
    assert not one(found, 2).barred
    assert any(note.startswith("REQ-2026-0001 must go") for note in found.notes)
    assert solve(found.scenario, seconds=5).status == "optimal"


def test_requests_that_work_against_each_other_are_kept_apart() -> None:
    against = (Against("They oppose", (1, 2)), Against("Perhaps", (1, 3), confirmed=False))
    everything = asked(wish(1), wish(2), wish(3), against=against)
    confirmed = [rule for rule in ask(everything).scenario.rules if isinstance(rule, Exclude)]
    assert confirmed == [Exclude(("1", "2"), "They oppose")]
    assert len([r for r in ask(everything, apart="standing").scenario.rules if isinstance(r, Exclude)]) == 2
    assert not [r for r in ask(everything, apart="none").scenario.rules if isinstance(r, Exclude)]


def test_two_that_must_both_go_are_left_to_each_other_and_that_is_said() -> None:
    everything = asked(
        wish(1, committed=True), wish(2, kind="regulatory"), wish(3), against=(Against("They oppose", (1, 2, 3)),)
    )
    found = ask(everything)
    assert [rule for rule in found.scenario.rules if isinstance(rule, Exclude)] == [Exclude(("1", "3"), "They oppose")]
    assert found.notes[-1].startswith("REQ-2026-0001 and REQ-2026-0002 must all go")


def test_of_a_family_only_one_goes() -> None:
    everything = asked(wish(1), wish(2), families=(Against("A family", (1, 2, 99)),))
    assert Exclude(("1", "2"), "A family") in ask(everything).scenario.rules
    assert not ask(everything, one_of_family=False).scenario.rules


def test_targets_and_least_shares_become_rules() -> None:
    everything = asked(
        wish(1, effects={"moves:gained": 500}), wish(2, silo="retail"), measures={"moves:gained": "gained"}
    )
    rules = ask(
        everything, targets=(Target("moves:gained", 400, 3),), shares=(LeastShare("silo:retail", "money", 20),)
    ).scenario.rules
    assert AtLeast("moves:gained", 400, 3, "400 gained by Q4 2027") in rules
    assert Share(("2",), "money", 0.2, "Retail: at least 20 % of the money") in rules


def test_skills_are_limited_where_the_register_says_how_many_days_there_are() -> None:
    works = wish(1, skills=(SkillNeedFact(1, 90), SkillNeedFact(9, 10)))
    found = ask(asked(works), skills={"web": 50})
    assert set(one(found).use) == {"skill:1"}
    assert found.scenario.resources[0].capacity == (50.0,) * 8


@pytest.mark.parametrize(
    ("pin", "expected"),
    [
        (Pin(1, IN), {"mandatory": True, "start": None}),
        (Pin(1, AT, 3), {"mandatory": False, "start": 3}),
        (Pin(1, BY, 2), {"mandatory": False, "latest": 2}),
        (Pin(1, OUT), {"mandatory": False, "start": None}),
    ],
)
def test_pins_hold(pin: Pin, expected: dict[str, object]) -> None:
    found = one(ask(asked(wish(1)), pin))
    assert {name: getattr(found, name) for name in expected} == expected
    assert bool(found.barred) == (pin.kind == OUT)


@pytest.mark.parametrize(
    ("pin", "words"),
    [
        (Pin(1, OUT), "is being delivered: it cannot be left out"),
        (Pin(2, OUT), "is regulatory and must go, and is pinned to stay out"),
        (Pin(3, AT, 0), "cannot start: it would go live on 3 May 2027, in the freeze “Easter”"),
        (Pin(4, AT, 9), "is pinned to a quarter outside the plan"),
    ],
)
def test_contradictory_pins_are_said_before_anything_is_planned(pin: Pin, words: str) -> None:
    freeze = FreezeFact(1, "easter", "Easter", date(2027, 5, 1), date(2027, 5, 9), frozenset({1}))
    frozen = wish(3, impacts=(ImpactFact(1, "changes"),))
    everything = asked(
        wish(1, running=True), wish(2, kind="regulatory"), frozen, wish(4), register=registers(freezes=(freeze,))
    )
    (problem,) = question(everything, HORIZON, PlanSettings(), (pin,)).problems
    assert words in problem


def test_a_pin_of_a_request_that_is_gone_is_passed_over_and_said() -> None:
    found = ask(asked(wish(1)), Pin(77, IN))
    assert "no longer open" in found.notes[-1]


def test_capacity_of_zero_lets_nothing_go_that_needs_it() -> None:
    found = ask(asked(wish(1, money=10, kind="internal")), pots=(Pot("None", (0,) * 8),))
    assert solve(found.scenario, seconds=5).chosen == ()


def test_values_are_in_the_money_of_the_organisation() -> None:
    assert ask(asked(wish(1), currency="CHF")).scenario.unit == "CHF"


def test_the_same_portfolio_gives_the_same_question() -> None:
    contacts = (ContactFact(1, "email", date(2027, 2, 8), 3, 7),)
    everything = asked(wish(1, contacts=contacts), wish(2, contacts=contacts, needs=frozenset({1})))
    assert ask(everything, pots=POTS).scenario == ask(everything, pots=POTS).scenario
    assert not [rule for rule in ask(everything).scenario.rules if isinstance(rule, Load)]
