"""The pack as the browser prints it: every item on exactly one page, on A4 and on Letter."""

import io
import re
from collections.abc import Callable
from typing import Any

import pypdf
import pytest
from django.urls import reverse

from portfolio.models import Person
from tests.browsing import assert_no_axe_violations
from tests.factories import AgendaItemFactory, FindingFactory, MeetingFactory, filed_request

pytestmark = pytest.mark.django_db(transaction=True)

LONG = "Customers hear late, and nobody knows who answers. "


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_each_item_is_printed_on_exactly_one_page(page_as: Callable[..., Any], secretary: Person, paper: str) -> None:
    meeting = MeetingFactory.create()
    full = filed_request(title="W" * 150, problem=LONG * 30, promised_effect=LONG * 4)
    for _ in range(6):
        lines = [{"kind": "tags", "text": LONG * 4, "requests": [], "words": []}] * 4
        FindingFactory.create(between=[full, filed_request()], severity="serious", title=LONG * 3, evidence=lines)
    questions = ["Should we? " * 27, "通" * 300, "W" * 300]
    AgendaItemFactory.create(meeting=meeting, request=full, question=questions[0], advice=LONG * 30, position=1)
    for place, question in enumerate(questions[1:], start=2):
        AgendaItemFactory.create(meeting=meeting, request=filed_request(), question=question, position=place)
    page = page_as(secretary)
    page.goto(reverse("board:meeting-pack", args=[meeting.pk]))
    page.wait_for_load_state("networkidle")
    printed = pypdf.PdfReader(io.BytesIO(page.pdf(format=paper, print_background=True)))
    texts = [" ".join(sheet.extract_text().split()) for sheet in printed.pages]
    # The browser gives figures that stand below each other no readable code, so the heads are known by their words.
    starts = [index for index, text in enumerate(texts) if re.search(r"Item \S+ of \S+ ", text[:300])]
    assert len(starts) == 3
    assert starts == list(range(starts[0], starts[0] + 3))
    for index in starts:
        assert "and why" in texts[index]
        assert "internal" in texts[index]  # the foot of the same sheet


def test_the_pack_has_no_barriers(page_as: Callable[..., Any], secretary: Person) -> None:
    item = AgendaItemFactory.create()
    page = page_as(secretary)
    page.goto(reverse("board:meeting-pack", args=[item.meeting_id]))
    assert_no_axe_violations(page)
