"""Django's configuration of the app portfolio."""

from django.apps import AppConfig


class PortfolioConfig(AppConfig):
    """The app portfolio."""

    name = "portfolio"
