"""The accountability map: who answers for what, where nobody does, and what lands there."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from customers.models import Channel, DataDomain, JourneyStage, RegisterEntry, Segment, Touchpoint
from customers.selectors import person_problem
from impacts.engine.coverage import Coverage
from impacts.models import DataUse, Impact, PlannedContact
from impacts.selectors.maps.coverage import coverage_by_month
from portfolio.models import Person, ProjectRequest

MANY = 4
"""Who answers for so many touchpoints or more answers for many."""

SHOWN = 60
KINDS: dict[str, str] = {"segment": "Segment", "touchpoint": "Touchpoint", "domain": "Data domain"}
NOBODY = "nobody"


STEADY = 0.5
"""Per cent by which coverage moves at least before it is said to have moved: a single new entry moves it a little."""


@dataclass(frozen=True, slots=True)
class Ground:
    """An entry that somebody must answer for. `problem` says why nobody does; `requests` are the live ones that land
    there, as the person may see; `reach` customers a month (of a segment: its customers; None for data)."""

    kind: str
    entry: RegisterEntry
    person: Person | None
    problem: str
    requests: int
    reach: int | None

    @property
    def label(self) -> str:
        """What kind of thing it is."""
        return KINDS[self.kind]


@dataclass(frozen=True, slots=True)
class Span:
    """What one person answers for."""

    person: Person
    ground: tuple[Ground, ...]

    def count(self, kind: str) -> int:
        """How many of one kind."""
        return sum(each.kind == kind for each in self.ground)

    @property
    def words(self) -> str:
        """ "5 touchpoints, 1 data domain"."""
        parts = [(self.count(kind), label.lower()) for kind, label in KINDS.items()]
        return ", ".join(f"{count} {word}{'' if count == 1 else 's'}" for count, word in parts if count)

    @property
    def reach(self) -> int:
        """Customers a month at its touchpoints, visits added up."""
        return sum(each.reach or 0 for each in self.ground if each.kind == "touchpoint")


@dataclass(frozen=True, slots=True)
class Cell:
    """A channel at a stage of the journey: who answers there, for how many touchpoints, and the touchpoints nobody
    answers for."""

    channel: str
    stage: str
    holders: tuple[tuple[Person, int], ...]
    unowned: tuple[Ground, ...]

    @property
    def shared(self) -> bool:
        """Whether more than one person answers here."""
        return len(self.holders) > 1


@dataclass(frozen=True, slots=True)
class Row:
    """A channel across the stages of the journey; None where there is no touchpoint."""

    channel: str
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class Crossing:
    """Who speaks for a segment, and who answers for a touchpoint where live requests change something for it: they have
    to agree. `requests` counts these as the person may see them."""

    segment: Segment
    touchpoints: tuple[Touchpoint, ...]
    person: Person
    requests: int


@dataclass(frozen=True, slots=True)
class Landing:
    """A live request, and the ground it lands on that nobody answers for."""

    request: ProjectRequest
    ground: tuple[Ground, ...]


@dataclass(frozen=True, slots=True)
class AccountabilityMap:
    """The map as one person may see it. `landing` are the first of `landing_count` requests on ground that nobody
    answers for; `hidden` counts confidential ones that land anywhere and are in no number here. `months` is the
    coverage of all kinds at each month's end, today last; `now` of each kind."""

    ground: tuple[Ground, ...]
    stages: tuple[str, ...]
    rows: tuple[Row, ...]
    spans: tuple[Span, ...]
    crossings: tuple[Crossing, ...]
    landing: tuple[Landing, ...]
    landing_count: int
    hidden: int
    months: tuple[Coverage, ...]

    @property
    def unowned(self) -> tuple[Ground, ...]:
        """What nobody answers for, that with most requests first."""
        gaps = [each for each in self.ground if each.problem]
        return tuple(sorted(gaps, key=lambda each: (-each.requests, -(each.reach or 0), each.entry.name)))

    @property
    def now(self) -> list[tuple[str, int, int]]:
        """Of each kind: its name in the plural, how many have somebody, how many there are."""
        counts = []
        for kind, label in KINDS.items():
            mine = [each for each in self.ground if each.kind == kind]
            counts.append((f"{label}s", sum(not each.problem for each in mine), len(mine)))
        return counts

    @property
    def many(self) -> tuple[Span, ...]:
        """Who answers for MANY touchpoints or more."""
        return tuple(span for span in self.spans if span.count("touchpoint") >= MANY)

    @property
    def shared(self) -> tuple[Cell, ...]:
        """Where two people or more answer in the same channel at the same stage."""
        return tuple(cell for row in self.rows for cell in row.cells if cell is not None and cell.shared)

    @property
    def title(self) -> str:
        """The finding, as a sentence."""
        gaps, total = len(self.unowned), len(self.ground)
        things = "segments, touchpoints and data domains"
        if not total:
            return f"There are no {things} yet that somebody could answer for"
        if not gaps:
            return f"One living person answers for each of {total} {things}"
        seen = "as far as you may see, " if self.hidden else ""
        lands = {0: "no request lands", 1: "one request lands"}.get(
            self.landing_count, f"{self.landing_count} requests land"
        )
        return f"Nobody answers for {gaps} of {total} {things}; {seen}{lands} there"

    @property
    def trend(self) -> str:
        """How the coverage moved, as a sentence: since it was best, or since the first month that is shown."""
        said = [(month.percent, month) for month in self.months if month.percent is not None]
        if len(said) < 2:
            return "Coverage is counted at the end of each month; it begins now"
        *before, (now, _) = said
        best, month = max(before, key=lambda pair: (pair[0], pair[1].day))
        if now < best - STEADY:
            return f"Coverage fell from {best:g} % on {_day(month)} to {now:g} now"
        first, month = before[0]
        if now > first + STEADY:
            return f"Coverage rose from {first:g} % on {_day(month)} to {now:g} now"
        return f"{now:g} % are covered, as at the end of each month"


