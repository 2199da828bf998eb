"""Lays out the chart of the customer's year: marks with their places, for a template to draw as SVG.

Pure arithmetic: weeks across, departments (or picked requests) down, the rolling sum against the policy beneath. Units
are SVG pixels. After a change the chart keeps the scale of the one before and shows what is gone as ghosts; otherwise
it would flatter.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from impacts.selectors.years.year_rows import Mark, monday_of
from impacts.selectors.years.year_sums import CustomerYear, Week

LEFT, WIDTH, TOP, ROW = 124, 1180, 76, 34
BARS = 104
CHARACTER = 6.9
"""Width of a character of 12 px text, on average, in the widest of the usual typefaces."""

MONTH_CHARACTER = 8.0
"""The same of the bold names of the months."""

LABEL_ROWS = (TOP - 8, TOP - 24)
"""Where the labels above the lanes stand; what finds no room in either is told by the table."""

STACKED = 3
"""So many contacts of one line in one week stand above each other; of more there is one mark with their number."""

CLOSE = 12
"""Contacts nearer to a change than this stand beneath or above it."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A mark at its place. `label` is the text beside it, empty where there is no room; `number`: how many contacts it
    stands for, 0 for itself alone."""

    x: float
    y: float
    mark: Mark
    label: str = ""
    label_x: float = 0.0
    number: int = 0


@dataclass(frozen=True, slots=True)
class Lane:
    """The line of one department or request."""

    name: str
    y: float


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of days: a month, a freeze, a quiet period, or weeks whose contacts break the policy. Its label stands
    at `label_x`, `label_y`; without room there is none."""

    x: float
    width: float
    label: str = ""
    label_x: float = 0.0
    label_y: float = 0.0
    anchor: str = "start"
    quiet: bool = False
    title: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """The fullest window that ends in one week. `ghost_y` and `ghost_height`: what it was before, where it was more."""

    x: float
    y: float
    width: float
    height: float
    week: Week
    number: str
    ghost_y: float = 0.0
    ghost_height: float = 0.0
    was: int = 0

    @property
    def middle(self) -> float:
        """Where its number stands."""
        return round(self.x + self.width / 2, 1)


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
    gone: tuple[Placed, ...]
    changes: tuple[Placed, ...]
    gone_changes: tuple[Placed, ...]
    bars: tuple[Bar, ...]
    weeks: tuple[Span, ...]
    limit_y: float | None
    base: float
    most_before: int = 0
    top: int = TOP
    left: int = LEFT

    @property
    def lanes_height(self) -> float:
        """How high the lanes are together."""
        return self.floor - self.top


def year_chart(year: CustomerYear, ghost: CustomerYear | None = None, scale: CustomerYear | None = None) -> YearChart:
    """The chart of a year, the same for the same year. `ghost` is the year before, of which what is gone is shown pale;
    `scale` is another year that stands beside it and is drawn to the same scale."""
    step = (WIDTH - LEFT) / year.weeks
    lanes = tuple(Lane(name, TOP + ROW * row) for row, name in enumerate(year.lanes))
    floor = TOP + ROW * max(len(lanes), 1)
    base = floor + BARS + 24
    limit = year.policy.limit if year.policy else 0
    beside = [week.rolling for each in (ghost, scale) if each for week in each.by_week]
    top = max([week.rolling for week in year.by_week] + beside + [limit, 1])
    labels = _Labels()
    breaches = tuple(_breaches(year, step, labels))
    return YearChart(
        width=WIDTH,
        height=base + 24,
        floor=floor,
        lanes=lanes,
        months=tuple(_months(year, step)),
        freezes=tuple(_freezes(year, step, labels)),
        breaches=breaches,
        contacts=tuple(_contacts(year, year.contacts, lanes, step)),
        gone=tuple(_contacts(year, _gone(ghost.contacts, year.contacts), lanes, step)) if ghost else (),
        changes=tuple(_changes(year, lanes, step)),
        gone_changes=tuple(_gone_changes(year, ghost, lanes, step)) if ghost else (),
        bars=tuple(_bars(year, ghost, step, base, top)),
        weeks=tuple(Span(round(LEFT + week * step, 1), 0, str(week + 1)) for week in _numbered(year.weeks)),
        limit_y=base - BARS * limit / top if year.policy else None,
        base=base,
        most_before=max((week.rolling for week in ghost.by_week), default=0) if ghost else 0,
    )


class _Labels:
    """The room above the lanes: each label goes to the first row in which it runs into no other."""

    def __init__(self) -> None:
        self.taken: dict[float, list[tuple[float, float]]] = {row: [] for row in LABEL_ROWS}

    def put(self, span: Span, text: str, character: float) -> Span:
        """The span with its label, where there is room."""
        wide = len(text) * character + 8
        ends = span.x + wide > WIDTH
        left = span.x + span.width - wide if ends else span.x
        for row, taken in self.taken.items():
            if left >= 0 and all(left + wide <= low or left >= high for low, high in taken):
                taken.append((left, left + wide))
                x = span.x + span.width if ends else span.x
                anchor = "end" if ends else "start"
                return Span(span.x, span.width, text, round(x, 1), row, anchor, span.quiet, text)
        return Span(span.x, span.width, quiet=span.quiet, title=text)


def _x(year: CustomerYear, step: float, day: date) -> float:
    return LEFT + (day - year.starts).days / 7 * step


def _span(year: CustomerYear, step: float, starts: date, ends: date, *, quiet: bool = False) -> Span:
    left = max(_x(year, step, starts), float(LEFT))
    right = min(_x(year, step, ends + timedelta(days=1)), float(WIDTH))
    return Span(round(left, 1), round(max(right - left, 2.0), 1), quiet=quiet)


