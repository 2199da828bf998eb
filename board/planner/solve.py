"""Find the best plan that can be found in the time, and prove how much better any other could be."""

import math
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import scipy.sparse as sp

from board.planner import highs
from board.planner.check import check_scenario
from board.planner.clock import Clock, Work
from board.planner.greedy import Greedy, shortfall
from board.planner.local import Guide, Local, Pool
from board.planner.model import Floats, Program, build
from board.planner.prove import prove, search_otherwise
from board.planner.race import EQUAL, Incumbent, Race, chosen_of, gap_of
from board.planner.scenario import Scenario, Solution

__all__ = ["Incumbent", "solve"]

# With so few starts HiGHS alone is done before a local search would have begun.
FEW = 40
# How often the relaxation is rounded with other luck.
ROUNDINGS = 6
# How many seconds past the limit the second thread is waited for.
GRACE = 1.0
# The share of the time that is kept for choosing among equally good plans, and the most seconds that may take.
SETTLING = 0.05
SETTLING_MOST = 10.0


def solve(
    scenario: Scenario,
    *,
    seconds: float = math.inf,
    work: float | None = None,
    gap: float = 0.0,
    seed: int = 0,
    previous: Mapping[str, int] | None = None,
    progress: Callable[[Incumbent], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Solution:
    """The best plan found within `seconds`, with a proven bound. Raises `ScenarioProblem` for one that makes no sense.

    With `work` the search ends after so much counted work instead, each unit about a second of an idle processor: the
    same scenario, seed and work then give the same plan whatever else the machine does. `gap` is the proven gap at
    which it may stop, 0 for the best there is; `previous` the plan of before (request to period), from which the search
    begins and to which it keeps among equally good plans. `progress` is called with each better plan, `cancelled` is
    asked often and ends the search with what there is.
    """
    began = time.monotonic()
    clock = Clock(seconds, cancelled) if work is None else Clock(work, cancelled, Work())
    check_scenario(scenario)
    program = build(scenario)
    race = Race(program, clock.part(1 - SETTLING), gap, progress)
    status = "infeasible" if program.impossible else _search(race, seed, previous or {})
    race.clock = clock
    _fill_up(race)
    _settle(race, seed, previous)
    return replace(_solution(race, status), seconds=time.monotonic() - began, work=clock.gone)


def _search(race: Race, seed: int, previous: Mapping[str, int]) -> str:
    """Whether it is "infeasible", or "open": see the race. Local search looks for better plans here; beside it, in a
    thread of its own, HiGHS searches the whole for a proof."""
    program = race.program
    race.proven(_everything(program))
    race.found(np.zeros(len(program.starts)))
    if not program.starts:
        race.proven(race.objective)
        return "infeasible" if race.x is None else "open"
    greedy = Greedy(program)
    first = _best(program, [_before(greedy, previous), greedy.plan(seed, race.stop)])
    race.found(first)
    # Who first has what depends on the clock. Where that must not matter, none hears of the others until all end.
    counted = race.clock.counts_work
    proving, other = (race.apart() if counted else race for _ in range(2))
    beside = ThreadPoolExecutor(2, "beside")
    proof = beside.submit(prove, proving, seed)
    otherwise = beside.submit(search_otherwise, other, seed) if len(program.starts) > FEW else None
    try:
        heard = [proof] if counted or otherwise is None else [proof, otherwise]
        if len(program.starts) > FEW and _improve(race, greedy, first, seed, lambda: any(map(_proved, heard))):
            return "infeasible"
        left = race.clock.left
        status = proof.result(timeout=None if counted or math.isinf(left) else left + GRACE)
        if counted:
            race.join(proving, alone=status == "proven")
        if counted and otherwise and status == "open":
            race.join(other, alone=otherwise.result() == "proven")
        return "open" if race.x is not None else status
    except TimeoutError:
        # HiGHS does not look up while it prepares a large program. It ends by itself soon; nobody listens any more.
        return "open"
    finally:
        for each in (race, proving, other):
            each.end()
        beside.shutdown(wait=False)


def _proved(proof: Future[str]) -> bool:
    """Whether a search of the whole has ended with a proof. Raises what ended it otherwise."""
    return proof.done() and proof.result() != "open"


def _everything(program: Program) -> float:
    """What all requests that bring something would bring together: a bound before any other is there."""
    bests = (max((float(program.value[column]) for column in columns), default=0.0) for columns in program.columns)
    return math.fsum(max(0.0, best) for best in bests)


def _best(program: Program, points: list[Floats]) -> Floats:
    """The point that falls least short of what must be met, then that of the highest value."""
    return min(points, key=lambda x: (shortfall(program, x), -float(program.value @ x)))


def _before(greedy: Greedy, previous: Mapping[str, int]) -> Floats:
    """What can be kept of the previous plan, mended and filled up."""
    program = greedy.program
    greedy.empty()
    ids = [request.id for request in program.scenario.requests]
    kept = [n for n, (place, period) in enumerate(program.starts) if previous.get(ids[place]) == period]
    greedy.liking[kept] = 10.0
    for column in kept:
        greedy.put_with_needs(column)
    greedy.meet(np.random.default_rng(0), lambda: False)
    greedy.fill(greedy.worth)
    return greedy.x.copy()


def _improve(race: Race, greedy: Greedy, first: Floats, seed: int, proven: Callable[[], bool]) -> bool:
    """Round the relaxation, then improve the better plan part by part until the time is up or the proof is there.
    Whether the relaxation shows that there is no plan."""
    program = race.program

    def stop() -> bool:
        return proven() or race.stop()

    relaxed = highs.relax(program.value, program.rows, program.lower, program.upper, race.clock.limits())
    race.clock.spend(relaxed.work)
    if relaxed.status == "infeasible" and race.x is None:
        return True
    guide = None
    if relaxed.x is not None and relaxed.reduced is not None and relaxed.prices is not None:
        race.proven(relaxed.value + EQUAL * abs(relaxed.value))
        guide = Guide(relaxed.x, relaxed.reduced, relaxed.prices)

    def fresh(number: int) -> Floats:
        seeds = range(seed + number * ROUNDINGS, seed + (number + 1) * ROUNDINGS)
        race.clock.spend(highs.work_of(program.rows.nnz, 0))
        rounded = [greedy.plan(each, stop, relaxed.x) for each in seeds]
        in_line = [] if relaxed.x is None else [greedy.in_line(seed + number, relaxed.x)]
        return _best(program, rounded + in_line)

    race.found(rounded := fresh(0))
    pool = Pool(Local(program, first, seed, race.clock, guide), fresh, [_best(program, [first, rounded])])
    while not stop():
        better = pool.step(stop)
        if better is not None:
            race.found(better)
        if race.x is not None:
            pool.welcome(race.x)
    return False


def _fill_up(race: Race) -> None:
    """Take up what there is room for in the best plan: a search that was ended early may not have come to it."""
    if race.x is None or race.near():
        return
    greedy = Greedy(race.program)
    greedy.start_from(race.x)
    greedy.fill(race.program.value)
    race.instead(greedy.x)


def _settle(race: Race, seed: int, previous: Mapping[str, int] | None) -> None:
    """Among plans of the value that was found take the one closest to the previous plan: the most requests at their
    old period, then the most that still go. Without a previous plan, where several are proven best, always the same
    one. Small programs need no such choice: HiGHS alone answers always the same."""
    program = race.program
    if race.x is None or race.ended() or not (previous or (race.near() and len(program.starts) > FEW)):
        return
    ids = [request.id for request in program.scenario.requests]
    if previous:
        wish = np.array(
            [
                3.0 * (previous.get(ids[n]) == period) + (1.0 if ids[n] in previous else -1.0)
                for n, period in program.starts
            ]
        )
    else:
        wish = np.random.default_rng((seed, 5)).integers(1, 1000, len(program.starts)).astype(float)
    row = sp.csr_array(program.value.reshape(1, -1))
    least = race.objective - EQUAL * abs(race.objective)
    answer = highs.search(
        wish,
        sp.csr_array(sp.vstack([program.rows, row])),
        np.append(program.lower, least),
        np.append(program.upper, np.inf),
        replace(race.clock.limits(SETTLING_MOST), seed=seed),
        first=race.x,
        watch=highs.Watch(stop=race.ended),
    )
    race.clock.spend(answer.work)
    if answer.x is not None and (previous or answer.status == "optimal"):
        race.instead(answer.x)


def _solution(race: Race, status: str) -> Solution:
    if status == "infeasible":
        return Solution("infeasible", None, None, None, 0.0)
    bound = race.bound if math.isfinite(race.bound) else None
    if race.x is None:
        return Solution("unknown", None, bound, None, 0.0)
    if bound is not None:
        bound = max(bound, race.objective)
    gap = gap_of(race.objective, bound)
    best = gap is not None and gap <= EQUAL
    return Solution(
        status="optimal" if best else "feasible",
        objective=race.objective,
        bound=race.objective if best else bound,
        gap=0.0 if best else gap,
        seconds=0.0,
        chosen=chosen_of(race.program, race.x),
    )
