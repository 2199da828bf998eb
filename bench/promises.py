"""Whether what is said to let a request in does so when it is done.

    ./dev bench promises [--requests 300 3000] [--seed 1] [--work 10] [--sample 20] [--again 2]

Plans a scenario of bench/planning.py with so much counted work, draws a sample of the requests that are left out, and
does the first change that is told of each, with the amounts as the sentence says them. Prints one line of JSON for each
(its sentence and, where something does not hold, what) and one with the counts:

`fits`: with the change, the request and the rest as it is every limit is kept. `worth`: that plan is worth what the
sentence lets expect. `in`: planned again for `--again` units of work with the request pinned, it is in. `kept`: and the
plan is worth no less than was said, but for a hundredth, by which short searches differ. `taken`: planned again without
a pin, it is in all the same; where it is not, something else made better use of the room. `cheaper`: with the request
pinned and nothing else changed, planning again loses less than the change was said to cost.
"""

import argparse
import json
import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from bench.planning import make_scenario
from board.planner.check import check_plan, value_of
from board.planner.plan import plan
from board.planner.scenario import Scenario
from board.planner.solve import solve
from board.planner.why.changes import as_said, with_change, with_plan
from board.planner.why.left_out import told
from board.planner.why.reasons import Change, LeftOut, Plan
from board.planner.why.wording import Words


def pinned(scenario: Scenario, request: str) -> Scenario:
    """The scenario in which the request goes."""
    requests = tuple(replace(each, mandatory=each.mandatory or each.id == request) for each in scenario.requests)
    return replace(scenario, requests=requests)


def tried(scenario: Scenario, found: Plan, left: LeftOut, change: Change, again: float) -> dict[str, bool]:
    """What holds of the change."""
    before = {start.id: start.period for start in found.solution.chosen}
    worth = found.solution.objective or 0.0
    changed, after = with_change(scenario, left.id, change), with_plan(before, left.id, change)
    held = {"fits": not check_plan(changed, after)}
    bought = sum(amount * Words(scenario).resources[name].unit_cost for name, _, amount in change.extra)
    expected = worth + change.gain - (change.cost - bought)
    held["worth"] = abs(value_of(changed, after) - expected) <= 1e-6 * max(1.0, abs(expected))
    if again:
        kept = solve(pinned(changed, left.id), work=again, previous=after)
        held["in"] = left.id in {start.id for start in kept.chosen}
        held["kept"] = kept.objective is not None and kept.objective >= expected - 0.01 * abs(expected)
        held["taken"] = left.id in {start.id for start in solve(changed, work=again, previous=after).chosen}
        alone = solve(pinned(scenario, left.id), work=again, previous=before)
        held["cheaper"] = alone.objective is not None and alone.objective > expected - bought + 1e-6 * abs(expected)
    return held


def sampled(found: Plan, scenario: Scenario, many: int, seed: int) -> Iterator[tuple[LeftOut, Change]]:
    """Requests that are left out, drawn at random, each with the first change that is told, as it is said."""
    promised = [left for left in found.left_out if told(left.changes)]
    for left in random.Random(seed).sample(promised, min(many, len(promised))):
        yield left, as_said(scenario, told(left.changes)[0])


def main() -> None:
    """Plan, draw, try, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, nargs="+", default=[300, 3000])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", type=float, default=10.0)
    parser.add_argument("--sample", type=int, default=20)
    parser.add_argument("--again", type=float, default=2.0)
    asked = parser.parse_args()
    for requests in asked.requests:
        began, scenario = time.process_time(), make_scenario(requests, 8, asked.seed)
        found, counts = plan(scenario, work=asked.work), Counter[str]()
        for left, change in sampled(found, scenario, asked.sample, asked.seed):
            held = tried(scenario, found, left, change, asked.again)
            counts.update(tried=1, **held)
            print(json.dumps({"id": left.id, "fits_if": left.fits_if, **held}, ensure_ascii=False), flush=True)
        promised = sum(bool(told(left.changes)) for left in found.left_out)
        row = {"requests": requests, "left_out": len(found.left_out), "promised": promised, **counts}
        row |= {"cpu": round(time.process_time() - began, 1), "load": round(os.getloadavg()[0], 1)}
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
