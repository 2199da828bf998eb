"""The quick entry: a mere idea in five fields, filed at once."""

import uuid

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portfolio.errors import PortfolioError
from portfolio.forms.requests import HeadsUpForm
from portfolio.permissions import can_file
from portfolio.selectors import silos_to_file_for
from portfolio.services.filing import file_heads_up
from portfolio.tasks import wake_scanner
from portfolio.views.filing import KIND_NOTES
from portfolio.views.who import person_of


@never_cache
@require_http_methods(["GET", "POST"])
def request_quick(http: HttpRequest) -> HttpResponse:
    """File a heads-up; the five steps can complete it later."""
    silos = silos_to_file_for(http.user)
    if not can_file(http.user) or not silos:
        raise PermissionDenied("Only heads of departments, architects and administrators file requests.")
    form = HeadsUpForm(http.POST if http.method == "POST" else None, silos=silos, initial={"token": str(uuid.uuid4())})
    if http.method == "POST" and form.is_valid():
        try:
            request = file_heads_up(person=person_of(http), **form.cleaned_data)
        except PortfolioError as error:
            form.add_error(None, str(error))
        else:
            wake_scanner()
            return redirect(f"{request.get_absolute_url()}?filed=1")
    status = 422 if http.method == "POST" else 200
    return render(http, "portfolio/request_quick.html", {"form": form, "notes": KIND_NOTES}, status=status)
