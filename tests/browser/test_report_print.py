"""Reports as the browser prints them: finding, chart, every row of every table, and nothing that is for the screen."""

import io
from collections.abc import Callable
from typing import Any

import pypdf
import pytest
from django.urls import reverse

from portfolio.models import Person
from tests.browsing import assert_no_axe_violations
from tests.factories import SiloFactory, filed_request

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_a_report_is_printed_whole_and_without_what_is_for_the_screen(
    page_as: Callable[..., Any], board_member: Person, paper: str
) -> None:
    silos = [SiloFactory.create(name=f"Department number {number:02}") for number in range(45)]
    for silo in silos:
        filed_request(silo=silo, status="ready")
    page = page_as(board_member)
    page.goto(reverse("reports:report", args=["filed-to-decided"]))
    page.wait_for_load_state("networkidle")
    title = page.locator("h1").first.inner_text()
    printed = pypdf.PdfReader(io.BytesIO(page.pdf(format=paper, print_background=True)))
    sheets = [" ".join(sheet.extract_text().split()) for sheet in printed.pages]
    whole = " ".join(sheets)
    assert title in sheets[0]
    assert all(silo.name in whole for silo in silos)
    for word in ("By mail", "Other reports", "File a request", "XLSX", "Registers"):
        assert word not in whole, word
    assert all(len(sheet) > 40 for sheet in sheets)  # no empty sheet


def test_a_report_without_data_says_what_to_do_and_has_no_barriers(
    page_as: Callable[..., Any], board_member: Person
) -> None:
    page = page_as(board_member)
    for slug in ("filed-to-decided", "benefits", "money"):
        page.goto(reverse("reports:report", args=[slug]))
        assert page.get_by_text("Nothing to draw in this period").count() == 1
        assert_no_axe_violations(page)
