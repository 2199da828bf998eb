"""Triage: what else stands between the requests of a finding."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from impacts.models import Finding
from portfolio.models import Person, ProjectRequest, Silo
from tests.factories import FindingFactory, filed_request

pytestmark = pytest.mark.django_db

ClientAs = Callable[[Person], Client]


@pytest.fixture
def pair(cards: Silo, retail: Silo, requester: Person, outsider: Person) -> list[ProjectRequest]:
    return [
        filed_request(silo=cards, requester=requester, title="Spend alerts"),
        filed_request(silo=retail, requester=outsider, title="Notification centre"),
    ]


@pytest.fixture
def finding(pair: list[ProjectRequest]) -> Finding:
    made: Finding = FindingFactory.create(between=pair, title="Cards and Retail ask for the same")
    return made


def test_a_finding_names_what_else_stands_between_its_requests(
    client_as: ClientAs, architect: Person, finding: Finding, pair: list[ProjectRequest]
) -> None:
    opposed = {"rule": "opposed-aim", "kind": "conflict"}
    against = FindingFactory.create(between=pair, title="They pull in opposite directions", **opposed)
    FindingFactory.create(between=pair[:1], title="Only one of them")
    for state in (Finding.State.DISMISSED, Finding.State.CLOSED):
        FindingFactory.create(between=pair, title=f"It is {state}", state=state, **opposed)

    def page(of: Finding) -> str:
        text = client_as(architect).get(of.get_absolute_url() + "?silo=").content.decode()
        start = text.index("What else the two are part of")
        return text[start : text.index("</section>", start)]

    assert f'Opposed aims: <a href="{against.get_absolute_url()}?silo=">They pull in opposite directions</a>' in page(
        finding
    )
    assert finding.title in page(against)
    assert page(finding).count("<li>") == 1


def test_what_else_stands_between_is_told_of_so_many_and_takes_the_same_queries(
    client_as: ClientAs,
    architect: Person,
    finding: Finding,
    pair: list[ProjectRequest],
    django_assert_max_num_queries: Any,
) -> None:
    client = client_as(architect)

    def page() -> tuple[str, int]:
        with django_assert_max_num_queries(60) as captured:
            text = client.get(finding.get_absolute_url()).content.decode()
        return text, len(captured)

    FindingFactory.create(between=pair, kind="conflict")
    page()
    few = page()[1]
    for _ in range(7):
        FindingFactory.create(between=pair, kind="conflict")
    text, many = page()
    assert "and 3 more</p>" in text
    assert many == few


def test_what_else_stands_between_hides_what_a_confidential_request_is_about(
    client_as: ClientAs, reader: Person, finding: Finding, pair: list[ProjectRequest]
) -> None:
    hidden = filed_request(silo=pair[0].silo, requester=pair[0].requester, title="Secret sale", confidential=True)
    other = FindingFactory.create(between=[*pair, hidden], title="Three touch the Secret sale", kind="conflict")
    page = client_as(reader).get(finding.get_absolute_url()).content.decode()
    assert "What else the two are part of" in page
    assert other.get_absolute_url() in page
    assert "Secret sale" not in page
