"""The start of filing: the first words make a draft, once."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portfolio.models import Person, ProjectRequest
from portfolio.services.filing import discard_draft
from tests.factories import SiloFactory, draft_request

pytestmark = pytest.mark.django_db
URL = reverse("portfolio:request-new")
HTMX = {"HX-Request": "true"}


def typed(token: str, **fields: Any) -> dict[str, Any]:
    return {"page": token, "base": "", "title": "", "problem": "", "proposal": "", **fields}


@pytest.fixture
def token() -> str:
    return str(uuid.uuid4())


def test_opening_the_page_makes_no_draft(client_as: Any, requester: Person) -> None:
    response = client_as(requester).get(URL)

    assert response.status_code == 200
    assert "What is the trouble?" in response.text
    assert not ProjectRequest.objects.exists()
    assert "no-store" in response["Cache-Control"]


def test_first_word_makes_the_draft_and_moves_the_address(client_as: Any, requester: Person, token: str) -> None:
    response = client_as(requester).post(URL, typed(token, title="Cal"), headers=HTMX)

    draft = ProjectRequest.objects.get()
    assert (draft.title, draft.status, draft.requester, draft.silo.code) == ("Cal", "draft", requester, "cards")
    assert response["HX-Replace-Url"] == reverse("portfolio:request-step", args=[draft.reference, "what"])
    assert response["HX-Trigger"] == "autosaved"
    assert "Saved " in response.text


def test_same_page_never_makes_two_drafts(client_as: Any, requester: Person, token: str) -> None:
    client = client_as(requester)
    client.post(URL, typed(token, title="Cal"), headers=HTMX)
    client.post(URL, typed(token, title="Call back", problem="They wait"), headers=HTMX)

    draft = ProjectRequest.objects.get()
    assert (draft.title, draft.problem) == ("Call back", "They wait")


def test_nothing_typed_makes_no_draft(client_as: Any, requester: Person, token: str) -> None:
    response = client_as(requester).post(URL, typed(token, title="   "), headers=HTMX)

    assert response.status_code == 200
    assert "Not saved yet" in response.text
    assert not ProjectRequest.objects.exists()


def test_without_script_the_button_saves_and_goes_on(client_as: Any, requester: Person, token: str) -> None:
    response = client_as(requester).post(URL, typed(token, title="Call back before they call"))

    draft = ProjectRequest.objects.get()
    assert response.status_code == 302
    assert response["Location"] == reverse("portfolio:request-step", args=[draft.reference, "whom"])


def test_empty_page_sent_by_the_button_says_what_to_do(client_as: Any, requester: Person, token: str) -> None:
    response = client_as(requester).post(URL, typed(token))

    assert response.status_code == 422
    assert "Type at least a few words" in response.text


def test_title_that_is_too_long_is_kept_with_its_error(client_as: Any, requester: Person, token: str) -> None:
    long = "word " * 80
    response = client_as(requester).post(URL, typed(token, title=long, problem="They wait"), headers=HTMX)

    draft = ProjectRequest.objects.get()
    assert (draft.title, draft.problem) == ("", "They wait")
    assert draft.typed["values"]["title"]["raw"] == long
    assert "at most 300" in response.text
    again = client_as(requester).get(reverse("portfolio:request-step", args=[draft.reference, "what"]))
    assert long.strip() in again.text
    assert "at most 300" in again.text


def test_tags_and_emoji_are_kept_as_text(client_as: Any, requester: Person, token: str) -> None:
    text = "<script>alert(1)</script> & 😀"
    response = client_as(requester).post(URL, typed(token, title=text), headers=HTMX)

    assert ProjectRequest.objects.get().title == text
    assert "<script>alert" not in response.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; 😀" in response.text


def test_token_of_somebody_else_does_not_open_their_draft(
    client_as: Any, outsider: Person, requester: Person, token: str
) -> None:
    client_as(requester).post(URL, typed(token, title="Mine"), headers=HTMX)
    response = client_as(outsider).post(URL, typed(token, title="Theirs"), headers=HTMX)

    assert ProjectRequest.objects.get(requester=requester).title == "Mine"
    assert response.status_code == 200
    assert ProjectRequest.objects.get(requester=outsider).title == "Theirs"


def test_draft_thrown_away_meanwhile_is_not_written_to(client_as: Any, requester: Person, token: str) -> None:
    client = client_as(requester)
    client.post(URL, typed(token, title="Call back"), headers=HTMX)
    discard_draft(request=ProjectRequest.objects.get(), person=requester)

    response = client.post(URL, typed(token, title="Call back soon"), headers=HTMX)

    assert response.status_code == 422
    assert "Bring it back from the trash" in response.text
    assert ProjectRequest.objects.get().title == "Call back"


def test_architect_chooses_the_department(client_as: Any, architect: Person, token: str) -> None:
    SiloFactory.create(code="alpha")
    silo = SiloFactory.create(code="zeta")
    client = client_as(architect)
    assert "Which department asks?" in client.get(URL).text

    client.post(URL, typed(token, title="For them", silo=silo.pk), headers=HTMX)

    assert ProjectRequest.objects.get().silo == silo


def test_head_cannot_file_for_another_department(client_as: Any, requester: Person, retail: Any, token: str) -> None:
    client_as(requester).post(URL, typed(token, title="Sneaky", silo=retail.pk), headers=HTMX)

    assert ProjectRequest.objects.get().silo.code == "cards"


def test_drafts_are_offered_again(client_as: Any, requester: Person) -> None:
    draft = draft_request(requester=requester, silo=requester.memberships.get().silo, title="Half a thought")

    assert draft.title in client_as(requester).get(URL).text


def test_reader_may_not_file(client_as: Any, reader: Person, token: str) -> None:
    assert client_as(reader).get(URL).status_code == 403
    assert client_as(reader).post(URL, typed(token, title="x")).status_code == 403
    assert not ProjectRequest.objects.exists()


def test_other_methods_are_refused(client_as: Any, requester: Person) -> None:
    assert client_as(requester).put(URL).status_code == 405


def test_anonymous_is_asked_to_sign_in(client: Client) -> None:
    response = client.get(URL)
    assert response.status_code == 302
    assert "/accounts/login/" in response["Location"]
