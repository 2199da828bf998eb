"""The table of a plan's money: of each pot and quarter what comes in, is carried over, spent and left."""

from dataclasses import dataclass
from typing import Any

from board.selectors.plans.plan_sheets import PlanSheet


@dataclass(frozen=True, slots=True)
class PotLine:
    """A pot in one quarter, in whole money. `left` below 0: more is spent than is there. `goes_on`: what is left can be
    spent in the next quarter."""

    quarter: str
    given: int
    carried: int
    spent: int
    goes_on: bool

    @property
    def there(self) -> int:
        """What can be spent."""
        return self.given + self.carried

    @property
    def left(self) -> int:
        """What is not spent."""
        return self.there - self.spent


@dataclass(frozen=True, slots=True)
class PotTable:
    """A pot and its quarters. `carries`: what is left goes on into the next quarter of the financial year."""

    name: str
    lines: tuple[PotLine, ...]

    @property
    def carries(self) -> bool:
        """Whether anything goes on."""
        return any(line.goes_on for line in self.lines)


def money_of(sheet: PlanSheet) -> list[PotTable]:
    """The pots of a plan, in their order; none where money is no limit or the plan is older than this table."""
    pots = [row for row in sheet.figures.get("resources", ()) if "given" in row]
    return [PotTable(row["label"], tuple(_lines(sheet, row))) for row in pots]


def _lines(sheet: PlanSheet, row: dict[str, Any]) -> list[PotLine]:
    """The quarters in whole money: what is left in one is to the unit what is carried into the next."""
    lines: list[PotLine] = []
    for name, given, spent, goes_on in zip(sheet.horizon.names, row["given"], row["used"], row["goes_on"], strict=True):
        carried = lines[-1].left if lines and lines[-1].goes_on else 0
        lines.append(PotLine(name, round(given), carried, round(spent), goes_on))
    return lines
