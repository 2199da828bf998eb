"""Lays out the chart of promised against delivered: a row for each silo, a mark for each bet. Pure arithmetic; units
are SVG pixels."""

from collections import defaultdict
from dataclasses import dataclass

from impacts.models import Bet
from impacts.selectors.tags.bets import BetBook

LEFT, WIDTH, RIGHT, TOP, ROW = 150, 900, 210, 34, 40
#: The axis reaches from nothing to so many times what was promised; what lies beyond stands at the edge.
LEAST, MOST = 0.0, 1.5
STEP = 0.25
#: So many bets of one silo are drawn, those due last; the tables and the file have more.
MARKS = 60


@dataclass(frozen=True, slots=True)
class BetMark:
    """One answered bet at its place; `beyond` where it lies outside the axis."""

    x: float
    y: float
    bet: Bet
    percent: int
    beyond: bool


@dataclass(frozen=True, slots=True)
class BetRow:
    """One silo: its line, the width of the bar of its middle share, and the words beside it."""

    silo: str
    y: int
    width: float
    words: str
    marks: tuple[BetMark, ...]


@dataclass(frozen=True, slots=True)
class BetChart:
    """Everything that the template draws."""

    width: int
    height: int
    left: int
    right: int
    top: int
    base: int
    promised_x: float
    ticks: tuple[tuple[float, str], ...]
    rows: tuple[BetRow, ...]


def bet_chart(book: BetBook) -> BetChart:
    """The chart of the silos that have answered bets, in the order of their records."""
    records = [record for record in book.records if record.median is not None]
    bets_of: dict[str, list[Bet]] = defaultdict(list)
    for bet in book.answered:
        bets_of[bet.request.silo.name].append(bet)
    rows = []
    for number, record in enumerate(records):
        y = TOP + ROW * number
        kept = f"{record.kept} of {record.answered} kept"
        words = f"{round((record.median or 0) * 100)} %, {kept}"
        marks = sorted(
            (_mark(bet, y + ROW / 2) for bet in bets_of[record.silo][:MARKS]), key=lambda mark: (mark.x, mark.bet.pk)
        )
        rows.append(BetRow(record.silo, y, round(_x(record.median or 0) - LEFT, 1), words, tuple(marks)))
    base = TOP + ROW * len(rows)
    shares = [LEAST + STEP * number for number in range(round((MOST - LEAST) / STEP) + 1)]
    ticks = tuple((_x(share), f"{round(share * 100)} %") for share in shares if share != 1)
    return BetChart(WIDTH, base + 30, LEFT, WIDTH - RIGHT, TOP, base, _x(1), ticks, tuple(rows))


def _x(share: float) -> float:
    inside = min(max(share, LEAST), MOST)
    return round(LEFT + (inside - LEAST) / (MOST - LEAST) * (WIDTH - RIGHT - LEFT), 1)


def _mark(bet: Bet, y: float) -> BetMark:
    share = bet.answer.share
    return BetMark(_x(share), round(y, 1), bet, round(share * 100), not LEAST <= share <= MOST)
