"""Acts on findings, and taking them back."""

from collections.abc import Callable
from typing import Any

import pytest

from impacts.errors import ActNotPossible, FamilyProblem, FindingMoved, NotAllowed, NothingToUndo
from impacts.models import Family, FamilyMember, Finding, TriageAct
from impacts.services.findings.families import dissolve_family, restore_family, take_out
from impacts.services.findings.triage import (
    confirm_finding,
    dismiss_finding,
    join_as_family,
    join_cluster,
    propose_merge,
    put_in_order,
    undo_join,
    undo_last_act,
)
from portfolio.models import Need, Person, ProjectRequest, Role, ScanMark
from tests.factories import FindingFactory, PersonFactory, filed_request, person_with

pytestmark = pytest.mark.django_db

Act = Callable[[Finding, Person, list[ProjectRequest]], TriageAct]


@pytest.fixture
def members(db: None) -> list[ProjectRequest]:
    return [filed_request(), filed_request()]


@pytest.fixture
def finding(members: list[ProjectRequest]) -> Finding:
    made: Finding = FindingFactory.create(between=members)
    return made


ACTS: dict[str, Act] = {
    "confirm": lambda f, p, m: confirm_finding(finding=f, person=p, version=f.version),
    "dismiss": lambda f, p, m: dismiss_finding(finding=f, person=p, version=f.version, reason="Two markets"),
    "merge": lambda f, p, m: propose_merge(finding=f, person=p, version=f.version, survivor=m[0]),
    "family": lambda f, p, m: join_as_family(finding=f, person=p, version=f.version, lead=m[0], owner=p),
    "order": lambda f, p, m: put_in_order(finding=f, person=p, version=f.version, first=m[0], later=m[1]),
}


@pytest.mark.parametrize("kind", ACTS)
def test_an_act_is_recorded_and_undone_exactly(
    kind: str, finding: Finding, members: list[ProjectRequest], architect: Person
) -> None:
    before = (finding.state, finding.came_back)
    act = ACTS[kind](finding, architect, members)
    assert act.state_after == ("dismissed" if kind == "dismiss" else "confirmed")
    assert finding.state == act.state_after

    undo = undo_last_act(finding=finding, person=architect)
    assert (finding.state, finding.came_back) == before
    assert (undo.kind, undo.undoes) == ("undo", act)
    assert TriageAct.objects.filter(finding=finding).count() == 2
    assert not Need.objects.exists()
    assert not FamilyMember.objects.filter(left_at__isnull=True).exists()


def test_a_long_reason_for_an_order_is_kept_whole_and_shortened_visibly_beside_the_need(
    finding: Finding, members: list[ProjectRequest], architect: Person
) -> None:
    reason = "w" * 2000
    act = put_in_order(
        finding=finding, person=architect, version=finding.version, first=members[0], later=members[1], reason=reason
    )
    assert act.reason == reason
    assert Need.objects.get().why == "w" * 499 + "…"
    undo_last_act(finding=finding, person=architect)
    assert not Need.objects.exists()


@pytest.mark.parametrize("kind", ACTS)
def test_only_an_architect_acts(
    kind: str, finding: Finding, members: list[ProjectRequest], requester: Person, cio: Person
) -> None:
    for person in (requester, cio, members[0].requester):
        with pytest.raises(NotAllowed):
            ACTS[kind](finding, person, members)
    finding.refresh_from_db()
    assert finding.state == "open"
    assert not TriageAct.objects.exists()
    assert not Family.objects.exists()
    assert not Need.objects.exists()


def test_the_second_of_two_architects_is_told_what_the_first_did(finding: Finding, architect: Person) -> None:
    other = person_with(Role.ARCHITECT, name="Ben Second")
    seen = Finding.objects.get(pk=finding.pk)
    dismiss_finding(finding=finding, person=architect, version=finding.version, reason="Two different markets")
    with pytest.raises(FindingMoved, match=r"Anna Architect.*Two different markets"):
        confirm_finding(finding=seen, person=other, version=seen.version)
    finding.refresh_from_db()
    assert finding.state == "dismissed"
    assert TriageAct.objects.count() == 1


def test_a_dismissal_needs_its_reason_and_remembers_what_it_rests_on(
    finding: Finding, members: list[ProjectRequest], architect: Person
) -> None:
    with pytest.raises(ActNotPossible, match="why"):
        dismiss_finding(finding=finding, person=architect, version=finding.version, reason="  ")
    dismiss_finding(finding=finding, person=architect, version=finding.version, reason="Two markets")
    assert set(finding.dismissed_material or []) == {
        *finding.material,
        *(f"member:{request.pk}" for request in members),
    }


def test_what_carries_the_others_is_one_of_them(finding: Finding, architect: Person) -> None:
    with pytest.raises(ActNotPossible):
        propose_merge(finding=finding, person=architect, version=finding.version, survivor=filed_request())
    assert not TriageAct.objects.exists()


def test_order_makes_the_later_one_need_the_first_and_marks_it(
    finding: Finding, members: list[ProjectRequest], architect: Person
) -> None:
    first, later = members
    ScanMark.objects.all().delete()
    put_in_order(
        finding=finding, person=architect, version=finding.version, first=first, later=later, reason="Pipe first"
    )
    need = Need.objects.get()
    assert (need.request, need.needs, need.why) == (later, first, "Pipe first")
    later.refresh_from_db()
    assert ScanMark.objects.get(request=later).version == later.version == 2
    with pytest.raises(ActNotPossible, match="already"):
        put_in_order(finding=finding, person=architect, version=finding.version, first=first, later=later)


