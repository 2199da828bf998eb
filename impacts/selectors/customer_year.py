"""The customer's year: what one segment will live through, week by week, from all silos."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse

from customers.models import ChangeFreeze, ContactPolicy, Segment, Touchpoint
from impacts.engine.contact_load import LoadForecast, WeekLoad, contact_days, forecast, weekly
from impacts.engine.facts import ContactFact, PolicyFact, RequestFacts
from impacts.models import Impact, PlannedContact
from portfolio.lifecycle import COMMITTED
from portfolio.models import ProjectRequest

MIN_WEEKS, MAX_WEEKS = 4, 104


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happens to the customer on one day."""

    day: date
    silo: str
    request: ProjectRequest
    words: str
    direction: str = ""
    in_freeze: bool = False
    breach: bool = False

    @property
    def url(self) -> str:
        """The page of the request."""
        return self.request.get_absolute_url()


@dataclass(frozen=True, slots=True)
class FreezeSpan:
    """A change freeze inside the year."""

    name: str
    starts: date
    ends: date


@dataclass(frozen=True, slots=True)
class Week:
    """One week of the table twin: who contacts, what changes, how full the policy's window is."""

    monday: date
    contacts: int
    rolling: int
    over: int
    from_whom: str
    changes: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one request adds to the fullest window."""

    request: ProjectRequest
    silo: str
    contacts: int


@dataclass(frozen=True, slots=True)
class CustomerYear:
    """A segment's year as one person may see it. `policy` is the one that the load is measured against, None without
    any; `hidden` counts confidential requests that also reach the segment, at any time, and are in nothing else here.
    """

    segment: Segment
    starts: date
    weeks: int
    committed_only: bool
    silos: tuple[str, ...]
    contacts: tuple[Mark, ...]
    changes: tuple[Mark, ...]
    freezes: tuple[FreezeSpan, ...]
    policy: ContactPolicy | None
    load: LoadForecast | None
    by_week: tuple[Week, ...]
    peak_from: tuple[Contribution, ...]
    requests: int
    hidden: int

    @property
    def ends(self) -> date:
        """The last day shown."""
        return self.starts + timedelta(weeks=self.weeks) - timedelta(days=1)

    @property
    def title(self) -> str:
        """The finding, as a sentence."""
        name = f"{'As far as you may see, ' if self.hidden and not self._is_breach else ''}{self.segment.name}"
        if self.load is None or self.policy is None:
            return f"{name} will hear from us {len(self.contacts)} times; no contact policy protects them"
        if self.load.window is None:
            return f"{name} will not hear from us in these {self.weeks} weeks"
        span = f"{_times(self.load.peak)} in {self.policy.days} days"
        if self.load.breach:
            begins = _day(self.load.window[0])
            return f"{name} will hear from us {span} from {begins}; the policy allows {self.policy.limit}"
        return f"{name} never hear from us more than {span}; the policy allows {self.policy.limit}"

    @property
    def deck(self) -> str:
        """What the title cannot say."""
        return " ".join(filter(None, (self._sum, self._unseen)))

    @property
    def _is_breach(self) -> bool:
        return self.load is not None and self.load.breach

    @property
    def _unseen(self) -> str:
        if not self.hidden:
            return ""
        who = "One confidential request also reaches them and is"
        if self.hidden > 1:
            who = f"{self.hidden} confidential requests also reach them and are"
        return f"{who} in none of these figures; an architect can tell you if it matters."

    @property
    def _sum(self) -> str:
        if not self.peak_from or not self._is_breach:
            return f"{len(self.changes)} changes and {len(self.contacts)} contacts from {len(self.silos)} departments."
        by_silo: dict[str, int] = {}
        for part in self.peak_from:
            by_silo[part.silo] = by_silo.get(part.silo, 0) + part.contacts
        return (
            f"{len(self.peak_from)} requests of {len(by_silo)} departments add up to this. "
            f"No department sends more than {max(by_silo.values())}. Nobody was asked for the sum."
        )


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def monday_of(day: date) -> date:
    """The Monday of the day's week."""
    return day - timedelta(days=day.weekday())


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
    """The policy the year is measured against: the segment's own before that for all, all channels before one."""
    policies = ContactPolicy.objects.active().filter(Q(segment=segment) | Q(segment__isnull=True)).order_by("id")
    return min(policies, key=lambda policy: (bool(policy.channel), policy.segment_id is None, policy.pk), default=None)


