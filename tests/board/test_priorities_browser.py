"""Priorities and reports in a browser: moving by mouse and keys, and pages that everybody can use."""

from collections.abc import Callable
from typing import Any

import pytest

from board.models import Ranking
from board.selectors.priorities.orders import placed_ids
from portfolio.lifecycle import Status
from portfolio.models import Person, ProjectRequest
from tests.browsing import assert_no_axe_violations
from tests.factories import (
    ContributionFactory,
    CriterionFactory,
    ImpactFactory,
    ObjectiveFactory,
    RankedRequestFactory,
    RankingFactory,
    ScoreFactory,
    TransitionFactory,
    filed_request,
)

PageAs = Callable[..., Any]


def queue(number: int) -> list[ProjectRequest]:
    """So many requests in both orders, the customer leader's the other way round."""
    criterion, objective = CriterionFactory.create(), ObjectiveFactory.create()
    found = [filed_request(status=Status.READY.value, title=f"Wish {n}") for n in range(1, number + 1)]
    for place, request in enumerate(found, start=1):
        for side, position in ((Ranking.Side.IT, place), (Ranking.Side.CUSTOMERS, number + 1 - place)):
            RankedRequestFactory.create(ranking=RankingFactory.create(side=side), request=request, position=position)
        ScoreFactory.create(request=request, criterion=criterion, points=place % 6)
        ContributionFactory.create(request=request, objective=objective)
        ImpactFactory.create(request=request)
        TransitionFactory.create(request=request, target="ready")
    return found


def test_the_cio_orders_by_mouse_and_by_keys(page_as: PageAs, cio: Person) -> None:
    one, two, three = queue(3)
    page = page_as(cio)
    page.goto("/priorities/orders/it/")
    rows = page.locator(".order-row")
    rows.nth(2).drag_to(rows.nth(0))
    page.locator("[data-order][data-moved]").wait_for()
    assert placed_ids(Ranking.Side.IT) == [three.pk, one.pk, two.pk]
    page.locator(f'[data-order-row="{two.reference}"] a').first.focus()
    with page.expect_response("**/place/"):
        page.keyboard.press("Alt+ArrowUp")
    wait_until_settled(page, two)
    assert placed_ids(Ranking.Side.IT) == [three.pk, two.pk, one.pk]
    page.get_by_label(f"Move {one.reference} to place").fill("1")
    page.keyboard.press("Enter")
    page.locator(f'[data-order][data-moved="{one.reference}"]').wait_for()
    assert placed_ids(Ranking.Side.IT) == [one.pk, three.pk, two.pk]


def wait_until_settled(page: Any, request: ProjectRequest) -> None:
    """The request was moved, and the keyboard is on its line in the list that was drawn anew."""
    focused = "document.activeElement.closest('[data-order-row]')?.dataset.orderRow"
    page.locator(f'[data-order][data-moved="{request.reference}"]').wait_for()
    while page.evaluate(focused) != request.reference:
        page.wait_for_timeout(20)


def resting(page: Any, locator: Any) -> Any:
    """Where it is once the page no longer moves under it."""
    before, box = None, locator.bounding_box()
    while box != before:
        page.wait_for_timeout(100)
        before, box = box, locator.bounding_box()
    return box


