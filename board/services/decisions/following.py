"""What follows from a decision once it is written, and what is undone when it is taken back."""

from datetime import datetime

from board.models import Condition, DecidedRequest, Decision, Deferral, Hold
from board.services.decisions.changes import answer_changes, reopen_changes
from board.services.decisions.merges import carry_watchers, return_watchers
from portfolio.lifecycle import Status


def follow(*, decision: Decision) -> None:
    """Let watchers follow a merge, answer changes that waited for the board, replace the conditions of earlier
    approvals. Call it in the decision's transaction, after it moved its requests."""
    carry_watchers(decision=decision)
    answer_changes(decision=decision)
    _replace_conditions(decision)


def unfollow(*, decision: Decision) -> None:
    """Undo `follow`, and let run again what the decision had ended. Call it in the transaction that takes the decision
    back, after its requests are where they were."""
    return_watchers(decision=decision)
    reopen_changes(decision=decision)
    for condition in Condition.objects.filter(replaced_by=decision).order_by("id"):
        condition.replaced_by = None
        condition.save()
    _resume(decision, decision.at)


def _replace_conditions(decision: Decision) -> None:
    """An earlier approval's open conditions end where the board has decided again over all its requests."""
    mine = set(decision.requests.order_by().values_list("request_id", flat=True))
    earlier = Condition.objects.filter(met_at__isnull=True, replaced_by__isnull=True).exclude(decision=decision)
    earlier = earlier.filter(decision__superseded_by__isnull=True, decision__requests__request__in=mine)
    for condition in earlier.select_related("decision").distinct().order_by("id"):
        if _is_decided_anew(condition.decision, decision):
            condition.replaced_by = decision
            condition.save()


def _is_decided_anew(earlier: Decision, decision: Decision) -> bool:
    """Whether each request of the earlier decision has been decided over since."""
    over = set(earlier.requests.order_by().values_list("request_id", flat=True))
    later = DecidedRequest.objects.filter(request__in=over, decision__superseded_by__isnull=True)
    later = later.filter(decision_id__gt=earlier.pk).exclude(decision__kind=Decision.Kind.REOPEN)
    return over <= set(later.order_by().values_list("request_id", flat=True))


def _resume(decision: Decision, ended: datetime) -> None:
    """Holds and deferrals that ended with the decision run on where their request is held or deferred again."""
    rows = decision.requests.select_related("request").order_by("id")
    held = [row.request_id for row in rows if row.request.state is Status.ON_HOLD]
    for hold in Hold.objects.filter(released_at=ended, decision__requests__request__in=held).distinct().order_by("id"):
        hold.released_at = None
        hold.save()
    put_off = [row.request_id for row in rows if row.request.state is Status.DEFERRED]
    deferrals = Deferral.objects.filter(ended_at=ended, decision__requests__request__in=put_off)
    for deferral in deferrals.distinct().order_by("id"):
        deferral.ended_at = None
        deferral.save()
