"""Contact load of the items' segments against policy: as filed, without an item, and with one of its requests alone."""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from board.packs.facts import LoadFact, WeekFact
from customers.models import ContactPolicy, Segment
from impacts.engine.contact_load import forecast, weekly
from impacts.engine.facts import ContactFact, PolicyFact, RequestFacts
from impacts.models import PlannedContact
from impacts.selectors.years.customer_year import policy_facts
from portfolio.lifecycle import LIVE
from portfolio.models import ProjectRequest

MOST_WEEKS = 16


@dataclass(frozen=True, slots=True)
class _Setting:
    """One segment under one policy, with all that is filed for it."""

    segment: Segment
    policy: PolicyFact
    everybody: Sequence[RequestFacts]
    confidential: Set[int]


def loads_of(members: Mapping[int, Sequence[int]]) -> dict[int, tuple[LoadFact, ...]]:
    """Of each item (by its id, with the ids of its requests) the load of each segment that it contacts, under each
    policy that applies; the furthest over its policy first. Four queries."""
    ids = {request for requests in members.values() for request in requests}
    segments = _segments(ids)
    senders = _senders(segments)
    secret = _confidential(senders)
    policies = [policy_facts(policy) for policy in ContactPolicy.objects.active().order_by("id")]
    made = {}
    for item, requests in members.items():
        own = frozenset(requests)
        loads = [
            _load(_Setting(segment, policy, senders[pk], secret), own)
            for pk, segment in segments.items()
            if any(sender.id in own for sender in senders[pk])
            for policy in policies
            if policy.segment in (None, pk)
        ]
        loads = [load for load in loads if load.own]
        made[item] = tuple(sorted(loads, key=lambda load: (load.limit - load.as_filed, load.segment, load.policy)))
    return made


def _segments(ids: set[int]) -> dict[int, Segment]:
    touched = PlannedContact.objects.filter(request__in=ids).order_by().values("segment_id")
    rows = Segment.objects.filter(pk__in=touched).select_related("manager").order_by("id")
    return {segment.pk: segment for segment in rows}


def _senders(segments: Mapping[int, Segment]) -> dict[int, list[RequestFacts]]:
    """Of each segment the live requests that contact it, with their contacts to it."""
    rows = PlannedContact.objects.filter(
        segment__in=list(segments), request__status__in=[state.value for state in LIVE]
    ).order_by("request_id", "first_day", "id")
    contacts: dict[int, dict[int, list[ContactFact]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        fact = ContactFact(row.segment_id, row.channel, row.first_day, row.times, row.every_days)
        contacts[row.segment_id][row.request_id].append(fact)
    return {
        segment: [
            RequestFacts(id=pk, reference="", silo=0, title="", contacts=tuple(found))
            for pk, found in contacts[segment].items()
        ]
        for segment in segments
    }


def _confidential(senders: Mapping[int, Sequence[RequestFacts]]) -> set[int]:
    """The ids of the confidential requests among the senders. One query."""
    ids = {sender.id for found in senders.values() for sender in found}
    return set(ProjectRequest.objects.filter(pk__in=ids, confidential=True).order_by().values_list("pk", flat=True))


def _load(setting: _Setting, own: frozenset[int]) -> LoadFact:
    segment, policy, everybody = setting.segment, setting.policy, setting.everybody
    today = timezone.localdate()
    others = [sender for sender in everybody if sender.id not in own]
    mine = [sender for sender in everybody if sender.id in own]
    filed = forecast(everybody, policy, segment.pk, since=today)
    alone = tuple((sender.id, forecast([*others, sender], policy, segment.pk, since=today).peak) for sender in mine)
    counted = [contact for sender in mine for contact in sender.contacts if policy.channel in (None, contact.channel)]
    weeks = _weeks(setting, others, filed.window) if counted and filed.window else ()
    return LoadFact(
        segment=segment.name,
        customers=segment.customer_count,
        manager=segment.manager.get_full_name() if segment.manager else "",
        policy=policy.name,
        limit=policy.limit,
        days=policy.days,
        as_filed=filed.peak,
        without=forecast(others, policy, segment.pk, since=today).peak,
        alone=alone,
        own=sum(contact.times for contact in counted),
        first=filed.window[0] if filed.window else None,
        last=filed.window[1] if filed.window else None,
        weeks=weeks,
        secret=tuple(sorted({sender.id for sender in everybody} & setting.confidential)),
    )


def _weeks(setting: _Setting, others: Sequence[RequestFacts], window: tuple[date, date]) -> tuple[WeekFact, ...]:
    """The weeks around the fullest window, at most MOST_WEEKS of them."""
    middle = window[0] + (window[1] - window[0]) / 2
    first = middle - timedelta(weeks=MOST_WEEKS // 2)
    last = first + timedelta(weeks=MOST_WEEKS - 1)
    filed = weekly(setting.everybody, setting.policy, setting.segment.pk, first, last)
    without = weekly(others, setting.policy, setting.segment.pk, first, last)
    return tuple(WeekFact(a.monday, a.rolling, b.rolling) for a, b in zip(filed, without, strict=True))[:MOST_WEEKS]
