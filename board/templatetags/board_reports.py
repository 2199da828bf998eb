"""How the cells of a report are written on a page."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django import template

from board.reporting.document import Cell, Heading
from customers.templatetags.ombud import money_text

register = template.Library()


@register.filter
def report_cell(cell: Cell) -> str:
    """The cell in words: money with its currency, days as days, whole numbers with commas, nothing for None."""
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return money_text(cell, short=True)
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return f"{cell:,}"
    if isinstance(cell, float):
        return f"{cell:,.1f}"
    if isinstance(cell, date):
        return f"{cell.day} {cell:%b} {cell.year}"
    return str(cell)


@register.filter
def numbered(headings: Sequence[Heading], place: int) -> bool:
    """Whether the column at this place holds numbers."""
    return headings[place].number
