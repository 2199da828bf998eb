"""Rows of starts say exactly what the engine counts: a plan keeps them when, and only when, no limit is passed."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from board.planner.check import check_plan
from board.planner.scenario import Candidate, Load, Scenario
from board.planning.dates import facts_at
from board.planning.facts import Asked, Wish
from board.planning.loads import Placing, load_rows
from board.planning.settings import PlanSettings
from impacts.engine.contact_load import forecast
from impacts.engine.facts import (
    ChannelCapacityFact,
    ContactFact,
    EngineSettings,
    ImpactFact,
    PolicyFact,
    SystemUseFact,
    ThingFact,
)
from tests.board.planning.portfolio import HORIZON, asked, registers, wish

PERIODS = range(3)
POLICY = PolicyFact(1, "three", "Three in three weeks", 3, 21)
CAPACITY = ChannelCapacityFact(1, "mail", "Mail servers", "email", 10_500)

contacts = st.lists(
    st.builds(
        ContactFact,
        segment=st.sampled_from([1, 2]),
        channel=st.just("email"),
        first_day=st.dates(date(2027, 1, 4), date(2027, 3, 28)),
        times=st.integers(1, 3),
        every_days=st.integers(1, 20),
    ),
    max_size=2,
)
portfolios = st.lists(contacts, min_size=2, max_size=5)
starts = st.lists(st.sampled_from([None, *PERIODS]), min_size=5, max_size=5)


def placed(everything: Asked, use: PlanSettings, fixed: frozenset[int] = frozenset()) -> list[Load]:
    periods = {each.id: tuple(PERIODS) for each in everything.wishes} | dict.fromkeys(fixed, (0,))
    return load_rows(Placing(everything, HORIZON, periods, fixed), use)


def kept(rows: list[Load], chosen: dict[str, int], everything: Asked) -> bool:
    candidates = tuple(Candidate(str(each.id), 1) for each in everything.wishes)
    scenario = Scenario(HORIZON.names, requests=candidates, rules=tuple(rows))
    return not check_plan(scenario, chosen)


def only(**use: bool) -> PlanSettings:
    off = {"use_policies": False, "use_channels": False, "use_distance": False}
    return PlanSettings(**{**off, **use})  # type: ignore[arg-type]


def planned(everything: Asked, chosen: dict[str, int]) -> list[Wish]:
    return [each for each in everything.wishes if str(each.id) in chosen]


@settings(max_examples=150, deadline=None)
@given(portfolios, starts)
def test_a_plan_keeps_the_rows_just_when_no_window_passes_the_policy(
    sent: list[list[ContactFact]], periods: list[int | None]
) -> None:
    wishes = [wish(number, contacts=tuple(each)) for number, each in enumerate(sent, 1)]
    everything = asked(*wishes, register=registers(policies=(POLICY,)))
    chosen = {str(each.id): period for each, period in zip(wishes, periods, strict=False) if period is not None}
    facts = [facts_at(each, HORIZON, chosen[str(each.id)]) for each in planned(everything, chosen)]
    worst = max(forecast(facts, POLICY, segment).peak for segment in (1, 2))
    assert kept(placed(everything, only(use_policies=True)), chosen, everything) == (worst <= POLICY.limit)


@settings(max_examples=150, deadline=None)
@given(portfolios, starts)
def test_a_plan_keeps_the_rows_just_when_no_week_passes_the_channel(
    sent: list[list[ContactFact]], periods: list[int | None]
) -> None:
    wishes = [wish(number, contacts=tuple(each)) for number, each in enumerate(sent, 1)]
    everything = asked(*wishes, register=registers(channel_capacities=(CAPACITY,)))
    chosen = {str(each.id): period for each, period in zip(wishes, periods, strict=False) if period is not None}
    weeks: dict[date, int] = {}
    for each in planned(everything, chosen):
        for contact in facts_at(each, HORIZON, chosen[str(each.id)]).contacts:
            for number in range(contact.times):
                day = contact.first_day + timedelta(days=number * contact.every_days)
                monday = day - timedelta(days=day.weekday())
                weeks[monday] = weeks.get(monday, 0) + everything.worth[contact.segment].customers
    full = max(weeks.values(), default=0) > CAPACITY.per_week
    assert kept(placed(everything, only(use_channels=True)), chosen, everything) == (not full)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.dates(date(2027, 4, 1), date(2027, 6, 30)), min_size=2, max_size=5), starts)
def test_a_plan_keeps_the_rows_just_when_changes_keep_their_distance(
    lives: list[date], periods: list[int | None]
) -> None:
    impact = ImpactFact(touchpoint=1, effect="changes")
    wishes = [wish(number, live=live, impacts=(impact,)) for number, live in enumerate(lives, 1)]
    everything = asked(*wishes)
    chosen = {str(each.id): period for each, period in zip(wishes, periods, strict=False) if period is not None}
    days = sorted(
        facts_at(each, HORIZON, chosen[str(each.id)]).go_live or date.max for each in planned(everything, chosen)
    )
    least = EngineSettings().collision_days
    near = any((later - day).days < least for day, later in pairwise(days))
    assert kept(placed(everything, only(use_distance=True)), chosen, everything) == (not near)


def test_changes_of_one_system_keep_their_distance_and_mere_uses_do_not_count() -> None:
    changes, uses = SystemUseFact(7, "replaces"), SystemUseFact(7, "uses")
    wishes = [
        wish(number, live=date(2027, 5, 3), system_uses=(use,))
        for number, use in enumerate((changes,) * 2 + (uses,), 1)
    ]
    everything = asked(*wishes, register=replace(registers(), systems={7: ThingFact(7, "core", "Core banking")}))
    rows = placed(everything, only(use_distance=True))
    assert not kept(rows, {"1": 0, "2": 0}, everything)
    assert kept(rows, {"1": 0, "3": 0}, everything)
    assert kept(rows, {"1": 0, "2": 1}, everything)
    assert rows[0].label == "Core banking: changes at least 14 days apart, from 3 May 2027"


def test_what_cannot_be_changed_may_pass_a_limit_but_nothing_may_add_to_it() -> None:
    often = ContactFact(1, "email", date(2027, 2, 1), times=5, every_days=2)
    once = ContactFact(1, "email", date(2027, 2, 3))
    runs, asks = wish(1, contacts=(often,), running=True), wish(2, contacts=(once,))
    everything = asked(runs, asks, register=registers(policies=(POLICY,)))
    rows = placed(everything, only(use_policies=True), fixed=frozenset({1}))
    assert kept(rows, {"1": 0}, everything)
    assert not kept(rows, {"1": 0, "2": 0}, everything)
    assert kept(rows, {"1": 0, "2": 1}, everything)


def test_a_touchpoint_takes_so_many_changes_a_quarter() -> None:
    impact = ImpactFact(touchpoint=1, effect="changes")
    lives = (date(2027, 4, 5), date(2027, 5, 3), date(2027, 6, 1))
    wishes = [wish(number, live=live, impacts=(impact,)) for number, live in enumerate(lives, 1)]
    everything = asked(*wishes, change_limits={1: 2})
    rows = placed(everything, only(use_distance=True))
    assert not kept(rows, {"1": 0, "2": 0, "3": 0}, everything)
    assert kept(rows, {"1": 0, "2": 0}, everything)
    assert any(row.label == "App: at most 2 changes in Q2 2027" for row in rows)
