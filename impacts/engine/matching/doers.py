"""Who does what to which thing: what a rule asks first, so that it unpacks only the requests that can fire.

Of each request its silo, days and flags lie in columns; and for each thing and effect there is a list of the rows that
have it, as a search engine keeps for each word. Rows are in step with those of the shelf.
"""

from array import array
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

import numpy as np

from impacts.engine.facts import RequestFacts
from impacts.engine.matching.rows import Growing, Ints

Deed = tuple[str, int | str, str]
"""The kind of a thing, its id or code, and the effect of a request on it."""


class Doer(NamedTuple):
    """What is known of a request without unpacking its facts."""

    id: int
    silo: int
    committed: bool
    confidential: bool
    go_live: date | None


def deeds_of(facts: RequestFacts) -> set[Deed]:
    """What a request does to each thing. Beside the effects and modes of the facts: "up" and "down" to a touchpoint at
    which it pushes a measure, "holds data in" a system, "contacts" a segment or by a channel, and "needs" a skill or
    another request.
    """
    found: set[Deed] = {("request", each, "needs") for each in facts.needs}
    for impact in facts.impacts:
        found.add(("touchpoint", impact.touchpoint, impact.effect))
        if impact.measure is not None and impact.sign:
            found.add(("touchpoint", impact.touchpoint, "up" if impact.sign > 0 else "down"))
    for use in facts.data_uses:
        found.add(("domain", use.domain, use.mode))
        if use.system is not None and use.mode != "retires":
            found.add(("system", use.system, "holds data in"))
    found.update(("system", use.system, use.effect) for use in facts.system_uses)
    for contact in facts.contacts:
        found.update((("segment", contact.segment, "contacts"), ("channel", contact.channel, "contacts")))
    found.update(("skill", need.skill, "needs") for need in facts.skills)
    return found


class Doers:
    """Columns and lists of rows. A dead row stays in them until `keep`: who asks passes it over."""

    def __init__(self) -> None:
        self._silos: Growing[np.int64] = Growing(np.int64)
        self._days: Growing[np.int32] = Growing(np.int32)  # of the go-live; 0 when it is not known
        self._committed: Growing[np.bool_] = Growing(np.bool_)
        self._confidential: Growing[np.bool_] = Growing(np.bool_)
        self._rows: dict[Deed, array[int]] = {}

    def put(self, facts: RequestFacts) -> None:
        """Add a request as the next row."""
        row = self._silos.size
        self._silos.append(facts.silo)
        self._days.append(facts.go_live.toordinal() if facts.go_live is not None else 0)
        self._committed.append(facts.committed)
        self._confidential.append(facts.confidential)
        for deed in deeds_of(facts):
            self._rows.setdefault(deed, array("i")).append(row)

    def keep(self, rows: Ints) -> None:
        """Forget the rows that are not among these, the living ones; they are numbered anew in this order."""
        numbers = np.full(self._silos.size, -1, np.int32)
        numbers[rows] = np.arange(len(rows))
        for column in (self._silos, self._days, self._committed, self._confidential):
            column.keep(rows)
        for deed in list(self._rows):
            new = numbers[self._rows.pop(deed)]
            if len(new := new[new >= 0]):
                self._rows[deed] = array("i", new.tobytes())

    def rows(self, kind: str, thing: int | str, effects: Iterable[str]) -> Ints:
        """The rows that do any of this to a thing, the dead ones included, each once."""
        lists = (self._rows.get((kind, thing, effect)) for effect in effects)
        found = [np.array(rows, np.int64) for rows in lists if rows]
        return found[0] if len(found) == 1 else np.unique(np.concatenate([np.zeros(0, np.int64), *found]))

    def known(self, requests: Ints, rows: Ints) -> list[Doer]:
        """What is known of these requests, which are at these rows."""
        columns = (self._silos, self._committed, self._confidential)
        days = (date.fromordinal(day) if day else None for day in self._days.view()[rows].tolist())
        return list(map(Doer, requests.tolist(), *(column.view()[rows].tolist() for column in columns), days))
