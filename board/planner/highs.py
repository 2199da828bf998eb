"""HiGHS, asked with arrays: a relaxation, or a 0/1 program with a first solution, a limit and a way to stop it."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import highspy
import numpy as np
import scipy.sparse as sp

from board.planner.model import Floats, Ints

# Sums are compared to one part in a thousand million (check.TOLERANCE), so HiGHS must not be more generous.
FEASIBILITY = 1e-9
# Small parts are solved again and again: what only pays in long searches is left out.
PART = {
    "mip_pscost_minreliable": 1,
    "mip_allow_restart": False,
    "mip_detect_symmetry": False,
    "mip_heuristic_run_rins": False,
    "mip_heuristic_run_root_reduced_cost": False,
}

# To hand a program over is as much work as to look up so many times, and so many steps of the simplex as one look.
STARTING = 10
STEPS = 800


@dataclass(frozen=True)
class Relaxed:
    """The best fractional solution. `status` is "optimal", "infeasible" or "stopped"; `prices` are the duals of the
    rows and `reduced` the reduced costs of the columns, both of a maximum. `work` as in `Answer`."""

    status: str
    value: float = math.inf
    x: Floats | None = None
    prices: Floats | None = None
    reduced: Floats | None = None
    work: float = 0.0


@dataclass(frozen=True)
class Answer:
    """What came of a 0/1 program. `status` is "optimal" (within the gap asked for), "infeasible" or "stopped"; `work`
    what was done for it, see `work_of`."""

    status: str
    x: Floats | None
    value: float
    bound: float
    work: float = 0.0


@dataclass(frozen=True)
class Limits:
    """When to stop: seconds on the clock, nodes of the search, how often HiGHS looks up from its work, or work that is
    counted (all three repeatable, unlike seconds), relative gap."""

    seconds: float = math.inf
    work: float = math.inf
    nodes: int | None = None
    gap: float = 0.0
    seed: int = 0
    looks: int | None = None


@dataclass(frozen=True)
class Watch:
    """What is told while it searches, and what it is asked: `found` gets each better solution with its value, `bound`
    each better bound, `offer` may hand in a solution found elsewhere, `stop` says whether to stop now."""

    found: Callable[[Floats, float], object] | None = None
    bound: Callable[[float], None] | None = None
    offer: Callable[[float], Floats | None] | None = None
    stop: Callable[[], bool] | None = None


def work_of(amounts: int, looks: float, steps: float = 0.0) -> float:
    """How much HiGHS did on a program with so many amounts in its rows: by how often it looked up, and its steps of the
    simplex. The unit is about a second of an idle processor; it does not depend on the machine or on what else runs."""
    return (STARTING + looks + steps / STEPS) * _look(amounts)


def looks_for(amounts: int, work: float) -> float:
    """How often HiGHS may look up within so much work."""
    return max(0.0, work / _look(amounts) - STARTING)


def _look(amounts: int) -> float:
    return (2000 + amounts) * 5e-7


def _passed(
    value: Floats, rows: sp.csr_array, lower: Floats, upper: Floats, *, loose: int | None, limits: Limits
) -> highspy.Highs:
    """A HiGHS that holds the program, whole numbers only but for the last `loose` columns (None: for all). Rows with
    very large or small amounts are scaled by a power of two, which changes no amount's digits."""
    rows, lower, upper = _scaled(rows, lower, upper)
    columns = len(value)
    problem = highspy.HighsLp()
    problem.num_col_, problem.num_row_ = columns, len(lower)
    problem.col_cost_, problem.col_lower_, problem.col_upper_ = value, np.zeros(columns), np.ones(columns)
    problem.row_lower_, problem.row_upper_ = lower, upper
    problem.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    problem.a_matrix_.start_ = rows.indptr
    problem.a_matrix_.index_ = rows.indices
    problem.a_matrix_.value_ = rows.data
    problem.sense_ = highspy.ObjSense.kMaximize
    if loose is not None:
        whole, parts = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
        problem.integrality_ = [whole] * (columns - loose) + [parts] * loose
    engine = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, setting in {
        "output_flag": False,
        "threads": 1,
        "random_seed": limits.seed % 2**31,
        "mip_feasibility_tolerance": FEASIBILITY,
        "primal_feasibility_tolerance": FEASIBILITY,
        "mip_rel_gap": limits.gap,
        "mip_abs_gap": 0.0,
        **(PART if limits.nodes is not None else {}),
    }.items():
        engine.setOptionValue(name, setting)
    if math.isfinite(limits.seconds):
        engine.setOptionValue("time_limit", max(0.0, limits.seconds))
    if limits.nodes is not None:
        engine.setOptionValue("mip_max_nodes", limits.nodes)
    engine.passModel(problem)
    return engine


def _scaled(rows: sp.csr_array, lower: Floats, upper: Floats) -> tuple[sp.csr_array, Floats, Floats]:
    sizes = np.ones(len(lower))
    filled = np.diff(rows.indptr) > 0
    if rows.nnz:
        sizes[filled] = np.maximum.reduceat(np.abs(rows.data), rows.indptr[:-1][filled])
    exponent = np.where((sizes > 1e4) | (sizes < 1e-2), np.ceil(np.log2(sizes)), 0.0)
    factor = np.exp2(-exponent)
    data = rows.data * np.repeat(factor, np.diff(rows.indptr))
    return sp.csr_array((data, rows.indices, rows.indptr), shape=rows.shape), lower * factor, upper * factor


def value_scale(value: Floats) -> float:
    """A power of two that brings the values into a size that HiGHS compares well."""
    size = float(np.abs(value).max(initial=0.0))
    return 1.0 if size == 0 or 1e-1 <= size <= 1e5 else 2.0 ** (6 - math.ceil(math.log2(size)))


