"""Findings on the administration site: to administer is not to see what is confidential."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from portfolio.models import Person, ProjectRequest
from tests.factories import (
    AnswerFactory,
    ClusterFactory,
    FamilyFactory,
    FindingChangeFactory,
    FindingFactory,
    ScanRunFactory,
    TagSuggestionFactory,
    TriageActFactory,
    draft_request,
    filed_request,
)

pytestmark = pytest.mark.django_db

ClientAs = Callable[[Person], Client]
LISTS = ["finding", "triageact", "answer", "findingchange", "cluster", "family", "tagsuggestion"]
SECRET = "The secret sale of a branch"


@pytest.fixture
def pair() -> list[ProjectRequest]:
    requests = [filed_request(title=SECRET), filed_request()]
    finding = FindingFactory.create(between=requests, title=SECRET)
    TriageActFactory.create(finding=finding, reason=SECRET)
    AnswerFactory.create(finding=finding, request=requests[1], text=SECRET)
    FindingChangeFactory.create(finding=finding)
    ClusterFactory.create(holding=requests, title=SECRET)
    FamilyFactory.create(lead=requests[0], with_members=requests[1:], title=SECRET)
    TagSuggestionFactory.create(request=requests[0])
    ScanRunFactory.create()
    return requests


@pytest.mark.parametrize("model", LISTS)
def test_rows_about_a_confidential_request_are_not_shown(
    client_as: ClientAs, administrator: Person, pair: list[ProjectRequest], model: str
) -> None:
    url = reverse(f"admin:impacts_{model}_changelist")
    assert SECRET in client_as(administrator).get(url).content.decode()
    ProjectRequest.objects.filter(pk=pair[0].pk).update(confidential=True)
    assert SECRET not in client_as(administrator).get(url).content.decode()


def test_a_finding_with_a_confidential_request_has_no_page(
    client_as: ClientAs, administrator: Person, pair: list[ProjectRequest]
) -> None:
    finding = pair[0].findings.get()
    url = reverse("admin:impacts_finding_change", args=[finding.pk])
    assert client_as(administrator).get(url).status_code == 200
    ProjectRequest.objects.filter(pk=pair[0].pk).update(confidential=True)
    assert client_as(administrator).get(url).status_code == 302


def test_suggestions_for_somebody_elses_draft_are_not_shown(client_as: ClientAs, administrator: Person) -> None:
    draft = draft_request(title=SECRET)
    TagSuggestionFactory.create(request=draft)
    page = client_as(administrator).get(reverse("admin:impacts_tagsuggestion_changelist")).content.decode()
    assert draft.reference not in page


def test_runs_of_the_scanner_are_shown(client_as: ClientAs, administrator: Person) -> None:
    ScanRunFactory.create(requests=4711)
    assert "4711" in client_as(administrator).get(reverse("admin:impacts_scanrun_changelist")).content.decode()
