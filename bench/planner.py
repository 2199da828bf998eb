"""The planner beside plain HiGHS and plain CP-SAT: value, proven gap and time to the first plan, on the same scenarios.

    ./dev bench planner [--requests 300] [--periods 8] [--seeds 1 2 3] [--seconds 60] [--tightness 0.3] [--rules 1]
                        [--only planner highs cp_sat] [--shapes knapsack mine pairs choices needs]

Prints one line of JSON for each scenario (bench/planning.py says how they are made, or with `--shapes` bench/shapes.py)
and engine. The engines run one
after the other, each in a process of its own that starts with the scenario read; each may use both processors. `gap` is
(bound - value) / value, as each engine has proven it itself; `apart` is by how much the value falls short of the best
that any of the three found. `first` is when the first plan was there, `good` when the first one was that is worth at
least nine tenths of the bound, `peak_mb` the most memory that the process had, `cpu` the
processor's seconds that it got (twice `--seconds` at most, on two processors). The load of the machine is the mean of
the last minute when the engine had finished.
"""

import argparse
import json
import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.planning import make_scenario
from bench.shapes import SHAPES, make_shape
from bench.textbook import Outcome, run_alone, spent
from board.planner.check import check_plan
from board.planner.scenario import Scenario

ENGINES = ("planner", "highs", "cp_sat")


def ours(scenario: Scenario, seconds: float) -> Outcome:
    """The planner, without reasons."""
    from board.planner.solve import Incumbent, solve  # noqa: PLC0415 only its own process loads HiGHS

    seen: list[Incumbent] = []
    solution = solve(scenario, seconds=seconds, progress=seen.append)
    broken = check_plan(scenario, {start.id: start.period for start in solution.chosen})
    if broken:
        raise AssertionError(broken[:3])
    good = next((at.seconds for at in seen if (at.objective or 0) >= 0.9 * (solution.bound or 0)), None)
    first = seen[0].seconds if seen else None
    return Outcome(solution.objective, solution.bound or float("inf"), first, good, *spent())


def measured(scenario: Scenario, engine: str, seconds: float) -> dict[str, Any]:
    """What one engine makes of the scenario, in a process of its own."""
    module = {"planner": "bench.planner", "highs": "bench.plain_highs", "cp_sat": "bench.plain_cp_sat"}[engine]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "scenario.pickle"
        file.write_bytes(pickle.dumps(scenario))
        ran = subprocess.run(
            [sys.executable, "-m", module, str(file), str(seconds)], check=True, capture_output=True, text=True
        )
    found: dict[str, Any] = json.loads(ran.stdout)
    return found | {"load": round(os.getloadavg()[0], 1)}


def main() -> None:
    """Make the scenarios, run the engines on each, print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=300)
    parser.add_argument("--periods", type=int, default=8)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--tightness", type=float, default=0.3)
    parser.add_argument("--rules", type=float, default=1.0)
    parser.add_argument("--only", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--shapes", nargs="+", choices=SHAPES, default=[])
    asked = parser.parse_args()
    for seed in asked.seeds:
        for shape in asked.shapes:
            compare({"shape": shape, "seed": seed}, make_shape(shape, seed), asked.only, asked.seconds)
        if not asked.shapes:
            scenario = make_scenario(asked.requests, asked.periods, seed, tightness=asked.tightness, rules=asked.rules)
            compare({"requests": asked.requests, "seed": seed}, scenario, asked.only, asked.seconds)


def compare(about: dict[str, Any], scenario: Scenario, engines: Sequence[str], seconds: float) -> None:
    """Run the engines on the scenario and print what came of it."""
    rows = {engine: measured(scenario, engine, seconds) for engine in engines}
    best = max((row["objective"] for row in rows.values() if row["objective"] is not None), default=0.0)
    for engine, row in rows.items():
        value, bound = row["objective"], row["bound"]
        shares = {} if value is None else {"gap": (bound - value) / abs(value), "apart": (best - value) / abs(best)}
        percents = {name: f"{100 * share:.2f} %" for name, share in shares.items()}
        print(json.dumps(about | {"engine": engine} | row | percents), flush=True)


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1].endswith(".pickle"):
        run_alone(ours)
    else:
        main()
