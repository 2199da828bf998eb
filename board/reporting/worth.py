"""Benefits promised against delivered, and money to customers against table stakes."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from board.reporting.bars import BarRow, Bars, Series, bars
from board.reporting.document import (
    Cell,
    Link,
    Report,
    Table,
    count_words,
    headings,
)
from customers.quarters import Quarter, quarter_label, quarter_of
from customers.words import WAS, part_of
from impacts.engine.bets import BetFact, TrackRecord, overall, track_records

# --- Promises -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PromiseFact:
    """A bet on customers with its words, for the list of all."""

    bet: BetFact
    request: Link
    promise: str
    customers: str
    came: str


def benefits_report(promises: Sequence[PromiseFact], today: date) -> Report:
    """What was promised to customers against what came."""
    facts = [each.bet for each in promises]
    records, total = track_records(facts, today=today), overall(facts, today=today)
    return Report(
        title=_benefits_title(total),
        deck="Each bet says what a request moves for customers, by how much and by when; on that day its owner says "
        "what came. Bets of requests that the board said yes to, due in the period.",
        bars=_kept_bars(records) if promises else None,
        tables=(
            Table(
                "By department",
                headings("Department", numbers=_RECORD),
                tuple(_record(each.silo, each) for each in records) + ((_record("All", total),) if promises else ()),
            ),
            Table(
                "Each promise",
                headings("Due", "Request", "Department", "Promise", "Customers", "What came", numbers=("Came, %",)),
                tuple(map(_promise, sorted(promises, key=lambda one: (one.bet.due, one.request.text)))),
            ),
        ),
    )


_RECORD = ("Promises", "Answered", "Kept", "Median that came, %", "Due, no answer", "Not due yet")


def _promise(each: PromiseFact) -> tuple[Cell, ...]:
    share = None if each.bet.share is None else round(100 * each.bet.share)
    return each.bet.due, each.request, each.bet.silo, each.promise, each.customers, each.came, share


def _kept_bars(records: Sequence[TrackRecord]) -> Bars:
    return bars(
        [
            BarRow(
                each.silo,
                (float(each.kept), float(each.answered - each.kept), float(each.silent), float(each.coming)),
                f"{each.kept} of {each.answered} kept" if each.answered else "no answer yet",
            )
            for each in records
        ],
        (
            Series("Kept", "acc"),
            Series("Not kept", "over"),
            Series("Due, nobody has said", ""),
            Series("Not due yet", "pale"),
        ),
        what="Promises",
    )


def _record(name: str, each: TrackRecord) -> tuple[Cell, ...]:
    share = None if each.median is None else round(100 * each.median)
    return name, each.bets, each.answered, each.kept, share, each.silent, each.coming


def _benefits_title(total: TrackRecord) -> str:
    if not total.bets:
        return "No promise to customers is due in this period"
    if total.median is None:
        return f"Nobody has said yet what came of {count_words(total.bets, 'promise')}"
    tail = f"; of {total.silent} nobody has said what came" if total.silent else ""
    came = f"{round(100 * total.median)} %{tail}"
    if total.answered == 1:
        return f"The only promise with an answer was {'' if total.kept else 'not '}kept; it delivered {came}"
    kept = part_of(total.kept, total.answered, "promise", "kept", verb=WAS)
    return f"{kept}; the median delivers {came}"


# --- Money --------------------------------------------------------------------------------------------------------

KINDS = {
    "customer_facing": "To customers",
    "regulatory": "Table stakes: law",
    "internal": "Table stakes: internal",
    "": "Nobody said",
}


@dataclass(frozen=True, slots=True)
class SpendFact:
    """A request that the board said yes to: when first, of which kind, and what it costs once (0 where nobody said)."""

    on: date
    kind: str
    silo: str
    money: Decimal


def money_report(spends: Sequence[SpendFact], sign: str) -> Report:
    """One-off money that the board said yes to, for what customers notice against what only keeps us going."""
    by_quarter: dict[Quarter, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    by_silo: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for each in spends:
        by_quarter[quarter_of(each.on)][each.kind] += each.money
        by_silo[each.silo][each.kind] += each.money
    silos = sorted(by_silo.items(), key=lambda row: (-sum(row[1].values()), row[0]))
    return Report(
        title=_money_title(by_quarter),
        deck="One-off cost of requests by the quarter in which the board first said yes, at what they cost today. "
        "Customer-facing is money to customers; law and internal are table stakes: they keep us going and customers "
        "notice nothing.",
        bars=bars(
            [
                BarRow(quarter_label(quarter), tuple(float(sums[kind]) for kind in KINDS), _share_words(sums))
                for quarter, sums in sorted(by_quarter.items())
            ],
            [Series(KINDS[kind], look) for kind, look in zip(KINDS, ("acc", "", "pale", "ghost"), strict=True)],
            what="One-off cost",
            sign=sign,
        )
        if spends
        else None,
        tables=(
            _money_table("By quarter", "Quarter", [(quarter_label(q), sums) for q, sums in sorted(by_quarter.items())]),
            _money_table("By department", "Department", silos),
        ),
        note="Requests without a price count as nothing.",
    )


def _money_table(name: str, first: str, rows: Sequence[tuple[str, dict[str, Decimal]]]) -> Table:
    return Table(
        name,
        headings(first, numbers=(*KINDS.values(), "Together", "To customers, %")),
        tuple((label, *(sums[kind] for kind in KINDS), sum(sums.values()), _share(sums)) for label, sums in rows),
    )


def _share(sums: dict[str, Decimal]) -> int | None:
    total = sum(sums.values())
    return round(100 * sums["customer_facing"] / total) if total else None


def _share_words(sums: dict[str, Decimal]) -> str:
    share = _share(sums)
    return "no price said" if share is None else f"{share} % to customers"


def _money_title(by_quarter: dict[Quarter, dict[str, Decimal]]) -> str:
    whole: dict[str, Decimal] = defaultdict(Decimal)
    for sums in by_quarter.values():
        for kind, money in sums.items():
            whole[kind] += money
    share = _share(whole)
    if share is None:
        return "The board said yes to nothing with a price in this period"
    unsaid = round(100 * whole[""] / sum(whole.values()))
    tail = f"; of {unsaid} % nobody said" if unsaid else ""
    return f"{share} % of the money goes to customers, {max(100 - share - unsaid, 0)} % to table stakes{tail}"
