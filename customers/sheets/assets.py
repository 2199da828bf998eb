"""The sheet of customers by quarter: a row for each segment, tier and quarter, with who moved from the tier to others.
A file is taken only if all quarters that it touches conserve customers."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from customers.assets import Flow, Imbalance, breaks, imbalances
from customers.models import AssetQuarter, Segment, Tier, TierMovement
from customers.quarters import Quarter, next_quarter, quarter_before, quarter_code, quarter_label, read_quarter
from customers.selectors.assets import Flows, flows_from
from customers.sheets.columns import BETWEEN, SheetColumn, amount, entries, number, several
from customers.sheets.sheet import Finder, PlannedRow, Sheet

MOST = 2_147_483_647
#: Which column a number of the arithmetic stands in.
PLACES = {"start": "customers_start", "end": "customers_end", "lost": "lost", "referrals": "referrals"}


def _read_quarter(raw: Any) -> Quarter:
    found = read_quarter(str(raw))
    if found is None:
        raise ValueError(f"“{str(raw)[:40]}” is no quarter. Write it as 2027Q1 or Q1 2027.")
    return found


def _moved_to(raw: str) -> str:
    code, _, count = raw.rpartition(":")
    if not code:
        raise ValueError(
            f"“{raw[:60]}” does not say how many. Write the tier, a colon and a number, such as gold: 120."
        )
    return f"{code.strip()}: {number(0, MOST)(count)}"


def _columns() -> tuple[SheetColumn, ...]:
    count, worth = number(0, MOST), amount(AssetQuarter._meta.get_field("worth"))

    def whole(name: str, heading: str, *, needed: bool = True) -> SheetColumn:
        return SheetColumn(name, heading, count, lambda row: getattr(row, name), 0, needed)

    return (
        SheetColumn(
            "segment", "Segment", entries(Segment, "segment"), lambda row: row.segment.code, None, True, width=24
        ),
        SheetColumn(
            "tier", "Tier", entries(Tier, "tier"), lambda row: row.tier.code if row.tier else "", None, width=24
        ),
        SheetColumn("when", "Quarter", _read_quarter, lambda row: quarter_code(row.when), None, True, beside=True),
        whole("customers_start", "Customers at the start"),
        whole("gained", "Gained"),
        whole("referrals", "Of these by referral", needed=False),
        whole("lost", "Lost"),
        whole("customers_end", "Customers at the end"),
        SheetColumn("worth", "Worth of a customer a year", worth, lambda row: row.worth, Decimal(0), True),
        SheetColumn("moved_to", "Moved to", several(_moved_to), _moved_words, [], beside=True, width=48),
    )


def _moved_words(row: AssetQuarter) -> str:
    return f"{BETWEEN} ".join(_moved(row, row.tier.movements_out.all())) if row.tier else ""


def _moved(row: AssetQuarter, moved: Iterable[TierMovement]) -> list[str]:
    return [f"{each.to_tier.code}: {each.customers}" for each in moved if each.when == row.when]


def _rows() -> Any:
    rows = AssetQuarter.objects.select_related("segment", "tier").prefetch_related("tier__movements_out__to_tier")
    return rows.order_by("segment__name", "year", "quarter", "tier__rank", "id")


class AssetFinder(Finder):
    """Finds the row of a segment, tier and quarter, and checks whole quarters as they would be after the import."""

    def __init__(self) -> None:
        everything = list(_rows())
        self.stored = {_key(row): row for row in everything}
        self.tiers = {tier.code.casefold(): tier for tier in Tier.objects.order_by("id")}
        moved = TierMovement.objects.select_related("from_tier", "to_tier").order_by("id")
        self.moved: dict[Any, list[TierMovement]] = defaultdict(list)
        for each in moved:
            self.moved[each.segment_id, each.from_tier_id, each.when].append(each)

    def find(self, values: dict[str, Any]) -> Any | None:
        """The row of this segment, tier and quarter."""
        segment, tier = values["segment"], values.get("tier")
        if tier is not None and tier.segment_id != segment.pk:
            raise ValueError(f"The tier {tier.name} is one of another segment than {segment.name}.")
        if values.get("moved_to"):
            values["moved_to"] = self._targets(values["moved_to"], segment, tier)
        return self.stored.get(self.key(values, None))

    def _targets(self, said: list[str], segment: Segment, tier: Tier | None) -> list[str]:
        """What was said, with the codes as they are written and nobody moved left out."""
        found: dict[str, str] = {}
        for each in said:
            code, _, count = each.rpartition(": ")
            other = self.tiers.get(code.casefold())
            if other is None or other.segment_id != segment.pk:
                raise ValueError(f"{segment.name} has no tier “{code}”. Write the code of one of its tiers.")
            if tier is None or other == tier:
                raise ValueError("Only who changes from one tier to another moves. Leave the others out of “Moved to”.")
            if other.code in found:
                raise ValueError(f"The tier “{code}” stands twice in “Moved to”. Write it once, with the sum.")
            found[other.code] = count
        return [f"{code}: {count}" for code, count in found.items() if int(count)]

    def key(self, values: dict[str, Any], thing: Any | None) -> Any:
        """Segment, tier and quarter."""
        tier = values.get("tier")
        return values["segment"].pk, tier.pk if tier else None, values["when"]

    def new(self, values: dict[str, Any]) -> Any:
        """A row of this quarter."""
        year, quarter = values["when"]
        return AssetQuarter(segment=values["segment"], tier=values.get("tier"), year=year, quarter=quarter)

    def beside(self, thing: Any, name: str) -> Any:
        """The quarter, and who moved out of the tier."""
        return thing.when if name == "when" else _moved(thing, self.moved[_key(thing)])

    def check_all(self, planned: list[PlannedRow]) -> Iterator[tuple[PlannedRow, str, str]]:
        """Where the quarters that the file touches would not conserve customers."""
        after = {**self.stored, **{_key(row.thing): row.thing for row in planned}}
        moved = {**self.moved, **{_key(row.thing): self._moves(row) for row in planned if "moved_to" in row.values}}
        flows = flows_from(after.values(), [each for rows in moved.values() for each in rows])
        rows = {_key(row.thing): row for row in planned}
        touched = {(key[0], key[2]) for key in rows}
        for segment, when in sorted(touched):
            first = next(row for key, row in rows.items() if (key[0], key[2]) == (segment, when))
            if {tier.key is None for tier in flows[segment][when].tiers} == {True, False}:
                yield first, "tier", "The quarter is said for tiers and for the whole segment. Keep one of the two."
                continue
            for each in _wrong(flows[segment], when, touched, segment):
                row = rows.get((segment, each.tier, when), first)
                yield row, PLACES[each.field], f"{quarter_label(when)}, {each.message}"

    def _moves(self, row: PlannedRow) -> list[TierMovement]:
        return [_movement(row, said, self.tiers) for said in row.values["moved_to"]]


def _movement(row: PlannedRow, said: str, tiers: dict[str, Tier]) -> TierMovement:
    code, _, count = said.rpartition(": ")
    thing = row.thing
    return TierMovement(
        segment=thing.segment,
        year=thing.year,
        quarter=thing.quarter,
        from_tier=thing.tier,
        to_tier=tiers[code.casefold()],
        customers=int(count),
    )


def _wrong(flows: Flows, when: Quarter, touched: set[tuple[int, Quarter]], segment: int) -> Iterator[Imbalance]:
    flow: Flow = flows[when]
    yield from imbalances(flow)
    if before := flows.get(quarter_before(when)):
        yield from breaks(before, flow)
    after = next_quarter(when)
    if after in flows and (segment, after) not in touched:
        for each in breaks(flow, flows[after]):
            yield Imbalance(each.tier, "end", -each.off, each.message)


def _key(row: AssetQuarter) -> tuple[int, int | None, Quarter]:
    return row.segment_id, row.tier_id, row.when


def _store(new: list[PlannedRow], changed: list[PlannedRow], columns: set[str], by: Any) -> None:
    tiers = {tier.code.casefold(): tier for tier in Tier.objects.order_by("id")}
    for row in (*new, *changed):
        row.thing._history_user, row.thing._change_reason = by, "Import"
        row.thing.save()
        if "moved_to" in columns and row.thing.tier_id:
            _store_moves(row, tiers, by)


def _store_moves(row: PlannedRow, tiers: dict[str, Tier], by: Any) -> None:
    thing = row.thing
    there = TierMovement.objects.filter(
        segment=thing.segment_id, from_tier=thing.tier_id, year=thing.year, quarter=thing.quarter
    )
    stored = {each.to_tier_id: each for each in there.order_by("id")}
    for said in row.values["moved_to"]:
        move = _movement(row, said, tiers)
        old = stored.pop(move.to_tier_id, None)
        if not move.customers or (old and old.customers == move.customers):
            continue
        move.pk = old.pk if old else None
        move._history_user = by  # type: ignore[attr-defined]
        move.save()
    for old in stored.values():
        old._history_user = by  # type: ignore[attr-defined]
        old.delete()


ASSETS = Sheet(
    slug="asset-quarters",
    title="Customers by quarter",
    noun="quarter of a tier",
    plural="quarters of tiers",
    columns=_columns,
    rows=_rows,
    finder=AssetFinder,
    store=_store,
)