def _day(month: Coverage) -> str:
    return f"{month.day.day} {month.day:%B}"


def accountability_map(user: Any) -> AccountabilityMap:
    """The map as `user` may see it, in a fixed number of queries."""
    seen = ProjectRequest.objects.live().visible_to(user).order_by()
    ground = _ground(seen)
    stages, rows = _matrix(ground)
    landing, count = _landing(seen, ground)
    return AccountabilityMap(
        ground=tuple(ground),
        stages=stages,
        rows=rows,
        spans=tuple(_spans(ground)),
        crossings=tuple(_crossings(seen)),
        landing=tuple(landing),
        landing_count=count,
        hidden=_hidden(seen),
        months=(*coverage_by_month(), *_today(ground)),
    )


def _ground(seen: QuerySet[ProjectRequest]) -> list[Ground]:
    inside = {"request__in": seen.values("pk")}
    at_touchpoint = _counts(Impact.objects.filter(**inside), "touchpoint_id")
    of_domain = _counts(DataUse.objects.filter(**inside), "domain_id")
    of_segment: dict[int, set[int]] = defaultdict(set)
    named = Impact.objects.filter(**inside, segments__isnull=False).order_by().values_list("segments", "request_id")
    for segment, request in named.distinct():
        of_segment[segment].add(request)
    contacts = PlannedContact.objects.filter(**inside).order_by().values_list("segment_id", "request_id")
    for segment, request in contacts.distinct():
        of_segment[segment].add(request)
    found: list[Ground] = []
    for one in Segment.objects.active().select_related("manager").order_by("name", "id"):
        number = len(of_segment.get(one.pk, ()))
        found.append(Ground("segment", one, one.manager, person_problem(one.manager), number, one.customer_count))
    for point in Touchpoint.objects.active().select_related("accountable").order_by("name", "id"):
        who, number = point.accountable, at_touchpoint.get(point.pk, 0)
        found.append(Ground("touchpoint", point, who, person_problem(who), number, point.customers_per_month))
    for domain in DataDomain.objects.active().select_related("steward").order_by("name", "id"):
        who, number = domain.steward, of_domain.get(domain.pk, 0)
        found.append(Ground("domain", domain, who, person_problem(who), number, None))
    return found


def _today(ground: Sequence[Ground]) -> list[Coverage]:
    owned = sum(not each.problem for each in ground)
    return [Coverage(timezone.localdate(), owned, len(ground))] if ground else []


def _counts(rows: QuerySet[Any], field: str) -> dict[int, int]:
    counted = rows.order_by().values(field).annotate(number=Count("request", distinct=True))
    return dict(counted.values_list(field, "number"))


def _matrix(ground: Iterable[Ground]) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    cells: dict[tuple[str, str], list[Ground]] = defaultdict(list)
    for each in ground:
        if isinstance(each.entry, Touchpoint):
            cells[each.entry.channel, each.entry.journey_stage].append(each)
    stages = [stage for stage in JourneyStage if any(stage == at for _, at in cells)]
    channels = [channel for channel in Channel if any(channel == at for at, _ in cells)]
    rows = tuple(
        Row(channel.label, tuple(_cell(channel, stage, cells.get((channel, stage), [])) for stage in stages))
        for channel in channels
    )
    return tuple(str(stage.label) for stage in stages), rows


