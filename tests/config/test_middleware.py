"""Addresses that no database can hold."""

from collections.abc import Callable

from django.test import Client

from portfolio.models import Person


def test_a_nul_in_the_address_is_nowhere(reader: Person, client_as: Callable[[Person], Client]) -> None:
    client = client_as(reader)
    for address in ("/requests/%00/", "/registers/touchpoints/%00/", "/api/v1/clusters/%00/"):
        assert client.get(address).status_code == 404, address


def test_a_nul_in_a_pages_query_is_passed_over(reader: Person, client_as: Callable[[Person], Client]) -> None:
    client = client_as(reader)
    for address in ("/heat-map/?segment=%00", "/requests/?objective=%00&q=a%00b", "/customers/data-map/?with=%00"):
        response = client.get(address)
        assert response.status_code == 200, address
        assert "\0" not in response.content.decode()
