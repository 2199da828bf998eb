"""Drafts: going on, throwing away, bringing back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from customers.asked import page_of
from customers.toasts import toast
from portfolio.drafts import TRASH_DAYS
from portfolio.errors import NotAllowed, PortfolioError
from portfolio.models import ProjectRequest
from portfolio.permissions import can_file
from portfolio.selectors import my_drafts, my_trash, step_url
from portfolio.services.filing import discard_draft, restore_draft
from portfolio.views.who import person_of


@require_safe
def draft_list(http: HttpRequest) -> HttpResponse:
    """What was begun and not filed, and what was thrown away in the last 30 days."""
    context = {
        "drafts": page_of(http, my_drafts(http.user), 50),
        "trash": my_trash(http.user)[:50],
        "days": TRASH_DAYS,
        "can_file": can_file(http.user),
    }
    return render(http, "portfolio/draft_list.html", context)


@require_POST
def request_discard(http: HttpRequest, reference: str) -> HttpResponse:
    """Throw a draft away, with a way back."""
    request = get_object_or_404(ProjectRequest.objects.visible_to(http.user), reference=reference)
    try:
        discard_draft(request=request, person=person_of(http))
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except PortfolioError as error:
        toast(http, str(error), level=messages.ERROR)
        return redirect(request)
    undo = reverse("portfolio:request-restore", kwargs={"reference": request.reference})
    toast(http, f"{request.title or request.reference} is in the trash, for {TRASH_DAYS} days.", undo_url=undo)
    return redirect("portfolio:draft-list")


@require_POST
def request_restore(http: HttpRequest, reference: str) -> HttpResponse:
    """Bring a draft back from the trash."""
    request = my_trash(http.user).filter(reference=reference).first()
    if request is None:
        raise Http404("No draft of this reference in your trash.")
    try:
        restore_draft(request=request, person=person_of(http))
    except PortfolioError as error:
        toast(http, str(error), level=messages.ERROR)
        return redirect("portfolio:draft-list")
    toast(http, f"{request.title or request.reference} is back among your drafts.")
    return redirect(step_url(request, "what"))
