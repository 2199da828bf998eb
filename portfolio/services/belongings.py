"""What belongs to a request: the skills it needs and the requests that must come first."""

from django.core.exceptions import ValidationError
from django.db import transaction

from portfolio.errors import NotAllowed, StepNotPossible
from portfolio.models import Need, Person, ProjectRequest, RequestSkill, Skill
from portfolio.permissions import can_edit, can_see
from portfolio.services.requests import touch_request


def _check_editable(request: ProjectRequest, person: Person) -> None:
    if not can_edit(person, request):
        raise NotAllowed(f"{request.reference} is not yours to change now.")


def set_skill(*, request: ProjectRequest, person: Person, skill: Skill, days: int) -> RequestSkill:
    """Say that the request needs so many person-days of a skill; a skill that is listed already gets the new number.

    Raises NotAllowed, ValidationError, StaleVersion.
    """
    _check_editable(request, person)
    with transaction.atomic():
        row = RequestSkill.objects.filter(request=request, skill=skill).first() or RequestSkill(
            request=request, skill=skill
        )
        row.days = days
        row.full_clean()
        row.save()
        touch_request(request=request)
    return row


def remove_skill(*, request: ProjectRequest, person: Person, pk: int) -> None:
    """Take a skill off the list. Nothing happens where it is gone already. Raises NotAllowed, StaleVersion."""
    _check_editable(request, person)
    with transaction.atomic():
        if RequestSkill.objects.filter(request=request, pk=pk).delete()[0]:
            touch_request(request=request)


def add_need(*, request: ProjectRequest, person: Person, needs: ProjectRequest, why: str = "") -> Need:
    """Say that another request must come first, and why; said again, the why is replaced.

    Raises NotAllowed, also for a request that the person may not see, StepNotPossible for itself, StaleVersion.
    """
    _check_editable(request, person)
    if request.pk == needs.pk:
        raise StepNotPossible("A request cannot need itself. Choose another.")
    if not can_see(person, needs) or needs.status == "draft":
        raise NotAllowed(f"{needs.reference} cannot be chosen. Choose a request that was filed.")
    with transaction.atomic():
        need = Need.objects.filter(request=request, needs=needs).first() or Need(request=request, needs=needs)
        need.why = why.strip()
        try:
            need.full_clean()
        except ValidationError as error:
            raise StepNotPossible(" ".join(error.messages)) from error
        need.save()
        touch_request(request=request)
    return need


def remove_need(*, request: ProjectRequest, person: Person, pk: int) -> None:
    """Take a needed request off the list. Nothing happens where it is gone. Raises NotAllowed, StaleVersion."""
    _check_editable(request, person)
    with transaction.atomic():
        if Need.objects.filter(request=request, pk=pk).delete()[0]:
            touch_request(request=request)
