"""The home page: what needs *this person* now, by their roles. It reads all four apps, so it stands in the root."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from board.models import AgendaItem, Condition, Hold, Meeting, Question
from board.permissions import can_see_board
from board.selectors.decisions.objections import SeenObjection, seen_objections, visible_objections
from board.selectors.decisions.questions import questions_to_answer
from board.selectors.meetings.meetings import next_meeting
from customers.models import Segment
from impacts.engine.customer_hours import MonthOfHours
from impacts.models import Answer, Bet, Cluster, Finding, FindingMember
from impacts.permissions import can_triage
from impacts.selectors.findings.clusters import MEMBERS
from impacts.selectors.findings.findings import findings_for
from impacts.selectors.findings.presenting import Money, PresentedFinding, money_of, present
from impacts.selectors.it.it_hours import own_month
from impacts.selectors.tags.bets import bets_due_for
from impacts.selectors.tags.proposals import waiting_count
from impacts.selectors.years.customer_year import CustomerYear, customer_year
from portfolio.lifecycle import LIVE, Status
from portfolio.models import Person, ProjectRequest, Transition
from portfolio.models.people import gone
from portfolio.permissions import Roles, can_see, roles_of
from portfolio.selectors.holdings import Vacancy, speaks_for, waiting_for

SHOWN = 6
HEAVIEST = 3
CONDITIONS_AHEAD = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class ClusterCard:
    """The weightiest cluster whose requests the person may all see."""

    cluster: Cluster
    silos: list[str]
    requests: list[ProjectRequest]
    money: Money | None


@dataclass(frozen=True, slots=True)
class MeetingCard:
    """The next sitting of the board: its items and how full it is."""

    meeting: Meeting
    items: int
    minutes: int


@dataclass(slots=True)
class Home:
    """What the page shows; every part is empty where it does not concern the person."""

    title: str
    lead: str
    cluster: ClusterCard | None = None
    unanswered: list[PresentedFinding] = field(default_factory=list)
    unanswered_count: int = 0
    others_years: list[CustomerYear] = field(default_factory=list)
    flags: list[PresentedFinding] = field(default_factory=list)
    flag_count: int = 0
    untriaged: list[ProjectRequest] = field(default_factory=list)
    drafts: list[ProjectRequest] = field(default_factory=list)
    mine: list[ProjectRequest] = field(default_factory=list)
    years: list[CustomerYear] = field(default_factory=list)
    bets: list[Bet] = field(default_factory=list)
    hours: MonthOfHours | None = None
    own_conditions: list[Condition] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    meeting: MeetingCard | None = None
    changed: list[Transition] = field(default_factory=list)
    vacancies: list[Vacancy] = field(default_factory=list)
    proposed_terms: int = 0
    objections: list[SeenObjection] = field(default_factory=list)
    today: date = field(default_factory=timezone.localdate)

    @property
    def serves_nobody(self) -> bool:
        """Whether nobody has said yet whom the organisation serves: then there is nothing to file against. One query,
        asked only where nothing else is shown."""
        return not Segment.objects.exists()


def home_page(person: Person) -> Home:
    """The person's home, in a fixed number of queries whatever the size of the portfolio."""
    roles = roles_of(person)
    home = Home(title="", lead="")
    home.meeting = _next_meeting() if can_see_board(person) else None
    if roles.is_architect or roles.is_board:
        home.cluster = _cluster(person)
        standing = findings_for(person).filter(state=Finding.State.OPEN)
        home.flag_count = standing.count()
        home.flags = present(standing[:SHOWN], person)
        home.holds = list(Hold.objects.filter(released_at__isnull=True).select_related("owner")[:SHOWN])
    if roles.is_architect:
        waiting = ProjectRequest.objects.visible_to(person).filter(status=Status.SUBMITTED.value)
        home.untriaged = list(waiting.select_related("silo").order_by("submitted_at", "id")[:SHOWN])
    home.mine = _own_requests(person, roles)
    drafts = ProjectRequest.objects.drafts().filter(requester=person)
    home.drafts = list(drafts.select_related("silo").order_by("-updated_at", "-id")[:SHOWN])
    unanswered = _unanswered(person)
    home.unanswered_count = unanswered.count()
    home.unanswered = present(unanswered[:SHOWN], person)
    home.years = _years(person)
    if not home.years and not roles.is_architect and not home.mine:
        home.others_years = _heaviest_years(person)
    home.bets = list(bets_due_for(person, home.today)[:SHOWN])
    home.hours = own_month(person, home.today)
    home.own_conditions = list(_conditions().filter(owner=person)[:SHOWN])
    if roles.is_board or roles.is_architect:
        soon = home.today + CONDITIONS_AHEAD
        home.conditions = list(_conditions().filter(Q(due__lte=soon) | gone("owner")).exclude(owner=person)[:SHOWN])
    home.questions = list(questions_to_answer(person)[:SHOWN])
    home.changed = _changed(person)
    home.vacancies = waiting_for(person)
    home.proposed_terms = waiting_count() if roles.is_architect or roles.is_administrator else 0
    home.objections = _objections(person) if home.years else []
    home.title, home.lead = _words(home, person)
    return home


