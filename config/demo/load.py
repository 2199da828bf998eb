"""Loads Meridian Bank into an empty Ombud: everything or nothing."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from board.models import AgendaItem, Decision, Hold, Meeting
from config.demo.load_accountability import load_accountability
from config.demo.load_agenda import load_agenda
from config.demo.load_assets import load_assets
from config.demo.load_board import load_board
from config.demo.load_findings import load_findings
from config.demo.load_it import load_it
from config.demo.load_keepers import load_keepers
from config.demo.load_maps import load_maps
from config.demo.load_papers import load_papers
from config.demo.load_plans import load_plans
from config.demo.load_priorities import load_priorities
from config.demo.load_record import load_record
from config.demo.load_registers import load_registers
from config.demo.load_requests import Requests, load_requests
from config.demo.story import at_hour, read_story
from impacts.models import Family
from portfolio.models import Notification, ProjectRequest, Silo, Transition

#: The registers were entered so long before the story's present.
REGISTERS_AGE = timedelta(weeks=30)


class DemoRefused(Exception):
    """The demo would mix with what is there."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was loaded, by count, and the requests by the keys of the story."""

    requests: Requests
    people: int
    findings: int
    decisions: int


def load_demo(today: date) -> Loaded:
    """Load the bank as told on this day, scanned and triaged, in one transaction.

    Raises DemoRefused where there are requests or silos already; ValidationError where the story is wrong.
    """
    if ProjectRequest.objects.exists() or Silo.objects.exists():
        raise DemoRefused(
            "There are requests or departments in this database already. The demo was not loaded and nothing was "
            "changed. Load it into an empty database."
        )
    story = read_story(today)
    with transaction.atomic():
        registers = load_registers(story, _noon(story.anchor - REGISTERS_AGE))
        requests = load_requests(story, registers)
        load_maps(story, registers, requests, _noon(story.anchor - REGISTERS_AGE))
        load_keepers(story, registers, requests)
        load_it(story, registers)
        load_board(story, registers, requests)
        load_agenda()
        load_accountability(story, registers, requests)
        load_assets(story, registers, requests)
        load_priorities(story, registers, requests, _noon(story.anchor - REGISTERS_AGE))
        findings = load_findings(story, registers, requests)
        load_plans(story, registers)
        _date_history()
        _date_board_history()
        load_record(story, registers)
        load_papers(registers)
        _settle_notifications(_noon(story.anchor - timedelta(days=7)))
    return Loaded(requests, len(registers.people), findings, Decision.objects.count())


def _noon(day: date) -> datetime:
    return at_hour(day, 12)


def _date_history() -> None:
    """Give the requests' history, written just now, the moments of the steps that it records."""
    moments: dict[int, list[datetime]] = {}
    for request, at in Transition.objects.order_by("at", "id").values_list("request_id", "at"):
        moments.setdefault(request, []).append(at)
    rows: dict[int, list[object]] = {}
    for row in ProjectRequest.history.order_by("history_id"):
        rows.setdefault(row.id, []).append(row)
    changed = []
    for request, steps in moments.items():
        for row, at in zip(reversed(rows[request]), reversed(steps), strict=False):
            row.history_date = at  # type: ignore[attr-defined]
            changed.append(row)
        ProjectRequest.objects.filter(pk=request).update(created_at=steps[0], updated_at=steps[-1])
    ProjectRequest.history.bulk_update(changed, ["history_date"], batch_size=200)
    drafts = ProjectRequest.objects.exclude(pk__in=list(moments)).order_by("id")
    for draft in drafts:
        first = draft.history.earliest().history_date
        ProjectRequest.objects.filter(pk=draft.pk).update(created_at=first, updated_at=first)
    for family in Family.objects.order_by("id"):
        family.history.update(history_date=family.created_at)


def _date_board_history() -> None:
    """The same for the board: each row's history says when it was decided, a meeting's when it was closed."""
    for decision in Decision.objects.prefetch_related("conditions").order_by("id"):
        AgendaItem.history.filter(id=decision.item_id).update(history_date=decision.at)
        Hold.history.filter(decision=decision).update(history_date=decision.at)
        for condition in decision.conditions.all():
            condition.history.update(history_date=condition.met_at or decision.at)
    for meeting in Meeting.objects.filter(closed_at__isnull=False).order_by("id"):
        meeting.history.update(history_date=meeting.closed_at)


def _settle_notifications(read_before: datetime) -> None:
    """Decisions were told when they were made, not now: no mail is due for them, and the older ones have been read."""
    at_of = {f"decision:{pk}": at for pk, at in Decision.objects.order_by("id").values_list("id", "at")}
    rows = list(Notification.objects.order_by("id"))
    for row in rows:
        row.at = at_of.get(":".join(row.key.split(":")[:2]), row.at)
        row.mail_due = False
        row.read_at = row.at + timedelta(hours=2) if row.at < read_before else None
    Notification.objects.bulk_update(rows, ["at", "mail_due", "read_at"], batch_size=200)
