"""Gathers what the reports count, as one person may see it: a fixed number of queries for each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Min
from django.utils import timezone

from board.models import AgendaItem, Decision, Hold, Meeting
from board.reporting.document import Link, Period
from board.reporting.follow_up import ConditionFact, DuplicateFact, HoldFact
from board.reporting.journeys import DECIDED, DROPPED, OPEN, PUT_OFF, SETTLED, Approved, ItemFact, Journey
from board.reporting.worth import PromiseFact, SpendFact
from board.selectors.decisions.decisions import conditions_for, moved, visible_lines
from impacts.engine.bets import BetFact
from impacts.models import Bet, Finding, FindingMember
from impacts.selectors.tags.bets import answered_or_none
from portfolio.lifecycle import COMMITTED, Status
from portfolio.models import ProjectRequest, Transition
from portfolio.permissions import can_see_all_money

_STATUSES = {status.value: status for status in Status}
YES = frozenset({*COMMITTED, Status.DELIVERED, Status.REVIEWED})
KINDS_PUT_OFF = frozenset({Decision.Kind.HOLD, Decision.Kind.DEFER, "return"})


def _visible(user: Any) -> Any:
    return ProjectRequest.objects.visible_to(user).order_by().values("pk")


def _local(at: datetime) -> date:
    return timezone.localtime(at).date()


def _midnight(day: date) -> datetime:
    """When the day begins, in the organisation's time zone."""
    return timezone.make_aware(datetime.combine(day, time.min))


def journeys(user: Any, period: Period) -> list[Journey]:
    """What became of each request that was filed in the period, which is when its first step was. One query."""
    filed = Transition.objects.filter(request__in=_visible(user)).order_by().values("request").annotate(on=Min("at"))
    if period.first:
        filed = filed.filter(on__gte=_midnight(period.first))
    if period.last:
        filed = filed.filter(on__lt=_midnight(period.last + timedelta(days=1)))
    rows = Transition.objects.filter(request__in=filed.values("request")).order_by("request_id", "at", "id")
    steps: dict[int, list[tuple[Status, datetime]]] = defaultdict(list)
    silos: dict[int, str] = {}
    for request, silo, target, at in rows.values_list("request_id", "request__silo__name", "target", "at"):
        steps[request].append((_STATUSES[target], at))
        silos[request] = silo
    return [Journey(request, silos[request], tuple(each)) for request, each in steps.items()]


def items(period: Period) -> list[ItemFact]:
    """What came of each item over requests of the meetings that were closed in the period. Two queries."""
    rows = AgendaItem.objects.filter(meeting__status=Meeting.Status.CLOSED).order_by("meeting__starts_at", "id")
    rows = rows.exclude(kind=AgendaItem.Kind.OWN)
    kinds = dict(
        Decision.objects.filter(superseded_by__isnull=True, item__in=rows.order_by().values("pk"))
        .exclude(kind=Decision.Kind.REOPEN)
        .order_by("id")
        .values_list("item_id", "kind")
    )
    return [
        ItemFact(_local(at), _outcome(status, kinds.get(pk)))
        for pk, status, at in rows.values_list("id", "status", "meeting__starts_at")
        if period.has(_local(at))
    ]


def _outcome(status: str, kind: str | None) -> str:
    if kind is None:
        return DROPPED if status == AgendaItem.Status.DROPPED else OPEN
    return PUT_OFF if kind in KINDS_PUT_OFF else SETTLED


def first_yes(user: Any) -> dict[int, date]:
    """The day on which the board first said yes to each request. One query."""
    states = [status.value for status in COMMITTED - {Status.IN_DELIVERY}]
    rows = Transition.objects.filter(target__in=states, request__in=_visible(user)).order_by("at", "id")
    found: dict[int, date] = {}
    for request, at in rows.values_list("request_id", "at"):
        found.setdefault(request, _local(at))
    return found


def approved(user: Any, period: Period, today: date) -> list[Approved]:
    """Of each request that the board said yes to in the period, and that stands: how far it is. Two queries."""
    yes = {pk: day for pk, day in first_yes(user).items() if period.has(day)}
    rows = ProjectRequest.objects.filter(pk__in=list(yes), status__in=[status.value for status in YES]).order_by("id")
    return [
        Approved(
            on=yes[pk],
            delivered=Status(status) in (Status.DELIVERED, Status.REVIEWED),
            reviewed=Status(status) is Status.REVIEWED,
            is_due=promised is not None and promised <= today,
        )
        for pk, status, promised in rows.values_list("id", "status", "promised_by")
    ]


def holds(user: Any, period: Period, now: datetime) -> list[HoldFact]:
    """Each hold that was put in the period, over requests that `user` may see. Four queries."""
    visible = set(ProjectRequest.objects.visible_to(user).values_list("pk", flat=True))
    rows = Hold.objects.select_related("decision", "owner").prefetch_related(moved("decision__requests"))
    wanted = [hold for hold in rows.order_by("decision__at", "id") if period.has(_local(hold.decision.at))]
    requests = {row.request_id for hold in wanted for row in hold.decision.requests.all()}
    after = _steps_after(requests)
    found = []
    for hold in wanted:
        members = [row.request for row in hold.decision.requests.all()]
        if members and any(each.pk not in visible for each in members):
            continue
        became, end = _became(hold, members, after)
        over = end or hold.released_at
        found.append(
            HoldFact(
                on=_local(hold.decision.at),
                requests=tuple(Link(each.reference, each.get_absolute_url()) for each in members),
                question=hold.condition,
                owner=hold.owner.name,
                days=max(((over or now) - hold.decision.at).total_seconds(), 0) / 86_400,
                is_over=over is not None,
                is_late=over is None and hold.expires_on < _local(now),
                became=became,
            )
        )
    return found


