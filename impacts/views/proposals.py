"""Terms that a register lacks: proposed from the list of what a request touches; the queue of those who decide."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from customers.asked import one_of, page_of
from customers.permissions import can_change_registers
from customers.registers import REGISTERS
from customers.tasks import wake_full_scan
from customers.toasts import toast
from impacts.errors import ImpactsError
from impacts.forms.proposals import DeclineForm, SameForm, new_entry_form, propose_form
from impacts.models import ProposedTag, ProposedTerm
from impacts.selectors.tags.proposals import near_entries, requests_missing, terms
from impacts.services.tags import proposing
from impacts.touch_kinds import KINDS
from impacts.views.touches import editable_request, person_of, posted
from portfolio.selectors import step_url

PER_PAGE = 100


@require_http_methods(["GET", "POST"])
def term_propose(request: HttpRequest, reference: str, kind: str) -> HttpResponse:
    """Propose what the list lacks, without leaving the filing."""
    item = editable_request(request, reference)
    if kind not in proposing.KINDS:
        raise Http404("Nothing can be proposed there.")
    form = propose_form(kind)(posted(request), initial={} if request.method == "POST" else request.GET.dict())
    back = step_url(item, KINDS[kind].step)
    if request.method == "POST" and form.is_valid():
        try:
            proposing.propose_term(
                request=item,
                person=person_of(request),
                kind=kind,
                name=form.cleaned_data["name"],
                description=form.cleaned_data["description"],
                values=form.values_given(),
            )
        except ValidationError as error:
            # What is wrong by field may name one that this form does not have.
            form.add_error("name" if hasattr(error, "error_dict") else None, error.messages)
        else:
            toast(request, f"“{form.cleaned_data['name']}” is proposed. Go on: you hear when it is decided.")
            return redirect(back)
    singular = REGISTERS[proposing.KINDS[kind].register].singular
    context = {"request_obj": item, "form": form, "back_url": back, "singular": singular}
    return render(request, "impacts/term_propose.html", context, status=422 if form.errors else 200)


@require_POST
def term_withdraw(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Take a proposal back."""
    item = editable_request(request, reference)
    tag = get_object_or_404(ProposedTag.objects.select_related("term", "request"), pk=pk, request=item)
    kind = next(code for code, each in proposing.KINDS.items() if each.register == tag.term.register)
    try:
        proposing.withdraw_proposal(tag=tag, person=person_of(request))
    except ImpactsError as error:
        messages.error(request, str(error))
    else:
        toast(request, f"“{tag.term.name}” is no longer proposed for this request.")
    return redirect(step_url(item, KINDS[kind].step))


def _must_decide(request: HttpRequest) -> None:
    if not can_change_registers(request.user):
        raise PermissionDenied("Only architects and administrators decide over proposed terms.")


@require_GET
def proposal_list(request: HttpRequest) -> HttpResponse:
    """What waits, and what was decided."""
    _must_decide(request)
    waiting = ProposedTerm.State.WAITING.value
    state = one_of(request, "state", ("decided", waiting), usual=waiting)
    page = page_of(request, terms(state), PER_PAGE)
    return render(request, "impacts/proposal_list.html", {"page_obj": page, "state": state})


@require_http_methods(["GET", "POST"])
def proposal_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One term: take it in as new or as another word, or decline it."""
    _must_decide(request)
    term = get_object_or_404(ProposedTerm.objects.select_related("proposer", "decided_by"), pk=pk)
    act = request.POST.get("act", "")
    new = new_entry_form(term)(
        request.POST if act == "new" else None, initial={"name": term.name, "description": term.description}
    )
    same = SameForm(request.POST if act == "same" else None, term=term)
    decline = DeclineForm(request.POST if act == "decline" else None)
    chosen = {"new": new, "same": same, "decline": decline}.get(act)
    if chosen is not None and chosen.is_valid() and _decided(request, term, act, chosen):
        return redirect("impacts:proposal-list")
    seen, hidden = requests_missing(term, request.user)
    context = {"term": term, "new": new, "same": same, "decline": decline, "requests": seen, "hidden": hidden}
    context |= {"near": near_entries(term), "register": REGISTERS[term.register]}
    return render(request, "impacts/proposal_detail.html", context, status=422 if chosen and chosen.errors else 200)


def _decided(request: HttpRequest, term: ProposedTerm, act: str, form: Any) -> bool:
    """Carry out what was chosen; False, with the errors in the form, where it is refused."""
    person = person_of(request)
    problems: list[str] = []
    try:
        if act == "new":
            problems = proposing.accept_as_new(term=term, entry=form.instance, by=person)
        elif act == "same":
            problems = proposing.accept_as_synonym(term=term, entry=form.cleaned_data["entry"], by=person)
        else:
            proposing.decline_term(term=term, reason=form.cleaned_data["reason"], by=person)
    except (ValidationError, ImpactsError) as error:
        form.add_error(None, error.messages if isinstance(error, ValidationError) else str(error))
        return False
    if act != "decline":
        wake_full_scan()
    for problem in problems:
        messages.warning(request, f"Not added to {problem}")
    messages.success(request, f"“{term.name}”: {term.get_state_display().lower()}. Who proposed it is told.")
    return True
