"""The figures by which plans are compared: value, cost, who waits, what customers hear, how full everything gets, and
which conflicts are left. Worked out the same way for a plan that was searched for and for what was asked.

Conflicts are those that the engine's own rules find among the requests that go, on the days to which the plan moves
them; what architects dismissed does not count.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from board.planner.scenario import Resource, Scenario
from board.planning.dates import parts, planned_facts
from board.planning.facts import Asked, Wish
from board.planning.horizon import Horizon
from board.planning.money import pot_id, pot_quarters
from board.planning.settings import PlanSettings
from board.planning.worth import worth_of
from impacts.engine.contact_load import all_contact_days, forecast, weekly
from impacts.engine.facts import PolicyFact, RegisterFacts, RequestFacts
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.rules.registry import RULES

CONFLICTS: Final = (
    *("two-masters", "retire-vs-use", "opposed-aim", "change-collision", "freeze", "contact-overload"),
    *("channel-overload", "order", "over-capacity"),
)
"""Rules whose findings a plan can leave open or end."""

Plain = dict[str, Any]


def figures_of(
    asked: Asked, horizon: Horizon, settings: PlanSettings, scenario: Scenario, chosen: Mapping[int, int]
) -> Plain:
    """The figures of a plan (request to period) as plain values, ready to be stored. Money in whole units; `value` is
    the weighted value to customers of what goes, `net` the same less all costs, both without the discount of delay;
    `later` is what of the cost falls after the last quarter."""
    wishes = {wish.id: wish for wish in asked.wishes}
    worth = {request: worth_of(wishes[request], asked, settings) for request in chosen}
    facts = planned_facts(wishes, horizon, chosen)
    return {
        "goes": len(chosen),
        "waits": len(wishes) - len(chosen),
        "moved": sum(_is_moved(wishes[request], horizon, period) for request, period in chosen.items()),
        "cost": sum(wishes[request].money for request in chosen),
        "later": round(sum(_later(wishes[request], horizon, period) for request, period in chosen.items())),
        "value": sum(each.customers for each in worth.values()),
        "net": sum(each.net for each in worth.values()),
        "segments": _by_segment(asked, worth),
        "loads": _loads(asked.register, facts, horizon),
        "weeks_over": _weeks_over(asked.register, facts, horizon),
        "resources": [_resource(each, scenario, chosen, settings, horizon) for each in scenario.resources],
        "channels": _channels(asked, facts, horizon),
        "conflicts": _conflicts(asked, facts, horizon),
    }


def _is_moved(wish: Wish, horizon: Horizon, period: int) -> bool:
    return wish.starts is not None and not wish.running and horizon.period(wish.starts) != period


def _later(wish: Wish, horizon: Horizon, period: int) -> float:
    """What of its money falls after the last quarter, where the plan counts none."""
    return sum(parts(wish.money, wish, horizon)[horizon.number - period :])


def _by_segment(asked: Asked, worth: Mapping[int, Any]) -> list[Plain]:
    total: Counter[int] = Counter()
    for each in worth.values():
        total.update(each.segments)
    return [{"name": asked.worth[pk].name, "value": total[pk]} for pk in sorted(asked.worth) if total[pk]]


def _loads(register: RegisterFacts, facts: list[RequestFacts], horizon: Horizon) -> list[Plain]:
    """Of each segment and policy the fullest window, the furthest over its limit first."""
    first, last = horizon.days
    found = []
    for policy, segment in _pairs(register, facts):
        load = forecast(facts, policy, segment, since=first, until=last)
        found.append(
            {
                "segment": register.segments[segment].name,
                "code": register.segments[segment].code,
                "policy": policy.name,
                "peak": load.peak,
                "limit": policy.limit,
                "days": policy.days,
                "from": load.window[0].isoformat() if load.window else "",
            }
        )
    return sorted(found, key=lambda row: (row["limit"] - row["peak"], row["segment"], row["policy"]))


def _pairs(register: RegisterFacts, facts: list[RequestFacts]) -> list[tuple[PolicyFact, int]]:
    reached = {contact.segment for request in facts for contact in request.contacts} & register.segments.keys()
    return [
        (policy, segment)
        for policy in register.policies
        for segment in sorted(reached)
        if policy.segment in (None, segment)
    ]


def _weeks_over(register: RegisterFacts, facts: list[RequestFacts], horizon: Horizon) -> int:
    """Weeks of the plan in which some segment hears more than a policy allows."""
    over: set[date] = set()
    for policy, segment in _pairs(register, facts):
        weeks = weekly(facts, policy, segment, *horizon.days)
        over.update(week.monday for week in weeks if week.rolling > policy.limit)
    return len(over)


def _resource(
    resource: Resource, scenario: Scenario, chosen: Mapping[int, int], settings: PlanSettings, horizon: Horizon
) -> Plain:
    """How full it gets. A pot has besides what comes in, what is carried into each quarter, and what is left in the end
    but lapses."""
    used = [0.0] * len(scenario.periods)
    for candidate in scenario.requests:
        start = chosen.get(int(candidate.id))
        if start is not None:
            for place, amount in enumerate(candidate.use.get(resource.id, ())[: len(used) - start]):
                used[start + place] += amount
    plain = {
        "id": resource.id,
        "label": resource.label,
        "unit": resource.unit,
        "capacity": [round(amount, 1) for amount in resource.capacity],
        "used": [round(amount, 1) for amount in used],
    }
    pots = {pot_id(place): pot for place, pot in enumerate(settings.pots)}
    if resource.id in pots:
        quarters = pot_quarters(pots[resource.id], settings, horizon, used)
        plain["capacity"] = [round(max(each.there, 0.0), 1) for each in quarters]
        plain["given"] = [round(each.given, 1) for each in quarters]
        plain["carried"] = [round(each.carried, 1) for each in quarters]
        plain["goes_on"] = [each.goes_on for each in quarters]
    return plain


def _channels(asked: Asked, facts: list[RequestFacts], horizon: Horizon) -> list[Plain]:
    """Each channel with a capacity in its fullest week, single contacts."""
    first, last = horizon.days
    found = []
    for capacity in asked.register.channel_capacities:
        contacts = [each for request in facts for each in request.contacts if each.channel == capacity.channel]
        days, places = all_contact_days(contacts)
        weeks: Counter[int] = Counter()
        for day, place in zip(days.tolist(), places.tolist(), strict=True):
            worth = asked.worth.get(contacts[place].segment)
            if first.toordinal() <= day <= last.toordinal() and worth:
                weeks[(day - 1) // 7] += worth.customers
        name = asked.register.channels.get(capacity.channel, capacity.channel)
        most = max(weeks.values(), default=0)
        found.append({"label": name, "peak": most, "limit": capacity.per_week})
    return sorted(found, key=lambda row: (-row["peak"] / max(row["limit"], 1), row["label"]))


def _conflicts(asked: Asked, facts: list[RequestFacts], horizon: Horizon) -> dict[str, int]:
    """How many conflicts are left by rule; the engine looks at them on the first day of the plan or today, whichever is
    later, so that what is past is not held against it."""
    # None of these rules reads the texts.
    silent = [replace(each, title="", problem="", proposal="", meaning=b"") for each in facts]
    index = PortfolioIndex(silent, asked.register, asked.rules)
    since = max(asked.today, horizon.days[0] - timedelta(days=1))
    found: Counter[str] = Counter()
    for rule in RULES:
        if rule.code in CONFLICTS and rule.code not in asked.rules.disabled_rules:
            for each in rule.find(index, asked.rules, since, None):
                found[rule.code] += tuple(each.identity) not in asked.dismissed
    return {code: number for code, number in sorted(found.items()) if number}
