"""What an address asks for that a page does not know is said on the page."""

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from customers.asked import one_of, page_of

FOUR = list(range(40))


def asking(address: str) -> HttpRequest:
    return RequestFactory().get(address)


def said(request: HttpRequest) -> list[str]:
    found: list[str] = request.__dict__.get("ignored", [])
    return found


@pytest.mark.parametrize(
    ("address", "number", "line"),
    [
        ("/", 1, ""),
        ("/?page=4", 4, ""),
        ("/?page=", 1, ""),
        ("/?page=5", 4, "There is no page 5. You see page 4 of 4."),
        ("/?page=0", 1, "There is no page 0. You see page 1 of 4."),
        ("/?page=-3", 1, "There is no page -3. You see page 1 of 4."),
        ("/?page=" + "9" * 400, 4, "There is no page " + "9" * 60 + ". You see page 4 of 4."),
        ("/?page=x", 1, "“x” is not a page number. You see the first page."),
    ],
)
def test_a_page_that_is_not_there_is_the_nearest_and_says_so(address: str, number: int, line: str) -> None:
    request = asking(address)
    assert page_of(request, FOUR, 10).number == number
    assert said(request) == ([line] if line else [])


def test_a_value_that_is_not_known_is_the_usual_one_and_says_so() -> None:
    request = asking("/?kind=foo&who=nobody")
    assert (one_of(request, "who", ("nobody",)), one_of(request, "missing", (), usual="all")) == ("nobody", "all")
    assert said(request) == []
    assert one_of(request, "kind", ("segment",)) == ""
    assert said(request) == ["The address asks for kind “foo”, which is not known here. You see the page without it."]
