"""Hours with customers as a file: out, in again, and what is refused by row and field."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from customers.errors import NotAllowed
from customers.models import CustomerTime, RegisterImport
from customers.services.imports import import_file, keep_file, queue_file
from customers.sheets.catalog import sheet_of
from customers.sheets.writing import sheet_csv, sheet_xlsx
from impacts.it_sheet import read_when
from tests.factories import CustomerTimeFactory, PersonFactory, SegmentFactory, TouchpointFactory

pytestmark = pytest.mark.django_db

HEAD = "Person,Day or month,Hours,Segment,Touchpoint,What it was about\n"


@pytest.fixture
def sheet():
    return sheet_of("customer-time")


@pytest.fixture
def ada():
    return PersonFactory.create(name="Ada", email="ada@example.org")


def keep(sheet, by, text):
    content = text if isinstance(text, bytes) else text.encode()
    return keep_file(sheet=sheet, by=by, name="hours.csv", content=content)


def bring_in(sheet, by, text):
    file = keep(sheet, by, text)
    assert file.result["error_count"] == 0, file.result["errors"]
    assert queue_file(file=file, by=by)
    return import_file(token=file.pk)


def test_a_dry_run_says_what_would_come_and_writes_nothing(sheet, architect, ada):
    SegmentFactory.create(code="callers", name="Callers")
    file = keep(sheet, architect, HEAD + "ada@example.org,2026-03-04,2.5,callers,,Sat with them\nAda,2026-02,11,,,\n")
    assert (file.state, file.result["new"], file.result["error_count"]) == (RegisterImport.State.OPEN, 2, 0)
    assert not CustomerTime.objects.exists()


def test_days_and_months_come_in_with_history(sheet, architect, ada):
    callers, line = SegmentFactory.create(code="callers"), TouchpointFactory.create(code="line")
    bring_in(sheet, architect, HEAD + "Ada,2026-03-04,2.5,callers,line,Sat with them\nAda,February 2026,11,,,\n")
    day, month = CustomerTime.objects.order_by("-day")
    assert (day.day, day.hours, day.segment, day.touchpoint) == (dt.date(2026, 3, 4), Decimal("2.5"), callers, line)
    assert (month.day, month.whole_month, month.hours) == (dt.date(2026, 2, 1), True, Decimal(11))
    assert set(CustomerTime.history.values_list("history_user", "history_change_reason")) == {(architect.pk, "Import")}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_went_out_comes_in_again_unchanged(sheet, architect, ada, kind):
    for number in (1, 1, 2):  # two entries that say the same are two entries
        CustomerTimeFactory.create(person=ada, hours=number, segment=SegmentFactory.create() if number > 1 else None)
    CustomerTimeFactory.create(person=ada, day=dt.date(2026, 2, 1), whole_month=True, hours=40, words="=1+1")
    write = sheet_csv if kind == "csv" else sheet_xlsx
    file = keep(sheet, architect, b"".join(write(sheet, sheet.rows())))
    assert (file.result["error_count"], file.result["new"], file.result["changed"]) == (0, 0, 0)
    assert file.result["unchanged"] == 4


def test_a_row_is_changed_by_its_number(sheet, architect, ada):
    entry = CustomerTimeFactory.create(person=ada, day=dt.date(2026, 3, 4), hours=2)
    bring_in(sheet, architect, f"Entry,Person,Day or month,Hours\n{entry.pk},Ada,2026-03-05,3\n")
    entry.refresh_from_db()
    assert (entry.day, entry.hours, CustomerTime.objects.count()) == (dt.date(2026, 3, 5), Decimal(3), 1)


def test_the_same_file_twice_counts_once(sheet, architect, ada):
    text = HEAD + "Ada,2026-03-04,2.5,,,Sat with them\n"
    bring_in(sheet, architect, text)
    assert keep(sheet, architect, text).result["unchanged"] == 1


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        ("Ada,2026-03-04,-2,,,", "Hours", "Write at least a quarter of an hour"),
        ("Ada,2026-03-04,25,,,", "Hours", "25 hours do not fit: the day has 24."),
        ("Ada,2026-02,700,,,", "Hours", "700 hours do not fit: the month has 672."),
        ("Ada,2026-03-04,many,,,", "Hours", "is not an amount"),
        ("Ada,2150-03-04,2,,,", "Day or month", "is still to come"),
        ("Ada,2026-13,2,,,", "Day or month", "or a whole month as 2026-06"),
        ("Ada,04/03/2026,2,,,", "Day or month", "can mean two days"),
        ("Nobody Known,2026-03-04,2,,,", "Person", "There is no person “Nobody Known”."),
        ("Voice team,2026-03-04,2,,,", "Person", "is a team or mailbox"),
        ("Gregor,2026-03-04,2,,,", "Person", "left on 1 January 2026, before this day"),
        ("Ada,2026-03-04,2,martians,,", "Segment", "There is no segment “martians”."),
        ("Ada,2026-03-04,2,,,=HYPERLINK(1)", "What it was about", "This is a formula"),
        (",2026-03-04,2,,,", "Person", "This cell is empty"),
    ],
)
def test_bad_rows_are_named_by_row_and_column(sheet, architect, ada, row, column, message):
    PersonFactory.create(name="Voice team", kind="team")
    PersonFactory.create(name="Gregor", left_on=dt.date(2026, 1, 1))
    file = keep(sheet, architect, HEAD + "Ada,2026-03-01,2,,,\n" + row + "\n")
    found = file.result["errors"]
    assert [(each["row"], each["column"]) for each in found] == [(3, column)], found
    assert message in found[0]["message"]
    assert not queue_file(file=file, by=architect)
    assert not CustomerTime.objects.exists()


def test_a_day_has_24_hours_over_all_rows_and_what_is_there(sheet, architect, ada):
    CustomerTimeFactory.create(person=ada, day=dt.date(2026, 3, 4), hours=10)
    file = keep(sheet, architect, HEAD + "Ada,2026-03-04,8,,,One\nAda,2026-03-04,7,,,Two\n")
    assert {each["row"] for each in file.result["errors"]} == {2, 3}
    assert "make 25 hours; a day has 24" in file.result["errors"][0]["message"]


def test_rows_twice_and_numbers_that_there_are_not(sheet, architect, ada):
    double = keep(sheet, architect, HEAD + "Ada,2026-03-04,1,,,\nAda,2026-03-04,1,,,\n")
    assert "Row 2 is about the same one" in double.result["errors"][0]["message"]
    unknown = keep(sheet, architect, "Entry,Person,Day or month,Hours\n4711,Ada,2026-03-05,3\n")
    assert "There is no entry 4711" in unknown.result["errors"][0]["message"]


def test_only_who_keeps_the_registers_imports(sheet, it_manager, client_as):
    with pytest.raises(NotAllowed):
        keep(sheet, it_manager, HEAD)
    assert client_as(it_manager).get("/registers/sheets/customer-time/import/").status_code == 403


def test_the_pages_lead_to_export_and_import(client_as, architect, reader):
    CustomerTimeFactory.create(day=timezone.localdate())
    assert client_as(architect).get("/registers/sheets/customer-time/import/").status_code == 200
    response = client_as(reader).get("/registers/sheets/customer-time/export/csv/")
    assert b"Day or month" in b"".join(response.streaming_content)


@pytest.mark.parametrize(
    ("words", "means"),
    [("2026-10", "2026-10"), ("Oct 2026", "2026-10"), ("5 October 2026", "2026-10-05"), ("20261005", "2026-10-05")],
)
def test_days_and_months_as_people_write_them(words, means):
    assert read_when(words) == means
    assert read_when(dt.date(2026, 10, 5)) == "2026-10-05"
