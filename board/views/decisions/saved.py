"""What saying "whoa" saved: for the board and the architects, since it adds up what every department asks for."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from board.packs.words import counted, listed
from board.selectors.decisions.decisions import condition_counts
from board.selectors.decisions.saved import Figure, SavedPage, saved_page
from board.views.loading import board_only
from customers.amounts import money_text
from customers.csv_file import csv_file

HEADINGS = (
    "Reference",
    "Title",
    "Department",
    "What became of it",
    "In",
    "Decision",
    "Decided",
    "Asked",
    "Goes on",
    "Saved",
)


@require_safe
@board_only
def saved(request: HttpRequest) -> HttpResponse:
    """The three figures, each with its rows."""
    page = saved_page()
    context = {
        "page": page,
        "headline": _headline(page),
        "stats": _stats(page),
        "counts": condition_counts(request.user),
        "is_board": True,
    }
    return render(request, "board/saved.html", context)


def _stats(page: SavedPage) -> list[dict[str, str]]:
    money = money_text(page.spend.total, short=True)
    return [
        {"label": "Not spent twice", "value": money, "url": "#spend", "trend": _by(page.spend)},
        {"label": "Contacts not sent", "value": _count(page.not_sent), "url": "#not-sent", "trend": _by(page.not_sent)},
        {"label": "Contacts put off", "value": _count(page.put_off), "url": "#put-off", "trend": _by(page.put_off)},
    ]


def _by(figure: Figure) -> str:
    return f"by {counted(len(figure.rows), 'request')}"


def _headline(page: SavedPage) -> str:
    said = []
    if page.spend.total:
        said.append(f"{money_text(page.spend.total, short=True)} was not spent twice")
    if page.not_sent.total:
        said.append(f"{_count(page.not_sent)} contacts were not sent")
    if page.put_off.total:
        said.append(f"{_count(page.put_off)} contacts wait")
    if not said:
        return "Nothing has been saved by saying “whoa” yet"
    return listed(said)


def _count(figure: Figure) -> str:
    return f"{int(figure.total):,}"


@require_safe
@board_only
def saved_csv(request: HttpRequest, figure: str) -> HttpResponse:
    """The rows of one figure."""
    figures: dict[str, Figure] = {
        "spend": (page := saved_page()).spend,
        "not-sent": page.not_sent,
        "put-off": page.put_off,
    }
    if figure not in figures:
        raise Http404("There is no such figure.")
    return csv_file(f"saved-{figure}", HEADINGS, [_cells(row) for row in figures[figure].rows])


def _cells(row: Any) -> list[Any]:
    saved_row = row.saved
    return [
        row.request.reference,
        row.request.title,
        row.request.silo.name,
        row.how,
        row.into.reference if row.into else "",
        row.decision,
        timezone.localdate(row.at).isoformat(),
        round(saved_row.gross, 2),
        round(saved_row.taken_over, 2),
        round(saved_row.amount, 2),
    ]
