"""The quarter's queue: asked, taken, left and carried over."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from board.permissions import can_see_orders
from board.reporting.bars import BarRow, Series, bars
from board.selectors.priorities.queue import COLUMNS, QueueLine, queue_cell, queue_page
from customers.csv_file import csv_file
from customers.quarters import quarter_label, read_quarter

SERIES = (Series("Taken", "acc"), Series("Turned away", ""), Series("Left, and carried over", "pale"))


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Quarter after quarter."""
    page = queue_page(request.user, today=timezone.localdate())
    rows = [
        BarRow(
            line.label,
            tuple(float(line.count(name)) for name in ("taken", "away", "left")),
            f"{line.count('taken')} of {line.count('carried_in') + line.count('asked')} taken",
            _url(line, "taken"),
        )
        for line in page.lines
    ]
    context = {
        "page": page,
        "chart": bars(rows, SERIES, what="Requests"),
        "columns": COLUMNS,
        "lines": [
            (line, [(label, *_cell(line, name), _url(line, name)) for name, label in COLUMNS.items()])
            for line in page.lines
        ],
        "sees_orders": can_see_orders(request.user),
    }
    return render(request, "priorities/queue.html", context)


def _cell(line: QueueLine, name: str) -> tuple[int, object]:
    return next((count, money) for column, count, money in line.cells if column == name)


def _url(line: QueueLine, column: str) -> str:
    return reverse("priorities:queue-cell", args=[line.code, column])


@require_safe
def queue_csv(request: HttpRequest) -> HttpResponse:
    """The quarters as CSV."""
    page = queue_page(request.user, today=timezone.localdate(), quarters=40)
    headings = ["Quarter", *COLUMNS.values()]
    if page.shows_money:
        headings += [f"{label}, one-off cost" for label in COLUMNS.values()]
    rows = []
    for line in page.lines:
        money = [cost for _, _, cost in line.cells] if page.shows_money else []
        rows.append([line.code, *(count for _, count, _ in line.cells), *money])
    return csv_file("queue", headings, rows)


@require_safe
def queue_detail(request: HttpRequest, quarter: str, column: str) -> HttpResponse:
    """The requests behind one figure."""
    when = read_quarter(quarter)
    if when is None or column not in COLUMNS:
        raise Http404("There is no such column of the queue.")
    rows = queue_cell(request.user, when, column)
    context = {
        "rows": rows,
        "label": COLUMNS[column],
        "quarter": quarter_label(when),
        "sees_orders": can_see_orders(request.user),
    }
    return render(request, "priorities/queue_cell.html", context)
