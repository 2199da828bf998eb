"""What a report is, before it becomes a page, a file or a mail."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from board.reporting.bars import Bars


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads somewhere; files carry the text."""

    text: str
    url: str


Cell = str | int | float | Decimal | date | Link | None


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading; numbers stand to the right."""

    label: str
    number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a report. `empty` stands where it has no rows."""

    name: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    empty: str = "Nothing in this period."


@dataclass(frozen=True, slots=True)
class Report:
    """A report: its finding as a sentence, what is counted, the chart, its tables (the first is the chart's twin)."""

    title: str
    deck: str
    tables: tuple[Table, ...]
    bars: Bars | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """From the first to the last day, both included; None has no end on that side."""

    first: date | None = None
    last: date | None = None

    def has(self, day: date) -> bool:
        """Whether the day lies in it."""
        return (self.first is None or day >= self.first) and (self.last is None or day <= self.last)

    @property
    def words(self) -> str:
        """'from 1 January 2026 to 31 March 2026'."""
        if self.first is None and self.last is None:
            return "from the beginning until today"
        begin = f"from {_day(self.first)} " if self.first else "from the beginning "
        return begin + (f"to {_day(self.last)}" if self.last else "until today")


def _day(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def headings(*labels: str, numbers: Sequence[str] = ()) -> tuple[Heading, ...]:
    """Headings of words first, then of numbers."""
    return (*(Heading(label) for label in labels), *(Heading(label, number=True) for label in numbers))


def count_words(count: int, one: str, many: str = "") -> str:
    """'1 request', '3 requests'."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


@dataclass(slots=True)
class Tally:
    """Counts by name, for one row."""

    counts: dict[str, int] = field(default_factory=dict)

    def add(self, name: str) -> None:
        """One more of this name."""
        self.counts[name] = self.counts.get(name, 0) + 1

    def of(self, name: str) -> int:
        """How many of this name."""
        return self.counts.get(name, 0)

    @property
    def total(self) -> int:
        """How many of all names."""
        return sum(self.counts.values())
