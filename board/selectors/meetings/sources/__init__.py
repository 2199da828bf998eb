"""What brings something to the board, one module a source.

A source says why single requests belong before the board (`Cause`) or which requests belong together (`Tie`). Adding a
source is adding a module and a line to CAUSES or TIES; `selectors.meetings.candidates` makes candidates of both, so
that no request is asked twice. Each source makes a fixed number of queries.
"""

from collections.abc import Callable, Sequence
from datetime import date

from board.selectors.meetings.sources import (
    changes,
    clusters,
    conditions,
    conflicts,
    deferrals,
    families,
    holds,
    merges,
    objections,
    orders,
    ready,
    reopened,
)
from board.selectors.meetings.sources.base import Cause, Tie

__all__ = ["CAUSES", "TIES", "Cause", "Tie"]

#: Why single requests belong before the board; what they say stands in this order.
CAUSES: Sequence[Callable[[date], list[Cause]]] = (
    objections.causes,
    changes.causes,
    reopened.causes,
    orders.causes,
    merges.causes,
    holds.causes,
    deferrals.causes,
    conditions.causes,
    conflicts.causes,
    ready.causes,
)
#: Which requests belong together; a request goes with the first that holds it.
TIES: Sequence[Callable[[date], list[Tie]]] = (families.ties, clusters.ties, conflicts.ties)
