"""Taking part: saying something about a request, and following it."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from customers.toasts import toast
from portfolio.forms.requests import CommentForm
from portfolio.models import ProjectRequest
from portfolio.permissions import can_comment
from portfolio.services.talk import add_comment, unwatch_request, watch_request
from portfolio.views.request import detail_response, load_page
from portfolio.views.who import person_of


@require_POST
def request_comment(http: HttpRequest, reference: str) -> HttpResponse:
    """Add to the discussion."""
    request = get_object_or_404(ProjectRequest.objects.visible_to(http.user), reference=reference)
    if not can_comment(http.user, request):
        raise PermissionDenied("Readers look on; to take part, ask your administrator for a role.")
    form = CommentForm(http.POST, label_suffix="")
    if not form.is_valid():
        return detail_response(http, load_page(http, reference), form, status=422)
    comment = add_comment(request=request, author=person_of(http), text=form.cleaned_data["text"])
    return redirect(f"{request.get_absolute_url()}#comment-{comment.pk}")


@require_POST
def request_watch(http: HttpRequest, reference: str) -> HttpResponse:
    """Follow the request, or no longer (`stop` in the form)."""
    request = get_object_or_404(ProjectRequest.objects.visible_to(http.user), reference=reference)
    if "stop" in http.POST:
        unwatch_request(request=request, person=person_of(http))
        toast(http, f"You no longer follow {request.reference}.")
    else:
        watch_request(request=request, person=person_of(http))
        toast(http, f"You follow {request.reference}: you are told what happens to it.")
    return redirect(request)
