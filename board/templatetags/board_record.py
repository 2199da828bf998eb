"""How what was changed after an approval is written on a page."""

from django import template

from board.selectors.decisions.changes import as_field

register = template.Library()
register.filter(as_field)
