"""The rows behind the customer's year: requests with what they change and whom they contact, and what they become on
the days of the year."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from customers.models import ChangeFreeze, QuietPeriod, Segment, Touchpoint
from impacts.engine.contact_load import contact_days
from impacts.engine.facts import ContactFact, QuietFact, RequestFacts
from impacts.models import Effect, Impact, PlannedContact
from portfolio.lifecycle import LIVE
from portfolio.models import ProjectRequest

EVERYTHING: Final = object()
"""Stands for who runs a command on the server and sees all."""

RELEARNED = frozenset({Effect.INTRODUCES.value, Effect.REPLACES.value, Effect.RETIRES.value})
"""What asks customers to learn a touchpoint anew; a change leaves it where it was."""

MOST_IDS = 2_000
"""Databases limit the length of a list in a query."""

Days = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Landing:
    """What one request does at one touchpoint, for these segments (all of those looked at when it names none)."""

    touchpoint: Touchpoint
    effect: str
    direction: str
    measure: str
    segments: tuple[Segment, ...]
    in_freeze: str

    @property
    def relearned(self) -> bool:
        """Whether customers must learn it anew: something begins, is replaced or goes where customers are."""
        return self.effect in RELEARNED and self.touchpoint.customers_per_month > 0

    @property
    def effect_words(self) -> str:
        """Introduces, changes, replaces or retires."""
        return str(Effect(self.effect).label)

    @property
    def customers(self) -> int:
        """How many customers the segments have that it is for."""
        return sum(segment.customer_count for segment in self.segments)


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happens to the customer on one day: a contact, or all that one request changes on it."""

    day: date
    lane: str
    request: ProjectRequest
    words: str
    direction: str = ""
    in_freeze: bool = False
    breach: bool = False
    segment: int = 0
    channel: str = ""
    landings: tuple[Landing, ...] = ()

    @property
    def silo(self) -> str:
        """The department that asks for it."""
        return self.request.silo.name

    @property
    def url(self) -> str:
        """The page of the request."""
        return self.request.get_absolute_url()


@dataclass(frozen=True, slots=True)
class FreezeSpan:
    """A change freeze or a quiet period inside the year."""

    name: str
    starts: date
    ends: date
    quiet: bool = False


def visible_rows(user: Any) -> QuerySet[ProjectRequest]:
    """The requests that `user` may see, drafts among them."""
    return ProjectRequest.objects.all() if user is EVERYTHING else ProjectRequest.objects.visible_to(user)


def reaching(segments: Iterable[Segment]) -> Q:
    """The condition on requests that are live and change something for these customers or contact them."""
    those = [segment.pk for segment in segments]
    links = Impact.segments.through.objects
    named = Impact.objects.filter(pk__in=links.filter(segment__in=those).values("impact"))
    for_all = Impact.objects.filter(~Exists(links.filter(impact=OuterRef("pk"))))
    contacts = PlannedContact.objects.filter(segment__in=those)
    reach = Q(pk__in=[])
    for rows in (named, for_all, contacts):
        reach |= Q(pk__in=rows.order_by().values("request"))
    return Q(status__in=[status.value for status in LIVE]) & reach


@dataclass(frozen=True, slots=True)
class Rows:
    """Requests with their contacts and impacts, and for which segments each impact is (by its id; none: for all)."""

    requests: tuple[ProjectRequest, ...]
    named: Mapping[int, Set[int]]


def read_requests(rows: QuerySet[ProjectRequest], segment: Segment | None) -> Rows:
    """The requests with their impacts, and their contacts to one segment or all. Four queries."""
    contacts = PlannedContact.objects.order_by("first_day", "id")
    if segment is not None:
        contacts = contacts.filter(segment=segment)
    lands = Impact.objects.select_related("touchpoint", "measure").order_by("touchpoint__name", "id")
    found = tuple(
        rows.defer("problem", "proposal", "promised_effect")
        .select_related("silo")
        .prefetch_related(Prefetch("contacts", contacts), Prefetch("impacts", lands))
        .order_by("id")
    )
    impacts = [impact.pk for request in found for impact in request.impacts.all()]
    named: dict[int, set[int]] = defaultdict(set)
    links = Impact.segments.through.objects.order_by("id")
    for at in range(0, len(impacts), MOST_IDS):
        some = links.filter(impact__in=impacts[at : at + MOST_IDS])
        for impact, pk in some.values_list("impact_id", "segment_id"):
            named[impact].add(pk)
    return Rows(found, named)


