"""How what was changed after an approval is written on a page."""

from datetime import date

from django import template

from board.selectors.decisions.changes import MONEY
from customers.templatetags.ombud import currency_sign, day

register = template.Library()
_DAYS = frozenset({"start", "go_live", "promised_by"})


@register.filter
def as_field(text: str, field: str) -> str:
    """One side of a difference as the rest of Ombud writes such a field: amounts in their currency, days as days."""
    if field in MONEY and text[:1].isdigit():
        return f"{currency_sign()}{text}"
    if field in _DAYS and text[:1].isdigit():
        return day(date.fromisoformat(text))
    return text
