"""Facts for the engine's tests: short makers for tables by hand, strategies for what hypothesis tries."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from impacts.engine.facts import (
    Accountable,
    ChannelCapacityFact,
    ContactFact,
    DataUseFact,
    EngineSettings,
    FoundFinding,
    FreezeFact,
    HoldingFact,
    ImpactFact,
    KeyFact,
    PolicyFact,
    QuietFact,
    RegisterFacts,
    RequestFacts,
    SkillCapacityFact,
    SkillNeedFact,
    SystemUseFact,
    ThingFact,
)
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.rules.registry import RULE_BY_CODE

TODAY = date(2027, 1, 4)


def day(number: int) -> date:
    """The day that many days after today."""
    return TODAY + timedelta(days=number)


def request(number: int, silo: int = 1, title: str = "", **fields) -> RequestFacts:
    return RequestFacts(id=number, reference=f"REQ-{number}", silo=silo, title=title, **fields)


def things(*names: str) -> dict[int, ThingFact]:
    return {number: ThingFact(number, f"T{number}", name) for number, name in enumerate(names, 1)}


REGISTER = RegisterFacts(
    silos={1: "Cards", 2: "Retail", 3: "Digital", 4: "Risk"},
    segments=things("Card holders", "Students", "Shops"),
    touchpoints=things("Mobile login", "Branch counter", "Letter"),
    domains=things("Customer address", "Consent", "Warranty"),
    systems=things("CRM", "Core", "Vault"),
    measures=things("Waiting time", "Calls"),
    attributes=things("Customer number", "E-mail address", "Terminal number"),
    skills=things("Interfaces", "App development"),
)


def find(code: str, *requests: RequestFacts, register=REGISTER, settings=None, today=TODAY) -> list[FoundFinding]:
    index = PortfolioIndex(requests, register, settings)
    return RULE_BY_CODE[code].find(index, index.settings, today, None)


WORDS = ["customer", "address", "change", "mobile", "login", "branch", "letter", "GCdocs", "records", "project", "ATM"]
texts = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join) | st.text(max_size=30)
small = st.integers(1, 3)
days = st.none() | st.integers(-20, 60).map(day)
impacts = st.builds(
    ImpactFact,
    touchpoint=small,
    effect=st.sampled_from(["introduces", "changes", "replaces", "retires"]),
    measure=st.none() | st.integers(1, 2),
    sign=st.sampled_from([None, 1, -1]),
    segments=st.frozensets(small, max_size=2),
)
data_uses = st.builds(
    DataUseFact,
    domain=small,
    mode=st.sampled_from(["masters", "creates", "changes", "reads", "retires"]),
    system=st.none() | small,
)
system_uses = st.builds(
    SystemUseFact, system=small, effect=st.sampled_from(["introduces", "changes", "replaces", "retires", "uses"])
)
contacts = st.builds(
    ContactFact,
    segment=small,
    channel=st.sampled_from(["mail", "phone"]),
    first_day=st.integers(-20, 40).map(day),
    times=st.integers(1, 5),
    every_days=st.integers(1, 9),
)


@st.composite
def requests_with(draw: st.DrawFn, number: int) -> RequestFacts:
    """One request with this id and anything else."""
    return RequestFacts(
        id=number,
        reference=f"REQ-{number}",
        silo=draw(small),
        kind=draw(st.sampled_from(["", "customer_facing", "regulatory", "internal"])),
        first_heard=draw(st.sampled_from(["", "idea", "vendor_chosen", "contract_signed"])),
        heads_up=draw(st.booleans()),
        title=draw(texts),
        problem=draw(texts),
        proposal=draw(texts),
        committed=draw(st.booleans()),
        start=draw(days),
        go_live=draw(days),
        impacts=tuple(draw(st.lists(impacts, max_size=3))),
        data_uses=tuple(draw(st.lists(data_uses, max_size=2))),
        system_uses=tuple(draw(st.lists(system_uses, max_size=2))),
        contacts=tuple(draw(st.lists(contacts, max_size=2))),
        skills=tuple(draw(st.lists(st.builds(SkillNeedFact, st.integers(1, 2), st.integers(1, 90)), max_size=2))),
        needs=draw(st.frozensets(st.integers(1, 6), max_size=2)),
    )


@st.composite
def portfolios(draw: st.DrawFn, least: int = 0, most: int = 6) -> list[RequestFacts]:
    """Some requests with ids from 1."""
    size = draw(st.integers(least, most))
    return [draw(requests_with(number)) for number in range(1, size + 1)]


#: Lines that meet each other; every portfolio is offered them beside what is drawn for it.
MEETING = {
    "impacts": [ImpactFact(1, "changes", measure=1, sign=sign) for sign in (1, -1)],
    "data_uses": [DataUseFact(1, "masters", system) for system in (1, 2)],
    "system_uses": [SystemUseFact(system, "changes") for system in (1, 3)],
    "contacts": [],
}


@st.composite
def crowds(draw: st.DrawFn, least: int = 2, most: int = 7) -> list[RequestFacts]:
    """Requests that meet in a few things, so that every rule has something to say."""
    drawn = {"impacts": impacts, "data_uses": data_uses, "system_uses": system_uses, "contacts": contacts}
    pools = {
        name: st.sampled_from([*MEETING[name], *draw(st.lists(kind, min_size=1, max_size=2))])
        for name, kind in drawn.items()
    }
    numbers = range(1, draw(st.integers(least, most)) + 1)
    lines = {name: st.lists(pool, max_size=2, unique=True).map(tuple) for name, pool in pools.items()}
    return [
        replace(draw(requests_with(number)), **{name: draw(some) for name, some in lines.items()}) for number in numbers
    ]


POLICIES = (
    PolicyFact(1, "ALL", "Three in two weeks", 3, 14),
    PolicyFact(2, "MAIL", "One letter a week", 1, 7, segment=1, channel="mail"),
)
FREEZES = (
    FreezeFact(1, "YEAR", "Closing of the books", day(5), day(12)),
    FreezeFact(2, "LOGIN", "Login release", day(10), day(20), frozenset({1})),
)
CHANNELS = (
    ChannelCapacityFact(1, "LETTERS", "Capacity of the print shop", "mail", 200),
    ChannelCapacityFact(2, "LINES", "Capacity of the phone lines", "phone", 100),
)
HOLDINGS = (
    HoldingFact(1, 1, "master", (KeyFact(1, "high"), KeyFact(2, "low"))),
    HoldingFact(2, 2, "copy", (KeyFact(2),)),
    HoldingFact(3, 3, "master", (KeyFact(3),)),
)
CAPACITIES = (
    SkillCapacityFact(1, (2027, 1), 60),
    SkillCapacityFact(1, (2027, 2), 0),
    SkillCapacityFact(2, (2027, 1), 30),
)


def busy_register() -> RegisterFacts:
    """The register with policies, freezes, capacities and holdings, segments of 50 customers, and nobody answering for
    the first thing of each kind."""

    def orphaned(entries: dict[int, ThingFact]) -> dict[int, ThingFact]:
        return {**entries, 1: replace(entries[1], accountable=Accountable("", "nobody is named"))}

    sized = {number: replace(thing, reach=50) for number, thing in REGISTER.segments.items()}
    return replace(
        REGISTER,
        policies=POLICIES,
        quiet_periods=(QuietFact(1, "EASTER", "Easter", day(12), day(15)),),
        freezes=FREEZES,
        channel_capacities=CHANNELS,
        holdings=HOLDINGS,
        skill_capacities=CAPACITIES,
        touchpoints=orphaned(REGISTER.touchpoints),
        domains=orphaned(REGISTER.domains),
        segments=orphaned(sized),
    )


SETTINGS = EngineSettings(same_purpose=0.2)
