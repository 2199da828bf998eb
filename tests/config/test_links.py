"""No page offers a way that ends at a closed or a missing door: each role walks the demo's bank link by link."""

import re
from collections import deque
from collections.abc import Iterable

import pytest
from django.db import connection
from django.test import Client
from django.urls import resolve

from config.demo.load import Loaded
from config.sign_ins import demo_sign_ins
from portfolio.models import Person
from portfolio.roles import Role
from tests.factories import SiloFactory, person_with

LINKS = re.compile(r'<a\b[^>]*\bhref="(/[^"#]*)')
# Leaving ends the walk; the administration links to pages of people's work that an administrator may not see.
ENDS = ("/accounts/logout/", "/admin/")
ROLES = (
    *("Department head", "IT architect", "Board secretary", "CIO"),
    *("Customer leader", "IT manager", "Segment manager", "Administrator"),
)


def links_of(page: str) -> Iterable[str]:
    return (link.replace("&amp;", "&") for link in LINKS.findall(page))


def walk(client: Client) -> tuple[int, list[str]]:
    """How many pages were walked, one for each route, and the links that ended at no page: address, status, where."""
    waiting, walked, dead = deque([("/", "")]), set(), []
    while waiting:
        address, where = waiting.popleft()
        route = resolve(address.partition("?")[0]).route
        if route in walked or address.startswith(ENDS):
            continue
        walked.add(route)
        answer = client.get(address, follow=True)
        if answer.status_code >= 400:
            dead.append(f"{address} ({answer.status_code}) on {where}")
        elif answer["Content-Type"].startswith("text/html") and not answer.streaming:
            waiting.extend((link, address) for link in links_of(answer.content.decode()))
    return len(walked), dead


@pytest.mark.skipif(connection.vendor != "sqlite", reason="links do not depend on the database: walked on SQLite")
@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_every_link_leads_to_a_page_that_this_role_may_see(bank: Loaded, client: Client, role: str) -> None:
    email = next(each.email for each in demo_sign_ins() if each.role == role)
    client.force_login(Person.objects.get(email=email))
    pages, dead = walk(client)
    assert dead == []
    assert pages > 60


@pytest.mark.skipif(connection.vendor != "sqlite", reason="links do not depend on the database: walked on SQLite")
@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_every_link_of_an_empty_ombud_leads_to_a_page_that_this_role_may_see(client: Client, role: Role) -> None:
    client.force_login(person_with(role, silo=SiloFactory.create()))
    pages, dead = walk(client)
    assert dead == []
    assert pages > 30
