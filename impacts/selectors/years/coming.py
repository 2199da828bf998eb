"""What comes at the customers of a segment, from all silos: every live request that reaches them, and what it does."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import ExtractQuarter, ExtractYear

from customers.models import Segment
from impacts.engine.quarters import Quarter, first_day, last_day, quarter_name
from impacts.models import Finding, FindingMember, Impact, PlannedContact
from impacts.selectors.findings.presenting import PresentedFinding, present, with_members
from portfolio.lifecycle import COMMITTED, EDITABLE
from portfolio.models import ProjectRequest

#: What the list can be narrowed to.
SHOWS = {"changes": "Changes", "worse": "Gets worse", "contacts": "Contacts", "conflicts": "Conflicts"}


@dataclass(frozen=True, slots=True)
class Coming:
    """One request: what it does where these customers meet it, how often it contacts them, and what stands against it
    (conflicts first), as the person may see it."""

    request: ProjectRequest
    impacts: Sequence[Impact]
    contacts: Sequence[PlannedContact]
    findings: Sequence[PresentedFinding]

    @property
    def is_open(self) -> bool:
        """Whether it is still to be decided, so that somebody may object."""
        return self.request.state in EDITABLE


def reaching(segment: Segment) -> QuerySet[ProjectRequest]:
    """The live requests that change something for these customers (named, or for everybody) or contact them."""
    return ProjectRequest.objects.live().filter(Exists(_impacts(segment)) | Exists(_contacts(segment)))


def _impacts(segment: Segment) -> QuerySet[Impact]:
    return Impact.objects.filter(request=OuterRef("pk")).filter(Q(segments=segment) | Q(segments__isnull=True))


def _contacts(segment: Segment) -> QuerySet[PlannedContact]:
    return PlannedContact.objects.filter(request=OuterRef("pk"), segment=segment)


def _in_conflict() -> Exists:
    standing = [Finding.State.OPEN, Finding.State.CONFIRMED]
    return Exists(
        FindingMember.objects.filter(
            request=OuterRef("pk"), finding__state__in=standing, finding__kind=Finding.Kind.CONFLICT
        )
    )


def coming_at(user: Any, segment: Segment, *, show: str = "", committed: str = "") -> QuerySet[ProjectRequest]:
    """The live requests that reach the segment and that `user` may see, the next go-live first, those without a day
    last. `show` is one of SHOWS or all; `committed` "asked" or "approved", or both."""
    rows = reaching(segment).filter(pk__in=ProjectRequest.objects.visible_to(user).order_by().values("pk"))
    if show == "changes":
        rows = rows.filter(Exists(_impacts(segment)))
    elif show == "worse":
        rows = rows.filter(Exists(_impacts(segment).filter(direction="worse")))
    elif show == "contacts":
        rows = rows.filter(Exists(_contacts(segment)))
    elif show == "conflicts":
        rows = rows.filter(_in_conflict())
    states = [status.value for status in COMMITTED]
    if committed == "approved":
        rows = rows.filter(status__in=states)
    elif committed == "asked":
        rows = rows.exclude(status__in=states)
    return rows.select_related("silo", "requester").order_by(F("wanted_go_live").asc(nulls_last=True), "id")


@dataclass(frozen=True, slots=True)
class QuarterCount:
    """How many of the requests go live in one quarter; `key` names it in the address."""

    quarter: Quarter
    count: int

    @property
    def key(self) -> str:
        """'2027-1'."""
        return f"{self.quarter[0]}-{self.quarter[1]}"

    @property
    def name(self) -> str:
        """'Q1 2027'."""
        return quarter_name(self.quarter)


def by_quarter(rows: QuerySet[ProjectRequest]) -> list[QuarterCount]:
    """How many go live in each quarter that has any, the earliest first. One query."""
    dated = rows.order_by().filter(wanted_go_live__isnull=False)
    counted = dated.values_list(ExtractYear("wanted_go_live"), ExtractQuarter("wanted_go_live")).annotate(n=Count("pk"))
    return [QuarterCount((year, number), n) for year, number, n in sorted(counted)]


def in_quarter(rows: QuerySet[ProjectRequest], quarter: Quarter) -> QuerySet[ProjectRequest]:
    """Those of the requests that go live in this quarter."""
    return rows.filter(wanted_go_live__range=(first_day(quarter), last_day(quarter)))


def hidden_from(user: Any, segment: Segment) -> int:
    """How many requests that reach the segment the person may not see."""
    return reaching(segment).exclude(pk__in=ProjectRequest.objects.visible_to(user).order_by().values("pk")).count()


def with_effects(requests: Iterable[ProjectRequest], segment: Segment, user: Any) -> list[Coming]:
    """The requests with what they do to these customers, in the same order. A fixed number of queries."""
    rows = list(requests)
    ids = [request.pk for request in rows]
    lands = Impact.objects.filter(request__in=ids).filter(Q(segments=segment) | Q(segments__isnull=True))
    impacts: dict[int, list[Impact]] = defaultdict(list)
    for impact in lands.select_related("touchpoint").distinct().order_by("touchpoint__name", "id"):
        impacts[impact.request_id].append(impact)
    contacts: dict[int, list[PlannedContact]] = defaultdict(list)
    planned = PlannedContact.objects.filter(request__in=ids, segment=segment)
    for contact in planned.order_by("first_day", "id"):
        contacts[contact.request_id].append(contact)
    findings = _findings(ids, user)
    return [Coming(row, impacts[row.pk], contacts[row.pk], findings.get(row.pk, ())) for row in rows]


def _findings(ids: Sequence[int], user: Any) -> dict[int, list[PresentedFinding]]:
    wanted = FindingMember.objects.filter(request__in=ids).order_by().values("finding_id")
    standing = with_members(Finding.objects.standing().filter(pk__in=wanted)).order_by("kind", "-weight", "id")
    found: dict[int, list[PresentedFinding]] = defaultdict(list)
    for finding in present(standing.defer("about", "material", "dismissed_material"), user):
        for request in finding.requests:
            found[request.pk].append(finding)
    return found
