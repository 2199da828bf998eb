"""What became of the requests of a plan since it was made: the plan is frozen, the portfolio is not."""

from collections.abc import Iterable, Sequence
from typing import Final

from board.packs.words import listed
from board.planning.words import counted
from board.selectors.plans.plan_sheets import PlanSheet, SheetRow
from portfolio.lifecycle import LABELS, LIVE
from portfolio.models import ProjectRequest

NAMED: Final = 5
"""So many requests are named; of more the rest is counted."""


def since_plan(sheet: PlanSheet) -> list[str]:
    """Sentences on what is otherwise than when the plan was made: what is no longer asked for, what costs or starts
    otherwise now, what came in. None while all is as it was. One query."""
    rows = [*sheet.going, *sheet.waiting]
    gone = [row for row in rows if row.request.state not in LIVE]
    other = [row for row in rows if row.request.state in LIVE and _is_otherwise(row, sheet)]
    said = [f"No longer to be planned: {_named(gone, state=True)}."] if gone else []
    if other:
        said.append(
            f"Cost otherwise, or want to start in another quarter, than the plan reckons with: {_named(other)}."
        )
    if came := _came_in(row.request.pk for row in rows):
        said.append(f"{counted(came, 'request')} came in that {'is' if came == 1 else 'are'} not in this plan.")
    return said


def _is_otherwise(row: SheetRow, sheet: PlanSheet) -> bool:
    request, line = row.request, row.line
    wants = request.wanted_start or request.wanted_go_live
    asked = None if wants is None else sheet.horizon.period(wants)
    return round(request.one_off_cost or 0) != round(line.money) or asked != line.asked_period


def _came_in(known: Iterable[int]) -> int:
    """How many live requests the plan does not know."""
    return len(set(ProjectRequest.objects.live().order_by().values_list("pk", flat=True)) - set(known))


def _named(rows: Sequence[SheetRow], *, state: bool = False) -> str:
    words = (f" ({LABELS[row.request.state].lower()})" if state else "" for row in rows)
    return listed([f"{row.request.reference}{word}" for row, word in zip(rows, words, strict=True)], NAMED)