def freezes_in(starts: date, ends: date) -> list[ChangeFreeze]:
    """The change freezes that touch these days. Two queries."""
    touchpoints = Prefetch("touchpoints", Touchpoint.objects.order_by("id"))
    inside = ChangeFreeze.objects.active().filter(starts__lte=ends, ends__gte=starts)
    return list(inside.prefetch_related(touchpoints).order_by("starts", "id"))


def quiet_in(starts: date, ends: date, segments: Collection[Segment]) -> list[QuietFact]:
    """The quiet periods of these segments that touch these days. One query."""
    inside = QuietPeriod.objects.active().filter(starts__lte=ends, ends__gte=starts)
    rows = inside.filter(Q(segment__in=list(segments)) | Q(segment__isnull=True)).order_by("starts", "id")
    return [QuietFact(row.pk, row.code, row.name, row.starts, row.ends, row.segment_id, row.channel or None)
            for row in rows]  # fmt: skip


def contact_facts(request: ProjectRequest) -> RequestFacts:
    """The request as the engine reads it, with its contacts only."""
    return RequestFacts(
        id=request.pk,
        reference=request.reference,
        silo=request.silo_id,
        title=request.title,
        contacts=tuple(
            ContactFact(each.segment_id, each.channel, each.first_day, each.times, each.every_days)
            for each in request.contacts.all()
        ),
    )


def contact_marks(
    request: ProjectRequest, lane: str, days: Days, breaches: dict[int, list[Days]], quiet: list[QuietFact]
) -> Iterable[Mark]:
    """Its contacts in these days; `breaches` are the days, by segment, whose contacts break a policy."""
    facts = contact_facts(request)
    for contact, fact in zip(request.contacts.all(), facts.contacts, strict=True):
        words = f"{contact.get_channel_display()}: {contact.purpose or request.title}"
        periods = [each for each in quiet if each.segment in (None, fact.segment)
                   and each.channel in (None, fact.channel)]  # fmt: skip
        spans = [*breaches.get(fact.segment, ()), *((each.first, each.last) for each in periods)]
        for ordinal in contact_days(fact).tolist():
            day = date.fromordinal(ordinal)
            if days[0] <= day <= days[1]:
                over = any(first <= day <= last for first, last in spans)
                yield Mark(day, lane, request, words, breach=over, segment=fact.segment, channel=fact.channel)


def change_mark(
    request: ProjectRequest,
    lane: str,
    days: Days,
    freezes: list[ChangeFreeze],
    segments: tuple[Segment, ...],
    named: Mapping[int, Set[int]],
) -> Mark | None:
    """All that it changes, on its go-live, for those of `segments` that it names; None where nothing lands then."""
    day = request.wanted_go_live
    if day is None or not days[0] <= day <= days[1]:
        return None
    landings = tuple(
        _landing(impact, day, freezes, segments, named.get(impact.pk, set())) for impact in request.impacts.all()
    )
    landings = tuple(landing for landing in landings if landing.segments)
    if not landings:
        return None
    found = {landing.direction for landing in landings}
    return Mark(
        day=day,
        lane=lane,
        request=request,
        words=request.title,
        direction=next(word for word in ("worse", "neutral", "better") if word in found),
        in_freeze=any(landing.in_freeze for landing in landings),
        landings=landings,
    )


def _landing(
    impact: Impact, day: date, freezes: list[ChangeFreeze], segments: tuple[Segment, ...], own: Set[int]
) -> Landing:
    named = tuple(segment for segment in segments if not own or segment.pk in own)
    measure = f"{impact.measure} {'up' if impact.measure_sign == 1 else 'down'}" if impact.measure else ""
    freeze = next((each.name for each in freezes if _hits(each, day, impact.touchpoint_id)), "")
    return Landing(impact.touchpoint, impact.effect, impact.direction, measure, named, freeze)


def _hits(freeze: ChangeFreeze, day: date, touchpoint: int) -> bool:
    frozen = {each.pk for each in freeze.touchpoints.all()}
    return freeze.starts <= day <= freeze.ends and (not frozen or touchpoint in frozen)


def monday_of(day: date) -> date:
    """The Monday of the day's week."""
    return day - timedelta(days=day.weekday())
