"""Families: who makes and changes them, what they are called, and that of two people only one succeeds."""

import pytest

from impacts.errors import FamilyProblem, NotAllowed
from impacts.models import Family
from impacts.services.findings.families import (
    change_family,
    current_members,
    dissolve_family,
    found_family,
    join_requests,
    restore_family,
    take_out,
)
from portfolio.models import Person, ProjectRequest
from tests.factories import filed_request

pytestmark = pytest.mark.django_db


@pytest.fixture
def members(db: None) -> list[ProjectRequest]:
    return [filed_request(), filed_request()]


@pytest.fixture
def family(members: list[ProjectRequest], architect: Person) -> Family:
    return found(members, architect)


def found(members: list[ProjectRequest], architect: Person) -> Family:
    return found_family(members=members, lead=members[0], owner=architect, title="Alerts", person=architect)


def test_families_are_numbered_one_after_the_other(family: Family, architect: Person) -> None:
    others = [found([filed_request(), filed_request()], architect) for _ in range(2)]
    assert [each.code for each in (family, *others)] == ["F-001", "F-002", "F-003"]


def test_who_is_no_architect_makes_and_changes_none(
    family: Family, members: list[ProjectRequest], architect: Person, reader: Person
) -> None:
    with pytest.raises(NotAllowed):
        found([filed_request(), filed_request()], reader)
    with pytest.raises(NotAllowed):
        join_requests(family=family, requests=[filed_request()], person=reader)
    with pytest.raises(NotAllowed):
        take_out(family=family, request=members[1], person=reader)
    with pytest.raises(NotAllowed):
        change_family(
            family=family, lead=members[1], owner=architect, title="Mine", version=family.version, person=reader
        )
    with pytest.raises(NotAllowed):
        dissolve_family(family=family, person=reader)
    with pytest.raises(NotAllowed):
        restore_family(family=family, person=reader)
    family.refresh_from_db()
    assert (family.title, family.lead, family.dissolved_at) == ("Alerts", members[0], None)
    assert current_members(family) == [request.pk for request in members]


def test_a_family_changes_its_lead_owner_and_name(
    family: Family, members: list[ProjectRequest], architect: Person, requester: Person
) -> None:
    change_family(
        family=family, lead=members[1], owner=requester, title="  One alert ", version=family.version, person=architect
    )
    family.refresh_from_db()
    assert (family.lead, family.owner, family.title) == (members[1], requester, "One alert")


@pytest.mark.parametrize("status", ["withdrawn", "rejected", "merged"])
def test_what_is_gone_leads_no_family(
    family: Family, members: list[ProjectRequest], architect: Person, requester: Person, status: str
) -> None:
    state = {"status": status, "survivor": filed_request() if status == "merged" else None}
    ProjectRequest.objects.filter(pk=members[1].pk).update(**state)
    gone = ProjectRequest.objects.get(pk=members[1].pk)
    more = {"owner": requester, "title": "One alert", "person": architect}
    with pytest.raises(FamilyProblem, match=f"is {status} and can lead nothing"):
        change_family(family=family, lead=gone, version=family.version, **more)
    back = change_family(family=family, lead=gone, version=family.version, decided=True, **more)
    assert back.lead == gone  # the board takes a decision back
    change_family(family=family, lead=members[0], version=family.version, **more)
    others = [gone, filed_request()]
    with pytest.raises(FamilyProblem, match="can lead nothing"):
        found_family(members=others, lead=gone, **more)
    # What leads already and is gone since stands in nobody's way to another name.
    ProjectRequest.objects.filter(pk=family.lead_id).update(**state)
    lead = ProjectRequest.objects.get(pk=family.lead_id)
    assert change_family(family=family, lead=lead, version=family.version, **more).title == "One alert"


def test_a_family_is_led_by_a_member_and_has_a_name(
    family: Family, members: list[ProjectRequest], architect: Person
) -> None:
    with pytest.raises(FamilyProblem, match="must be one of the family"):
        change_family(
            family=family, lead=filed_request(), owner=architect, title="T", version=family.version, person=architect
        )
    with pytest.raises(FamilyProblem, match="Give the family a name"):
        change_family(
            family=family, lead=members[1], owner=architect, title=" ", version=family.version, person=architect
        )


def test_who_saw_an_older_version_of_a_family_changes_nothing_and_other_families_stay(
    family: Family, members: list[ProjectRequest], architect: Person
) -> None:
    other = found([filed_request(), filed_request()], architect)
    seen = family.version
    change_family(family=family, lead=members[1], owner=architect, title="First", version=seen, person=architect)
    with pytest.raises(FamilyProblem, match="Somebody else changed this family"):
        change_family(family=family, lead=members[0], owner=architect, title="Second", version=seen, person=architect)
    family.refresh_from_db()
    assert family.title == "First"
    assert Family.objects.get(pk=other.pk).version == other.version


def test_a_family_that_is_dissolved_twice_still_knows_whom_it_had(
    family: Family, members: list[ProjectRequest], architect: Person
) -> None:
    dissolve_family(family=family, person=architect)
    with pytest.raises(FamilyProblem, match="F-001 is dissolved"):
        dissolve_family(family=Family.objects.get(), person=architect)
    restore_family(family=Family.objects.get(), person=architect)
    assert current_members(family) == [request.pk for request in members]


def test_a_dissolved_family_takes_nobody_in(family: Family, architect: Person) -> None:
    dissolve_family(family=family, person=architect)
    newcomer = filed_request()
    with pytest.raises(FamilyProblem, match="Bring it back first"):
        join_requests(family=family, requests=[newcomer], person=architect)
    assert found([newcomer, filed_request()], architect).code == "F-002"
