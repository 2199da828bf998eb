"""What was changed after the board approved: what waits for its answer, and what a person may see of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from board.material.compare import Difference, Verdict, verdict_of
from board.models import Decision, LaterChange
from board.selectors.decisions.material import approvals_of, differences_from
from customers.amounts import currency_sign
from customers.days import day
from portfolio.lifecycle import COMMITTED, Status
from portfolio.models import ProjectRequest
from portfolio.permissions import can_see_money

#: Differences that tell what something costs.
MONEY = frozenset(f"{cost}_{way}" for cost in ("one_off", "yearly") for way in ("up", "down", "gone"))
_DAYS = frozenset({"start", "go_live", "promised_by"})
STILL_OPEN = Q(answered_by__isnull=True, put_back_at__isnull=True)
"""Changes that the board has not answered, of requests that are not as they were approved."""


def later_changes(user: Any) -> QuerySet[LaterChange]:
    """All changes after an approval of requests that `user` may see, the latest first."""
    visible = ProjectRequest.objects.visible_to(user).order_by().values("pk")
    rows = LaterChange.objects.filter(request__in=visible).select_related("request__silo", "person", "item")
    return rows.order_by("-at", "-id")


def shown_differences(change: LaterChange, user: Any) -> list[dict[str, Any]]:
    """What `user` may see of the differences as they were kept: those in what it costs only with its money."""
    money = can_see_money(user, change.request)
    return [row for row in change.differences if money or row["field"] not in MONEY]


def open_changes() -> QuerySet[LaterChange]:
    """Changes after an approval that the board has not answered: voided approvals first, then those that ask for
    another look, the oldest first. For the agenda: each has its request and decision."""
    rows = LaterChange.objects.filter(STILL_OPEN)
    return rows.select_related("request__silo", "decision__item__meeting", "person").order_by("-verdict", "at", "id")


def looked_at_again(ids: Iterable[int]) -> set[int]:
    """Those of these requests whose approval stands and asks for another look. One query."""
    rows = LaterChange.objects.filter(request__in=list(ids), verdict=LaterChange.Verdict.LOOK)
    rows = rows.filter(answered_by__isnull=True, put_back_at__isnull=True)
    return set(rows.order_by().values_list("request_id", flat=True))


def mark_looked_at_again(requests: Iterable[ProjectRequest]) -> None:
    """Tell the requests in memory whether they are looked at again, for `is_looked_at_again`. At most one query."""
    approved = [request for request in requests if request.state in COMMITTED]
    found = looked_at_again([request.pk for request in approved]) if approved else set()
    for request in approved:
        request._looked_at_again = request.pk in found  # type: ignore[attr-defined]


def is_looked_at_again(request: ProjectRequest) -> bool:
    """Whether the board may decide over what it approved, because that was changed since."""
    if request.state not in COMMITTED:
        return False
    known: bool | None = getattr(request, "_looked_at_again", None)
    return known if known is not None else bool(looked_at_again([request.pk]))


def summary_of(change: LaterChange) -> str:
    """What was changed, in a few words that tell no amounts: "one-off cost, more; touchpoint added"."""
    asked = [row for row in change.differences if row["verdict"] != Verdict.NONE]
    labels = list(dict.fromkeys(str(row["label"]) for row in asked))
    return "; ".join(label[:1].lower() + label[1:] for label in labels)


@dataclass(frozen=True, slots=True)
class ChangePage:
    """What is no longer as the board approved it, as one person may see it. `hidden` counts differences in what it
    costs, which the person may not see. `verdict` is what all of them ask for."""

    request: ProjectRequest
    decision: Decision | None
    differences: Sequence[Difference]
    hidden: int
    verdict: Verdict
    waiting: LaterChange | None


def change_page(request: ProjectRequest, user: Any) -> ChangePage:
    """The request against the decision that approved it last (the one that a later change made void included)."""
    waiting = open_changes().filter(request=request).first()
    decision = waiting.decision if waiting else approvals_of([request]).get(request.pk)
    found = differences_from(decision, [request])[request.pk] if decision else []
    money = can_see_money(user, request)
    shown = [each for each in found if money or each.field not in MONEY]
    return ChangePage(request, decision, shown, len(found) - len(shown), asked_for(request, found), waiting)


def asked_for(request: ProjectRequest, differences: Sequence[Difference]) -> Verdict:
    """What the differences ask for of this request: delivery that has begun is not stopped by a form, the board looks
    at it."""
    verdict = verdict_of(differences)
    return Verdict.LOOK if verdict is Verdict.VOID and request.state is Status.IN_DELIVERY else verdict


def as_field(text: str, field: str) -> str:
    """One side of a difference as the rest of Ombud writes such a field: amounts in their currency, days as days."""
    if field in MONEY and text[:1].isdigit():
        return f"{currency_sign()}{text}"
    if field in _DAYS and text[:1].isdigit():
        return day(date.fromisoformat(text))
    return text
