"""Scenarios of other shapes than a portfolio's, after the generators of published problems, so that the planner is not
only good at what `bench/planning.py` makes. Each is a document as `plan_scenario` reads it. Seeded.

- `knapsack`: one period, 250 requests, 10 resources, values that go with what is used (Chu and Beasley, Journal of
  Heuristics 4, 1998; room for half).
- `mine`: 1,008 blocks over 6 periods, each needs those above it, most cost more than they bring, what comes later is
  worth less, two capacities (as in MineLib: Espinoza et al., Annals of Operations Research 206, 2013).
- `pairs`: one period, 500 requests, one resource, a tenth of all pairs exclude each other (Yamada et al., IPSJ Journal
  43, 2002).
- `choices`: one period, 100 groups of 10 of which exactly one goes, 10 resources (Khan et al., 2002).
- `needs`: one period, 1,000 requests that need two earlier ones each, some of which cost more than they bring.
"""

import math
import random
from collections.abc import Callable
from typing import Any

from board.planner.read import scenario_from
from board.planner.scenario import Scenario

Document = dict[str, Any]


def make_shape(shape: str, seed: int) -> Scenario:
    """The scenario of that shape (a key of SHAPES)."""
    return scenario_from(SHAPES[shape](random.Random(seed)))


def _one_period(requests: list[Document], capacity: dict[str, float], rules: list[Document]) -> Document:
    resources = [{"id": name, "capacity": [most]} for name, most in capacity.items()]
    return {"periods": ["only"], "resources": resources, "requests": requests, "rules": rules}


def _knapsack(draw: random.Random) -> Document:
    names = [f"r{n}" for n in range(10)]
    uses = [{name: draw.randint(1, 1000) for name in names} for _ in range(250)]
    requests = [
        {"id": f"q{n}", "value": round(sum(use.values()) / len(names) + 500 * draw.random()), "use": use}
        for n, use in enumerate(uses)
    ]
    return _one_period(requests, {name: sum(use[name] for use in uses) // 2 for name in names}, [])


def _mine(draw: random.Random, width: int = 12, depth: int = 7, periods: int = 6) -> Document:
    requests, rules = [], []
    for z in range(depth):
        for y in range(width):
            for x in range(width):
                block = f"b{x}-{y}-{z}"
                apart = (x - width / 2) ** 2 + (y - width / 2) ** 2 + (1.2 * (z - 0.6 * depth)) ** 2
                grade = math.exp(-apart / 12) * draw.lognormvariate(0, 0.7)
                tons = draw.randint(5000, 7000)
                rich = grade > 0.25
                use = {"dig": tons} | ({"mill": tons} if rich else {})
                requests.append({"id": block, "value": round((45_000 * grade if rich else 0) - tons), "use": use})
                above = [(x, y), (x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)]
                for one, other in above if z else []:
                    if 0 <= one < width and 0 <= other < width:
                        first = f"b{one}-{other}-{z - 1}"
                        rules.append({"kind": "before", "first": first, "then": block, "lag": 0})
                        rules.append({"kind": "requires", "request": block, "needs": first})
    total = {name: sum(each["use"].get(name, 0) for each in requests) for name in ("dig", "mill")}
    capacity = {"dig": 0.8 * total["dig"] / periods, "mill": 0.6 * total["mill"] / periods}
    return {
        "periods": [f"Y{n + 1}" for n in range(periods)],
        "resources": [{"id": name, "capacity": [most] * periods} for name, most in capacity.items()],
        "requests": requests,
        "rules": rules,
        "delay_discount": 0.08,
    }


def _pairs(draw: random.Random) -> Document:
    weights = [draw.randint(1, 100) for _ in range(500)]
    requests = [{"id": f"q{n}", "value": weight + 10, "use": {"room": weight}} for n, weight in enumerate(weights)]
    rules = [
        {"kind": "exclude", "requests": [f"q{one}", f"q{other}"]}
        for one in range(len(weights))
        for other in range(one)
        if draw.random() < 0.1
    ]
    return _one_period(requests, {"room": 1800}, rules)


def _choices(draw: random.Random) -> Document:
    requests, rules = [], []
    for group in range(100):
        names = [f"q{group}-{n}" for n in range(10)]
        for name in names:
            use = {f"r{n}": draw.randint(0, 9) for n in range(10)}
            value = round(sum(2 * amount * draw.random() for amount in use.values()) + 20 * draw.random(), 2)
            requests.append({"id": name, "value": value, "use": use})
        rules.append({"kind": "exactly_one", "requests": names})
    return _one_period(requests, {f"r{n}": 400 for n in range(10)}, rules)


def _needs(draw: random.Random) -> Document:
    requests = [
        {"id": f"q{n}", "value": draw.randint(-299, 700), "use": {"room": draw.randint(1, 100)}} for n in range(1000)
    ]
    rules = [
        {"kind": "requires", "request": f"q{n}", "needs": f"q{draw.randrange(max(0, n - 40), n)}"}
        for n in range(1, len(requests))
        for _ in range(2)
    ]
    return _one_period(requests, {"room": 15_000}, rules)


SHAPES: dict[str, Callable[[random.Random], Document]] = {
    "knapsack": _knapsack,
    "mine": _mine,
    "pairs": _pairs,
    "choices": _choices,
    "needs": _needs,
}
