"""What the board wants to know and nobody has answered yet."""

from typing import Any

from django.db.models import Q, QuerySet

from board.models import DecidedRequest, Question
from board.selectors.decisions.decisions import hidden_from, moved
from portfolio.lifecycle import Status
from portfolio.selectors.holdings import speaks_for


def open_questions() -> QuerySet[Question]:
    """Those not answered, of decisions that stand, over requests that are still with whoever asked for them; the first
    due first."""
    back = DecidedRequest.objects.filter(request__status=Status.RETURNED.value).order_by()
    rows = Question.objects.filter(
        answered_at__isnull=True, decision__superseded_by__isnull=True, decision__in=back.values("decision_id")
    )
    related = rows.select_related("owner", "decision__item__meeting", "decision__superseded_by")
    return related.prefetch_related(moved("decision__requests")).order_by("due", "id")


def answerable() -> QuerySet[Question]:
    """All questions, with what their page shows."""
    related = Question.objects.select_related(
        "owner",
        "answered_by",
        "decision__item__meeting",
        "decision__item__family",
        "decision__recorded_by",
        "decision__survivor",
        "decision__superseded_by",
    )
    return related.prefetch_related(moved("decision__requests")).order_by("due", "id")


def questions_for(user: Any) -> QuerySet[Question]:
    """The open ones that `user` may read: that speak only of requests they may see, or that they are to answer."""
    return open_questions().filter(~Q(decision__in=hidden_from(user).values("pk")) | Q(owner=user))


def questions_to_answer(user: Any) -> QuerySet[Question]:
    """The open ones that wait for this person: named to answer, or who speaks for one of the requests."""
    mine = Q(owner=user) | speaks_for(user, "decision__requests__request")
    return questions_for(user).filter(pk__in=open_questions().filter(mine).order_by().values("pk"))
