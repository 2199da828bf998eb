"""Django's configuration of the app board."""

from django.apps import AppConfig


class BoardConfig(AppConfig):
    """The app board."""

    name = "board"