def _cell(channel: Channel, stage: JourneyStage, ground: Sequence[Ground]) -> Cell | None:
    if not ground:
        return None
    people: dict[Person, int] = defaultdict(int)
    for each in ground:
        if each.person is not None and not each.problem:
            people[each.person] += 1
    holders = sorted(people.items(), key=lambda pair: (-pair[1], pair[0].name, pair[0].pk))
    return Cell(str(channel.label), str(stage.label), tuple(holders), tuple(each for each in ground if each.problem))


def _spans(ground: Iterable[Ground]) -> list[Span]:
    held: dict[Person, list[Ground]] = defaultdict(list)
    for each in ground:
        if each.person is not None and not each.problem:
            held[each.person].append(each)
    spans = [Span(person, tuple(mine)) for person, mine in held.items()]
    return sorted(spans, key=lambda span: (-len(span.ground), -span.reach, span.person.name, span.person.pk))


def _crossings(seen: QuerySet[ProjectRequest]) -> list[Crossing]:
    """Where who speaks for a segment and who answers for a touchpoint are two people that live requests bring together,
    those with most requests first. Three queries."""
    triples = (
        Impact.objects.filter(request__in=seen.values("pk"), segments__retired_on__isnull=True)
        .filter(segments__isnull=False, touchpoint__retired_on__isnull=True)
        .order_by()
        .values_list("segments", "touchpoint_id", "request_id")
        .distinct()
    )
    segments = Segment.objects.active().select_related("manager").in_bulk()
    points = Touchpoint.objects.active().select_related("accountable").in_bulk()
    speakers = {pk: each.manager for pk, each in segments.items() if not person_problem(each.manager)}
    answering = {pk: each.accountable for pk, each in points.items() if not person_problem(each.accountable)}
    found: dict[tuple[int, int], tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    for segment, point, request in triples:
        speaker, answers = speakers.get(segment), answering.get(point)
        if speaker is not None and answers is not None and speaker != answers:
            touched, requests = found[segment, answers.pk]
            touched.add(point)
            requests.add(request)
    crossings = []
    for (segment, _), (touched, requests) in found.items():
        named = sorted((points[pk] for pk in touched), key=lambda point: (point.name, point.pk))
        person = named[0].accountable
        if person is not None:
            crossings.append(Crossing(segments[segment], tuple(named), person, len(requests)))
    return sorted(crossings, key=lambda each: (-each.requests, each.segment.name, each.person.name, each.person.pk))


def _landing(seen: QuerySet[ProjectRequest], ground: Iterable[Ground]) -> tuple[list[Landing], int]:
    """The live requests that land on ground nobody answers for, those with most of it first. Five queries."""
    gaps: dict[str, dict[int, Ground]] = defaultdict(dict)
    for each in ground:
        if each.problem:
            gaps[each.kind][each.entry.pk] = each
    inside = {"request__in": seen.values("pk")}
    pairs = [
        ("touchpoint", Impact.objects.filter(**inside, touchpoint__in=gaps["touchpoint"]), "touchpoint_id"),
        ("domain", DataUse.objects.filter(**inside, domain__in=gaps["domain"]), "domain_id"),
        ("segment", Impact.objects.filter(**inside, segments__in=gaps["segment"]), "segments"),
        ("segment", PlannedContact.objects.filter(**inside, segment__in=gaps["segment"]), "segment_id"),
    ]
    landed: dict[int, dict[tuple[str, int], Ground]] = defaultdict(dict)
    for kind, rows, field in pairs:
        for request, thing in rows.order_by().values_list("request_id", field).distinct():
            landed[request][kind, thing] = gaps[kind][thing]
    first = sorted(landed, key=lambda pk: (-len(landed[pk]), -pk))[:SHOWN]
    known = ProjectRequest.objects.select_related("silo").in_bulk(first)
    return [Landing(known[pk], _by_name(landed[pk].values())) for pk in first], len(landed)


def _by_name(ground: Iterable[Ground]) -> tuple[Ground, ...]:
    return tuple(sorted(ground, key=lambda each: (each.entry.name, each.kind)))


def _hidden(seen: QuerySet[ProjectRequest]) -> int:
    """How many live requests the person may not see, wherever they land: to say where would say too much."""
    lands = Q(impacts__isnull=False) | Q(data_uses__isnull=False) | Q(contacts__isnull=False)
    return ProjectRequest.objects.live().filter(lands).exclude(pk__in=seen.values("pk")).distinct().count()


def chosen_ground(shown: AccountabilityMap, *, kind: str = "", who: str = "") -> list[Ground]:
    """What the list shows: of one kind, or all; for which NOBODY answers, one person (by id), or all."""
    rows = [each for each in shown.ground if not kind or each.kind == kind]
    if who == NOBODY:
        return [each for each in rows if each.problem]
    return [each for each in rows if not who or (each.person is not None and str(each.person.pk) == who)]
