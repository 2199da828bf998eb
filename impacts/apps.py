"""Django's configuration of the app impacts."""

from django.apps import AppConfig


class ImpactsConfig(AppConfig):
    """The app impacts."""

    name = "impacts"
