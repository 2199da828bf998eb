"""The customer's year for a pack: the segments that the items reach, with what is approved and with the agenda besides.

Counted by the engine from plain facts; everything is read in a fixed number of queries, however many items there are.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import Q
from django.utils import timezone

from board.packs.facts import YearFact, YearSide
from customers.models import ContactPolicy, Segment
from impacts.engine.contact_load import contact_days, forecast, weekly
from impacts.engine.facts import ContactFact, PolicyFact, RequestFacts
from impacts.models import Impact, PlannedContact
from impacts.selectors.years.customer_year import policy_facts
from impacts.selectors.years.year_rows import monday_of
from portfolio.lifecycle import COMMITTED

WEEKS = 52
MOST_SEGMENTS = 8


@dataclass(frozen=True, slots=True)
class _Sender:
    """A request that contacts segments; `before`: the board has approved it."""

    facts: RequestFacts
    before: bool
    secret: bool


@dataclass(frozen=True, slots=True)
class _Landing:
    """A request changes a touchpoint on its go-live."""

    request: int
    worse: bool
    before: bool
    secret: bool


@dataclass(frozen=True, slots=True)
class _Frame:
    """The year: its first and last day, and all that falls into it, by segment."""

    first: date
    last: date
    senders: Mapping[int, Sequence[_Sender]]
    landings: Mapping[int, Sequence[_Landing]]
    policies: Sequence[PolicyFact]


def year_facts(ids: Collection[int]) -> tuple[YearFact, ...]:
    """The years of the segments that these requests reach, the worst after the meeting first, at most eight. Six
    queries."""
    first = monday_of(timezone.localdate())
    last = first + timedelta(weeks=WEEKS) - timedelta(days=1)
    segments = _segments(ids)
    counted = Q(request__in=ids) | Q(request__status__in=[status.value for status in COMMITTED])
    policies = [policy_facts(policy) for policy in ContactPolicy.objects.active().order_by("id")]
    frame = _Frame(first, last, _senders(counted, segments), _landings(counted, segments, (first, last)), policies)
    years = [_year(frame, segment) for segment in segments.values()]
    worst = sorted(years, key=lambda year: (year.limit - year.after.peak, -year.customers, year.segment))
    return tuple(worst[:MOST_SEGMENTS])


def _segments(ids: Collection[int]) -> dict[int, Segment]:
    contacted = PlannedContact.objects.filter(request__in=ids).order_by().values("segment")
    named = Impact.segments.through.objects.filter(impact__request__in=ids).order_by().values("segment")
    rows = Segment.objects.filter(Q(pk__in=contacted) | Q(pk__in=named)).select_related("manager").order_by("id")
    return {segment.pk: segment for segment in rows}


def _senders(counted: Q, segments: Mapping[int, Segment]) -> dict[int, list[_Sender]]:
    rows = PlannedContact.objects.filter(counted, segment__in=list(segments)).order_by("request_id", "id")
    about_request = ("request_id", "request__status", "request__confidential")
    fields = (*about_request, "segment_id", "channel", "first_day", "times", "every_days")
    contacts: dict[tuple[int, int], list[ContactFact]] = defaultdict(list)
    about: dict[int, tuple[bool, bool]] = {}
    for request, status, secret, *values in rows.values_list(*fields):
        contacts[values[0], request].append(ContactFact(*values))
        about[request] = (status in COMMITTED, secret)
    found: dict[int, list[_Sender]] = defaultdict(list)
    for (segment, request), sent in contacts.items():
        facts = RequestFacts(id=request, reference="", silo=0, title="", contacts=tuple(sent))
        found[segment].append(_Sender(facts, *about[request]))
    return found


def _landings(counted: Q, segments: Mapping[int, Segment], days: tuple[date, date]) -> dict[int, list[_Landing]]:
    """What lands at touchpoints within the year, by segment; a change that names no segment is for all."""
    rows = Impact.objects.filter(counted, request__wanted_go_live__range=days).select_related("request")
    found: dict[int, list[_Landing]] = defaultdict(list)
    for impact in rows.prefetch_related("segments").order_by("id"):
        request = impact.request
        landing = _Landing(request.pk, impact.direction == "worse", request.state in COMMITTED, request.confidential)
        for pk in [segment.pk for segment in impact.segments.all()] or segments:
            found[pk].append(landing)
    return found


def _year(frame: _Frame, segment: Segment) -> YearFact:
    senders, landings = frame.senders.get(segment.pk, []), frame.landings.get(segment.pk, [])
    secret = {each.facts.id for each in senders if each.secret} | {each.request for each in landings if each.secret}
    whole = _counted(frame, segment, senders, landings)
    if not secret:
        return whole
    open_senders = [each for each in senders if not each.secret]
    open_landings = [each for each in landings if not each.secret]
    return replace(whole, secret=tuple(sorted(secret)), apart=_counted(frame, segment, open_senders, open_landings))


def _counted(frame: _Frame, segment: Segment, senders: Sequence[_Sender], landings: Sequence[_Landing]) -> YearFact:
    before = [each.facts for each in senders if each.before]
    after = [each.facts for each in senders]
    policy = _policy(frame, segment, after)
    weeks: list[tuple[int, int]] = []
    if policy is not None:
        sides = [weekly(facts, policy, segment.pk, frame.first, frame.last) for facts in (before, after)]
        weeks = [(one.rolling, other.rolling) for one, other in zip(*sides, strict=True)]
    return YearFact(
        segment=segment.name,
        customers=segment.customer_count,
        manager=segment.manager.get_full_name() if segment.manager else "",
        policy=policy.name if policy else "",
        limit=policy.limit if policy else 0,
        days=policy.days if policy else 0,
        starts=frame.first,
        before=_side(frame, segment, policy, before, [each for each in landings if each.before]),
        after=_side(frame, segment, policy, after, landings),
        weeks=tuple(weeks),
    )


def _policy(frame: _Frame, segment: Segment, after: Sequence[RequestFacts]) -> PolicyFact | None:
    """The policy that is broken furthest after the meeting; the closest to the segment while none is."""
    fitting = [policy for policy in frame.policies if policy.segment in (None, segment.pk)]

    def urgency(policy: PolicyFact) -> tuple[int, bool, bool]:
        peak = forecast(after, policy, segment.pk, since=frame.first, until=frame.last).peak
        return max(0, peak - policy.limit), policy.channel is None, policy.segment is not None

    return max(fitting, key=urgency, default=None)


def _side(
    frame: _Frame,
    segment: Segment,
    policy: PolicyFact | None,
    senders: Sequence[RequestFacts],
    landings: Sequence[_Landing],
) -> YearSide:
    first, last = frame.first.toordinal(), frame.last.toordinal()
    contacts = sum(
        int(((days >= first) & (days <= last)).sum())
        for sender in senders
        for days in (contact_days(contact) for contact in sender.contacts)
    )
    peak = 0
    if policy is not None:
        peak = forecast(senders, policy, segment.pk, since=frame.first, until=frame.last).peak
    return YearSide(contacts, peak, len(landings), sum(each.worse for each in landings))