def _own_requests(person: Person, roles: Roles) -> list[ProjectRequest]:
    if not roles.silos:
        return []
    own = ProjectRequest.objects.visible_to(person).filter(silo__in=roles.silos).exclude(status=Status.DRAFT.value)
    return list(own.select_related("silo", "requester").order_by("-updated_at", "-id")[:SHOWN])


def _unanswered(person: Person) -> QuerySet[Finding]:
    """Overlaps and serious conflicts with the requests that the person speaks for, on which their side has said nothing
    yet."""
    mine = ProjectRequest.objects.filter(speaks_for(person), status__in=[status.value for status in LIVE])
    silent = FindingMember.objects.filter(request__in=mine.order_by().values("pk")).exclude(
        Exists(Answer.objects.filter(finding=OuterRef("finding"), request=OuterRef("request")))
    )
    return findings_for(person).filter(
        state__in=[Finding.State.OPEN, Finding.State.CONFIRMED],
        kind__in=[Finding.Kind.OVERLAP, Finding.Kind.CONFLICT],
        severity=Finding.Severity.SERIOUS,
        pk__in=silent.order_by().values("finding_id"),
    )


def _cluster(person: Person) -> ClusterCard | None:
    rows = Cluster.objects.filter(closed_at__isnull=True).prefetch_related(MEMBERS)
    for cluster in rows.order_by("-score", "id")[:SHOWN]:
        requests = list(cluster.requests.all())
        if requests and all(can_see(person, request) for request in requests):
            silos = sorted({request.silo.name for request in requests})
            return ClusterCard(cluster, silos, requests, money_of(requests, person))
    return None


def _next_meeting() -> MeetingCard | None:
    meeting = next_meeting()
    if meeting is None:
        return None
    minutes = list(meeting.items.exclude(status=AgendaItem.Status.DROPPED).values_list("minutes", flat=True))
    return MeetingCard(meeting, len(minutes), sum(minutes))


def _years(person: Person) -> list[CustomerYear]:
    today = timezone.localdate()
    managed = Segment.objects.active().filter(manager=person).select_related("manager").order_by("name", "id")
    return [customer_year(user=person, segment=segment, starts=today, weeks=52) for segment in managed[:SHOWN]]


def _heaviest_years(person: Person) -> list[CustomerYear]:
    """The years of the largest segments that hear too much from us, for who manages none."""
    today = timezone.localdate()
    segments = Segment.objects.active().select_related("manager").order_by("-customer_count", "id")[:HEAVIEST]
    years = [customer_year(user=person, segment=segment, starts=today, weeks=52) for segment in segments]
    heavy = [year for year in years if year.load and year.load.breach]
    return sorted(heavy, key=lambda year: -year.load.peak if year.load else 0)


def _conditions() -> QuerySet[Condition]:
    """Conditions that are open, the earliest first."""
    rows = Condition.objects.filter(met_at__isnull=True, replaced_by__isnull=True)
    rows = rows.filter(decision__superseded_by__isnull=True)
    return rows.select_related("owner", "decision__item__request", "decision__item__family").order_by("due", "id")


def _objections(person: Person) -> list[SeenObjection]:
    """What the person objected for the segments that they speak for, the latest first."""
    rows = visible_objections(person).filter(segment__manager=person)
    return seen_objections(rows[:HEAVIEST], person)


def _changed(person: Person) -> list[Transition]:
    visible = ProjectRequest.objects.visible_to(person).order_by().values("pk")
    rows = Transition.objects.filter(request__in=visible).select_related("request__silo", "person")
    return list(rows.order_by("-at", "-id")[:SHOWN])


def _day(meeting: Meeting) -> str:
    """Its day in the organisation's time zone, as in "Thursday 22 January"."""
    return f"{timezone.localtime(meeting.starts_at):%A %-d %B}"


def _words(home: Home, person: Person) -> tuple[str, str]:
    first = person.name.split()[0] if person.name else "you"
    if home.unanswered:
        number = home.unanswered_count
        asks = "One of your requests meets" if number == 1 else f"{number:,} times your requests meet"
        return f"{asks} somebody else’s", f"Say what you make of it, {first}: talk, join, or why yours differs."
    if home.flag_count:
        when = f" before the board of {_day(home.meeting.meeting)}" if home.meeting else ""
        lead = f"Good to see you, {first}. The weightiest stand first."
        one = home.flag_count == 1
        findings = "One finding" if one else f"{home.flag_count:,} findings"
        verb, rest = ("wait", "for you") if can_triage(person) else ("stand", "open")
        return f"{findings} {verb}{'s' if one else ''} {rest}{when}", lead
    if home.years:
        worst = max(home.years, key=lambda year: year.load.peak if year.load else 0)
        return worst.title, "What your customers will live through, from all departments."
    if home.others_years:
        return home.others_years[0].title, f"Nothing waits for you, {first}. This is what customers will live through."
    return (
        f"Nothing waits for you, {first}",
        "What others filed and decided stands at the side." if home.changed else "",
    )
