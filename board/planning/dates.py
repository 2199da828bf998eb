"""When a request begins, goes live and contacts customers if it starts in another quarter than it asked for."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from board.packs.words import listed
from board.planning.facts import Wish
from board.planning.freezes import free_day, freeze_on, frozen_parts
from board.planning.horizon import Horizon, later, moved
from impacts.engine.facts import RequestFacts
from impacts.engine.quarters import first_day, last_day, spread

Days = tuple[date, date]


def asked_period(wish: Wish, horizon: Horizon) -> int | None:
    """The period in which it asked to start, below 0 before the horizon; None where it named no day."""
    return None if wish.starts is None else horizon.period(wish.starts)


def days_at(wish: Wish, horizon: Horizon, period: int) -> Days:
    """First day and go-live when it starts in this period: at the place in the quarter that it asked for, and for as
    long. What runs keeps its days. Without days it takes the whole quarter. A go-live of which only the quarter is
    known keeps out of freezes as long as the quarter has a day outside."""
    begins, live = _placed(wish, horizon, period)
    return begins, live if knows_live(wish, horizon, period) else free_day(wish.freezes, begins, live)


def _placed(wish: Wish, horizon: Horizon, period: int) -> Days:
    starts, live = wish.starts, wish.live
    if starts is None or live is None:
        quarter = horizon.quarter(period)
        return first_day(quarter), last_day(quarter)
    if wish.running:
        return starts, live
    begins = moved(starts, period - horizon.period(starts))
    return begins, later(begins, (live - starts).days)


def knows_live(wish: Wish, horizon: Horizon, period: int) -> bool:
    """Whether the portfolio knows the day of its go-live when it starts in this period: of what runs, and of what named
    one and starts when it asked. Of what is moved only the quarter is known."""
    return wish.running or (wish.facts.go_live is not None and asked_period(wish, horizon) == period)


def mind_freezes(wish: Wish, horizon: Horizon, period: int) -> str:
    """What to mind when it starts in this period: freezes of a part of the quarter in which it goes live, where only
    the quarter is known. Empty where there are none, and for a moved go-live that lies outside them anyway."""
    live = _placed(wish, horizon, period)[1]
    named = wish.facts.go_live is not None
    if knows_live(wish, horizon, period) or (named and freeze_on(wish.freezes, live) is None):
        return ""
    parts_frozen = frozen_parts(wish.freezes, live)
    if not parts_frozen:
        return ""
    return f"It can start in {horizon.name(period)}, but not go live {listed(parts_frozen)}."


def shift(wish: Wish, horizon: Horizon, period: int) -> int:
    """By how many days everything of it moves, its contacts too, when it starts in this period."""
    first = wish.starts or min((contact.first_day for contact in wish.facts.contacts), default=None)
    if first is None or wish.running:
        return 0
    return (moved(first, period - horizon.period(first)) - first).days


def facts_at(wish: Wish, horizon: Horizon, period: int) -> RequestFacts:
    """The request as the engine would see it if it had asked to start in this period."""
    days = shift(wish, horizon, period)
    starts, live = days_at(wish, horizon, period)
    return replace(
        wish.facts,
        start=starts,
        go_live=live,
        contacts=tuple(
            replace(contact, first_day=contact.first_day + timedelta(days=days)) for contact in wish.facts.contacts
        ),
    )


def planned_facts(wishes: Mapping[int, Wish], horizon: Horizon, chosen: Mapping[int, int]) -> list[RequestFacts]:
    """The requests of a plan (id to period) as the engine would see them, by id."""
    return [facts_at(wishes[request], horizon, period) for request, period in sorted(chosen.items())]


def parts(amount: int, wish: Wish, horizon: Horizon) -> tuple[float, ...]:
    """An amount spread evenly over the request's days, by period from its start on. Of what runs, from the first period
    of the horizon on: what was used before it is gone. Without days all of it falls into the first period."""
    starts, live = wish.starts, wish.live
    if not amount:
        return ()
    if starts is None or live is None:
        return (float(amount),)
    by_quarter = spread(amount, starts, live)
    base = 0 if wish.running else horizon.period(starts)
    by_period = {horizon.period(first_day(quarter)) - base: tenths / 10 for quarter, tenths in by_quarter.items()}
    last = max(by_period)
    return tuple(by_period.get(period, 0.0) for period in range(last + 1)) if last >= 0 else ()
