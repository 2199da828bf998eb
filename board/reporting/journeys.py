"""From filed to decided, and what was looked at against what was decided."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from board.reporting.bars import BarRow, Bars, Series, bars
from board.reporting.document import (
    Cell,
    Report,
    Table,
    Tally,
    count_words,
    headings,
)
from board.reporting.durations import Median, Spell, median
from customers.quarters import Quarter, quarter_label, quarter_of
from customers.words import part_of
from portfolio.lifecycle import COMMITTED, LABELS, Status

DECIDED = frozenset({*COMMITTED, Status.REJECTED, Status.MERGED, Status.DELIVERED, Status.REVIEWED})
"""States in which the board has settled the request; on hold and deferred it has not."""
BOARD_SPOKE = DECIDED | {Status.ON_HOLD, Status.DEFERRED, Status.RETURNED}
STAGES: tuple[tuple[str, frozenset[Status]], ...] = (
    ("Filed", frozenset(Status) - {Status.DRAFT}),
    ("Taken into triage", frozenset({Status.IN_TRIAGE, Status.READY}) | BOARD_SPOKE),
    ("Ready for the board", frozenset({Status.READY}) | BOARD_SPOKE),
    ("The board spoke", BOARD_SPOKE),
    ("Settled", DECIDED),
    ("The board said yes", COMMITTED | {Status.DELIVERED, Status.REVIEWED}),
    ("Delivered", frozenset({Status.DELIVERED, Status.REVIEWED})),
)
TIMED = (
    Status.SUBMITTED,
    Status.IN_TRIAGE,
    Status.READY,
    Status.ON_HOLD,
    Status.DEFERRED,
    Status.RETURNED,
    Status.APPROVED,
    Status.IN_DELIVERY,
)


@dataclass(frozen=True, slots=True)
class Journey:
    """What became of one request: each state that it came to and when, the first first."""

    request: int
    silo: str
    steps: tuple[tuple[Status, datetime], ...]

    @property
    def reached(self) -> frozenset[Status]:
        """Every state that it was ever in."""
        return frozenset(status for status, _ in self.steps)


def _days(start: datetime, end: datetime) -> float:
    return max((end - start).total_seconds(), 0.0) / 86_400


def spells_by_state(journeys: Iterable[Journey], now: datetime) -> dict[Status, list[Spell]]:
    """How long requests stayed in each state; the last state of each is open until `now`."""
    found: dict[Status, list[Spell]] = defaultdict(list)
    for journey in journeys:
        ends = [at for _, at in journey.steps[1:]]
        for place, (status, at) in enumerate(journey.steps):
            is_over = place < len(ends)
            found[status].append(Spell(_days(at, ends[place] if is_over else now), is_over))
    return found


def until_settled(journeys: Iterable[Journey], now: datetime) -> list[Spell]:
    """From filed to the first time that the board settled each; what was withdrawn is open until then, the rest until
    `now`."""
    found = []
    for journey in journeys:
        filed = journey.steps[0][1]
        settled = next((at for status, at in journey.steps if status in DECIDED), None)
        last, left = journey.steps[-1]
        end = settled or (left if last is Status.WITHDRAWN else now)
        found.append(Spell(_days(filed, end), settled is not None))
    return found


def filed_to_decided(journeys: Sequence[Journey], now: datetime) -> Report:
    """The funnel of these requests, the time in each state, and the time to a decision by silo."""
    counts = _stage_counts(journeys)
    total = len(journeys)
    overall = median(until_settled(journeys, now))
    states = {status: median(rows) for status, rows in spells_by_state(journeys, now).items()}
    return Report(
        title=_filed_title(total, counts, overall),
        deck="Of the requests filed in the period, how many came how far. Medians count what is still waiting as "
        "lasting longer than it has so far, so nothing looks faster because it is not over.",
        bars=_funnel(counts, total) if total else None,
        tables=(
            Table(
                "How far requests came",
                headings("Step", numbers=("Requests", "Of those filed, %")),
                tuple((label, count, round(100 * count / total) if total else None) for label, count in counts),
            ),
            Table(
                "Time in each state",
                headings("State", "Median", numbers=("Days", "Over", "Still there")),
                tuple(_state_row(status, states[status]) for status in TIMED if status in states),
                note="A request that was in a state twice counts twice.",
            ),
            *_silo_tables(journeys, [status for status in TIMED if status in states], now),
        ),
    )


def _silo_tables(journeys: Sequence[Journey], states: Sequence[Status], now: datetime) -> tuple[Table, ...]:
    """How long until settled, how far, and the time in each of these states, by silo."""
    by_silo: dict[str, list[Journey]] = defaultdict(list)
    for journey in journeys:
        by_silo[journey.silo].append(journey)
    silos = sorted((silo, rows, median(until_settled(rows, now))) for silo, rows in by_silo.items())
    return (
        Table(
            "Filed to settled, by department",
            headings("Department", "Median", numbers=("Days", "Filed", "Settled", "Not yet")),
            tuple(
                (silo, found.words, _rounded(found), len(rows), found.over, found.open) for silo, rows, found in silos
            ),
        ),
        Table(
            "How far, by department",
            headings("Department", numbers=[label for label, _ in STAGES]),
            tuple((silo, *(count for _, count in _stage_counts(rows))) for silo, rows, _ in silos),
        ),
        _states_by_silo(by_silo, states, now),
    )


def _stage_counts(journeys: Iterable[Journey]) -> list[tuple[str, int]]:
    """How many came to each stage."""
    reached = [journey.reached for journey in journeys]
    return [(label, sum(bool(each & states) for each in reached)) for label, states in STAGES]


def _states_by_silo(by_silo: Mapping[str, Sequence[Journey]], timed: Sequence[Status], now: datetime) -> Table:
    """The median time in each state, a row for each department; empty where nothing of it was in that state."""
    rows: list[tuple[Cell, ...]] = []
    for silo in sorted(by_silo):
        spells = spells_by_state(by_silo[silo], now)
        rows.append((silo, *(median(spells[status]).words if status in spells else "" for status in timed)))
    return Table(
        "Time in states, by department",
        headings("Department", *(LABELS[status] for status in timed)),
        tuple(rows),
    )


def _funnel(counts: Sequence[tuple[str, int]], total: int) -> Bars:
    rows = [BarRow(label, (float(count),), _share(count, total)) for label, count in counts]
    return bars(rows, (Series("Requests that came so far", "acc"),), what="Requests")


def _state_row(status: Status, found: Median) -> tuple[str, str, float | None, int, int]:
    return LABELS[status], found.words, _rounded(found), found.over, found.open


def _rounded(found: Median) -> float | None:
    return None if found.days is None else round(found.days, 1)


def _share(count: int, total: int) -> str:
    return f"{count:,}, {round(100 * count / total)} %" if total else "0"


def _filed_title(total: int, counts: Sequence[tuple[str, int]], overall: Median) -> str:
    if not total:
        return "Nothing was filed in this period"
    settled = dict(counts)["Settled"]
    said = part_of(settled, total, "request", "settled")
    if total == 1:
        return f"{said}; it {'took' if settled else 'takes'} {overall.words}"
    return f"{said}; the median takes {overall.words}"


# --- Looked at against decided ------------------------------------------------------------------------------------

SETTLED, PUT_OFF, OPEN, DROPPED = "settled", "put_off", "open", "dropped"


@dataclass(frozen=True, slots=True)
class ItemFact:
    """One item of a closed meeting and what came of it: one of SETTLED, PUT_OFF, OPEN, DROPPED."""

    meeting: date
    outcome: str


@dataclass(frozen=True, slots=True)
class Approved:
    """A request that the board said yes to: when, whether it is delivered and whether its effect was looked at;
    `is_due` says that its promise should be seen by now."""

    on: date
    delivered: bool
    reviewed: bool
    is_due: bool


def reviewed_against_decided(items: Iterable[ItemFact], approved: Iterable[Approved]) -> Report:
    """Of what the board looked at, how much it settled; of what it said yes to, how much was delivered and whether
    anybody looked if the effect came."""
    by_quarter: dict[Quarter, Tally] = defaultdict(Tally)
    for item in items:
        if item.outcome != DROPPED:
            by_quarter[quarter_of(item.meeting)].add(item.outcome)
    after = _after_a_yes(approved)
    looked = sum(tally.total for tally in by_quarter.values())
    settled = sum(tally.of(SETTLED) for tally in by_quarter.values())
    due = sum(tally.of("due") for tally in after.values())
    return Report(
        title=_reviewed_title(looked, settled, due),
        deck="Items of meetings that are closed: settled, put off (held, deferred or returned), or left without a "
        "decision. And of what the board said yes to, what was delivered and whether anybody looked if the promised "
        "effect came.",
        bars=_settled_bars(by_quarter) if looked else None,
        tables=(
            Table(
                "Looked at and settled",
                headings("Quarter", numbers=("Looked at", "Settled", "Put off", "No decision")),
                tuple(
                    (quarter_label(quarter), tally.total, tally.of(SETTLED), tally.of(PUT_OFF), tally.of(OPEN))
                    for quarter, tally in sorted(by_quarter.items())
                ),
            ),
            Table(
                "What became of a yes",
                headings("Said yes in", numbers=("Requests", "Delivered", "Effect looked at", "Due and not looked at")),
                tuple(
                    (quarter_label(q), t.of("yes"), t.of("delivered"), t.of("reviewed"), t.of("due"))
                    for q, t in sorted(after.items())
                ),
            ),
        ),
    )


def _after_a_yes(approved: Iterable[Approved]) -> dict[Quarter, Tally]:
    """What became of those that the board said yes to in a quarter."""
    after: dict[Quarter, Tally] = defaultdict(Tally)
    for each in approved:
        tally = after[quarter_of(each.on)]
        tally.add("yes")
        for name in ("delivered", "reviewed"):
            if getattr(each, name):
                tally.add(name)
        if each.is_due and not each.reviewed:
            tally.add("due")
    return after


def _settled_bars(by_quarter: Mapping[Quarter, Tally]) -> Bars:
    return bars(
        [
            BarRow(
                quarter_label(quarter),
                (float(tally.of(SETTLED)), float(tally.of(PUT_OFF)), float(tally.of(OPEN))),
                f"{tally.of(SETTLED)} of {tally.total} settled",
            )
            for quarter, tally in sorted(by_quarter.items())
        ],
        (Series("Settled", "acc"), Series("Put off", ""), Series("Left without a decision", "pale")),
        what="Items",
    )


def _reviewed_title(looked: int, settled: int, due: int) -> str:
    if not looked:
        return "The board closed no meeting in this period"
    tail = f"; of {count_words(due, 'promise')} that {'is' if due == 1 else 'are'} due nobody has looked" if due else ""
    if looked == 1:
        return f"The board {'settled' if settled else 'did not settle'} the only item it looked at{tail}"
    if settled == looked:
        return f"The board settled all {looked:,} items it looked at{tail}"
    return f"The board settled {f'{settled:,}' if settled else 'none'} of the {looked:,} items it looked at{tail}"
