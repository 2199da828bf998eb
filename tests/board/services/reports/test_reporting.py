"""Reports by mail: who gets what and when, each day once."""

import io
import smtplib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from board.errors import NotAllowed
from board.models import ReportMail, ReportSchedule
from board.selectors.reports.reports import REPORTS, period_of
from board.services.reports.reporting import NoSuchReport, next_day, schedule_report, send_due_reports, stop_report
from board.tasks import send_reports_task
from portfolio.models import Notification, Person
from tests.factories import ReportScheduleFactory, filed_request

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("every", "today", "expected"),
    [
        ("week", date(2026, 11, 22), date(2026, 11, 23)),  # a Sunday
        ("week", date(2026, 11, 23), date(2026, 11, 30)),
        ("month", date(2026, 12, 31), date(2027, 1, 1)),
        ("month", date(2026, 11, 1), date(2026, 12, 1)),
        ("quarter", date(2026, 11, 22), date(2027, 1, 1)),
        ("quarter", date(2026, 1, 1), date(2026, 4, 1)),
    ],
)
def test_the_next_day_of_each_rhythm(every: str, today: date, expected: date) -> None:
    assert next_day(every, today) == expected


def test_periods_of_a_span() -> None:
    day = date(2026, 2, 10)
    quarter, year = period_of("quarter", day), period_of("year", day)
    assert (quarter.first, quarter.last) == (date(2025, 10, 1), date(2025, 12, 31))
    assert (year.first, year.last) == (date(2025, 4, 1), day)
    assert period_of("all", day).first is None


def test_a_due_report_goes_out_once_with_its_table_link_and_workbook(board_member: Person) -> None:
    filed_request()
    row = ReportScheduleFactory.create(person=board_member, next_on=date(2026, 11, 1), span="all")
    assert send_due_reports(today=date(2026, 11, 22)) == 1
    assert send_due_reports(today=date(2026, 11, 22)) == 0
    row.refresh_from_db()
    assert row.next_on == date(2026, 12, 1)  # days that were missed are sent once
    (sent,) = mail.outbox
    assert sent.to == [board_member.email]
    assert sent.subject.startswith("From filed to decided: The only request")
    assert "/reports/filed-to-decided/" in sent.body
    assert "Step | Requests | " in sent.body
    assert "Ready for the board | 0 | 0" in sent.body
    html: Any = sent.alternatives[0]  # type: ignore[attr-defined]
    assert "<table" in html[0]
    name, content, _ = sent.attachments[0]
    assert name == "filed-to-decided-until-2026-11-22.xlsx"
    assert "/reports/filed-to-decided/?first=&last=\n" in sent.body
    book = load_workbook(io.BytesIO(content))
    assert book.worksheets[0]["A5"].value == "Filed"
    assert book.worksheets[0]["B5"].value == 1
    assert ReportMail.objects.get().due_on == date(2026, 11, 1)


def test_what_was_sent_is_not_sent_again_even_if_the_day_is_set_back(board_member: Person) -> None:
    row = ReportScheduleFactory.create(person=board_member, next_on=date(2026, 11, 1))
    send_due_reports(today=date(2026, 11, 22))
    ReportSchedule.objects.filter(pk=row.pk).update(next_on=date(2026, 11, 1))
    assert send_due_reports(today=date(2026, 11, 22)) == 0
    assert len(mail.outbox) == 1


