"""A sheet: one list of rows that goes out as CSV and XLSX and comes in again. Plans what a file would do, by row."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from django.core.exceptions import ValidationError

from customers.sheets.columns import SheetColumn, same
from customers.sheets.reading import Line, Table
from customers.sheets.xlsx import Cell

#: So many problems, and so many rows of each kind, are kept to be shown.
SHOWN, SAMPLE = 200, 50


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about one cell: the row of the file, the heading of the column ("" for the row itself), what to do."""

    row: int
    column: str
    message: str


@dataclass(slots=True)
class PlannedRow:
    """A row of the file that would add or change `thing`. `values` by column; `changes` says what differs:
    (heading, before, after)."""

    number: int
    thing: Any
    values: dict[str, Any]
    changes: list[tuple[str, str, str]] = field(default_factory=list)

    def as_data(self) -> list[Any]:
        """Row, name and changes, as plain data."""
        return [self.number, str(self.thing), [list(change) for change in self.changes]]


@dataclass(slots=True)
class Plan:
    """What an import would do. Only one without errors can be carried out. `doubt` is about how the file was read."""

    rows: int = 0
    new: list[PlannedRow] = field(default_factory=list)
    changed: list[PlannedRow] = field(default_factory=list)
    unchanged: int = 0
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    doubt: str = ""

    def as_data(self) -> dict[str, Any]:
        """The plan as plain data, for the page."""
        return {
            "rows": self.rows,
            "new": len(self.new),
            "changed": len(self.changed),
            "unchanged": self.unchanged,
            "errors": [asdict(each) for each in self.errors[:SHOWN]],
            "error_count": len(self.errors),
            "warnings": [asdict(each) for each in self.warnings[:SHOWN]],
            "warning_count": len(self.warnings),
            "sample_new": [[each.number, str(each.thing)] for each in self.new[:SAMPLE]],
            "sample_changed": [each.as_data() for each in self.changed[:SAMPLE]],
            "doubt": self.doubt,
        }


