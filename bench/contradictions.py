"""Whether the contradiction of an impossible scenario is named, and how long that takes, kind by kind.

    ./dev bench contradictions [--requests 300 3000] [--seeds 1] [--seconds 60 | --work 60] [--kinds target ...]
                               [--scenario FILE.json]

Each kind is built into a scenario of bench/planning.py (or the one in the file), whose own rules can all be kept, so
that what is built in is the contradiction. Prints one line of JSON for each: `named`, how many `limits` and `lines` it
has, whether it is `irreducible` and `smallest`, how many `ways` out were found and of how many limits that is not known
(`untried`), the first of them and of how many it is said what the plan is then worth (`valued`), the seconds on the
clock and those of the processor. With `--work` it is limited by counted work, and repeats.
"""

import argparse
import json
import os
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from bench.planning import make_scenario
from board.planner import highs
from board.planner.model import build
from board.planner.plan import plan
from board.planner.read import read_scenario
from board.planner.scenario import (
    AtLeast,
    Before,
    Candidate,
    ExactlyOne,
    Exclude,
    Load,
    Requires,
    Rule,
    Scenario,
    Share,
)

FREE: dict[str, object] = {"earliest": None, "latest": None, "barred": {}, "mandatory": True}
OPEN = FREE | {"mandatory": False}


def _free(scenario: Scenario, many: int) -> list[Candidate]:
    """Requests in no rule between requests, and not fixed."""
    named = {id_ for rule in scenario.rules for id_ in _named(rule)}
    plain = [each for each in scenario.requests if each.id not in named and each.start is None and not each.mandatory]
    return plain[:many]


def _named(rule: Rule) -> set[str]:
    match rule:
        case Before(first, then):
            return {first, then}
        case Requires(request, needs):
            return {request, needs}
        case Exclude(requests) | ExactlyOne(requests):
            return set(requests)
    return set()


def _with(scenario: Scenario, *rules: Rule, **fields: dict[str, object]) -> Scenario:
    """With these rules too, and these fields of these requests."""
    requests = tuple(
        replace(each, **fields[each.id]) if each.id in fields else each  # type: ignore[arg-type]
        for each in scenario.requests
    )
    return replace(scenario, requests=requests, rules=(*scenario.rules, *rules))


def _measure(scenario: Scenario) -> str:
    """What most requests bring something of, if not all."""
    bring = Counter(measure for each in scenario.requests for measure in each.effects)
    return max(sorted(bring), key=lambda name: (bring[name] < len(scenario.requests), bring[name]))


def target(scenario: Scenario) -> Scenario:
    """More than all requests together bring."""
    measure = _measure(scenario)
    return _with(
        scenario,
        AtLeast(
            measure,
            1.2 * sum(max(0.0, each.effects.get(measure, 0.0)) for each in scenario.requests),
            len(scenario.periods) - 1,
        ),
    )


def sharp_target(scenario: Scenario) -> Scenario:
    """Two in a hundred more than fits even where requests may go in parts."""
    measure = _measure(scenario)
    program = build(scenario)
    last = len(scenario.periods) - 1
    value = np.array([
        scenario.requests[place].effects.get(measure, 0.0) * (period + scenario.requests[place].length - 1 <= last)
        for place, period in program.starts
    ])  # fmt: skip
    most = highs.relax(value, program.rows, program.lower, program.upper, highs.Limits()).value
    return _with(scenario, AtLeast(measure, 1.02 * most, last))


def all_targets(scenario: Scenario) -> Scenario:
    """Every target three times what it was."""
    return replace(scenario, rules=tuple(
        replace(rule, amount=3 * rule.amount) if isinstance(rule, AtLeast) else rule for rule in scenario.rules
    ))  # fmt: skip


def budget(scenario: Scenario) -> Scenario:
    """Of what costs most, a tenth less than what must go uses."""
    must = [each for each in scenario.requests if each.mandatory or each.start is not None]
    total = {resource.id: sum(sum(each.use.get(resource.id, ())) for each in must) for resource in scenario.resources}
    scarce = max(total, key=lambda name: total[name])
    there = 0.9 * total[scarce] / len(scenario.periods)
    return replace(scenario, resources=tuple(
        replace(each, capacity=(there,) * len(scenario.periods)) if each.id == scarce else each
        for each in scenario.resources
    ))  # fmt: skip


def deadlines(scenario: Scenario) -> Scenario:
    """A needs B a long way before it, and B C; C cannot start early enough."""
    a, b, c = (each.id for each in _free(scenario, 3))
    far = len(scenario.periods) // 2
    rules = (Before(c, b, far), Before(b, a, far), Requires(a, b), Requires(b, c))
    return _with(scenario, *rules, **{a: FREE, b: OPEN, c: OPEN | {"earliest": 1}})


def contacts(scenario: Scenario) -> Scenario:
    """Two that must go at once tell the same customers more than they may be told."""
    a, b = (each.id for each in _free(scenario, 2))
    load = Load({(a, 0): 2.0, (b, 0): 2.0, (a, 1): 2.0, (b, 1): 2.0}, 3.0, label="Contacts of new customers")
    return _with(scenario, load, **dict.fromkeys((a, b), FREE | {"latest": 1}))


def exclusive(scenario: Scenario) -> Scenario:
    """Two that exclude each other must both go."""
    a, b = (each.id for each in _free(scenario, 2))
    return _with(scenario, Exclude((a, b)), **dict.fromkeys((a, b), FREE))


