"""Turns a table into a plan: what each row becomes, with every error and doubt by row and column. Writes nothing."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from customers.sheets.reading import Line, Table
from customers.sheets.values import is_not_known, read_day, read_money, read_yes
from portfolio.imports.mapping import FIELDS, JOINED, Mapping
from portfolio.lifecycle import EDITABLE, LABELS
from portfolio.models import ImportedRow, Objective, ProjectRequest, Silo

#: The longest text of each field, as the models have it.
LONGEST = {"source_reference": 120, "silo": 160, "title": 300, "problem": 50_000, "proposal": 50_000,
           "promised_effect": 2000}  # fmt: skip
CHUNK = 500
_KINDS = {words.lower(): code for code, label in ProjectRequest.Kind.choices for words in (code, label)}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about one cell: the row of the file, the heading of the column ("" for the row itself), what to do."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        return f"Row {self.row}{', ' + self.column if self.column else ''}: {self.message}"


@dataclass(slots=True)
class Row:
    """A row that was understood: values by field (silo and objective by id, or a silo's name where it is new)."""

    number: int
    values: dict[str, Any]
    #: What the row says of each field, as a short mark, to tell next time what changed in the file.
    marks: dict[str, str]


@dataclass(slots=True)
class Change:
    """What a row changes in a request that an earlier import brought."""

    row: Row
    pk: int
    version: int
    reference: str
    values: dict[str, Any]


@dataclass(slots=True)
class Plan:
    """What an import would do. Only one without errors can be carried out."""

    mapping: Mapping
    rows: int = 0
    new: list[Row] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    #: Rows that say something new which Ombud has already, or keeps as it is: only what the file said is noted.
    noted: list[Change] = field(default_factory=list)
    unchanged: int = 0
    new_silos: list[str] = field(default_factory=list)
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


def plan_import(table: Table, mapping: Mapping) -> Plan:
    """What importing `table` by `mapping` would do. Two queries for every CHUNK rows."""
    plan = Plan(mapping, rows=len(table.lines))
    at = _columns(table, mapping, plan)
    if plan.errors:
        return plan
    if not table.lines:
        plan.errors.append(Problem(2, "", "The file has headings but no rows. Nothing can be imported."))
    reader = _Reader(mapping, at, plan, len(table.headings))
    rows = [row for row in map(reader.read, table.lines) if row is not None]
    plan.new_silos = list(reader.new_silos.values())
    for start in range(0, len(rows), CHUNK):
        _compare(rows[start : start + CHUNK], plan)
    return plan


def _columns(table: Table, mapping: Mapping, plan: Plan) -> dict[str, list[tuple[int, str]]]:
    """The places of each field's columns; headings that are missing or stand twice become errors."""
    places: dict[str, list[tuple[int, str]]] = {}
    folded = [heading.casefold() for heading in table.headings]
    for name, headings in mapping.columns.items():
        for heading in headings:
            count = folded.count(heading.casefold())
            if count == 1:
                places.setdefault(name, []).append((folded.index(heading.casefold()), heading))
            elif count:
                plan.errors.append(Problem(1, heading, "This heading stands twice. Rename one of the columns."))
            else:
                found = ", ".join(f"“{each}”" for each in table.headings[:20] if each) or "none"
                plan.errors.append(Problem(1, heading, f"This column is missing ({FIELDS[name][0]}). Found: {found}."))
    return places


class _Reader:
    """Reads rows into values, noting what is wrong with them."""

    def __init__(self, mapping: Mapping, at: dict[str, list[tuple[int, str]]], plan: Plan, width: int) -> None:
        self.mapping, self.at, self.plan, self.width = mapping, at, plan, width
        self.silos = _by_words(Silo.objects.order_by("-id").values_list("id", "code", "name"))
        self.objectives = _by_words(Objective.objects.order_by("-id").values_list("id", "code", "name"))
        self.new_silos: dict[str, str] = {}
        self.seen: dict[str, int] = {}

    def read(self, line: Line) -> Row | None:
        """The row's values, or None where something in it is wrong."""
        before = len(self.plan.errors)
        if any(cell not in (None, "") for cell in line.cells[self.width :]):
            more = f"The row has more cells than the {self.width} columns."
            self._error(line, "", f"{more} Is a text that holds the separator not in quotation marks?")
            return None
        values: dict[str, Any] = {}
        for name in (*self.mapping.columns, *(set(self.mapping.defaults) - set(self.mapping.columns))):
            self._read_field(line, name, values)
        start, live = values.get("wanted_start"), values.get("wanted_go_live")
        if start and live and live < start:
            self._error(line, self._heading("wanted_go_live"), f"The go-live {live} lies before the start {start}.")
        if len(self.plan.errors) > before:
            return None
        return Row(line.number, values, {name: mark_of(value) for name, value in values.items()})

    def _read_field(self, line: Line, name: str, values: dict[str, Any]) -> None:
        heading, raw = self._heading(name), self._cell(line, name)
        if isinstance(raw, str) and name not in ("title", "silo", *JOINED) and is_not_known(raw):
            self.plan.warnings.append(Problem(line.number, heading, f"“{raw}” is read as not known, and left empty."))
            raw = None
        if raw in (None, ""):
            raw = self.mapping.defaults.get(name)
        try:
            values[name] = self._value(name, raw, line)
        except ValueError as error:
            self._error(line, heading, str(error))

    def _value(self, name: str, raw: Any, line: Line) -> Any:
        if raw in (None, ""):
            return self._empty(name)
        if name in {"one_off_cost", "yearly_cost"}:
            return read_money(raw, decimal=self.mapping.money_decimal, unit=self.mapping.money_unit)
        if name in {"wanted_start", "wanted_go_live"}:
            return read_day(raw, slashes=self.mapping.slashes)
        if name == "confidential":
            return read_yes(raw)
        text = _text(raw, name)
        if name == "silo":
            return self._silo(text)
        if name == "source_reference":
            if first := self.seen.setdefault(text, line.number) != line.number and self.seen[text]:
                raise ValueError(f"“{text}” stands already in row {first}. Each request needs a reference of its own.")
            return text
        return self._choice(name, text) if name in {"kind", "objective"} else text

    def _empty(self, name: str) -> Any:
        if name in {"source_reference", "silo", "title"}:
            raise ValueError("This cell is empty, and every request needs it.")
        if name == "confidential":
            return False
        return "" if name in JOINED or name == "kind" else None

    def _silo(self, text: str) -> int | str:
        found = self.silos.get(text.casefold())
        if found is None and not self.mapping.create_silos:
            raise ValueError(
                f"There is no department “{text[:80]}”. Write one of Ombud’s, or let the import create departments."
            )
        return found if found is not None else self.new_silos.setdefault(text.casefold(), text)

    def _choice(self, name: str, text: str) -> Any:
        options: dict[str, Any] = _KINDS if name == "kind" else self.objectives
        if text.casefold() not in options:
            known = ", ".join(ProjectRequest.Kind.labels) if name == "kind" else "see the objectives"
            raise ValueError(f"“{text[:80]}” is not known ({known}).")
        return options[text.casefold()]

    def _cell(self, line: Line, name: str) -> Any:
        cells = [line.cells[place] for place, _ in self.at.get(name, []) if place < len(line.cells)]
        if len(cells) <= 1:
            return cells[0] if cells else None
        return "\n\n".join(str(cell) for cell in cells if cell not in (None, ""))

    def _heading(self, name: str) -> str:
        headings = self.mapping.columns.get(name)
        return ", ".join(headings) if headings else FIELDS[name][0]

    def _error(self, line: Line, column: str, message: str) -> None:
        self.plan.errors.append(Problem(line.number, column, message))


def _by_words(rows: Iterable[tuple[int, str, str]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for pk, code, name in rows:
        found[code.casefold()] = found[name.casefold()] = pk
    return found


def _text(raw: Any, name: str) -> str:
    text = str(raw)
    if name not in JOINED:
        text = " ".join(text.split())
    longest = LONGEST.get(name, 300)
    if len(text) > longest:
        raise ValueError(f"The text has {len(text):,} characters; {longest:,} fit. Shorten it.")
    return text


def mark_of(value: Any) -> str:
    """A short mark that tells two values of a field apart."""
    return "" if value in (None, "") else hashlib.sha256(str(value).encode("utf-8", "replace")).hexdigest()[:16]


# --- what is there already ----------------------------------------------------------------------------------------


def _compare(rows: list[Row], plan: Plan) -> None:
    """Sort rows into new, changed and unchanged. What people changed in Ombud since the last import is never undone."""
    references = [row.values["source_reference"] for row in rows]
    existing = ProjectRequest.objects.filter(source=plan.mapping.source, source_reference__in=references).order_by("id")
    found = {request.source_reference: request for request in existing}
    marks = dict(
        ImportedRow.objects.filter(request__in=[request.pk for request in found.values()])
        .order_by("request_id")
        .values_list("request_id", "marks")
    )
    for row in rows:
        request = found.get(row.values["source_reference"])
        if request is None:
            plan.new.append(row)
        elif (before := marks.get(request.pk, {})) == row.marks:
            plan.unchanged += 1
        else:
            _change(row, request, before, plan)


def _change(row: Row, request: ProjectRequest, before: dict[str, str], plan: Plan) -> None:
    differing = [name for name in _fields_in_file(row, before) if _stored(request, name) != row.values[name]]
    if differing and request.state not in EDITABLE:
        words = ", ".join(FIELDS[name][0].lower() for name in differing)
        state = LABELS[request.state].lower()
        plan.warnings.append(
            Problem(
                row.number, "", f"{request.reference} is {state} and stays as it is, though the file changes {words}."
            )
        )
        plan.unchanged += 1
        return
    values = {}
    for name in differing:
        if name in before and mark_of(_stored(request, name)) != before[name]:
            kept = f"It was changed in Ombud ({request.reference}) and in the file. Ombud’s is kept."
            plan.warnings.append(Problem(row.number, FIELDS[name][0], kept))
        else:
            values[name] = row.values[name]
    start = values.get("wanted_start", request.wanted_start)
    live = values.get("wanted_go_live", request.wanted_go_live)
    if start and live and live < start:
        plan.errors.append(Problem(row.number, FIELDS["wanted_go_live"][0], f"The go-live {live} lies before {start}."))
    change = Change(row, request.pk, request.version, request.reference, values)
    if values:
        plan.changed.append(change)
    else:
        plan.noted.append(change)
        plan.unchanged += 1


def _fields_in_file(row: Row, before: dict[str, str]) -> Iterator[str]:
    """The fields that the file says something new about since the last import."""
    return (name for name in row.values if name != "source_reference" and row.marks[name] != before.get(name))


def _stored(request: ProjectRequest, name: str) -> Any:
    return getattr(request, f"{name}_id" if name in {"silo", "objective"} else name)