class Finder(ABC):
    """Finds the row that a line of the file speaks of. One is made for each plan; it reads the table once."""

    @abstractmethod
    def find(self, values: dict[str, Any]) -> Any | None:
        """The row as it is stored, or None for a new one. Raises ValueError with what to do; may correct `values`."""

    @abstractmethod
    def key(self, values: dict[str, Any], thing: Any | None) -> Any:
        """What must not stand twice in a file."""

    @abstractmethod
    def new(self, values: dict[str, Any]) -> Any:
        """A row that is not there yet, with what tells it from the others."""

    def beside(self, thing: Any, name: str) -> Any:
        """What is kept beside a stored row; None where nothing is."""
        return None

    def note(self) -> str:
        """What to tell about the last line that was found; "" for nothing."""
        return ""

    def check_all(self, planned: list[PlannedRow]) -> Iterable[tuple[PlannedRow, str, str]]:
        """What is wrong with all rows together: (row, column's name, message)."""
        return ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One list. `store` writes the planned rows, new and changed; `rows` gives what is exported."""

    slug: str
    title: str
    noun: str
    plural: str
    columns: Callable[[], tuple[SheetColumn, ...]]
    rows: Callable[[], Any]
    finder: Callable[[], Finder]
    store: Callable[[list[PlannedRow], list[PlannedRow], set[str], Any], None]
    is_register: bool = False

    def export(self, rows: Iterable[Any]) -> Iterator[list[Cell]]:
        """The cells of each row."""
        columns = self.columns()
        return ([column.show(row) for column in columns] for row in rows)

    def plan(self, table: Table) -> Plan:
        """What importing the table would do. Writes nothing."""
        plan = Plan(rows=len(table.lines))
        columns = self.columns()
        places = _places(table, columns, plan)
        if not table.lines:
            plan.errors.append(Problem(2, "", "The file has headings but no rows. Nothing can be imported."))
        if not plan.errors:
            _Planner(plan, columns, places, self.finder(), len(table.headings)).run(table.lines)
        return plan


def _places(table: Table, columns: tuple[SheetColumn, ...], plan: Plan) -> dict[str, int]:
    """Where each column stands in the file. What is missing, unknown or there twice becomes a problem."""
    places: dict[str, int] = {}
    known = ", ".join(f"“{column.heading}”" for column in columns)
    strange = []
    for place, heading in enumerate(table.headings):
        column = next((each for each in columns if each.is_called(heading)), None)
        if column is None:
            strange += [heading] if heading else []
        elif column.name in places:
            plan.errors.append(Problem(1, heading, "This column stands twice. Take one away."))
        else:
            places[column.name] = place
    for column in columns:
        if column.needed and column.name not in places:
            plan.errors.append(Problem(1, column.heading, f"This column is missing. The columns can be: {known}."))
    for heading in strange:
        plan.warnings.append(Problem(1, heading[:80], f"This column is not known and is left out. Known: {known}."))
    return places


class _Planner:
    """Reads the lines of a file into a plan."""

    def __init__(
        self, plan: Plan, columns: tuple[SheetColumn, ...], places: dict[str, int], finder: Finder, width: int
    ) -> None:
        self.plan, self.places, self.finder, self.width = plan, places, finder, width
        self.columns = [column for column in columns if column.name in places]
        self.headings = {column.name: column.heading for column in columns}
        self.seen: dict[Any, int] = {}

    def run(self, lines: Iterable[Line]) -> None:
        """Plan all lines, then look at them together."""
        for line in lines:
            self._line(line)
        for row, name, message in self.finder.check_all([*self.plan.new, *self.plan.changed]):
            self._error(row.number, name, message)
        self.plan.errors.sort(key=lambda each: each.row)

    def _error(self, number: int, name: str, message: str) -> None:
        self.plan.errors.append(Problem(number, self.headings.get(name, ""), message))

    def _line(self, line: Line) -> None:
        if any(cell not in (None, "") for cell in line.cells[self.width :]):
            message = (
                f"The row has more cells than the {self.width} columns. Put texts that hold the separator in quotes."
            )
            return self._error(line.number, "", message)
        before = len(self.plan.errors)
        values = {column.name: self._value(column, line) for column in self.columns}
        if len(self.plan.errors) > before:
            return None
        try:
            thing = self.finder.find(values)
        except ValueError as error:
            return self._error(line.number, "", str(error))
        if note := self.finder.note():
            self.plan.warnings.append(Problem(line.number, "", note))
        key = self.finder.key(values, thing)
        if first := self.seen.setdefault(key, line.number) != line.number and self.seen[key]:
            return self._error(line.number, "", f"Row {first} is about the same one. Keep one of the two.")
        return self._planned(line.number, values, thing)

    def _value(self, column: SheetColumn, line: Line) -> Any:
        place = self.places[column.name]
        raw = line.cells[place] if place < len(line.cells) else None
        if raw in (None, ""):
            if column.needed:
                self._error(line.number, column.name, "This cell is empty, and every row needs it.")
            return list(column.empty) if isinstance(column.empty, list) else column.empty
        try:
            return column.read(raw)
        except ValueError as error:
            self._error(line.number, column.name, str(error))
        return None

    def _planned(self, number: int, values: dict[str, Any], thing: Any | None) -> None:
        row = PlannedRow(number, thing or self.finder.new(values), values)
        if thing is not None:
            row.changes = [
                (column.heading, _words(self._stored(thing, column)), _words(values[column.name]))
                for column in self.columns
                if not same(self._stored(thing, column), values[column.name])
            ]
            if not row.changes:
                self.plan.unchanged += 1
                return
        for column in self.columns:
            if not column.beside:
                setattr(row.thing, column.name, values[column.name])
        if self._is_right(row):
            (self.plan.changed if thing is not None else self.plan.new).append(row)

    def _stored(self, thing: Any, column: SheetColumn) -> Any:
        return self.finder.beside(thing, column.name) if column.beside else getattr(thing, column.name)

    def _is_right(self, row: PlannedRow) -> bool:
        """Whether the row's fields may be so, each by itself."""
        try:
            row.thing.clean_fields(exclude=["code"])
            if hasattr(row.thing, "starts"):
                row.thing.clean()
        except ValidationError as error:
            for name, texts in error.message_dict.items():
                self._error(row.number, name, " ".join(texts))
            return False
        return True


def _words(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(map(str, value))
    found = "" if value is None else str(value)
    return found if len(found) <= 120 else found[:119] + "…"
