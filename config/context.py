"""What every page's frame shows: the navigation and how many notifications wait."""

from typing import Any

from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """The frame's variables."""
    return {}