def test_a_mail_server_that_is_away_loses_nothing(board_member: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    row = ReportScheduleFactory.create(person=board_member, next_on=date(2026, 11, 1))

    def refuse(*_: object, **__: object) -> int:
        raise smtplib.SMTPServerDisconnected("away")

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
        assert send_due_reports(today=date(2026, 11, 22)) == 0
    row.refresh_from_db()
    assert row.next_on == date(2026, 11, 1)
    assert send_due_reports(today=date(2026, 11, 22)) == 1


def test_a_report_that_cannot_be_made_keeps_no_other_back_and_is_tried_again(
    board_member: Person, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken = ReportScheduleFactory.create(person=board_member, report="holds", next_on=date(2026, 11, 1))
    ReportScheduleFactory.create(person=board_member, report="filed-to-decided", next_on=date(2026, 11, 2))

    def fail(*_: object) -> Any:
        raise ZeroDivisionError("no quarter")

    with monkeypatch.context() as patch:
        patch.setitem(REPORTS, "holds", replace(REPORTS["holds"], build=fail))
        assert send_due_reports(today=date(2026, 11, 22)) == 1
    assert "The report holds" in caplog.text
    broken.refresh_from_db()
    assert (broken.next_on, broken.failures) == (date(2026, 11, 1), 1)
    assert send_due_reports(today=date(2026, 11, 22), now=timezone.now() + timedelta(hours=2)) == 1
    broken.refresh_from_db()
    assert (broken.next_on, broken.failures, broken.try_after) == (date(2026, 12, 1), 0, None)


def _fail(*_: object) -> Any:
    raise ZeroDivisionError("no quarter")


def test_a_report_that_goes_on_failing_is_tried_less_and_less_often(
    board_member: Person, monkeypatch: pytest.MonkeyPatch, client_as: Callable[[Person], Client]
) -> None:
    row = ReportScheduleFactory.create(person=board_member, report="holds", next_on=date(2026, 11, 1))
    monkeypatch.setitem(REPORTS, "holds", replace(REPORTS["holds"], build=_fail))
    now, waited = timezone.now(), []
    for _ in range(7):
        send_due_reports(today=date(2026, 11, 22), now=now)
        row.refresh_from_db()
        assert row.try_after is not None
        waited.append((row.try_after - now).total_seconds() / 3600)
        failures, now = row.failures, row.try_after - timedelta(seconds=1)
        send_due_reports(today=date(2026, 11, 22), now=now)
        row.refresh_from_db()
        assert row.failures == failures, "not before its time"
        now += timedelta(seconds=1)
    assert waited == [1, 2, 4, 8, 16, 24, 24]
    note = Notification.objects.get(person=board_member)
    what = "“Holds and what became of them” of 1 November 2026"
    assert note.text == f"{what} could not be sent to you. Ombud goes on trying."
    monkeypatch.undo()
    assert "tried again from" in client_as(board_member).get(reverse("reports:index")).content.decode()
    assert "could not be sent in 7 tries" in client_as(board_member).get(note.url).content.decode()


def test_a_mail_that_the_server_does_not_take_keeps_no_other_back(
    board_member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for slug, day in (("holds", 1), ("filed-to-decided", 2)):
        ReportScheduleFactory.create(person=board_member, report=slug, next_on=date(2026, 11, day))

    def too_large(_: object, messages: Any) -> int:
        if messages[0].subject.startswith("Holds"):
            raise smtplib.SMTPDataError(552, b"too large")
        return len(messages)

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", too_large)
    assert send_due_reports(today=date(2026, 11, 22)) == 1


def test_who_may_no_longer_see_it_gets_nothing(reader: Person, board_member: Person) -> None:
    ReportScheduleFactory.create(person=reader, report="money", next_on=date(2026, 11, 1))
    gone = ReportScheduleFactory.create(person=board_member, report="holds", next_on=date(2026, 11, 1))
    gone.person.is_active = False
    gone.person.save()
    assert send_due_reports(today=date(2026, 11, 22)) == 0
    assert mail.outbox == []


def test_who_left_gets_nothing_even_where_nobody_switched_them_off(board_member: Person, reader: Person) -> None:
    today = timezone.localdate()
    for person, left in ((board_member, today), (reader, today + timedelta(days=1))):
        ReportScheduleFactory.create(person=person, report="holds", next_on=today)
        person.left_on = left
        person.save()
    assert send_due_reports(today=today) == 1
    assert [sent.to for sent in mail.outbox] == [[reader.email]]


def test_mail_counts_only_what_its_reader_may_see(reader: Person) -> None:
    filed_request(confidential=True)
    ReportScheduleFactory.create(person=reader, next_on=date(2026, 11, 1), span="all")
    send_due_reports(today=date(2026, 11, 22))
    assert "Nothing was filed" in mail.outbox[0].subject


def test_people_choose_and_stop(reader: Person, cio: Person) -> None:
    row = schedule_report(person=reader, report="holds", every="week", span="quarter")
    assert schedule_report(person=reader, report="holds", every="month", span="all") == row
    with pytest.raises(NotAllowed):
        schedule_report(person=reader, report="money", every="week", span="all")
    with pytest.raises(NoSuchReport):
        schedule_report(person=cio, report="nothing", every="week", span="all")
    with pytest.raises(ValidationError):
        schedule_report(person=cio, report="money", every="daily", span="all")
    stop_report(person=reader, report="holds")
    assert not ReportSchedule.objects.exists()


def test_the_timetable_sends_what_is_due(board_member: Person) -> None:
    for slug in REPORTS:
        ReportScheduleFactory.create(person=board_member, report=slug, next_on=date(2026, 1, 1))
    assert send_reports_task() == len(REPORTS)
    assert len(mail.outbox) == len(REPORTS)


def test_the_mail_has_a_link_that_ends_it_without_signing_in(board_member: Person, client: Client) -> None:
    row = schedule_report(person=board_member, report="holds", every="week", span="all")
    send_due_reports(today=row.next_on)
    (message,) = mail.outbox
    assert message.to == [board_member.email]
    link = message.extra_headers["List-Unsubscribe"].strip("<>")
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in message.body
    path = link.removeprefix(settings.OMBUD_SITE_URL)
    assert "Send it no more?" in client.get(path).content.decode()
    assert ReportSchedule.objects.filter(pk=row.pk).exists()
    assert "no longer sent" in client.post(path, {"List-Unsubscribe": "One-Click"}).content.decode()
    assert not ReportSchedule.objects.filter(pk=row.pk).exists()
    assert "no longer sent" in client.get(path).content.decode()
    assert client.post(f"{path[:-2]}x/").status_code == 404
