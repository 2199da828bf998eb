"""The reports there are, each as one person may see it over a period."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from board.models import ReportSchedule
from board.permissions import can_see_reports
from board.reporting.document import Period, Report
from board.reporting.follow_up import conditions_report, duplicates_report, holds_report
from board.reporting.journeys import filed_to_decided, reviewed_against_decided
from board.reporting.worth import benefits_report, money_report
from board.selectors.reports import report_facts as facts
from customers.amounts import currency_sign
from customers.quarters import first_day, quarter_before, quarter_of
from portfolio.permissions import can_see_all_money


@dataclass(frozen=True, slots=True)
class ReportKind:
    """One report: its name, the question it answers, how it is made, and whether it shows the money of all."""

    slug: str
    name: str
    question: str
    build: Callable[[Any, Period, datetime], Report]
    is_money: bool = False


def _filed(user: Any, period: Period, now: datetime) -> Report:
    return filed_to_decided(facts.journeys(user, period), now)


def _reviewed(user: Any, period: Period, now: datetime) -> Report:
    today = timezone.localtime(now).date()
    return reviewed_against_decided(facts.items(period), facts.approved(user, period, today))


def _holds(user: Any, period: Period, now: datetime) -> Report:
    return holds_report(facts.holds(user, period, now))


def _duplicates(user: Any, period: Period, now: datetime) -> Report:
    return duplicates_report(facts.duplicates(user, period), shows_money=can_see_all_money(user))


def _conditions(user: Any, period: Period, now: datetime) -> Report:
    return conditions_report(facts.conditions(user, period), timezone.localtime(now).date())


def _benefits(user: Any, period: Period, now: datetime) -> Report:
    return benefits_report(facts.promises(user, period), timezone.localtime(now).date())


def _money(user: Any, period: Period, now: datetime) -> Report:
    return money_report(facts.spends(user, period), currency_sign())


REPORTS: dict[str, ReportKind] = {
    kind.slug: kind
    for kind in (
        ReportKind("filed-to-decided", "From filed to decided", "How long do requests wait, and where?", _filed),
        ReportKind(
            "reviewed-against-decided",
            "Looked at against decided",
            "Does the board leave with decisions, and does anybody look what came of them?",
            _reviewed,
        ),
        ReportKind("holds", "Holds and what became of them", "Was saying “whoa” worth it?", _holds),
        ReportKind(
            "duplicates",
            "Duplicates before and after approval",
            "Do we find out before or after we have said yes?",
            _duplicates,
        ),
        ReportKind("conditions", "Conditions kept", "Does what the board made a condition happen?", _conditions),
        ReportKind("benefits", "Promised against delivered", "Did what customers were promised come?", _benefits),
        ReportKind(
            "money",
            "Money to customers against table stakes",
            "How much of the money do customers notice?",
            _money,
            is_money=True,
        ),
    )
}


def reports_for(user: Any) -> list[ReportKind]:
    """The reports that `user` may open."""
    return [kind for kind in REPORTS.values() if can_see_reports(user, money=kind.is_money)]


def period_of(span: str, today: date) -> Period:
    """The period that a span of ReportSchedule means on a day: the quarter before, four quarters with this one, or
    all."""
    this = quarter_of(today)
    if span == ReportSchedule.Span.ALL:
        return Period()
    if span == ReportSchedule.Span.QUARTER:
        return Period(first_day(quarter_before(this)), first_day(this) - timedelta(days=1))
    first = this
    for _ in range(3):
        first = quarter_before(first)
    return Period(first_day(first), today)


def schedules_of(user: Any) -> dict[str, ReportSchedule]:
    """What a person gets by mail, by report. One query."""
    return {row.report: row for row in ReportSchedule.objects.filter(person=user).order_by("id")}
