"""The plan of fifteen requests of a bank, as its head reads it."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from board.planner.plan import plan
from board.planner.scenario import Candidate, Requires, Resource, Scenario, Share
from board.planner.why.document import left_out_of, reasons_of
from board.planner.why.reasons import Plan
from board.planner.why.wording import Words, amount, listing, name, number, value
from tests.board.planner.making import scenarios
from tests.board.planner.why.bank import bank


@pytest.fixture(scope="module")
def found() -> Plan:
    return plan(bank(), seconds=30)


def step(found: Plan, id_: str) -> str:
    return next(step.text for step in found.steps if step.id == id_)


def left(found: Plan, id_: str) -> str:
    return next(left.reason for left in found.left_out if left.id == id_)


def test_the_summary_says_what_goes_how_good_it_is_and_what_is_narrow(found: Plan) -> None:
    assert found.summary[0] == "11 of 15 requests go, together worth 1.26 million; no plan is worth more."
    assert found.summary[1].startswith("App team is the narrow place: it keeps out 3 of the 4 that are left out")


def test_a_step_says_why_it_goes_and_why_then(found: Plan) -> None:
    assert step(found, "0009") == "Must go; goes first, in 2027Q1, because One notification service needs it."
    assert step(found, "0012") == "Worth 260,000; goes at once, in 2027Q1: one quarter later would cost 7,800."
    assert step(found, "0023") == (
        "Worth 141,000; goes in 2027Q3, not earlier: it comes after One notification service, which starts in 2027Q2."
    )
    assert step(found, "0033") == (
        "Worth 63,900; goes in 2027Q4, not earlier: App team is at least 2 weeks short for a start in 2027Q1 to"
        " 2027Q3, and Payment reminders, which has the room, would lose more by moving (4,230)."
    )
    assert step(found, "0047").startswith("Needed by Proactive call-back, though it costs 14,100 more than it brings;")


def test_what_is_left_out_says_what_keeps_it_out_and_what_would_let_it_in(found: Plan) -> None:
    assert left(found, "0026") == (
        "It cannot go together with Fewer steps to pay, which goes (Both rebuild the payment page); App team is at"
        " least 24 weeks short in any quarter it could start."
        " It would fit instead of Fewer steps to pay, which brings 22,800 more, if App team had 2 weeks more in 2027Q4"
        " (costs 5,000)."
    )


def test_what_is_worth_something_says_in_which_unit() -> None:
    found = plan(replace(bank(), unit="€"), seconds=30)
    assert found.summary[0] == "11 of 15 requests go, together worth €1.26 million; no plan is worth more."
    assert step(found, "0012") == "Worth €260,000; goes at once, in 2027Q1: one quarter later would cost €7,800."
    assert step(found, "0047").startswith("Needed by Proactive call-back, though it costs €14,100 more than it brings;")
    assert "which brings €22,800 more" in left(found, "0026")
    assert "(costs €5,000)" in left(found, "0026")
    words = Words(replace(bank(), unit="CHF"))
    assert (words.value(12_345), words.value(-12_345)) == ("12,300 CHF", "−12,300 CHF")


def test_what_changed_says_why() -> None:
    scenario = bank()
    richer = replace(
        scenario,
        resources=tuple(
            replace(each, capacity=(70, 80, 80, 60)) if each.id == "app" else each for each in scenario.resources
        ),
    )
    before = {start.id: start.period for start in plan(richer, seconds=30, explain=False).solution.chosen}
    found = plan(scenario, seconds=30, previous=before)
    assert {(each.id, each.before, each.after) for each in found.changes} == {
        (start.id, before.get(start.id), start.period)
        for start in found.solution.chosen
        if before.get(start.id) != start.period
    } | {(id_, start, None) for id_, start in before.items() if id_ in {left.id for left in found.left_out}}
    assert "Moves from 2027Q1 to 2027Q4: App team is full in 2027Q1." in {each.text for each in found.changes}
    assert any(
        text == "The plan before no longer holds: it needs 68 weeks of App team in 2027Q1, which has 60 weeks."
        for text in found.summary
    )


def test_the_same_plan_as_before_says_that_nothing_changed(found: Plan) -> None:
    before = {start.id: start.period for start in found.solution.chosen}
    again = plan(bank(), seconds=30, previous=before)
    assert again.changes == ()
    assert "Nothing changed against the plan before." in again.summary


def test_requests_that_are_no_longer_asked_for_are_passed_over_in_the_plan_before() -> None:
    scenario = Scenario(("Q1", "Q2"), (), (Candidate("a", 5), Candidate("b", 5)))
    found = plan(scenario, seconds=5, previous={"withdrawn": 0, "a": 0})
    assert [(each.id, each.before, each.after) for each in found.changes] == [("b", None, 0)]


@given(scenarios(), st.dictionaries(st.sampled_from(["r0", "r1", "r2"]), st.integers(0, 2)))
@settings(max_examples=40, deadline=None)
def test_the_same_question_has_the_same_answer_word_for_word(scenario: Scenario, before: dict[str, int]) -> None:
    before = {id_: start for id_, start in before.items() if start < len(scenario.periods)}
    first, second = (plan(scenario, seconds=60, previous=before) for _ in range(2))
    timeless = (replace(found, solution=replace(found.solution, seconds=0, work=0)) for found in (first, second))
    assert next(timeless) == next(timeless)


def test_every_text_tells_whose_names_it_holds(found: Plan) -> None:
    labels = {request.id: request.label for request in bank().requests}
    told = [*found.steps, *found.left_out, *found.prices]
    assert told
    for each in told:
        text = each.reason if hasattr(each, "reason") else each.text
        named = {id_ for id_, label in labels.items() if label in text}
        assert named <= set(each.mentions) | {getattr(each, "id", "")}


def test_reasons_come_as_plain_values(found: Plan) -> None:
    assert {each["id"] for each in left_out_of(found)} == {"0016", "0021", "0026", "0031"}
    reasons = reasons_of(bank(), found)
    assert {each["about"] for each in reasons} == {"summary", "step", "price", "scarce"}
    assert all(each["text"] for each in reasons)
    impossible = Scenario(("Q1",), (Resource("r", (1,)),), (Candidate("a", 1, {"r": (2,)}, mandatory=True),))
    about = reasons_of(impossible, plan(impossible, seconds=5))
    conflict = next(each for each in about if each["about"] == "conflict")
    assert {"kind": "mandatory", "request": "a"} in conflict["limits"]
    assert {"kind": "capacity", "resource": "r", "period": "Q1"} in conflict["limits"]
    assert any(each["about"] == "way_out" and each["amounts"] == [1.0] for each in about)


def test_a_request_that_only_costs_says_so() -> None:
    scenario = Scenario(("Q1",), (), (Candidate("a", -5, label="Alpha"), Candidate("b", 0, label="Beta")))
    found = plan(scenario, seconds=5)
    assert left(found, "a").startswith("It costs 5 more than it brings, and nothing that goes needs it.")
    reasons = [each.reason for each in found.left_out] + [each.text for each in found.steps]
    assert any("rings nothing" in text for text in reasons)


def test_what_needs_another_that_is_too_dear_says_so() -> None:
    scenario = Scenario(
        ("Q1", "Q2"),
        (),
        (Candidate("a", 5, label="Alpha"), Candidate("b", -9, label="Beta")),
        (Requires("a", "b"),),
    )
    assert left(plan(scenario, seconds=5), "a") == (
        "It needs Beta, which does not go. It would fit if Beta went too, though that costs 4 more than they bring."
    )


def test_what_may_start_nowhere_says_why() -> None:
    scenario = Scenario(("Q1", "Q2"), (), (Candidate("a", 5, barred={0: "Freeze", 1: "Freeze"}),))
    assert left(plan(scenario, seconds=5), "a") == (
        "No quarter is left in which it may start: Q1 and Q2 are closed (Freeze). It would fit if it may start in Q1."
    )


def test_without_reasons_there_is_only_the_plan() -> None:
    found = plan(bank(), seconds=30, explain=False)
    assert found.solution.chosen
    assert not (found.steps)
    assert not (found.left_out)
    assert not (found.prices)
    assert not (found.summary)


def test_an_empty_scenario_has_an_empty_plan() -> None:
    found = plan(Scenario(("Q1",)), seconds=5)
    assert found.summary[0] == "0 of 0 requests go; no plan is worth more."


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (number(12_000), "12,000"),
        (number(1_310_000), "1.31 million"),
        (number(0.004), "0.004"),
        (number(2.45, up=True), "2.45"),
        (number(1234.1, up=True), "1,235"),
        (number(-3), "−3"),
        (value(150_591), "151,000"),
        (value(0), "0"),
        (amount(160_000, "€"), "€160,000"),
        (amount(-5, "€"), "−€5"),
        (amount(14, "weeks"), "14 weeks"),
        (amount(3, ""), "3"),
        (listing(["a"]), "a"),
        (listing(["a", "b", "c", "d"]), "a, b, c and d"),
        (listing(["a", "b", "c", "d", "e"]), "a, b, c and 2 more"),
        (name("x" * 500), "x" * 89 + "…"),
        (name("two\nlines"), "two lines"),
    ],
)
def test_numbers_and_names_are_written_as_people_write_them(said: str, text: str) -> None:
    assert said == text


def test_what_a_least_share_keeps_out_may_come_instead_of_what_weighs_against_the_share() -> None:
    cards, loans, more = (
        Candidate("CARDS", 9, effects={"spent": 5}),
        Candidate("LOANS", 30, effects={"spent": 5}),
        Candidate("LOANS-2", 20, effects={"spent": 5}),
    )
    scenario = Scenario(("2027Q1",), (), (cards, loans, more), (Share(("CARDS",), "spent", 0.5),))
    found = plan(scenario, work=5)
    assert [start.id for start in found.solution.chosen] == ["CARDS", "LOANS"]
    assert "It would fit instead of LOANS, which brings 10 more" in found.left_out[0].reason


def test_what_goes_no_earlier_than_those_that_need_it_is_not_said_to_go_first() -> None:
    base, after = Candidate("BASE", -1), Candidate("AFTER", 9)
    together = plan(Scenario(("2027Q1", "2027Q2"), (), (base, after), (Requires("AFTER", "BASE"),)), work=5)
    assert {start.period for start in together.solution.chosen} == {0}
    text = next(step.text for step in together.steps if step.id == "BASE")
    assert "first" not in text
    assert text.endswith("goes in 2027Q1; AFTER needs it.")


def test_a_need_that_is_asked_for_twice_is_explained_like_one() -> None:
    base, after = Candidate("BASE", 1, {"days": (2,)}), Candidate("AFTER", 9, {"days": (2,)})
    small = Candidate("SMALL", 5, {"days": (1,)})
    needs = Requires("AFTER", "BASE")
    resources = (Resource("days", (4,)),)
    once = plan(Scenario(("2027Q1",), resources, (base, after, small), (needs,)), work=5)
    twice = plan(Scenario(("2027Q1",), resources, (base, after, small), (needs, needs)), work=5)
    assert twice.left_out == once.left_out
    assert "instead of" in twice.left_out[0].fits_if
