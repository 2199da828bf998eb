"""A request's own page, as it is read, printed and looked back on."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portfolio.forms.requests import CommentForm
from portfolio.lifecycle import Status
from portfolio.models import ProjectRequest
from portfolio.selectors import RequestPage, filing_steps, request_history, request_page
from portfolio.selectors.pages import people_told

HISTORY_SIZE = 50


def load_page(http: HttpRequest, reference: str) -> RequestPage:
    """The page of the request, or 404 where the person may not see it."""
    try:
        return request_page(http.user, reference)
    except ProjectRequest.DoesNotExist:
        raise Http404("No request of this reference that you may see.") from None


@require_safe
def request_detail(http: HttpRequest, reference: str) -> HttpResponse:
    """The one-pager: what, why, for whom; what it does; what stands against it; where it stands."""
    return detail_response(http, load_page(http, reference), CommentForm(label_suffix=""))


def detail_response(http: HttpRequest, page: RequestPage, form: CommentForm, status: int = 200) -> HttpResponse:
    """The one-pager with this comment form."""
    request = page.request
    context = {
        "page": page,
        "request_obj": request,
        "comment_form": form,
        "just_filed": "filed" in http.GET and request.state is Status.SUBMITTED,
        "told": people_told(request),
        "tabs": request_tabs(request, "detail", comments=len(page.comments)),
        "steps": filing_steps(request, "") if page.can_edit and (request.heads_up or request.status == "draft") else [],
    }
    return render(http, "portfolio/request_detail.html", context, status=status)


@require_safe
def request_print(http: HttpRequest, reference: str) -> HttpResponse:
    """The one-pager on one sheet."""
    page = load_page(http, reference)
    return render(http, "portfolio/request_print.html", {"page": page, "request_obj": page.request})


@require_safe
def request_history_page(http: HttpRequest, reference: str) -> HttpResponse:
    """Every step and every change: who, when, and what it was before."""
    request = get_object_or_404(
        ProjectRequest.objects.visible_to(http.user).select_related("silo"), reference=reference
    )
    wanted = http.GET.get("from", "")
    start = int(wanted) if wanted.isdecimal() and len(wanted) < 6 else 0
    changes = request_history(http.user, request, start=start, size=HISTORY_SIZE)
    context = {
        "request_obj": request,
        "changes": changes[:HISTORY_SIZE],
        "older": start + HISTORY_SIZE if len(changes) > HISTORY_SIZE else None,
        "newer": start > 0,
        "transitions": request.transitions.select_related("person").order_by("-at", "-id"),
        "tabs": request_tabs(request, "history"),
    }
    return render(http, "portfolio/request_history.html", context)


def request_tabs(request: ProjectRequest, current: str, comments: int | None = None) -> list[dict[str, object]]:
    """The parts of a request."""
    kwargs = {"reference": request.reference}
    own = reverse("portfolio:request-detail", kwargs=kwargs)
    return [
        {"label": "One page", "url": own, "current": current == "detail"},
        {"label": "Discussion", "url": own + "#discussion", "count": comments},
        {
            "label": "History",
            "url": reverse("portfolio:request-history", kwargs=kwargs),
            "current": current == "history",
        },
        {"label": "As printed", "url": reverse("portfolio:request-print", kwargs=kwargs)},
    ]