def _numbered(weeks: int) -> list[int]:
    """The weeks whose numbers stand beneath: the first and every fifth, or tenth of two years."""
    every = 5 if weeks <= 60 else 10
    return [0, *range(every - 1, weeks, every)]


def _months(year: CustomerYear, step: float) -> Iterable[Span]:
    day = year.starts.replace(day=1)
    while day <= year.ends:
        if day >= year.starts:
            wide = step * 4.3
            x = round(_x(year, step, day), 1)
            label = f"{day:%B}" if wide > 78 else f"{day:%b}" if wide > 30 else f"{day:%b}"[0]
            yield Span(x, 0, label if x + 5 + len(label) * MONTH_CHARACTER <= WIDTH else "")
        day = (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def _breaches(year: CustomerYear, step: float, labels: _Labels) -> Iterable[Span]:
    for episode in year.load.episodes if year.load else ():
        if episode.last >= year.starts and episode.first <= year.ends:
            days = f"{episode.first.day} {episode.first:%b} to {episode.last.day} {episode.last:%b}"
            span = _span(year, step, episode.first, episode.last)
            yield labels.put(span, f"{episode.peak} contacts, {days}", MONTH_CHARACTER - 1)


def _freezes(year: CustomerYear, step: float, labels: _Labels) -> Iterable[Span]:
    for freeze in year.freezes:
        span = _span(year, step, freeze.starts, freeze.ends, quiet=freeze.quiet)
        text = f"Quiet: {freeze.name}" if freeze.quiet else freeze.name
        yield labels.put(span, text, CHARACTER)


def _contacts(year: CustomerYear, marks: Iterable[Mark], lanes: tuple[Lane, ...], step: float) -> Iterable[Placed]:
    """Contacts of one line in the same week stand above each other, so that each can be counted; many are a number."""
    rows = {lane.name: lane.y + ROW / 2 for lane in lanes}
    weeks: dict[tuple[str, date], list[Mark]] = defaultdict(list)
    for mark in marks:
        weeks[mark.lane, monday_of(mark.day)].append(mark)
    beside: dict[str, list[float]] = defaultdict(list)
    for mark in year.changes:
        beside[mark.lane].append(_x(year, step, mark.day) + step / 14)
    for (lane, monday), together in weeks.items():
        if len(together) > STACKED:
            worst = next((mark for mark in together if mark.breach), together[0])
            yield Placed(round(_x(year, step, monday) + step / 2, 1), rows[lane], worst, number=len(together))
            continue
        for place, mark in enumerate(together):
            x = _x(year, step, mark.day) + step / 14
            near = any(abs(x - other) < CLOSE for other in beside[lane])
            offset = (10, -10, 10)[place] if near else (0, 10, -10)[place] if step < 40 else 0
            yield Placed(round(x, 1), rows[lane] + offset, mark)


def _gone(before: Iterable[Mark], after: Iterable[Mark]) -> list[Mark]:
    """The marks of the year before that the year after has no more."""
    left = Counter((mark.request.pk, mark.day, mark.segment, mark.channel) for mark in after)
    found = []
    for mark in before:
        key = (mark.request.pk, mark.day, mark.segment, mark.channel)
        if left[key]:
            left[key] -= 1
        else:
            found.append(mark)
    return found


def _gone_changes(year: CustomerYear, ghost: CustomerYear, lanes: tuple[Lane, ...], step: float) -> Iterable[Placed]:
    rows = {lane.name: lane.y + ROW / 2 for lane in lanes}
    for mark in _gone(ghost.changes, year.changes):
        yield Placed(round(_x(year, step, mark.day) + step / 14, 1), rows[mark.lane], mark)


def _changes(year: CustomerYear, lanes: tuple[Lane, ...], step: float) -> Iterable[Placed]:
    """Changes with their words beside them, where the words do not run into the next mark of the lane."""
    contacts: dict[str, list[Mark]] = defaultdict(list)
    changes: dict[str, list[Mark]] = defaultdict(list)
    for mark in year.contacts:
        contacts[mark.lane].append(mark)
    for mark in year.changes:
        changes[mark.lane].append(mark)
    for lane in lanes:
        marks = changes[lane.name]
        taken = sorted(_x(year, step, each.day) for each in (*marks, *contacts[lane.name]))
        end = 0.0
        for mark in marks:
            x = _x(year, step, mark.day) + step / 14
            following = next((place for place in taken if place > x + 2), float(WIDTH))
            room = int((min(following, float(WIDTH)) - x - 22) / CHARACTER)
            words = mark.words if len(mark.words) <= room else mark.words[: room - 1].rstrip() + "…"
            label = words if room >= 9 and x > end else ""
            end = x + 12 + len(label) * CHARACTER if label else end
            yield Placed(round(x, 1), lane.y + ROW / 2, mark, label=label, label_x=round(x + 11, 1))


def _bars(year: CustomerYear, ghost: CustomerYear | None, step: float, base: float, top: int) -> Iterable[Bar]:
    before = {week.monday: week.rolling for week in ghost.by_week} if ghost else {}
    for place, week in enumerate(year.by_week):
        was = before.get(week.monday, 0)
        if not week.rolling and not was:
            continue
        height = round(BARS * week.rolling / top, 1)
        ghost_height = round(BARS * was / top, 1) if was > week.rolling else 0.0
        yield Bar(
            x=round(LEFT + place * step + 1, 1),
            y=round(base - height, 1),
            width=round(max(step - 3, 2), 1),
            height=height,
            week=week,
            number=str(week.rolling) if week.over and step >= 12 else "",
            ghost_y=round(base - ghost_height, 1),
            ghost_height=ghost_height,
            was=was,
        )
