"""Tags that write links which keep the page's own address: filters, order and position stay unless they are changed."""

from typing import Any, cast

from django import forms, template
from django.forms.boundfield import BoundField
from django.http import HttpRequest, QueryDict
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


def _query(context: Context) -> QueryDict:
    request = cast("HttpRequest | None", context.get("request"))
    return request.GET.copy() if request is not None else QueryDict(mutable=True)


def _address(query: QueryDict) -> str:
    return "?" + query.urlencode()


@register.simple_tag(takes_context=True)
def query_with(context: Context, **changes: object) -> str:
    """The page's own query with `changes` made: a value sets, a list sets several, None or "" removes.

    The position in the list (`page`, `after`, `before`) is dropped unless it is itself set, because another filter
    or order makes it meaningless. Always begins with "?".
    """
    query = _query(context)
    for position in ("page", "after", "before"):
        if position not in changes:
            query.pop(position, None)
    for key, value in changes.items():
        if value is None or value == "":
            query.pop(key, None)
        elif isinstance(value, list | tuple):
            query.setlist(key, [str(each) for each in value])
        else:
            query[key] = str(value)
    return _address(query)


@register.simple_tag(takes_context=True)
def sort_link(context: Context, key: str, label: str, default: str = "") -> SafeString:
    """A link that sorts by `key`, and the other way when it already does (`?sort=key`, `?sort=-key`).

    `default` is the order the page has when the address names none.
    """
    now = _query(context).get("sort") or default
    target = f"-{key}" if now == key else key
    return format_html('<a class="sort" href="{}">{}</a>', query_with(context, sort=target), label)


@register.simple_tag(takes_context=True)
def sort_th(context: Context, key: str, label: str, numeric: bool = False, default: str = "") -> SafeString:
    """A whole header cell with its `sort_link`; `aria-sort` says the direction. `numeric` aligns right."""
    now = _query(context).get("sort") or default
    direction = {key: "ascending", f"-{key}": "descending"}.get(now)
    arrow = {"ascending": " \u2191", "descending": " \u2193"}.get(direction or "", "")
    return format_html(
        '<th scope="col"{}{}>{}{}</th>',
        mark_safe(' class="r"') if numeric else "",
        format_html(' aria-sort="{}"', direction) if direction else "",
        sort_link(context, key, label, default),
        format_html('<span aria-hidden="true">{}</span>', arrow) if arrow else "",
    )


def _shown_value(field: BoundField, raw: str) -> str:
    """What a person chose, in the words of the control."""
    choices = getattr(field.field, "choices", None)
    if choices is not None:
        for code, words in choices:
            if isinstance(words, list | tuple):
                for inner_code, inner_words in words:
                    if str(inner_code) == raw:
                        return str(inner_words)
            elif str(code) == raw:
                return str(words)
    if isinstance(field.field, forms.BooleanField):
        return "yes"
    return raw


@register.inclusion_tag("components/chips.html", takes_context=True)
def filter_chips(context: Context, form: forms.BaseForm) -> dict[str, object]:
    """A removable chip for each filter that is set in the address, and a link that clears all of them.

    `form` is the bound GET form of the page; each of its fields may be repeated in the address.
    """
    query = _query(context)
    chips: list[dict[str, str]] = []
    names: list[str] = []
    for bound in form:
        name = bound.html_name
        names.append(name)
        values = [value for value in query.getlist(name) if value]
        for value in values:
            rest = [other for other in values if other != value]
            chips.append(
                {
                    "label": str(bound.label),
                    "value": _shown_value(bound, value),
                    "url": query_with(context, **{name: rest or None}),
                }
            )
    return {"chips": chips, "clear_url": query_with(context, **dict.fromkeys(names)) if len(chips) > 1 else ""}


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: Context, page: Any, noun: str = "page", anchor: str = "", key: str = "page") -> dict[str, object]:
    """Numbered pages for a Django `Page`, keeping the filters; nothing when there is only one page. `anchor` is where
    on the page they lead, for a list that does not begin it; `key` names the number where a page has several lists."""
    paginator = page.paginator

    def url(number: int) -> str:
        return query_with(context, **{key: number}) + (f"#{anchor}" if anchor else "")

    numbers = [
        {"number": number, "url": url(number) if isinstance(number, int) else ""}
        for number in paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    ]
    return {
        "numbers": numbers if paginator.num_pages > 1 else [],
        "current": page.number,
        "noun": noun,
        "previous_url": url(page.previous_page_number()) if page.has_previous() else "",
        "next_url": url(page.next_page_number()) if page.has_next() else "",
    }
