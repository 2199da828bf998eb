"""Hours with customers as a sheet, out and in. An exported row comes back by its number; a row without one is new."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from customers.models import CustomerTime, Segment, Touchpoint
from customers.models.it import HOURS_A_DAY
from customers.sheets.columns import SheetColumn, amount, entries, number, people, text
from customers.sheets.sheet import Finder, PlannedRow, Sheet
from customers.sheets.values import read_day
from impacts.engine.customer_hours import plain

BATCH = 1000
FIELDS = ("person", "day", "whole_month", "hours", "segment", "touchpoint", "words")
_MONTH = re.compile(r"(?:(?P<year>\d{4})-(?P<month>0[1-9]|1[0-2]))")


def read_when(raw: Any) -> str:
    """A day as 2026-10-05, or a month as 2026-10. Raises ValueError for anything else."""
    if not isinstance(raw, dt.date):
        words = " ".join(str(raw).split())
        if _MONTH.fullmatch(words):
            return words
        for form in ("%B %Y", "%b %Y"):
            try:
                return f"{dt.datetime.strptime(words, form).replace(tzinfo=dt.UTC):%Y-%m}"
            except ValueError:
                continue
    try:
        return read_day(raw).isoformat()
    except ValueError as error:
        raise ValueError(f"{str(error).rstrip('.')}, or a whole month as 2026-06.") from error


def _columns() -> tuple[SheetColumn, ...]:
    hours: Any = CustomerTime._meta.get_field("hours")
    return (
        SheetColumn("number", "Entry", number(1, 2**62), lambda row: row.pk, None, beside=True, width=10),
        SheetColumn("person", "Person", people(), lambda row: row.person.email, None, True, width=30),
        SheetColumn("when", "Day or month", read_when, lambda row: row.when, "", True, width=14),
        SheetColumn("hours", "Hours", amount(hours), lambda row: row.hours, None, True, width=10),
        SheetColumn("segment", "Segment", entries(Segment, "segment"), lambda row: _code(row.segment), None, width=24),
        SheetColumn(
            "touchpoint", "Touchpoint", entries(Touchpoint, "touchpoint"), lambda row: _code(row.touchpoint), None,
            width=24,
        ),
        SheetColumn("words", "What it was about", text(500), lambda row: row.words, "", width=60),
    )  # fmt: skip


def _code(entry: Any) -> str:
    return entry.code if entry else ""


def _rows() -> Any:
    return CustomerTime.objects.select_related("person", "segment", "touchpoint").order_by("day", "id")


def _key(row: Any) -> tuple[Any, ...]:
    return (row.person_id, row.when, row.hours, row.segment_id, row.touchpoint_id, row.words)


class _TimeFinder(Finder):
    """Finds an entry by its number; without one, the entry that says exactly the same."""

    def __init__(self) -> None:
        stored = list(_rows())
        self.by_number = {row.pk: row for row in stored}
        self.by_words = {_key(row): row for row in stored}
        self.hours: dict[int, tuple[int, dt.date, bool, Decimal]] = {
            row.pk: (row.person_id, row.day, row.whole_month, row.hours) for row in stored
        }

    def find(self, values: dict[str, Any]) -> Any | None:
        """The stored entry. Raises ValueError for a number that there is not."""
        if asked := values.get("number"):
            if asked not in self.by_number:
                raise ValueError(f"There is no entry {asked}. Leave the cell empty for a new one.")
            return self.by_number[asked]
        found = self.by_words.get(self._said(values))
        if found is not None and "number" in values:
            values["number"] = found.pk
        return found

    def _said(self, values: dict[str, Any]) -> tuple[Any, ...]:
        ids = [getattr(values.get(name), "pk", None) for name in ("segment", "touchpoint")]
        return (values["person"].pk, values["when"], values["hours"], *ids, values.get("words", ""))

    def key(self, values: dict[str, Any], thing: Any | None) -> Any:
        """The entry, or all that a new row says."""
        return thing.pk if thing is not None else self._said(values)

    def new(self, values: dict[str, Any]) -> Any:
        """An entry that is not there yet."""
        return CustomerTime()

    def beside(self, thing: Any, name: str) -> Any:
        """The number that tells entries apart; a file without it changes nothing of it."""
        return thing.pk

    def check_all(self, planned: list[PlannedRow]) -> Iterable[tuple[PlannedRow, str, str]]:
        """Hours that no day or month has, days to come, people who cannot have spent them."""
        hours = dict(self.hours)
        for place, row in enumerate(planned):
            for name, message in row.thing.problems():
                yield row, "when" if name == "day" else name, message
            thing = row.thing
            hours[thing.pk or -1 - place] = (thing.person_id, thing.day, thing.whole_month, thing.hours)
        together: dict[tuple[int, dt.date], Decimal] = defaultdict(Decimal)
        for person, day, whole_month, spent in hours.values():
            if not whole_month:
                together[person, day] += spent
        for row in planned:
            sum_ = together[row.thing.person_id, row.thing.day]
            if not row.thing.whole_month and row.thing.hours <= HOURS_A_DAY < sum_:
                yield row, "hours", f"All entries of this person for the day make {plain(sum_)} hours; a day has 24."


def _store(new: list[PlannedRow], changed: list[PlannedRow], columns: set[str], by: Any) -> None:
    """Write the planned rows, in batches, with their history."""
    history: Any = CustomerTime.history
    for start in range(0, len(new), BATCH):
        made = CustomerTime.objects.bulk_create([row.thing for row in new[start : start + BATCH]])
        history.bulk_history_create(made, default_user=by, default_change_reason="Import")
    for start in range(0, len(changed), BATCH):
        things = [row.thing for row in changed[start : start + BATCH]]
        CustomerTime.objects.bulk_update(things, FIELDS)
        history.bulk_history_create(things, update=True, default_user=by, default_change_reason="Import")


CUSTOMER_TIME = Sheet(
    slug="customer-time",
    title="Hours with customers",
    noun="entry",
    plural="entries",
    columns=_columns,
    rows=_rows,
    finder=_TimeFinder,
    store=_store,
)
