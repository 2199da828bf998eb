"""Gathers a pack's facts in a fixed number of queries, and finds published packs."""

from typing import Any

from django.conf import settings
from django.shortcuts import get_object_or_404
from django.utils import timezone

from board.models import Decision, Meeting, Pack
from board.packs.facts import ConditionFact, DecisionFact, PackFacts
from board.selectors.decisions.decisions import active_holds, open_conditions, standing_queryset
from board.selectors.decisions.secrets import secrets_of
from board.selectors.meetings.items import decision_fact, item_facts
from board.selectors.meetings.meetings import agenda_items, attendance_of
from board.selectors.papers.pack_parts import changed_facts, gap_facts, hold_facts, portfolio_facts, promise_facts
from board.selectors.papers.pack_years import year_facts
from customers.amounts import currency_sign


def pack_facts(meeting: Meeting, user: Any, number: int | None = None) -> PackFacts:
    """Everything that the meeting's pack is composed of, as it stands now and as `user`, who is of the board or an
    architect, may see it. A fixed number of queries."""
    items = list(agenda_items(meeting))
    facts = item_facts(items, user)
    ids = {request.id for each in facts.values() for request in each.requests}
    portfolio, apart = portfolio_facts(ids)
    promises, silent = promise_facts(ids)
    return PackFacts(
        organisation=settings.OMBUD_ORGANISATION,
        currency=currency_sign(),
        title=meeting.title,
        starts_at=timezone.localtime(meeting.starts_at),
        minutes=meeting.minutes,
        place=meeting.place,
        chair=meeting.chair.get_full_name() if meeting.chair else "",
        secretary=meeting.secretary.get_full_name() if meeting.secretary else "",
        members=tuple(row.person.get_full_name() for row in attendance_of(meeting)),
        items=tuple(facts[item.pk] for item in items),
        decisions=_last_meeting(meeting),
        conditions=_conditions(),
        made_at=timezone.localtime(),
        number=number,
        holds=hold_facts(active_holds(user)),
        portfolio=portfolio,
        portfolio_apart=apart,
        years=year_facts(ids),
        gaps=gap_facts(ids),
        promises=promises,
        silent=silent,
        changed=changed_facts(items),
    )


def _last_meeting(meeting: Meeting) -> tuple[DecisionFact, ...]:
    """The standing decisions of the meeting before this one, in its agenda's order."""
    before = (
        Meeting.objects.filter(status=Meeting.Status.CLOSED, starts_at__lt=meeting.starts_at)
        .exclude(pk=meeting.pk)
        .order_by("-starts_at", "-id")
        .first()
    )
    if before is None:
        return ()
    rows: list[Decision] = list(
        standing_queryset()
        .filter(item__meeting=before)
        .select_related("item__request", "item__family")
        .order_by("item__position", "id")
    )
    secrets = secrets_of(rows)
    return tuple(decision_fact(decision, secrets[decision.pk]) for decision in rows)


def _conditions() -> tuple[ConditionFact, ...]:
    today = timezone.localdate()
    rows = open_conditions()
    decisions = Decision.objects.filter(pk__in={each.decision_id for each in rows}).select_related("item")
    secrets = secrets_of(decisions.order_by("id"))
    return tuple(
        ConditionFact(
            text=condition.text,
            owner=condition.owner.get_full_name(),
            due=condition.due,
            references=tuple(row.request.reference for row in condition.decision.requests.all()),
            overdue=condition.due < today,
            secret=secrets[condition.decision_id],
        )
        for condition in rows
    )


def published_pack(meeting: Meeting, number: int) -> Pack:
    """The meeting's pack with this number, or 404."""
    return get_object_or_404(Pack.objects.select_related("published_by"), meeting=meeting, number=number)
