"""The sheet of what systems hold: system, data domain, as what, and by which attributes records are found."""

from typing import Any

from customers.models import DataDomain, DataHolding, HoldingAttribute, IdentifyingAttribute, System
from customers.selectors.entries import FOUND_BY
from customers.sheets.columns import BETWEEN, SheetColumn, choice, entries, several
from customers.sheets.sheet import Finder, PlannedRow, Sheet

_QUALITIES = [(value, value) for value in HoldingAttribute.Quality.values]


def _columns() -> tuple[SheetColumn, ...]:
    attribute, quality = entries(IdentifyingAttribute, "identifying attribute"), choice(_QUALITIES)

    def found_by(raw: str) -> str:
        name, _, how = raw.partition(":")
        return f"{attribute(name.strip()).code}: {quality(how.strip() or 'medium')}"

    return (
        SheetColumn("system", "System", entries(System, "system"), lambda row: row.system.code, None, True),
        SheetColumn(
            "domain", "Data domain", entries(DataDomain, "data domain"), lambda row: row.domain.code, None, True
        ),
        SheetColumn("role", "As", choice(DataHolding.Role.choices), lambda row: row.get_role_display(), "", True),
        SheetColumn(
            "attributes",
            "Found by",
            several(found_by),
            lambda row: f"{BETWEEN} ".join(_said(row)),
            [],
            beside=True,
            width=60,
        ),
    )


def _said(holding: DataHolding) -> list[str]:
    return [f"{row.attribute.code}: {row.quality}" for row in holding.attributes.all()]


def _rows() -> Any:
    rows = DataHolding.objects.select_related("system", "domain").prefetch_related(FOUND_BY)
    return rows.order_by("system__name", "domain__name", "id")


class _HoldingFinder(Finder):
    def __init__(self) -> None:
        self.stored = {(row.system_id, row.domain_id): row for row in _rows()}

    def find(self, values: dict[str, Any]) -> Any | None:
        return self.stored.get((values["system"].pk, values["domain"].pk))

    def key(self, values: dict[str, Any], thing: Any | None) -> Any:
        return values["system"].pk, values["domain"].pk

    def new(self, values: dict[str, Any]) -> Any:
        return DataHolding(system=values["system"], domain=values["domain"])

    def beside(self, thing: Any, name: str) -> Any:
        return _said(thing)


def _store(new: list[PlannedRow], changed: list[PlannedRow], columns: set[str], by: Any) -> None:
    known = {row.code: row for row in IdentifyingAttribute.objects.order_by("id")}
    for row in (*new, *changed):
        row.thing._history_user, row.thing._change_reason = by, "Import"
        row.thing.save()
        if "attributes" not in columns:
            continue
        wanted = dict(said.rsplit(": ", 1) for said in row.values["attributes"])
        for there in row.thing.attributes.select_related("attribute").order_by("id"):
            quality = wanted.pop(there.attribute.code, None)
            if quality is None:
                there.delete()
            elif quality != there.quality:
                there.quality = quality
                there.save()
        for code, quality in wanted.items():
            HoldingAttribute.objects.create(holding=row.thing, attribute=known[code], quality=quality)


HOLDINGS = Sheet(
    slug="holdings",
    title="What systems hold",
    noun="holding",
    plural="holdings",
    columns=_columns,
    rows=_rows,
    finder=_HoldingFinder,
    store=_store,
)
