"""The customer's year: what one segment, or whoever some picked requests reach, will live through, from all silos."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from customers.models import ChangeFreeze, ContactPolicy, Segment
from impacts.engine.contact_load import LoadForecast, forecast, quiet_breaches, weekly
from impacts.engine.facts import ContactFact, PolicyFact, QuietFact, RequestFacts
from impacts.models import PlannedContact
from impacts.selectors.years.year_rows import (
    EVERYTHING,
    Days,
    FreezeSpan,
    Mark,
    Rows,
    change_mark,
    contact_facts,
    contact_marks,
    freezes_in,
    monday_of,
    quiet_in,
    reaching,
    read_requests,
    visible_rows,
)
from impacts.selectors.years.year_sums import Contribution, CustomerYear, SegmentYear, Week
from portfolio.lifecycle import COMMITTED, LIVE
from portfolio.models import ProjectRequest

__all__ = [
    "EVERYTHING",
    "CustomerYear",
    "YearAsked",
    "customer_year",
    "planned_years",
    "policy_facts",
    "policy_for",
    "with_or_without",
    "years_compared",
]

Placed = tuple[date | None, int]
"""When a request goes live in a plan, and by how many days its contacts move."""

MIN_WEEKS, MAX_WEEKS = 4, 104
MOST_PICKED = 500
MOST_LANES = 14
"""So many picked requests have a line of their own in the chart; of more, each department has one."""


@dataclass(frozen=True, slots=True)
class YearAsked:
    """What somebody asks for, as the address of the page holds it.

    `picked`: references; without any, all that reaches the segment. `added` are references counted besides, in whatever
    state; `without` those left out ("what if these wait"). Both make the year after; the year before is the rest.
    """

    starts: date
    weeks: int = 52
    segment: Segment | None = None
    picked: tuple[str, ...] = ()
    committed_only: bool = False
    added: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    @property
    def compares(self) -> bool:
        """Whether there is a before and an after."""
        return bool(self.added or self.without)

    @property
    def days(self) -> Days:
        """First and last day, from a Monday to a Sunday."""
        first, weeks = monday_of(self.starts), min(max(self.weeks, MIN_WEEKS), MAX_WEEKS)
        return first, first + timedelta(weeks=weeks) - timedelta(days=1)


def policy_facts(policy: ContactPolicy) -> PolicyFact:
    """A contact policy as the engine reads it."""
    return PolicyFact(
        id=policy.pk,
        code=policy.code,
        name=policy.name,
        limit=policy.limit,
        days=policy.days,
        segment=policy.segment_id,
        channel=policy.channel or None,
    )


def policy_for(segment: Segment) -> ContactPolicy | None:
    """The policy the year is measured against while none is broken: the segment's own before that for all, all channels
    before one."""
    policies = ContactPolicy.objects.active().filter(Q(segment=segment) | Q(segment__isnull=True)).order_by("id")
    return min(policies, key=_closest, default=None)


def _closest(policy: ContactPolicy) -> tuple[bool, bool, int]:
    return bool(policy.channel), policy.segment_id is None, policy.pk


def customer_year(
    *,
    user: Any,
    segment: Segment,
    starts: date,
    weeks: int,
    committed_only: bool = False,
    without: Iterable[str] = (),
) -> CustomerYear:
    """The year of a segment from the Monday of `starts`, in a fixed number of queries; without the references named.

    What `user` may not see is left out of all sums, since a date or a number could be read off them (decision 0011).
    """
    asked = YearAsked(starts, weeks, segment, committed_only=committed_only, without=tuple(without))
    before, after = years_compared(user=user, asked=asked)
    return after or before


def planned_years(
    *, user: Any, segment: Segment, starts: date, weeks: int, plans: Iterable[Mapping[int, Placed]]
) -> list[CustomerYear]:
    """The year of a segment in each of these plans, in the same lines: a plan says of each request that goes, by id,
    when it goes live and by how many days its contacts move. In a fixed number of queries."""
    asked = YearAsked(starts, weeks, segment)
    rows = read_requests(visible_rows(user).filter(reaching([segment])), segment)
    frame = _Frame(asked, user, (segment,), rows.named)
    years = [frame.year([_placed(each, *plan[each.pk]) for each in rows.requests if each.pk in plan]) for plan in plans]
    lanes = tuple(sorted({lane for year in years for lane in year.lanes}))
    return [replace(year, lanes=lanes) for year in years]


def _placed(request: ProjectRequest, live: date | None, days: int) -> ProjectRequest:
    """The request on the days of a plan; the one that was read stays as it is."""
    moved = copy(request)
    moved.wanted_go_live = live
    contacts = [copy(contact) for contact in request.contacts.all()]
    for contact in contacts:
        contact.first_day += timedelta(days=days)
    moved._prefetched_objects_cache = {**request._prefetched_objects_cache, "contacts": contacts}  # type: ignore[attr-defined]
    return moved


def years_compared(*, user: Any, asked: YearAsked) -> tuple[CustomerYear, CustomerYear | None]:
    """The year before and after what is asked (None: nothing is added or left out), in a fixed number of queries."""
    rows, first = _rows(user, asked)
    frame = _Frame(asked, user, _segments(asked, rows), rows.named)
    before = frame.year([request for request in rows.requests if request.pk in first])
    if not asked.compares:
        return before, None
    after = frame.year([request for request in rows.requests if request.reference not in asked.without])
    lanes = tuple(sorted({*before.lanes, *after.lanes}))
    return replace(before, lanes=lanes), replace(after, lanes=lanes)


def _rows(user: Any, asked: YearAsked) -> tuple[Rows, set[int]]:
    """The requests of both years, and the ids of those that are in the one before. What `user` may not see is in
    neither."""
    wanted = Q(pk__in=[])
    if asked.picked:
        wanted = Q(reference__in=asked.picked[:MOST_PICKED])
    elif asked.segment is not None:
        wanted = reaching([asked.segment])
    if asked.committed_only:
        wanted &= Q(status__in=[status.value for status in COMMITTED])
    seen = visible_rows(user)
    if not asked.added:
        rows = read_requests(seen.filter(wanted), asked.segment)
        return rows, {request.pk for request in rows.requests}
    first = set(seen.filter(wanted).order_by().values_list("pk", flat=True))
    rows = read_requests(seen.filter(wanted | Q(reference__in=asked.added[:MOST_PICKED])), asked.segment)
    return rows, first


def _segments(asked: YearAsked, rows: Rows) -> tuple[Segment, ...]:
    """The segment asked for, or those that the requests reach. One query at most."""
    if asked.segment is not None:
        return (asked.segment,)
    everybody, named = False, set[int]()
    for request in rows.requests:
        named.update(contact.segment_id for contact in request.contacts.all())
        for impact in request.impacts.all():
            own = rows.named.get(impact.pk, set())
            everybody, named = everybody or not own, named | own
    every = Segment.objects.select_related("manager").order_by("name", "id")
    return tuple(segment for segment in every if segment.pk in named or (everybody and segment.retired_on is None))


def with_or_without(
    user: Any, references: tuple[str, ...], *, committed_only: bool
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of these references those that the year does not count as it is, to be added, and the rest, to be left out."""
    counted = {status.value for status in (COMMITTED if committed_only else LIVE)}
    rows = visible_rows(user).filter(reference__in=references).order_by("id")
    states = dict(rows.values_list("reference", "status"))
    added = tuple(each for each in references if states.get(each, "") not in counted)
    return added, tuple(each for each in references if each not in added)


