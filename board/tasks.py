"""Celery's way into the board."""

from celery import shared_task

from board.services.holds import return_deferred, return_expired_holds
from board.services.plan_work import plan_what_waits
from board.services.questions import remind_of_questions
from portfolio.tasks import wake_scanner


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
def plan_waiting_task() -> int:
    """Plan the scenarios that wait for it, or that a worker left half-way. Returns how many were planned."""
    return plan_what_waits()
