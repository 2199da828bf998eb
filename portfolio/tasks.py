"""Celery's way into the portfolio, and the way of the portfolio to wake the scanner."""

import logging

from celery import current_app, shared_task
from django.db import transaction
from kombu.exceptions import OperationalError

from customers.tasks import wake_full_scan
from portfolio.services.leaving import switch_off_who_left
from portfolio.services.mail import send_due_mail
from portfolio.services.uploads import import_waiting

logger = logging.getLogger(__name__)


def wake_scanner() -> None:
    """After the transaction commits, ask a worker to scan what is marked. The task is named, not imported, because
    `impacts` lies above this app. A broker that is away costs nothing but time: the sweep finds the marks."""
    transaction.on_commit(_send_scan)


def _send_scan() -> None:
    try:
        current_app.send_task("impacts.tasks.scan_marked_task", ignore_result=True, retry=False)
    except (OperationalError, OSError) as error:
        logger.warning("The scanner could not be woken, the sweep will find the marks: %s", error)


def wake_importer() -> None:
    """After the transaction commits, ask a worker to import what waits; the sweep finds it should that fail."""
    transaction.on_commit(_send_import)


def _send_import() -> None:
    try:
        import_waiting_task.apply_async(ignore_result=True, retry=False)
    except (OperationalError, OSError) as error:
        logger.warning("The importer could not be woken, the sweep will find the file: %s", error)


@shared_task
def import_waiting_task() -> int:
    """Import the uploaded files that wait. Returns how many."""
    imported = import_waiting()
    if imported:
        wake_scanner()
    return len(imported)


@shared_task
def send_mail_task() -> int:
    """Send the mail that is due. Returns how many were sent."""
    return send_due_mail()


@shared_task
def switch_off_who_left_task() -> int:
    """Switch off who has left, and look for what nobody answers for any more. Returns how many."""
    left = switch_off_who_left()
    if left:
        wake_full_scan()
    return left
