"""Clusters and families: the list, the map with its table twin, and what architects do with them."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from customers.asked import page_of
from customers.toasts import toast
from impacts.errors import FamilyProblem, FindingMoved, ImpactsError
from impacts.forms.triage import AddMemberForm, ChangeFamilyForm, JoinClusterForm
from impacts.models import Cluster, Family
from impacts.permissions import can_manage_family
from impacts.selectors.findings.clusters import (
    MEMBERS,
    ClusterPage,
    cluster_page,
    draw,
    is_gone,
    member_rows,
    open_clusters,
    ties_between,
)
from impacts.selectors.findings.families import SeenFamily, families_for, open_families, seen_families
from impacts.selectors.findings.presenting import money_of
from impacts.services.findings.clusters import named
from impacts.services.findings.families import (
    change_family,
    dissolve_family,
    join_requests,
    restore_family,
    take_out,
)
from impacts.services.findings.triage import join_cluster, undo_join
from impacts.views.touches import person_of, posted
from portfolio.models import ProjectRequest
from portfolio.tasks import wake_scanner

PER_PAGE = 20


@require_GET
def list_clusters(request: HttpRequest) -> HttpResponse:
    """The clusters that stand, and the families that people made of them."""
    clusters = open_clusters(request.user)
    shown = page_of(request, clusters, PER_PAGE)
    context = {"clusters": clusters, "shown": shown, "families": open_families(request.user)}
    return render(request, "impacts/cluster_list.html", context)


@require_http_methods(["GET", "POST"])
def show_cluster(request: HttpRequest, code: str) -> HttpResponse:
    """One cluster with its map. POST makes a family of what is chosen."""
    page = _page(request, code)
    may = can_manage_family(request.user)
    if request.method == "POST" and not may:
        raise PermissionDenied("Only an architect makes families.")
    form = _join_form(page, posted(request)) if may and not page.family else None
    status = 200
    if form is not None and form.is_bound:
        family = _joined(request, form)
        if family is not None:
            return redirect(family.get_absolute_url())
        status = 422
    return render(request, "impacts/cluster_detail.html", {"page": page, "form": form}, status=status)


def _page(request: HttpRequest, code: str) -> ClusterPage:
    cluster = get_object_or_404(Cluster.objects.prefetch_related(MEMBERS), code=code)
    page = cluster_page(cluster, request.user)
    if page is None:
        raise Http404("No such cluster.")
    return page


def _join_form(page: ClusterPage, data: Any) -> JoinClusterForm:
    first = page.seen.requests[0]
    about = "" if page.seen.hidden else named(page.seen.cluster.terms)
    initial = {
        "members": [request.pk for request in page.seen.requests],
        "lead": first.pk,
        "owner": first.requester_id,
        "title": f"About {about}" if about else first.title,
    }
    return JoinClusterForm(data, requests=page.seen.requests, initial=initial)


def _joined(request: HttpRequest, form: JoinClusterForm) -> Family | None:
    if not form.is_valid():
        return None
    try:
        family = join_cluster(person=person_of(request), **form.details())
    except (FamilyProblem, FindingMoved) as error:
        form.add_error(None, str(error))
        return None
    wake_scanner()
    undo = reverse("impacts:family-undo", args=[family.code])
    toast(request, f"Family {family.code} stands. Its overlaps are confirmed.", undo_url=undo)
    return family


def _family(request: HttpRequest, code: str, *, to_change: bool = True) -> SeenFamily:
    """The family as the person may see it."""
    family = get_object_or_404(families_for(request.user), code=code)
    if to_change and not can_manage_family(request.user):
        raise PermissionDenied("Only an architect changes families.")
    return seen_families([family], request.user)[0]


@require_http_methods(["GET", "POST"])
def show_family(request: HttpRequest, code: str) -> HttpResponse:
    """One family: its requests, lead and owner. POST changes lead, owner and name."""
    seen = _family(request, code, to_change=request.method == "POST")
    family = seen.family
    form = _change_form(seen, posted(request))
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        given["lead"] = form.by_pk[given["lead"]]
        if _done(request, form, lambda: change_family(family=family, person=person_of(request), **given)):
            toast(request, "The family was changed.")
            return redirect(family.get_absolute_url())
    status = 422 if form.is_bound else 200
    return render(request, "impacts/family_detail.html", _family_context(request, seen, form), status=status)


def _change_form(seen: SeenFamily, data: Any = None) -> ChangeFamilyForm:
    family = seen.family
    initial = {"version": family.version, "title": family.title, "lead": family.lead_id, "owner": family.owner_id}
    return ChangeFamilyForm(data, requests=seen.requests, initial=initial)


def _family_context(request: HttpRequest, seen: SeenFamily, form: ChangeFamilyForm) -> dict[str, Any]:
    asked_for = [member for member in seen.requests if not is_gone(member)]
    ties = ties_between([member.pk for member in seen.requests], request.user)
    return {
        "seen": seen,
        "family": seen.family,
        "rows": member_rows(seen.requests, request.user),
        "ties": ties,
        "map": draw(seen.requests, ties, request.user, seen.family.lead_id),
        "money": None if seen.hidden else money_of(asked_for, request.user),
        "gone": len(seen.requests) - len(asked_for),
        "lead_gone": seen.lead is not None and is_gone(seen.lead),
        "form": form,
        "adding": AddMemberForm(),
        "may": can_manage_family(request.user),
    }


def _done(request: HttpRequest, form: Any, work: Any) -> bool:
    """Whether the service took it; else its words stand in the form, or in a toast where there is no form."""
    try:
        work()
    except ImpactsError as error:
        if form is not None:
            form.add_error(None, str(error))
        else:
            toast(request, str(error), level=messages.ERROR)
        return False
    return True


@require_POST
def add_member(request: HttpRequest, code: str) -> HttpResponse:
    """Add one request to a family by its reference."""
    seen = _family(request, code)
    family, form = seen.family, AddMemberForm(request.POST)
    if form.is_valid():
        typed = form.cleaned_data["reference"]
        item = ProjectRequest.objects.visible_to(request.user).live().filter(reference__iexact=typed).first()
        if item is None:
            form.add_error("reference", f"There is no live request “{typed}”. Nothing was added.")
        elif _done(request, form, lambda: join_requests(family=family, requests=[item], person=person_of(request))):
            toast(request, f"{item.reference} is in the family now.")
            return redirect(family.get_absolute_url())
    context = _family_context(request, seen, _change_form(seen)) | {"adding": form}
    return render(request, "impacts/family_detail.html", context, status=422)


@require_POST
def remove_member(request: HttpRequest, code: str, reference: str) -> HttpResponse:
    """Take one request out of a family."""
    seen = _family(request, code)
    family = seen.family
    item = next((member for member in seen.requests if member.reference == reference), None)
    if item is None:
        raise Http404("It is not in this family.")
    if _done(request, None, lambda: take_out(family=family, request=item, person=person_of(request))):
        toast(request, f"{item.reference} is no longer in the family. Add it again with its reference.")
    return redirect(family.get_absolute_url())


@require_POST
def dissolve(request: HttpRequest, code: str) -> HttpResponse:
    """Dissolve a family; the toast brings it back."""
    family = _family(request, code).family
    if _done(request, None, lambda: dissolve_family(family=family, person=person_of(request))):
        undo = reverse("impacts:family-restore", args=[family.code])
        toast(request, f"Family {family.code} is dissolved. Its requests go their own ways.", undo_url=undo)
    return redirect(family.get_absolute_url())


@require_POST
def restore(request: HttpRequest, code: str) -> HttpResponse:
    """Bring a dissolved family back."""
    family = _family(request, code).family
    if _done(request, None, lambda: restore_family(family=family, person=person_of(request))):
        toast(request, f"Family {family.code} stands again.")
    return redirect(family.get_absolute_url())


@require_POST
def undo_family(request: HttpRequest, code: str) -> HttpResponse:
    """Take back the founding of a family with the confirmations that went with it."""
    family = _family(request, code).family
    if _done(request, None, lambda: undo_join(family=family, person=person_of(request))):
        wake_scanner()
        toast(request, "Undone. The overlaps are open again.")
    return redirect(reverse("impacts:cluster-list"))
