"""Filters and tags that every page may use: marks for weight and state, people, money, dates, and matched words.

Everything here is presentation. Nothing reads the database; of our own only plain words are imported.
All tags that write HTML escape what they are given (`format_html`), whatever it holds.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any, cast

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from customers.amounts import count, currency_sign, money_text
from customers.days import as_local, day, long_day, when
from customers.quarters import quarter_code, quarter_label
from customers.words import listed, with_article

register = template.Library()
register.filter("quarter_label", quarter_label)
register.filter("quarter_code", quarter_code)
for written in (count, day, long_day, when, listed, with_article):
    register.filter(written)
register.simple_tag(currency_sign)

# The shapes say the weight without colour: octagon, triangle, ring, tick, each in a 16 px square.
_SHAPES = {
    "high": mark_safe(
        '<path class="shape" d="M5.2.9h5.6l4.3 4.3v5.6l-4.3 4.3H5.2L.9 10.8V5.2z"/>'
        '<path class="cut" d="M6.9 3.5h2.2l-.4 5.3H7.3zM6.9 10.3h2.2v2.2H6.9z"/>'
    ),
    "mid": mark_safe(
        '<path class="shape" d="M8 1l7.6 13.7H.4z"/><path class="cut" d="M7 5.7h2l-.4 4.4H7.4zM7 11.1h2V13H7z"/>'
    ),
    "low": mark_safe('<circle class="shape" cx="8" cy="8" r="5.5"/>'),
    "ok": mark_safe('<path class="shape" d="M2.4 8.6l3.8 3.8 7.3-8.2"/>'),
}
_SEVERITY_WORDS = {"high": "Serious", "mid": "Look", "low": "Note", "ok": "Clear"}
_SEVERITY_TONES = {
    "serious": "high",
    "high": "high",
    "3": "high",
    "look": "mid",
    "medium": "mid",
    "mid": "mid",
    "2": "mid",
    "note": "low",
    "low": "low",
    "1": "low",
    "clear": "ok",
    "ok": "ok",
    "good": "ok",
    "0": "ok",
}
_STATUS_TONES = {
    "draft": "draft",
    "withdrawn": "draft",
    "in_triage": "on",
    "ready": "on",
    "ready_for_board": "on",
    "in_delivery": "on",
    "approved": "good",
    "approved_with_conditions": "good",
    "delivered": "good",
    "on_hold": "stop",
    "hold": "stop",
    "returned": "stop",
    "open": "on",
    "confirmed": "good",
    "overdue": "stop",
}


# --- marks --------------------------------------------------------------------------------------------------------


@register.simple_tag
def severity(value: object, label: str | None = None) -> SafeString:
    """The mark for a weight: shape, then word. `value` is serious, look, note or clear (or high, mid, low, ok).

    `label` replaces the word ("14 over", "Two masters"); anything unknown is shown as a note, never left out.
    """
    tone = _SEVERITY_TONES.get(str(value).lower(), "low")
    word = label if label not in (None, "") else _SEVERITY_WORDS[tone]
    return format_html(
        '<span class="sev {}"><svg viewBox="0 0 16 16" aria-hidden="true" focusable="false">{}</svg>{}</span>',
        tone,
        _SHAPES[tone],
        word,
    )


@register.simple_tag
def status_tag(status: object, label: str | None = None) -> SafeString:
    """The tag for a state. `status` is the stored code; `label` the words (default: the code, spelt out)."""
    code = str(status).lower().replace("-", "_").replace(" ", "_")
    words = label or code.replace("_", " ").capitalize()
    tone = _STATUS_TONES.get(code, "")
    return format_html('<span class="tag{}">{}</span>', f" {tone}" if tone else "", words)


@register.filter
def full_name(person: object) -> str:
    """A person's name as people say it; "Nobody" for nobody."""
    if person is None or person == "":
        return "Nobody"
    get_full_name = getattr(person, "get_full_name", None)
    name = str(get_full_name()).strip() if callable(get_full_name) else ""
    return name or str(person)


