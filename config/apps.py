"""Django's configuration of the app config."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The app config."""

    name = "config"

    def ready(self) -> None:
        """Register the system checks."""
        from config import checks  # noqa: F401, PLC0415 - importing registers
