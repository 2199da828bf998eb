"""The bars of a roadmap and where they stand: requests on their days, packed into as few rows as hold them. Pure
arithmetic; units are SVG pixels."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from board.planning.horizon import Horizon
from board.selectors.plans.plan_sheets import SheetRow
from impacts.engine.quarters import first_day, last_day

LEFT, WIDTH, TOP = 196, 1176, 30
SLIM_ROW, SLIM_JOB = 26, 20

CHARACTER: Final = 6.7
"""Width of a character of the 12 px text of labels, on average."""

LABEL_GAP: Final = 6


@dataclass(frozen=True, slots=True)
class Job:
    """One request at its place. `label` begins with its number; it stands inside the bar or beside it."""

    row: SheetRow
    x: float
    y: float
    width: float
    height: float
    number: str
    label: str
    label_x: float
    label_y: float
    title: str

    @property
    def end(self) -> float:
        """Its right edge."""
        return self.x + self.width

    @property
    def middle(self) -> float:
        """The middle of its height."""
        return self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the picture: its name on the left (none where it belongs to the row above) and the rule under it."""

    name: str
    y: float
    base: float


@dataclass(frozen=True, slots=True)
class Span:
    """A quarter or a freeze."""

    x: float
    width: float
    label: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """What starts in one quarter in a folded group."""

    x: float
    width: float
    y: float
    height: float
    number: int
    title: str

    @property
    def middle(self) -> float:
        """Where its number stands."""
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True, slots=True)
class Fold:
    """A group of requests in one line, and whether they are unfolded beneath it."""

    key: str
    name: str
    number: int
    is_open: bool
    y: float
    cells: tuple[Cell, ...]


def x_of(day: date, horizon: Horizon) -> float:
    """Where a day stands; what lies outside the plan stands at its edge."""
    first, last = horizon.days
    share = (day - first).days / ((last - first).days + 1)
    return round(LEFT + min(max(share, 0.0), 1.0) * (WIDTH - LEFT - 4), 1)


def inside(row: SheetRow, horizon: Horizon) -> bool:
    """Whether any of its days lies in the plan."""
    first, last = horizon.days
    line = row.line
    return line.starts is not None and line.live is not None and line.live >= first and line.starts <= last


def bar(row: SheetRow, horizon: Horizon) -> tuple[float, float]:
    """Left edge and width of its bar."""
    x = x_of(row.line.starts or horizon.days[0], horizon)
    end = x_of((row.line.live or horizon.days[1]) + timedelta(days=1), horizon)
    return x, max(end - x, 6.0)


def packed(rows: Sequence[SheetRow], horizon: Horizon, top: float) -> tuple[list[Job], float]:
    """Requests in as few rows as hold them, by their start; and where they end."""
    jobs: list[Job] = []
    ends: list[float] = []
    for row in sorted(rows, key=lambda each: (bar(each, horizon)[0], each.request.pk)):
        x, width = bar(row, horizon)
        lane = next((lane for lane, end in enumerate(ends) if end + LABEL_GAP <= x), len(ends))
        outside = width < CHARACTER * len(row.short) + 12
        taken = x + width + (CHARACTER * len(row.short) + 8 if outside else 0)
        ends[lane : lane + 1] = [taken]
        jobs.append(job(row, horizon, top + 5 + lane * SLIM_ROW, SLIM_JOB, row.request.title, beside=False))
    return jobs, top + SLIM_ROW * len(ends) + 6


def job(row: SheetRow, horizon: Horizon, y: float, height: int, words: str, *, beside: bool = True) -> Job:
    """The bar with its number, and `words` in it or, where allowed, beside it as far as there is room."""
    x, width = bar(row, horizon)
    number = row.short
    room = int((width - 14) / CHARACTER) - len(number) - 1
    inside = width >= CHARACTER * len(number) + 12
    label = words if len(words) <= room else ""
    if not label and inside and not beside and room >= 6:
        label = words[: room - 1].rstrip() + "…"
    label_x = x + 8 if inside and (label or not beside) else x + width + 6
    if label_x + CHARACTER * len(number) > WIDTH:
        label_x = x - CHARACTER * len(number) - 6
    if not label and beside:
        # The text beside the bar must end within the picture.
        space = int((WIDTH - 4 - label_x) / CHARACTER) - len(number) - 1
        label = words if len(words) <= space else ""
        if space < 0:
            label_x = x + 8
    period = horizon.name(row.line.period or 0)
    title = f"{row.request.reference} {row.request.title}: starts in {period}. {row.date_words}."
    return Job(
        row=row,
        x=x,
        y=round(y, 1),
        width=round(width, 1),
        height=height,
        number=number,
        label=label,
        label_x=round(label_x, 1),
        label_y=round(y + height / 2 + 4.5, 1),
        title=title,
    )


def quarters_of(horizon: Horizon) -> list[Span]:
    """The quarters of the plan."""
    months = ("January to March", "April to June", "July to September", "October to December")
    wide = horizon.number <= 5
    spans = []
    for year, number in horizon.quarters:
        x = x_of(first_day((year, number)), horizon)
        label = f"{months[number - 1]} {year}" if wide else f"Q{number} {year}"
        spans.append(Span(x, round(x_of(last_day((year, number)), horizon) - x, 1), label))
    return spans