def customer_year(
    *,
    user: Any,
    segment: Segment,
    starts: date,
    weeks: int,
    committed_only: bool = False,
    without: Iterable[str] = (),
) -> CustomerYear:
    """The year of a segment from the Monday of `starts`, in a fixed number of queries.

    `committed_only` leaves out what is only asked for; `without` names references to leave out ("what if these wait").
    What `user` may not see is left out of all sums, since a date or a number could be read off them (decision 0011).
    """
    starts, ends, weeks = _span(starts, weeks)
    requests = list(_requests(user, segment, committed_only, without))
    freezes = _freezes(starts, ends)
    policy = policy_for(segment)
    facts = [_contact_facts(request) for request in requests]
    load = forecast(facts, policy_facts(policy), segment.pk, since=starts) if policy else None
    days = _breach_days(load)
    contacts = [mark for request in requests for mark in _contact_marks(request, starts, ends, days)]
    changes = [mark for request in requests for mark in _change_marks(request, starts, ends, freezes)]
    series = weekly(facts, policy_facts(policy), segment.pk, starts, ends) if policy else []
    return CustomerYear(
        segment=segment,
        starts=starts,
        weeks=weeks,
        committed_only=committed_only,
        silos=tuple(sorted({mark.silo for mark in (*contacts, *changes)})),
        contacts=tuple(sorted(contacts, key=lambda mark: (mark.day, mark.silo))),
        changes=tuple(sorted(changes, key=lambda mark: (mark.day, mark.silo))),
        freezes=tuple(FreezeSpan(freeze.name, freeze.starts, freeze.ends) for freeze in freezes),
        policy=policy,
        load=load,
        by_week=tuple(_weeks(series, policy, contacts, changes)),
        peak_from=tuple(_contributions(load, requests)),
        requests=len(requests),
        hidden=_reaching(segment).exclude(pk__in=_visible(user).order_by().values("pk")).count(),
    )


def _span(day: date, weeks: int) -> tuple[date, date, int]:
    first, shown = monday_of(day), min(max(weeks, MIN_WEEKS), MAX_WEEKS)
    return first, first + timedelta(weeks=shown) - timedelta(days=1), shown


def _visible(user: Any) -> QuerySet[ProjectRequest]:
    return ProjectRequest.objects.visible_to(user)


def _reaching(segment: Segment) -> QuerySet[ProjectRequest]:
    """The live requests that change something for these customers or contact them."""
    reaches = Impact.objects.filter(request=OuterRef("pk")).filter(Q(segments=segment) | Q(segments__isnull=True))
    contacts = PlannedContact.objects.filter(request=OuterRef("pk"), segment=segment)
    return ProjectRequest.objects.live().filter(Exists(reaches) | Exists(contacts))


def _requests(user: Any, segment: Segment, committed_only: bool, without: Iterable[str]) -> Iterable[ProjectRequest]:
    requests = _reaching(segment).filter(pk__in=_visible(user).order_by().values("pk"))
    if committed_only:
        requests = requests.filter(status__in=[status.value for status in COMMITTED])
    lands = (
        Impact.objects.filter(Q(segments=segment) | Q(segments__isnull=True)).select_related("touchpoint").distinct()
    )
    return (
        requests.exclude(reference__in=list(without))
        .select_related("silo")
        .prefetch_related(
            Prefetch("contacts", PlannedContact.objects.filter(segment=segment).order_by("first_day", "id")),
            Prefetch("impacts", lands.order_by("touchpoint__name", "id")),
        )
        .order_by("id")
    )


