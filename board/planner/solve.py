"""Find the best plan that can be found in the time, and prove how much better any other could be."""

import math
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from board.planner import highs
from board.planner.check import check_plan, check_scenario, value_of
from board.planner.clock import Clock, Work
from board.planner.forced import what_matters, without_sums
from board.planner.greedy import Greedy, shortfall
from board.planner.local import Guide, Local, Pool
from board.planner.model import Floats, Program, build
from board.planner.scenario import Scenario, Solution, Start

# Closer than this is as good as equal: what double precision leaves of sums over thousands of requests.
EQUAL = 1e-9
# With so few starts HiGHS alone is done before a local search would have begun.
FEW = 40
# How often the relaxation is rounded with other luck.
ROUNDINGS = 6
# How many seconds past the limit the second thread is waited for.
GRACE = 1.0
# The share of the time that is kept for choosing among equally good plans, and the most seconds that may take.
SETTLING = 0.05
SETTLING_MOST = 10.0
# The share of the time in which it is asked, where no first plan was found, whether what must go can.
FORCED = 0.3


@dataclass(frozen=True, slots=True)
class Incumbent:
    """The best plan so far, while the search goes on. Without a plan yet, `objective` is None and `chosen` empty."""

    seconds: float
    objective: float | None
    bound: float | None
    chosen: tuple[Start, ...] = ()


def gap_of(objective: float | None, bound: float | None) -> float | None:
    """How much better another plan could be at most, as a share of this one's value."""
    if objective is None or bound is None:
        return None
    return max(0.0, bound - objective) / max(abs(objective), EQUAL)


class Race:
    """What is known so far: the best plan, the best bound, and when to stop. Shared by whoever searches."""

    def __init__(
        self,
        program: Program,
        clock: Clock,
        gap: float,
        progress: Callable[[Incumbent], None] | None,
    ) -> None:
        self.program = program
        self.began = time.monotonic()
        self.clock = clock
        self.gap = gap
        self.progress = progress
        self.x: Floats | None = None
        self.objective = -math.inf
        self.bound = math.inf
        self.over = False
        self.lock = threading.RLock()

    def apart(self) -> "Race":
        """A race of its own from here on, with as much work."""
        other = Race(self.program, Clock(self.clock.left, self.clock.cancelled, Work()), self.gap, None)
        other.x, other.objective, other.bound = self.x, self.objective, self.bound
        return other

    def join(self, other: "Race", *, alone: bool) -> None:
        """Take what another race came to: the better of both, or what it has `alone`."""
        if alone:
            self.x, self.objective, self.bound = other.x, other.objective, other.bound
        elif other.x is not None:
            self.found(other.x)
        self.proven(other.bound)

    def stop(self) -> bool:
        """Whether to end the search now."""
        return self.over or self.ended() or self.near()

    def ended(self) -> bool:
        """Whether the time is up or somebody said to stop."""
        return self.clock.left <= 0

    def instead(self, x: Floats) -> None:
        """Take a plan in place of one that is as good."""
        plan = self.program.plan_of(x)
        objective = value_of(self.program.scenario, plan)
        as_good = objective >= self.objective - 2 * EQUAL * abs(self.objective)
        if as_good and not check_plan(self.program.scenario, plan):
            self.x, self.objective = x, objective

    def end(self) -> None:
        """End the search in all threads."""
        self.over = True

    def offer(self, objective: float) -> Floats | None:
        """The best plan for who only has one of that value."""
        with self.lock:
            better = self.x is not None and self.objective > objective + EQUAL * abs(objective)
            return self.x if better else None

    def near(self) -> bool:
        """Whether the proven gap is as small as was asked for."""
        if self.x is None or not math.isfinite(self.bound):
            return False
        return self.bound - self.objective <= max(self.gap, EQUAL) * max(abs(self.objective), EQUAL)

    def found(self, x: Floats) -> bool:
        """Take a plan if it is better than the one there is and keeps every rule."""
        plan = self.program.plan_of(x)
        objective = value_of(self.program.scenario, plan)
        if objective <= self.objective or check_plan(self.program.scenario, plan):
            return False
        with self.lock:
            if self.over or objective <= self.objective:
                return False
            self.x, self.objective = x, objective
            self.tell()
        return True

    def proven(self, bound: float) -> None:
        """Take a bound if it is closer."""
        with self.lock:
            self.bound = self.bound if self.over else min(self.bound, bound)

    def tell(self) -> None:
        """Report what there is."""
        if self.progress:
            objective = self.objective if self.x is not None else None
            bound = self.bound if math.isfinite(self.bound) else None
            self.progress(Incumbent(time.monotonic() - self.began, objective, bound, _chosen(self.program, self.x)))


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
    # Who first has what depends on the clock. Where that must not matter, neither hears of the other until both end.
    proving = race.apart() if race.clock.counts_work else race
    beside = ThreadPoolExecutor(1, "prove")
    proof = beside.submit(_prove, proving, seed)
    try:
        if len(program.starts) > FEW and _improve(race, greedy, first, seed, lambda: _proved(proof)):
            return "infeasible"
        status = proof.result(timeout=None if race.clock.counts_work else race.clock.left + GRACE)
        if proving is not race:
            race.join(proving, alone=status == "proven")
        return "open" if race.x is not None else status
    except TimeoutError:
        # HiGHS does not look up while it prepares a large program. It ends by itself soon; nobody listens any more.
        return "open"
    finally:
        race.end()
        proving.end()
        beside.shutdown(wait=False)


