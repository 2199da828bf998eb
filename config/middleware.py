"""The content security policy of pages that other packages bring; Ombud's own pages keep the strict one of settings."""

from collections.abc import Callable

from csp.constants import UNSAFE_EVAL, UNSAFE_INLINE
from django.http import HttpRequest, HttpResponseBase

#: The beginning of a path, and what its pages need on top. The administration site is built with Alpine, which makes
#: functions from attributes; the API's page of documentation writes styles into its elements.
LOOSER: dict[str, dict[str, list[str]]] = {
    "/admin/": {"script-src": [UNSAFE_EVAL, UNSAFE_INLINE], "style-src": [UNSAFE_INLINE]},
    "/api/v1/docs/": {"style-src": [UNSAFE_INLINE]},
}


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