def _contact_facts(request: ProjectRequest) -> RequestFacts:
    return RequestFacts(
        id=request.pk,
        reference=request.reference,
        silo=request.silo_id,
        title=request.title,
        contacts=tuple(
            ContactFact(
                segment=contact.segment_id,
                channel=contact.channel,
                first_day=contact.first_day,
                times=contact.times,
                every_days=contact.every_days,
            )
            for contact in request.contacts.all()
        ),
    )


def _breach_days(load: LoadForecast | None) -> list[tuple[date, date]]:
    return [(episode.first, episode.last) for episode in load.episodes] if load else []


def _contact_marks(
    request: ProjectRequest, starts: date, ends: date, breaches: list[tuple[date, date]]
) -> Iterable[Mark]:
    facts = _contact_facts(request)
    for contact, fact in zip(request.contacts.all(), facts.contacts, strict=True):
        for ordinal in contact_days(fact).tolist():
            day = date.fromordinal(ordinal)
            if starts <= day <= ends:
                yield Mark(
                    day=day,
                    silo=request.silo.name,
                    request=request,
                    words=f"{contact.get_channel_display()}: {contact.purpose or request.title}",
                    breach=any(first <= day <= last for first, last in breaches),
                )


def _change_marks(request: ProjectRequest, starts: date, ends: date, freezes: list[ChangeFreeze]) -> Iterable[Mark]:
    day, impacts = request.wanted_go_live, list(request.impacts.all())
    if day is None or not impacts or not starts <= day <= ends:
        return
    touched = {impact.touchpoint_id for impact in impacts}
    worst = next((word for word in ("worse", "neutral", "better") if word in {i.direction for i in impacts}), "")
    yield Mark(
        day=day,
        silo=request.silo.name,
        request=request,
        words=request.title,
        direction=worst,
        in_freeze=any(_hits(freeze, day, touched) for freeze in freezes),
    )


def _hits(freeze: ChangeFreeze, day: date, touched: set[int]) -> bool:
    frozen = {touchpoint.pk for touchpoint in freeze.touchpoints.all()}
    return freeze.starts <= day <= freeze.ends and (not frozen or bool(frozen & touched))


def _freezes(starts: date, ends: date) -> list[ChangeFreeze]:
    touchpoints = Prefetch("touchpoints", Touchpoint.objects.order_by("id"))
    inside = ChangeFreeze.objects.active().filter(starts__lte=ends, ends__gte=starts)
    return list(inside.prefetch_related(touchpoints).order_by("starts", "id"))


def _weeks(
    series: list[WeekLoad], policy: ContactPolicy | None, contacts: list[Mark], changes: list[Mark]
) -> Iterable[Week]:
    for week in series:
        sent: dict[str, int] = {}
        for mark in contacts:
            if monday_of(mark.day) == week.monday:
                sent[mark.silo] = sent.get(mark.silo, 0) + 1
        yield Week(
            monday=week.monday,
            contacts=sum(sent.values()),
            rolling=week.rolling,
            over=max(0, week.rolling - (policy.limit if policy else 0)),
            from_whom=", ".join(f"{silo} {times}" if times > 1 else silo for silo, times in sorted(sent.items())),
            changes=tuple(mark for mark in changes if monday_of(mark.day) == week.monday),
        )


def _contributions(load: LoadForecast | None, requests: list[ProjectRequest]) -> Iterable[Contribution]:
    seen = {request.pk: request for request in requests}
    for pk, contacts in load.contributors if load else ():
        yield Contribution(seen[pk], seen[pk].silo.name, contacts)


def year_url(segment: Segment, *, starts: date, weeks: int, committed_only: bool) -> str:
    """The address of exactly this view."""
    include = "approved" if committed_only else "asked"
    return f"{reverse('impacts:customer-year', args=[segment.code])}?from={starts}&weeks={weeks}&include={include}"
