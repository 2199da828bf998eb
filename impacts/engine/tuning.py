"""What an organisation may tune of the rules: a plain table of numbers, and how much it wants to see.

Each `Tunable` is a field of EngineSettings that belongs to one rule. A rule that gets a number to be tuned adds the
field with its default to EngineSettings and one line here; the page, the preview and the history follow from both.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from impacts.engine.facts import EngineSettings
from impacts.engine.rules.registry import RULES

Number = int | float


@dataclass(frozen=True, slots=True)
class Tunable:
    """A number of a rule. `least` and `most` are allowed themselves; numbers are multiples of `step`. A likeness has no
    `unit`."""

    field: str
    rule: str
    label: str
    unit: str
    least: Number
    most: Number
    step: Number
    help: str

    @property
    def is_whole(self) -> bool:
        """Whether only whole numbers make sense."""
        return isinstance(self.step, int)


# fmt: off
TUNABLES: Final[tuple[Tunable, ...]] = (
    Tunable(
        "same_purpose", "same-purpose", "Likeness from which two requests are reported", "", 0.05, 0.95, 0.01,
        "Lower shows more and is wrong more often. 0.3 is what pages call 30 in 100.",
    ),
    Tunable(
        "family", "same-purpose", "Likeness from which they are called much the same", "", 0.05, 0.95, 0.01,
        "From here on an overlap across departments is serious, and several make a cluster.",
    ),
    Tunable(
        "most_overlaps", "same-purpose", "Overlaps reported of each request, the strongest", "", 1, 1000, 1,
        "Where very many requests are alike, so many of each are reported for sure.",
    ),
    Tunable(
        "collision_days", "change-collision", "Two changes collide when they are closer than", "days", 1, 90, 1,
        "With 14 days, 13 days apart is too close and 14 is not.",
    ),
    Tunable(
        "life_days", "retire-vs-use", "A use no longer counts after", "days", 0, 3650, 1,
        "What went live longer than this before the switch-off is no conflict.",
    ),
)
# fmt: on


@dataclass(frozen=True, slots=True)
class Level:
    """A named answer to "how much do you want to see?": both thresholds of likeness, as a multiple of the default."""

    code: str
    label: str
    factor: float
    help: str


LEVELS: Final[tuple[Level, ...]] = (
    Level("surest", "Only the surest", 1.6, "Next to no false alarms; what is said in other words is missed."),
    Level("fewer", "Fewer", 1.25, "For a portfolio in which many requests sound alike."),
    Level("balanced", "Balanced", 1.0, "What we recommend to begin with."),
    Level("more", "More", 0.8, "More to look at, and more of it wrong."),
    Level("everything", "Everything plausible", 0.6, "For a thorough look at a small portfolio."),
)
EXACTLY: Final = "exactly"


def thresholds_at(level: str, default: EngineSettings) -> tuple[float, float]:
    """`same_purpose` and `family` of a named level, two digits, within what is allowed. KeyError for another name."""
    factor = {each.code: each.factor for each in LEVELS}[level]
    low, high = (min(max(round(value * factor, 2), 0.05), 0.95) for value in (default.same_purpose, default.family))
    return low, high


def level_of(settings: EngineSettings, default: EngineSettings) -> str:
    """The level that has exactly these thresholds, else EXACTLY."""
    now = (settings.same_purpose, settings.family)
    return next((each.code for each in LEVELS if thresholds_at(each.code, default) == now), EXACTLY)


def tuned(default: EngineSettings, numbers: Mapping[str, Number], disabled: frozenset[str]) -> EngineSettings:
    """The default with these numbers and without these rules. What no longer exists (a field or rule of an older
    release) is passed over, and a number outside what is allowed is taken to the nearest that is.
    """
    known: dict[str, Any] = {}
    for tunable in TUNABLES:
        if tunable.field in numbers:
            number = min(max(numbers[tunable.field], tunable.least), tunable.most)
            known[tunable.field] = int(number) if tunable.is_whole else round(float(number), 4)
    codes = frozenset(rule.code for rule in RULES)
    return replace(default, disabled_rules=disabled & codes, **known)


def problems(settings: EngineSettings) -> dict[str, str]:
    """What is wrong with these settings, by field, in words that say what to do. Empty when they can be used."""
    found: dict[str, str] = {}
    for tunable in TUNABLES:
        number: Number = getattr(settings, tunable.field)
        if not tunable.least <= number <= tunable.most:
            found[tunable.field] = f"Give a number from {tunable.least:g} to {tunable.most:g}."
        elif tunable.is_whole and number != int(number):
            found[tunable.field] = "Give a whole number."
    if "family" not in found and "same_purpose" not in found and settings.family < settings.same_purpose:
        found["family"] = "This must not be below the likeness from which two requests are reported."
    return found


def rules_between(before: EngineSettings, after: EngineSettings) -> frozenset[str]:
    """The rules that these two settings make differ: one is on in one of them only, or has another number."""
    moved = {each.rule for each in TUNABLES if getattr(before, each.field) != getattr(after, each.field)}
    switched = before.disabled_rules ^ after.disabled_rules
    return frozenset(switched | moved) - (before.disabled_rules & after.disabled_rules)
