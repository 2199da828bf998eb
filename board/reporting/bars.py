"""Lays out bars that lie: a row for each thing, its parts side by side. Pure arithmetic; units are SVG pixels."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, RIGHT, TOP, ROW, BAR = 900, 180, 26, 36, 16
STEPS = (1, 2, 5, 10)
INDENT, CHARACTER, GAP = 14, 7.6, 14
LEAST_LEFT, MOST_LEFT = 90, 290
"""So much room the names have, as the longest needs; longer ones break. Short names leave a phone room for the bars."""


@dataclass(frozen=True, slots=True)
class Series:
    """One kind of part: its name and how it looks (a class of the bars: "acc", "", "pale", "over", "ghost")."""

    label: str
    look: str


@dataclass(frozen=True, slots=True)
class BarRow:
    """One thing: its name, where it leads to, the value of each series, the words at the end of its bar, and how
    deep it stands below others."""

    label: str
    values: tuple[float, ...]
    words: str
    url: str = ""
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a bar, drawn."""

    x: float
    width: float
    look: str
    title: str


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """One row, drawn: `y` is its top, `text_y` the line of its words; a line of its name begins at `text_x` and holds
    `letters`."""

    y: int
    text_y: int
    bar_y: int
    row: BarRow
    parts: tuple[Part, ...]
    left: int

    @property
    def text_x(self) -> int:
        """Where its name begins."""
        return _indent(self.row)

    @property
    def letters(self) -> int:
        """So many letters have room before the bar."""
        return int((self.left - GAP - self.text_x) / CHARACTER)


@dataclass(frozen=True, slots=True)
class Bars:
    """Everything that the template draws; `what` says what the axis counts."""

    rows: tuple[DrawnRow, ...]
    series: tuple[Series, ...]
    ticks: tuple[tuple[float, str], ...]
    what: str
    width: int
    height: int
    left: int
    right: int
    top: int
    base: int
    bar: int


def bars(
    rows: Sequence[BarRow], series: Sequence[Series], *, what: str, most: float | None = None, sign: str = ""
) -> Bars:
    """The chart of these rows. `most` is where the axis ends; by default at the longest bar. `sign` is that of the
    currency where it counts money."""
    longest = most or max((sum(row.values) for row in rows), default=0) or 1
    left = _left(rows)
    scale = (WIDTH - RIGHT - left) / longest
    drawn = []
    for number, row in enumerate(rows):
        y, at, parts = TOP + ROW * number, float(left), []
        for kind, value in zip(series, row.values, strict=True):
            width = round(min(value, longest) * scale, 1)
            if width > 0:
                title = f"{row.label}, {kind.label.lower()}: {sign}{_plain(value)}"
                parts.append(Part(round(at, 1), width, kind.look, title))
            at += width
        drawn.append(DrawnRow(y, y + 22, y + (ROW - BAR) // 2, row, tuple(parts), left))
    base = TOP + ROW * len(rows)
    step = _step(longest)
    marks = [step * n for n in range(int(longest / step) + 1)]
    ticks = tuple((round(left + mark * scale, 1), f"{sign}{_short(mark)}") for mark in marks)
    return Bars(tuple(drawn), tuple(series), ticks, what, WIDTH, base + 34, left, WIDTH - RIGHT, TOP, base, BAR)


def _indent(row: BarRow) -> int:
    return INDENT * min(row.depth, 5)


def _left(rows: Sequence[BarRow]) -> int:
    """Where the bars begin: right of the longest name, as far as there is room for it."""
    widest = max((_indent(row) + len(row.label) * CHARACTER for row in rows), default=0.0)
    return min(max(round(widest) + GAP, LEAST_LEFT), MOST_LEFT)


def _step(longest: float) -> float:
    """The least of 1, 2, 5, 10, 20, 50 and so on that makes at most five steps."""
    size = 1.0
    while longest > 50 * size:
        size *= 10
    return next(step * size for step in STEPS if step * size * 5 >= longest)


def _plain(value: float) -> str:
    return f"{value:,.1f}".removesuffix(".0")


def _short(value: float) -> str:
    for size, letter in ((1e9, " bn"), (1e6, " m"), (1e4, "k")):
        if value >= size:
            return f"{value / (1e3 if letter == 'k' else size):.1f}".removesuffix(".0") + letter
    return f"{value:,.2f}".rstrip("0").rstrip(".")
