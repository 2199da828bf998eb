"""Changing a request by named fields in one go: for programs, which do not type word by word."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from portfolio.drafts import kept, missing_fields, parked
from portfolio.errors import NotAllowed, NotComplete
from portfolio.lifecycle import LABELS, LIVE, Status
from portfolio.models import Person, ProjectRequest
from portfolio.permissions import can_edit
from portfolio.services.marks import mark_for_scan
from portfolio.services.requests import claim_version

#: What may be changed by name. The rest follows from services of its own (steps, tags, silo).
FIELDS = (
    "title",
    "problem",
    "proposal",
    "kind",
    "objective",
    "sponsor",
    "confidential",
    "first_heard",
    "wanted_start",
    "wanted_go_live",
    "one_off_cost",
    "yearly_cost",
    "promised_effect",
    "promised_by",
)


def edit_request(*, request: ProjectRequest, person: Person, expected: int, **changes: Any) -> ProjectRequest:
    """Set the named fields of a request that the person saw at version `expected`.

    Raises NotAllowed, StaleVersion, ValidationError by field, NotComplete where a filed request would lose what it
    must say, ValueError for a field that is not in FIELDS.
    """
    if unknown := changes.keys() - set(FIELDS):
        raise ValueError(f"not to be changed by name: {', '.join(sorted(unknown))}")
    if not can_edit(person, request):
        state = LABELS[request.state].lower()
        raise NotAllowed(f"{request.reference} is {state} and not yours to change.")
    with transaction.atomic():
        claim_version(request=request, expected=expected)
        for name, value in changes.items():
            setattr(request, name, value)
            # What was typed on a page and could not be stored is answered by this.
            parked(request).pop(name, None)
            kept(request).pop(name, None)
        # Before the constraints are asked, which know no words for it.
        missing = {} if request.state is Status.DRAFT else missing_fields(request)
        if missing:
            raise NotComplete(f"{request.reference} is filed and must keep saying what it asks for.", missing)
        request.full_clean(validate_unique=False, exclude=["client_token"])
        request.save()
        if request.state in LIVE:
            mark_for_scan(request=request)
    return request


def errors_by_field(error: ValidationError) -> dict[str, list[str]]:
    """The messages of a validation error by field; those of no field stand under `detail`."""
    if hasattr(error, "error_dict"):
        return {("detail" if field == "__all__" else field): texts for field, texts in error.message_dict.items()}
    return {"detail": list(error.messages)}
