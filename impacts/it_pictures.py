"""Which part of which chart of IT and the customer is drawn how, and what its CSV holds."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from customers.amounts import money_text
from impacts.charts.it import Part, ShareChart, share_chart
from impacts.engine.customer_hours import month_code
from impacts.selectors.it.it_hours import SeenHours
from impacts.selectors.it.it_share import (
    KINDS,
    STAGES,
    ContactRow,
    HeardRow,
    MoneyRow,
    SeenContact,
    SeenHeard,
    SeenMoney,
)

ACCENT, WASH, GREY, HOLLOW = ("bar acc", "inv"), ("job", ""), ("bar", "inv"), ("bar against", "")
KIND_TONES = {"customer_facing": ACCENT, "regulatory": WASH, "internal": GREY, "": HOLLOW}
STAGE_TONES = {
    "idea": ACCENT,
    "business_case": WASH,
    "vendor_chosen": GREY,
    "contract_signed": ("bar over", "inv"),
    "": HOLLOW,
}


def money_chart(seen: SeenMoney) -> ShareChart:
    """Asked for and approved, by kind of request."""
    return share_chart((row.label, _money_parts(row), money_text(row.total, short=True)) for row in _rows_of(seen))


def _rows_of(seen: SeenMoney) -> tuple[MoneyRow, MoneyRow]:
    return seen.asked, seen.approved


def _money_parts(row: MoneyRow) -> list[Part]:
    total = row.total
    return [
        Part(label, float(row.by_kind[kind]), *KIND_TONES[kind], f"{100 * row.by_kind[kind] / total:.0f} %")
        for kind, label in KINDS.items()
        if total and row.by_kind[kind]
    ]


def heard_chart(rows: Iterable[HeardRow]) -> ShareChart:
    """When IT first heard: a bar for each quarter or department."""
    return share_chart((row.label, _heard_parts(row), f"{row.early} % early") for row in rows)


def _heard_parts(row: HeardRow) -> list[Part]:
    return [
        Part(str(label), row.stages[stage], *STAGE_TONES[stage], f"{row.stages[stage]:,}")
        for stage, label in STAGES.items()
        if row.stages[stage]
    ]


def contact_chart(seen: SeenContact) -> ShareChart:
    """Contact by channel: at touchpoints that IT runs, and at others."""
    return share_chart((row.label, _contact_parts(row), f"{row.total:,}") for row in (seen.all, *seen.channels))


def _contact_parts(row: ContactRow) -> list[Part]:
    parts = [
        Part("Run by IT", row.by_it, *ACCENT, f"{row.share} %"),
        Part("Run by others", row.by_others, *GREY, f"{100 - row.share} %"),
    ]
    return [part for part in parts if part.value]


def hours_rows(seen: SeenHours) -> Iterator[list[Any]]:
    """The CSV of hours: a row for each person and month, and for all together."""
    yield ["person", "month", "hours", "hours a year before", "target"]
    for name, months in [("all", seen.months), *((row.person.email, row.months) for row in seen.people)]:
        for each in months:
            yield [name, month_code(each.month), *map(_cents, (each.hours, each.before, each.target))]


def _cents(number: Decimal | None) -> str:
    """The same on every database; empty for what there is not."""
    return "" if number is None else f"{number:.2f}"


def money_rows(seen: SeenMoney) -> Iterator[list[Any]]:
    """The CSV of money: one-off costs by department, state and kind."""
    yield ["department", "state", "kind", "one-off cost", "requests in this state", "of these without a cost"]
    for silo, *pair in [("all", seen.asked, seen.approved), *seen.by_silo]:
        for row in pair:
            for kind, label in KINDS.items():
                yield [silo, row.label, label, _cents(row.by_kind[kind]), row.requests, row.unsaid]


def heard_rows(seen: SeenHeard) -> Iterator[list[Any]]:
    """The CSV of when IT first heard: requests by department, quarter of filing and stage."""
    yield ["department", "quarter", "stage", "requests"]
    for silo, cells in seen.grid:
        for quarter, cell in zip(seen.quarters, cells, strict=True):
            for stage, label in STAGES.items():
                if cell and cell.stages[stage]:
                    yield [silo.label, quarter.label, label, cell.stages[stage]]


def contact_rows(seen: SeenContact) -> Iterator[list[Any]]:
    """The CSV of contact: customers reached a month by channel and by who runs the touchpoint."""
    yield ["channel", "run by IT", "run by others", "per cent run by IT"]
    for row in (*seen.channels, seen.all):
        yield [row.label, row.by_it, row.by_others, row.share]
