"""The facts of all requests, packed side by side in one array: a few hundred bytes each in place of twenty objects,
which take three times the room, and which the collector of garbage would visit again and again.
"""

import pickle
from collections.abc import Iterator, KeysView, Mapping
from dataclasses import is_dataclass
from datetime import date
from operator import attrgetter
from typing import Any, get_args, get_type_hints

import numpy as np

from impacts.engine.facts import RequestFacts
from impacts.engine.matching.rows import Growing, Ints

AT_HAND = 150_000
"""So many requests that were asked for are at hand as facts; when there are more, all are unpacked anew."""


class _Form:
    """How facts of one class are laid flat, as what is quickly written and read: dates as numbers of days, and the
    facts that they hold as plain tuples."""

    def __init__(self, kind: Any) -> None:
        hints = get_type_hints(kind)
        self._kind, self._values = kind, attrgetter(*hints)
        self._days = [at for at, hint in enumerate(hints.values()) if hint is date or date in get_args(hint)]
        parts = [(at, get_args(hint)[:1]) for at, hint in enumerate(hints.values())]
        self._parts = [(at, _Form(part[0])) for at, part in parts if part and is_dataclass(part[0])]

    def flat(self, facts: Any) -> tuple[Any, ...]:
        """The values of facts, laid flat."""
        values = list(self._values(facts))
        for at in self._days:
            values[at] = values[at] and values[at].toordinal()
        for at, form in self._parts:
            values[at] = tuple(map(form.flat, values[at]))
        return tuple(values)

    def facts(self, flat: tuple[Any, ...]) -> Any:
        """The facts of such values."""
        values = list(flat)
        for at in self._days:
            values[at] = values[at] and date.fromordinal(values[at])
        for at, form in self._parts:
            values[at] = tuple(map(form.facts, values[at]))
        return self._kind(*values)


_FORM = _Form(RequestFacts)


def packed(facts: RequestFacts) -> bytes:
    """A request as it lies on the shelf."""
    return pickle.dumps(_FORM.flat(facts), protocol=5)


class Shelf(Mapping[int, RequestFacts]):
    """Facts by the request's id, in rows that are in step with those of the spaces. To who reads it, a mapping."""

    def __init__(self) -> None:
        self._rows: dict[int, int] = {}  # a request's living row
        self._owners: Growing[np.int64] = Growing(np.int64)  # by row; a dead row keeps its owner
        self._records: Growing[np.uint8] = Growing(np.uint8)
        self._ends: Growing[np.int64] = Growing(np.int64, [0])
        self._at_hand: dict[int, RequestFacts] = {}

    def __getstate__(self) -> dict[str, object]:
        """Without what can be unpacked again."""
        return {**self.__dict__, "_at_hand": {}}

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[int]:
        return iter(self._rows)

    def __contains__(self, request: object) -> bool:
        return request in self._rows

    def keys(self) -> KeysView[int]:
        """The ids, as a dictionary has them."""
        return self._rows.keys()

    def __getitem__(self, request: int) -> RequestFacts:
        found = self._at_hand.get(request)
        if found is None:
            row = self._rows[request]
            start, stop = self._ends.view()[row : row + 2].tolist()
            found = _FORM.facts(pickle.loads(self._records.view()[start:stop].data))  # noqa: S301 - written by `packed`
            if len(self._at_hand) >= AT_HAND:
                self._at_hand.clear()
            self._at_hand[request] = found
        return found

    @property
    def rows(self) -> int:
        """How many rows there are, the dead ones included."""
        return self._owners.size

    @property
    def owners(self) -> Ints:
        """By row whose it is, without a copy."""
        return self._owners.view()

    def row(self, request: int) -> int:
        """The row of a request. KeyError when it is not here."""
        return self._rows[request]

    def rows_of(self, requests: list[int]) -> Ints:
        """The rows of some requests, in their order."""
        return np.fromiter(map(self._rows.__getitem__, requests), np.int64, len(requests))

    def put(self, request: int, record: bytes) -> None:
        """Add a request, `packed`, as the next row. It must not be here."""
        self._rows[request] = self._owners.size
        self._owners.append(request)
        self._records.extend(np.frombuffer(record, np.uint8))
        self._ends.append(self._records.size)

    def drop(self, request: int) -> int:
        """Forget a request. Its row, which is returned, stays, dead, until `keep`."""
        self._at_hand.pop(request, None)
        return self._rows.pop(request)

    def keep(self) -> Ints:
        """Free the room of dead rows. Returns the living rows as they were numbered, in their new order."""
        kept = np.fromiter(self._rows.values(), np.int64, len(self._rows))
        ends = self._ends.view()
        sizes = ends[kept + 1] - ends[kept]
        records: Growing[np.uint8] = Growing(np.uint8)
        for start, size in zip(ends[kept].tolist(), sizes.tolist(), strict=True):
            records.extend(self._records.view()[start : start + size])
        self._records, self._ends = records, Growing(np.int64, [0])
        self._ends.extend(np.cumsum(sizes))
        self._owners.keep(kept)
        self._rows = {owner: row for row, owner in enumerate(self._rows)}
        return kept
