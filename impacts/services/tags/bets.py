"""Asks on the due day what came of a bet, and keeps the answer."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from impacts.errors import ActNotPossible, NotAllowed
from impacts.models import HELD_TO, Bet, BetAnswer
from impacts.permissions import can_answer
from portfolio.models import Membership, Person, Role
from portfolio.services.notifications import notify


def ask_for_answers(*, today: date) -> int:
    """Ask requester and sponsor of every bet whose day has come what came of it, once for each day that it is due.
    Where neither is here any more, the heads of the department are asked. Returns how many people were asked."""
    due = Bet.objects.due(today).filter(asked_on__isnull=True).order_by("due", "id")
    return sum(_ask(bet, today) for bet in due.select_related("request", "request__silo", "segment", "measure"))


def _ask(bet: Bet, today: date) -> int:
    with transaction.atomic():
        if not Bet.objects.filter(pk=bet.pk, asked_on__isnull=True).update(asked_on=today):
            return 0
        request = bet.request
        text = f"{request.reference} “{request.title[:120]}” bet on this: {bet.promise} ({bet.segment}) by "
        return notify(
            people=owners_of(bet),
            key=f"bet:{bet.pk}:{bet.due.isoformat()}",
            text=f"{text}{bet.due:%-d %B %Y}. What came of it?",
            url=reverse("impacts:bet-answer", args=[request.reference, bet.pk]),
            request=request,
        )


def owners_of(bet: Bet) -> list[Person]:
    """Who is asked: the requester and the sponsor as long as they are here, else the heads of the department."""
    ids = [pk for pk in (bet.request.requester_id, bet.request.sponsor_id) if pk]
    here = list(Person.objects.able_to_answer().filter(pk__in=ids))
    heads = Membership.objects.filter(role=Role.HEAD, silo=bet.request.silo_id).order_by().values("person_id")
    return here or list(Person.objects.able_to_answer().filter(pk__in=heads))


def answer_bet(*, bet: Bet, person: Person, delivered: Decimal, text: str) -> BetAnswer:
    """Say what came of a bet, or correct what was said. Raises NotAllowed, ActNotPossible before its day and for
    requests that the board has not said yes to, ValidationError."""
    if not can_answer(person, bet.request):
        raise NotAllowed("Only who asked for it, its sponsor and the head of the department say what came of it.")
    if bet.request.state not in HELD_TO:
        raise ActNotPossible("The board has not said yes to this request, so nobody is held to its bets.")
    if bet.due > timezone.localdate():
        raise ActNotPossible(f"This bet is counted on {bet.due:%-d %B %Y}. Come back then.")
    with transaction.atomic():
        answer = BetAnswer.objects.filter(bet=bet).first() or BetAnswer(bet=bet)
        answer.delivered, answer.text, answer.person, answer.at = delivered, text.strip(), person, timezone.now()
        answer.full_clean(validate_unique=False)
        answer.save()
    return answer
