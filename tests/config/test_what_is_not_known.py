"""No page leaves out a part of its address without a word, and no file does."""

from collections.abc import Callable

import pytest
from django.test import Client

from portfolio.models import Person
from tests.factories import SegmentFactory, TouchpointFactory

pytestmark = pytest.mark.django_db

PAGES = [
    "/requests/?sort=<b>", "/registers/touchpoints/?sort=<b>", "/registers/touchpoints/?page=<b>",
    "/triage/?page=<b>", "/clusters/?page=<b>", "/board/decisions/?page=<b>", "/board/objections/?state=<b>",
    "/board/backlog/?order=<b>", "/customers/accountability/?who=<b>", "/customers/accountability/?kind=<b>",
    "/customers/coming/?show=<b>", "/customers/coming/?live=<b>", "/heat-map/?segment=<b>", "/heat-map/?include=<b>",
    "/customers/assets/?segment=<b>", "/customers/assets/?over=<b>", "/customers/assets/?quarter=<b>",
    "/customers/silos/?one=<b>", "/customers/it/hours/?person=<b>", "/priorities/?by=<b>",
    "/priorities/orders/?first=<b>", "/priorities/scores/?page=<b>", "/me/notifications/?page=<b>",
]  # fmt: skip


@pytest.mark.parametrize("address", PAGES)
def test_no_page_leaves_out_what_was_asked_for_without_a_word(
    address: str, client_as: Callable[[Person], Client], cio: Person
) -> None:
    SegmentFactory.create()
    page = client_as(cio).get(address).text
    assert 'class="saw mb-4" role="status"' in page
    assert "“&lt;b&gt;”" in page
    assert "<b>”" not in page


@pytest.mark.parametrize(
    ("file", "page"),
    [
        ("/requests/export/csv/?status=foo", "/requests/?status=foo"),
        ("/requests/export/xlsx/?sort=foo", "/requests/?sort=foo"),
        ("/requests/export/csv/?cost_from=100", "/requests/?cost_from=100"),
        ("/registers/sheets/touchpoints/export/csv/?state=foo", "/registers/touchpoints/?state=foo"),
    ],
)
def test_a_file_with_a_filter_that_is_not_understood_leads_to_the_page_that_says_so(
    file: str, page: str, client_as: Callable[[Person], Client], reader: Person
) -> None:
    answer = client_as(reader).get(file)
    assert answer.headers["Location"] == page
    assert any(words in client_as(reader).get(page).text for words in ('class="saw mb-4"', "not one of the available"))


def test_one_filter_that_is_not_known_leaves_the_others_in_force(
    client_as: Callable[[Person], Client], reader: Person
) -> None:
    TouchpointFactory.create(name="Card page")
    TouchpointFactory.create(name="Statement")
    page = client_as(reader).get("/registers/touchpoints/?find=card&state=foo").text
    assert ("Card page" in page, "Statement" in page) == (True, False)
