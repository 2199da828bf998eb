"""Step 5: check and file."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portfolio.models import Person, ProjectRequest, Silo
from tests.factories import draft_request, filed_request

pytestmark = pytest.mark.django_db


def url(request: ProjectRequest) -> str:
    return reverse("portfolio:request-step", args=[request.reference, "check"])


def test_complete_draft_is_filed_and_says_what_comes_next(client_as: Any, requester: Person, cards: Silo) -> None:
    draft = draft_request(requester=requester, silo=cards)
    client = client_as(requester)
    response = client.post(url(draft), follow=True)

    draft.refresh_from_db()
    assert draft.status == "submitted"
    assert draft.scan_mark.version == draft.version
    assert "It is filed. This happens next" in response.text
    assert "The review board decides" in response.text


def test_missing_things_are_listed_with_the_way_there(client_as: Any, requester: Person, cards: Silo) -> None:
    draft = draft_request(requester=requester, silo=cards, title="", kind="")
    client = client_as(requester)
    page = client.get(url(draft))
    assert page.status_code == 200
    assert f"/requests/{draft.reference}/file/what/#id_title" in page.text
    assert f"/requests/{draft.reference}/file/whom/#id_kind" in page.text

    response = client.post(url(draft))

    draft.refresh_from_db()
    assert response.status_code == 422
    assert "It was not filed: 2 things still missing" in response.text
    assert draft.status == "draft"


def test_filing_again_only_shows_it(client_as: Any, requester: Person, cards: Silo) -> None:
    request = filed_request(requester=requester, silo=cards)
    response = client_as(requester).post(url(request))

    request.refresh_from_db()
    assert response["Location"] == request.get_absolute_url()
    assert request.version == 1


def test_filed_request_shows_everything_without_the_button(client_as: Any, requester: Person, cards: Silo) -> None:
    page = client_as(requester).get(url(filed_request(requester=requester, silo=cards)))

    assert "File it" not in page.text
    assert "Show the request" in page.text


def test_others_do_not_file_it(client_as: Any, outsider: Person, architect: Person, client: Client) -> None:
    draft = draft_request()
    assert client_as(outsider).post(url(draft)).status_code == 404
    assert client_as(architect).post(url(draft)).status_code == 404
    assert client_as(architect).put(url(filed_request())).status_code == 405
    assert client.post(url(draft)).status_code == 302
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_sponsor_sees_the_draft_but_does_not_file_it(client_as: Any, reader: Person) -> None:
    draft = draft_request(sponsor=reader)

    assert client_as(reader).get(draft.get_absolute_url()).status_code == 200
    assert client_as(reader).post(url(draft)).status_code == 403


def test_dates_that_can_hardly_be_meant_are_asked_about_and_stop_nobody(
    client_as: Any, requester: Person, cards: Silo
) -> None:
    past = {"wanted_start": date(2020, 1, 7), "wanted_go_live": date(2020, 6, 1), "promised_by": date(2020, 2, 3)}
    draft = draft_request(requester=requester, silo=cards, **past)
    page = client_as(requester).get(url(draft)).text
    assert "The go-live, 1\u00a0Jun\u00a02020, has passed. Is that the year you mean?" in page
    assert "to be seen by 3\u00a0Feb\u00a02020, before the go-live" in page
    client_as(requester).post(url(draft))
    draft.refresh_from_db()
    assert draft.status == "submitted"


def test_dates_to_come_are_not_asked_about(client_as: Any, requester: Person, cards: Silo) -> None:
    soon = timezone.localdate() + timedelta(days=2)
    late = {"wanted_start": soon, "wanted_go_live": soon + timedelta(days=9), "promised_by": soon + timedelta(days=9)}
    draft = draft_request(requester=requester, silo=cards, **late)
    assert "Look again" not in client_as(requester).get(url(draft)).text
