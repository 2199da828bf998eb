"""How the cells of a report are written on a page."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django import template

from board.packs.words import in_sentence
from board.reporting.document import Cell, Heading, Link
from customers.amounts import money_text

register = template.Library()
register.filter(in_sentence)

MINUS = "\u2212"


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
        return f"{cell:,}".replace("-", MINUS)
    if isinstance(cell, float):
        return f"{cell:,.1f}".replace("-", MINUS)
    if isinstance(cell, date):
        return f"{cell.day} {cell:%b} {cell.year}"
    return str(cell)


@register.filter
def numbered(headings: Sequence[Heading], place: int) -> bool:
    """Whether the column at this place holds numbers."""
    return headings[place].number


@register.filter
def keeps_to_a_line(cell: Cell) -> bool:
    """Whether the cell is a day or a reference, which are hard to read over several lines."""
    return isinstance(cell, date) or (isinstance(cell, Link) and " " not in cell.text)
