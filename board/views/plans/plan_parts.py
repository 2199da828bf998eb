"""What the page of a plan shows of many requests at a time: folded groups in the picture, pages of its tables."""

from typing import Any, Final

from django.http import HttpRequest

from board.charts.roadmap import roadmap
from board.charts.roadmap_groups import BY, FOLDED, MOST_JOBS, groups_of
from board.selectors.plans.plan_sheets import PlanSheet
from customers.asked import one_of, page_of

PAGE: Final = 50
"""So many rows of a table stand on a page."""


def parts_of(request: HttpRequest, sheet: PlanSheet) -> dict[str, Any]:
    """The picture and the tables of a plan as the address asks for them: `by` what many requests are grouped, which
    group is `open`, and the pages `going` and `waiting`."""
    by = one_of(request, "by", BY, usual=next(iter(BY)))
    groups = groups_of(sheet, by) if len(sheet.going) > FOLDED else []
    key = one_of(request, "open", {group.key for group in groups})
    opened = next((group for group in groups if group.key == key), None)
    going = page_of(request, opened.rows if opened else sheet.going, MOST_JOBS, "going")
    shown = list(going) if opened else ()
    return {
        "chart": roadmap(sheet, by=by, opened=opened.key if opened else "", shown=shown) if sheet.going else None,
        "groups": groups,
        "by": by,
        "ways": BY.items(),
        "opened": opened,
        "going": going,
        "waiting": page_of(request, sheet.waiting, PAGE, "waiting"),
    }
