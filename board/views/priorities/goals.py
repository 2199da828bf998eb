"""What we want to reach, and what serves it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from board.permissions import can_see_orders
from board.priorities.tree import Sums
from board.reporting.bars import BarRow, Bars, Series, bars
from board.selectors.priorities.goals import Goals, goals_for
from customers.amounts import currency_sign, money_text
from customers.asked import one_of
from customers.csv_file import csv_file
from customers.permissions import can_change_registers

BY = {"objective": "By objective", "segment": "By segment", "silo": "By department"}
CHARTED = 20
"""So many segments or departments are drawn, the largest; the table has all."""

STAGES = (Series("Delivered", "acc"), Series("The board said yes", ""), Series("Waits for the board", "pale"))


@require_safe
def goal_list(request: HttpRequest) -> HttpResponse:
    """The tree of objectives with its sums, or the sums by segment or department."""
    by = one_of(request, "by", BY, usual="objective")
    goals = goals_for(request.user, by=by)
    context = {
        "goals": goals,
        "lines": [_line(goals, row.sums, row) for row in (goals.groups if by != "objective" else goals.rows)],
        "none": _line(goals, goals.none, None),
        "total": _line(goals, goals.total, None),
        "chart": _chart(goals, by),
        "left_out": max(len(goals.groups) - CHARTED, 0) if by != "objective" else 0,
        "by": by,
        "tabs": [
            {"label": label, "url": f"{reverse('priorities:goals')}?by={key}", "current": key == by}
            for key, label in BY.items()
        ],
        "may_change": can_change_registers(request.user),
        "sees_orders": can_see_orders(request.user),
    }
    return render(request, "priorities/goals.html", context)


def _line(goals: Goals, sums: Sums, row: Any) -> dict[str, Any]:
    return {
        "row": row,
        "sums": sums,
        "customers": sums.customers(goals.sizes),
        "visits": sums.visits(goals.visits),
        "messages": sums.messages(goals.sizes),
        "taken": len(sums.stages["taken"]),
        "delivered": len(sums.stages["delivered"]),
    }


def _chart(goals: Goals, by: str) -> Bars:
    """Money by stage; how many requests for who may not see money."""
    groups = (
        [(row.label, row.url, row.sums, 0) for row in goals.groups]
        if by != "objective"
        else [(str(row.objective), row.objective.get_absolute_url(), row.sums, row.depth) for row in goals.rows]
        + ([("Serves no objective", "#silent", goals.none, 0)] if goals.none.count else [])
    )
    if by != "objective":
        groups = sorted(groups, key=lambda group: -sum(_values(goals, group[2])))[:CHARTED]
    rows = [BarRow(name, _values(goals, sums), _words(goals, sums), url, depth) for name, url, sums, depth in groups]
    if not goals.shows_money:
        return bars(rows, STAGES, what="Requests")
    shared = "" if by == "silo" else ", in shares"
    return bars(rows, STAGES, what=f"One-off money{shared}", sign=currency_sign())


def _values(goals: Goals, sums: Sums) -> tuple[float, ...]:
    order = ("delivered", "taken", "asked")
    if goals.shows_money:
        return tuple(float(sums.money[stage]) for stage in order)
    return tuple(float(len(sums.stages[stage])) for stage in order)


def _words(goals: Goals, sums: Sums) -> str:
    count = f"{sums.count} request{'' if sums.count == 1 else 's'}"
    if not sums.count:
        return "nobody serves it"
    if not goals.shows_money:
        return count
    money = "no price said" if sums.unpriced >= sums.requests else money_text(sums.one_off, short=True)
    return f"{money}, {count}"


HEADINGS = (
    "Objective",
    "What it is",
    "Serves",
    "Who answers",
    "State",
    "% of the way",
    "Requests",
    "Board said yes",
    "Delivered",
    "Customers",
    "Visits a month",
    "Better for customers",
    "Worse for customers",
    "Contacts planned",
    "Promises kept",
    "Promises answered",
)


@require_safe
def goals_csv(request: HttpRequest) -> HttpResponse:
    """The tree as CSV."""
    goals = goals_for(request.user)
    headings = [*HEADINGS, "One-off money in shares", "Yearly money in shares"] if goals.shows_money else HEADINGS
    return csv_file("objectives", headings, [_cells(goals, row) for row in goals.rows])


def _cells(goals: Goals, row: Any) -> list[Any]:
    one, sums = row.objective, row.sums
    cells = [
        one.name,
        one.get_kind_display(),
        one.parent.name if one.parent else "",
        one.owner.name if one.owner and not one.owner.accountability_problem else "",
        row.standing.label,
        row.standing.percent,
        sums.count,
        len(sums.stages["taken"]),
        len(sums.stages["delivered"]),
        sums.customers(goals.sizes),
        sums.visits(goals.visits),
        sums.better,
        sums.worse,
        sums.messages(goals.sizes),
        sums.kept,
        sums.answered,
    ]
    return [*cells, sums.one_off, sums.yearly] if goals.shows_money else cells