def _proved(proof: Future[str]) -> bool:
    """Whether the search for a proof has ended with one."""
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
    if relaxed.x is not None and relaxed.reduced is not None:
        race.proven(relaxed.value + EQUAL * abs(relaxed.value))
        guide = Guide(relaxed.x, relaxed.reduced)

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


def _prove(race: Race, seed: int) -> str:
    """Search the whole with HiGHS: "proven" best, "infeasible", or "open" when the time is up."""
    program = race.program
    if race.x is None and _cannot_go(race, seed):
        return "infeasible"
    rows, lower, upper = program.rows, program.lower, program.upper
    watch = highs.Watch(found=lambda x, _: race.found(x), bound=race.proven, stop=race.stop, offer=race.offer)
    while True:
        limits = replace(race.clock.limits(), gap=race.gap, seed=seed)
        answer = highs.search(program.value, rows, lower, upper, limits, first=race.x, watch=watch)
        race.clock.spend(answer.work)
        if answer.status == "infeasible":
            # Every point is ruled out but, maybe, those ruled out below, and those are no plans.
            race.proven(race.objective)
            return "infeasible" if race.x is None else "proven"
        race.proven(answer.bound)
        if answer.x is None or answer.status != "optimal" or race.found(answer.x) or race.near():
            return "proven" if answer.status == "optimal" or race.near() else "open"
        if value_of(program.scenario, program.plan_of(answer.x)) <= race.objective:
            return "proven"
        # Within HiGHS's tolerance but not within ours: that very choice is ruled out, and the search goes on.
        rows, lower, upper = _without(answer.x, rows, lower, upper)


def _cannot_go(race: Race, seed: int) -> bool:
    """Whether already what must go cannot: a small program, where the whole one may take long to show it."""
    part = build(what_matters(without_sums(race.program.scenario)))
    if part.impossible or not part.starts:
        return part.impossible
    limits = replace(race.clock.limits(race.clock.left * FORCED), seed=seed)
    watch = highs.Watch(stop=race.stop)
    answer = highs.search(np.zeros(len(part.starts)), part.rows, part.lower, part.upper, limits, watch=watch)
    race.clock.spend(answer.work)
    return answer.status == "infeasible"


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


def _without(x: Floats, rows: sp.csr_array, lower: Floats, upper: Floats) -> tuple[sp.csr_array, Floats, Floats]:
    signs = np.where(x > 0.5, 1.0, -1.0)
    row = sp.csr_array(signs.reshape(1, -1))
    return (
        sp.csr_array(sp.vstack([rows, row])),
        np.append(lower, -np.inf),
        np.append(upper, float((x > 0.5).sum()) - 1),
    )


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
        chosen=_chosen(race.program, race.x),
    )


def _chosen(program: Program, x: Floats | None) -> tuple[Start, ...]:
    """In the order of the periods, then of the requests."""
    if x is None:
        return ()
    plan = program.plan_of(x)
    place = {request.id: n for n, request in enumerate(program.scenario.requests)}
    return tuple(Start(request, plan[request]) for request in sorted(plan, key=lambda each: (plan[each], place[each])))
