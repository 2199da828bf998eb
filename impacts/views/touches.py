"""What a request touches: the third step of filing, and the lines that it and other pages edit, one at a time."""

from typing import Any, cast

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from customers.toasts import toast
from impacts.forms.tags import TagForm
from impacts.permissions import can_tag
from impacts.selectors.tags.proposals import proposed_on
from impacts.services.tags.proposing import KINDS as PROPOSABLE
from impacts.services.tags.tagging import remove_tag
from impacts.touch_kinds import KINDS, TouchKind
from portfolio.lifecycle import Status
from portfolio.models import Person, ProjectRequest
from portfolio.selectors import filing_steps, step_url
from portfolio.tasks import wake_scanner

SUGGESTION_KEYS = (
    {"key": "c", "does": "add what is suggested first"},
    {"key": "d", "does": "decline what is suggested first"},
)


def visible_request(request: HttpRequest, reference: str) -> ProjectRequest:
    """The request of this reference, if the person may see it; else 404."""
    rows = ProjectRequest.objects.visible_to(request.user).select_related("silo", "requester")
    return get_object_or_404(rows, reference=reference)


def editable_request(request: HttpRequest, reference: str) -> ProjectRequest:
    """The same, if the person may also change it; else 403."""
    found = visible_request(request, reference)
    if not can_tag(request.user, found):
        raise PermissionDenied("What this request touches is not yours to change.")
    return found


def posted(request: HttpRequest) -> Any:
    """What was posted, even if it is nothing; None for a page that is only looked at."""
    return request.POST if request.method == "POST" else None


def person_of(request: HttpRequest) -> Person:
    """Who is signed in."""
    return cast(Person, request.user)


@require_GET
def file_touches(request: HttpRequest, reference: str) -> HttpResponse:
    """Step 3 of filing: touchpoints, data and systems. Each line is saved at once; nothing waits for a last button."""
    item = editable_request(request, reference)
    sections = [_section(request, item, KINDS[code]) for code in ("touchpoints", "data", "systems")]
    count = sum(len(section["rows"]) for section in sections)
    context = {
        "request_obj": item,
        "sections": sections,
        "is_draft": item.state is Status.DRAFT,
        "steps": filing_steps(item, "touches", touches_note=f"{count} named" if count else ""),
        "next_url": step_url(item, "when"),
        "back_url": step_url(item, "whom"),
        "page_keys": SUGGESTION_KEYS,
    }
    return render(request, "impacts/file_touches.html", context)


@require_http_methods(["GET", "POST"])
def add_touch(request: HttpRequest, reference: str, kind: str) -> HttpResponse:
    """GET: one section afresh. POST: add a line to it; what is wrong comes back with what was typed."""
    item, of = editable_request(request, reference), _kind(kind)
    form = of.form(posted(request))
    if request.method == "GET" or not _saved(form, of.add, request=item, person=person_of(request)):
        return _answer(request, item, of, form=form, status=422 if form.is_bound else 200)
    return _done(request, item, of, "Added")


@require_http_methods(["GET", "POST"])
def change_touch(request: HttpRequest, reference: str, kind: str, pk: int) -> HttpResponse:
    """Change one line."""
    item, of = editable_request(request, reference), _kind(kind)
    row = get_object_or_404(of.rows(item), pk=pk)
    form = of.form(posted(request), instance=row, auto_id="change_%s")
    fresh = get_object_or_404(of.rows(item), pk=pk)
    if request.method == "GET" or not _saved(form, of.change, **{of.argument: fresh, "person": person_of(request)}):
        return _answer(request, item, of, changing=form, changed=pk, status=422 if form.is_bound else 200)
    return _done(request, item, of, "Changed")


@require_POST
def remove_touch(request: HttpRequest, reference: str, kind: str, pk: int) -> HttpResponse:
    """Take one line away; the section offers to put it back."""
    item, of = editable_request(request, reference), _kind(kind)
    row = get_object_or_404(of.rows(item), pk=pk)
    removed = _as_posted(row, of)
    remove_tag(tag=row, person=person_of(request))
    return _done(request, item, of, "Removed", removed=removed)


def _kind(code: str) -> TouchKind:
    if code not in KINDS:
        raise Http404("There is no such list.")
    return KINDS[code]


def _saved(form: TagForm, service: Any, **named: Any) -> bool:
    """Whether the form was valid and the service took it; what was wrong stands in the form then."""
    if not form.is_valid():
        return False
    try:
        service(**named, **form.fields_given())
    except ValidationError as error:
        for field, texts in error.message_dict.items():
            form.add_error(field if field in form.fields else None, texts)
    except IntegrityError:
        form.add_error(NON_FIELD_ERRORS, "It was added a moment ago. Change that line instead.")
    return not form.errors


def _section(request: HttpRequest, item: ProjectRequest, of: TouchKind, **more: Any) -> dict[str, Any]:
    return {
        "kind": of,
        "rows": list(of.rows(item)),
        "form": more.pop("form", None) or of.form(auto_id=f"{of.code}_%s"),
        "request_obj": item,
        "proposed": proposed_on(item, PROPOSABLE[of.code].register) if of.code in PROPOSABLE else None,
        **more,
    }


def _answer(
    request: HttpRequest, item: ProjectRequest, of: TouchKind, *, status: int = 200, **more: Any
) -> HttpResponse:
    section = _section(request, item, of, **more)
    template = "impacts/_touch_section.html" if request.headers.get("HX-Request") else "impacts/touch_page.html"
    back = step_url(item, of.step)
    return render(request, template, {"section": section, "request_obj": item, "back_url": back}, status=status)


def _done(request: HttpRequest, item: ProjectRequest, of: TouchKind, said: str, **more: Any) -> HttpResponse:
    if item.state is not Status.DRAFT:
        wake_scanner()
    if request.headers.get("HX-Request"):
        response = _answer(request, item, of, said=said, **more)
        response["HX-Trigger"] = "autosaved"
        return response
    toast(request, f"{said}.")
    return redirect(step_url(item, of.step))


def _as_posted(row: Any, of: TouchKind) -> dict[str, Any]:
    """What adding the removed line again would post, and what it is called."""
    values: list[tuple[str, Any]] = []
    for name in of.form.base_fields:
        if row._meta.get_field(name).many_to_many:
            values += [(name, entry.pk) for entry in getattr(row, name).all()]
            continue
        value = of.form(instance=row).initial.get(name)
        if value not in (None, ""):
            values.append((name, value.isoformat() if hasattr(value, "isoformat") else value))
    return {
        "label": str(row),
        "values": values,
        "url": reverse("impacts:touch-add", args=[row.request.reference, of.code]),
    }
