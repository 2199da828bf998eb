"""Tags that draw small charts as SVG or classes; the large charts compute their layout in their own app."""

from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

_METER_WIDTH = 300
_LABEL_WIDTH = 60
_LINE = 16


@register.inclusion_tag("components/meter.html")
def contact_meter(others: int, yours: int, limit: int, text: str = "") -> dict[str, Any]:
    """Contacts that one customer would get in the policy's window: the others', yours, and what the policy allows.

    The bar is drawn so that both the sum and the limit fit; `text` replaces the sentence below it.
    """
    total = others + yours
    scale = _METER_WIDTH / max(total * 1.06, limit * 1.5, 1)
    limit_x = round(limit * scale, 1)
    limit_end = limit_x > _METER_WIDTH - _LABEL_WIDTH
    over = max(total - limit, 0)
    return {
        "others": others,
        "yours": yours,
        "total": total,
        "limit": limit,
        "over": over,
        "over_label": f"{over} over",
        "text": text
        or f"{total} {'contact' if total == 1 else 'contacts'} with your {yours}; the policy allows {limit}",
        "others_width": round(others * scale, 1),
        "yours_x": round(others * scale + (1 if others else 0), 1),
        "yours_width": round(yours * scale, 1),
        "limit_x": limit_x,
        "limit_text_x": round(limit_x - 5 if limit_end else limit_x + 5, 1),
        "limit_end": limit_end,
    }


@register.simple_tag
def heat_class(number: int, limit: int | None = None) -> str:
    """The classes of a heat-map cell: c, its step h0 to h5 (0, 1, 2, 3, 4-5, 6 and more), and brk beyond `limit`."""
    step = number if number < 4 else (4 if number < 6 else 5)
    broken = " brk" if limit is not None and number > limit else ""
    return f"c h{max(step, 0)}{broken}"


@register.simple_tag
def waterfall_bar(start: float, end: float, low: float, high: float, width: int = 240) -> SafeString:
    """One step of a running sum as a bar from `start` to `end` on an axis from `low` to `high`; a rule marks zero.

    Filled where the step speaks for (end > start), hollow where it speaks against. It repeats what the row says in
    words, so screen readers skip it.
    """
    span = (high - low) or 1
    left, right = sorted((start, end))

    def x(value: float) -> float:
        return round((value - low) / span * width, 1)

    return format_html(
        '<svg viewBox="0 0 {w} 22" width="{w}" height="22" aria-hidden="true" focusable="false">'
        '<line class="rule" x1="{zero}" x2="{zero}" y1="0" y2="22"/>'
        '<rect class="bar {side}" x="{x}" y="5" width="{bar}" height="12"/></svg>',
        w=width,
        zero=x(0),
        side="for" if end > start else "against",
        x=x(left),
        bar=max(round(x(right) - x(left), 1), 1),
    )


@register.simple_tag
def share_bar(part: float | Decimal, whole: float | Decimal, label: str, width: int = 240) -> SafeString:
    """A bar that fills `part` of `whole` (time used, budget used), red when it passes; `label` says it in words."""
    full = float(whole) or 1.0
    filled = min(float(part) / full, 1.0) * width
    return format_html(
        '<svg viewBox="0 0 {w} 10" width="{w}" height="10" role="img" aria-label="{label}">'
        '<rect class="bar pale" width="{w}" height="10"/><rect class="bar {tone}" width="{filled}" height="10"/></svg>',
        w=width,
        label=label,
        tone="over" if float(part) > full else "acc",
        filled=round(max(filled, 0), 1),
    )


@register.simple_tag
def svg_lines(text: object, x: float, y: float, most: int) -> SafeString:
    """The text for a <text>: on one line with its foot at `y`, or, longer than `most` characters, on two around it.

    It is broken between words. Only what does not fit on two lines ends in "…"; put the whole into a <title>.
    """
    lines = _two_lines(str(text), most)
    first = y - (len(lines) - 1) * _LINE / 2
    return format_html_join(
        " ",
        '<tspan x="{}" y="{}">{}</tspan>',
        ((f"{x:g}", f"{first + _LINE * n:g}", line) for n, line in enumerate(lines)),
    )


def _two_lines(text: str, most: int) -> tuple[str, ...]:
    """The text in at most two lines of at most `most` characters; the first is the longest that ends with a word."""
    if len(text) <= most:
        return (text,)
    at = text.rfind(" ", 0, most + 1)
    first, rest = (text[:at], text[at + 1 :]) if at > 0 else (text[:most], text[most:])
    return first, rest if len(rest) <= most else f"{rest[: most - 1].rstrip()}…"
