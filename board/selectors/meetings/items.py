"""Gathers what the board is shown of its items, in a fixed number of queries however many items there are."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from django.db.models import F, Prefetch
from django.utils import timezone

from board.models import AgendaItem, Condition, DecidedRequest, Decision, ItemRequest
from board.packs.facts import DecisionFact, ItemFacts, RequestFact, TouchFact
from board.selectors.decisions.changes import is_looked_at_again, mark_looked_at_again
from board.selectors.decisions.decisions import moved
from board.selectors.decisions.objection_facts import objection_facts
from board.selectors.decisions.secrets import secrets_of
from board.selectors.meetings.channels import channels_of
from board.selectors.meetings.findings import answers_to, findings_of
from board.selectors.meetings.loads import loads_of
from customers.models import Segment
from impacts.models import FamilyMember, Impact
from impacts.selectors.scans.facts import accountable
from portfolio.lifecycle import COMMITTED, GONE, LABELS, Status
from portfolio.models import Need, Person, ProjectRequest

#: States from which the lifecycle lets the board decide.
DECIDABLE = frozenset(
    {Status.SUBMITTED, Status.IN_TRIAGE, Status.READY, Status.ON_HOLD, Status.DEFERRED, Status.RETURNED}
)


@dataclass(slots=True)
class Members:
    """The requests of some items, and of each item the decision that stands."""

    requests: dict[int, list[ProjectRequest]] = field(default_factory=dict)
    standing: dict[int, Decision] = field(default_factory=dict)


def standing_decisions(items: Iterable[AgendaItem]) -> dict[int, Decision]:
    """Of each item the decision that nothing supersedes; items whose decision was taken back have none. What undoes a
    decision of another meeting stands over the item that was made for it. Two queries."""
    rows = (
        Decision.objects.filter(item__in=[item.pk for item in items], superseded_by__isnull=True)
        .exclude(kind=Decision.Kind.REOPEN, supersedes__item=F("item"))
        .select_related("recorded_by", "survivor")
        .prefetch_related(moved(), Prefetch("conditions", Condition.objects.select_related("owner")))
        .order_by("id")
    )
    return {decision.item_id: decision for decision in rows}


def members_of(items: Iterable[AgendaItem]) -> Members:
    """The requests of each item, by item id: those decided over where it is decided, else the family's members of today
    (the lead first), else the requests that the item holds, else its one request. A fixed number of queries."""
    items = list(items)
    standing = standing_decisions(items)
    groups = _held(items)
    families: dict[int, list[ProjectRequest]] = defaultdict(list)
    rows = (
        FamilyMember.objects.filter(family__in={item.family_id for item in items if item.family_id})
        .filter(left_at__isnull=True)
        .select_related("request__silo", "request__requester", "request__sponsor", "request__survivor")
        .order_by("joined_at", "id")
    )
    for row in rows:
        families[row.family_id].append(row.request)
    found = Members(standing=standing)
    for item in items:
        if item.pk in standing:
            found.requests[item.pk] = [row.request for row in standing[item.pk].requests.all()]
        elif item.family_id and item.family is not None:
            lead = item.family.lead_id
            found.requests[item.pk] = sorted(families[item.family_id], key=lambda request: request.pk != lead)
        elif item.kind != AgendaItem.Kind.REQUEST:
            found.requests[item.pk] = groups.get(item.pk, [])
        else:
            found.requests[item.pk] = [cast(ProjectRequest, item.request)]
    mark_looked_at_again([request for requests in found.requests.values() for request in requests])
    return found


def _held(items: Iterable[AgendaItem]) -> Mapping[int, list[ProjectRequest]]:
    """The requests of group and consent items, in their order. One query."""
    found: dict[int, list[ProjectRequest]] = defaultdict(list)
    rows = (
        ItemRequest.objects.filter(item__in=[item.pk for item in items if item.request_id is None])
        .select_related("request__silo", "request__requester", "request__sponsor", "request__survivor")
        .order_by("position", "id")
    )
    for row in rows:
        found[row.item_id].append(row.request)
    return found


def can_take_out(item: AgendaItem, requests: int) -> bool:
    """Whether one of this many requests of the item can be decided alone: those of a family stay together."""
    several = item.kind in (AgendaItem.Kind.GROUP, AgendaItem.Kind.CONSENT)
    return several and requests > 1 and item.status == AgendaItem.Status.OPEN


def absence(request: ProjectRequest, *, review: bool = False) -> str:
    """Why the board cannot decide over the request now, in words; empty when it can: it is undecided, or was changed
    after the approval so that the board looks at it again. `review`: its item looks again at what was approved, or was
    merged into what is gone by now. A confidential survivor is not named: the words also reach who may not know of it
    (packs by link, orders)."""
    if request.state in DECIDABLE or (review and request.state in COMMITTED) or is_looked_at_again(request):
        return ""
    if request.state is Status.MERGED and request.survivor:
        if review and request.survivor.state in GONE:
            return ""
        into = "a confidential request" if request.survivor.confidential else request.survivor.reference
        return f"{request.reference} was merged into {into}."
    return f"{request.reference} is {LABELS[request.state].lower()}."


def item_facts(items: Iterable[AgendaItem], user: Any) -> dict[int, ItemFacts]:
    """What the board is shown of each item, by item id, as `user` may see it. The items come with request (silo,
    requester, sponsor, survivor), family (lead, owner) and advised_by selected. A fixed number of queries."""
    items = list(items)
    members = members_of(items)
    ids = {request.pk for requests in members.requests.values() for request in requests}
    touches, speakers = _touches(ids)
    own = {item: [request.pk for request in requests] for item, requests in members.requests.items()}
    loads, channels = loads_of(own), channels_of(own)
    findings = findings_of(members.requests, user)
    answers = answers_to(members.requests)
    objections = objection_facts(members.requests)
    waiting, secret_waiting = _waiting(ids)
    last = _last_decisions(ids)
    secrets = secrets_of({each.pk: each for found in last.values() for each in found}.values())
    made = {}
    for item in items:
        requests = members.requests[item.pk]
        mine = own[item.pk]
        made[item.pk] = ItemFacts(
            **_own_facts(item),
            requests=tuple(
                request_fact(request, is_decided=item.pk in members.standing, review=item.review)
                for request in requests
            ),
            touches=tuple(touch for pk in mine for touch in touches.get(pk, ())),
            speakers=tuple(dict.fromkeys(name for pk in mine for name in speakers.get(pk, ()))),
            loads=loads.get(item.pk, ()),
            channels=channels.get(item.pk, ()),
            findings=findings.get(item.pk, ()),
            answers=answers.get(item.pk, ()),
            objections=objections.get(item.pk, ()),
            waiting=tuple(dict.fromkeys(ref for pk in mine for ref in waiting.get(pk, ()))),
            last=_latest(last, secrets, mine, item.pk),
            waiting_secret=tuple(sorted({pk for each in mine for pk in secret_waiting.get(each, ())})),
        )
    return made


def _own_facts(item: AgendaItem) -> dict[str, Any]:
    """What stands on the item itself, by the names of ItemFacts."""
    family = item.family
    return {
        "id": item.pk,
        "position": item.position,
        "minutes": item.minutes,
        "question": item.question,
        "advice": item.advice,
        "adviser": item.advised_by.name if item.advised_by else "",
        "family": family.code if family else "",
        "family_title": family.title if family else "",
        "lead": family.lead.reference if family else "",
        "owner": family.owner.name if family else "",
        "kind": item.kind,
        "title": item.title,
        "note": item.note,
    }


def request_fact(request: ProjectRequest, *, is_decided: bool = False, review: bool = False) -> RequestFact:
    """One request as the board is shown it. Needs silo, requester, sponsor and survivor selected. `is_decided`: its
    item has been decided at this meeting, so that nothing stands in the way of that any more. `review`: its item looks
    again at what the board said yes to."""
    why_not = absence(request, review=review)
    return RequestFact(
        id=request.pk,
        reference=request.reference,
        title=request.title,
        silo=request.silo.name,
        status=request.status,
        status_label=request.get_status_display(),
        decidable=not why_not,
        absent="" if is_decided else why_not,
        requester=_titled(request.requester),
        sponsor=_titled(request.sponsor) if request.sponsor else "",
        kind=request.get_kind_display() if request.kind else "",
        confidential=request.confidential,
        problem=request.problem,
        proposal=request.proposal,
        promised_effect=request.promised_effect,
        promised_by=request.promised_by,
        start=request.wanted_start,
        go_live=request.wanted_go_live,
        one_off=request.one_off_cost,
        yearly=request.yearly_cost,
        version=request.version,
    )


def _titled(person: Person) -> str:
    return f"{person.name}, {person.job_title}" if person.job_title else person.name


def _touches(ids: Iterable[int]) -> tuple[Mapping[int, list[TouchFact]], Mapping[int, list[str]]]:
    """Of each request what it does at its touchpoints, the busiest first, and who speaks for the segments."""
    touches: dict[int, list[TouchFact]] = defaultdict(list)
    speakers: dict[int, list[str]] = defaultdict(list)
    rows = (
        Impact.objects.filter(request__in=ids)
        .select_related("request", "touchpoint__accountable", "measure")
        .prefetch_related(Prefetch("segments", Segment.objects.select_related("manager")))
        .order_by("-touchpoint__customers_per_month", "id")
    )
    for impact in rows:
        measure = ""
        if impact.measure:
            measure = f"{impact.measure.name}, {'up' if impact.measure_sign == 1 else 'down'}"
        segments = list(impact.segments.all())
        touches[impact.request_id].append(
            TouchFact(
                reference=impact.request.reference,
                touchpoint=impact.touchpoint.name,
                effect=impact.get_effect_display(),
                direction=impact.direction,
                measure=measure,
                segments=tuple(segment.name for segment in segments),
                reach=impact.touchpoint.customers_per_month,
                answers=_answering(impact.touchpoint.accountable),
            )
        )
        for segment in segments:
            name = _answering(segment.manager)
            if name:
                speakers[impact.request_id].append(f"{name} ({segment.name[:1].lower()}{segment.name[1:]})")
    return touches, speakers


def _answering(person: Person | None) -> str:
    """The name of who really answers: nobody where the person is missing, has left or is a team."""
    answers = accountable(person)
    return "" if answers.problem else answers.name


def _waiting(ids: Iterable[int]) -> tuple[Mapping[int, list[str]], Mapping[int, list[int]]]:
    """Of each request the references of filed ones that need it, and the ids of the confidential ones. One query."""
    found: dict[int, list[str]] = defaultdict(list)
    secret: dict[int, list[int]] = defaultdict(list)
    closed = (Status.DRAFT, Status.WITHDRAWN, Status.REJECTED, Status.MERGED, Status.DELIVERED, Status.REVIEWED)
    rows = Need.objects.filter(needs__in=ids).exclude(request__status__in=[state.value for state in closed])
    fields = ("needs_id", "request_id", "request__reference", "request__confidential")
    for needed, pk, reference, confidential in rows.order_by("request__reference").values_list(*fields):
        found[needed].append(reference)
        if confidential:
            secret[needed].append(pk)
    return found, secret


def decision_fact(decision: Decision, secret: tuple[int, ...] = ()) -> DecisionFact:
    """A past decision as the pack tells it. Needs item with request and family selected. `secret`: see secrets_of."""
    item = decision.item
    return DecisionFact(
        at=timezone.localtime(decision.at),
        label=decision.get_kind_display(),
        what=item.subject,
        question=item.question,
        reason=decision.reason,
        secret=secret,
    )


def _last_decisions(ids: Iterable[int]) -> Mapping[int, list[Decision]]:
    """Of each request the decisions that stand, the latest first. One query."""
    found: dict[int, list[Decision]] = defaultdict(list)
    rows = (
        DecidedRequest.objects.filter(request__in=ids, decision__superseded_by__isnull=True)
        .exclude(decision__kind=Decision.Kind.REOPEN)
        .select_related("decision__item__request", "decision__item__family")
        .order_by("-decision__at", "-decision_id")
    )
    for row in rows:
        found[row.request_id].append(row.decision)
    return found


def _latest(
    last: Mapping[int, list[Decision]], secrets: Mapping[int, tuple[int, ...]], ids: Iterable[int], item: int
) -> DecisionFact | None:
    earlier = [decision for pk in ids for decision in last.get(pk, ()) if decision.item_id != item]
    latest = max(earlier, key=lambda decision: (decision.at, decision.pk), default=None)
    return decision_fact(latest, secrets[latest.pk]) if latest else None
