"""Celery's way into the board."""

import logging

from celery import shared_task
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from board.services.decisions.changes import sweep_changes
from board.services.decisions.holds import return_deferred, return_expired_holds
from board.services.decisions.questions import remind_of_questions
from board.services.meetings.invitations import send_due_invitations
from board.services.meetings.reminders import remind
from board.services.meetings.seats import follow_the_board
from board.services.meetings.series import plan_all_series
from board.services.papers.papers import make_waiting_papers
from board.services.plans.plan_work import plan_what_waits
from board.services.reports.reporting import send_due_reports
from portfolio.tasks import wake_scanner

logger = logging.getLogger(__name__)


@shared_task
def return_expired_holds_task() -> int:
    """Bring back what was on hold or deferred until today, and remind who owes the board an answer. Returns how many
    holds and deferrals ended."""
    remind_of_questions()
    done = return_expired_holds() + return_deferred()
    if done:
        wake_scanner()
    return done


@shared_task
def remind_task() -> int:
    """Remind who sees to conditions and answers holds that fall due. Returns how many reminders are in place."""
    return remind()


@shared_task
def sweep_changes_task() -> int:
    """Find what was changed after the board approved it, by whatever way. Returns how many ask for the board now."""
    found = sweep_changes()
    if found:
        wake_scanner()
    return found


@shared_task
def plan_waiting_task() -> int:
    """Plan the scenarios that wait for it, or that a worker left half-way. Returns how many were planned."""
    return plan_what_waits()


def wake_planner() -> None:
    """After the transaction commits, ask a worker to plan what waits. A broker that is away costs nothing but time: the
    timetable finds it."""
    transaction.on_commit(_send_planner)


def _send_planner() -> None:
    try:
        plan_waiting_task.apply_async(ignore_result=True, retry=False)
    except (OperationalError, OSError) as error:
        logger.warning("The planner could not be woken, the timetable will find what waits: %s", error)


@shared_task
def make_papers_task() -> int:
    """Make the papers that wait, or that a worker left half-way. Returns how many were made."""
    return len(make_waiting_papers())


def wake_paper_maker() -> None:
    """After the transaction commits, ask a worker to make the papers that wait; the timetable finds them otherwise."""
    transaction.on_commit(_send_paper_maker)


def _send_paper_maker() -> None:
    try:
        make_papers_task.apply_async(ignore_result=True, retry=False)
    except (OperationalError, OSError) as error:
        logger.warning("The maker of papers could not be woken, the timetable will find what waits: %s", error)


@shared_task
def send_reports_task() -> int:
    """Send the reports that are due by mail. Returns how many went out."""
    return send_due_reports(today=timezone.localdate())


@shared_task
def send_invitations_task() -> int:
    """Send invitations, changes and cancellations that are due. Returns how many were sent."""
    return send_due_invitations()


@shared_task
def plan_series_task() -> int:
    """Plan the next meetings of every series; those that are planned expect who sits on the board now. Returns how
    many were planned."""
    planned = plan_all_series()
    follow_the_board()
    return planned
