"""What the lifecycle does to findings: merges, holds and withdrawals close and reopen what they must."""

from datetime import date

import pytest

from impacts.models import Finding
from impacts.services.findings.triage import confirm_finding, dismiss_finding
from impacts.services.scans.scanning import scan_until_done
from portfolio.lifecycle import Status
from portfolio.models import Need, ProjectRequest
from portfolio.services.requests import move_request
from tests.factories import ImpactFactory, PersonFactory, SiloFactory, TouchpointFactory, filed_request

pytestmark = pytest.mark.django_db
READY, APPROVED = Status.READY.value, Status.APPROVED.value


def filed(title, status=READY, start=None, go_live=None):
    person = PersonFactory.create()
    return filed_request(
        silo=SiloFactory.create(),
        requester=person,
        title=title,
        problem=title,
        status=status,
        kind="regulatory",
        wanted_start=start,
        wanted_go_live=go_live,
    )


def move(request, target, person=None, **details):
    move_request(request=ProjectRequest.objects.get(pk=request.pk), target=target, person=person, why="So.", **details)
    scan_until_done()


def state(rule):
    return [finding.state for finding in Finding.objects.filter(rule=rule).order_by("id")]


@pytest.fixture
def colliding():
    """Two changes of one touchpoint on one day, scanned."""
    place = TouchpointFactory.create(name="Login")
    pair = [filed(title, go_live=date(2027, 3, 1)) for title in ("Fingerprints at the door", "Terms in plain words")]
    for request in pair:
        ImpactFactory.create(request=request, touchpoint=place)
    scan_until_done()
    return pair


@pytest.mark.parametrize("verdict", ["open", "confirmed", "dismissed"])
def test_a_withdrawal_closes_and_filing_again_reopens_with_what_was_said(colliding, architect, verdict):
    finding = Finding.objects.get(rule="change-collision")
    if verdict == "confirmed":
        confirm_finding(finding=finding, person=architect, version=finding.version)
    if verdict == "dismissed":
        dismiss_finding(finding=finding, person=architect, version=finding.version, reason="Same team.")
    move(colliding[1], Status.WITHDRAWN, colliding[1].requester)
    assert state("change-collision") == ["closed"]
    move(colliding[1], Status.SUBMITTED, colliding[1].requester)
    assert state("change-collision") == [verdict]


def test_what_is_merged_closes_its_findings(colliding, cio):
    move(colliding[1], Status.MERGED, cio, survivor=colliding[0])
    assert state("change-collision") == ["closed"]


def test_a_hold_changes_no_finding_for_what_is_held_may_still_come(colliding, cio):
    before = Finding.objects.filter(rule="change-collision").values("pk", "state", "severity", "title", "version")
    seen = list(before)
    move(colliding[0], Status.ON_HOLD, cio)
    assert list(before.all()) == seen
    move(colliding[0], Status.READY, cio)
    assert list(before.all()) == seen


def test_what_both_are_approved_for_is_serious_until_one_is_delivered(colliding, cio, architect):
    for request in colliding:
        move(request, Status.APPROVED, cio)
    assert Finding.objects.get(rule="change-collision").severity == "serious"
    move(colliding[0], Status.IN_DELIVERY, architect)
    assert state("change-collision") == ["open"]
    move(colliding[0], Status.DELIVERED, architect)
    assert state("change-collision") == ["closed"]


@pytest.fixture
def waiting():
    """One that needs another, which is there in time; and a third that comes late."""
    needing = filed("Instant credit", start=date(2027, 3, 1))
    needed = filed("Identity check", go_live=date(2027, 2, 1))
    late = filed("Who are you, once for all", go_live=date(2027, 9, 1))
    Need.objects.create(request=needing, needs=needed, why="It asks who somebody is.")
    scan_until_done()
    assert state("order") == []
    return needing, needed, late


def test_who_needed_what_is_merged_waits_for_the_one_that_carries_it(waiting, cio):
    needing, needed, late = waiting
    version = needing.version
    move(needed, Status.MERGED, cio, survivor=late)
    finding = Finding.objects.get(rule="order")
    assert set(finding.requests.all()) == {needing, late}
    needing.refresh_from_db()
    assert needing.version == version  # nobody who has it open loses what they type
    last = filed("One identity for the whole bank", go_live=date(2027, 1, 10))
    scan_until_done()
    move(late, Status.MERGED, cio, survivor=last)
    assert state("order") == ["closed"]


def test_who_carries_what_it_needed_waits_for_nobody(waiting, cio):
    needing, needed, _ = waiting
    ProjectRequest.objects.filter(pk=needed.pk).update(wanted_go_live=date(2027, 8, 1), updated_at="2027-01-01T00:00Z")
    move(needing, Status.APPROVED, cio)
    assert state("order") == ["open"]
    move(needed, Status.MERGED, cio, survivor=needing)
    assert state("order") == ["closed"]


def test_what_the_board_put_in_order_is_held_against_dates(waiting, cio):
    needing, _, late = waiting
    move(needing, Status.SEQUENCED, cio, after=[late])
    finding = Finding.objects.get(rule="order")
    assert set(finding.requests.all()) == {needing, late}
    move(needing, Status.READY, cio)
    assert state("order") == ["closed"]


def test_two_that_wait_for_each_other_are_a_circle_once_what_lay_between_is_merged(cio):
    first, between, last = (filed(title) for title in ("Scanners", "Archive", "Search"))
    Need.objects.create(request=first, needs=between, why="Somewhere to put it.")
    Need.objects.create(request=last, needs=first, why="Something to find.")
    scan_until_done()
    assert state("order") == []
    move(between, Status.MERGED, cio, survivor=last)
    finding = Finding.objects.get(rule="order")
    assert finding.about[1] == "circle"
    assert set(finding.requests.all()) == {first, last}


def test_who_leaves_a_group_has_only_that_group_looked_at_anew():
    desk, door = (TouchpointFactory.create(name=name, accountable=None) for name in ("Desk", "Door"))
    leaving, staying = filed("Fingerprints at the door"), filed("Terms in plain words")
    for request, place in ((leaving, desk), (staying, desk), (staying, door)):
        ImpactFactory.create(request=request, touchpoint=place)
    scan_until_done()
    at_desk, at_door = Finding.objects.filter(rule="unowned").order_by("id")

    move_request(
        request=ProjectRequest.objects.get(pk=leaving.pk),
        target=Status.WITHDRAWN,
        person=leaving.requester,
        why="So.",
    )
    counts = scan_until_done().counts
    assert list(at_desk.requests.all()) == [staying]
    assert counts["unchanged"] == 0, "the finding at the door was taken up although nothing of it changed"
    at_door.refresh_from_db()
    assert at_door.state == "open"
