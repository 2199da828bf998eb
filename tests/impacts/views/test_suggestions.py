"""The panel of suggested tags: looking stores nothing; an answer is one click and can be taken back."""

from collections.abc import Callable

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from impacts.models import Impact, TagSuggestion
from portfolio.models import Person, ProjectRequest, Silo
from tests.factories import ImpactFactory, SegmentFactory, TouchpointFactory, draft_request, filed_request

pytestmark = pytest.mark.django_db

ClientAs = Callable[[Person], Client]
HTMX = {"HX-Request": "true"}
SECRET = "Project Nightingale"


@pytest.fixture
def draft(cards: Silo, requester: Person) -> ProjectRequest:
    made: ProjectRequest = draft_request(
        silo=cards, requester=requester, title="Push message alerts when money leaves the card"
    )
    return made


def looked(client: Client, draft: ProjectRequest) -> str:
    return client.get(reverse("impacts:panel-suggestions", args=[draft.reference]), headers=HTMX).content.decode()


def url(draft: ProjectRequest, thing: int, answer: str, register: str = "touchpoint") -> str:
    return reverse("impacts:suggestion-decide", args=[draft.reference, register, thing, answer])


def test_it_shows_the_surest_first_with_the_words_that_speak_and_stores_nothing(
    client_as: ClientAs, requester: Person, draft: ProjectRequest
) -> None:
    TouchpointFactory.create(name="Card alerts")
    TouchpointFactory.create(name="Push message")
    page = looked(client_as(requester), draft)
    assert page.index("Push message</b>") < page.index("Card alerts</b>")
    assert "You wrote <mark>Push message</mark>" in page
    assert page.count('data-key="c"') == page.count('data-key="d"') == 1
    assert not TagSuggestion.objects.exists()


def test_customers_are_suggested_once_a_touchpoint_is_named(
    client_as: ClientAs, requester: Person, draft: ProjectRequest
) -> None:
    SegmentFactory.create(name="Alerts")
    client = client_as(requester)
    assert "Add <b>Alerts" not in looked(client, draft)
    ImpactFactory.create(request=draft)
    assert "Add <b>Alerts" in looked(client, draft)


def test_it_takes_the_same_number_of_queries_however_much_is_suggested(
    client_as: ClientAs, requester: Person, draft: ProjectRequest, django_assert_max_num_queries: object
) -> None:
    client = client_as(requester)
    TouchpointFactory.create(name="Push message")
    looked(client, draft)
    counts = []
    for _ in range(2):
        with django_assert_max_num_queries(60) as captured:  # type: ignore[operator]
            looked(client, draft)
        counts.append(len(captured))
        for name in ("Alerts", "Money leaves", "The card"):
            TouchpointFactory.create(name=name)
        looked(client, draft)
    assert counts[0] == counts[1]


def test_a_click_accepts_and_a_click_takes_it_back(
    client_as: ClientAs, requester: Person, draft: ProjectRequest
) -> None:
    push = TouchpointFactory.create(name="Push message")
    client = client_as(requester)
    answer = client.post(url(draft, push.pk, "accept"), headers=HTMX)
    assert answer["HX-Trigger-After-Swap"] == "touches-changed"
    assert "Push message was added." in answer.content.decode()
    assert url(draft, push.pk, "undo") in answer.content.decode()
    assert Impact.objects.get().touchpoint == push
    back = client.post(url(draft, push.pk, "undo"), headers=HTMX)
    assert back["HX-Trigger-After-Swap"] == "touches-changed"
    assert "Add <b>Push message</b>" in back.content.decode()
    assert not Impact.objects.exists()


def test_what_was_declined_stands_below_and_can_be_taken_back(
    client_as: ClientAs, requester: Person, colleague: Person, draft: ProjectRequest
) -> None:
    push = TouchpointFactory.create(name="Push message")
    answer = client_as(colleague).post(url(draft, push.pk, "decline"), headers=HTMX).content.decode()
    assert "Push message will not be suggested again." in answer
    client = client_as(requester)
    page = looked(client, draft)
    assert "Add <b>Push message" not in page
    assert f"Push message, by {colleague.name}" in page
    refused = client.post(url(draft, push.pk, "accept"), headers=HTMX)
    assert refused.status_code == 422
    assert f"{colleague.name} said that the request does not touch it" in refused.content.decode()
    client.post(url(draft, push.pk, "undo"), headers=HTMX)
    assert "Add <b>Push message" in looked(client, draft)


def test_an_answer_about_what_was_deleted_since_can_be_taken_back(
    client_as: ClientAs, requester: Person, draft: ProjectRequest
) -> None:
    push = TouchpointFactory.create(name="Push message")
    client = client_as(requester)
    client.post(url(draft, push.pk, "decline"), headers=HTMX)
    gone = push.pk
    push.delete()
    answer = client.post(url(draft, gone, "undo"), headers=HTMX)
    assert answer.status_code == 200
    assert "no longer in the register" in answer.content.decode()
    assert TagSuggestion.objects.get().state == "open"


def test_without_script_the_answer_leads_back_to_step_three_with_an_undo(
    client_as: ClientAs, requester: Person, draft: ProjectRequest
) -> None:
    push = TouchpointFactory.create(name="Push message")
    answer = client_as(requester).post(url(draft, push.pk, "accept"))
    assert answer.url == reverse("impacts:file-touches", args=[draft.reference])  # type: ignore[attr-defined]
    (message,) = get_messages(answer.wsgi_request)
    assert message.extra_tags == f"undo:{url(draft, push.pk, 'undo')}"


def test_wrong_answers_and_wrong_people_change_nothing(
    client_as: ClientAs, requester: Person, outsider: Person, architect: Person, draft: ProjectRequest
) -> None:
    push = TouchpointFactory.create(name="Push message")
    client = client_as(requester)
    assert client.post(url(draft, push.pk, "burn"), headers=HTMX).status_code == 404
    assert client.get(url(draft, push.pk, "accept")).status_code == 405
    assert client.post(url(draft, 10**9, "accept"), headers=HTMX).status_code == 422
    assert client.post(url(draft, push.pk, "accept", "measure"), headers=HTMX).status_code == 422
    assert client.post(url(draft, push.pk, "undo"), headers=HTMX).status_code == 422
    assert client_as(outsider).post(url(draft, push.pk, "accept"), headers=HTMX).status_code == 404
    assert Client().post(url(draft, push.pk, "accept")).status_code == 302
    filed = filed_request(title="Push message")
    assert client.post(url(filed, push.pk, "accept"), headers=HTMX).status_code == 403
    assert "Only who may edit this request" in looked(client, filed)
    assert not Impact.objects.exists()
    assert not TagSuggestion.objects.exists()


def test_similar_requests_are_counted_but_confidential_ones_are_not(
    client_as: ClientAs, requester: Person, draft: ProjectRequest
) -> None:
    letter = TouchpointFactory.create(name="Letter")
    for title in ("Payroll archive", "Lift maintenance", "Vendor onboarding"):
        filed_request(title=title)
    for number in range(2):
        ImpactFactory.create(request=filed_request(title=f"{draft.title} {number}"), touchpoint=letter)
    secret = filed_request(title=f"{draft.title}. {SECRET}", confidential=True)
    ImpactFactory.create(request=secret, touchpoint=letter)
    ImpactFactory.create(request=secret, touchpoint=TouchpointFactory.create(name="Vault"))
    page = looked(client_as(requester), draft)
    assert "2 similar requests touch it." in page
    assert "Vault" not in page
    assert SECRET not in page
