"""The pack as the browser prints it: every sheet holds what stands on it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from portfolio.models import Person
from tests.factories import AgendaItemFactory, FindingFactory, filed_request

pytestmark = pytest.mark.django_db(transaction=True)


def test_no_sheet_of_the_pack_is_printed_over_another(page_as: Callable[..., Any], secretary: Person) -> None:
    full = filed_request(problem="Customers hear late. " * 60)
    for _ in range(4):
        lines = [{"kind": "words", "text": "Both speak of statements. " * 8, "requests": [], "words": []}] * 2
        FindingFactory.create(between=[full, filed_request()], severity="serious", evidence=lines)
    item = AgendaItemFactory.create(request=full)
    page = page_as(secretary)
    page.emulate_media(media="print")
    page.goto(reverse("board:meeting-pack", args=[item.meeting_id]))
    heights = page.eval_on_selector_all(".sheet", "sheets => sheets.map(s => [s.scrollHeight, s.clientHeight])")
    assert len(heights) == 2
    assert heights[1][1] > page.viewport_size["height"]  # the item takes more than one page
    assert all(inside <= sheet for inside, sheet in heights)
