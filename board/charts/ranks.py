"""Lays out the chart of ranks and how far they move: a row for each request, a dot at its rank, a line from best to
worst. Pure arithmetic; units are SVG pixels."""

from collections.abc import Sequence
from dataclasses import dataclass

from board.selectors.priorities.scores import ScoredRow

WIDTH, LEFT, RIGHT, TOP, ROW = 900, 320, 40, 26, 36


@dataclass(frozen=True, slots=True)
class RankMark:
    """One request: its line from `best_x` to `worst_x`, its dot at `x`."""

    row: ScoredRow
    y: int
    middle: int
    x: float
    best_x: float
    worst_x: float

    @property
    def text_y(self) -> int:
        """The line of its name."""
        return self.middle + 4


@dataclass(frozen=True, slots=True)
class RankChart:
    """Everything that the template draws."""

    marks: tuple[RankMark, ...]
    ticks: tuple[tuple[float, int], ...]
    width: int
    height: int
    top: int
    base: int


def rank_chart(rows: Sequence[ScoredRow], count: int) -> RankChart:
    """The chart of these first rows of an order of `count`."""
    last = min(max((row.range.worst for row in rows), default=1), count) or 1
    step = (WIDTH - LEFT - RIGHT) / max(last - 1, 1)

    def at(rank: int) -> float:
        return round(LEFT + (min(rank, last) - 1) * step, 1)

    marks = tuple(
        RankMark(
            row,
            TOP + ROW * number,
            TOP + ROW * number + ROW // 2,
            at(row.placed.rank),
            at(row.range.best),
            at(row.range.worst),
        )
        for number, row in enumerate(rows)
    )
    every = 1 if last <= 20 else 5 if last <= 60 else 25
    ticks = tuple((at(rank), rank) for rank in range(1, last + 1) if rank == 1 or rank % every == 0)
    base = TOP + ROW * len(rows)
    return RankChart(marks, ticks, WIDTH, base + 30, TOP, base)
