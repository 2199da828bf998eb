"""Django's configuration of the app config."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The app config."""

    name = "config"
