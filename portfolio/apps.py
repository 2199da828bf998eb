"""Django's configuration of the app portfolio."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate

from portfolio.search_index import after_migrate, before_migrate


class PortfolioConfig(AppConfig):
    """The app portfolio."""

    name = "portfolio"

    def ready(self) -> None:
        """Keep the search index's triggers out of the way of migrations (see portfolio.search_index)."""
        pre_migrate.connect(_before_migrate, sender=self)
        post_migrate.connect(_after_migrate, sender=self)


def _before_migrate(using: str, plan: Any = (), **kwargs: Any) -> None:
    if plan:
        before_migrate(connections[using])


def _after_migrate(using: str, **kwargs: Any) -> None:
    after_migrate(connections[using])
