"""Marks that a request needs scanning: written in the transaction of the change, consumed by `impacts`."""

from django.db import transaction
from django.utils import timezone

from portfolio.models import ProjectRequest, ScanMark


def mark_for_scan(*, request: ProjectRequest) -> None:
    """Mark that the request has changed up to its present version. Call it inside the transaction that changes it.

    The mark is a row of its own, so writing it twice leaves one; `since` keeps the first unscanned change.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("mark_for_scan must be called in the transaction of the change it marks.")
    ScanMark.objects.bulk_create(
        [ScanMark(request=request, version=request.version, since=timezone.now())],
        update_conflicts=True,
        unique_fields=["request"],
        update_fields=["version"],
    )
