"""Numbers, names and periods as people write them."""

import math
import re
from collections.abc import Iterable, Sequence

from board.packs.words import number_word
from board.planner.scenario import Resource, Scenario

LONGEST_NAME = 90
LISTED = 3


def number(value: float, *, up: bool = False, down: bool = False) -> str:
    """The number as it is said: 12,000; 1.31 million; 2.5. Rounded up instead of to the nearest with `up`, so that what
    is said to be enough is enough, or down with `down`, so that what is said to be reached is."""
    if down:
        said = number(-value, up=True)
        return said[1:] if said.startswith("−") else said if said == "0" else f"−{said}"
    size = abs(value)
    if size >= 1e6:
        return f"{_trimmed(_rounded(value / 1e6, 2, up), 2)} million"
    digits = (
        0 if size >= 100 else 1 if size >= 10 else 2 if size >= 0.1 or size == 0 else 3 - math.ceil(math.log10(size))
    )
    return _trimmed(_rounded(value, digits, up), digits)


def said_amount(value: float) -> float:
    """The number that `number(value, up=True)` says."""
    said = number(value, up=True).replace(",", "").replace("−", "-")
    return float(said.removesuffix(" million")) * (1e6 if said.endswith(" million") else 1.0)


def value(worth: float) -> str:
    """What something is worth, to three figures: more would pretend to be exact."""
    if not worth:
        return "0"
    return number(round(worth, 2 - math.floor(math.log10(abs(worth)))))


def _rounded(value: float, digits: int, up: bool) -> float:
    near = float(round(value, digits))
    # What differs by rounding errors alone is not rounded up.
    if up and near < value - 1e-9 * abs(value):
        return float(math.ceil(value * 10.0**digits) / 10.0**digits)
    return near


def _trimmed(value: float, digits: int) -> str:
    text = f"{value:,.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text.replace("-", "−")


def amount(value: float, unit: str, *, up: bool = False) -> str:
    """The number with its unit: €12,000; 14 weeks."""
    return with_unit(number(value, up=up), unit)


def with_unit(said: str, unit: str) -> str:
    """What was said of a number, with its unit: a sign before it, a word behind it, of one thing in the singular."""
    if len(unit) == 1 and not unit.isalnum() and unit != "%":
        return f"−{unit}{said[1:]}" if said.startswith("−") else f"{unit}{said}"
    plural = len(unit) > len("ms") and unit.endswith("s") and not unit.endswith("ss")
    return f"{said} {unit[:-1] if plural and said == '1' else unit}".rstrip()


def share(part: float) -> str:
    """A part of one as a percentage."""
    return f"{number(part * 100)} %"


def name(label: str) -> str:
    """A label short enough for a sentence, on one line."""
    label = " ".join(label.split())
    return label if len(label) <= LONGEST_NAME else f"{label[: LONGEST_NAME - 1].rstrip()}…"


def listing(names: Sequence[str], last: str = "and", most: int = LISTED) -> str:
    """A, B and C; of many only the first ones and how many more."""
    if not names:
        return "nothing"
    shown = list(names) if len(names) <= most + 1 else [*names[:most], f"{len(names) - most} more"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} {last} {shown[-1]}"


def count(things: int, thing: str, things_name: str = "") -> str:
    """1 request, 2 requests."""
    return f"{number(things)} {thing if things == 1 else things_name or thing + 's'}"


class Words:
    """The names that one scenario uses."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.requests = {request.id: name(request.name) for request in scenario.requests}
        self.resources = {resource.id: resource for resource in scenario.resources}
        self.step = self._step()

    def _step(self) -> str:
        if all(re.search(r"Q[1-4]\b|\b[1-4]Q", period) for period in self.scenario.periods):
            return "quarter"
        return "month" if all(re.fullmatch(r"\d{4}-\d{2}", period) for period in self.scenario.periods) else "period"

    def value(self, worth: float) -> str:
        """What something is worth, with the unit of all values: €1.2 million."""
        return with_unit(value(worth), self.scenario.unit)

    def period(self, place: int) -> str:
        """How the period is called; those after the horizon have no name of their own."""
        periods = self.scenario.periods
        return periods[place] if 0 <= place < len(periods) else "a period after the plan"

    def spell(self, places: Iterable[int]) -> str:
        """Several periods: 2027Q1; 2027Q1 and 2027Q2; 2027Q1 to 2027Q4."""
        known = sorted(set(places))
        if len(known) > 2 and known[-1] - known[0] == len(known) - 1:
            return f"{self.period(known[0])} to {self.period(known[-1])}"
        return listing([self.period(place) for place in known], most=4)

    def later(self, periods: int) -> str:
        """One quarter, two quarters."""
        return f"{number_word(periods)} {self.step}{'' if periods == 1 else 's'}"

    def request(self, id_: str) -> str:
        """How the request is called."""
        return self.requests.get(id_, id_)

    def named(self, ids: Iterable[str], last: str = "and") -> str:
        """Several requests by name."""
        return listing([self.request(id_) for id_ in ids], last)

    def resource(self, id_: str) -> str:
        """How the resource is called."""
        return name(self.resources[id_].label or id_)

    def of(self, resource: Resource | str, value: float, *, up: bool = False) -> str:
        """An amount of a resource in its unit."""
        known = self.resources[resource] if isinstance(resource, str) else resource
        return amount(value, known.unit, up=up)


def sentence(text: str) -> str:
    """With a capital letter and a full stop."""
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"
