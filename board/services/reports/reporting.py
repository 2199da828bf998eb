"""Reports by mail: who gets which and when, and sending what is due, once."""

import logging
import smtplib
from datetime import date, timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from board.errors import BoardError, NotAllowed
from board.models import ReportMail, ReportSchedule
from board.permissions import can_see_reports
from board.report_files import report_xlsx
from board.selectors.reports.reports import REPORTS, period_of
from board.services.reports.report_links import stop_path
from portfolio.models import Person

logger = logging.getLogger(__name__)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class NoSuchReport(BoardError):
    """There is no report of this name."""


def schedule_report(*, person: Person, report: str, every: str, span: str) -> ReportSchedule:
    """Send a report to the person from the next day that the rhythm names on; said again, the rhythm changes. Raises
    NoSuchReport, NotAllowed, ValidationError."""
    kind = REPORTS.get(report)
    if kind is None:
        raise NoSuchReport("There is no such report.")
    if not can_see_reports(person, money=kind.is_money):
        raise NotAllowed("This report shows the money of all: architects and the board get it.")
    with transaction.atomic():
        row = ReportSchedule.objects.filter(person=person, report=report).first()
        row = row or ReportSchedule(person=person, report=report)
        row.every, row.span = every, span
        row.next_on = next_day(every, timezone.localdate())
        row.full_clean()
        row.save()
    return row


def stop_report(*, person: Person, report: str) -> None:
    """Send it no more. Nothing happens where it was not sent."""
    ReportSchedule.objects.filter(person=person, report=report).delete()


def next_day(every: str, today: date) -> date:
    """The next day after `today` on which a report of this rhythm goes out: Monday, the first of the month, the first
    day of the quarter."""
    if every == ReportSchedule.Every.WEEK:
        return today + timedelta(days=7 - today.weekday())
    month = today.month + 1 if every == ReportSchedule.Every.MONTH else 3 * ((today.month - 1) // 3) + 4
    return date(today.year + (month > 12), (month - 1) % 12 + 1, 1)


def send_due_reports(*, today: date, limit: int = 100) -> int:
    """Send every report that is due, to who may still see it. Returns how many went out.

    Each is claimed by moving its next day on, so two workers never send the same; where the mail server cannot be
    reached, or where the report cannot be made, it is given back and waits for the next sweep. Days that were missed
    are sent once, not each.
    """
    sent = 0
    due = ReportSchedule.objects.filter(next_on__lte=today).select_related("person").order_by("next_on", "id")[:limit]
    for row in due:
        day = row.next_on
        fresh = ReportSchedule.objects.filter(pk=row.pk, next_on=day)
        if not fresh.update(next_on=next_day(row.every, today)):
            continue
        kind = REPORTS.get(row.report)
        if kind is None or not row.person.is_active or not can_see_reports(row.person, money=kind.is_money):
            continue
        if ReportMail.objects.filter(schedule=row, due_on=day).exists():
            continue
        try:
            _send(row, day, today)
        except smtplib.SMTPRecipientsRefused as error:
            logger.warning("The report to %s is refused: %s", row.person.email, error)
        except (smtplib.SMTPException, OSError) as error:
            ReportSchedule.objects.filter(pk=row.pk).update(next_on=day)
            logger.warning("Reports wait, the mail server cannot be reached: %s", error)
            break
        except Exception:
            # The others still go out; this one is tried again with the next sweep.
            ReportSchedule.objects.filter(pk=row.pk).update(next_on=day)
            logger.exception("The report %s for %s could not be made", row.report, row.person.email)
        else:
            sent += 1
    return sent


def _send(row: ReportSchedule, day: date, today: date) -> None:
    kind, now = REPORTS[row.report], timezone.now()
    period = period_of(row.span, today)
    report = kind.build(row.person, period, now)
    stop_url = f"{settings.OMBUD_SITE_URL}{stop_path(row)}"
    query = "&".join(f"{name}={value}" for name, value in (("first", period.first), ("last", period.last)) if value)
    context = {
        "kind": kind,
        "report": report,
        "period": period,
        "person": row.person,
        "url": f"{settings.OMBUD_SITE_URL}{reverse('reports:report', args=[kind.slug])}?{query}",
        "change_url": f"{settings.OMBUD_SITE_URL}{reverse('reports:report', args=[kind.slug])}#mail",
        "stop_url": stop_url,
        "site_url": settings.OMBUD_SITE_URL,
    }
    mail = EmailMultiAlternatives(
        f"{kind.name}: {report.title}"[:200],
        render_to_string("reports/mail.txt", context),
        settings.DEFAULT_FROM_EMAIL,
        [row.person.email],
        headers={"List-Unsubscribe": f"<{stop_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )
    mail.attach_alternative(render_to_string("reports/mail.html", context), "text/html")
    mail.attach(f"{kind.slug}-{day.isoformat()}.xlsx", report_xlsx(report, kind.name), XLSX)
    mail.send()
    try:
        with transaction.atomic():
            ReportMail.objects.create(schedule=row, due_on=day, sent_at=now, title=report.title[:300])
    except IntegrityError:
        logger.info("The report %s of %s went out already.", row.report, day)
