"""Exports: exactly what is filtered, in its order, whole; no formula, and no money or secret for the wrong person."""

import csv
import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from customers.sheets.xlsx import MAX_TEXT
from portfolio.models import Person, ProjectRequest, Silo
from tests.factories import draft_request, filed_request

SignIn = Callable[[Person], Client]


def body(client: Client, fmt: str, query: str = "") -> bytes:
    """The whole file."""
    response: Any = client.get(f"/requests/export/{fmt}/?{query}")
    assert response.status_code == 200
    assert response.streaming
    assert f".{fmt}" in response["Content-Disposition"]
    return b"".join(response.streaming_content)


def as_csv(client: Client, query: str = "") -> list[dict[str, str]]:
    """The rows of the CSV file."""
    data = body(client, "csv", query)
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def as_xlsx(client: Client, query: str = "") -> list[dict[str, Any]]:
    """The rows of the XLSX file."""
    heading, *rows = load_workbook(io.BytesIO(body(client, "xlsx", query))).worksheets[0].iter_rows(values_only=True)
    return [dict(zip(map(str, heading), row, strict=True)) for row in rows]


@pytest.fixture
def reading(client_as: SignIn, architect: Person) -> Client:
    """An architect's client."""
    return client_as(architect)


@pytest.mark.parametrize("read", [as_csv, as_xlsx])
def test_it_holds_what_is_filtered_in_its_order(reading: Client, cards: Silo, retail: Silo, read: Any) -> None:
    for title in ("Beta", "Alpha", "Gamma"):
        filed_request(title=title, silo=cards)
    filed_request(title="Other", silo=retail)
    assert [row["Title"] for row in read(reading, "silo=cards&sort=title")] == ["Alpha", "Beta", "Gamma"]
    assert [row["Title"] for row in read(reading, "q=other")] == ["Other"]


def test_all_pages_come_and_texts_are_whole(reading: Client, cards: Silo) -> None:
    like = filed_request(silo=cards, problem="long " * 9999)
    ProjectRequest.objects.bulk_create(
        ProjectRequest(reference=f"B-{number:05d}", silo=cards, requester=like.requester, title=f"T{number}",
                       status="submitted", submitted_at=timezone.now())
        for number in range(2300)
    )  # fmt: skip
    rows = as_csv(reading, "sort=reference")
    assert [row["Reference"] for row in rows] == sorted(row["Reference"] for row in rows)
    assert len(rows) == 2301
    assert {row["Problem"] for row in rows} == {"", "long " * 9999}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "＝"])
def test_no_text_becomes_a_formula(reading: Client, start: str) -> None:
    text = f"{start}HYPERLINK(1)"
    filed_request(title="x", problem=text)
    assert as_csv(reading)[0]["Problem"] == f"'{text}"
    assert as_xlsx(reading)[0]["Problem"] == text


def test_columns_hold_real_days_and_amounts(reading: Client) -> None:
    filed_request(wanted_go_live=dt.date(2027, 3, 1), one_off_cost="1400000.50", kind="internal", heads_up=True)
    plain, sheet = as_csv(reading)[0], as_xlsx(reading)[0]
    assert (plain["Wanted go-live"], plain["One-off cost (EUR)"], plain["Kind"]) == (
        "2027-03-01",
        "1400000.50",
        "Internal",
    )
    assert (sheet["Wanted go-live"], sheet["One-off cost (EUR)"]) == (dt.datetime(2027, 3, 1), 1400000.5)
    assert plain["Status"] == "Submitted"
    assert plain["Heads-up"] == "yes"