class Relaxation:
    """The program where columns may lie between 0 and 1. Solved again quickly after columns were fixed."""

    def __init__(self, value: Floats, rows: sp.csr_array, lower: Floats, upper: Floats) -> None:
        self.scale = value_scale(value)
        self.factor = _row_factor(rows, lower)
        self.amounts = rows.nnz
        self.engine = _passed(value * self.scale, rows, lower, upper, loose=None, limits=Limits())

    def solve(self, limits: Limits, how: str = "choose") -> Relaxed:
        """Its best point, within the seconds or the work of the limits. `how` is "simplex", "ipm" or "choose"."""
        engine = self.engine
        engine.setOptionValue("solver", how)
        engine.setOptionValue("time_limit", engine.getRunTime() + max(0.0, limits.seconds))
        steps = STEPS * looks_for(self.amounts, limits.work)
        engine.setOptionValue("simplex_iteration_limit", int(min(steps, 2**31 - 1)))
        engine.run()
        found = self._found()
        return replace(found, work=work_of(self.amounts, 0, max(0, engine.getInfo().simplex_iteration_count)))

    def _found(self) -> Relaxed:
        engine = self.engine
        status = engine.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return Relaxed("infeasible", -math.inf)
        if status == highspy.HighsModelStatus.kModelEmpty:
            nothing = np.zeros(0)
            return Relaxed("optimal", 0.0, nothing, nothing, nothing)
        if status != highspy.HighsModelStatus.kOptimal:
            return Relaxed("stopped")
        found = engine.getSolution()
        return Relaxed(
            "optimal",
            engine.getInfo().objective_function_value / self.scale,
            np.array(found.col_value),
            np.array(found.row_dual) * self.factor / self.scale,
            np.array(found.col_dual) / self.scale,
        )

    def bind(self, columns: Ints, lower: Floats, upper: Floats) -> None:
        """Give columns other limits."""
        self.engine.changeColsBounds(len(columns), columns.astype(np.int32), lower, upper)

    def weigh(self, value: Floats) -> None:
        """Give the columns other values."""
        places = np.arange(len(value), dtype=np.int32)
        self.engine.changeColsCost(len(value), places, value * self.scale)

    def limit(self, lower: Floats, upper: Floats) -> None:
        """Give all rows other limits."""
        places = np.arange(len(lower), dtype=np.int32)
        self.engine.changeRowsBounds(len(lower), places, lower * self.factor, upper * self.factor)  # type: ignore[attr-defined]

    def ray(self) -> Floats | None:
        """Of an infeasible one: how many times to take each row so that their sum shows it (up to the sign)."""
        _, there, ray = self.engine.getDualRay()  # type: ignore[attr-defined]
        return np.array(ray) * self.factor if there else None


def relax(value: Floats, rows: sp.csr_array, lower: Floats, upper: Floats, limits: Limits) -> Relaxed:
    """The relaxation's best point."""
    return Relaxation(value, rows, lower, upper).solve(limits)


def _row_factor(rows: sp.csr_array, lower: Floats) -> Floats:
    ones = np.ones(len(lower))
    return _scaled(rows, ones, ones)[1]


def search(
    value: Floats,
    rows: sp.csr_array,
    lower: Floats,
    upper: Floats,
    limits: Limits,
    *,
    first: Floats | None = None,
    loose: int = 0,
    watch: Watch | None = None,
) -> Answer:
    """The best 0/1 point that is found within the limits, and a proven bound on any. The last `loose` columns may lie
    between."""
    scale = value_scale(value)
    engine = _passed(value * scale, rows, lower, upper, loose=loose, limits=limits)
    if first is not None:
        solution = highspy.HighsSolution()
        solution.col_value = first
        engine.setSolution(solution)
    looks = min(math.inf if limits.looks is None else limits.looks, looks_for(rows.nnz, limits.work))
    looked = _watched(engine, watch or Watch(), scale, looks)
    engine.run()
    work = work_of(rows.nnz, looked[0])
    info = engine.getInfo()
    status = engine.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        return Answer("infeasible", None, -math.inf, -math.inf, work)
    some = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    x = np.array(engine.getSolution().col_value) if some else None
    if x is not None:
        x[: len(x) - loose] = np.round(x[: len(x) - loose])
    bound = info.mip_dual_bound / scale if len(value) else 0.0
    done = status in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kModelEmpty)
    return Answer("optimal" if done else "stopped", x, float(value @ x) if x is not None else -math.inf, bound, work)


def _watched(engine: highspy.Highs, watch: Watch, scale: float, looks: float) -> list[int]:
    """Tells, asks, and ends the search after so many looks. Returns how often it looked up, which goes on counting."""
    looked = [0]

    def interrupted(event: highspy.highs.HighsCallbackEvent) -> None:
        if watch.bound:
            watch.bound(event.data_out.mip_dual_bound / scale)
        looked[0] += 1
        if event.data_in and (looked[0] > looks or (watch.stop and watch.stop())):
            event.data_in.user_interrupt = True

    def improved(event: highspy.highs.HighsCallbackEvent) -> None:
        if watch.found:
            x = np.round(np.array(event.data_out.mip_solution, float))
            watch.found(x, event.data_out.objective_function_value / scale)

    def asked(event: highspy.highs.HighsCallbackEvent) -> None:
        offered = watch.offer(event.data_out.mip_primal_bound / scale) if watch.offer else None
        if offered is not None and event.data_in:
            event.data_in.setSolution(offered)

    engine.cbMipInterrupt += interrupted
    engine.cbMipImprovingSolution += improved
    if watch.offer:
        engine.cbMipUserSolution += asked
    return looked
