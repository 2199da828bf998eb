"""What the engine and the requesters say of the items: standing findings with their evidence, and answers.

Findings come through the presenter of `impacts`, which takes out what a person may not see. Only the board and
architects open these pages, and they may see every filed request.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Literal, cast

from board.packs.facts import AnswerFact, FindingFact, RelatedFact
from impacts.models import Answer, Finding, FindingMember
from impacts.selectors.findings.presenting import PresentedFinding, present, with_members
from portfolio.lifecycle import LIVE
from portfolio.models import ProjectRequest

ByItem = Mapping[int, list[ProjectRequest]]


def findings_of(members: ByItem, user: Any) -> dict[int, tuple[FindingFact, ...]]:
    """Of each item (by its id, with its requests) the standing findings that involve it, the weightiest first, as
    `user` may see them. A fixed number of queries."""
    ids = {request.pk for requests in members.values() for request in requests}
    wanted = FindingMember.objects.filter(request__in=ids).order_by().values("finding_id")
    standing = with_members(Finding.objects.standing().filter(pk__in=wanted)).order_by("-weight", "-score", "id")
    findings = present(standing.defer("about", "material", "dismissed_material"), user)
    by_request: dict[int, list[int]] = defaultdict(list)
    for place, finding in enumerate(findings):
        for request in finding.requests:
            by_request[request.pk].append(place)
    made = {}
    for item, requests in members.items():
        own = {request.pk for request in requests}
        mine = sorted({place for pk in own for place in by_request[pk]})
        made[item] = tuple(_fact(findings[place], own) for place in mine)
    return made


def _fact(finding: PresentedFinding, own: set[int]) -> FindingFact:
    return FindingFact(
        id=finding.pk,
        rule=finding.rule,
        kind=cast(Literal["overlap", "conflict", "gap"], finding.kind),
        severity=finding.severity,
        title=finding.title,
        evidence=tuple(filter(None, [finding.summary, *(line.text for line in finding.reasons)])),
        references=tuple(request.reference for request in finding.requests),
        related=tuple(related_fact(request) for request in finding.requests if request.pk not in own),
        confirmed=finding.state == Finding.State.CONFIRMED,
        remedy=finding.remedy,
        secret=tuple(sorted(request.pk for request in finding.requests if request.confidential)),
    )


def related_fact(request: ProjectRequest) -> RelatedFact:
    """A request outside the item. Needs its silo selected."""
    return RelatedFact(
        id=request.pk,
        reference=request.reference,
        title=request.title,
        silo=request.silo.name,
        status_label=request.get_status_display(),
        live=request.state in LIVE,
    )


def answers_to(members: ByItem) -> dict[int, tuple[AnswerFact, ...]]:
    """Of each item what requesters said to its standing findings, the latest answer of each request to each finding.
    One query."""
    ids = {request.pk for requests in members.values() for request in requests}
    wanted = FindingMember.objects.filter(request__in=ids).order_by().values("finding_id")
    rows = (
        Answer.objects.filter(finding_id__in=wanted, finding__state__in=["open", "confirmed"])
        .select_related("person", "request__silo")
        .order_by("-at", "-id")
    )
    by_finding: dict[int, list[Answer]] = defaultdict(list)
    seen: set[tuple[int, int]] = set()
    for answer in rows:
        if (answer.finding_id, answer.request_id) not in seen:
            seen.add((answer.finding_id, answer.request_id))
            by_finding[answer.finding_id].append(answer)
    involved: dict[int, set[int]] = defaultdict(set)
    pairs = FindingMember.objects.filter(finding__in=list(by_finding), request__in=ids)
    for finding, request in pairs.order_by("id").values_list("finding_id", "request_id"):
        involved[request].add(finding)
    return {item: _answers(requests, involved, by_finding) for item, requests in members.items()}


def _answers(
    requests: Iterable[ProjectRequest], involved: Mapping[int, set[int]], by_finding: Mapping[int, list[Answer]]
) -> tuple[AnswerFact, ...]:
    findings = sorted({finding for request in requests for finding in involved.get(request.pk, ())})
    return tuple(
        dict.fromkeys(
            AnswerFact(
                person=answer.person.name,
                silo=answer.request.silo.name,
                reference=answer.request.reference,
                kind=answer.kind,
                text=answer.text,
            )
            for finding in findings
            for answer in by_finding[finding]
        )
    )
