"""Addresses that no database can hold."""

from collections.abc import Callable

from django.test import Client

from portfolio.models import Person


def test_a_nul_in_the_address_is_nowhere(reader: Person, client_as: Callable[[Person], Client]) -> None:
    client = client_as(reader)
    for address in ("/requests/%00/", "/registers/touchpoints/%00/", "/api/v1/clusters/%00/"):
        assert client.get(address).status_code == 404, address