@pytest.mark.parametrize("read", [as_csv, as_xlsx])
def test_money_of_other_silos_stays_empty(
    client_as: SignIn, requester: Person, cards: Silo, retail: Silo, read: Any
) -> None:
    filed_request(title="Ours", silo=cards, one_off_cost=11, yearly_cost=12)
    filed_request(title="Theirs", silo=retail, one_off_cost=21, yearly_cost=22)
    filed_request(title="Sponsored", silo=retail, one_off_cost=31, yearly_cost=32, sponsor=requester)
    shown = {row["Title"]: row["One-off cost (EUR)"] or "" for row in read(client_as(requester))}
    yearly = {row["Title"]: row["Yearly cost (EUR)"] or "" for row in read(client_as(requester))}
    assert {title: float(value or 0) for title, value in shown.items()} == {"Ours": 11, "Theirs": 0, "Sponsored": 31}
    assert {title: float(value or 0) for title, value in yearly.items()} == {"Ours": 12, "Theirs": 0, "Sponsored": 32}


def test_secrets_and_drafts_stay_where_they_belong(client_as: SignIn, outsider: Person, cards: Silo) -> None:
    filed_request(title="Secret", silo=cards, confidential=True)
    draft_request(title="Draft", silo=cards)
    assert as_csv(client_as(outsider)) == as_csv(client_as(outsider), "status=draft") == []


@pytest.mark.parametrize("read", [as_csv, as_xlsx])
def test_no_cell_names_a_confidential_request(client_as: SignIn, reader: Person, architect: Person, read: Any) -> None:
    secret, known = filed_request(confidential=True), filed_request()
    merged = filed_request(status="merged", survivor=secret).reference
    behind = filed_request(status="sequenced", after=secret).reference
    plain = filed_request(status="merged", survivor=known).reference

    rows = {row["Reference"]: row for row in read(client_as(reader))}
    assert not rows[merged]["Merged into"]
    assert not rows[behind]["After"]
    assert rows[plain]["Merged into"] == known.reference
    rows = {row["Reference"]: row for row in read(client_as(architect))}
    assert (rows[merged]["Merged into"], rows[behind]["After"]) == (secret.reference, secret.reference)


@pytest.mark.parametrize("read", [as_csv, as_xlsx])
def test_all_that_a_request_goes_after_is_named_and_the_last_stands_last(
    client_as: SignIn, reader: Person, architect: Person, read: Any
) -> None:
    second, first, last = filed_request(), filed_request(confidential=True), filed_request()
    behind = filed_request(status="sequenced", after=last)
    behind.also_after.set([second, first])
    alone = filed_request(status="sequenced", after=second)
    rows = {row["Reference"]: row["After"] for row in read(client_as(architect))}
    assert rows[behind.reference] == f"{second.reference}, {first.reference}, {last.reference}"
    assert rows[alone.reference] == second.reference
    rows = {row["Reference"]: row["After"] for row in read(client_as(reader))}
    assert rows[behind.reference] == f"{second.reference}, {last.reference}"


def test_a_text_longer_than_a_cell_goes_on_in_another(reading: Client) -> None:
    text = "".join(f"{number:06d} " for number in range(7000))
    filed_request(problem=text)
    row = as_xlsx(reading)[0]
    assert len(row["Problem"]) == MAX_TEXT
    assert row["Problem"] + row["Problem, continued"] == text


def test_other_formats_do_not_exist_and_strangers_sign_in_first(reading: Client, client: Client) -> None:
    assert reading.get("/requests/export/pdf/").status_code == 404
    assert reading.post("/requests/export/csv/").status_code == 405
    assert client.get("/requests/export/csv/").status_code == 302


def test_the_number_of_queries_does_not_grow_with_rows(reading: Client, django_assert_max_num_queries: Any) -> None:
    counts = []
    for more in (2, 30):
        for _ in range(more):
            filed_request()
        with django_assert_max_num_queries(10) as captured:
            as_csv(reading)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_quotes_commas_and_line_ends_come_back_as_they_were(reading: Client) -> None:
    text = 'He said "no",\r\nthen; "yes"\n\ttab 🚀'
    filed_request(title='"Quoted", twice', problem=text)
    row = as_csv(reading)[0]
    assert (row["Title"], row["Problem"]) == ('"Quoted", twice', text)
