"""The quarter's queue from what happened: every step of every request, quarter after quarter."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Case, IntegerField, When
from django.utils import timezone

from board.priorities.ledger import Moved, QuarterQueue, Stand, ledger
from board.selectors.priorities.goals import WAITING
from customers.quarters import Quarter, next_quarter, quarter_before, quarter_code, quarter_label, quarter_of
from portfolio.lifecycle import COMMITTED, Status
from portfolio.models import ProjectRequest, Transition
from portfolio.permissions import can_see_all_money

COLUMNS = {
    "carried_in": "Carried over",
    "asked": "Asked",
    "taken": "Taken",
    "away": "Turned away",
    "left": "Left",
    "again": "Came back",
}
_STANDS: dict[str, Stand] = {
    **dict.fromkeys(WAITING, Stand.WAITING),
    **dict.fromkeys(COMMITTED | {Status.DELIVERED, Status.REVIEWED}, Stand.TAKEN),
    **dict.fromkeys((Status.REJECTED, Status.MERGED, Status.WITHDRAWN), Stand.AWAY),
}


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One quarter with its columns: (name, how many, money or None where it may not be seen)."""

    queue: QuarterQueue
    label: str
    code: str
    cells: list[tuple[str, int, Decimal | None]]

    def count(self, column: str) -> int:
        """How many stand in a column."""
        return len(self.queue.of(column))


@dataclass(frozen=True, slots=True)
class QueuePage:
    """The quarters, the latest last."""

    lines: list[QueueLine]
    shows_money: bool

    @property
    def title(self) -> str:
        """The finding of the last whole quarter, or of this one where there is none before."""
        told = self.lines[-2] if len(self.lines) > 1 else (self.lines[-1] if self.lines else None)
        if told is None or not (told.count("carried_in") + told.count("asked")):
            told = self.lines[-1] if self.lines else None
        if told is None or not (told.count("carried_in") + told.count("asked")):
            return "Nothing has been asked yet"
        inside = told.count("carried_in") + told.count("asked")
        return (
            f"In {told.label} the board took {told.count('taken')} of {inside} requests and left {told.count('left')}"
        )


def quarters_back(today: date, number: int) -> list[Quarter]:
    """So many quarters, that of `today` last."""
    found = [quarter_of(today)]
    while len(found) < number:
        found.insert(0, quarter_before(found[0]))
    return found


def moves_of(user: Any, quarters: Sequence[Quarter]) -> list[Moved]:
    """Every step of every request that `user` may see, in the order of time, up to the last of these quarters, which
    follow one another; steps before them stand in the quarter before. The database tells which is when. One query."""
    ends = [When(at__lt=_first_moment(next_quarter(each)), then=place) for place, each in enumerate(quarters, start=1)]
    place = Case(When(at__lt=_first_moment(quarters[0]), then=0), *ends, output_field=IntegerField())
    named = (quarter_before(quarters[0]), *quarters)
    rows = Transition.objects.filter(request__in=ProjectRequest.objects.visible_to(user).order_by().values("pk"))
    rows = rows.filter(target__in=[str(each) for each in _STANDS], at__lt=_first_moment(next_quarter(quarters[-1])))
    steps = rows.order_by("at", "id").values_list("request_id", "target", place)
    return [Moved(request, named[number], _STANDS[target]) for request, target, number in steps]


def _first_moment(quarter: Quarter) -> datetime:
    """When the quarter begins, in the organisation's time zone."""
    return timezone.make_aware(datetime(quarter[0], 3 * quarter[1] - 2, 1))  # noqa: DTZ001 - made aware here


def queue_page(user: Any, *, today: date, quarters: int = 8) -> QueuePage:
    """The queue of the last quarters, from the first in which anything happened. Two queries."""
    wanted = quarters_back(today, quarters)
    moves = moves_of(user, wanted)
    first = min((move.quarter for move in moves), default=wanted[-1])
    wanted = [each for each in wanted if each >= first]
    shows = can_see_all_money(user)
    costs = _costs(user) if shows else {}
    return QueuePage([_line(each, costs if shows else None) for each in ledger(moves, wanted)], shows)


def _costs(user: Any) -> dict[int, Decimal]:
    rows = ProjectRequest.objects.visible_to(user).filter(one_off_cost__isnull=False).order_by("id")
    return {pk: cost for pk, cost in rows.values_list("id", "one_off_cost") if cost is not None}


def _line(queue: QuarterQueue, costs: dict[int, Decimal] | None) -> QueueLine:
    cells = [(name, len(queue.of(name)), None if costs is None else _sum(queue.of(name), costs)) for name in COLUMNS]
    return QueueLine(queue, quarter_label(queue.quarter), quarter_code(queue.quarter), cells)


def _sum(ids: Iterable[int], costs: dict[int, Decimal]) -> Decimal:
    return sum((costs.get(pk, Decimal(0)) for pk in sorted(ids)), Decimal(0))


def queue_cell(user: Any, quarter: Quarter, column: str) -> list[ProjectRequest]:
    """The requests of one column in one quarter, by reference. Two queries."""
    (found,) = ledger(moves_of(user, [quarter]), [quarter])
    rows = ProjectRequest.objects.filter(pk__in=sorted(found.of(column))).select_related("silo")
    return list(rows.order_by("reference", "id"))
