"""The two orders of the queue, their comparison, and what is proposed to the board."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from board.charts.orders import slope_chart
from board.errors import BoardError, NotAllowed, StaleMeeting
from board.forms.priorities import DeclineForm, PlaceForm, ProposeForm, TakeForm
from board.models import Meeting, Proposal, Ranking
from board.permissions import can_manage_meetings, can_propose_order, can_rank, can_see_orders
from board.selectors.meetings.meetings import OVER
from board.selectors.priorities.orders import order_page, orders_page, placed_ids
from board.services.priorities.ordering import (
    decline_proposal,
    place_request,
    propose_agreed,
    requests_of,
    take_proposal,
)
from board.views.loading import me
from customers.asked import one_of
from customers.csv_file import csv_file
from customers.toasts import toast
from portfolio.models import ProjectRequest
from portfolio.permissions import can_see

FIRST = (5, 10, 20, 40)
#: Whose order it is, in the middle of a sentence.
WORDS = {Ranking.Side.IT.value: "CIO", Ranking.Side.CUSTOMERS.value: "customer leader"}


def _may_look(request: HttpRequest) -> None:
    if not can_see_orders(request.user):
        raise PermissionDenied("The two orders are for the CIO, the customer leader, the board and the architects.")


def _first(request: HttpRequest) -> int:
    return int(one_of(request, "first", {str(each) for each in FIRST}, usual="10"))


@never_cache
@require_safe
def compare_orders(request: HttpRequest) -> HttpResponse:
    """Both orders side by side, the largest disagreements on top, and what both agree on."""
    _may_look(request)
    return render(request, "priorities/compare.html", _compared(request, _first(request)))


def _compared(request: HttpRequest, first: int, **more: Any) -> dict[str, Any]:
    page = orders_page(request.user, first=first)
    return {
        "page": page,
        "chart": slope_chart(page),
        "firsts": FIRST,
        "sides": [(side, label, can_rank(request.user, side)) for side, label in Ranking.Side.choices],
        "mine": next((side for side in Ranking.Side.values if can_rank(request.user, side)), ""),
        "versions": dict(Ranking.objects.values_list("side", "version")),
        "may_propose": can_propose_order(request.user),
        "form": ProposeForm(initial={"first": first}),
        "sees_orders": True,
        **more,
    }


@require_safe
def orders_csv(request: HttpRequest) -> HttpResponse:
    """The comparison as CSV."""
    _may_look(request)
    page = orders_page(request.user, first=_first(request))
    headings = ("Reference", "Title", "Department", "CIO", "Customer leader", "Apart", "Customers", "Contacts planned",
                "Visits a month", "Conflicts", "Better at", "Worse at", "What its later place would mean for customers",
                "Requests that go first there")  # fmt: skip
    return csv_file("two-orders", headings, (_cells(row) for row in page.rows))


def _cells(row: Any) -> list[Any]:
    means = row.meaning
    told: list[Any] = [None] * 6
    if means:
        told = [means.customers, means.messages, means.visits, len(means.clashes), means.figures.better,
                means.figures.worse]  # fmt: skip
    first = ", ".join(each.reference for each in row.before)
    return [row.request.reference, row.request.title, row.request.silo.name, row.pair.it, row.pair.customers,
            row.pair.gap, *told, row.later, first]  # fmt: skip


@never_cache
@require_safe
def ranking(request: HttpRequest, side: str) -> HttpResponse:
    """One side's order: whose it is moves requests, the others read it."""
    _may_look(request)
    return _ranking(request, _side(side))


def _side(side: str) -> str:
    if side not in Ranking.Side.values:
        raise Http404("There are two orders: that of the CIO and that of the customer leader.")
    return side


def _ranking(request: HttpRequest, side: str, *, status: int = 200, **more: Any) -> HttpResponse:
    find = request.GET.get("find", "")[:100]
    page = order_page(side, request.user, find=find)
    context = {
        "page": page,
        "side": side,
        "label": Ranking.Side(side).label,
        "whose": WORDS[side],
        "other": next(words for value, words in WORDS.items() if value != side),
        "may": can_rank(request.user, side),
        "find": find,
        "sees_orders": True,
        **more,
    }
    is_part = request.headers.get("HX-Request")
    response = render(request, f"priorities/{'_order' if is_part else 'ranking'}.html", context, status=status)
    response["Vary"] = "HX-Request"
    return response


