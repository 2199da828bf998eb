"""Taking back that requests became a family, when more was said since."""

from typing import Any

import pytest

from impacts.errors import FamilyProblem
from impacts.models import Family, Finding
from impacts.selectors.findings.findings import last_act
from impacts.services.findings.families import change_family, current_members, dissolve_family, restore_family
from impacts.services.findings.triage import (
    confirm_finding,
    dismiss_finding,
    join_as_family,
    join_cluster,
    undo_join,
    undo_last_act,
)
from portfolio.models import Person, ProjectRequest
from tests.factories import FindingFactory, filed_request

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(db: None) -> list[ProjectRequest]:
    return [filed_request() for _ in range(3)]


@pytest.fixture
def ties(three: list[ProjectRequest]) -> list[Finding]:
    made: list[Any] = [FindingFactory.create(between=three[:2]), FindingFactory.create(between=three[1:])]
    return made


@pytest.fixture
def family(three: list[ProjectRequest], ties: list[Finding], architect: Person) -> Family:
    made = join_cluster(requests=three, lead=three[0], owner=architect, title="Alerts", person=architect)
    for tie in ties:
        tie.refresh_from_db()
    return made


def states(ties: list[Finding]) -> list[str]:
    return [Finding.objects.get(pk=tie.pk).state for tie in ties]


def dismiss(tie: Finding, architect: Person) -> None:
    dismiss_finding(finding=tie, person=architect, version=tie.version, reason="Two markets")


def test_a_tie_that_was_dismissed_since_stays_dismissed(family: Family, ties: list[Finding], architect: Person) -> None:
    dismiss(ties[1], architect)
    undo_last_act(finding=ties[0], person=architect)
    assert states(ties) == ["open", "dismissed"]

    # The family is gone: without the dismissal the tie is as it was before both.
    undo_last_act(finding=ties[1], person=architect)
    assert (states(ties), last_act(ties[1])) == (["open", "open"], None)


def test_undoing_the_founding_keeps_what_was_said_since(family: Family, ties: list[Finding], architect: Person) -> None:
    dismiss(ties[1], architect)
    undo_join(family=family, person=architect)
    assert states(ties) == ["open", "dismissed"]
    assert family.dissolved_at is not None


def test_what_was_confirmed_before_the_family_is_confirmed_without_it(
    three: list[ProjectRequest], ties: list[Finding], architect: Person
) -> None:
    confirm_finding(finding=ties[1], person=architect, version=ties[1].version)
    join_as_family(finding=ties[1], person=architect, version=ties[1].version, lead=three[1], owner=architect)
    dismiss(ties[1], architect)
    undo_join(family=Family.objects.get(), person=architect)
    undo_last_act(finding=ties[1], person=architect)
    assert states(ties) == ["open", "confirmed"]


@pytest.fixture
def newcomer(family: Family, three: list[ProjectRequest], architect: Person) -> ProjectRequest:
    made: ProjectRequest = filed_request()
    tie: Any = FindingFactory.create(between=[three[0], made])
    join_as_family(finding=tie, person=architect, version=tie.version, lead=three[0], owner=architect)
    return made


def test_a_family_that_others_joined_is_not_undone_under_them(
    family: Family, ties: list[Finding], newcomer: ProjectRequest, architect: Person
) -> None:
    said = f"{newcomer.reference} joined family F-001 since"
    with pytest.raises(FamilyProblem, match=said):
        undo_last_act(finding=ties[0], person=architect)
    with pytest.raises(FamilyProblem, match=said):
        undo_join(family=family, person=architect)
    assert states(ties) == ["confirmed", "confirmed"]
    assert len(current_members(family)) == 4

    undo_last_act(finding=Finding.objects.get(requests=newcomer), person=architect)
    undo_join(family=family, person=architect)
    assert states(ties) == ["open", "open"]


def test_who_joined_leaves_with_the_undo_also_after_the_family_was_brought_back(
    family: Family, three: list[ProjectRequest], newcomer: ProjectRequest, architect: Person
) -> None:
    for change in (dissolve_family, restore_family):
        change(family=Family.objects.get(), person=architect)
    undo_last_act(finding=Finding.objects.get(requests=newcomer), person=architect)
    assert set(current_members(family)) == {request.pk for request in three}


def test_who_joined_and_leads_by_now_stays_until_another_leads(
    family: Family, newcomer: ProjectRequest, architect: Person
) -> None:
    family = Family.objects.get()
    change_family(family=family, lead=newcomer, owner=architect, title="Ours", version=family.version, person=architect)
    with pytest.raises(FamilyProblem, match="leads the family"):
        undo_last_act(finding=Finding.objects.get(requests=newcomer), person=architect)
    assert newcomer.pk in current_members(family)
    assert Finding.objects.get(requests=newcomer).state == "confirmed"
