"""Meetings, their agendas with times, and who is there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.utils import timezone

from board.models import AgendaItem, Attendance, Decision, Meeting
from board.packs.facts import ObjectionFact
from board.packs.words import cut
from board.selectors.decisions.objection_facts import objection_facts
from board.selectors.meetings.items import Members, absence, can_take_out, members_of
from portfolio.models import Membership, Person, ProjectRequest, Role
from portfolio.models.people import gone

#: States of meetings at which nothing is decided any more.
OVER = (Meeting.Status.CLOSED, Meeting.Status.CANCELLED)

#: No meeting lasts longer; its form and its series say so.
LONGEST = timedelta(minutes=600)

#: So many items stand on one page of a meeting.
ITEMS_PER_PAGE = 100

ITEM_RELATIONS = (
    "meeting",
    "request__silo",
    "request__requester",
    "request__sponsor",
    "request__survivor",
    "family__lead__silo",
    "family__owner",
    "cluster",
    "finding",
    "advised_by",
    "closed_by",
)


def meetings_with_counts() -> QuerySet[Meeting]:
    """All meetings with their chair, and how many items are on the agenda and decided (`on_agenda`, `decided`)."""
    return Meeting.objects.select_related("chair", "secretary").annotate(
        on_agenda=Count("items", filter=~Q(items__status=AgendaItem.Status.DROPPED)),
        decided=Count("items", filter=Q(items__status=AgendaItem.Status.DECIDED)),
    )


def upcoming_meetings() -> QuerySet[Meeting]:
    """Those that are planned or in session, the next first."""
    return meetings_with_counts().exclude(status__in=OVER).order_by("starts_at", "id")


def at_the_same_time(meetings: Sequence[Meeting]) -> dict[int, Meeting]:
    """Of these meetings to come, those during which the board meets elsewhere too: the id of each, with the first other
    meeting that overlaps it. Nobody can be at both. One query."""
    open_ones = [row for row in meetings if row.status not in OVER]
    if not open_ones:
        return {}
    first, last = min(row.starts_at for row in open_ones), max(map(_ends, open_ones))
    others = Meeting.objects.exclude(status__in=OVER).filter(starts_at__gt=first - LONGEST, starts_at__lt=last)
    rows = list(others.order_by("starts_at", "id"))
    met = {}
    for row in open_ones:
        beside = (each for each in rows if each.pk != row.pk and _overlap(each, row))
        if (found := next(beside, None)) is not None:
            met[row.pk] = found
    return met


def _ends(meeting: Meeting) -> datetime:
    return meeting.starts_at + timedelta(minutes=meeting.minutes)


def _overlap(one: Meeting, other: Meeting) -> bool:
    return one.starts_at < _ends(other) and other.starts_at < _ends(one)


def next_meeting(*, planned: bool = False) -> Meeting | None:
    """The first of meetings_to_hold, or of those that are `planned` and have not begun. One query."""
    rows = meetings_to_hold()
    return (rows.filter(status=Meeting.Status.PLANNED) if planned else rows).first()


def meetings_to_hold() -> QuerySet[Meeting]:
    """What is not over, the next first: in session, then from today on. One whose day passed without the board
    meeting comes last."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    missed = Case(
        When(status=Meeting.Status.IN_SESSION, then=Value(0)),
        When(starts_at__gte=midnight, then=Value(1)),
        default=Value(2),
    )
    return Meeting.objects.exclude(status__in=OVER).order_by(missed, "starts_at", "id")


def past_meetings() -> QuerySet[Meeting]:
    """Those that are closed or were cancelled, the latest first."""
    return meetings_with_counts().filter(status__in=OVER).order_by("-starts_at", "-id")


def agenda_items(meeting: Meeting, *, dropped: bool = False) -> QuerySet[AgendaItem]:
    """The agenda in order, with what its pages show; or what was taken off it."""
    items = AgendaItem.objects.filter(meeting=meeting).select_related(*ITEM_RELATIONS)
    status = AgendaItem.Status.DROPPED
    return (items.filter(status=status) if dropped else items.exclude(status=status)).order_by("position", "id")


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """One line of an agenda. `absences` say which of its requests cannot be decided over, and why; `blocked` when none
    can. `decision` is the one that stands, `objections` are what speaks against its requests for their customers.
    `is_done`: it is decided, or what is the board's own is dealt with."""

    item: AgendaItem
    number: int
    starts_at: datetime
    requests: Sequence[ProjectRequest]
    absences: Sequence[str]
    blocked: bool
    decision: Decision | None
    objections: Sequence[ObjectionFact] = ()

    @property
    def is_done(self) -> bool:
        """Whether the board has decided it, or dealt with what is its own."""
        return self.decision is not None or (self.item.is_own and self.item.status == AgendaItem.Status.DECIDED)

    @property
    def is_open(self) -> bool:
        """Whether it waits to be decided or dealt with, and can be."""
        return not self.is_done and not self.blocked

    @property
    def can_take_out(self) -> bool:
        """Whether one of its requests can be decided alone."""
        return can_take_out(self.item, len(self.requests))

    @property
    def why(self) -> str:
        """What brought it to the agenda, without what its question says already."""
        return self.item.why.replace(f"An open conflict: {cut(self.item.title, 160)}", "").strip()

    @property
    def subject(self) -> str:
        """ "REQ-2026-0041", "Family F-07, 5 requests", "3 requests", "8 requests by consent" or "The board's own"."""
        if self.item.is_own:
            return "The board’s own"
        if self.item.family:
            count = len(self.requests)
            return f"Family {self.item.family.code}, {count} {'request' if count == 1 else 'requests'}"
        if self.item.kind == AgendaItem.Kind.REQUEST:
            return self.requests[0].reference
        count = len(self.requests)
        by_consent = " by consent" if self.item.kind == AgendaItem.Kind.CONSENT else ""
        return f"{count} {'request' if count == 1 else 'requests'}{by_consent}"


