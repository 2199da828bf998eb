"""Gives the items of an agenda their minutes: in proportion to what is at stake, within the meeting's length.

An item wants as many minutes as it has points, at least `least` and at most MOST. Where time is short, items are taken
in order of stake for as long as each can have the part KEPT of what it wants; what is left of the time is then shared
in proportion to what each still wants. So a greater stake never gets fewer minutes than a smaller one, and what does
not fit waits instead of squeezing all others. What must go on is content with `least`. Pure, and
the same for the same input.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

LEAST = 5
MOST = 30
KEPT = 0.6


@dataclass(frozen=True, slots=True)
class Ask:
    """An item that asks for minutes. `fixed` minutes were set by hand; `must`: it goes on before all that need not."""

    key: str
    points: float
    fixed: int | None = None
    must: bool = False


@dataclass(frozen=True, slots=True)
class Allotment:
    """Minutes by key; `waiting` are the keys without, in order of stake; `left` is what remains of the length."""

    minutes: dict[str, int]
    waiting: tuple[str, ...]
    left: int


@dataclass(frozen=True, slots=True)
class _Want:
    key: str
    low: int
    high: int


def wanted(points: float, least: int = LEAST) -> int:
    """What an item with so many points asks for when there is time enough."""
    return max(least, min(floor(points + 0.5), MOST))


def allot(asks: Sequence[Ask], *, length: int, least: int = LEAST) -> Allotment:
    """Share `length` minutes. The sum never exceeds it and no item gets fewer than `least`, unless its minutes were
    fixed by hand. What must go on is taken first, then by points, then by key."""
    order = sorted(asks, key=lambda ask: (not ask.must, ask.fixed is None if ask.must else False, -ask.points, ask.key))
    taken: list[_Want] = []
    left, waiting, full = max(length, 0), [], False
    for ask in order:
        want = _want(ask, least)
        if want.low <= left and (ask.must or not full):
            taken.append(want)
            left -= want.low
        else:
            waiting.append(ask)
            full = full or not ask.must
    minutes = _shared(taken, left)
    waiting.sort(key=lambda ask: (-ask.points, ask.key))
    return Allotment(minutes, tuple(ask.key for ask in waiting), max(length, 0) - sum(minutes.values()))


def _want(ask: Ask, least: int) -> _Want:
    if ask.fixed is not None:
        return _Want(ask.key, ask.fixed, ask.fixed)
    high = wanted(ask.points, least)
    return _Want(ask.key, least if ask.must else max(least, ceil(KEPT * high)), high)


def _shared(taken: Sequence[_Want], left: int) -> dict[str, int]:
    """Each its low, and the rest in proportion to what it still wants, by largest remainders; `taken` is in order."""
    missing = sum(want.high - want.low for want in taken)
    share = min(left, missing)
    if not missing:
        return {want.key: want.low for want in taken}
    quotas = [(want.high - want.low) * share / missing for want in taken]
    extra = [floor(quota) for quota in quotas]
    # The order of `taken` breaks ties, and the stakes themselves come before the remainders among equal wholes.
    rest = sorted(range(len(taken)), key=lambda n: (-(quotas[n] - extra[n]), -taken[n].high, n))
    for n in rest[: share - sum(extra)]:
        extra[n] += 1
    return {want.key: want.low + more for want, more in zip(taken, extra, strict=True)}
