"""Which findings there are: for the inbox, for a request, for a person, for the command line."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Greatest

from impacts.engine.rules import same_purpose
from impacts.models import Answer, Finding, FindingChange, FindingMember, TriageAct
from impacts.permissions import visible_findings
from impacts.selectors.findings.presenting import PresentedFinding, present, with_members
from portfolio.models import ProjectRequest

BETWEEN = 5
"""So many other findings between the requests of one are shown with it."""


def findings_for(user: Any) -> QuerySet[Finding]:
    """The findings that `user` may see something of, by weight. To be shown through `present` only."""
    return with_members(Finding.objects.filter(visible_findings(user)).by_weight())


def filtered_findings(user: Any, wanted: Mapping[str, Any]) -> QuerySet[Finding]:
    """The inbox: findings that `user` may see, narrowed by rule, kind, severity, state, silo, request and `mine`.

    `wanted` holds clean values (a FindingFilterForm's); empty ones do not narrow. Without a state: the open ones.
    """
    rows = findings_for(user)
    for name in ("rule", "severity", "kind"):
        if wanted.get(name):
            rows = rows.filter(**{name: wanted[name]})
    state = wanted.get("state") or Finding.State.OPEN
    if state != "all":
        rows = rows.filter(state=state)
    members = FindingMember.objects.order_by()
    visible = ProjectRequest.objects.visible_to(user).order_by()
    if wanted.get("silo"):
        inside = members.filter(request__silo=wanted["silo"], request__in=visible.values("pk"))
        rows = rows.filter(pk__in=inside.values("finding_id"))
    if wanted.get("request"):
        named = visible.filter(reference__iexact=wanted["request"].strip())
        rows = rows.filter(pk__in=members.filter(request__in=named.values("pk")).values("finding_id"))
    if wanted.get("mine"):
        own = visible.filter(Q(requester=user) | Q(sponsor=user) | Q(watches__person=user))
        mine = members.filter(request__in=own.values("pk")).values("finding_id")
        rows = rows.filter(Q(pk__in=mine) | Q(assigned=user))
    return rows


def most_to_learn(rows: QuerySet[Finding], least_sure: tuple[float, float]) -> QuerySet[Finding]:
    """The overlaps among these findings, the nearest to the scores of which one is least sure (from, to) first."""
    away = Greatest(Value(least_sure[0]) - F("score"), F("score") - Value(least_sure[1]), Value(0.0))
    return rows.filter(rule=same_purpose.CODE).order_by(away, "-weight", "id")


def findings_of_request(request: ProjectRequest, user: Any) -> list[PresentedFinding]:
    """The findings of one request that are not closed, dismissed ones too, by weight, as `user` may see them."""
    inside = FindingMember.objects.filter(request=request).order_by().values("finding_id")
    rows = Finding.objects.filter(pk__in=inside).exclude(state=Finding.State.CLOSED).by_weight()
    return present(with_members(rows), user)


def between(shown: PresentedFinding, user: Any) -> tuple[list[PresentedFinding], int]:
    """The other findings that stand in which two at least of a finding's visible requests take part, as `user` may see
    them, by weight: the first BETWEEN, and how many more there are. So who decides over an overlap sees that the same
    requests also work against each other, and the other way round."""
    inside = FindingMember.objects.filter(request__in=[request.pk for request in shown.requests])
    shared = inside.order_by().values("finding_id").annotate(n=Count("request")).filter(n__gte=2)
    standing = (Finding.State.OPEN, Finding.State.CONFIRMED)
    rows = findings_for(user).filter(pk__in=shared.values("finding_id"), state__in=standing).exclude(pk=shown.pk)
    return present(rows[:BETWEEN], user), max(0, rows.count() - BETWEEN)


def counts_by_state(user: Any) -> dict[str, int]:
    """How many findings there are in each state, of those that `user` may see something of."""
    rows = Finding.objects.filter(visible_findings(user)).order_by("state").values("state").annotate(n=Count("pk"))
    return {row["state"]: row["n"] for row in rows}


@dataclass(frozen=True, slots=True)
class Said:
    """One thing in the history of a finding: what a person or a scan did, when, and the words that go with it."""

    at: Any
    person: Any
    text: str
    reason: str


def what_was_said(finding: Finding) -> list[Said]:
    """Everything that people said of the finding and that scans did to it, oldest first. Three queries."""
    acts = TriageAct.objects.filter(finding=finding).select_related("person", "survivor", "first", "family", "undoes")
    answers = Answer.objects.filter(finding=finding).select_related("person", "request")
    changes = FindingChange.objects.filter(finding=finding)
    said = [Said(act.at, act.person, _act_words(act), act.reason) for act in acts.order_by("at", "id")]
    said += [
        Said(each.at, each.person, f"{each.get_kind_display()} ({each.request.reference})", each.text)
        for each in answers.order_by("at", "id")
    ]
    said += [Said(each.at, None, each.get_what_display(), "") for each in changes.order_by("at", "id")]
    return sorted(said, key=lambda each: each.at)


def _act_words(act: TriageAct) -> str:
    words = str(act.get_kind_display())
    if act.kind == TriageAct.Kind.MERGE and act.survivor:
        return f"{words} into {act.survivor.reference}"
    if act.kind == TriageAct.Kind.ORDER and act.first:
        return f"{words}: {act.first.reference} must come first"
    if act.kind == TriageAct.Kind.FAMILY and act.family:
        return f"{words} {act.family.code}"
    if act.kind == TriageAct.Kind.UNDO and act.undoes:
        return f"{words}: “{str(act.undoes.get_kind_display()).lower()}”"
    return words


def last_act(finding: Finding) -> TriageAct | None:
    """The latest act on the finding that was not taken back and is not itself an undo; None when there is none."""
    acts = TriageAct.objects.filter(finding=finding, undone_by__isnull=True).exclude(kind=TriageAct.Kind.UNDO)
    return acts.select_related("person", "family", "survivor", "first").order_by("-at", "-id").first()


def dismissals_with(requests: Iterable[int]) -> QuerySet[TriageAct]:
    """The dismissals that stand of findings with these requests, latest first."""
    return (
        TriageAct.objects.filter(
            kind=TriageAct.Kind.DISMISS,
            undone_by__isnull=True,
            finding__state=Finding.State.DISMISSED,
            finding__in=FindingMember.objects.filter(request__in=list(requests)).order_by().values("finding_id"),
        )
        .select_related("finding", "person")
        .order_by("-at", "-id")
    )
