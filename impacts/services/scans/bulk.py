"""A bulk: many requests marked at once, as by an import. The architects get one summary of all that it brought.

While one is under way nobody is told of single findings. That it is stands in the database: a worker that dies leaves
the bulk to the next one, and however many workers come to its end, one of them tells.
"""

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from impacts.models import ScanRun
from impacts.services.scans.telling import summarise_findings_since
from portfolio.models import ScanMark

BULK = 20
"""Above so many marked requests it is one."""


def bulk_under_way() -> bool:
    """Whether many requests are being scanned; begins a bulk where more than BULK are marked."""
    if _under_way().exists():
        return True
    if ScanMark.objects.count() <= BULK:
        return False
    begin_bulk()
    return True


def begin_bulk() -> None:
    """Note that a bulk begins now, unless another worker has."""
    try:
        with transaction.atomic():
            ScanRun.objects.create(started_at=timezone.now(), requests=ScanMark.objects.count(), bulk=True)
    except IntegrityError:
        return


def end_bulk() -> None:
    """Once nothing is marked any more: one message to the architects, and the bulk is over."""
    for run in _under_way().order_by("id"):
        if ScanMark.objects.exists():
            return
        seconds = round((timezone.now() - run.started_at).total_seconds(), 3)
        with transaction.atomic():
            if _under_way().filter(pk=run.pk).update(seconds=seconds):
                summarise_findings_since(run.started_at)


def _under_way() -> QuerySet[ScanRun]:
    return ScanRun.objects.filter(bulk=True, seconds__isnull=True)
