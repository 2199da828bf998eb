"""The requests list: what it shows, to whom, in which order, and what it makes of odd addresses."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portfolio.lifecycle import Status
from portfolio.models import Person, Silo
from tests.factories import CommentFactory, WatchFactory, draft_request, filed_request

SignIn = Callable[[Person], Client]
URL = "/requests/"


def titles(client: Client, query: str = "") -> list[str]:
    """The titles on the page, in order."""
    response = client.get(f"{URL}?{query}")
    assert response.status_code == 200
    return [row.request.title for row in response.context["rows"]]


@pytest.fixture
def reading(client_as: SignIn, architect: Person) -> Client:
    """An architect's client."""
    return client_as(architect)


def test_the_address_has_its_name() -> None:
    assert reverse("portfolio:request-list") == URL


def test_anonymous_visitors_are_sent_to_sign_in(client: Client) -> None:
    assert client.get(URL).status_code == 302


def test_it_answers_get_only(reading: Client) -> None:
    assert reading.post(URL).status_code == 405


def test_newest_first_and_drafts_only_when_asked_for(client_as: SignIn, requester: Person, cards: Silo) -> None:
    now = timezone.now()
    filed_request(title="Older", silo=cards, submitted_at=now - dt.timedelta(days=2))
    filed_request(title="Newer", silo=cards, submitted_at=now)
    draft_request(title="Draft", silo=cards, requester=requester)
    assert titles(client_as(requester)) == ["Newer", "Older"]
    assert titles(client_as(requester), "status=draft") == ["Draft"]


def test_drafts_of_other_silos_stay_hidden(client_as: SignIn, outsider: Person, cards: Silo) -> None:
    draft_request(title="Draft", silo=cards)
    assert titles(client_as(outsider), "status=draft") == []


def test_confidential_requests_show_to_their_requester_and_architects_only(
    client_as: SignIn, requester: Person, colleague: Person, outsider: Person, architect: Person, cards: Silo
) -> None:
    filed_request(title="Secret", silo=cards, requester=requester, confidential=True)
    assert titles(client_as(requester)) == titles(client_as(architect)) == ["Secret"]
    assert titles(client_as(outsider)) == titles(client_as(outsider), "q=secret") == []
    assert titles(client_as(colleague)) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=submitted", ["Beta", "Alpha"]),
        ("status=submitted&status=ready", ["Gamma", "Beta", "Alpha"]),
        ("silo=retail", ["Gamma", "Beta"]),
        ("silo=retail&silo=cards", ["Gamma", "Beta", "Alpha"]),
        ("kind=internal", ["Alpha"]),
        ("heads_up=yes", ["Beta"]),
        ("heads_up=no", ["Gamma", "Alpha"]),
        ("go_live_from=2027-02-01", ["Gamma", "Beta"]),
        ("go_live_from=2027-02-01&go_live_to=2027-02-28", ["Beta"]),
        ("cost_from=100000", ["Gamma", "Beta"]),
        ("cost_from=100000&cost_to=200000", ["Beta"]),
        ("q=alph", ["Alpha"]),
        ("q=alph&silo=retail", []),
        ("silo=retail&status=ready", ["Gamma"]),
    ],
)
def test_filters_narrow_the_list(reading: Client, cards: Silo, retail: Silo, query: str, found: list[str]) -> None:
    start = timezone.now()
    for place, (title, fields) in enumerate(
        {
            "Alpha": {
                "silo": cards, "kind": "internal", "wanted_go_live": dt.date(2027, 1, 31), "one_off_cost": 50_000,
            },
            "Beta": {"silo": retail, "heads_up": True, "wanted_go_live": dt.date(2027, 2, 1), "one_off_cost": 100_000},
            "Gamma": {
                "silo": retail, "status": Status.READY.value, "wanted_go_live": dt.date(2027, 3, 1),
                "one_off_cost": 300_000,
            },
        }.items()
    ):  # fmt: skip
        filed_request(title=title, submitted_at=start + dt.timedelta(minutes=place), **fields)  # type: ignore[arg-type]
    assert titles(reading, query) == found


