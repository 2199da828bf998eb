"""The one-pager: who sees it, what it says, and in how many queries."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portfolio.models import Person, ProjectRequest, Silo
from tests.factories import (
    CommentFactory,
    NeedFactory,
    RequestSkillFactory,
    TransitionFactory,
    WatchFactory,
    draft_request,
    filed_request,
    person_with,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_obj(requester: Person, cards: Silo) -> ProjectRequest:
    return filed_request(requester=requester, silo=cards, title="Alerts <b>", one_off_cost=Decimal(420000))


def test_everybody_reads_what_was_filed(client_as: Any, reader: Person, request_obj: ProjectRequest) -> None:
    page = client_as(reader).get(request_obj.get_absolute_url()).text

    assert "Alerts &lt;b&gt;" in page
    assert request_obj.problem in page
    assert request_obj.reference in page
    assert "Where it stands" in page


def test_money_is_for_the_own_department_architects_and_the_board(
    client_as: Any, reader: Person, outsider: Person, requester: Person, architect: Person, cio: Person,
    request_obj: ProjectRequest,
) -> None:  # fmt: skip
    for person, sees in ((reader, False), (outsider, False), (requester, True), (architect, True), (cio, True)):
        assert ("€420,000" in client_as(person).get(request_obj.get_absolute_url()).text) is sees, person


def test_confidential_request_is_not_found_by_others(
    client_as: Any, reader: Person, outsider: Person, requester: Person, architect: Person, cards: Silo
) -> None:
    request = filed_request(requester=requester, silo=cards, confidential=True)
    for person, status in ((reader, 404), (outsider, 404), (requester, 200), (architect, 200)):
        assert client_as(person).get(request.get_absolute_url()).status_code == status


def test_it_says_all_that_it_comes_after(
    client_as: Any, reader: Person, requester: Person, cards: Silo, request_obj: ProjectRequest
) -> None:
    first = filed_request(title="Ledger move")
    waiting = filed_request(status="sequenced", after=first)
    page = client_as(reader).get(waiting.get_absolute_url()).text
    assert "It comes after" in page
    assert "all of these" not in page
    assert "does not come" not in page
    ProjectRequest.objects.filter(pk=first.pk).update(status="withdrawn")
    page = client_as(reader).get(waiting.get_absolute_url()).text
    assert "It was withdrawn and does not come: the board says what this one waits for." in page
    waiting.also_after.set([request_obj, filed_request(requester=requester, silo=cards, confidential=True)])
    page = client_as(reader).get(waiting.get_absolute_url()).text
    assert "It comes after all of these:" in page
    for each in (first.reference, request_obj.reference, "A confidential request."):
        assert each in page


def test_draft_is_not_found_outside_its_department(client_as: Any, architect: Person, colleague: Person) -> None:
    draft = draft_request(silo=colleague.memberships.get().silo)

    assert client_as(architect).get(draft.get_absolute_url()).status_code == 404
    assert "Check and file it" in client_as(colleague).get(draft.get_absolute_url()).text


def test_anonymous_and_other_methods_are_refused(client: Client, client_as: Any, request_obj: ProjectRequest) -> None:
    assert client.get(request_obj.get_absolute_url()).status_code == 302
    assert client_as(request_obj.requester).post(request_obj.get_absolute_url()).status_code == 405
    assert client_as(request_obj.requester).get("/requests/REQ-NONE/").status_code == 404


def test_actions_follow_the_role(
    client_as: Any, requester: Person, architect: Person, cio: Person, reader: Person, request_obj: ProjectRequest
) -> None:
    pages = {
        who: client_as(person).get(request_obj.get_absolute_url()).text
        for who, person in (("head", requester), ("architect", architect), ("cio", cio), ("reader", reader))
    }
    moves = f"/requests/{request_obj.reference}/move/"
    assert f"{moves}withdrawn/" in pages["head"]
    assert f"{moves}in_triage/" not in pages["head"]
    assert f"{moves}in_triage/" in pages["architect"]
    assert f"{moves}withdrawn/" not in pages["architect"]
    assert moves not in pages["cio"]
    assert moves not in pages["reader"]
    assert "Change it" not in pages["reader"]


@pytest.mark.parametrize(
    ("status", "first"),
    [("submitted", "What, why, for whom"), ("ready", "What, why, for whom"), ("in_delivery", "What, why, for whom")]
    + [(each, "At the board") for each in ("approved", "on_hold", "returned", "deferred", "rejected")],
)
def test_what_the_board_said_comes_first_once_it_has_decided(
    client_as: Any, reader: Person, request_obj: ProjectRequest, status: str, first: str
) -> None:
    ProjectRequest.objects.filter(pk=request_obj.pk).update(status=status)
    for address in (request_obj.get_absolute_url(), f"{request_obj.get_absolute_url()}print/"):
        page = client_as(reader).get(address).text
        places = [page.index(each) for each in ("What, why, for whom</h2>", "At the board</h2>")]
        assert min(places) == page.index(f"{first}</h2>")
        assert page.count("At the board</h2>") == 1


def test_merged_request_leads_to_its_survivor(client_as: Any, reader: Person) -> None:
    request = filed_request(status="merged")
    page = client_as(reader).get(request.get_absolute_url()).text

    assert "It goes on in another request" in page
    assert request.survivor is not None
    assert request.survivor.get_absolute_url() in page
    assert request.title in client_as(reader).get(request.survivor.get_absolute_url()).text


@pytest.mark.parametrize("status", ["withdrawn", "rejected"])
def test_merged_request_says_that_its_survivor_is_gone_to_who_may_know(
    client_as: Any, reader: Person, status: str
) -> None:
    last = filed_request(status=status)
    between = filed_request(status="merged", survivor=last)
    for request in (between, filed_request(status="merged", survivor=between)):
        page = client_as(reader).get(request.get_absolute_url()).text
        assert f"It was {status}, so nothing goes on there" in page
        assert "what happens now happens there" not in page
    ProjectRequest.objects.filter(pk=last.pk).update(confidential=True)
    page = client_as(reader).get(between.get_absolute_url()).text
    assert status not in page
    assert last.reference not in page


def test_hidden_neighbours_are_not_named(client_as: Any, reader: Person, request_obj: ProjectRequest) -> None:
    hidden = filed_request(title="Secret plan", confidential=True)
    NeedFactory.create(request=request_obj, needs=hidden, why=f"{hidden.reference} must come first")
    NeedFactory.create(request=hidden, needs=request_obj)
    merged = filed_request(status="merged", survivor=hidden)

    page = client_as(reader).get(request_obj.get_absolute_url()).text
    assert "A confidential request" in page
    for text in (page, client_as(reader).get(merged.get_absolute_url()).text):
        assert "Secret plan" not in text
        assert hidden.reference not in text


def test_timeline_says_who_and_why(client_as: Any, reader: Person, request_obj: ProjectRequest, cio: Person) -> None:
    TransitionFactory.create(request=request_obj, target="on_hold", person=cio, why="Wait <for> it")
    page = client_as(reader).get(request_obj.get_absolute_url()).text

    assert f"On hold by {cio.name}: Wait &lt;for&gt; it" in page


def fill(request: ProjectRequest, times: int) -> None:
    for _ in range(times):
        CommentFactory.create(request=request, author=person_with("head", silo=request.silo))
        RequestSkillFactory.create(request=request)
        NeedFactory.create(request=request)
        NeedFactory.create(needs=request)
        WatchFactory.create(request=request)
        TransitionFactory.create(request=request, person=person_with("reader"), at=timezone.now())
        filed_request(status="merged", survivor=request)


def test_query_count_is_the_same_at_two_sizes(
    client_as: Any, architect: Person, requester: Person, cards: Silo
) -> None:
    counts = []
    for times in (1, 9):
        request = filed_request(requester=requester, silo=cards)
        fill(request, times)
        client = client_as(architect)
        client.get(request.get_absolute_url())
        with CaptureQueriesContext(connection) as counted:
            client.get(request.get_absolute_url())
        counts.append(len(counted))
    assert counts[0] == counts[1]
