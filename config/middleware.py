"""What happens before any view: addresses that no database can hold are refused, and pages that other packages bring
get the content security policy they need; Ombud's own pages keep the strict one of settings."""

import json
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

from csp.constants import UNSAFE_EVAL, UNSAFE_INLINE
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render, resolve_url
from django.utils.cache import add_never_cache_headers

#: The beginning of a path, and what its pages need on top. The administration site is built with Alpine, which makes
#: functions from attributes; the API's page of documentation writes styles into its elements.
LOOSER: dict[str, dict[str, list[str]]] = {
    "/admin/": {"script-src": [UNSAFE_EVAL, UNSAFE_INLINE], "style-src": [UNSAFE_INLINE]},
    "/api/v1/docs/": {"style-src": [UNSAFE_INLINE]},
}


#: Fields whose single word is worth keeping too.
TEXTS = frozenset({"title", "name", "problem", "proposal", "reason", "how", "why"})


class LooserPolicyMiddleware:
    """Loosens the policy for the pages of LOOSER, which only administrators, or developers, come to."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Tell the policy's own middleware, which stands outside this one, what to add."""
        response = self.get_response(request)
        for beginning, addition in LOOSER.items():
            if request.path.startswith(beginning) and not hasattr(response, "_csp_update"):
                response._csp_update = addition  # type: ignore[attr-defined]
        return response


class SignedOutMiddleware:
    """Tells a page that saves itself, or a panel that loads itself, that the person has been signed out: 401, which the
    page says in words. The sign-in page itself would land in the middle of what the person is typing. Words that were
    sent by a form come back on a page, to be copied: after signing in nobody would know them any more."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """401 instead of a way to the sign-in page, for htmx and for words that were sent."""
        response = self.get_response(request)
        if response.status_code != HTTPStatus.FOUND or request.user.is_authenticated:
            return response
        way = response.headers["Location"]
        if urlsplit(way).path != resolve_url(settings.LOGIN_URL):
            return response
        if "HX-Request" in request.headers:
            return HttpResponse(status=HTTPStatus.UNAUTHORIZED)
        typed = typed_words(request) if request.method == "POST" else []
        if not typed:
            return response
        page = render(request, "errors/401.html", {"typed": typed, "way": way}, status=HTTPStatus.UNAUTHORIZED)
        add_never_cache_headers(page)
        return page


def typed_words(request: HttpRequest) -> list[tuple[str, str]]:
    """What a form sent that somebody wrote: the name of each field and its words. Of a field that is no text of its own
    a single word in plain letters is a choice, a number or a token."""
    sent = ((name, text.strip()) for name, texts in request.POST.lists() for text in texts)
    typed = [(name, text) for name, text in sent if "password" not in name and _is_words(name, text)]
    return [(name.replace("_", " ").replace("-", " ").capitalize(), text) for name, text in typed]


def _is_words(name: str, text: str) -> bool:
    if text.startswith(("{", "[")) and _is_state(text):
        return False
    # Some scripts write without spaces.
    several = len(text.split()) > 1 or any(each.isalpha() and not each.isascii() for each in text)
    return several or bool(text and name.rpartition("-")[2] in TEXTS)


def _is_state(text: str) -> bool:
    """Whether a page of ours remembers something in it."""
    try:
        return isinstance(json.loads(text), dict | list)
    except ValueError:
        return False


class NoNulMiddleware:
    """Refuses addresses with a NUL character: PostgreSQL stores none, so nothing can be there. In a page's query and in
    cookies, where nobody types one, it is passed over."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """404 for such a path; 400 for such a query to the API."""
        in_api = request.path_info.startswith("/api/")
        if "\0" in request.path_info:
            if in_api:
                return _problem(404, "There is nothing here that you may see", "No address holds a NUL character.")
            raise Http404
        query = request.META.get("QUERY_STRING", "")
        if in_api and "%00" in query:
            return _problem(400, "The request cannot be understood", "The address holds a NUL character. Take it out.")
        while "%00" in query:  # what is left of "%0%000" is one again
            query = query.replace("%00", "")
        request.META["QUERY_STRING"] = query
        for name in [name for name, value in request.COOKIES.items() if "\0" in value]:
            del request.COOKIES[name]
        return self.get_response(request)


def _problem(status: int, title: str, detail: str) -> JsonResponse:
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return JsonResponse(body, status=status, content_type="application/problem+json")
