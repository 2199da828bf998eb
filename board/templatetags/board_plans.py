"""What plans say of requests, with links to them."""

import re

from django import template
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

REFERENCE = re.compile(r"\bREQ-\d{4}-\d{4,}\b")


@register.filter
def with_links(text: object) -> SafeString:
    """The text, escaped, with each reference a link to its request."""
    escaped = str(escape(text or ""))
    return mark_safe(REFERENCE.sub(_link, escaped))  # noqa: S308 everything but the links is escaped


def _link(found: "re.Match[str]") -> str:
    url = reverse("portfolio:request-detail", kwargs={"reference": found[0]})
    return format_html('<a class="ref" href="{}">{}</a>', url, found[0])