class _Frame:
    """What both years are measured by: the days, freezes, quiet periods, policies and what everybody else sends."""

    def __init__(
        self, asked: YearAsked, user: Any, segments: tuple[Segment, ...], named: Mapping[int, Set[int]]
    ) -> None:
        self.asked, self.segments, self.days, self.named = asked, segments, asked.days, named
        self.freezes: list[ChangeFreeze] = freezes_in(*self.days)
        self.quiet: list[QuietFact] = quiet_in(*self.days, segments)
        of_all = Q(segment__in=segments) | Q(segment__isnull=True)
        self.policies = sorted(ContactPolicy.objects.active().filter(of_all).order_by("id"), key=_closest)
        seen = visible_rows(user).order_by().values("pk")
        secret = ProjectRequest.objects.filter(reaching(segments), confidential=True)
        self.hidden = secret.exclude(pk__in=seen).count() if segments else 0
        self.everybody = self._everybody(seen) if asked.picked else []

    def _everybody(self, seen: Any) -> list[RequestFacts]:
        """All live requests that contact the segments: what the picked ones come on top of. One query."""
        live = [status.value for status in LIVE]
        rows = PlannedContact.objects.filter(segment__in=self.segments, request__status__in=live, request__in=seen)
        fields = ("request_id", "segment_id", "channel", "first_day", "times", "every_days")
        found: dict[int, list[Any]] = defaultdict(list)
        for request, *values in rows.order_by("request_id", "id").values_list(*fields):
            found[request].append(values)
        return [_sender(request, contacts) for request, contacts in found.items()]

    def year(self, requests: Sequence[ProjectRequest]) -> CustomerYear:
        """The year that these requests make."""
        facts = [contact_facts(request) for request in requests]
        each = [self._of_segment(segment, facts) for segment in self.segments]
        breaches = {one.segment.pk: one.breach_days for one in each}
        lane_of = _lanes(requests, self.asked)
        contacts = [
            mark
            for request in requests
            for mark in contact_marks(request, lane_of[request.pk], self.days, breaches, self.quiet)
        ]
        found = (
            change_mark(each, lane_of[each.pk], self.days, self.freezes, self.segments, self.named) for each in requests
        )
        changes = [mark for mark in found if mark is not None]
        lead = max(each, key=lambda one: one.urgency, default=None)
        return CustomerYear(
            segment=self.asked.segment,
            starts=self.days[0],
            weeks=((self.days[1] - self.days[0]).days + 1) // 7,
            committed_only=self.asked.committed_only,
            picked=bool(self.asked.picked),
            by_request=_by_request(self.asked),
            lanes=tuple(sorted({mark.lane for mark in (*contacts, *changes)})),
            contacts=tuple(sorted(contacts, key=_order)),
            changes=tuple(sorted(changes, key=_order)),
            freezes=self._spans(),
            segments=tuple(_with_changes(one, changes, contacts) for one in each),
            lead=lead,
            by_week=tuple(self._weeks(lead, facts, contacts, changes)),
            peak_from=tuple(_contributions(lead, requests)),
            among=tuple(requests),
            hidden=self.hidden,
        )

    def _spans(self) -> tuple[FreezeSpan, ...]:
        freezes = [FreezeSpan(each.name, each.starts, each.ends) for each in self.freezes]
        return (*freezes, *(FreezeSpan(each.name, each.first, each.last, quiet=True) for each in self.quiet))

    def _of_segment(self, segment: Segment, facts: list[RequestFacts]) -> SegmentYear:
        sending = [each for each in facts if any(contact.segment == segment.pk for contact in each.contacts)]
        policies = [each for each in self.policies if each.segment_id in (None, segment.pk)]
        loads = tuple((policy, self._load(sending, policy, segment)) for policy in policies)
        # The furthest over its policy; while none is broken, the closest one.
        main = max(loads, key=lambda pair: pair[1].peak - pair[0].limit if pair[1].breach else 0, default=None)
        others: LoadForecast | None = None
        if main and self.everybody:
            mine = {each.id for each in sending}
            rest = [each for each in self.everybody if each.id not in mine]
            others = self._load([*rest, *sending], main[0], segment)
        broken = [
            each for each in quiet_breaches(sending, self.quiet, [segment.pk], since=self.days[0])
            if each.quiet.first <= self.days[1]
        ]  # fmt: skip
        return SegmentYear(segment, loads, main, others, tuple(broken))

    def _load(self, facts: list[RequestFacts], policy: ContactPolicy, segment: Segment) -> LoadForecast:
        return forecast(facts, policy_facts(policy), segment.pk, since=self.days[0], until=self.days[1])

    def _weeks(
        self, lead: SegmentYear | None, facts: list[RequestFacts], contacts: list[Mark], changes: list[Mark]
    ) -> Iterable[Week]:
        rolling: dict[date, int] = {}
        limit = 0
        if lead is not None and lead.main is not None:
            policy, limit = policy_facts(lead.main[0]), lead.main[0].limit
            rolling = {week.monday: week.rolling for week in weekly(facts, policy, lead.segment.pk, *self.days)}
        sent: dict[date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        landing: dict[date, list[Mark]] = defaultdict(list)
        for mark in contacts:
            sent[monday_of(mark.day)][mark.silo] += 1
        for mark in changes:
            landing[monday_of(mark.day)].append(mark)
        monday = self.days[0]
        while monday <= self.days[1]:
            who, full = sent.get(monday, {}), rolling.get(monday, 0)
            yield Week(
                monday=monday,
                contacts=sum(who.values()),
                rolling=full,
                over=max(0, full - limit) if rolling else 0,
                from_whom=", ".join(f"{silo} {times}" if times > 1 else silo for silo, times in sorted(who.items())),
                changes=tuple(landing.get(monday, ())),
            )
            monday += timedelta(weeks=1)


def _sender(request: int, contacts: list[Any]) -> RequestFacts:
    facts = tuple(ContactFact(*values) for values in contacts)
    return RequestFacts(id=request, reference="", silo=0, title="", contacts=facts)


def _by_request(asked: YearAsked) -> bool:
    return bool(asked.picked) and len({*asked.picked, *asked.added}) <= MOST_LANES


def _lanes(requests: Collection[ProjectRequest], asked: YearAsked) -> dict[int, str]:
    """The line of each request in the chart: its own where few were picked, else that of its department."""
    own = _by_request(asked)
    return {request.pk: request.reference if own else request.silo.name for request in requests}


def _order(mark: Mark) -> tuple[date, str, int]:
    return mark.day, mark.silo, mark.request.pk


def _with_changes(one: SegmentYear, changes: Iterable[Mark], contacts: Iterable[Mark]) -> SegmentYear:
    own = [
        (mark, landing) for mark in changes for landing in mark.landings
        if any(segment.pk == one.segment.pk for segment in landing.segments)
    ]  # fmt: skip
    return replace(
        one,
        changes=len(own),
        better=sum(landing.direction == "better" for _, landing in own),
        worse=sum(landing.direction == "worse" for _, landing in own),
        relearned=tuple(sorted({landing.touchpoint.name for _, landing in own if landing.relearned})),
        contacts=sum(mark.segment == one.segment.pk for mark in contacts),
    )


def _contributions(lead: SegmentYear | None, requests: Iterable[ProjectRequest]) -> Iterable[Contribution]:
    seen = {request.pk: request for request in requests}
    for pk, contacts in lead.load.contributors if lead and lead.load else ():
        yield Contribution(seen[pk], seen[pk].silo.name, contacts)