def _initials(name: str) -> str:
    words = [word for word in re.split(r"[\s.@_-]+", name) if word]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@register.simple_tag
def person(someone: object, role: str = "", missing: str = "Nobody") -> SafeString:
    """Initials, name and role of one person; `missing` in red where there is none ("Nobody answers for letters")."""
    if someone is None or someone == "":
        return format_html('<span class="gap">{}</span>', missing)
    name = full_name(someone)
    return format_html(
        '<span class="person"><span class="initials" aria-hidden="true">{}</span><b>{}</b>{}</span>',
        _initials(name),
        name,
        format_html('<span class="role">{}</span>', role) if role else "",
    )


@register.filter
def mark_words(text: object, words: object) -> SafeString:
    """`text`, escaped, with each of `words` (a list, or one string of words) wrapped in <mark>.

    Whole words and phrases match, whatever their case, the longest first. A word of four letters or more also
    matches with a short ending ("alert" marks "alerting"), so that the matcher's stems can be shown; a shorter one
    only with an s.
    """
    plain = str(text if text is not None else "")
    wanted = words.split() if isinstance(words, str) else [str(word) for word in cast(Iterable[object], words or ())]
    wanted = sorted({word.strip() for word in wanted if word and word.strip()}, key=lambda word: (-len(word), word))
    if not wanted:
        return conditional_escape(plain)
    either = "|".join(re.escape(word) + (r"\w{0,3}" if len(word) > 3 else "s?") for word in wanted)
    pattern = re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)
    pieces: list[SafeString] = []
    at = 0
    for match in pattern.finditer(plain):
        pieces.append(conditional_escape(plain[at : match.start()]))
        pieces.append(format_html("<mark>{}</mark>", match.group()))
        at = match.end()
    pieces.append(conditional_escape(plain[at:]))
    return format_html_join("", "{}", ((piece,) for piece in pieces))


@register.filter
def mark_quoted(text: object, words: object) -> SafeString:
    """`text`, escaped, with `words` marked as by `mark_words`, but only between “ and ”.

    For sentences that quote what requests say: a department that is called as one of the words is not marked.
    """
    pieces = re.split(r"(“[^”]*”)", str(text if text is not None else ""))
    parts = (mark_words(piece, words if piece.startswith("“") else ()) for piece in pieces)
    return format_html_join("", "{}", ((part,) for part in parts))


# --- numbers, money, dates ----------------------------------------------------------------------------------------


@register.simple_tag(name="money")
def money_tag(amount: object, short: bool = False) -> str:
    """Tag form of `money_text`: {% money request.one_off_cost %}, {% money total short=True %}."""
    return money_text(amount, short)


@register.filter(name="money")
def money_filter(amount: object, style: str = "") -> str:
    """Filter form of `money_text`: {{ amount|money }} or {{ amount|money:"short" }}."""
    return money_text(amount, style == "short")


@register.simple_tag
def time_tag(value: dt.date | dt.datetime | None, style: str = "when") -> SafeString:
    """A <time> element. `style` is when, day or long; the machine's form goes into `datetime`."""
    if not value:
        return mark_safe("")
    words = {"day": day, "long": long_day}.get(style)
    text = words(value) if words else (when(value) if isinstance(value, dt.datetime) else day(value))
    return format_html('<time datetime="{}">{}</time>', as_local(value).isoformat(), text)


@register.filter
def get_item(mapping: Mapping[Any, Any] | None, key: object) -> object:
    """`mapping[key]`, or nothing; for lookups by a loop's variable."""
    return mapping.get(key) if mapping else None


# --- toasts -------------------------------------------------------------------------------------------------------


@register.filter
def undo_url(message: object) -> str:
    """The address that takes back what a message tells of (see `customers.toasts`); empty when there is none."""
    for part in str(getattr(message, "extra_tags", "") or "").split():
        if part.startswith("undo:/") and not part.startswith("undo://"):
            return part.removeprefix("undo:")
    return ""
