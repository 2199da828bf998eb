"""What requests move, and how far objectives are."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from portfolio.errors import NotAllowed, StepNotPossible
from portfolio.models import Contribution, Objective, ObjectiveReading, Person, ProjectRequest
from portfolio.permissions import can_edit, can_measure
from portfolio.services.requests import touch_request


def set_contribution(
    *,
    request: ProjectRequest,
    person: Person,
    objective: Objective,
    how: str,
    direction: str = Contribution.Direction.FORWARD,
    amount: Decimal | None = None,
) -> Contribution:
    """Say that the request moves an objective, which way, by how much and how; said again, it is replaced.

    Raises NotAllowed, StepNotPossible for an objective that is not in use, ValidationError, StaleVersion.
    """
    _check_editable(request, person)
    with transaction.atomic():
        row = Contribution.objects.filter(request=request, objective=objective).first()
        if objective.retired_on and row is None:
            raise StepNotPossible(f"“{objective}” is no longer in use. Choose another objective.")
        row = row or Contribution(request=request, objective=objective)
        row.direction, row.amount, row.how = direction, amount, how.strip()
        row.full_clean()
        row.save()
        touch_request(request=request)
    return row


def remove_contribution(*, request: ProjectRequest, person: Person, pk: int) -> None:
    """Say that the request does not move this after all. Nothing happens where it is gone. Raises NotAllowed,
    StaleVersion."""
    _check_editable(request, person)
    with transaction.atomic():
        row = Contribution.objects.filter(request=request, pk=pk).first()
        if row is not None:
            row.delete()
            touch_request(request=request)


def _check_editable(request: ProjectRequest, person: Person) -> None:
    if not can_edit(person, request):
        raise NotAllowed(f"{request.reference} is not yours to change now.")


def record_reading(
    *, objective: Objective, person: Person, on: date, value: Decimal, note: str = ""
) -> ObjectiveReading:
    """Say how far an objective was on a day; said again for the same day, it is corrected.

    Raises NotAllowed, StepNotPossible for a day to come or an objective without a measure, ValidationError.
    """
    if not can_measure(person, objective):
        raise NotAllowed("Only who answers for the objective, architects and administrators say how far it is.")
    if objective.measure_id is None:
        raise StepNotPossible("Nothing is counted here yet. Say first what is counted, from where and to where.")
    if on > timezone.localdate():
        raise StepNotPossible("This day has not come yet. Say what was counted, not what is expected.")
    with transaction.atomic():
        row = ObjectiveReading.objects.filter(objective=objective, on=on).first()
        row = row or ObjectiveReading(objective=objective, on=on)
        row.value, row.note, row.person = value, note.strip(), person
        row.full_clean()
        row.save()
    return row
