"""Makes the demo's scenarios: two that are planned when it is loaded, one that is left to whoever looks at it."""

from datetime import datetime

from django.utils import timezone

from board.models import PlanRun, Scenario
from board.planning.settings import PlanSettings, Pot
from board.services.plans.planning import ask_for_plan, run_plan, search_plan
from board.services.plans.scenarios import make_scenario
from config.demo.load_registers import Registers
from config.demo.story import Story, at_hour

QUARTERS = 8
SECONDS = 4
"""More than either plan needs to be proven best on an idle machine."""

CARDS_FIRST = {
    "card-holders": 300,
    "everyday": 50,
    "home-owners": 50,
    "private": 50,
    "small-business": 50,
    "starters": 50,
}

SCENARIOS: tuple[tuple[str, str, int, dict[str, int], bool], ...] = (
    ("Three million a quarter", "What finance has promised. Every segment counts as it is.", 3_000_000, {}, True),
    ("Cards first", "Half a million less, and card holders count three times.", 2_500_000, CARDS_FIRST, True),
    ("One million a quarter", "What if the budget is cut to a third? Let it be planned and see.", 1_000_000, {}, False),
)


def load_plans(story: Story, registers: Registers) -> int:
    """Make the scenarios in the architect's name and plan those that are. Returns how many there are."""
    architect = registers.people["ines.okafor@meridian.example"]
    at = min(at_hour(story.anchor, 9), timezone.now())  # never to come: what is planned next is the last plan
    for name, note, money, weights, planned in SCENARIOS:
        settings = PlanSettings(pots=(Pot("IT budget", (money,) * QUARTERS),), weights=weights, seconds=SECONDS)
        scenario = make_scenario(person=architect, name=name, note=note, quarters=QUARTERS, settings=settings)
        if planned:
            run = ask_for_plan(person=architect, scenario=scenario)
            run_plan(pk=run.pk, search=search_plan, watched=False)
        _date(scenario, at)
    return len(SCENARIOS)


def _date(scenario: Scenario, at: datetime) -> None:
    Scenario.objects.filter(pk=scenario.pk).update(made_at=at, changed_at=at)
    scenario.history.update(history_date=at)
    PlanRun.objects.filter(scenario=scenario).update(asked_at=at, done_at=at)
