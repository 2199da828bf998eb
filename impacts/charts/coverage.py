"""Lays out the coverage of the months as bars, for a template to draw as SVG. Pure arithmetic, in SVG pixels."""

from collections.abc import Sequence
from dataclasses import dataclass

from impacts.engine.coverage import Coverage

WIDTH, HEIGHT, TOP, BASE, MOST_WIDE = 720, 200, 24, 164, 44


@dataclass(frozen=True, slots=True)
class Bar:
    """One month: its bar, the number above it, the name below it."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    number: str
    name: str
    words: str


@dataclass(frozen=True, slots=True)
class CoverageChart:
    """The bars, and the size of the picture."""

    bars: tuple[Bar, ...]
    width: int = WIDTH
    height: int = HEIGHT
    base: int = BASE

    @property
    def name_y(self) -> int:
        """Where the months' names stand."""
        return BASE + 18


def coverage_chart(months: Sequence[Coverage]) -> CoverageChart:
    """The chart of these months, the scale from 0 to 100 per cent."""
    step = WIDTH / max(len(months), 1)
    wide = min(step * 0.7, MOST_WIDE)
    return CoverageChart(tuple(_bar(month, place, step, wide) for place, month in enumerate(months)))


def _bar(month: Coverage, place: int, step: float, wide: float) -> Bar:
    share = month.percent or 0
    height = (BASE - TOP) * share / 100
    middle = place * step + step / 2
    return Bar(
        x=round(middle - wide / 2, 1),
        y=round(BASE - height, 1),
        width=round(wide, 1),
        height=round(height, 1),
        middle=round(middle, 1),
        number=f"{share:g}",
        name=f"{month.day:%b}" if month.day.month > 1 else f"{month.day:%b %y}",
        words=f"{month.day.day} {month.day:%B %Y}: {month.owned} of {month.total}, {share:g} %",
    )
