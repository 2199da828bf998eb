"""The textbook program given to HiGHS as it is: see bench/textbook.py. Runs by itself for bench/planner.py."""

import highspy
import numpy as np

from bench.textbook import Outcome, outcome_of, run_alone, textbook
from board.planner.scenario import Scenario


def plain(scenario: Scenario, seconds: float, *, threads: int | None = None) -> Outcome:
    """HiGHS with its own settings."""
    value, rows = textbook(scenario)
    place = {start: n for n, start in enumerate(value)}
    engine = highspy.Highs()
    engine.setOptionValue("output_flag", False)
    engine.setOptionValue("time_limit", seconds)
    if threads:
        engine.setOptionValue("threads", threads)
    problem = highspy.HighsLp()
    problem.num_col_, problem.num_row_ = len(value), len(rows)
    problem.col_cost_ = np.array(list(value.values()))
    problem.col_lower_, problem.col_upper_ = np.zeros(len(value)), np.ones(len(value))
    problem.row_lower_ = np.array([least for _, least, _ in rows])
    problem.row_upper_ = np.array([most for _, _, most in rows])
    problem.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    problem.a_matrix_.start_ = np.cumsum([0, *(len(terms) for terms, _, _ in rows)])
    problem.a_matrix_.index_ = np.array([place[start] for terms, _, _ in rows for start in terms])
    problem.a_matrix_.value_ = np.array([amount for terms, _, _ in rows for amount in terms.values()])
    problem.sense_ = highspy.ObjSense.kMaximize
    problem.integrality_ = [highspy.HighsVarType.kInteger] * len(value)
    engine.passModel(problem)
    seen: list[tuple[float, float]] = []
    engine.cbMipImprovingSolution += lambda event: seen.append(
        (event.data_out.running_time, event.data_out.objective_function_value)
    )
    engine.run()
    info = engine.getInfo()
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Outcome(None, info.mip_dual_bound)
    x = engine.getSolution().col_value
    return outcome_of(scenario, {start: x[n] > 0.5 for start, n in place.items()}, info.mip_dual_bound, seen)


if __name__ == "__main__":
    run_alone(plain)
