"""Steps that people make from a request's page."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portfolio.models import Notification, Person, ProjectRequest, Silo
from tests.factories import WatchFactory, draft_request, filed_request

pytestmark = pytest.mark.django_db


def url(request: ProjectRequest, target: str) -> str:
    return reverse("portfolio:request-move", args=[request.reference, target])


@pytest.fixture
def request_obj(requester: Person, cards: Silo) -> ProjectRequest:
    return filed_request(requester=requester, silo=cards)


def test_architect_takes_it_into_triage_with_one_press(
    client_as: Any, architect: Person, requester: Person, request_obj: ProjectRequest
) -> None:
    response = client_as(architect).post(url(request_obj, "in_triage"), follow=True)

    request_obj.refresh_from_db()
    assert request_obj.status == "in_triage"
    assert "is now: in triage" in response.text
    assert Notification.objects.filter(person=requester).count() == 1


def test_withdrawing_asks_why_and_tells_it(client_as: Any, requester: Person, request_obj: ProjectRequest) -> None:
    client = client_as(requester)
    assert "Withdraw?" in client.get(url(request_obj, "withdrawn")).text
    refused = client.post(url(request_obj, "withdrawn"), {"why": " "})
    assert refused.status_code == 422
    assert "Say why" in refused.text

    client.post(url(request_obj, "withdrawn"), {"why": "No <money> 😀"})

    request_obj.refresh_from_db()
    assert request_obj.status == "withdrawn"
    page = client.get(request_obj.get_absolute_url()).text
    assert "No &lt;money&gt; 😀" in page
    assert "File again" in page


def test_withdrawing_says_what_was_merged_into_it_before_and_to_who_follows(
    client_as: Any, requester: Person, request_obj: ProjectRequest, reader: Person
) -> None:
    merged = filed_request(status="merged", survivor=request_obj)
    secret = filed_request(status="merged", survivor=request_obj, confidential=True)
    WatchFactory.create(request=request_obj, person=reader)
    page = client_as(requester).get(url(request_obj, "withdrawn")).text
    assert f"{merged.reference}</a> was merged into it" in " ".join(page.split())
    assert secret.reference not in page

    client_as(requester).post(url(request_obj, "withdrawn"), {"why": "No money"})
    [told] = Notification.objects.filter(person=reader)
    assert f"{merged.reference} had been merged into it: the board looks again." in told.text
    assert secret.reference not in told.text


def test_reason_that_is_too_long_is_kept(client_as: Any, requester: Person, request_obj: ProjectRequest) -> None:
    response = client_as(requester).post(url(request_obj, "withdrawn"), {"why": "x" * 5001})

    assert response.status_code == 422
    assert "x" * 5001 in response.text


@pytest.mark.parametrize("target", ["approved", "rejected", "on_hold", "merged"])
def test_board_does_not_decide_here(client_as: Any, cio: Person, request_obj: ProjectRequest, target: str) -> None:
    assert client_as(cio).post(url(request_obj, target), {"why": "x"}).status_code == 403
    request_obj.refresh_from_db()
    assert request_obj.status == "submitted"


def test_decision_is_not_reopened_here(client_as: Any, cio: Person) -> None:
    assert client_as(cio).post(url(filed_request(status="rejected"), "ready"), {"why": "x"}).status_code == 403


def test_step_of_somebody_else_is_forbidden(client_as: Any, outsider: Person, request_obj: ProjectRequest) -> None:
    assert client_as(outsider).post(url(request_obj, "withdrawn"), {"why": "x"}).status_code == 403


def test_step_that_is_no_longer_possible_is_explained(
    client_as: Any, architect: Person, requester: Person, request_obj: ProjectRequest
) -> None:
    client_as(requester).post(url(request_obj, "withdrawn"), {"why": "x"})
    response = client_as(architect).post(url(request_obj, "in_triage"), follow=True)

    assert "from there it cannot become in triage" in response.text


def test_draft_is_filed_by_its_last_step(client_as: Any, requester: Person, cards: Silo) -> None:
    draft = draft_request(requester=requester, silo=cards)
    response = client_as(requester).post(url(draft, "submitted"))

    assert response["Location"].endswith("/file/check/")


def test_unknown_target_unseen_request_methods_and_anonymous(
    client_as: Any, outsider: Person, requester: Person, request_obj: ProjectRequest, client: Client
) -> None:
    assert client_as(requester).post(url(request_obj, "heaven")).status_code == 404
    assert client_as(requester).post(url(request_obj, "draft")).status_code == 404
    assert client_as(outsider).post(url(filed_request(confidential=True), "withdrawn")).status_code == 404
    assert client_as(requester).delete(url(request_obj, "withdrawn")).status_code == 405
    assert client.post(url(request_obj, "withdrawn")).status_code == 302
