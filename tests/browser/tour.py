"""Photographs the story of docs/tour.md on the demo: `python -m tests.browser.tour [FOLDER]`.

Loads Meridian Bank into a folder of its own, starts its web server and its worker, and walks department head,
architect, secretary and segment manager through it. The pictures go to docs/screenshots unless another folder is named.
"""

import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.png import squeeze
from tests.browser.site import BASE_DIR, Site, demo_site, settle
from tests.browsing import FLAGS, PATIENCE, browser_path

TITLE = "A text message to card holders when their new card is on its way"
PROBLEM = (
    "12,000 card holders a month call to ask where their new card is. We know when it leaves the factory and when the "
    "post has it, but tell nobody. Some wait at home for it, some do not notice that it was stolen from the letter box."
)
PROPOSAL = (
    "Send a push message when the card is posted and a text message where the app is not installed, to the mobile "
    "number we hold. The customer can choose in the alert settings what to be told."
)


class Camera:
    """Takes the pictures, each once, and says what it took."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def take(self, page: Page, name: str, *, top: str = "", height: int = 900) -> None:
        """The window of 1280 x `height` as it stands, with the element `top` at its upper edge when one is named."""
        page.set_viewport_size({"width": 1280, "height": height})
        settle(page)
        page.evaluate("() => document.querySelectorAll('.toast').forEach((toast) => toast.remove())")
        page.evaluate(
            "(top) => window.scrollTo(0, top ? document.querySelector(top).getBoundingClientRect().top"
            " + window.scrollY - 84 : 0)",
            top,
        )
        picture = page.screenshot(animations="disabled", caret="hide")
        small = squeeze(picture)
        (self.folder / f"{name}.png").write_bytes(small)
        sys.stdout.write(f"{name}.png: {len(small) // 1024} KB\n")


class Tour:
    """The four roles and what they do."""

    def __init__(self, site: Site, browser: Any, camera: Camera) -> None:
        self.site = site
        self.camera = camera
        self._browser = browser

    def page_of(self, role: str) -> Page:
        """A page on which the person of this role is signed in."""
        page: Page = self.site.sign_in(self._browser, role).new_page()
        return page

    def architect_before(self) -> None:
        """What needs an architect, before anything happens."""
        page = self.page_of("architect")
        page.goto("/")
        self.camera.take(page, "home-architect", height=960)

    def head_files(self) -> str:
        """A head of department files a request in five steps. Returns its reference."""
        page = self.page_of("head")
        page.goto("/")
        self.camera.take(page, "home-head")
        page.get_by_role("banner").get_by_role("link", name="File a request").click()
        page.get_by_label("What do you want to call it?").fill(TITLE)
        page.get_by_label("What is the trouble?").press_sequentially(PROBLEM)
        page.get_by_label("What do you propose?").fill(PROPOSAL)
        expect(page.locator("#beside article").first).to_be_visible(timeout=20_000)
        expect(page.locator("#saved")).to_contain_text("Saved")
        page.wait_for_timeout(2500)
        self.camera.take(page, "filing-what", height=1000)
        page.get_by_role("button", name="Save and go to").click()
        page.get_by_label("Customer-facing").check()
        page.get_by_label("When did IT first hear of it?").select_option("idea")
        page.get_by_role("button", name="Save and go to").click()
        self._touches(page)
        self._when(page)
        page.get_by_role("button", name=re.compile("^File")).last.click()
        expect(page.locator("#hold")).to_be_visible(timeout=60_000)
        self.camera.take(page, "filed", height=1080)
        found = re.search(r"/requests/([^/]+)/", page.url)
        assert found
        return found[1]

    def _touches(self, page: Page) -> None:
        for name in ("Push message", "Text message"):
            add = page.locator("#suggestions").get_by_role("button", name=f"Add {name}")
            add.click()
            expect(add).to_have_count(0)
        self.camera.take(page, "filing-touches", height=960)
        page.get_by_role("link", name="Go to When and how much").click()

    def _when(self, page: Page) -> None:
        page.get_by_label("When would work start?").fill("2027-01-11")
        page.get_by_label("When should customers or staff notice it?").fill("2027-03-03")
        page.get_by_label("What does it cost once?").fill("240 000")
        page.get_by_label("And every year after?").fill("60 000")
        page.get_by_label("What do you promise will be different?").fill("Calls about cards in the post fall by half.")
        form = page.locator("#touch-contacts")
        form.get_by_label("To which customers").select_option(label="Card holders")
        form.get_by_label("By which way").select_option("sms")
        form.get_by_label("First day").fill("2027-03-03")
        form.get_by_label("How many times each").fill("2")
        form.get_by_label("What for").fill("Your card is on its way")
        form.get_by_role("button", name="Add").click()
        expect(form.get_by_role("row").filter(has_text="Card holders")).to_be_visible()
        expect(page.get_by_role("region", name="What Card holders would hear")).to_be_visible()
        self.camera.take(page, "filing-contacts", top="#touch-contacts", height=900)
        page.get_by_role("button", name="Save and go to").click()

    def other_side_answers(self, reference: str) -> None:
        """The head of another department sees the card on a request of their own, and answers."""
        page = self.page_of("other head")
        alike = self.site.one(
            "SELECT reference FROM portfolio_projectrequest WHERE title = 'One notification centre in the app'"
        )
        page.goto(f"/requests/{alike}/")
        expect(page.locator("#hold")).to_contain_text(reference, timeout=60_000)
        page.get_by_label("Your answer to them, in a sentence").fill("Yours is an event like any other. Join us.")
        page.get_by_role("button", name="Talk to them").click()
        expect(page.locator("#hold")).to_contain_text("an event like any other")
        self.camera.take(page, "hold-on-answered", top="#hold", height=1180)

    def architect_triages(self, reference: str) -> None:
        """An architect compares two requests and joins the cluster as a family."""
        page = self.page_of("architect")
        pair = self.site.one(
            "SELECT f.id FROM impacts_finding f JOIN impacts_findingmember m ON m.finding_id = f.id JOIN"
            " portfolio_projectrequest r ON r.id = m.request_id WHERE f.rule = 'same-purpose' AND f.state = 'open' AND"
            " r.title = 'Card spend alerts by push and text' ORDER BY f.weight DESC"
        )
        page.goto(f"/triage/{pair}/")
        self.camera.take(page, "triage", height=860)
        code = self.site.one("SELECT code FROM impacts_cluster WHERE closed_at IS NULL ORDER BY score DESC")
        page.goto(f"/clusters/{code}/")
        self.camera.take(page, "cluster", height=1000)
        form = page.get_by_role("region", name="Join as a family")
        form.get_by_label("Who owns the family?").fill("Anika Sharma")
        form.get_by_label("What is it called?").fill("One notification service for all departments")
        form.get_by_role("button", name="Join as a family").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("One notification service")
        page.goto(f"/requests/{reference}/")
        page.get_by_role("button", name="Ready for board").click()
        expect(page.locator("main header")).to_contain_text("Ready for board")

    def customers_side(self) -> None:
        """What card holders will live through, for whoever answers for them."""
        page = self.page_of("segment manager")
        page.goto("/customers-year/card-holders/")
        self.camera.take(page, "customers-year", height=960)
        page.goto("/heat-map/")
        self.camera.take(page, "heat-map", height=900)
        for name, address in (
            ("accountability", "/customers/accountability/"),
            ("data-map", "/customers/data-map/"),
            ("departments", "/customers/silos/"),
            ("assets", "/customers/assets/"),
            ("it-and-customers", "/customers/it/"),
        ):
            page.goto(address)
            self.camera.take(page, name, height=960)

    def board_prepares(self) -> int:
        """The agenda builds itself; the secretary reads the pack, and sees who stands aside. Returns the meeting."""
        page = self.page_of("secretary")
        meeting = int(self.site.one("SELECT id FROM board_meeting WHERE status = 'planned' ORDER BY starts_at"))
        page.goto("/board/backlog/")
        self.camera.take(page, "backlog", height=900)
        page.goto("/board/new/")
        page.get_by_label("Title").fill("Review board on duties and duplicates")
        page.get_by_label("Starts").fill("2026-12-17T14:00")
        page.get_by_role("button", name="Plan the meeting").click()
        page.wait_for_url(re.compile(r"/board/\d+/$"))
        page.goto(f"{page.url}build/")
        self.camera.take(page, "agenda-builds-itself", height=960)
        page.goto(f"/board/{meeting}/")
        page.get_by_role("button", name="Add One notification service").click()
        settle(page)
        self.camera.take(page, "agenda", height=960)
        page.goto(f"/board/{meeting}/pack/")
        page.locator("#item-1").wait_for()
        self.camera.take(page, "pack", top="#item-1", height=1180)
        page.goto(f"/board/{meeting}/edit/")
        page.get_by_label("How the board decides").select_option("majority")
        page.get_by_role("button", name="Save the meeting").click()
        self._people_come(page, meeting)
        return meeting

    def _people_come(self, page: Page, meeting: int) -> None:
        """Everybody is there; for the first item so many stand aside that the board goes on by a recorded word."""
        page.goto(f"/board/{meeting}/people/")
        for box in page.locator("input[name=present]").all():
            box.check()
        page.get_by_label("Robert Kincaid is there").uncheck()
        page.get_by_role("button", name="Save who is there").click()
        page.get_by_text("Say who stands aside, or need not").first.click()
        why = "Three departments ask together; who is left is of none of them."
        page.get_by_label("The board decides this item without a quorum, because").first.fill(why)
        page.get_by_role("button", name="Record it").first.click()
        expect(page.get_by_role("main")).to_contain_text(why)
        self.camera.take(page, "who-is-there", top="[aria-labelledby=expected]", height=1160)

    def board_meets(self, meeting: int) -> None:
        """One question on the screen: options, a condition, votes, the decision; then the minutes."""
        page = self.page_of("secretary")
        page.goto(f"/board/{meeting}/meeting/")
        page.get_by_role("button", name="Start the meeting").click()
        self.camera.take(page, "meeting-options", height=960)
        page.get_by_role("radio", name=re.compile("Go together")).check()
        page.locator("label.toggle", has_text="Conditions").click()
        page.get_by_role("textbox", name="Condition", exact=True).first.fill(
            "One vendor for the identity check, chosen before any contract is signed."
        )
        page.get_by_role("combobox", name="Who sees to it").first.fill("Anika Sharma")
        page.locator("[name=c0-due]").fill("2027-01-29")
        page.get_by_label("Because").fill("Customers prove once who they are, and every door knows it.")
        page.get_by_role("button", name="Everybody is for it").click()
        expect(page.locator("#vote-count")).to_contain_text("Carried")
        self.camera.take(page, "meeting-decide", height=1440)
        page.get_by_role("button", name="Record this decision").click()
        expect(page.locator(".recorded")).to_be_visible()
        self.camera.take(page, "meeting-recorded", height=900)
        page.goto(f"/board/{meeting}/")
        page.get_by_role("button", name="Close the meeting").click()
        page.goto(f"/board/{meeting}/minutes/")
        self.camera.take(page, "minutes", height=900)
        page.goto("/board/decisions/")
        self.camera.take(page, "decisions", height=900)

    def board_plans(self) -> None:
        """What fits and why, what else there could be, what comes first, what it saved, how it went over time."""
        page = self.page_of("secretary")
        plan = self.site.one("SELECT id FROM board_scenario WHERE name = 'Three million a quarter'")
        for name, address, top in (
            ("plan", f"/plan/{plan}/", ""),
            ("plan-reasons", f"/plan/{plan}/", "#left-out"),
            ("plan-compare", "/plan/compare/", ""),
            ("objectives", "/priorities/", ""),
            ("two-orders", "/priorities/orders/", ""),
            ("saved", "/board/saved/", ""),
            ("report", "/reports/filed-to-decided/", ""),
        ):
            page.goto(address)
            self.camera.take(page, name, top=top, height=1000)

    def head_hears(self) -> None:
        """What the requester of a decided request finds."""
        page = self.page_of("decided head")
        page.goto("/me/notifications/")
        page.get_by_role("link", name=re.compile("every door knows it")).first.click()
        expect(page.get_by_role("region", name="At the board")).to_contain_text("every door knows it")
        self.camera.take(page, "decided", top="[aria-labelledby=decisions]", height=900)


def main(arguments: list[str]) -> None:
    """Make all pictures. Raises what the story ran into."""
    expect.set_options(timeout=PATIENCE)
    camera = Camera(Path(arguments[0]) if arguments else BASE_DIR / "docs" / "screenshots")
    with (
        tempfile.TemporaryDirectory() as folder,
        demo_site(Path(folder), worker=True) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=browser_path(), args=FLAGS)
        tour = Tour(site, browser, camera)
        tour.architect_before()
        reference = tour.head_files()
        tour.other_side_answers(reference)
        tour.architect_triages(reference)
        tour.customers_side()
        tour.board_meets(tour.board_prepares())
        tour.head_hears()
        tour.board_plans()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