@dataclass(frozen=True, slots=True)
class AgendaPage:
    """A page of an agenda: its `lines`, after `before` others, and the minutes of the whole agenda."""

    page: Page[tuple[int, int]]
    lines: Sequence[AgendaLine]
    before: int
    minutes: int


def agenda_lines(meeting: Meeting) -> list[AgendaLine]:
    """The agenda with times, requests and decisions, in a fixed number of queries."""
    items = list(agenda_items(meeting))
    return lines_of(meeting, items, members_of(items))


def agenda_line(meeting: Meeting, item: AgendaItem) -> AgendaLine | None:
    """The line of one item, as agenda_lines has it; None where it was taken off. A fixed number of queries."""
    at = meeting.starts_at
    for number, (pk, minutes) in enumerate(agenda_items(meeting).values_list("pk", "minutes"), start=1):
        if pk == item.pk:
            (line,) = lines_of(meeting, [item], members_of([item]))
            return replace(line, number=number, starts_at=at)
        at += timedelta(minutes=minutes)
    return None


def agenda_page(meeting: Meeting, number: int | str | None) -> AgendaPage:
    """One page of the agenda, of ITEMS_PER_PAGE items; a number that is none means the first or the last. A
    fixed number of queries, whose cost is that of one page."""
    rows = list(_in_order(meeting).values_list("pk", "minutes"))
    page = Paginator(rows, ITEMS_PER_PAGE).get_page(number)
    items = list(agenda_items(meeting).filter(pk__in=[pk for pk, _ in page.object_list]))
    before = (page.number - 1) * ITEMS_PER_PAGE
    starts = meeting.starts_at + timedelta(minutes=sum(minutes for _, minutes in rows[:before]))
    return AgendaPage(
        page=page,
        lines=lines_of(meeting, items, members_of(items), before=before, starts=starts),
        before=before,
        minutes=sum(minutes for _, minutes in rows),
    )


def _in_order(meeting: Meeting) -> QuerySet[AgendaItem]:
    on_it = AgendaItem.objects.filter(meeting=meeting).exclude(status=AgendaItem.Status.DROPPED)
    return on_it.order_by("position", "id")


def number_of(item: AgendaItem) -> int:
    """The item's place as people read it, 1 first: what was taken off leaves a gap in the positions, not here."""
    before = Q(position__lt=item.position) | Q(position=item.position, pk__lt=item.pk)
    return _in_order(item.meeting).filter(before).count() + 1


def page_of(item: AgendaItem) -> int:
    """On which page of its meeting the item stands."""
    return (number_of(item) - 1) // ITEMS_PER_PAGE + 1


def address_of(item: AgendaItem) -> str:
    """Where the item stands on its meeting's page."""
    page = page_of(item)
    return f"{item.meeting.get_absolute_url()}{f'?page={page}' if page > 1 else ''}#item-{item.pk}"


def lines_of(
    meeting: Meeting,
    items: Sequence[AgendaItem],
    members: Members,
    *,
    before: int = 0,
    starts: datetime | None = None,
) -> list[AgendaLine]:
    """The lines of these items, with one query for the objections. Times run on from `starts`, or the meeting's start;
    `before` items stand before them."""
    at, lines = starts or meeting.starts_at, []
    objections = objection_facts(members.requests)
    for number, item in enumerate(items, start=before + 1):
        requests = members.requests[item.pk]
        decision = members.standing.get(item.pk)
        why_not = [absence(request, review=item.review) for request in requests]
        absences = () if decision else tuple(filter(None, why_not))
        blocked = decision is None and not item.is_own and all(why_not)
        said = objections.get(item.pk, ())
        lines.append(AgendaLine(item, number, at, requests, absences, blocked, decision, said))
        at += timedelta(minutes=item.minutes)
    return lines


def attendance_of(meeting: Meeting) -> list[Attendance]:
    """Who is expected and whether they are there, by name. One query."""
    return list(Attendance.objects.filter(meeting=meeting).select_related("person").order_by("person__name", "id"))


def secretaries() -> list[Person]:
    """The board's secretaries who are here, who are told what waits for the board; while there is none, the CIO. One
    query."""
    rows = Membership.objects.filter(~gone("person"), role__in=(Role.SECRETARY, Role.CIO)).select_related("person")
    people = list(rows.order_by("id"))
    here = {row.role for row in people}
    return [row.person for row in people if row.role == Role.SECRETARY or Role.SECRETARY not in here]


def people_to_chair() -> QuerySet[Person]:
    """Who may chair a meeting or keep its minutes: the people of the board who are here."""
    roles = [Role.BOARD_MEMBER, Role.SECRETARY, Role.CIO]
    return Person.objects.able_to_answer().filter(memberships__role__in=roles).distinct()


def next_meeting_of(request: ProjectRequest) -> AgendaItem | None:
    """The item on the next meeting that is to decide over the request, itself, its family or its group. One query."""
    mine = (
        Q(request=request)
        | Q(members__request=request)
        | Q(family__members__request=request, family__members__left_at__isnull=True)
    )
    return (
        AgendaItem.objects.filter(mine, status=AgendaItem.Status.OPEN)
        .exclude(meeting__status__in=OVER)
        .select_related("meeting", "family")
        .order_by("meeting__starts_at", "id")
        .first()
    )
