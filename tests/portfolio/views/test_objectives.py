"""What a request moves, on its pages; how far an objective is, on its own."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from portfolio.models import Contribution, Person, ProjectRequest
from tests.factories import ContributionFactory, MeasureFactory, ObjectiveFactory, filed_request

pytestmark = pytest.mark.django_db
Door = Callable[[Person], Client]


def test_lines_are_added_changed_and_removed(client_as: Door, requester: Person, cards: object) -> None:
    request = filed_request(requester=requester, silo=cards)
    objective = ObjectiveFactory.create()
    url, client = reverse("portfolio:request-objectives", args=[request.reference]), client_as(requester)
    assert "serves no objective" in client.get(url).content.decode()
    data = {"moves-objective": objective.pk, "moves-direction": "forward", "moves-amount": "4", "moves-how": "It does."}
    assert client.post(url, {**data, "moves-how": ""}).status_code == 422
    assert client.post(url, data).status_code == 302
    row = Contribution.objects.get()
    assert row.amount == 4
    answer = client.post(url, {**data, "change": row.pk, "moves-how": "Better so."}, headers={"HX-Request": "true"})
    assert "Better so." in answer.content.decode()
    client.post(url, {"remove": row.pk})
    assert not Contribution.objects.exists()


def test_draft_is_not_reproached_with_an_objective_before_anybody_could_name_one(
    client_as: Door, requester: Person, cards: object
) -> None:
    request = filed_request(requester=requester, silo=cards)
    url, client = reverse("portfolio:request-objectives", args=[request.reference]), client_as(requester)
    said, opened = '<span class="gap">It serves no objective yet.', "<details open>"
    page = client.get(url).content.decode()
    assert said in page
    assert opened in page
    ProjectRequest.objects.update(status="draft")
    page = client.get(url).content.decode()
    assert "Nothing is said yet of how." in page
    assert said not in page
    assert opened not in page
    assert opened in client.post(url, {"moves-how": ""}).content.decode()


def test_the_objective_that_a_request_names_is_chosen_already_for_who_says_how(
    client_as: Door, requester: Person, cards: object
) -> None:
    objective = ObjectiveFactory.create()
    request = filed_request(requester=requester, silo=cards, objective=objective)
    url, client = reverse("portfolio:request-objectives", args=[request.reference]), client_as(requester)
    assert f"{url}?say={objective.pk}" in client.get(url).content.decode()
    page = client.get(url, {"say": objective.pk}).content.decode()
    assert "<details open><summary>Say how it moves it" in page
    assert f'<option value="{objective.pk}" selected>' in page
    assert "<details open><summary>Say how" not in client.get(url, {"say": objective.pk + 1}).content.decode()


def test_others_read_and_do_not_write(client_as: Door, outsider: Person) -> None:
    row = ContributionFactory.create()
    url, client = reverse("portfolio:request-objectives", args=[row.request.reference]), client_as(outsider)
    assert row.how in client.get(url).content.decode()
    assert client.post(url, {"remove": row.pk}).status_code == 403
    row.request.confidential = True
    row.request.save()
    assert client.get(url).status_code == 404


def test_an_objective_shows_no_confidential_mover(client_as: Door, outsider: Person, board_member: Person) -> None:
    objective = ObjectiveFactory.create(measure=MeasureFactory.create(unit="calls"))
    ContributionFactory.create(objective=objective, request=filed_request(confidential=True, title="Secret plan"))
    url = reverse("portfolio:panel-objective", args=["objectives", objective.code])
    assert "Secret plan" not in client_as(outsider).get(url).content.decode()
    assert "Secret plan" in client_as(board_member).get(url).content.decode()


def test_only_who_answers_reads_how_far_it_is(client_as: Door, reader: Person, outsider: Person) -> None:
    measure = MeasureFactory.create()
    objective = ObjectiveFactory.create(measure=measure, baseline=1, target=2, owner=reader)
    url = reverse("portfolio:objective-reading", args=[objective.code])
    data = {"reading-on": "2026-01-31", "reading-value": "1.5"}
    assert client_as(outsider).post(url, data).status_code == 403
    assert client_as(reader).post(url, {**data, "reading-value": "x"}).status_code == 422
    assert client_as(reader).post(url, data).status_code == 302
    page = client_as(reader).get(reverse("portfolio:panel-objective", args=["objectives", objective.code]))
    assert "50 % of the way" in page.content.decode()
