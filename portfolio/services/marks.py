"""Marks that a request needs scanning: written in the transaction of the change, consumed by `impacts`."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from portfolio.models import ProjectRequest, ScanMark


def mark_for_scan(*, request: ProjectRequest) -> None:
    """Mark that the request has changed up to its present version. Call it inside the transaction that changes it.

    The mark is a row of its own, so writing it twice leaves one; `since` keeps the first unscanned change.
    """
    mark_all_for_scan(requests=[request])


def mark_all_for_scan(*, requests: Iterable[ProjectRequest]) -> None:
    """Mark that each of these has changed up to its present version, as `mark_for_scan` does for one."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("A change must be marked for the scan in its own transaction.")
    now = timezone.now()
    ScanMark.objects.bulk_create(
        [ScanMark(request=request, version=request.version, since=now) for request in requests],
        update_conflicts=True,
        unique_fields=["request"],
        update_fields=["version"],
    )
