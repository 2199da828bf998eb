"""Tells people what the board decided, as far as each may know."""

from collections.abc import Iterable

from django.urls import reverse

from board.models import Decision
from board.packs.words import cut, day, in_sentence
from board.selectors.decisions.decisions import HIDDEN_REASON, seen_decision, with_all
from board.selectors.decisions.outcomes import SeenDecision, outcome_of
from customers.words import isolated
from portfolio.models import Person, ProjectRequest
from portfolio.permissions import can_see
from portfolio.services.notifications import notify, watchers


def tell_decision(*, decision: Decision, requests: Iterable[ProjectRequest]) -> None:
    """Tell the watchers of each request what it comes to and why, and the owners of conditions and of the hold. Call it
    in the decision's transaction: a repeated call tells nobody twice."""
    whole = with_all(Decision.objects.filter(pk=decision.pk)).get()
    seen: dict[int, SeenDecision] = {}
    for request in requests:
        what = f"{request.reference} {isolated(cut(request.title, 90))}"
        key = f"decision:{decision.pk}:{request.pk}"
        for person in watchers(request):
            if not can_see(person, request):
                continue
            if person.pk not in seen:
                seen[person.pk] = seen_decision(whole, person)
            own = seen[person.pk]
            outcome = in_sentence(outcome_of(own, request))
            text = f"The board decided on {what}: {cut(outcome, 280)} Because: {own.reason}"
            notify(people=[person], key=key, text=cut(text, 500), url=request.get_absolute_url(), request=request)
    url = reverse("board:condition-list")
    for condition in decision.conditions.select_related("owner").order_by("id"):
        text = f"A condition of the board is yours, due {day(condition.due)}: {cut(condition.text, 300)}"
        notify(people=[condition.owner], key=f"condition:{condition.pk}", text=text, url=f"{url}?whose=mine")
    for question in decision.questions.select_related("owner").order_by("id"):
        text = f"The board asks you, by {day(question.due)}: {cut(question.text, 300)}"
        answer = reverse("board:question-answer", args=[question.pk])
        notify(people=[question.owner], key=f"question:{question.pk}", text=text, url=answer)
    hold = getattr(decision, "hold", None)
    if hold is not None:
        text = f"You answer the question of a hold by {day(hold.expires_on)}: {cut(hold.condition, 300)}"
        notify(people=[hold.owner], key=f"hold:{hold.pk}", text=text, url=f"{url}#holds")


def reason_for(request: ProjectRequest, concerned: Iterable[ProjectRequest], reason: str) -> str:
    """What the history of `request` says of a decision over these requests: the reason, unless it may speak of a
    confidential one, which not everybody who reads this history may see."""
    others = [each for each in concerned if each.pk != request.pk]
    return HIDDEN_REASON if any(each.confidential for each in others) else reason


def tell_return(*, request: ProjectRequest, people: Iterable[Person], key: str, why: str) -> None:
    """Tell those people and the request's watchers that it is back for the board."""
    everybody = [*watchers(request), *people]
    allowed = [person for person in everybody if can_see(person, request)]
    text = f"{request.reference} {isolated(cut(request.title, 120))} is back for the board. {cut(why, 260)}"
    notify(people=allowed, key=key, text=text, url=request.get_absolute_url(), request=request)
