"""Reports by mail: who gets which and when, and sending what is due, once."""

import logging
import smtplib
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from board.errors import BoardError, NotAllowed
from board.models import ReportMail, ReportSchedule
from board.packs.words import day as day_words
from board.permissions import can_see_reports
from board.report_files import file_stem, report_xlsx
from board.selectors.reports.reports import REPORTS, period_of
from board.services.reports.report_links import stop_path
from portfolio.models import Person
from portfolio.models.people import gone
from portfolio.services.notifications import notify

logger = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = timedelta(hours=1), timedelta(days=1)
"""Until a report that could not be made or sent is tried again: at first, and at most."""
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
        row.next_on, row.failures, row.try_after = next_day(every, timezone.localdate()), 0, None
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


def send_due_reports(*, today: date, limit: int = 100, now: datetime | None = None) -> int:
    """Send every report that is due, to who may still see it. Returns how many went out.

    Each is claimed by moving its next day on, so two workers never send the same. Where the mail server cannot be
    reached it is given back and waits for the next sweep; where it cannot be made, or the server does not take it, it
    is tried again after a pause that grows, and its owner is told once. Days that were missed are sent once, not each.
    """
    at, sent = now or timezone.now(), 0
    due = ReportSchedule.objects.filter(Q(try_after__isnull=True) | Q(try_after__lte=at), next_on__lte=today)
    for row in due.select_related("person").order_by("next_on", "id")[:limit]:
        day = row.next_on
        if not _claim(row, day, today):
            continue
        try:
            _send(row, day, today)
        except smtplib.SMTPRecipientsRefused as error:
            logger.warning("The report to %s is refused: %s", row.person.email, error)
        except smtplib.SMTPDataError:
            _put_off(row, day, at)
        except (smtplib.SMTPException, OSError) as error:
            ReportSchedule.objects.filter(pk=row.pk).update(next_on=day)
            logger.warning("Reports wait, the mail server cannot be reached: %s", error)
            break
        except Exception:
            _put_off(row, day, at)
        else:
            sent += 1
            ReportSchedule.objects.filter(pk=row.pk, failures__gt=0).update(failures=0, try_after=None)
    return sent


def _claim(row: ReportSchedule, day: date, today: date) -> bool:
    """Whether it is this worker's to send: moved on to its next day, not sent for this one yet, and still allowed."""
    fresh = ReportSchedule.objects.filter(pk=row.pk, next_on=day)
    if not fresh.update(next_on=next_day(row.every, today)):
        return False
    kind = REPORTS.get(row.report)
    is_gone = Person.objects.filter(gone(), pk=row.person_id).exists()
    if kind is None or is_gone or not can_see_reports(row.person, money=kind.is_money):
        return False
    return not ReportMail.objects.filter(schedule=row, due_on=day).exists()


def _put_off(row: ReportSchedule, day: date, at: datetime) -> None:
    """Give it back, while its error is handled: the others still go out, and it is tried again after a pause twice as
    long as the one before. Its owner is told the first time."""
    logger.exception("The report %s for %s could not be made or sent", row.report, row.person.email)
    pause = min(FIRST_PAUSE * 2**row.failures, LONGEST_PAUSE)
    with transaction.atomic():
        again = ReportSchedule.objects.filter(pk=row.pk)
        again.update(next_on=day, failures=F("failures") + 1, try_after=at + pause)
        url = f"{reverse('reports:report', args=[row.report])}#mail"
        text = f"“{REPORTS[row.report].name}” of {day_words(day)} could not be sent to you. Ombud goes on trying."
        notify(people=[row.person], key=f"report-failed:{row.pk}:{day.isoformat()}", text=text, url=url)


def _send(row: ReportSchedule, day: date, today: date) -> None:
    kind, now = REPORTS[row.report], timezone.now()
    period = period_of(row.span, today)
    report = kind.build(row.person, period, now)
    stop_url = f"{settings.OMBUD_SITE_URL}{stop_path(row)}"
    # Without an end on a side its name stays, empty: an address that names neither shows four quarters.
    query = f"first={period.first or ''}&last={period.last or ''}"
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
    mail.attach(f"{file_stem(kind.slug, period, today)}.xlsx", report_xlsx(report, kind.name, period.words), XLSX)
    mail.send()
    try:
        with transaction.atomic():
            ReportMail.objects.create(schedule=row, due_on=day, sent_at=now, title=report.title[:300])
    except IntegrityError:
        logger.info("The report %s of %s went out already.", row.report, day)
