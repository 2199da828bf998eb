"""Lays out two orders side by side: a line for each request from its place in one to its place in the other. Pure
arithmetic; units are SVG pixels."""

from dataclasses import dataclass

from board.selectors.priorities.orders import OrdersPage
from portfolio.models import ProjectRequest

WIDTH, LEFT, RIGHT, TOP, ROW, MOST = 900, 345, 555, 34, 36, 20
#: So many of the largest disagreements are drawn in the accent.
MARKED = 3


@dataclass(frozen=True, slots=True)
class SlopeLine:
    """One request's line, from its place on the left to that on the right; None where it has no place on that side."""

    request: ProjectRequest
    left_y: int | None
    right_y: int | None
    left_place: int | None
    right_place: int | None
    is_marked: bool

    @property
    def left_text_y(self) -> int:
        """The line of its name on the left."""
        return (self.left_y or 0) + 4

    @property
    def right_text_y(self) -> int:
        """The line of its name on the right."""
        return (self.right_y or 0) + 4


@dataclass(frozen=True, slots=True)
class SlopeChart:
    """Everything that the template draws."""

    lines: tuple[SlopeLine, ...]
    width: int
    height: int
    left: int
    right: int
    place_left: int
    place_right: int
    text_left: int
    text_right: int


def slope_chart(page: OrdersPage) -> SlopeChart:
    """The chart of the first MOST of both orders."""
    requests = {row.request.pk: row.request for row in (*page.it, *page.customers)}
    marked = {row.request.pk for row in page.rows[:MARKED] if row.pair.gap > 1}
    places = {pair.id: pair for pair in page.comparison.pairs}
    lines = []
    for pk, request in requests.items():
        left, right = _inside(places[pk].it), _inside(places[pk].customers)
        if left or right:
            line = SlopeLine(request, _y(left), _y(right), places[pk].it, places[pk].customers, pk in marked)
            lines.append(line)
    lines.sort(key=lambda line: (line.is_marked, line.left_y or 0, line.right_y or 0))
    inside = [_inside(place) for line in lines for place in (line.left_place, line.right_place)]
    most = max((place for place in inside if place), default=0)
    return SlopeChart(
        tuple(lines), WIDTH, TOP + ROW * most + 12, LEFT, RIGHT, LEFT - 10, RIGHT + 10, LEFT - 32, RIGHT + 32
    )


def _inside(place: int | None) -> int | None:
    return place if place and place <= MOST else None


def _y(place: int | None) -> int | None:
    return TOP + ROW * (place - 1) + ROW // 2 if place else None