def test_whose(client_as: SignIn, requester: Person, colleague: Person, cards: Silo, retail: Silo) -> None:
    start = timezone.now()
    filed_request(title="Mine", silo=cards, requester=requester, submitted_at=start)
    filed_request(title="Sponsored", silo=retail, sponsor=requester, submitted_at=start - dt.timedelta(1))
    filed_request(title="Of my silo", silo=cards, requester=colleague, submitted_at=start - dt.timedelta(2))
    watched = filed_request(title="Watched", silo=retail, submitted_at=start - dt.timedelta(3))
    WatchFactory.create(request=watched, person=requester)
    client = client_as(requester)
    assert titles(client, "whose=mine") == ["Mine", "Sponsored"]
    assert titles(client, "whose=silo") == ["Mine", "Of my silo"]
    assert titles(client, "whose=watching") == ["Watched"]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("title", ["apple", "Banana", "cherry"]),
        ("-title", ["cherry", "Banana", "apple"]),
        ("reference", ["cherry", "apple", "Banana"]),
        ("silo", ["Banana", "apple", "cherry"]),
        ("status", ["apple", "Banana", "cherry"]),
        ("-status", ["cherry", "Banana", "apple"]),
        ("go_live", ["Banana", "apple", "cherry"]),
        ("-go_live", ["apple", "Banana", "cherry"]),
        ("cost", ["cherry", "apple", "Banana"]),
        ("-cost", ["apple", "cherry", "Banana"]),
        ("filed", ["apple", "Banana", "cherry"]),
    ],
)
def test_every_column_sorts_both_ways_and_what_is_missing_comes_last(
    reading: Client, cards: Silo, retail: Silo, sort: str, order: list[str]
) -> None:
    start = timezone.now()
    filed_request(title="apple", reference="B", silo=retail, submitted_at=start, one_off_cost=900,
                  wanted_go_live=dt.date(2027, 5, 1))  # fmt: skip
    filed_request(title="Banana", reference="C", silo=cards, status=Status.IN_TRIAGE.value,
                  submitted_at=start + dt.timedelta(1), wanted_go_live=dt.date(2027, 4, 1))  # fmt: skip
    filed_request(title="cherry", reference="A", silo=retail, status=Status.APPROVED.value,
                  submitted_at=start + dt.timedelta(2), one_off_cost=100)  # fmt: skip
    assert titles(reading, f"sort={sort}") == order


def test_costs_show_for_the_own_silo_only(client_as: SignIn, requester: Person, cards: Silo, retail: Silo) -> None:
    filed_request(title="Ours", silo=cards, one_off_cost=111_000)
    filed_request(title="Theirs", silo=retail, one_off_cost=222_000)
    page = client_as(requester).get(URL).content.decode()
    assert "111,000" in page
    assert "222,000" not in page


def test_who_sees_only_some_money_cannot_find_out_by_filter_or_order(
    client_as: SignIn, requester: Person, retail: Silo
) -> None:
    filed_request(title="Cheap", silo=retail, one_off_cost=1, submitted_at=timezone.now())
    filed_request(title="Dear", silo=retail, one_off_cost=900_000, submitted_at=timezone.now() - dt.timedelta(1))
    client = client_as(requester)
    assert titles(client, "cost_from=500000") == titles(client, "sort=-cost") == ["Cheap", "Dear"]
    assert "cannot be sorted by “cost”" in client.get(f"{URL}?sort=cost").content.decode()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("status=nonsense", "nonsense"),
        ("go_live_from=31.13.2027", "Go-live from"),
        ("cost_from=lots", "One-off cost from"),
        ("silo=no-such-silo", "no-such-silo"),
        ("sort=nonsense", "cannot be sorted by “nonsense”"),
        ("page=abc", "not a page number"),
        ("page=99", "There is no page 99"),
        ("page=0", "There is no page 0"),
        ("page=-1", "There is no page -1"),
        ("whose=%F0%9F%9A%80", "Whose"),
        ("q=" + "x" * 500, "Search"),
    ],
)
def test_what_is_not_understood_is_left_out_and_said(reading: Client, query: str, said: str) -> None:
    filed_request(title="Still here")
    response = reading.get(f"{URL}?{query}")
    assert [row.request.title for row in response.context["rows"]] == ["Still here"]
    assert said in response.content.decode()


def test_fifty_a_page_and_the_pager_keeps_the_filters(reading: Client, cards: Silo) -> None:
    for number in range(51):
        filed_request(title=f"Request {number:02d}", silo=cards)
    response = reading.get(f"{URL}?silo=cards&sort=title")
    assert response.context["count"] == 51
    assert len(response.context["rows"]) == 50
    assert "51 requests" in response.content.decode()
    assert "silo=cards&amp;sort=title&amp;page=2" in response.content.decode()
    assert titles(reading, "silo=cards&sort=title&page=2") == ["Request 50"]


def test_each_filter_is_a_chip_that_takes_only_itself_away(reading: Client, cards: Silo) -> None:
    page = reading.get(f"{URL}?silo=cards&status=ready&status=submitted").content.decode()
    assert 'href="?silo=cards&amp;status=submitted"' in page
    assert 'href="?status=ready&amp;status=submitted"' in page


def test_text_of_users_is_escaped(reading: Client) -> None:
    filed_request(title="<script>alert('x')</script> 🚀")
    page = reading.get(URL).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt; 🚀" in page


def test_the_search_looks_into_the_discussion(reading: Client) -> None:
    CommentFactory.create(request=filed_request(title="Quiet"), text="What about the lighthouse?")
    assert titles(reading, "q=lighthouse") == ["Quiet"]


@pytest.mark.parametrize("query", ["", "q=customers&silo=cards&status=submitted&sort=silo"])
def test_the_number_of_queries_does_not_grow(
    reading: Client, cards: Silo, django_assert_max_num_queries: Any, query: str
) -> None:
    counts = []
    for more in (2, 20):
        for _ in range(more):
            filed_request(silo=cards)
        with django_assert_max_num_queries(14) as captured:
            assert reading.get(f"{URL}?{query}").status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]
