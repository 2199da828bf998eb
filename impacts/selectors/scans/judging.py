"""What people have said of overlaps so far, for the engine's calibration: scores and verdicts, no more."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from impacts.engine.calibration import Calibration, Judged, calibrate, least_sure
from impacts.engine.rules import same_purpose
from impacts.models import Finding, TriageAct
from impacts.selectors.findings.findings import most_to_learn
from impacts.selectors.scans.facts import engine_settings

State = Finding.State


def judged_overlaps() -> list[Judged]:
    """Every overlap that an architect confirmed (also by joining or proposing to merge) or dismissed, and nobody took
    back; closed ones as well. To put two in order says nothing on whether they want the same. Scores are the latest.
    One query.
    """
    ordered = TriageAct.objects.filter(finding=OuterRef("pk"), kind=TriageAct.Kind.ORDER, undone_by__isnull=True)
    verdicts = [State.CONFIRMED, State.DISMISSED]
    rows = (
        Finding.objects.filter(rule=same_purpose.CODE)
        .filter(Q(state__in=verdicts) | Q(state=State.CLOSED, state_before_closing__in=verdicts))
        .exclude(Exists(ordered))
        .order_by("score", "id")
    )
    return [
        Judged(score, State.CONFIRMED in (state, before))
        for score, state, before in rows.values_list("score", "state", "state_before_closing")
    ]


def calibration() -> Calibration | None:
    """This organisation's calibration; None while too little has been judged. One query."""
    return calibrate(judged_overlaps())


def verdicts_like(score: float) -> str:
    """What was said of overlaps as strong as this, in one sentence; empty while too little has been judged."""
    known = calibration()
    block = known.block_at(score) if known else None
    if block is None:
        return ""
    were = "was" if block.confirmed == 1 else "were"
    return f"Of {block.judged} judged overlaps this strong, {block.confirmed or 'none'} {were} confirmed."


def in_order(rows: QuerySet[Finding], order: str) -> QuerySet[Finding]:
    """These findings by weight; with "learn" only overlaps, those first whose verdict would teach most. One query."""
    if order != "learn":
        return rows
    return most_to_learn(rows, least_sure(calibration(), engine_settings().same_purpose))
