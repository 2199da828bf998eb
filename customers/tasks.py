"""The way of the registers to the worker. The scanner lies above this app: its task is named, not imported."""

import logging

from celery import current_app, shared_task
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from customers.services.imports import work_off_files

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


def wake_register_imports() -> None:
    """After the transaction commits, ask a worker to check and import the files that wait; should that fail, the sweep
    finds them."""
    transaction.on_commit(_send_imports)


def _send_imports() -> None:
    try:
        register_imports_task.apply_async(ignore_result=True, retry=False)
    except (OperationalError, OSError) as error:
        logger.warning("The importer could not be woken, the sweep will find the file: %s", error)


@shared_task
def register_imports_task() -> int:
    """Check and import the uploaded files that wait. Returns how many were tried."""
    imported = work_off_files()
    if imported:
        wake_full_scan()
    return len(imported)
