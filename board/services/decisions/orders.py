"""What a request was put behind: whether a decision changes that, and what it was before one that is taken back."""

from collections.abc import Sequence

from board.errors import CannotDecide
from board.models import DecidedRequest, Decision
from board.selectors.meetings.waits import chain_between, waits
from portfolio.lifecycle import LIVE, Status
from portfolio.models import ProjectRequest


def goes_after(request: ProjectRequest) -> list[ProjectRequest]:
    """What it goes after now, the one that goes live last at the end."""
    others = list(request.also_after.order_by("id"))
    return [*others, *([request.after] if request.after else [])]


def is_put_elsewhere(request: ProjectRequest, after: Sequence[ProjectRequest]) -> bool:
    """Whether what waits already is to wait for something else."""
    return request.state is Status.SEQUENCED and {each.pk for each in after} != {
        each.pk for each in goes_after(request)
    }


def was_put_behind(request: ProjectRequest, decision: Decision) -> list[ProjectRequest]:
    """What the board had put it behind when it decided this: by its last decision before that still stands. Empty where
    that is not known, or what was put before it goes nowhere any more. Raises CannotDecide where, by what was decided
    since, it would wait for itself."""
    rows = DecidedRequest.objects.filter(request=request, decision_id__lt=decision.pk)
    rows = rows.filter(decision__superseded_by__isnull=True).exclude(decision__kind=Decision.Kind.REOPEN)
    last = rows.select_related("after").order_by("-decision_id").first()
    if last is None or last.after is None:
        return []
    ahead = [*last.also_after.order_by("id"), last.after]
    if any(each.state not in LIVE for each in ahead):
        return []
    waiting = waits(each.pk for each in ahead)
    for first in ahead:
        if chain_between(waiting, first.pk, request.pk):
            raise CannotDecide(
                f"The decision stands: before it {request.reference} went after {first.reference}, which by now waits "
                f"for {request.reference}. Take that order back first."
            )
    return ahead
