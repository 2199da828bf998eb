"""Addresses that no database can hold."""

from collections.abc import Callable

from django.http import HttpResponse
from django.test import Client, RequestFactory

from config.middleware import NoNulMiddleware
from portfolio.models import Person


def test_a_nul_in_the_address_is_nowhere(reader: Person, client_as: Callable[[Person], Client]) -> None:
    client = client_as(reader)
    for address in ("/requests/%00/", "/registers/touchpoints/%00/", "/api/v1/clusters/%00/"):
        assert client.get(address).status_code == 404, address


def test_a_nul_in_a_pages_query_is_passed_over(reader: Person, client_as: Callable[[Person], Client]) -> None:
    client = client_as(reader)
    for address in (
        "/heat-map/?segment=%00",
        "/requests/?objective=%00&q=a%00b",
        "/customers/data-map/?with=%00",
        "/requests/?q=a%0%000b",
    ):
        response = client.get(address)
        assert response.status_code == 200, address
        assert "\0" not in response.content.decode()


def test_a_cookie_with_a_nul_is_passed_over() -> None:
    request = RequestFactory().get("/", headers={"cookie": 'sessionid="\\000aaaaaaaa"; theme=dark'})
    NoNulMiddleware(lambda _: HttpResponse())(request)
    assert request.COOKIES == {"theme": "dark"}
