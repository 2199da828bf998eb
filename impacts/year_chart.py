"""Lays out the chart of the customer's year: marks with their places, for a template to draw as SVG.

Pure arithmetic: weeks across, silos down, the rolling sum against the policy beneath. Units are SVG pixels.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from impacts.selectors.customer_year import CustomerYear, Mark, Week

LEFT, WIDTH, TOP, ROW = 124, 1180, 64, 34
BARS = 104
CHARACTER = 6.9
"""Width of a character of 12 px text, on average, in the widest of the usual typefaces."""

MONTH_CHARACTER = 8.0
"""The same of the bold names of the months."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A mark at its place. `label` is the text beside it, empty where there is no room; `anchor` its side."""

    x: float
    y: float
    mark: Mark
    label: str = ""
    anchor: str = "start"
    label_x: float = 0.0


@dataclass(frozen=True, slots=True)
class Lane:
    """The line of one silo."""

    name: str
    y: float


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of days: a freeze, or weeks whose contacts break the policy."""

    x: float
    width: float
    label: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """The fullest window that ends in one week."""

    x: float
    y: float
    width: float
    height: float
    week: Week
    number: str


@dataclass(frozen=True, slots=True)
class YearChart:
    """Everything that the template draws."""

    width: int
    height: float
    floor: float
    lanes: tuple[Lane, ...]
    months: tuple[Span, ...]
    freezes: tuple[Span, ...]
    breaches: tuple[Span, ...]
    contacts: tuple[Placed, ...]
    changes: tuple[Placed, ...]
    bars: tuple[Bar, ...]
    limit_y: float | None
    base: float
    left: int = LEFT


def year_chart(year: CustomerYear) -> YearChart:
    """The chart of a year, the same for the same year."""
    step = (WIDTH - LEFT) / year.weeks
    lanes = tuple(Lane(silo, TOP + ROW * row) for row, silo in enumerate(year.silos))
    floor = TOP + ROW * max(len(lanes), 1)
    base = floor + BARS + 24
    top = max([week.rolling for week in year.by_week] + [year.policy.limit if year.policy else 0, 1])
    return YearChart(
        width=WIDTH,
        height=base + 24,
        floor=floor,
        lanes=lanes,
        months=tuple(_months(year, step)),
        freezes=tuple(_span(year, step, span.starts, span.ends, span.name) for span in year.freezes),
        breaches=tuple(_breaches(year, step)),
        contacts=tuple(_contacts(year, lanes, step)),
        changes=tuple(_changes(year, lanes, step)),
        bars=tuple(_bars(year, step, base, top)),
        limit_y=base - BARS * year.policy.limit / top if year.policy else None,
        base=base,
    )


def _x(year: CustomerYear, step: float, day: date) -> float:
    return LEFT + (day - year.starts).days / 7 * step


def _span(year: CustomerYear, step: float, starts: date, ends: date, label: str = "") -> Span:
    left = max(_x(year, step, starts), float(LEFT))
    right = min(_x(year, step, ends + timedelta(days=1)), float(WIDTH))
    return Span(round(left, 1), round(max(right - left, 2.0), 1), label)


def _months(year: CustomerYear, step: float) -> Iterable[Span]:
    day = year.starts.replace(day=1)
    while day <= year.ends:
        if day >= year.starts:
            wide = step * 4.3
            x = round(_x(year, step, day), 1)
            label = f"{day:%B}" if wide > 78 else f"{day:%b}" if wide > 30 else f"{day:%b}"[0]
            yield Span(x, 0, label if x + 5 + len(label) * MONTH_CHARACTER <= WIDTH else "")
        day = (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def _breaches(year: CustomerYear, step: float) -> Iterable[Span]:
    for episode in year.load.episodes if year.load else ():
        if episode.last >= year.starts and episode.first <= year.ends:
            days = f"{episode.first.day} {episode.first:%b} to {episode.last.day} {episode.last:%b}"
            yield _span(year, step, episode.first, episode.last, f"{episode.peak} contacts, {days}")


def _contacts(year: CustomerYear, lanes: tuple[Lane, ...], step: float) -> Iterable[Placed]:
    """Contacts of one silo on the same or the next days stand above each other, so that each can be counted."""
    rows = {lane.name: lane.y for lane in lanes}
    last: dict[str, list[float]] = {}
    for mark in year.contacts:
        x = _x(year, step, mark.day) + step / 14
        near = [place for place in last.get(mark.silo, []) if x - place < 9]
        last[mark.silo] = [*near, x]
        offset = (0, 10, -10)[len(near) % 3] if near else 0
        yield Placed(round(x, 1), rows[mark.silo] + ROW / 2 + offset, mark)


def _changes(year: CustomerYear, lanes: tuple[Lane, ...], step: float) -> Iterable[Placed]:
    """Diamonds with their words beside them, where the words do not run into the next mark of the lane."""
    for lane in lanes:
        marks = [mark for mark in year.changes if mark.silo == lane.name]
        taken = sorted(_x(year, step, m.day) for m in (*marks, *(c for c in year.contacts if c.silo == lane.name)))
        end = 0.0
        for mark in marks:
            x = _x(year, step, mark.day) + step / 14
            following = next((place for place in taken if place > x + 2), float(WIDTH))
            room = int((min(following, float(WIDTH)) - x - 22) / CHARACTER)
            words = mark.words if len(mark.words) <= room else mark.words[: room - 1].rstrip() + "…"
            label = words if room >= 9 and x > end else ""
            end = x + 12 + len(label) * CHARACTER if label else end
            yield Placed(round(x, 1), lane.y + ROW / 2, mark, label=label, label_x=round(x + 11, 1))


def _bars(year: CustomerYear, step: float, base: float, top: int) -> Iterable[Bar]:
    for number, week in enumerate(year.by_week):
        if week.rolling:
            height = round(BARS * week.rolling / top, 1)
            x = round(LEFT + number * step + 1, 1)
            label = str(week.rolling) if week.over and step >= 12 else ""
            yield Bar(x, round(base - height, 1), round(max(step - 3, 2), 1), height, week, label)
