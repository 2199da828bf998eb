"""Rows of any table, without those that speak of a request which somebody may not see."""

from typing import Any

from django.db.models import QuerySet

from portfolio.models import ProjectRequest


def without_hidden(rows: QuerySet[Any], user: Any, *about: str) -> QuerySet[Any]:
    """The rows that are about nothing `user` may not see. `about` are lookups from a row to requests. No query."""
    visible = ProjectRequest.objects.visible_to(user).order_by().values("pk")
    hidden = ProjectRequest.objects.exclude(pk__in=visible).order_by().values("pk")
    for lookup in about:
        rows = rows.exclude(**{f"{lookup}__in": hidden})
    return rows
