"""All the reasons of a solution, in the time there is."""

from collections.abc import Mapping
from dataclasses import replace

from board.planner.clock import Clock, Work
from board.planner.scenario import Scenario, Solution
from board.planner.why.against_before import explain_changes, summary_of_changes
from board.planner.why.conflict import explain_conflict
from board.planner.why.ledger import Ledger
from board.planner.why.left_out import explain_left_out
from board.planner.why.prices import explain_prices
from board.planner.why.reasons import Plan
from board.planner.why.scarce import explain_scarce
from board.planner.why.steps import explain_steps
from board.planner.why.summary import summarise, summary_of_prices
from board.planner.why.unknown import explain_unknown
from board.planner.why.wording import Words

# What pricing may take for each request, in units of work, where the clock leaves less: a busy machine too has prices.
PRICING = 0.005
# How many seconds a contradiction gets at least to be named and to find ways out, where the search left less.
NAMING_LEAST = 30.0


def explain_solution(
    scenario: Scenario, solution: Solution, clock: Clock, previous: Mapping[str, int] | None = None
) -> Plan:
    """The plan with all its reasons; see `Plan`. Every step and every request that is left out has its sentence however
    little time there is; rivals, who could make room, conflict and prices are as complete as the clock allows."""
    words = Words(scenario)
    if solution.objective is None:
        return _without_plan(scenario, solution, words, clock)
    ledger = Ledger(scenario, {start.id: start.period for start in solution.chosen})
    steps, left_out = explain_steps(ledger, words, clock), explain_left_out(ledger, words, clock)
    summary = list(summarise(ledger, words, solution, left_out))
    changes = explain_changes(ledger, words, previous, steps, left_out) if previous else ()
    if previous:
        summary += summary_of_changes(ledger, words, previous, changes)
    scarce = explain_scarce(scenario, words, clock)
    least = PRICING * len(scenario.requests)
    if clock.left < least and not (clock.cancelled and clock.cancelled()):
        clock = Clock(least, clock.cancelled, Work())
    prices = explain_prices(scenario, solution, words, clock)
    summary += summary_of_prices(prices)
    return Plan(solution, tuple(summary), steps, left_out, None, prices, changes, scarce)


def _without_plan(scenario: Scenario, solution: Solution, words: Words, clock: Clock) -> Plan:
    if not clock.counts_work and clock.left < NAMING_LEAST:
        clock = clock.of(NAMING_LEAST)
    conflict = explain_conflict(scenario, words, clock, known=solution.status == "infeasible")
    if conflict is None and solution.status != "infeasible":
        conflict = explain_unknown(scenario, words, clock)
    if conflict is None:
        return Plan(solution, ("No plan was found in the time there was, though none is known to be impossible.",))
    if conflict.proven:
        # The search may not have got so far.
        solution = replace(solution, status="infeasible", bound=None)
    way = "A way out" if conflict.proven else "A sure way to a plan"
    cheapest = (f"{way}: {each.text}" for each in conflict.relaxations[:1])
    return Plan(solution, (conflict.text, *conflict.lines, *cheapest), conflict=conflict)
