"""Django's configuration of the app customers."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CustomersConfig(AppConfig):
    """The app customers."""

    name = "customers"

    def ready(self) -> None:
        """Let every app add its registers, in its module `registers`."""
        autodiscover_modules("registers")