def shares(scenario: Scenario) -> Scenario:
    """Two departments are each to have more than half of what comes, and something has to come."""
    measure = _measure(scenario)
    bring = [each.id for each in scenario.requests if each.effects.get(measure, 0.0) > 0]
    half = len(bring) // 2
    some = AtLeast(measure, 1.0, len(scenario.periods) - 1)
    return _with(scenario, Share(tuple(bring[:half]), measure, 0.6), Share(tuple(bring[half:]), measure, 0.6), some)


def large(scenario: Scenario) -> Scenario:
    """Three of more than half the room each, in two periods: requests in parts would fit."""
    resource = scenario.resources[0]
    three = [each.id for each in _free(scenario, 3)]
    fields: dict[str, dict[str, object]] = {
        id_: FREE | {"latest": 1, "use": {resource.id: (0.6 * min(resource.capacity[:2]),)}, "duration": 1}
        for id_ in three
    }
    return _with(scenario, **fields)


def pairs(scenario: Scenario) -> Scenario:
    """Of three at most one of any two, and yet two of the three: requests in halves would do."""
    a, b, c = (each.id for each in _free(scenario, 3))
    fields: dict[str, dict[str, object]] = {
        each.id: OPEN | {"effects": {**each.effects, "asked for": 2.0}} for each in _free(scenario, 3)
    }
    two = AtLeast("asked for", 3.0, len(scenario.periods) - 1)
    return _with(scenario, Exclude((a, b)), Exclude((b, c)), Exclude((a, c)), two, **fields)


def alternatives(scenario: Scenario) -> Scenario:
    """One of two has to go; the one needs what a freeze of every period bars, the other is barred itself."""
    a, b, c = (each.id for each in _free(scenario, 3))
    frozen = OPEN | {"barred": dict.fromkeys(range(len(scenario.periods)), "freeze")}
    return _with(scenario, ExactlyOne((a, b)), Requires(a, c), **{c: frozen, b: frozen})


def skills(scenario: Scenario) -> Scenario:
    """Two that must go in the first period need more of a skill together than there is."""
    resource = next(each for each in reversed(scenario.resources) if each.id.startswith("skill"))
    fields: dict[str, dict[str, object]] = {
        each.id: FREE | {"latest": 0, "use": {resource.id: (0.6 * resource.capacity[0],)}, "duration": 1}
        for each in _free(scenario, 2)
    }
    return _with(scenario, **fields)


def freeze(scenario: Scenario) -> Scenario:
    """What must go by the middle may not start before, as a freeze lasts."""
    half = len(scenario.periods) // 2
    frozen = FREE | {"latest": half - 1, "barred": dict.fromkeys(range(half), "freeze")}
    return _with(scenario, **{_free(scenario, 1)[0].id: frozen})


def cell_size(scenario: Scenario) -> Scenario:
    """What must go tells fewer customers than may be told, and so may never start."""
    few = FREE | {
        "barred": dict.fromkeys(range(len(scenario.periods)), "it contacts 40 customers, and the least is 100")
    }
    return _with(scenario, **{_free(scenario, 1)[0].id: few})


def several(scenario: Scenario) -> Scenario:
    """Two contradictions that have nothing to do with each other."""
    return exclusive(target(scenario))


KINDS: dict[str, Callable[[Scenario], Scenario]] = {
    each.__name__: each
    for each in (
        *(target, sharp_target, all_targets, budget, deadlines, contacts, exclusive, shares, large, pairs),
        *(alternatives, skills, freeze, cell_size, several),
    )
}


def measured(scenario: Scenario, seconds: float, work: float | None) -> dict[str, object]:
    """What comes of it."""
    began, spent = time.monotonic(), time.process_time()
    found = plan(scenario, seconds=seconds, work=work)
    row: dict[str, object] = {"status": found.solution.status, "named": found.conflict is not None}
    if found.conflict is not None:
        conflict = found.conflict
        row |= {"limits": len(conflict.limits), "lines": len(conflict.lines), "irreducible": conflict.irreducible}
        row |= {"smallest": conflict.smallest, "proven": conflict.proven, "ways": len(conflict.relaxations)}
        row |= {"untried": conflict.untried, "valued": sum(each.net is not None for each in conflict.relaxations)}
        row["way"] = conflict.relaxations[0].text if conflict.relaxations else ""
    return row | {
        "seconds": round(time.monotonic() - began, 1),
        "searched": round(found.solution.seconds, 1),
        "cpu": round(time.process_time() - spent, 1),
        "load": round(os.getloadavg()[0], 1),
    }


def main() -> None:
    """Build each kind into each scenario, plan, print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, nargs="+", default=[300, 3000])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--work", type=float)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--scenario", type=Path)
    asked = parser.parse_args()
    if asked.scenario:
        made = {asked.scenario.name: read_scenario(asked.scenario.read_text(encoding="utf-8"))}
    else:
        made = {f"{n}, seed {seed}": make_scenario(n, 8, seed) for n in asked.requests for seed in asked.seeds}
    for name, scenario in made.items():
        for kind in asked.kinds:
            row = measured(KINDS[kind](scenario), asked.seconds, asked.work)
            print(json.dumps({"scenario": name, "kind": kind} | row, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
