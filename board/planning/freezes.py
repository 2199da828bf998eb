"""Change freezes: where a request goes live when only its quarter is known, what bars a start, and what to mind.

The portfolio knows the day of a go-live in the quarter that the request asked for. Moved to another quarter, or without
a day of its own, only the quarter is known: the plan then takes a day outside the freeze, and says so.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final

from board.planning.words import between
from impacts.engine.facts import FreezeFact, RegisterFacts, RequestFacts
from impacts.engine.quarters import first_day, last_day, quarter_of

MOST_LATER: Final = timedelta(days=366)


def freezes_of(request: RequestFacts, register: RegisterFacts) -> tuple[FreezeFact, ...]:
    """The freezes that concern it: those of everything, and those of touchpoints that it changes."""
    touched = {impact.touchpoint for impact in request.impacts}
    found = [each for each in register.freezes if not each.touchpoints or each.touchpoints & touched]
    return tuple(sorted(found, key=lambda each: (each.first, each.id)))


def freeze_on(freezes: Iterable[FreezeFact], day: date) -> FreezeFact | None:
    """The freeze in which a day lies, None outside all of them."""
    return next((each for each in freezes if each.first <= day <= each.last), None)


def free_day(freezes: tuple[FreezeFact, ...], begins: date, day: date) -> date:
    """Where it goes live of which only the quarter of `day` is known: the day itself outside freezes, else the next of
    its quarter that is, else the last one before that is not before it begins, else the first one after the quarter.
    The day itself where the whole quarter is frozen."""
    if freeze_on(freezes, day) is None:
        return day
    first, last = first_day(quarter_of(day)), last_day(quarter_of(day))
    free = [each for each in _days(first, last) if freeze_on(freezes, each) is None]
    if not free:
        return day
    after = [each for each in free if each > day]
    before = [each for each in free if begins <= each < day]
    if after or before:
        return after[0] if after else before[-1]
    return next((each for each in _days(last, last + MOST_LATER) if freeze_on(freezes, each) is None), day)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def frozen_parts(freezes: Iterable[FreezeFact], day: date) -> list[str]:
    """The freezes that take a part of the quarter of this day, in words: 'between 1 and 20 May 2027 (“Easter”)'."""
    quarter = quarter_of(day)
    return [
        f"{between(each.first, each.last)} (“{each.name}”)"
        for each in freezes
        if each.first <= last_day(quarter) and each.last >= first_day(quarter)
    ]
