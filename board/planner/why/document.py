"""The reasons as plain values for JSON; see docs/planner.md."""

from collections.abc import Iterator
from typing import Any

from board.planner.scenario import Scenario
from board.planner.why.reasons import Limit, Plan


def left_out_of(plan: Plan) -> list[dict[str, Any]]:
    """Each request that does not go, and why."""
    return [{"id": left.id, "reason": left.reason} for left in plan.left_out]


def reasons_of(scenario: Scenario, plan: Plan) -> list[dict[str, Any]]:
    """All other reasons, each with what it is `about` and its `text`; first the summary, then the steps."""
    return list(_reasons(scenario, plan))


def _reasons(scenario: Scenario, plan: Plan) -> Iterator[dict[str, Any]]:
    periods = scenario.periods
    for text in plan.summary:
        yield {"about": "summary", "text": text}
    for step in plan.steps:
        yield {"about": "step", "id": step.id, "period": periods[step.period], "text": step.text}
    if plan.conflict:
        limits = [_limit(scenario, limit) for limit in plan.conflict.limits]
        about = {"limits": limits, "smallest": plan.conflict.smallest, "proven": plan.conflict.proven}
        yield {"about": "conflict", **about, "text": plan.conflict.text}
        for way in plan.conflict.relaxations:
            limits = [_limit(scenario, limit) for limit in way.limits]
            about = {"limits": limits, "amounts": list(way.amounts), "scale": way.scale, "cost": way.cost}
            about |= {"objective": way.objective, "bound": way.bound, "free": way.free, "net": way.net}
            yield {"about": "way_out", **about, "text": way.text}
    for price in plan.prices:
        about = {"limit": _limit(scenario, price.limit), "least": price.least, "most": price.most}
        yield {"about": "price", **about, "text": price.text}
    for scarce in plan.scarce:
        about = {"limit": _limit(scenario, scarce.limit), "amount": scarce.amount, "worth": scarce.worth}
        yield {"about": "scarce", **about, "text": scarce.text}
    for moved in plan.changes:
        places = {"before": moved.before, "after": moved.after}
        named = {key: None if place is None else periods[place] for key, place in places.items()}
        yield {"about": "change", "id": moved.id, **named, "text": moved.text}


def _limit(scenario: Scenario, limit: Limit) -> dict[str, Any]:
    if limit.rule >= 0:
        return {"kind": limit.kind, "rule": limit.rule}
    if limit.kind == "capacity":
        return {"kind": limit.kind, "resource": limit.subject, "period": scenario.periods[limit.period]}
    return {"kind": limit.kind, "request": limit.subject}
