"""Pages of the composition root: home, the style guide, and the answer to "are you there?"."""

from typing import cast

from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_GET

from config.home import home_page
from config.middleware import typed_words
from customers.styleguide import styleguide_context
from portfolio.models import Person


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What needs you now."""
    return render(request, "home.html", {"home": home_page(cast(Person, request.user))})


@require_GET
@staff_member_required
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component in every state."""
    return render(request, "styleguide.html", styleguide_context())


@require_GET
@login_not_required
def health(request: HttpRequest) -> HttpResponse:
    """Says "ok" while the database answers; for a load balancer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
def form_of_before(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was loaded before its person was signed out or in again: refused; its words come back to be copied.

    Words that another site sent are not shown: a browser says from where a form comes.
    """
    own = "Origin" in request.headers and not reason.startswith(("Origin", "Referer"))
    page = render(request, "403_csrf.html", {"typed": typed_words(request) if own else []}, status=403)
    add_never_cache_headers(page)
    return page
