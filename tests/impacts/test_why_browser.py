"""Why two requests overlap, in a browser: read by a screen reader, on a phone, in the dark."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from impacts.models import Finding
from impacts.services.scans.scanning import scan_until_done
from portfolio.models import Person, Silo
from tests.browsing import assert_no_axe_violations
from tests.factories import filed_request

PageAs = Callable[..., Any]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_an_overlap_explains_itself(
    page_as: PageAs, architect: Person, cards: Silo, retail: Silo, width: int, scheme: str
) -> None:
    for title in ("Payroll archive", "Lift maintenance", "Vendor onboarding", "Treasury forecast", "Broker portal"):
        filed_request(title=title, problem=f"{title} is slow.", proposal=f"Renew {title}.")
    body = "Card holders learn of fraud from the statement. A text message tells them when money leaves."
    filed_request(silo=cards, title="Text message alerts", problem=body, wanted_go_live=date(2027, 3, 1))
    filed_request(silo=retail, title="Alerts by text message", problem=f"Queues. {body}")
    scan_until_done()
    finding = Finding.objects.get(rule="same-purpose")
    page = page_as(architect, viewport={"width": width, "height": 844}, color_scheme=scheme)
    page.goto(f"/triage/{finding.pk}/")
    article = page.get_by_role("article")
    assert article.get_by_text("Both speak of “").is_visible()
    table = article.get_by_role("table", name="Why we think so")
    assert table.get_by_role("rowheader", name="Words of both texts").is_visible()
    assert table.get_by_role("row", name="in 100 alike").is_visible()
    quotes = article.get_by_role("blockquote")
    assert quotes.count() == 2
    assert quotes.first.locator("mark").count() > 2
    differs = article.get_by_role("table", name="What only one of the two says")
    assert "1 March 2027" in differs.get_by_role("row", name="Go-live").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert_no_axe_violations(page)
