"""What saying "whoa" saved: plain arithmetic over what was decided, no Django. Nothing is counted twice.

Three figures, each the sum of its rows, with each request in it at most once:

- *Spend*: one-off costs that are not spent twice. Of a request that is merged into another that lives on: what it asked
  for when the board decided, less its share of what the survivor has asked for more since. Of a request that joined a
  family under another's lead: by how much less it asks since, less its share of what the lead has asked for more: what
  only moved to the lead is not saved. A request without an amount counts nothing.
- *Contacts not sent*: of a request that is merged or rejected, its planned contacts (customers of the segment times the
  number of times) when the board decided; of a merged one less its share of the contacts to the same segments that the
  survivor has planned more since.
- *Contacts put off*: of a request that is on hold, deferred, returned, or waits in an order, its planned contacts, for
  as long as it waits.

Only the last decision over a request that stands counts, and only while the request is where that decision left it:
what is superseded, voided or goes on later saves nothing any more.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

MERGED, REJECTED, JOINED = "merged", "rejected", "joined"
PUT_OFF = frozenset({"on_hold", "deferred", "returned", "sequenced"})


@dataclass(frozen=True, slots=True)
class Decided:
    """One request under one decision. `after` is the state the decision left it in, `now` its present one; `asked` its
    one-off cost when the board decided, `asks` now; `contacts` those it planned then. For a merge: `survivor`, whether
    that `lives`, and by how much its cost and its contacts to the same segments grew since. `led`: the decision joined
    it to a family that another request leads; `survivor` and `cost_grown` are then those of the lead."""

    request: int
    decision: int
    at: datetime
    stands: bool
    after: str
    now: str
    asked: Decimal | None = None
    asks: Decimal | None = None
    contacts: int = 0
    survivor: int | None = None
    lives: bool = False
    cost_grown: Decimal = Decimal(0)
    contacts_grown: int = 0
    led: bool = False


@dataclass(frozen=True, slots=True)
class Saved:
    """One row of a figure. `gross` is what the request asked for or planned, `taken_over` what goes on elsewhere."""

    request: int
    decision: int
    how: str
    gross: Decimal
    taken_over: Decimal

    @property
    def amount(self) -> Decimal:
        """What is saved."""
        return self.gross - self.taken_over


@dataclass(frozen=True, slots=True)
class Savings:
    """The three figures by their rows, the largest first."""

    spend: Sequence[Saved]
    not_sent: Sequence[Saved]
    put_off: Sequence[Saved]


def savings(rows: Sequence[Decided]) -> Savings:
    """What was saved by these decisions, in whatever order they come."""
    counted = _last_of_each(rows)
    merged = [row for row in counted if row.now == row.after == MERGED and row.lives]
    joined = [row for row in counted if row.led and row.now != MERGED and row.asks is not None and _asks_less(row)]
    spend = _shared([*merged, *joined], lambda row: row.asked or Decimal(0), lambda row: row.cost_grown, _still_asked)
    not_sent = _shared(merged, lambda row: Decimal(row.contacts), lambda row: Decimal(row.contacts_grown))
    for row in counted:
        if row.now == row.after == REJECTED:
            not_sent.append(Saved(row.request, row.decision, REJECTED, Decimal(row.contacts), Decimal(0)))
    put_off = [
        Saved(row.request, row.decision, row.now, Decimal(row.contacts), Decimal(0))
        for row in counted
        if row.now == row.after and row.now in PUT_OFF
    ]
    return Savings(_sorted(spend), _sorted(not_sent), _sorted(put_off))


def total(rows: Sequence[Saved]) -> Decimal:
    """A figure."""
    return sum((row.amount for row in rows), Decimal(0))


def _asks_less(row: Decided) -> bool:
    return row.asked is not None and _still_asked(row) < row.asked


def _still_asked(row: Decided) -> Decimal:
    """What it asks for itself: nothing once it is merged."""
    return Decimal(0) if row.now == MERGED else row.asks or Decimal(0)


def _none_left(row: Decided) -> Decimal:
    return Decimal(0)


def _last_of_each(rows: Sequence[Decided]) -> list[Decided]:
    """Of each request the last decision over it that stands."""
    last: dict[int, Decided] = {}
    for row in sorted((row for row in rows if row.stands), key=lambda row: (row.at, row.decision)):
        last[row.request] = row
    return [last[request] for request in sorted(last)]


def _shared(
    gone: Sequence[Decided],
    gross: Callable[[Decided], Decimal],
    grown: Callable[[Decided], Decimal],
    left: Callable[[Decided], Decimal] = _none_left,
) -> list[Saved]:
    """These requests, each less what is `left` of it and its share of what its survivor or lead has grown by: that is
    taken off once, from all that went there in proportion, and never more than what went."""
    together: dict[int | None, list[Decided]] = defaultdict(list)
    for row in gone:
        together[row.survivor].append(row)
    found = []
    for rows in together.values():
        whole = sum((gross(row) - left(row) for row in rows), Decimal(0))
        more = min(max((grown(row) for row in rows), default=Decimal(0)), whole)
        for row in rows:
            share = (gross(row) - left(row)) * more / whole if whole else Decimal(0)
            how = MERGED if row.now == MERGED else JOINED
            found.append(Saved(row.request, row.decision, how, gross(row), left(row) + share))
    return found


def _sorted(rows: Sequence[Saved]) -> list[Saved]:
    """Rows that save something, the largest first."""
    return sorted((row for row in rows if row.amount > 0), key=lambda row: (-row.amount, row.request))
