"""Every page of every role on the demo: axe finds nothing, nothing runs over sideways, no script complains."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser.site import Site, settle
from tests.browsing import assert_no_axe_violations

pytestmark = pytest.mark.timeout(300)  # the first one loads the demo

#: What stands in braces in PAGES, and how to find it in the demo.
NAMES = {
    "alerts": "SELECT reference FROM portfolio_projectrequest WHERE title = 'Card spend alerts by push and text'",
    "merged": "SELECT reference FROM portfolio_projectrequest WHERE status = 'merged'",
    "draft": "SELECT reference FROM portfolio_projectrequest WHERE title = 'A metal card for private clients'",
    "overload": "SELECT id FROM impacts_finding WHERE rule = 'contact-overload' ORDER BY weight DESC",
    "twins": "SELECT id FROM impacts_finding WHERE rule = 'same-purpose' ORDER BY weight DESC",
    "cluster": "SELECT code FROM impacts_cluster WHERE closed_at IS NULL ORDER BY score DESC",
    "family": "SELECT code FROM impacts_family ORDER BY id",
    "coming": "SELECT id FROM board_meeting WHERE status = 'planned' ORDER BY starts_at",
    "closed": "SELECT id FROM board_meeting WHERE status = 'closed' ORDER BY starts_at DESC",
    "quarter": "SELECT year || 'Q' || quarter FROM customers_assetquarter ORDER BY year DESC, quarter DESC",
    "bet": "SELECT r.reference || '/bets/' || b.id FROM impacts_bet b JOIN portfolio_projectrequest r "
    "ON r.id = b.request_id WHERE r.title = 'Renew cards six weeks before they expire' ORDER BY b.due DESC",
    "merge": "SELECT id FROM board_decision WHERE kind = 'merge' ORDER BY id DESC",
    "conditional": "SELECT decision_id FROM board_condition ORDER BY id DESC",
    "changed": "SELECT r.reference FROM board_laterchange l JOIN portfolio_projectrequest r ON r.id = l.request_id "
    "WHERE NOT r.confidential ORDER BY l.id DESC",
    "item": "SELECT id FROM board_agendaitem WHERE status = 'open' ORDER BY id DESC",
}
#: The board's record, which everybody may read.
RECORD = (
    "/board/decisions/", "/board/decisions/?q=card&entries=all", "/board/decisions/{merge}/",
    "/board/decisions/{conditional}/", "/board/changes/", "/board/changes/limits/", "/board/changes/{changed}/",
    "/board/conditions/", "/board/{closed}/minutes/", "/requests/{merged}/",
)  # fmt: skip
PAGES: dict[str, tuple[str, ...]] = {
    "head": (
        "/", "/requests/", "/requests/?q=message&sort=-cost", "/requests/?status=nonsense", "/requests/new/",
        "/requests/drafts/", "/requests/heads-up/", "/requests/{draft}/file/what/", "/requests/{draft}/file/whom/",
        "/requests/{draft}/file/touches/", "/requests/{draft}/file/when/", "/requests/{draft}/file/check/",
        "/requests/{alerts}/", "/requests/{alerts}/history/", "/requests/{alerts}/print/", *RECORD,
        "/requests/{alerts}/move/withdrawn/", "/requests/{bet}/answer/", "/me/notifications/", "/me/preferences/",
        "/accounts/password/change/",
    ),
    "architect": (
        "/", "/triage/", "/triage/{overload}/", "/triage/{twins}/", "/triage/{twins}/act/dismiss/",
        "/triage/{twins}/act/merge/", "/triage/?state=all&rule=same-purpose", "/clusters/", "/clusters/{cluster}/",
        "/families/{family}/", "/requests/{alerts}/", "/board/{coming}/", "/skills/capacity/",
        "/registers/skills/security/", "/registers/channel-capacities/", "/registers/channel-capacities/new/",
        "/registers/systems/custhub/", "/registers/systems/custhub/holds/contact-details/",
        "/registers/systems/fixit/holds/", "/triage/?rule=over-capacity",
    ),
    "secretary": (
        "/", "/board/", "/board/new/", "/board/{coming}/", "/board/{coming}/edit/", "/board/items/{item}/edit/",
        "/board/items/{item}/drop/", "/board/{coming}/meeting/", "/board/{coming}/pack/", "/board/{coming}/minutes/",
        "/board/{closed}/", "/board/{closed}/minutes/", "/board/decisions/", "/board/conditions/",
    ),
    "cio": ("/", "/board/{coming}/meeting/", "/requests/{alerts}/", "/board/saved/", *RECORD),
    "segment manager": (
        "/customers/accountability/", "/customers/coming/", "/board/objections/", "/board/objections/new/{alerts}/",
        "/", "/customers-year/card-holders/", "/customers-year/?request={alerts}",
        "/customers-year/?around={alerts}&view=both", "/heat-map/", "/registers/", "/registers/segments/",
        "/registers/segments/card-holders/", "/registers/touchpoints/", "/customers/assets/",
        "/customers/assets/?segment=card-holders&over=4", "/customers/assets/card-holders/{quarter}/",
        "/customers/assets/home-owners/{quarter}/", "/customers/assets/bets/",
    ),
    "administrator": (
        "/", "/registers/touchpoints/new/", "/registers/segments/card-holders/edit/",
        "/registers/segments/card-holders/history/", "/styleguide/",
    ),
    "reader": (
        "/", "/requests/{alerts}/", "/triage/", *RECORD, "/customers/data-map/",
        "/customers/silos/?one=cards&other=mortgages",
    ),
}  # fmt: skip
#: Pages that are looked at in the dark too.
DARK = {
    "head": ("/", "/requests/", "/requests/{draft}/file/when/", "/requests/{alerts}/"),
    "architect": ("/triage/{twins}/", "/clusters/{cluster}/"),
    "secretary": ("/board/{coming}/", "/board/{coming}/meeting/", "/board/{coming}/pack/"),
    "cio": ("/board/saved/", *RECORD),
    "segment manager": (
        "/customers/accountability/",
        "/customers/coming/",
        "/board/objections/",
        "/board/objections/new/{alerts}/",
        "/customers-year/card-holders/",
        "/customers-year/?around={alerts}&view=both",
        "/heat-map/",
    ),
}
OVER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
PHONE = {"width": 390, "height": 844}

OpenAs = Callable[[str, str], Any]


@pytest.fixture(scope="module")
def open_as(demo: Site, browser: Any) -> Iterator[OpenAs]:
    """A function: a context of the browser in which a role is signed in, in light or dark. Each signs in once."""
    contexts: dict[tuple[str, str], Any] = {}

    def context(role: str, scheme: str) -> Any:
        if (role, scheme) not in contexts:
            contexts[role, scheme] = demo.sign_in(browser, role, color_scheme=scheme)
        return contexts[role, scheme]

    yield context
    for each in contexts.values():
        each.close()


def _every(pages: dict[str, tuple[str, ...]]) -> list[Any]:
    return [pytest.param(role, path, id=f"{role} {path}") for role, paths in pages.items() for path in paths]


def _look(demo: Site, context: Any, path: str) -> None:
    names = {name: demo.one(sql) for name, sql in NAMES.items() if f"{{{name}}}" in path}
    assert None not in names.values(), f"the demo has no {names}"
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Security Policy" in said.text else None)
    try:
        assert page.goto(path.format(**names)).status == 200
        settle(page)
        assert_no_axe_violations(page)
        assert page.evaluate(OVER) <= 0, f"{path} runs over sideways at 1280 px"
        page.set_viewport_size(PHONE)
        assert page.evaluate(OVER) <= 0, f"{path} runs over sideways at 390 px"
        assert not complaints
    finally:
        page.close()


@pytest.mark.parametrize(("role", "path"), _every(PAGES))
def test_axe_accepts_the_page_and_it_fits_a_phone(demo: Site, open_as: OpenAs, role: str, path: str) -> None:
    _look(demo, open_as(role, "light"), path)


@pytest.mark.parametrize(("role", "path"), _every(DARK))
def test_axe_accepts_the_page_in_the_dark(demo: Site, open_as: OpenAs, role: str, path: str) -> None:
    _look(demo, open_as(role, "dark"), path)


@pytest.mark.parametrize(
    "path", ["/triage/{twins}/", "/clusters/{cluster}/", "/requests/{alerts}/", "/requests/", "/board/saved/", *RECORD]
)
def test_axe_accepts_the_page_on_a_phone(demo: Site, open_as: OpenAs, path: str) -> None:
    page = open_as("architect", "light").new_page()
    page.set_viewport_size(PHONE)
    page.goto(path.format(**{name: demo.one(sql) for name, sql in NAMES.items()}))
    settle(page)
    assert_no_axe_violations(page)
    page.close()
