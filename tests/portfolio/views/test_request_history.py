"""History and the printed sheet."""

from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portfolio.lifecycle import Status
from portfolio.models import Person, ProjectRequest, Role, Silo
from portfolio.selectors import request_history
from portfolio.services.requests import move_request
from tests.factories import CommentFactory, ObjectiveFactory, TransitionFactory, filed_request, person_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_obj(requester: Person, cards: Silo) -> ProjectRequest:
    return filed_request(requester=requester, silo=cards, title="Before", one_off_cost=Decimal(1000))


def url(request: ProjectRequest, what: str = "history") -> str:
    return reverse(f"portfolio:request-{what}", args=[request.reference])


def change(request: ProjectRequest, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(request, name, value)
    request.version += 1
    request.save()


def test_history_shows_each_field_before_and_after(client_as: Any, reader: Person, request_obj: ProjectRequest) -> None:
    objective = ObjectiveFactory.create(name="Halve fraud")
    change(request_obj, title="After <b>", objective=objective, confidential=False)
    page = client_as(reader).get(url(request_obj)).text

    assert "Title before" in page
    assert "Before" in page
    assert "After &lt;b&gt;" in page
    assert "Halve fraud" in page
    assert "version 2" in page


def test_history_names_who_changed_it(client_as: Any, requester: Person, request_obj: ProjectRequest) -> None:
    client = client_as(requester)
    step = reverse("portfolio:request-step", args=[request_obj.reference, "what"])
    client.post(step, {"title": "By me", "base": "", "page": ""})

    assert f"{requester.name}, <time" in client.get(url(request_obj)).text


def test_history_hides_money_and_hidden_requests(
    client_as: Any, reader: Person, requester: Person, request_obj: ProjectRequest
) -> None:
    hidden = filed_request(title="Secret plan", confidential=True)
    change(request_obj, one_off_cost=Decimal(777123), after=hidden)
    seen, own = client_as(reader).get(url(request_obj)).text, client_as(requester).get(url(request_obj)).text

    assert "777,123" not in seen
    assert "777,123" in own
    for page in (seen, own):
        assert "Secret plan" not in page
        assert "a confidential request" in page


def test_history_shows_steps_with_their_reasons(client_as: Any, reader: Person, request_obj: ProjectRequest) -> None:
    TransitionFactory.create(request=request_obj, target="on_hold", why="Wait for retail")

    assert "Wait for retail" in client_as(reader).get(url(request_obj)).text


def test_long_history_comes_in_parts(client_as: Any, reader: Person, request_obj: ProjectRequest) -> None:
    for number in range(55):
        change(request_obj, title=f"Title {number:03}")
    client = client_as(reader)
    first = client.get(url(request_obj)).text
    assert "Title 054" in first
    assert "?from=50" in first
    older = client.get(url(request_obj) + "?from=50").text
    assert "Title 003" in older
    assert "Title 053" not in older
    assert client.get(url(request_obj) + "?from=nonsense").status_code == 200


def test_history_takes_the_same_queries_at_two_sizes(client_as: Any, reader: Person, cards: Silo) -> None:
    counts = []
    for times in (2, 20):
        request = filed_request(silo=cards)
        for number in range(times):
            change(request, title=f"T{number}", sponsor=person_with("reader"), objective=ObjectiveFactory.create())
        client = client_as(reader)
        client.get(url(request))
        with CaptureQueriesContext(connection) as counted:
            client.get(url(request))
        counts.append(len(counted))
    assert counts[0] == counts[1]


def test_printed_sheet_has_it_all_without_buttons(
    client_as: Any, reader: Person, requester: Person, request_obj: ProjectRequest
) -> None:
    CommentFactory.create(request=request_obj, text="A word on paper")
    page = client_as(requester).get(url(request_obj, "print")).text

    assert request_obj.problem in page
    assert "A word on paper" in page
    assert "€1,000" in page
    assert "Withdraw" not in page
    assert "€1,000" not in client_as(reader).get(url(request_obj, "print")).text


@pytest.mark.parametrize("what", ["history", "print"])
def test_unseen_methods_and_anonymous(
    client_as: Any, outsider: Person, client: Client, request_obj: ProjectRequest, what: str
) -> None:
    assert client_as(outsider).get(url(filed_request(confidential=True), what)).status_code == 404
    assert client_as(outsider).post(url(request_obj, what)).status_code == 405
    assert client.get(url(request_obj, what)).status_code == 302


@pytest.mark.parametrize("start", ["²", "-1", "9" * 5000, "x"])
def test_odd_start_shows_the_newest(client_as: Any, reader: Person, request_obj: ProjectRequest, start: str) -> None:
    change(request_obj, title="After")
    assert "After" in client_as(reader).get(url(request_obj), {"from": start}).text


def put_behind(request: ProjectRequest, after: list[ProjectRequest]) -> None:
    cio = person_with(Role.CIO)
    if request.state is not Status.READY:
        move_request(request=request, target=Status.READY, person=cio, why="Again.")
    move_request(request=request, target=Status.SEQUENCED, person=cio, why="In this order.", after=after)


def test_history_names_all_that_it_was_put_behind_in_one_entry(reader: Person) -> None:
    first, second, last = (filed_request(title=title, status="approved") for title in ("One", "Two", "Last"))
    secret = filed_request(title="Secret plan", status="approved", confidential=True)
    request = filed_request(status="ready")
    put_behind(request, [first, second, last])
    put_behind(request, [secret, last])
    entries = [
        (field.before.split("\n"), field.after.split("\n"))
        for change in request_history(reader, request)
        for field in change.changes
        if field.label == "Comes after"
    ]
    assert entries == [
        ([""], ["a confidential request", str(last)]),
        ([str(first), str(second), str(last)], [""]),
        ([""], [str(first), str(second), str(last)]),
    ]


def test_history_from_before_is_filled_with_what_it_goes_after_now(reader: Person) -> None:
    first, last = filed_request(status="approved"), filed_request(status="approved")
    request = filed_request(status="ready")
    put_behind(request, [first, last])
    change(request, title="Said anew")
    kept = ProjectRequest.history.model.also_after
    assert kept.count() == 2
    kept.all().delete()
    import_module("portfolio.migrations.0015_history_of_what_it_goes_after").fill(apps, None)
    assert sorted(kept.values_list("to_projectrequest", flat=True)) == [first.pk] * 2
