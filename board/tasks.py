"""Celery's way into the board."""

from celery import shared_task

from board.services.holds import return_expired_holds
from portfolio.tasks import wake_scanner


@shared_task
def return_expired_holds_task() -> int:
    """Bring back what was on hold until today. Returns how many holds ran out."""
    done = return_expired_holds()
    if done:
        wake_scanner()
    return done
