"""The pages and files of the reports."""

import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from board.models import ReportSchedule
from board.reporting.document import Link, Period
from board.selectors.reports.reports import REPORTS
from board.templatetags.board_reports import keeps_to_a_line, report_cell
from portfolio.lifecycle import Status
from portfolio.models import Person
from tests.factories import (
    BetAnswerFactory,
    BetFactory,
    ConditionFactory,
    DecidedRequestFactory,
    FindingFactory,
    HoldFactory,
    TransitionFactory,
    filed_request,
)

pytestmark = pytest.mark.django_db
Door = Callable[[Person], Client]


def fill(number: int) -> None:
    """So many of everything that reports count."""
    today = timezone.localdate()
    for _ in range(number):
        request = filed_request(status=Status.APPROVED.value, one_off_cost=500)
        TransitionFactory.create(request=request, source="ready", target="approved")
        FindingFactory.create(between=[request, filed_request()], kind="overlap", rule="same-purpose")
        DecidedRequestFactory.create(decision=HoldFactory.create().decision)
        DecidedRequestFactory.create(decision=ConditionFactory.create(due=today).decision)
        BetAnswerFactory.create(bet=BetFactory.create(request=request, due=today - timedelta(days=3)))


@pytest.mark.parametrize("slug", REPORTS)
def test_a_report_opens_empty_and_takes_the_same_queries_at_any_size(
    slug: str, client_as: Door, board_member: Person, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client, url = client_as(board_member), reverse("reports:report", args=[slug])
    assert client.get(url).status_code == 200
    fill(1)
    with django_assert_max_num_queries(40) as few:
        client.get(url)
    fill(5)
    with django_assert_max_num_queries(len(few)):
        page = client.get(url)
    assert page.status_code == 200
    assert "<svg" in page.content.decode() or slug == "reviewed-against-decided"


@pytest.mark.parametrize("slug", REPORTS)
def test_files_hold_what_the_page_says_with_numbers_as_numbers(
    slug: str, client_as: Door, board_member: Person
) -> None:
    fill(2)
    client = client_as(board_member)
    book = load_workbook(io.BytesIO(client.get(reverse("reports:file", args=[slug, "xlsx"])).content))
    report = REPORTS[slug].build(board_member, *_all_time())
    assert len(book.worksheets) == len(report.tables)
    first = book.worksheets[0]
    assert first["A1"].value == report.title
    assert first["A2"].value == f"{REPORTS[slug].name}, {_all_time()[0].words}"
    assert [cell.value for cell in first[4]] == [heading.label for heading in report.tables[0].headings]
    for shown, cells in zip(first.iter_rows(min_row=5, values_only=True), report.tables[0].rows, strict=False):
        numbers = {place: cell for place, cell in enumerate(cells) if isinstance(cell, int | float | Decimal)}
        assert {place: shown[place] for place in numbers} == {
            place: pytest.approx(float(numbers[place])) for place in numbers
        }
    for number in range(1, len(report.tables) + 1):
        answer = client.get(reverse("reports:file", args=[slug, "csv"]), {"table": number})
        assert answer["Content-Type"].startswith("text/csv")
    assert client.get(reverse("reports:file", args=[slug, "csv"]), {"table": 99}).status_code == 404
    assert client.get(reverse("reports:file", args=[slug, "pdf"])).status_code == 404


def _all_time() -> tuple[Period, datetime]:
    from board.selectors.reports.reports import period_of

    return period_of("year", timezone.localdate()), timezone.now()


def test_money_is_for_architects_and_the_board(client_as: Door, requester: Person, architect: Person) -> None:
    for name, args in (("report", ["money"]), ("file", ["money", "xlsx"])):
        assert client_as(requester).get(reverse(f"reports:{name}", args=args)).status_code == 403
        assert client_as(architect).get(reverse(f"reports:{name}", args=args)).status_code == 200
    index = client_as(requester).get(reverse("reports:index")).content.decode()
    assert REPORTS["money"].name not in index
    assert REPORTS["holds"].name in index


def test_confidential_requests_are_in_no_figure(client_as: Door, reader: Person) -> None:
    secret = filed_request(confidential=True, title="Secret merger")
    FindingFactory.create(between=[secret, filed_request()], kind="overlap", title="Secret merger twice")
    page = client_as(reader).get(reverse("reports:report", args=["duplicates"])).content.decode()
    assert "No duplicate was found" in page
    assert "Secret" not in page


def test_a_period_narrows_and_a_wrong_one_says_so(client_as: Door, reader: Person) -> None:
    filed_request()
    url, client = reverse("reports:report", args=["filed-to-decided"]), client_as(reader)
    assert "Nothing was filed" in client.get(url, {"first": "2001-01-01", "last": "2001-12-31"}).content.decode()
    assert client.get(url, {"first": "2002-01-01", "last": "2001-12-31"}).status_code == 422
    assert client.get(url, {"first": "soon"}).status_code == 422
    assert client.get(reverse("reports:report", args=["nothing"])).status_code == 404


def test_a_file_of_a_period_that_cannot_be_read_leads_to_the_page_that_says_so(client_as: Door, reader: Person) -> None:
    file = reverse("reports:file", args=["filed-to-decided", "csv"])
    answer = client_as(reader).get(file, {"first": "2002-01-01", "last": "2001-12-31"}, follow=True)
    assert answer.status_code == 422
    assert answer.redirect_chain == [("/reports/filed-to-decided/?first=2002-01-01&last=2001-12-31", 302)]


def test_files_are_named_by_their_period_and_the_beginning_is_no_made_up_day(client_as: Door, reader: Person) -> None:
    client, today = client_as(reader), timezone.localdate().isoformat()
    file = reverse("reports:file", args=["holds", "csv"])
    asked = {"first": "2026-01-01", "last": "2026-03-31"}
    assert 'filename="holds-2026-01-01-to-2026-03-31.csv"' in client.get(file, asked)["Content-Disposition"]
    second = client.get(file, asked | {"table": "2"})["Content-Disposition"]
    assert 'filename="holds-2026-01-01-to-2026-03-31-table-2.csv"' in second
    book = reverse("reports:file", args=["holds", "xlsx"])
    whole = client.get(book, {"first": "", "last": ""})["Content-Disposition"]
    assert f'filename="holds-until-{today}.xlsx"' in whole
    page = client.get(reverse("reports:report", args=["holds"])).content.decode()
    assert '<a href="?first=&amp;last=">From the beginning</a>' in page
    every = client.get(reverse("reports:report", args=["holds"]), {"first": "", "last": ""}).content.decode()
    assert "from the beginning until today" in every


def test_reports_are_sent_and_stopped_from_their_page(client_as: Door, reader: Person) -> None:
    url, client = reverse("reports:schedule", args=["holds"]), client_as(reader)
    assert client.post(url, {"every": "week", "span": "year"}).status_code == 302
    assert ReportSchedule.objects.get().person == reader
    page = client.get(reverse("reports:report", args=["holds"])).content.decode()
    assert "It comes to you: every Monday, four quarters; next on" in page
    client.post(url, {"stop": "1"})
    assert not ReportSchedule.objects.exists()
    assert client.post(url, {"every": "never", "span": "year"}).status_code == 404
    assert client.post(reverse("reports:schedule", args=["money"]), {"every": "week", "span": "all"}).status_code == 403


def test_days_and_references_keep_to_one_line_and_numbers_have_a_minus() -> None:
    kept = [date(2026, 3, 2), Link("REQ-2026-0001", "/r/"), Link("REQ-2026-0001 and 2 more", "/r/"), "Cards", 7]
    assert [keeps_to_a_line(cell) for cell in kept] == [True, True, False, False, False]
    assert [report_cell(cell) for cell in (-17, -0.5, 1_200)] == ["\u221217", "\u22120.5", "1,200"]
