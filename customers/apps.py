"""Django's configuration of the app customers."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """The app customers."""

    name = "customers"
