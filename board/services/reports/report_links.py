"""Signed links that end a mailed report: they name the schedule and nothing else, and hold as long as it does."""

from django.core import signing
from django.urls import reverse

from board.models import ReportSchedule

SALT = "reports.stop"


def stop_path(schedule: ReportSchedule) -> str:
    """Where the report is ended without signing in."""
    return reverse("reports:stop-by-link", args=[signing.dumps(schedule.pk, salt=SALT)])


def read_stop_token(token: str) -> ReportSchedule | None:
    """The schedule that a link names, None where it was ended already. Raises BadSignature."""
    pk = signing.loads(token, salt=SALT)
    return ReportSchedule.objects.filter(pk=pk).select_related("person").first()
