"""Every page of the board and the registers with addresses that nobody means: 404 or the page, never a failure."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from portfolio.models import Person

pytestmark = pytest.mark.django_db
PARTS = ("board", "plan", "priorities", "reports", "registers")
PARAMETER = re.compile(r"<(?:(\w+):)?\w+>")
NOBODY_MEANS = {
    "int": "9" * 30,
    "uuid": "00000000-0000-0000-0000-000000000000",
    "slug": "9" * 30,
    "str": "%F0%9F%92%A5" + "x" * 600,
}
QUERIES = (
    "page=-1",
    "page=99999999999999999999",
    "page=x&sort=nonsense&state=x&kind=x&whose=x&by=x&order=x",
    f"item={'9' * 30}&plans={'9' * 30}&number={'9' * 30}&form=x&open=x&going=x&waiting=x",
    "first=0001-01-01&last=9999-12-31&since=0001-01-01&until=9999-12-31&q=%00&find=%E2%80%AE",
)


def routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    """Every address below a resolver that is written as a route."""
    for each in resolver.url_patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLPattern):
            yield route
        else:
            yield from routes(each, route)


ROUTES = [route for route in routes(get_resolver()) if route.startswith(tuple(f"{part}/" for part in PARTS))]


def test_no_page_fails_over_an_address_or_a_query_that_nobody_means(
    client_as: Callable[[Person], Client], secretary: Person
) -> None:
    client = client_as(secretary)
    asked = 0
    for route in ROUTES:
        if "(?P" in route:
            continue
        address = "/" + PARAMETER.sub(lambda found: NOBODY_MEANS[found.group(1) or "str"], route)
        answers = [client.get(address), client.post(address, {"version": "9" * 30})]
        if answers[0].status_code == 200:
            answers += [client.head(address), *(client.get(f"{address}?{query}") for query in QUERIES)]
        assert all(answer.status_code < 500 for answer in answers), address
        asked += len(answers)
    assert asked > 400, "the walk finds the pages"
