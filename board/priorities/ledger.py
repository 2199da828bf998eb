"""The quarter's queue: what was carried in, asked, taken, turned away and left, quarter after quarter.

For each quarter, as sets of requests: carried in + asked = taken + turned away + left, nothing in two of either side;
and what is left is what the next quarter carries in. A request is counted by where it stands at the quarter's end.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

Quarter = tuple[int, int]


class Stand(StrEnum):
    """Where a request stands as the queue sees it."""

    WAITING = "waiting"
    TAKEN = "taken"
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class Moved:
    """A request came to stand somewhere, in a quarter. Given in the order of time."""

    request: int
    quarter: Quarter
    stand: Stand


@dataclass(slots=True)
class QuarterQueue:
    """One quarter. `again` are those of `asked` that were decided before and came back."""

    quarter: Quarter
    carried_in: set[int] = field(default_factory=set)
    asked: set[int] = field(default_factory=set)
    again: set[int] = field(default_factory=set)
    taken: set[int] = field(default_factory=set)
    away: set[int] = field(default_factory=set)
    left: set[int] = field(default_factory=set)

    def of(self, what: str) -> set[int]:
        """The requests of one column, by its name."""
        columns: Mapping[str, set[int]] = {
            "carried_in": self.carried_in,
            "asked": self.asked,
            "again": self.again,
            "taken": self.taken,
            "away": self.away,
            "left": self.left,
        }
        return columns[what]


def ledger(moves: Iterable[Moved], quarters: Sequence[Quarter]) -> list[QuarterQueue]:
    """The queue of each of these quarters, which follow one another. Moves before the first count for what it carries
    in; later ones than the last are left out."""
    if not quarters:
        return []
    by_quarter: dict[Quarter, dict[int, list[Stand]]] = defaultdict(lambda: defaultdict(list))
    stands: dict[int, Stand] = {}
    for move in moves:
        if move.quarter < quarters[0]:
            stands[move.request] = move.stand
        else:
            by_quarter[move.quarter][move.request].append(move.stand)
    return [_quarter(quarter, by_quarter.get(quarter, {}), stands) for quarter in quarters]


def _quarter(quarter: Quarter, moves: Mapping[int, list[Stand]], stands: dict[int, Stand]) -> QuarterQueue:
    """One quarter; `stands` goes from where everything stood at its start to where it stands at its end."""
    found = QuarterQueue(quarter, carried_in={pk for pk, stand in stands.items() if stand is Stand.WAITING})
    for request, steps in moves.items():
        before = stands.get(request)
        if before is not Stand.WAITING and (Stand.WAITING in steps or before is None):
            found.asked.add(request)
            if before is not None:
                found.again.add(request)
        stands[request] = steps[-1]
    for request in found.carried_in | found.asked:
        end = {Stand.WAITING: found.left, Stand.TAKEN: found.taken, Stand.AWAY: found.away}
        end[stands[request]].add(request)
    return found
