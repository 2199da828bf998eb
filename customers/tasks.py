"""The way of the registers to wake the scanner, which lies above this app: the task is named, not imported."""

import logging

from celery import current_app
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def wake_full_scan() -> None:
    """After the transaction commits, ask a worker to scan everything: what a register says changes many findings. A
    full scan that begins later than this was asked for takes it in, so many changes in a row cost few scans."""
    transaction.on_commit(_send)


def _send() -> None:
    try:
        asked = {"asked": timezone.now().timestamp()}
        current_app.send_task("impacts.tasks.rescan_all_task", kwargs=asked, ignore_result=True, retry=False)
    except (OperationalError, OSError) as error:
        logger.warning("The scanner could not be woken, the nightly scan will come: %s", error)
