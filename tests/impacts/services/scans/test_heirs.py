"""A finding about several requests goes on when the one that it is named after leaves: so does what was said of it."""

from datetime import date

import pytest

from customers.models import Touchpoint
from impacts.models import Finding, FindingChange
from impacts.selectors.findings.findings import last_act
from impacts.services.findings.triage import confirm_finding, dismiss_finding
from impacts.services.scans.scanning import scan_until_done
from portfolio.lifecycle import Status
from portfolio.models import Person, ProjectRequest
from tests.factories import ImpactFactory, TouchpointFactory, filed_request
from tests.impacts.services.scans.test_scanning import edit

pytestmark = pytest.mark.django_db


@pytest.fixture
def touchpoint(db: None) -> Touchpoint:
    made: Touchpoint = TouchpointFactory.create()
    return made


def changing(touchpoint: Touchpoint, *days: int) -> list[ProjectRequest]:
    requests = [filed_request(wanted_go_live=date(2031, 1, day)) for day in days]
    for request in requests:
        ImpactFactory.create(request=request, touchpoint=touchpoint)
    return requests


def collision() -> Finding:
    return Finding.objects.get(rule="change-collision", state__in=["open", "confirmed", "dismissed"])


@pytest.mark.parametrize("leave", [{"status": Status.WITHDRAWN.value}, {"wanted_go_live": date(2032, 1, 1)}])
def test_what_was_confirmed_stays_so_when_the_oldest_request_leaves(
    touchpoint: Touchpoint, architect: Person, leave: dict[str, object]
) -> None:
    oldest, *others = changing(touchpoint, 1, 2, 3)
    scan_until_done()
    finding = collision()
    confirm_finding(finding=finding, person=architect, version=finding.version, reason="One release for all.")

    edit(oldest, **leave)
    scan_until_done()
    same = collision()
    assert (same.pk, same.state) == (finding.pk, "confirmed")
    assert set(same.requests.all()) == set(others)
    said = last_act(same)
    assert said is not None
    assert said.reason == "One release for all."
    assert FindingChange.objects.filter(finding=same).latest("id").what == "changed"
    scan_until_done()
    assert Finding.objects.filter(rule="change-collision").count() == 1

    edit(oldest, status=Status.SUBMITTED.value, wanted_go_live=date(2031, 1, 1))
    scan_until_done()
    assert (collision().pk, collision().state) == (finding.pk, "confirmed")
    assert set(collision().requests.all()) == {oldest, *others}


def test_what_was_dismissed_comes_back_and_says_who_left(touchpoint: Touchpoint, architect: Person) -> None:
    oldest, *_ = changing(touchpoint, 1, 2, 3)
    scan_until_done()
    finding = collision()
    dismiss_finding(finding=finding, person=architect, version=finding.version, reason="All three are words only.")
    edit(oldest, status=Status.WITHDRAWN.value)
    scan_until_done()
    same = collision()
    assert (same.pk, same.state) == (finding.pk, "open")
    assert same.came_back.startswith("No longer: ")
    said = last_act(same)
    assert said is not None
    assert said.reason == "All three are words only."


def test_of_a_run_that_parts_the_larger_one_goes_on(touchpoint: Touchpoint) -> None:
    oldest, *others = changing(touchpoint, 13, 2, 24, 25)
    scan_until_done()
    finding = collision()
    edit(oldest, status=Status.WITHDRAWN.value)
    scan_until_done()
    same = collision()
    assert same.pk == finding.pk
    assert set(same.requests.all()) == set(others[1:])


def test_another_finding_of_the_same_thing_is_left_alone(touchpoint: Touchpoint) -> None:
    oldest, _, third, fourth = changing(touchpoint, 1, 2, 20, 21)
    scan_until_done()
    runs = Finding.objects.filter(rule="change-collision")
    first_run, second_run = runs.get(requests=oldest), runs.get(requests=third)
    edit(oldest, status=Status.WITHDRAWN.value)
    scan_until_done()
    first_run.refresh_from_db()
    assert first_run.state == "closed"
    assert collision() == second_run
    assert set(second_run.requests.all()) == {third, fourth}
