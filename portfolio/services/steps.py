"""Steps of the lifecycle that people make from a request's own page."""

from django.db import transaction

from customers.words import isolated, listed
from portfolio.lifecycle import GONE, LABELS, Status
from portfolio.models import Person, ProjectRequest
from portfolio.permissions import can_see
from portfolio.services.notifications import notify, watchers
from portfolio.services.requests import move_request


def advance_request(*, request: ProjectRequest, target: Status, person: Person, why: str = "") -> ProjectRequest:
    """Make one step and tell everybody who follows the request, except who made it.

    Raises StepNotPossible, NotAllowed, StaleVersion.
    """
    with transaction.atomic():
        move_request(request=request, target=target, person=person, why=why)
        reason = f" {person} says: {why.strip()}" if why.strip() else ""
        tell_watchers(
            request=request,
            actor=person,
            key=f"step:{request.pk}:{request.version}",
            text=f"{request.reference} “{isolated(request.title)}” is now: {LABELS[target].lower()}."
            f"{_left_behind(request)}{reason}",
        )
    return request


def _left_behind(request: ProjectRequest) -> str:
    """What becomes of the requests that the board merged into one that is now gone. Confidential ones are not named:
    who follows the survivor may not know of them."""
    if request.state not in GONE:
        return ""
    merged = request.merged_requests.filter(status=Status.MERGED.value, confidential=False).order_by("reference", "id")
    names = list(merged.values_list("reference", flat=True))
    if not names:
        return ""
    return f" {listed(names, 4)} had been merged into it: the board looks again."


def tell_watchers(*, request: ProjectRequest, actor: Person, key: str, text: str, url: str = "") -> int:
    """Tell who follows the request and may still see it, except `actor`. Returns how many were told."""
    people = [each for each in watchers(request) if each.pk != actor.pk and can_see(each, request)]
    return notify(people=people, key=key, text=text, url=url or request.get_absolute_url(), request=request)
