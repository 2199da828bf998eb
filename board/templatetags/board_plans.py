"""What plans say of requests, with links to them; pages of one of several lists on a page."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from board.models import Scenario
from customers.templatetags.ombud_links import query_with
from portfolio.models.requests import REFERENCE

register = template.Library()

FEW, MANY, MOST = 8, 16, 200
"""So many requests are listed; of more than `MANY` only how many they are; and so many unfold."""


@register.filter
def with_links(text: object, names: Mapping[str, str] | None = None) -> SafeString:
    """The text, escaped, with each reference a link to its request; behind it what `names` says of the request."""
    escaped = str(escape(text or ""))
    linked = REFERENCE.sub(lambda found: _link(found[0], (names or {}).get(found[0], "")), escaped)
    return mark_safe(linked)  # noqa: S308 everything but the links is escaped


def _link(reference: str, name: str) -> str:
    url = reverse("portfolio:request-detail", kwargs={"reference": reference})
    link = format_html('<a class="ref" href="{}">{}</a>', url, reference)
    return format_html('{} <span class="soft">({})</span>', link, name) if name else link


@register.filter
def place_url(where: str, scenario: Scenario) -> str:
    """Where something is changed that a plan ran into (see `board.planning.ways.Place`)."""
    kind, _, key = where.partition(":")
    name, args = {
        "request": ("portfolio:request-detail", [key]),
        "register": ("customers:entry-list", [key]),
        "finding": ("impacts:finding-detail", [key]),
        "family": ("impacts:family-detail", [key]),
        "rules": ("impacts:rule-list", []),
    }.get(kind, ("plan:scenario-edit", [scenario.pk]))
    return reverse(name, args=args)


@register.filter
def few_links(references: list[str], names: Mapping[str, str] | None = None) -> SafeString:
    """Links to the requests with their titles, those beyond a few folded away, of many all of them; a dash where there
    are none."""
    first = FEW if len(references) <= MANY else 0
    shown, more = _listed(references[:first], names), references[first:]
    if not more:
        return shown or mark_safe("–")
    rest = _listed(more[:MOST], names, f"and {len(more) - MOST:,} more" if len(more) > MOST else "")
    said = f"and {len(more):,} more" if first else f"{len(more):,} requests"
    return format_html('{}<details><summary class="nowrap">{}</summary>{}</details>', shown, said, rest)


def _listed(references: list[str], names: Mapping[str, str] | None, end: str = "") -> SafeString:
    """One line a request; `end` says what is not listed."""
    lines = [*(with_links(each, names) for each in references), *filter(None, [end])]
    return (
        format_html('<ul class="plain">{}</ul>', format_html_join("", "<li>{}</li>", ((line,) for line in lines)))
        if lines
        else mark_safe("")
    )


@register.filter
def beside(cells: Sequence[Any], sheets: Sequence[Any]) -> list[tuple[Any, Any]]:
    """Each cell of a row with the plan that it is of: on a phone the plan's name stands in front of it."""
    return list(zip(cells, sheets, strict=True))


@register.inclusion_tag("components/pager.html", takes_context=True)
def list_pager(context: Context, page: Any, name: str, anchor: str, label: str) -> dict[str, object]:
    """Numbered pages of one list among several on a page: `name` is its parameter, `anchor` where it stands."""

    def url(number: int) -> str:
        return f"{query_with(context, **{name: number})}#{anchor}"

    shown = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    numbers = [{"number": each, "url": url(each) if isinstance(each, int) else ""} for each in shown]
    return {
        "numbers": numbers if page.paginator.num_pages > 1 else [],
        "current": page.number,
        "label": label,
        "previous_url": url(page.previous_page_number()) if page.has_previous() else "",
        "next_url": url(page.next_page_number()) if page.has_next() else "",
    }
