"""The textbook program given to CP-SAT as it is: see bench/textbook.py. Runs by itself for bench/planner.py."""

import math

from ortools.sat.python import cp_model

from bench.textbook import Outcome, outcome_of, run_alone, textbook
from board.planner.scenario import Scenario


def plain(scenario: Scenario, seconds: float, *, seed: int = 0) -> Outcome:
    """CP-SAT with its own settings, on as many workers as there are processors."""
    value, rows = textbook(scenario)
    model = cp_model.CpModel()
    columns = {start: model.new_bool_var(f"{start[0]}@{start[1]}") for start in value}
    for terms, least, most in rows:
        total = sum(round(1000 * amount) * columns[start] for start, amount in terms.items())
        low = cp_model.INT32_MIN * 1000 if math.isinf(least) else math.ceil(1000 * least - 1e-6)
        high = cp_model.INT32_MAX * 1000 if math.isinf(most) else math.floor(1000 * most + 1e-6)
        if terms:
            model.add_linear_constraint(total, low, high)
    model.maximize(sum(round(1000 * each) * columns[start] for start, each in value.items()))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.random_seed = seed
    seen = _First()
    status = solver.solve(model, seen)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Outcome(None, solver.best_objective_bound / 1000)
    taken = {start: solver.boolean_value(column) for start, column in columns.items()}
    return outcome_of(scenario, taken, solver.best_objective_bound / 1000, seen.at)


class _First(cp_model.CpSolverSolutionCallback):
    """Notes when solutions came."""

    def __init__(self) -> None:
        super().__init__()
        self.at: list[tuple[float, float]] = []

    def on_solution_callback(self) -> None:
        """Called by CP-SAT."""
        self.at.append((self.wall_time, self.objective_value / 1000))


if __name__ == "__main__":
    run_alone(plain)