def drag(page: Any, source: Any, target: Any, scrolled: str, to_y: int) -> None:
    """Take the source with the mouse, hold it near an edge of the window until the page has scrolled, drop it."""
    box = resting(page, source)
    page.mouse.move(box["x"] + 20, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 20, to_y)
    page.mouse.move(box["x"] + 24, to_y)
    while not page.evaluate(scrolled):
        page.wait_for_timeout(20)
    page.mouse.move(box["x"] + 24, page.viewport_size["height"] // 2)
    place = resting(page, target)
    page.mouse.move(place["x"] + 24, place["y"] + place["height"] / 2)
    page.mouse.move(place["x"] + 20, place["y"] + place["height"] / 2)
    page.mouse.up()


def test_the_page_scrolls_while_a_line_is_dragged_to_a_place_that_is_off_the_screen(
    page_as: PageAs, cio: Person
) -> None:
    first, *rest = queue(12)
    waiting = filed_request(status=Status.READY.value, title="Not placed")
    # High enough that no line on which something is dropped is near an edge, where the page would scroll on.
    page = page_as(cio, viewport={"width": 1280, "height": 700})
    page.goto("/priorities/orders/it/")
    last = page.locator(f'[data-order-row="{rest[-1].reference}"]')
    last.scroll_into_view_if_needed()
    drag(page, last.locator(".order-place"), page.locator(".order-row").first, "scrollY === 0", 5)
    wait_until_settled(page, rest[-1])
    assert placed_ids(Ranking.Side.IT)[:2] == [rest[-1].pk, first.pk]
    unplaced = page.locator(f'[data-order-row="{waiting.reference}"]')
    unplaced.scroll_into_view_if_needed()
    drag(page, unplaced.locator("a").locator(".."), page.locator(".order-row").nth(1), "scrollY === 0", 5)
    wait_until_settled(page, waiting)
    assert placed_ids(Ranking.Side.IT)[:3] == [rest[-1].pk, waiting.pk, first.pk]
    page.evaluate("scrollTo(0, 0)")
    seen = "document.querySelector('.order-end').getBoundingClientRect().bottom < innerHeight - 100"
    drag(page, page.locator(".order-place").first, page.locator(".order-end"), seen, 695)
    page.locator(f'[data-order-row="{rest[-1].reference}"][data-place="13"]').wait_for()
    assert placed_ids(Ranking.Side.IT)[-1] == rest[-1].pk


def test_the_first_request_is_dragged_into_an_empty_order(page_as: PageAs, cio: Person) -> None:
    waiting = filed_request(status=Status.READY.value)
    page = page_as(cio)
    page.goto("/priorities/orders/it/")
    page.locator(f'[data-order-row="{waiting.reference}"] span').first.drag_to(page.locator('[data-place="1"]'))
    page.locator("[data-order][data-moved]").wait_for()
    assert placed_ids(Ranking.Side.IT) == [waiting.pk]


def test_keys_pressed_while_a_move_is_under_way_move_on(page_as: PageAs, cio: Person) -> None:
    *first, last = queue(4)
    page = page_as(cio)
    page.goto("/priorities/orders/it/")
    page.locator(f'[data-order-row="{last.reference}"] a').first.focus()
    for _ in range(3):
        page.keyboard.press("Alt+ArrowUp")
    page.locator(f'[data-order-row="{last.reference}"][data-place="1"]').wait_for()
    assert placed_ids(Ranking.Side.IT) == [last.pk, *(each.pk for each in first)]


def test_a_key_pressed_while_the_list_is_drawn_anew_counts(page_as: PageAs, cio: Person) -> None:
    *first, last = queue(4)
    page = page_as(cio)
    page.goto("/priorities/orders/it/")
    page.locator(f'[data-order-row="{last.reference}"] a').first.focus()
    page.evaluate("""document.addEventListener("htmx:afterSwap", () => document.body.dispatchEvent(
        new KeyboardEvent("keydown", {key: "ArrowUp", altKey: true, bubbles: true})), {once: true})""")
    page.keyboard.press("Alt+ArrowUp")
    page.locator(f'[data-order-row="{last.reference}"][data-place="2"]').wait_for()
    assert placed_ids(Ranking.Side.IT) == [first[0].pk, last.pk, first[1].pk, first[2].pk]


def test_it_works_without_scripts(page_as: PageAs, cio: Person) -> None:
    one, two = queue(2)
    page = page_as(cio, java_script_enabled=False)
    page.goto("/priorities/orders/it/")
    page.locator(f'[data-order-row="{two.reference}"] [data-order-up]').click()
    assert placed_ids(Ranking.Side.IT) == [two.pk, one.pk]


@pytest.mark.parametrize("look", [{}, {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}])
def test_pages_are_for_everybody(page_as: PageAs, cio: Person, look: dict[str, Any]) -> None:
    first = queue(4)[0]
    page = page_as(cio, **look)
    for address in (
        "/priorities/",
        "/priorities/scores/",
        "/priorities/scores/weights/",
        f"/priorities/scores/{first.reference}/",
        "/priorities/orders/",
        "/priorities/orders/it/",
        "/priorities/proposals/",
        "/priorities/queue/",
        "/reports/",
        "/reports/filed-to-decided/",
        "/reports/money/",
        f"/requests/{first.reference}/objectives/",
    ):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        assert_no_axe_violations(page)