def test_two_requests_are_not_made_to_wait_for_each_other(
    finding: Finding, members: list[ProjectRequest], architect: Person
) -> None:
    first, later = members
    put_in_order(finding=finding, person=architect, version=finding.version, first=first, later=later)
    with pytest.raises(ActNotPossible, match="wait for each other"):
        put_in_order(finding=finding, person=architect, version=finding.version, first=later, later=first)
    assert Need.objects.get().needs == first

    undo_last_act(finding=finding, person=architect)
    put_in_order(finding=finding, person=architect, version=finding.version, first=later, later=first)
    assert Need.objects.get().needs == later


def test_undo_of_an_act_on_a_finding_that_closed_meanwhile_waits_for_its_return(
    finding: Finding, architect: Person
) -> None:
    confirm_finding(finding=finding, person=architect, version=finding.version)
    Finding.objects.filter(pk=finding.pk).update(state="closed", state_before_closing="confirmed")
    undo_last_act(finding=finding, person=architect)
    assert (finding.state, finding.state_before_closing) == ("closed", "open")


def test_nothing_is_undone_twice(finding: Finding, architect: Person) -> None:
    act = confirm_finding(finding=finding, person=architect, version=finding.version)
    undo_last_act(finding=finding, person=architect, act=act)
    with pytest.raises(NothingToUndo):
        undo_last_act(finding=finding, person=architect, act=act)
    with pytest.raises(NothingToUndo):
        undo_last_act(finding=finding, person=architect)


def test_acts_are_undone_one_after_the_other(finding: Finding, architect: Person) -> None:
    confirm_finding(finding=finding, person=architect, version=finding.version)
    dismiss_finding(finding=finding, person=architect, version=finding.version, reason="On second thought")
    undo_last_act(finding=finding, person=architect)
    assert finding.state == "confirmed"
    undo_last_act(finding=finding, person=architect)
    assert finding.state == "open"


def test_the_other_joins_a_family_that_stands_and_leaves_it_with_the_undo(
    finding: Finding, members: list[ProjectRequest], architect: Person
) -> None:
    join_as_family(finding=finding, person=architect, version=finding.version, lead=members[0], owner=architect)
    third = filed_request()
    second: Any = FindingFactory.create(between=[members[1], third])
    act = join_as_family(finding=second, person=architect, version=second.version, lead=third, owner=architect)
    family = Family.objects.get()
    assert act.family == family
    assert FamilyMember.objects.filter(left_at__isnull=True).count() == 3

    undo_last_act(finding=second, person=architect)
    standing = FamilyMember.objects.filter(left_at__isnull=True)
    assert {row.request for row in standing} == set(members)
    family.refresh_from_db()
    assert family.dissolved_at is None


def test_a_request_is_in_one_family_only(finding: Finding, members: list[ProjectRequest], architect: Person) -> None:
    join_as_family(finding=finding, person=architect, version=finding.version, lead=members[0], owner=architect)
    with pytest.raises(FamilyProblem, match="already in family F-001"):
        join_cluster(
            requests=[members[0], filed_request()], lead=members[0], owner=architect, title="", person=architect
        )
    assert Family.objects.count() == 1


def test_a_team_owns_no_family(finding: Finding, members: list[ProjectRequest], architect: Person) -> None:
    team = PersonFactory.create(kind=Person.Kind.TEAM, name="The team")
    with pytest.raises(FamilyProblem, match="a team or mailbox, not a person"):
        join_as_family(finding=finding, person=architect, version=finding.version, lead=members[0], owner=team)
    finding.refresh_from_db()
    assert finding.state == "open"


def test_joining_a_cluster_confirms_its_ties_and_the_undo_opens_them(
    finding: Finding, members: list[ProjectRequest], architect: Person
) -> None:
    third = filed_request()
    other: Any = FindingFactory.create(between=[members[0], third])
    outside: Any = FindingFactory.create(between=[third, filed_request()])
    family = join_cluster(requests=[*members, third], lead=third, owner=architect, title="Alerts", person=architect)
    states = dict(Finding.objects.values_list("pk", "state"))
    assert (states[finding.pk], states[other.pk], states[outside.pk]) == ("confirmed", "confirmed", "open")

    undo_join(family=family, person=architect)
    assert set(Finding.objects.values_list("state", flat=True)) == {"open"}
    assert family.dissolved_at is not None


def test_a_dissolved_family_comes_back_with_its_members(
    finding: Finding, members: list[ProjectRequest], architect: Person
) -> None:
    third = filed_request()
    family = join_cluster(requests=[*members, third], lead=third, owner=architect, title="Alerts", person=architect)
    take_out(family=family, request=members[0], person=architect)
    dissolve_family(family=family, person=architect)
    restore_family(family=family, person=architect)
    standing = FamilyMember.objects.filter(family=family, left_at__isnull=True)
    assert {row.request for row in standing} == {members[1], third}
    with pytest.raises(FamilyProblem, match="Two requests are the least"):
        take_out(family=family, request=members[1], person=architect)
