"""Plans that weigh requests differently, measured with one measure: what a plan is worth by its own weights says
nothing beside a plan that counts other customers double."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.utils import timezone

from board.models import Scenario
from board.planning.facts import Asked
from board.planning.settings import PlanSettings, settings_from
from board.planning.worth import worth_of
from board.selectors.plans.plan_sheets import PlanSheet
from board.selectors.plans.planning import read_asked

WEIGHED: Final = ("better", "years", "internal")
"""Settings besides the weights of segments by which requests are weighed."""


@dataclass(frozen=True, slots=True)
class OwnWorth:
    """What a plan is worth by the weights with which it was planned."""

    name: str
    value: int
    net: int


def measure_of(scenarios: Sequence[Scenario], wanted: str = "") -> Scenario | None:
    """The scenario with whose weights plans are compared: the one asked for by its id, else the first that counts all
    segments as they are, else the first."""
    asked = (each for each in scenarios if str(each.pk) == wanted)
    plain = (each for each in scenarios if not each.plan_settings.weights)
    return next(asked, None) or next(plain, None) or next(iter(scenarios), None)


def measured_alike(sheets: Iterable[PlanSheet], measure: Scenario | None) -> tuple[list[PlanSheet], list[OwnWorth]]:
    """The plans, those that weigh requests otherwise measured with the weights of `measure` and the requests of today;
    and what each of these is worth by its own. A fixed number of queries, none where all weigh alike."""
    sheets = list(sheets)
    settings = measure.plan_settings if measure else PlanSettings()
    others = [sheet for sheet in sheets if _weighs_otherwise(sheet, settings)]
    if not others:
        return sheets, []
    asked = read_asked(timezone.localdate())
    own = [OwnWorth(each.name, each.figures["value"], each.figures["net"]) for each in others]
    keys = {sheet.key for sheet in others}
    return [_measured(sheet, asked, settings) if sheet.key in keys else sheet for sheet in sheets], own


def _weighs_otherwise(sheet: PlanSheet, settings: PlanSettings) -> bool:
    if sheet.run is None or not sheet.figures:
        return False
    own = settings_from(sheet.run.seen["settings"])
    return _weights(own) != _weights(settings) or any(getattr(own, each) != getattr(settings, each) for each in WEIGHED)


def _weights(settings: PlanSettings) -> Mapping[str, int]:
    return {segment: weight for segment, weight in settings.weights.items() if weight != 100}


def _measured(sheet: PlanSheet, asked: Asked, settings: PlanSettings) -> PlanSheet:
    going = {row.request.pk for row in sheet.going}
    worth = [worth_of(wish, asked, settings) for wish in asked.wishes if wish.id in going]
    figures: dict[str, Any] = {
        **sheet.figures,
        "value": sum(each.customers for each in worth),
        "net": sum(each.net for each in worth),
    }
    return replace(sheet, result={**sheet.result, "figures": figures})
