"""Lays out the charts of IT and the customer, for templates to draw as SVG. Pure arithmetic; units are SVG pixels."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from impacts.engine.customer_hours import MonthOfHours, plain, said

WIDTH = 720
LEFT, RIGHT = 34, 8
TOP, HEIGHT, FOOT = 30, 190, 44
SHARES, SIDE, END = 480, 122, 82
BAR, GAP = 22, 10
STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000)
CHARACTER = 7.2
"""Width of a character of 12 px text, on the safe side."""


@dataclass(frozen=True, slots=True)
class MonthBar:
    """The hours of one month, and its target as a line across the month's place."""

    x: float
    y: float
    width: float
    height: float
    number: str
    month: MonthOfHours
    target_y: float | None
    year: str

    @property
    def middle(self) -> float:
        """Where its number stands."""
        return round(self.x + self.width / 2, 1)

    @property
    def left(self) -> float:
        """Where its target line begins."""
        return round(self.x - 4, 1)

    @property
    def right(self) -> float:
        """Where its target line ends."""
        return round(self.x + self.width + 4, 1)

    @property
    def words(self) -> str:
        """The month in words."""
        target = self.month.target
        aim = "no target" if target is None else f"target {said(target)}"
        return f"{self.month.name}: {said(self.month.hours)}, {aim}{'' if self.month.is_over else ', not over yet'}"


@dataclass(frozen=True, slots=True)
class HoursChart:
    """Everything that the template draws."""

    bars: tuple[MonthBar, ...]
    ticks: tuple[tuple[float, int], ...]
    width: int = WIDTH
    height: int = TOP + HEIGHT + FOOT
    base: int = TOP + HEIGHT
    left: int = LEFT


def hours_chart(months: Sequence[MonthOfHours]) -> HoursChart:
    """Months across, hours up, each month's target as a line."""
    most = max([each.hours for each in months] + [each.target or Decimal(0) for each in months], default=Decimal(0))
    step = _step(most)
    top = max(step * -(-int(most) // step), step)
    slot = (WIDTH - LEFT - RIGHT) / max(len(months), 1)
    bars = []
    for place, each in enumerate(months):
        y = _y(each.hours, top)
        first = place == 0 or each.month[1] == 1
        bars.append(
            MonthBar(
                x=round(LEFT + place * slot + slot * 0.18, 1),
                y=y,
                width=round(slot * 0.64, 1),
                height=round(TOP + HEIGHT - y, 1),
                number=plain(each.hours) if each.hours else "",
                month=each,
                target_y=None if each.target is None else _y(each.target, top),
                year=str(each.month[0]) if first else "",
            )
        )
    return HoursChart(tuple(bars), tuple((_y(Decimal(value), top), value) for value in range(0, top + 1, step)))


def _y(hours: Decimal, top: int) -> float:
    return round(TOP + HEIGHT - float(hours) / top * HEIGHT, 1)


def _step(most: Decimal) -> int:
    """A round distance between rules that makes at most six of them."""
    step = next((step for step in STEPS if most <= 5 * step), STEPS[-1])
    return max(step, int(most) // 5)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a bar: its name, how much it is, the classes of its fill and of the words on it, and the words."""

    name: str
    value: float
    tone: str
    text_tone: str
    text: str


@dataclass(frozen=True, slots=True)
class PlacedPart:
    """A part at its place; `text` is empty where it has no room."""

    x: float
    width: float
    part: Part
    text: str

    @property
    def middle(self) -> float:
        """Where its words stand."""
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True, slots=True)
class ShareBar:
    """One bar of 100 per cent. `end` stands behind it; the whole `label` is said where it is too long to be shown."""

    label: str
    y: float
    parts: tuple[PlacedPart, ...]
    end: str

    @property
    def short(self) -> str:
        """The label as far as it has room."""
        most = int((SIDE - 10) / CHARACTER)
        return self.label if len(self.label) <= most else f"{self.label[: most - 1]}…"

    @property
    def text_y(self) -> float:
        """The line that its words stand on."""
        return self.y + BAR / 2 + 4

    @property
    def words(self) -> str:
        """The bar in words."""
        return f"{self.label}: " + ", ".join(f"{each.part.name} {each.part.text}" for each in self.parts)


@dataclass(frozen=True, slots=True)
class ShareChart:
    """Bars of 100 per cent under each other."""

    bars: tuple[ShareBar, ...]
    width: int = SHARES
    side: int = SIDE
    bar: int = BAR

    @property
    def height(self) -> int:
        """How high it is."""
        return len(self.bars) * (BAR + GAP)


def share_chart(rows: Iterable[tuple[str, Sequence[Part], str]]) -> ShareChart:
    """The chart of these rows: label, parts, what stands behind. A row without anything is an empty bar."""
    bars = []
    for place, (label, parts, end) in enumerate(rows):
        whole = sum(part.value for part in parts)
        x, placed = float(SIDE), []
        for part in parts:
            width = (SHARES - SIDE - END) * part.value / whole if whole else 0.0
            if width > 0:
                room = width > CHARACTER * len(part.text) + 8
                placed.append(PlacedPart(round(x, 1), round(width, 1), part, part.text if room else ""))
            x += width
        bars.append(ShareBar(label, place * (BAR + GAP) + GAP / 2, tuple(placed), end))
    return ShareChart(tuple(bars))
