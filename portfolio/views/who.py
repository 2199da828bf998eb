"""Who is at the other end."""

from typing import cast

from django.http import HttpRequest

from portfolio.models import Person


def person_of(http: HttpRequest) -> Person:
    """The signed-in person; the middleware lets nobody else through to our pages."""
    return cast(Person, http.user)
