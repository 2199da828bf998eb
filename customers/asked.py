"""What the address of a page asks for. What the page does not know is said on it (base.html shows `request.ignored`): a
list that showed everything without a word would be taken for the one that was asked for."""

from collections.abc import Container
from typing import Any

from django.core.paginator import EmptyPage, Page, PageNotAnInteger, Paginator
from django.http import HttpRequest

LONGEST = 60
"""So much of a value that is not known is shown."""


def say_ignored(request: HttpRequest, line: str) -> None:
    """Say on the page what of its address was left out."""
    request.__dict__.setdefault("ignored", []).append(line)


def page_of(request: HttpRequest, rows: Any, per_page: int, name: str = "page") -> Page[Any]:
    """The page of `rows` that the address asks for; where there is none the nearest, which it says."""
    pages: Paginator[Any] = Paginator(rows, per_page)
    asked = request.GET.get(name) or "1"
    try:
        return pages.page(asked)
    except PageNotAnInteger:
        say_ignored(request, f"“{asked[:LONGEST]}” is not a page number. You see the first page.")
        return pages.page(1)
    except EmptyPage:
        page = pages.page(pages.num_pages if asked.isdecimal() and int(asked[:9]) else 1)
        say_ignored(request, f"There is no page {asked[:LONGEST]}. You see page {page.number} of {pages.num_pages}.")
        return page


def one_of(request: HttpRequest, name: str, known: Container[str], *, usual: str = "") -> str:
    """What the address says for `name`, one of those `known`; otherwise what is usual, and the page says so where
    something else was asked for."""
    asked = request.GET.get(name, "")
    if not asked or asked in known:
        return asked or usual
    not_known(request, name, asked)
    return usual


def not_known(request: HttpRequest, name: str, asked: str) -> None:
    """Say that the address asks for something that is not known here, and that it was left out."""
    line = f"The address asks for {name} “{asked[:LONGEST]}”, which is not known here. You see the page without it."
    say_ignored(request, line)
