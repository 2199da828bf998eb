"""Short messages after an act, shown once at the foot of the next page, where it makes sense with an undo button."""

from django.contrib import messages
from django.http import HttpRequest


def toast(request: HttpRequest, text: str, *, undo_url: str = "", level: int = messages.SUCCESS) -> None:
    """Tell the person what happened on the page they see next.

    `undo_url` is a path of our own (it begins with one slash) that takes the act back when POSTed to; a `next` field
    with the page the person is on goes with it. Raises ValueError for any other address.
    """
    if undo_url and (not undo_url.startswith("/") or undo_url.startswith("//") or " " in undo_url):
        raise ValueError(f"not a path of this site: {undo_url!r}")
    messages.add_message(request, level, text, extra_tags=f"undo:{undo_url}" if undo_url else "")
