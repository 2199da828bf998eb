"""Holds and what became of them, duplicates found before and after approval, conditions kept."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from board.reporting.bars import BarRow, Bars, Series, bars
from board.reporting.document import (
    Cell,
    Link,
    Report,
    Table,
    Tally,
    headings,
)
from board.reporting.durations import Spell, median
from customers.quarters import Quarter, quarter_label, quarter_of
from customers.words import WAS, part_of

# --- Holds --------------------------------------------------------------------------------------------------------

BECAME = {
    "yes": "Approved afterwards",
    "away": "Rejected, merged or withdrawn",
    "again": "Held or deferred again",
    "back": "Back, and waits for the board",
    "holds": "Still on hold",
}


_IN_TITLE = {
    "yes": "approved afterwards",
    "away": "turned away",
    "again": "held or deferred again",
    "back": "back and waiting for the board",
    "holds": "still on hold",
}
"""BECAME within a sentence."""


@dataclass(frozen=True, slots=True)
class HoldFact:
    """One hold: when, over which requests, which question, how long (open ones are not over), whether it ran past its
    day, and what became of it: a key of BECAME."""

    on: date
    requests: tuple[Link, ...]
    question: str
    owner: str
    days: float
    is_over: bool
    is_late: bool
    became: str


def holds_report(holds: Sequence[HoldFact]) -> Report:
    """Every hold of the period, and what became of it."""
    by_quarter: dict[Quarter, Tally] = defaultdict(Tally)
    for hold in holds:
        by_quarter[quarter_of(hold.on)].add(hold.became)
    whole = Tally()
    for hold in holds:
        whole.add(hold.became)
    found = median(Spell(hold.days, hold.is_over) for hold in holds)
    looks = ("acc", "", "over", "pale", "ghost")
    series = [Series(label, look) for label, look in zip(BECAME.values(), looks, strict=True)]
    return Report(
        title=_holds_title(len(holds), whole, found.words),
        deck="A hold is the board’s formal “whoa”: a question, who answers it, and a day on which it returns by "
        "itself. The median counts holds that still stand as lasting longer.",
        bars=_by_quarter(by_quarter, tuple(BECAME), series, "Holds", _holds_words) if holds else None,
        tables=(
            _quarter_table("Holds by quarter", by_quarter, BECAME),
            Table(
                "Each hold",
                headings("Held on", "Requests", "Question", "Who answers", "What became of it", numbers=("Days",)),
                tuple(
                    (hold.on, _first(hold.requests), hold.question, hold.owner, BECAME[hold.became], round(hold.days))
                    for hold in sorted(holds, key=lambda each: each.on, reverse=True)
                ),
            ),
        ),
    )


def _first(requests: Sequence[Link]) -> Cell:
    if not requests:
        return "confidential"
    more = f" and {len(requests) - 1} more" if len(requests) > 1 else ""
    return Link(requests[0].text + more, requests[0].url)


def _holds_title(count: int, whole: Tally, words: str) -> str:
    if not count:
        return "The board held nothing in this period"
    if count == 1:
        became = next(said for key, said in _IN_TITLE.items() if whole.of(key))
        return f"The only hold: {became}; it {'lasts' if whole.of('holds') else 'lasted'} {words}"
    parts = ", ".join(f"{whole.of(key):,} {said}" for key, said in _IN_TITLE.items() if whole.of(key))
    return f"{count:,} holds: {parts}; the median lasts {words}"


def _holds_words(tally: Tally) -> str:
    return f"{tally.of('yes')} of {tally.total} approved"


def _by_quarter(
    rows: dict[Quarter, Tally],
    names: Sequence[str],
    series: Sequence[Series],
    what: str,
    words: Callable[[Tally], str],
) -> Bars:
    drawn = [
        BarRow(quarter_label(quarter), tuple(float(tally.of(name)) for name in names), words(tally))
        for quarter, tally in sorted(rows.items())
    ]
    return bars(drawn, series, what=what)


def _quarter_table(name: str, rows: dict[Quarter, Tally], columns: dict[str, str]) -> Table:
    return Table(
        name,
        headings("Quarter", numbers=("All", *columns.values())),
        tuple(
            (quarter_label(quarter), tally.total, *(tally.of(key) for key in columns))
            for quarter, tally in sorted(rows.items())
        ),
    )


# --- Duplicates ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DuplicateFact:
    """Two or more requests that want the same: when it was found, whether one was approved by then, whether an
    architect confirmed it, what the others cost beside the dearest (None where money may not be seen)."""

    on: date
    title: str
    url: str
    requests: int
    is_after: bool
    is_confirmed: bool
    money: Decimal | None


def duplicates_report(found: Sequence[DuplicateFact], *, shows_money: bool) -> Report:
    """Duplicates found before and after one of them was approved."""
    by_quarter: dict[Quarter, Tally] = defaultdict(Tally)
    for each in found:
        by_quarter[quarter_of(each.on)].add("after" if each.is_after else "before")
    before = sum(tally.of("before") for tally in by_quarter.values())
    columns = {"before": "Found before approval", "after": "Found after approval"}
    series = (Series(columns["before"], "acc"), Series(columns["after"], "over"))
    titles = headings("Found on", "What", "When", "Confirmed", numbers=("Requests",))
    titles += headings(numbers=("Cost beside the dearest",)) if shows_money else ()
    rows: list[tuple[Cell, ...]] = []
    for each in sorted(found, key=lambda one: one.on, reverse=True):
        when = "after approval" if each.is_after else "before approval"
        cells: tuple[Cell, ...] = (
            each.on,
            Link(each.title, each.url) if each.url else each.title,
            when,
            "yes" if each.is_confirmed else "not yet",
            each.requests,
        )
        rows.append((*cells, each.money) if shows_money else cells)
    return Report(
        title=_duplicates_title(len(found), before),
        deck="Requests that want the same, as the engine found them and no architect dismissed. What is found before "
        "approval can still be one; what is found after is being built twice.",
        bars=_by_quarter(by_quarter, tuple(columns), series, "Duplicates", _duplicate_words) if found else None,
        tables=(_quarter_table("Duplicates by quarter", by_quarter, columns), Table("Each one", titles, tuple(rows))),
    )


def _duplicate_words(tally: Tally) -> str:
    return f"{tally.of('before')} of {tally.total} before"


def _duplicates_title(count: int, before: int) -> str:
    if not count:
        return "No duplicate was found in this period"
    after = count - before
    if not after:
        return part_of(
            count,
            count,
            "duplicate",
            f"found before any of {'its' if count == 1 else 'their'} requests was approved",
            verb=WAS,
        )
    if not before:
        return part_of(count, count, "duplicate", "found only after an approval", verb=WAS)
    return f"{part_of(before, count, 'duplicate', 'found in time', verb=WAS)}; {after:,} only after an approval"


# --- Conditions ---------------------------------------------------------------------------------------------------

KEPT = {"in_time": "Met in time", "late": "Met late", "overdue": "Overdue", "open": "Not due yet"}


@dataclass(frozen=True, slots=True)
class ConditionFact:
    """A condition of an approval: when it is due, when it was met (None: not yet), who owns it, over what."""

    due: date
    met: date | None
    text: str
    owner: str
    requests: tuple[Link, ...]


def condition_state(condition: ConditionFact, today: date) -> str:
    """The key of KEPT."""
    if condition.met is not None:
        return "in_time" if condition.met <= condition.due else "late"
    return "overdue" if condition.due < today else "open"


def conditions_report(conditions: Sequence[ConditionFact], today: date) -> Report:
    """Whether what the board made a condition was kept."""
    by_quarter: dict[Quarter, Tally] = defaultdict(Tally)
    by_owner: dict[str, Tally] = defaultdict(Tally)
    for each in conditions:
        state = condition_state(each, today)
        by_quarter[quarter_of(each.due)].add(state)
        by_owner[each.owner].add(state)
    looks = ("acc", "", "over", "pale")
    series = [Series(label, look) for label, look in zip(KEPT.values(), looks, strict=True)]
    late = [each for each in conditions if condition_state(each, today) == "overdue"]
    return Report(
        title=_conditions_title(by_quarter.values()),
        deck="Conditions of approvals that stand, by the quarter in which they are due. Met on the day itself is in "
        "time.",
        bars=_by_quarter(by_quarter, tuple(KEPT), series, "Conditions", _kept_words) if conditions else None,
        tables=(
            _quarter_table("Conditions by quarter", by_quarter, KEPT),
            Table(
                "By who sees to them",
                headings("Who", numbers=("All", *KEPT.values())),
                tuple(
                    (owner, tally.total, *(tally.of(key) for key in KEPT))
                    for owner, tally in sorted(by_owner.items(), key=lambda row: (-row[1].of("overdue"), row[0]))
                ),
            ),
            Table(
                "Overdue now",
                headings("Due", "Condition", "Who", "Request", numbers=("Days late",)),
                tuple(
                    (each.due, each.text, each.owner, _first(each.requests), (today - each.due).days)
                    for each in sorted(late, key=lambda one: one.due)
                ),
                empty="None is overdue.",
            ),
        ),
    )


def _kept_words(tally: Tally) -> str:
    return f"{tally.of('in_time')} of {tally.total - tally.of('open')} in time"


def _conditions_title(tallies: Iterable[Tally]) -> str:
    tallies = list(tallies)
    total = sum(tally.total for tally in tallies)
    if not total:
        return "The board made no condition that is due in this period"
    due = total - sum(tally.of("open") for tally in tallies)
    kept, overdue = sum(t.of("in_time") for t in tallies), sum(t.of("overdue") for t in tallies)
    if not due:
        return part_of(0, total, "condition", "due yet")
    if due == 1:
        became = "was kept in time" if kept else "is overdue" if overdue else "was met late"
        return f"The only condition that came due {became}"
    tail = f", {overdue:,} {'is' if overdue == 1 else 'are'} overdue" if overdue else ", none is overdue"
    things = f"{f'{kept:,}' if kept else 'None'} of {due:,} conditions"
    return f"{things} that came due {'were' if kept > 1 else 'was'} kept in time{tail}"
