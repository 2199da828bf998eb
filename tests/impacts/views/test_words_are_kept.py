"""What is typed into forms of requests, families and stories stays on the page when it is refused."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from portfolio.models import Person
from tests.factories import FamilyFactory, ValueStoryFactory, filed_request

pytestmark = pytest.mark.django_db
ClientAs = Callable[[Person], Client]
WORDS = "Words that I typed"


def test_a_reference_that_is_none_stays_beside_why(client_as: ClientAs, architect: Person) -> None:
    family = FamilyFactory.create(lead=filed_request(), with_members=[filed_request()])
    answer = client_as(architect).post(reverse("impacts:family-add", args=[family.code]), {"reference": WORDS})
    assert answer.status_code == 422
    assert f'value="{WORDS}"' in answer.content.decode()
    assert f"There is no live request “{WORDS}”" in answer.content.decode()


@pytest.mark.parametrize(("status", "code"), [("published", 422), ("draft", 409)])
def test_why_a_story_goes_back_is_not_lost(client_as: ClientAs, cio: Person, status: str, code: int) -> None:
    story = ValueStoryFactory.create(status=status, author=cio)
    data = {"expected": story.version, "why": WORDS + "!" * (100 if code == 422 else 0)}
    answer = client_as(cio).post(reverse("impacts:story-move", args=[story.pk, "draft"]), data)
    assert answer.status_code == code
    assert WORDS in answer.content.decode()


def test_why_a_request_steps_is_not_lost_when_somebody_was_quicker(client_as: ClientAs, architect: Person) -> None:
    request = filed_request(status="withdrawn")
    url = reverse("portfolio:request-move", args=[request.reference, "in_triage"])
    answer = client_as(architect).post(url, {"why": WORDS})
    assert answer.status_code == 409
    assert WORDS in answer.content.decode()
    assert "from there it cannot become in triage" in answer.content.decode()
