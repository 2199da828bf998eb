"""Tells people what the board decided, as far as each may know."""

from collections.abc import Iterable

from django.urls import reverse

from board.models import Decision
from board.packs.words import cut, day
from board.selectors.decisions.decisions import HIDDEN_REASON, parties
from portfolio.models import Person, ProjectRequest
from portfolio.permissions import can_see
from portfolio.services.notifications import notify, watchers


def tell_decision(*, decision: Decision, requests: Iterable[ProjectRequest]) -> None:
    """Tell the watchers of each request, the owners of conditions and of the hold. Call it in the decision's
    transaction: a repeated call tells nobody twice."""
    label = decision.get_kind_display()
    concerned = parties(decision)
    for request in requests:
        what = f"{request.reference} {cut(request.title, 120)}"
        people = [person for person in watchers(request) if can_see(person, request)]
        key = f"decision:{decision.pk}:{request.pk}"
        for person in people:
            # The reason may speak of any of them.
            reason = decision.reason if all(can_see(person, each) for each in concerned) else HIDDEN_REASON
            text = f"The board decided on {what}: {label}. {cut(reason, 240)}"
            notify(people=[person], key=key, text=text, url=request.get_absolute_url(), request=request)
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
    text = f"{request.reference} {cut(request.title, 120)} is back for the board. {cut(why, 260)}"
    notify(people=allowed, key=key, text=text, url=request.get_absolute_url(), request=request)
