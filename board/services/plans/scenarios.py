"""Making scenarios, changing what they set, pinning requests by hand, throwing them away and back."""

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from board.errors import CannotPlan, NotAllowed, StaleScenario
from board.models import Scenario, ScenarioPin
from board.permissions import can_change_scenario, can_plan
from board.planning.horizon import Horizon, after
from board.planning.settings import PlanSettings, fitted
from impacts.engine.quarters import Quarter, quarter_of
from portfolio.models import Person, ProjectRequest
from portfolio.permissions import can_see

NAME_TAKEN = "There is a scenario of this name already. Give it another one."


def next_quarter() -> Quarter:
    """The quarter after the present one: where a new scenario begins."""
    return after(quarter_of(timezone.localdate()))


def make_scenario(
    *,
    person: Person,
    name: str,
    note: str = "",
    first: Quarter | None = None,
    quarters: int = 8,
    settings: PlanSettings | None = None,
) -> Scenario:
    """A new scenario. Raises NotAllowed, CannotPlan where the name is taken, ValidationError."""
    if not can_plan(person):
        raise NotAllowed("The board and the architects make plans.")
    year, quarter = first or next_quarter()
    now = timezone.now()
    return _stored(
        Scenario(
            name=name.strip(),
            note=note.strip(),
            first_year=year,
            first_quarter=quarter,
            quarters=quarters,
            sets=fitted(settings or PlanSettings(), quarters),
            made_by=person,
            made_at=now,
            changed_at=now,
        )
    )


def _stored(scenario: Scenario) -> Scenario:
    scenario.full_clean(exclude=["sets"], validate_constraints=False)
    try:
        with transaction.atomic():
            scenario.save()
    except IntegrityError as error:
        raise CannotPlan([NAME_TAKEN]) from error
    return scenario


def copy_scenario(*, person: Person, scenario: Scenario, name: str) -> Scenario:
    """The same under another name, pins included. Raises NotAllowed, CannotPlan where the name is taken."""
    with transaction.atomic():
        made = make_scenario(
            person=person,
            name=name,
            note=scenario.note,
            first=scenario.horizon.first,
            quarters=scenario.quarters,
            settings=scenario.plan_settings,
        )
        Scenario.objects.filter(pk=made.pk).update(copied_from=scenario)
        for pin in scenario.pins.order_by("id"):
            ScenarioPin.objects.create(
                scenario=made, request=pin.request, kind=pin.kind, year=pin.year, quarter=pin.quarter, why=pin.why
            )
    made.refresh_from_db()
    return made


def change_scenario(
    *,
    person: Person,
    scenario: Scenario,
    expected: int,
    name: str,
    note: str,
    first: Quarter,
    quarters: int,
    settings: PlanSettings,
) -> None:
    """Change what it sets. Raises NotAllowed, StaleScenario when somebody changed it after version `expected`,
    CannotPlan where the name is taken, ValidationError."""
    check_changes(person=person, scenario=scenario)
    with transaction.atomic():
        claim_scenario(scenario=scenario, expected=expected)
        scenario.name, scenario.note = name.strip(), note.strip()
        scenario.first_year, scenario.first_quarter = first
        scenario.quarters = quarters
        scenario.sets = fitted(settings, quarters)
        _stored(scenario)


def check_changes(*, person: Person, scenario: Scenario) -> None:
    """Raises NotAllowed for who may not change this scenario, and for one that was thrown away."""
    if not can_change_scenario(person, scenario):
        raise NotAllowed("Who made the scenario, architects, the secretary and the CIO change it. Copy it instead.")
    if scenario.discarded_at is not None:
        raise NotAllowed("The scenario was thrown away. Bring it back first.")


def claim_scenario(*, scenario: Scenario, expected: int | None = None) -> None:
    """Take the scenario's next version. Raises StaleScenario when somebody changed it after version `expected`."""
    rows = Scenario.objects.filter(pk=scenario.pk)
    if expected is not None:
        rows = rows.filter(version=expected)
    if not rows.update(version=F("version") + 1, changed_at=timezone.now()):
        raise StaleScenario(
            "Somebody else changed this scenario while you had it open. What you typed is kept: look at what is new, "
            "then save again."
        )
    scenario.refresh_from_db(fields=["version", "changed_at"])


def pin_request(
    *, person: Person, scenario: Scenario, request: ProjectRequest, kind: str, period: int | None = None, why: str = ""
) -> ScenarioPin:
    """Fix a request by hand; an earlier pin of it gives way. `period` is needed for "starts in" and "starts by". Raises
    NotAllowed, CannotPlan, ValidationError."""
    check_changes(person=person, scenario=scenario)
    if not can_see(person, request):
        raise NotAllowed("There is no such request.")
    quarter = _quarter(scenario.horizon, kind, period)
    with transaction.atomic():
        claim_scenario(scenario=scenario)
        pin = ScenarioPin.objects.filter(scenario=scenario, request=request).order_by("id").first()
        pin = pin or ScenarioPin(scenario=scenario, request=request)
        pin.kind, pin.why = kind, why.strip()
        pin.year, pin.quarter = quarter
        pin.full_clean()
        pin.save()
    return pin


def _quarter(horizon: Horizon, kind: str, period: int | None) -> tuple[int | None, int | None]:
    if kind in (ScenarioPin.Kind.IN, ScenarioPin.Kind.OUT):
        return None, None
    if period is None or not 0 <= period < horizon.number:
        raise CannotPlan([f"Say in which quarter: from {horizon.name(0)} to {horizon.name(horizon.number - 1)}."])
    return horizon.quarter(period)


def unpin_request(*, person: Person, scenario: Scenario, request: ProjectRequest) -> None:
    """Take the pin of a request off; nothing happens where there is none. Raises NotAllowed."""
    check_changes(person=person, scenario=scenario)
    with transaction.atomic():
        pin = ScenarioPin.objects.filter(scenario=scenario, request=request).order_by("id").first()
        if pin is not None:
            claim_scenario(scenario=scenario)
            pin.delete()


def discard_scenario(*, person: Person, scenario: Scenario) -> None:
    """Throw it away, to be brought back. Raises NotAllowed."""
    check_changes(person=person, scenario=scenario)
    scenario.discarded_at = timezone.now()
    scenario.save(update_fields=["discarded_at"])


def restore_scenario(*, person: Person, scenario: Scenario) -> None:
    """Bring it back. Raises NotAllowed, CannotPlan where its name was taken meanwhile."""
    if not can_change_scenario(person, scenario):
        raise NotAllowed("Who made the scenario, architects, the secretary and the CIO bring it back.")
    scenario.discarded_at = None
    try:
        with transaction.atomic():
            scenario.save(update_fields=["discarded_at"])
    except IntegrityError as error:
        raise CannotPlan([NAME_TAKEN]) from error
