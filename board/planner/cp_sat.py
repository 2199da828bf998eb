"""CP-SAT, a second engine, in a process of its own: OR-Tools brings another HiGHS, and one process cannot load both.

Run by its path (see `beside.py`), so it knows nothing of the planner. Each line is JSON. Standard input has a problem
in whole numbers `[values, rows]`, each row `[columns, amounts, least, most]`, and then rounds
`[seconds, work, seed, hint]`, the hint being the columns of a plan found elsewhere. Standard output has
`{"plan": columns}` for each better plan, and at the end of each round `{"status", "bound", "work"}`. It ends when
nobody asks any more.
"""

import json
import os
import queue
import sys
import threading
from typing import Any

from ortools.sat.python import cp_model

# So many of CP-SAT's ways to search take turns on one processor: with one alone it would not improve what it has.
WAYS = 4
# What CP-SAT counts as one takes about so many seconds of an idle processor.
UNIT = 1.5


class Teller(cp_model.CpSolverSolutionCallback):
    """Hands in each better plan."""

    def __init__(self, columns: list[cp_model.IntVar]) -> None:
        super().__init__()
        self.columns = columns

    def on_solution_callback(self) -> None:
        """Called by CP-SAT."""
        tell({"plan": [place for place, column in enumerate(self.columns) if self.boolean_value(column)]})


def tell(what: dict[str, Any]) -> None:
    """Say it at once."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def listen(rounds: "queue.Queue[Any]") -> None:
    """Read what is asked. Where nobody asks any more, end in the midst of a search too."""
    for line in sys.stdin:
        rounds.put(json.loads(line))
    os._exit(0)


def main() -> None:
    """Build the model once, search it round after round."""
    rounds: queue.Queue[Any] = queue.Queue()
    threading.Thread(target=listen, args=(rounds,), daemon=True).start()
    values, rows = rounds.get()
    model = cp_model.CpModel()
    columns = [model.new_bool_var("") for _ in values]
    for places, amounts, least, most in rows:
        total = cp_model.LinearExpr.weighted_sum([columns[place] for place in places], amounts)
        model.add_linear_constraint(total, least, most)
    model.maximize(cp_model.LinearExpr.weighted_sum(columns, values))
    while True:
        seconds, work, seed, hint = rounds.get()
        model.clear_hints()  # type: ignore[no-untyped-call]
        taken = set(hint)
        for place, column in enumerate(columns if hint else []):
            model.add_hint(column, place in taken)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = WAYS
        solver.parameters.interleave_search = True
        solver.parameters.interleave_batch_size = 1
        solver.parameters.random_seed = seed
        solver.parameters.max_time_in_seconds = seconds
        solver.parameters.max_deterministic_time = work / UNIT
        status = solver.solve(model, Teller(columns))
        tell(
            {
                "status": solver.status_name(status),
                "bound": solver.best_objective_bound,
                "work": UNIT * solver.response_proto.deterministic_time,
            }
        )


if __name__ == "__main__":
    main()
