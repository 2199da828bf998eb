"""Pages of the composition root: home, the style guide, and the answer to "are you there?"."""

from typing import cast

from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from config.home import home_page
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
