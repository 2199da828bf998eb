"""Lays out the bridge from opening to closing value. Pure arithmetic; units are SVG pixels."""

from dataclasses import dataclass
from decimal import Decimal

from customers.assets import CLOSING, OPENING, Bridge, Step

LEFT, WIDTH, TOP, HEIGHT, FOOT = 10, 960, 34, 260, 62
#: The axis begins below the lowest point by this part of what moves, so that the steps can be seen.
MARGIN = Decimal("0.35")
CHARACTERS = 14


@dataclass(frozen=True, slots=True)
class BridgeBar:
    """One step: its bar, the line that leads to the next one, and its words in up to two lines."""

    step: Step
    x: float
    y: float
    width: float
    height: float
    tone: str
    level_y: float
    value_y: float
    label: tuple[str, ...]

    @property
    def next_x(self) -> float:
        """Where the next bar begins: a bar takes 0.76 of its slot."""
        return round(self.x + self.width / 0.76, 1)

    @property
    def middle(self) -> float:
        """Where the words stand."""
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True, slots=True)
class BridgeChart:
    """Everything that the template draws. The axis begins at `lowest`, which is not nothing where `is_cut`."""

    width: int
    height: int
    base: int
    bars: tuple[BridgeBar, ...]
    lowest: Decimal
    is_cut: bool


def bridge_chart(bridge: Bridge) -> BridgeChart:
    """The chart of a bridge: opening and closing stand on the floor, what moved hangs between them."""
    opening, closing = bridge.of(OPENING), bridge.of(CLOSING)
    levels, level = [opening.value, closing.value], opening.value
    for step in bridge.between:
        level += step.value
        levels.append(level)
    low, high = min(levels), max(levels)
    lowest = max(low - (high - low) * MARGIN, Decimal(0)) if low > 0 else low
    span = (high - lowest) or Decimal(1)
    slot = (WIDTH - LEFT) / (len(bridge.between) + 2)
    base = TOP + HEIGHT

    def y(value: Decimal) -> float:
        return round(base - float((value - lowest) / span) * HEIGHT, 1)

    bars, level = [], opening.value
    for number, step in enumerate((opening, *bridge.between, closing)):
        stands = step.kind in (OPENING, CLOSING)
        before = lowest if stands else level
        level = step.value if stands else level + step.value
        top, bottom = sorted((y(before), y(level)))
        tone = "" if stands else ("for" if step.value >= 0 else "against")
        bars.append(
            BridgeBar(
                step,
                round(LEFT + slot * number + slot * 0.12, 1),
                top,
                round(slot * 0.76, 1),
                max(round(bottom - top, 1), 1.5),
                tone,
                y(level),
                round(top - 7, 1),
                _lines(step.label),
            )
        )
    return BridgeChart(WIDTH, base + FOOT, base, tuple(bars), lowest, lowest > 0)


def _lines(words: str) -> tuple[str, ...]:
    """The words in lines of some characters."""
    lines: list[str] = []
    for word in words.split():
        if lines and len(lines[-1]) + 1 + len(word) <= CHARACTERS:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return tuple(lines)
