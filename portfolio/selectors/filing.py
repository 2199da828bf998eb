"""What the pages of filing show."""

from datetime import timedelta
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils import timezone

from portfolio.drafts import TRASH_DAYS, missing_fields
from portfolio.models import ProjectRequest, Silo
from portfolio.permissions import roles_of

STEPS: tuple[tuple[str, str, str], ...] = (
    ("what", "What and why", "About 3 minutes"),
    ("whom", "Who it is for", "About 1 minute"),
    ("touches", "What it touches", "About 3 minutes"),
    ("when", "When and how much", "About 2 minutes"),
    ("check", "Check and file", "About 1 minute"),
)
_FIELD_STEPS = {
    "silo": "what",
    "title": "what",
    "problem": "what",
    "proposal": "what",
    "kind": "whom",
    "objective": "whom",
    "sponsor": "whom",
    "first_heard": "whom",
    "confidential": "whom",
}


def step_url(request: ProjectRequest, step: str) -> str:
    """The address of one step of filing this request."""
    if step == "touches":
        return reverse("impacts:file-touches", kwargs={"reference": request.reference})
    return reverse("portfolio:request-step", kwargs={"reference": request.reference, "step": step})


def step_label(step: str) -> str:
    """What a step is called."""
    return next(label for name, label, _ in STEPS if name == step)


def step_of_field(name: str) -> str:
    """The step on which a field is entered."""
    return _FIELD_STEPS.get(name, "when")


def neighbours(step: str) -> tuple[str, str]:
    """The steps before and after this one; "" at the ends."""
    names = [name for name, _, _ in STEPS]
    at = names.index(step)
    return names[at - 1] if at else "", names[at + 1] if at + 1 < len(names) else ""


def filing_steps(request: ProjectRequest | None, current: str, *, touches_note: str = "") -> list[dict[str, Any]]:
    """The five steps for components/steps.html: {label, url, note, current}. Without a request only the first is open.

    `touches_note` says how far the third step is, which only `impacts` knows ("3 touchpoints").
    """
    steps = []
    for name, label, minutes in STEPS:
        note = _progress(request, name) or minutes
        if name == "touches" and touches_note:
            note = touches_note
        url = step_url(request, name) if request else ""
        steps.append({"label": label, "url": url, "note": note, "current": name == current})
    return steps


def _progress(request: ProjectRequest | None, step: str) -> str:
    if request is None:
        return ""
    missing = {step_of_field(name) for name in missing_fields(request)}
    begun = {
        "what": bool(request.title or request.problem or request.proposal),
        "whom": bool(request.kind),
        "when": bool(request.wanted_go_live or request.wanted_start or request.one_off_cost is not None),
    }
    if step in missing and begun.get(step):
        return "Something to mend"
    return "Done" if begun.get(step) else ""


def silos_to_file_for(user: Any) -> list[Silo]:
    """The departments for which `user` may file, their own first."""
    roles = roles_of(user)
    if not (roles.silos or roles.is_architect or roles.is_administrator):
        return []
    silos = Silo.objects.filter(retired_on=None)
    if not (roles.is_architect or roles.is_administrator):
        silos = silos.filter(pk__in=roles.silos)
    own_first = Case(When(pk__in=roles.silos, then=Value(0)), default=Value(1), output_field=IntegerField())
    return list(silos.order_by(own_first, "name", "id"))


def my_drafts(user: Any) -> QuerySet[ProjectRequest]:
    """Drafts that `user` may go on with, last touched first."""
    mine = Q(requester=user) | Q(silo__in=roles_of(user).silos)
    return (
        ProjectRequest.objects.visible_to(user)
        .drafts()
        .filter(mine)
        .select_related("silo", "requester")
        .order_by("-updated_at", "-id")
    )


def my_trash(user: Any) -> QuerySet[ProjectRequest]:
    """Drafts of `user` or of their departments that can still be brought back, last thrown away first."""
    since = timezone.now() - timedelta(days=TRASH_DAYS)
    mine = Q(requester=user) | Q(silo__in=roles_of(user).silos)
    return (
        ProjectRequest.objects.filter(mine, discarded_at__gte=since)
        .select_related("silo", "requester")
        .order_by("-discarded_at", "-id")
    )


def requests_to_need(user: Any, request: ProjectRequest, words: str) -> list[ProjectRequest]:
    """Up to eight filed requests that `user` may see, by reference or by words of the title, best first."""
    words = " ".join(words.replace("\0", " ").split())[:300]  # PostgreSQL takes no NUL.
    if not words:
        return []
    match = Q()
    for word in words.split()[:8]:
        match &= Q(title__icontains=word) | Q(reference__icontains=word)
    exact = Case(When(reference__iexact=words, then=Value(0)), default=Value(1), output_field=IntegerField())
    return list(
        ProjectRequest.objects.visible_to(user)
        .exclude(status="draft")
        .exclude(pk=request.pk)
        .exclude(pk__in=request.needs.values("needs"))
        .filter(match)
        .select_related("silo")
        .order_by(exact, "-submitted_at", "-id")[:8]
    )
