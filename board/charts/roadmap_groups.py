"""The roadmap of a plan with many requests: a line for each department or objective with what starts in each quarter,
of which one is unfolded into its requests, so many at a time. Pure arithmetic, like `board.charts.roadmap`."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from board.charts.roadmap_bars import TOP, Cell, Fold, Job, Line, inside, packed, quarters_of
from board.planning.horizon import Horizon
from board.selectors.plans.plan_sheets import PlanSheet, SheetRow

FOLDED: Final = 90
"""More requests than this are folded into groups."""

MOST_JOBS: Final = 60
"""So many requests of the unfolded group stand in the picture and in the table at a time."""

ROW, CELL = 34, 24
NO_OBJECTIVE: Final = "none"
BY: Final = {"silo": "By department", "objective": "By objective"}


@dataclass(frozen=True, slots=True)
class Group:
    """Requests that go, of one department or for one objective. `starts`: how many in each quarter of the plan; what
    began before stands in the first one."""

    key: str
    name: str
    rows: tuple[SheetRow, ...]
    starts: tuple[int, ...]

    @property
    def money(self) -> int:
        """Their one-off costs."""
        return round(sum(row.line.money for row in self.rows))


def groups_of(sheet: PlanSheet, by: str) -> list[Group]:
    """What goes, by department or objective, by name; no objective comes last."""
    found: dict[tuple[bool, str, str], list[SheetRow]] = defaultdict(list)
    for row in sheet.going:
        thing = row.request.objective if by == "objective" else row.request.silo
        found[thing is None, thing.name if thing else "No objective", thing.code if thing else NO_OBJECTIVE].append(row)
    groups = []
    for (_, name, key), rows in sorted(found.items()):
        counted = Counter(max(row.line.period or 0, 0) for row in rows)
        starts = tuple(counted[period] for period in range(sheet.horizon.number))
        groups.append(Group(key, name, tuple(rows), starts))
    return groups


def folded(
    groups: Sequence[Group], horizon: Horizon, opened: str, shown: Sequence[SheetRow]
) -> tuple[list[Job], list[Line], list[Fold], float]:
    """Jobs, lines, folds and where the picture ends. Of the group that is `opened`, the requests `shown` are drawn."""
    most = max((number for group in groups for number in group.starts), default=1)
    jobs: list[Job] = []
    lines: list[Line] = []
    folds: list[Fold] = []
    y = float(TOP)
    for group in groups:
        base, is_open = y + ROW, group.key == opened
        folds.append(
            Fold(group.key, group.name, len(group.rows), is_open, base - 11, _cells(group, horizon, base, most))
        )
        lines.append(Line("", base - 11, base))
        y = base
        if is_open:
            drawn, y = packed([row for row in shown if inside(row, horizon)], horizon, y)
            jobs += drawn
            lines.append(Line("", y, y))
    return jobs, lines, folds, y


def _cells(group: Group, horizon: Horizon, base: float, most: int) -> tuple[Cell, ...]:
    cells = []
    for span, number, name in zip(quarters_of(horizon), group.starts, horizon.names, strict=True):
        if number:
            height = round(max(3.0, CELL * number / most), 1)
            words = f"{group.name}: {number:,} {'starts' if number == 1 else 'start'} in {name}"
            cells.append(Cell(span.x + 1, round(span.width - 1, 1), round(base - height - 1, 1), height, number, words))
    return tuple(cells)
