"""The sheets of the objectives and of how far they are; `portfolio.registers` adds them to the others.

A file may name an objective as what another one serves before it names that objective itself: what each serves is
looked up among the stored and the file's own rows together, and set when all of them are there.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from customers.registers import Register
from customers.sheets.columns import SheetColumn, amount, entries, text
from customers.sheets.entries import EntryFinder, entry_sheet
from customers.sheets.sheet import Finder, PlannedRow, Sheet
from customers.sheets.values import read_day
from portfolio.models import Objective, ObjectiveReading


def objective_sheet(register: Register) -> Sheet:
    """The sheet of the objectives, which knows that they are a tree."""
    plain = entry_sheet(register)

    def columns() -> tuple[SheetColumn, ...]:
        def serves(row: Any) -> str:
            return row.parent.code if row.parent_id else ""

        tree = SheetColumn("parent", "Serves", text(160), serves, "", beside=True, width=24)
        return tuple(tree if column.name == "parent" else column for column in plain.columns())

    def store(new: list[PlannedRow], changed: list[PlannedRow], named: set[str], by: Any) -> None:
        for row in changed:
            row.thing.refresh_from_db(fields=["parent"])
        plain.store(new, changed, named - {"parent"}, by)
        if "parent" in named:
            _set_parents([*new, *changed], by)

    return replace(plain, columns=columns, finder=lambda: ObjectiveFinder(register), store=store)


def _set_parents(rows: list[PlannedRow], by: Any) -> None:
    for row in rows:
        above = row.values["parent"]
        parent = Objective.objects.get(code=above) if above else None
        if row.thing.parent_id != (parent.pk if parent else None):
            row.thing.parent, row.thing._history_user, row.thing._change_reason = parent, by, "Import"
            row.thing.save()


class ObjectiveFinder(EntryFinder):
    """Finds objectives, and checks that they form a tree, with the file's own rows in it."""

    def beside(self, thing: Any, name: str) -> Any:
        """The code of what it serves."""
        return self.by_pk[thing.parent_id].code if name == "parent" and thing.parent_id else ""

    def check_all(self, planned: list[PlannedRow]) -> Iterator[tuple[PlannedRow, str, str]]:
        """What holds for every register; what each serves is known, of the right kind, and not itself."""
        yield from super().check_all(planned)
        every = {each.code: each for each in self.stored} | {row.thing.code: row.thing for row in planned}
        names = {each.name.casefold(): each.code for each in every.values()}
        above = {each.code: self.beside(each, "parent") for each in self.stored}
        for row in planned:
            said = row.values.get("parent")
            if said is not None:
                code = said if said in every else names.get(said.casefold(), "")
                if said and not code:
                    yield row, "parent", f"There is no objective “{said[:80]}”, neither stored nor in the file."
                row.values["parent"] = above[row.thing.code] = code
        for row in planned:
            yield from _misplaced(row, every, above)


def _misplaced(
    row: PlannedRow, every: dict[str, Objective], above: dict[str, str]
) -> Iterator[tuple[PlannedRow, str, str]]:
    code = above.get(row.thing.code, "")
    if code and row.thing.kind == Objective.Kind.OUTCOME and every[code].kind != Objective.Kind.OUTCOME:
        text = f"“{every[code].name}” is an objective. Objectives serve outcomes, not the other way round."
        yield row, "parent", text
    seen = {row.thing.code}
    while code:
        if code in seen:
            yield row, "parent", "It serves itself, directly or through others. Take one of the steps out."
            return
        seen.add(code)
        code = above.get(code, "")


def _columns() -> tuple[SheetColumn, ...]:
    field = ObjectiveReading._meta.get_field("value")
    return (
        SheetColumn(
            "objective", "Objective", entries(Objective, "objective"), lambda row: row.objective.code, None, True
        ),
        SheetColumn("on", "Day", read_day, lambda row: row.on, None, True),
        SheetColumn("value", "Value", amount(field), lambda row: row.value, None, True),
        SheetColumn("note", "Note", text(300), lambda row: row.note, "", width=60),
    )


def _rows() -> Any:
    return ObjectiveReading.objects.select_related("objective").order_by("objective__name", "on", "id")


class _ReadingFinder(Finder):
    def __init__(self) -> None:
        self.stored = {(row.objective_id, row.on): row for row in _rows()}

    def find(self, values: dict[str, Any]) -> Any | None:
        return self.stored.get(self.key(values, None))

    def key(self, values: dict[str, Any], thing: Any | None) -> Any:
        return values["objective"].pk, values["on"]

    def new(self, values: dict[str, Any]) -> Any:
        return ObjectiveReading(objective=values["objective"])


def _store(new: list[PlannedRow], changed: list[PlannedRow], columns: set[str], by: Any) -> None:
    for row in (*new, *changed):
        row.thing.person = by
        row.thing._history_user, row.thing._change_reason = by, "Import"
        row.thing.save()


READINGS = Sheet(
    slug="objective-readings",
    title="How far the objectives are",
    noun="reading",
    plural="readings",
    columns=_columns,
    rows=_rows,
    finder=_ReadingFinder,
    store=_store,
)