@require_POST
def rank_place(request: HttpRequest, side: str, reference: str) -> HttpResponse:
    """Move a request in the order; saved at once."""
    item = get_object_or_404(ProjectRequest.objects.visible_to(request.user), reference=reference)
    form = PlaceForm(request.POST)
    if not can_rank(request.user, _side(side)):
        raise PermissionDenied("The CIO keeps one order and the customer leader the other. This one is not yours.")
    if not form.is_valid():
        said = " ".join(str(text) for texts in form.errors.values() for text in texts)
        typed = f"You typed “{request.POST.get('to', '')[:40]}”. "
        return _ranking(request, side, status=422, problem=f"{item.reference} was not moved. {typed}{said}")
    data = form.cleaned_data
    try:
        to = 0 if data["out"] else data["to"]
        place_request(person=me(request), side=side, request=item, to=to, expected=data["version"])
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except BoardError as error:
        is_part, stale = request.headers.get("HX-Request"), isinstance(error, StaleMeeting)
        return _ranking(request, side, status=409 if stale and not is_part else 422, problem=str(error))
    if request.headers.get("HX-Request"):
        return _ranking(request, side, moved=item)
    ids = placed_ids(side)
    where = f"place {ids.index(item.pk) + 1}" if item.pk in ids else "no place"
    toast(request, f"{item.reference} has {where} now.")
    return (
        redirect("priorities:compare")
        if request.POST.get("back") == "compare"
        else redirect("priorities:ranking", side)
    )


@require_POST
def propose(request: HttpRequest) -> HttpResponse:
    """Propose to the board what both orders agree on."""
    form = ProposeForm(request.POST)
    if not can_propose_order(request.user):
        raise PermissionDenied("The CIO and the customer leader propose what they agree on.")
    first = 10
    if form.is_valid():
        first = form.cleaned_data["first"]
        try:
            made = propose_agreed(person=me(request), first=first, note=form.cleaned_data["note"])
        except BoardError as error:
            form.add_error(None, str(error))
        else:
            toast(request, "Proposed. The secretary is told.", level=messages.SUCCESS)
            return redirect(made)
    return render(request, "priorities/compare.html", _compared(request, first, form=form), status=422)


@require_safe
def proposal_list(request: HttpRequest) -> HttpResponse:
    """Every proposal and what became of it."""
    _may_look(request)
    rows = Proposal.objects.select_related("made_by", "meeting", "settled_by").prefetch_related("rows")
    return render(request, "priorities/proposals.html", {"proposals": rows.order_by("-at", "-id")[:50]})


@never_cache
@require_safe
def proposal_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal; the secretary takes it onto an agenda or declines it."""
    _may_look(request)
    return _proposal(request, _proposal_of(pk))


def _proposal_of(pk: int) -> Proposal:
    return get_object_or_404(Proposal.objects.select_related("made_by", "meeting", "settled_by"), pk=pk)


def _meetings() -> Any:
    return Meeting.objects.exclude(status__in=OVER).order_by("starts_at", "id")


def _proposal(request: HttpRequest, proposal: Proposal, *, status: int = 200, **more: Any) -> HttpResponse:
    rows = [row for row in requests_of(proposal) if can_see(request.user, row.request)]
    waits = proposal.state == Proposal.State.OPEN
    runs = can_manage_meetings(request.user)
    context = {
        "proposal": proposal,
        "rows": rows,
        "hidden": proposal.rows.count() - len(rows),
        "take_form": TakeForm(meetings=_meetings()) if waits and runs else None,
        "decline_form": DeclineForm() if waits and (runs or request.user.pk == proposal.made_by_id) else None,
        "meetings": _meetings().exists(),
        **more,
    }
    return render(request, "priorities/proposal.html", context, status=status)


@require_POST
def proposal_take(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a proposal on an agenda."""
    proposal = _proposal_of(pk)
    if not can_manage_meetings(request.user):
        raise PermissionDenied("The board's secretary takes a proposal onto an agenda.")
    form = TakeForm(request.POST, meetings=_meetings())
    if form.is_valid():
        meeting = form.cleaned_data["meeting"]
        stood = set(meeting.items.values_list("pk", flat=True))
        try:
            items = take_proposal(person=me(request), proposal=proposal, meeting=meeting)
        except BoardError as error:
            form.add_error(None, str(error))
        else:
            toast(request, _taken(len(items), sum(item.pk in stood for item in items)), level=messages.SUCCESS)
            return redirect(meeting)
    return _proposal(request, _proposal_of(pk), take_form=form, status=422)


def _taken(count: int, stood: int) -> str:
    """What became of so many requests, `stood` of which were on the agenda already."""
    new = count - stood
    put = f"{new} request{'' if new == 1 else 's'} put at the end of the agenda, in the order proposed."
    stay = f"{stood} of the proposal stood on it already and stay{'s' if stood == 1 else ''} in place."
    return " ".join([*([put] if new else []), *([stay] if stood else [])])


@require_POST
def proposal_decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Do not take up a proposal."""
    _may_look(request)
    proposal = _proposal_of(pk)
    form = DeclineForm(request.POST)
    if form.is_valid():
        try:
            decline_proposal(person=me(request), proposal=proposal, because=form.cleaned_data["because"])
        except NotAllowed as error:
            raise PermissionDenied(str(error)) from error
        except BoardError as error:
            form.add_error(None, str(error))
        else:
            toast(request, "Both sides are told why it is not taken up.")
            return redirect(proposal)
    return _proposal(request, _proposal_of(pk), decline_form=form, status=422)