Steps = Mapping[int, list[tuple[Status, datetime]]]


def _steps_after(requests: Iterable[int]) -> Steps:
    found: dict[int, list[tuple[Status, datetime]]] = defaultdict(list)
    rows = Transition.objects.filter(request__in=list(requests)).order_by("at", "id")
    for request, target, at in rows.values_list("request_id", "target", "at"):
        found[request].append((_STATUSES[target], at))
    return found


def _became(hold: Hold, members: list[ProjectRequest], after: Steps) -> tuple[str, datetime | None]:
    """What became of what was held, by the first of its requests that the board settled later, and when the hold was
    over."""
    ended: datetime | None = None
    for request in members:
        later = [(status, at) for status, at in after.get(request.pk, ()) if at > hold.decision.at]
        for status, at in later:
            ended = min(ended, at) if ended else at
            if status in YES:
                return "yes", ended
            if status in DECIDED or status is Status.WITHDRAWN:
                return "away", ended
            if status in (Status.ON_HOLD, Status.DEFERRED):
                return "again", ended
    if ended or hold.released_at:
        return "back", ended
    return "holds", None


def duplicates(user: Any, period: Period) -> list[DuplicateFact]:
    """Each overlap found in the period that stands, with whether one of its requests was approved by then. Four
    queries."""
    rows = Finding.objects.standing().filter(kind=Finding.Kind.OVERLAP)
    visible = set(ProjectRequest.objects.visible_to(user).values_list("pk", flat=True))
    members: dict[int, list[tuple[int, Decimal | None]]] = defaultdict(list)
    held = FindingMember.objects.filter(finding__in=rows.order_by().values("pk")).order_by("id")
    for finding, request, cost in held.values_list("finding_id", "request_id", "request__one_off_cost"):
        members[finding].append((request, cost))
    yes = _first_yes_at({request for group in members.values() for request, _ in group})
    shows, found = can_see_all_money(user), []
    for each in rows.order_by("first_seen", "id"):
        group = members[each.pk]
        if not period.has(_local(each.first_seen)) or any(request not in visible for request, _ in group):
            continue
        costs = sorted(cost or Decimal(0) for _, cost in group)
        found.append(
            DuplicateFact(
                on=_local(each.first_seen),
                title=each.title,
                url=each.get_absolute_url(),
                requests=len(group),
                is_after=any(request in yes and yes[request] <= each.first_seen for request, _ in group),
                is_confirmed=each.state == Finding.State.CONFIRMED,
                money=sum(costs[:-1], Decimal(0)) if shows else None,
            )
        )
    return found


def _first_yes_at(requests: Iterable[int]) -> dict[int, datetime]:
    states = [status.value for status in COMMITTED - {Status.IN_DELIVERY}]
    rows = Transition.objects.filter(request__in=list(requests), target__in=states).order_by("at", "id")
    found: dict[int, datetime] = {}
    for request, at in rows.values_list("request_id", "at"):
        found.setdefault(request, at)
    return found


def conditions(user: Any, period: Period) -> list[ConditionFact]:
    """Each condition due in the period that `user` may know of. A fixed number of queries."""
    return [
        ConditionFact(
            due=each.due,
            met=_local(each.met_at) if each.met_at else None,
            text=each.text,
            owner=each.owner.name,
            requests=tuple(Link(row.reference, row.get_absolute_url()) for row in visible_lines(each.decision, user)),
        )
        for each in conditions_for(user, state="all")
        if period.has(each.due)
    ]


def promises(user: Any, period: Period) -> list[PromiseFact]:
    """Each bet due in the period, of requests that the board said yes to. One query."""
    rows = Bet.objects.held_to().filter(request__in=_visible(user))
    if period.first:
        rows = rows.filter(due__gte=period.first)
    if period.last:
        rows = rows.filter(due__lte=period.last)
    rows = rows.select_related("request__silo", "segment", "measure", "answer").order_by("due", "id")
    rows = rows.only("amount", "due", "moves", "measure__name", "measure__unit", "measure__good_direction",
                     "segment__name", "request__reference", "request__silo__name", "answer__delivered")  # fmt: skip
    return [
        PromiseFact(
            bet=BetFact(bet.request.silo.name, bet.amount, answered_or_none(bet), bet.due),
            request=Link(bet.request.reference, f"{bet.request.get_absolute_url()}#bets"),
            promise=bet.promise,
            customers=bet.segment.name,
            came=bet.answer.words if hasattr(bet, "answer") else "",
        )
        for bet in rows
    ]


def spends(user: Any, period: Period) -> list[SpendFact]:
    """Each request that the board first said yes to in the period, and that stands. Two queries."""
    yes = {pk: day for pk, day in first_yes(user).items() if period.has(day)}
    rows = ProjectRequest.objects.filter(pk__in=list(yes), status__in=[status.value for status in YES]).order_by("id")
    return [
        SpendFact(yes[pk], kind, silo, cost or Decimal(0))
        for pk, kind, silo, cost in rows.values_list("id", "kind", "silo__name", "one_off_cost")
    ]
