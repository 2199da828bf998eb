"""Small portfolios for the tests: wishes and registers in one line each."""

from dataclasses import replace
from datetime import date
from typing import Any

from board.planning.facts import Asked, Wish, Worth
from board.planning.freezes import freezes_of
from board.planning.horizon import Horizon
from impacts.engine.facts import EngineSettings, RegisterFacts, RequestFacts, SkillCapacityFact, ThingFact

HORIZON = Horizon((2027, 1), 8)
TODAY = date(2026, 11, 22)


def wish(
    pk: int,
    *,
    silo: str = "cards",
    start: date | None = date(2027, 2, 1),
    live: date | None = date(2027, 5, 3),
    money: int = 0,
    yearly: int = 0,
    **more: Any,
) -> Wish:
    """A request; what a `Wish` does not know goes to its facts."""
    own = {
        name: more.pop(name) for name in ("effects", "gained", "running", "not_before", "blocked", "objective")
        if name in more
    }  # fmt: skip
    facts = RequestFacts(
        id=pk, reference=f"REQ-2026-{pk:04}", silo=1, title=f"Request {pk}", start=start, go_live=live, **more
    )
    return Wish(facts, silo, money=money, yearly=yearly, **own)


def asked(*wishes: Wish, register: RegisterFacts | None = None, **more: Any) -> Asked:
    """Everything that is asked for: two segments, of which the first is worth 1,000,000 a year."""
    more.setdefault(
        "worth", {1: Worth("savers", "Savers", 10_000, 1_000_000), 2: Worth("firms", "Firms", 500, 400_000)}
    )
    more.setdefault("silos", {"cards": "Cards", "retail": "Retail"})
    register = register or registers()
    concerned = tuple(replace(each, freezes=freezes_of(each.facts, register)) for each in wishes)
    return Asked(concerned, register, EngineSettings(), TODAY, **more)


def registers(**more: Any) -> RegisterFacts:
    """Two segments, a touchpoint that 5,000 customers meet in a month, and a skill with 100 days in each quarter."""
    more.setdefault("skill_capacities", tuple(SkillCapacityFact(1, quarter, 100) for quarter in HORIZON.quarters))
    return RegisterFacts(
        segments={1: ThingFact(1, "savers", "Savers", reach=10_000), 2: ThingFact(2, "firms", "Firms", reach=500)},
        touchpoints={1: ThingFact(1, "app", "App", reach=5_000), 2: ThingFact(2, "desk", "Desk", reach=20_000)},
        skills={1: ThingFact(1, "web", "Web development")},
        channels={"email": "E-mail"},
        **more,
    )
