"""The decision log: which decisions it holds and how it is narrowed; its rows for export stand in `log_rows`.

What touches a confidential request is redacted as everywhere: see selectors.decisions.decisions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from board.models import DecidedRequest, Decision
from board.selectors.decisions.decisions import hidden_from, standing_queryset, with_all
from impacts.models import Cluster, FamilyMember, Impact, PlannedContact
from portfolio.models import ProjectRequest


@dataclass(frozen=True, slots=True)
class LogFilter:
    """What the log is narrowed to; empty means all. `group` is the code of a family or cluster, `all_entries` also
    shows what was taken back and the taking back itself."""

    words: str = ""
    kind: str = ""
    silo: int | None = None
    touchpoint: int | None = None
    segment: int | None = None
    group: str = ""
    meeting: int | None = None
    since: date | None = None
    until: date | None = None
    all_entries: bool = False

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "LogFilter":
        """The filter that the valid values of a form or of an address mean: `silo`, `touchpoint` and `segment` are
        entries, `entries` is "all" or empty. What takes back is only among all entries: to ask for it asks for all."""
        chosen = {name: data[name].pk for name in ("silo", "touchpoint", "segment") if data.get(name)}
        return cls(
            words=data.get("q", ""),
            kind=data.get("kind", ""),
            group=data.get("group", ""),
            since=data.get("since"),
            until=data.get("until"),
            all_entries=data.get("entries") == "all" or data.get("kind") == Decision.Kind.REOPEN,
            **chosen,
        )


def logged(user: Any, wanted: LogFilter) -> QuerySet[Decision]:
    """The decisions of the log, narrowed, the latest first; present each by `seen_decision`.

    Filters about what a decision is over look only at requests that the person may see, words only at decisions whose
    every party they may see, so that no filter tells anything of a confidential one.
    """
    visible = ProjectRequest.objects.visible_to(user).order_by().values("pk")
    rows = with_all(Decision.objects.all() if wanted.all_entries else standing_queryset())
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.meeting:
        rows = rows.filter(item__meeting=wanted.meeting)
    if wanted.since:
        rows = rows.filter(at__date__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(at__date__lte=wanted.until)
    about = DecidedRequest.objects.filter(request__in=visible).order_by()
    if wanted.silo:
        rows = rows.filter(pk__in=about.filter(request__silo=wanted.silo).values("decision_id"))
    if wanted.touchpoint:
        touched = Impact.objects.filter(touchpoint=wanted.touchpoint).order_by().values("request_id")
        rows = rows.filter(pk__in=about.filter(request__in=touched).values("decision_id"))
    if wanted.segment:
        rows = rows.filter(pk__in=about.filter(_of_segment(wanted.segment)).values("decision_id"))
    if wanted.group:
        rows = rows.filter(pk__in=about.filter(_of_group(wanted.group)).values("decision_id"))
    if wanted.words.split():
        rows = _saying(rows, wanted.words, user)
    return rows.defer("snapshot").order_by("-at", "-id")


def _of_segment(segment: int) -> Q:
    """Requests that change something for the segment, by name or for all customers, or contact it."""
    named = Impact.objects.filter(Q(segments=segment) | Q(segments__isnull=True)).order_by().values("request_id")
    contacted = PlannedContact.objects.filter(segment=segment).order_by().values("request_id")
    return Q(request__in=named) | Q(request__in=contacted)


def _of_group(code: str) -> Q:
    """Requests that are or were in the family, or are in the cluster, of this code."""
    family = FamilyMember.objects.filter(family__code__iexact=code.strip()).order_by().values("request_id")
    cluster = Cluster.objects.filter(code__iexact=code.strip()).order_by().values("requests")
    return Q(request__in=family) | Q(request__in=cluster)


def _saying(rows: QuerySet[Decision], words: str, user: Any) -> QuerySet[Decision]:
    """Decisions that say every word: reason, question, or a request's title or reference."""
    rows = rows.exclude(pk__in=hidden_from(user).values("pk"))
    for word in words.split()[:8]:
        said = DecidedRequest.objects.filter(
            Q(request__title__icontains=word) | Q(request__reference__icontains=word)
        ).order_by()
        rows = rows.filter(
            Q(reason__icontains=word) | Q(item__question__icontains=word) | Q(pk__in=said.values("decision_id"))
        )
    return rows
