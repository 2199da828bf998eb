"""What filing looks up."""

import pytest

from portfolio.models import Person
from portfolio.selectors.filing import requests_to_need
from tests.factories import draft_request, filed_request

pytestmark = pytest.mark.django_db


def test_a_request_to_need_is_found_by_words_of_its_title_whatever_stands_between_them(architect: Person) -> None:
    mine, wanted = draft_request(requester=architect), filed_request(title="One register of consents")
    for words in ("register consents", "  consents\0register ", wanted.reference.lower()):
        assert requests_to_need(architect, mine, words) == [wanted]
    assert requests_to_need(architect, mine, "\0") == []
