"""Scanning: findings keep themselves, what people said is kept, and nothing is lost to two workers or a death."""

from datetime import date
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customers.models import Channel
from impacts.models import Cluster, DataUse, Finding, FindingChange, FindingMember, ScanRun, ScanTrouble
from impacts.services.findings.finding_changes import dismissal_basis
from impacts.services.findings.triage import dismiss_finding, undo_last_act
from impacts.services.scans import scanning
from impacts.services.scans.bulk import begin_bulk
from impacts.services.scans.full_scan import scan_all
from impacts.services.scans.scanning import scan_marked, scan_until_done
from portfolio.lifecycle import Status
from portfolio.models import Notification, Person, ProjectRequest, ScanMark, Silo
from portfolio.services.requests import touch_request
from tests.factories import (
    ContactPolicyFactory,
    DataDomainFactory,
    DataUseFactory,
    ImpactFactory,
    PlannedContactFactory,
    SegmentFactory,
    SystemFactory,
    TouchpointFactory,
    filed_request,
)

pytestmark = pytest.mark.django_db

ALERTS = {
    "title": "Spend alerts by push message",
    "problem": "Card holders learn of fraud from their statement, weeks late.",
    "proposal": "Tell a card holder at once by push message when money leaves the card.",
}
CENTRE = {
    "title": "Push message alerts when money leaves",
    "problem": "Card holders ask us to tell them at once when money leaves their card.",
    "proposal": "A push message tells card holders at once of spend and of fraud.",
}


OTHERS = (
    ("Payroll archive", "Old ledgers fill cellars.", "Scan them."),
    ("Lift maintenance", "Doors stick on the third floor.", "Replace the motors."),
    ("Vendor onboarding", "Suppliers wait for contracts.", "Sign electronically."),
    ("Cafeteria tills", "Queues at noon.", "Self checkout."),
    ("Mortgage valuation", "Surveyors write reports by hand.", "A tablet form."),
    ("Treasury forecast", "Liquidity is planned in spreadsheets.", "A model of cash flow."),
)


def unlike_others() -> None:
    """Requests that are like nothing else, so that the words of the others tell something."""
    for title, problem, proposal in OTHERS:
        filed_request(title=title, problem=problem, proposal=proposal)


@pytest.fixture
def twins(cards: Silo, retail: Silo) -> tuple[ProjectRequest, ProjectRequest]:
    """Two requests of two silos for the same thing, with unlike ones around them so that words tell something."""
    unlike_others()
    return filed_request(silo=cards, **ALERTS), filed_request(silo=retail, **CENTRE)


def edit(request: ProjectRequest, **fields: Any) -> None:
    """Change a request as the services do: version, mark and change in one transaction."""
    with transaction.atomic():
        touch_request(request=request)
        for name, value in fields.items():
            setattr(request, name, value)
        request.save()


def overlap_of(*requests: ProjectRequest) -> Finding:
    """The one same-purpose finding of these."""
    found = Finding.objects.filter(rule="same-purpose")
    for request in requests:
        found = found.filter(members__request=request)
    return found.get()


def dismiss(finding: Finding) -> None:
    """Dismiss a finding as the triage service does."""
    members = FindingMember.objects.filter(finding=finding).values_list("request_id", flat=True)
    basis = dismissal_basis(finding.material, members)
    Finding.objects.filter(pk=finding.pk).update(state="dismissed", dismissed_material=basis)


def test_filed_twins_are_found_and_the_marks_go(twins: tuple[ProjectRequest, ProjectRequest]) -> None:
    scan_until_done()

    finding = overlap_of(*twins)
    assert (finding.state, finding.kind, finding.severity) == ("open", "overlap", "serious")
    assert {change.what for change in finding.changes.all()} == {"found"}
    assert finding.evidence
    assert sum(line["weight"] or 0 for line in finding.evidence) == pytest.approx(finding.score, abs=0.001)
    assert not ScanMark.objects.exists()
    assert ScanRun.objects.get().error == ""


def test_scanning_again_changes_nothing(twins: tuple[ProjectRequest, ProjectRequest]) -> None:
    scan_until_done()
    before = list(Finding.objects.order_by("id").values("id", "identity", "score", "version", "state", "evidence"))

    with transaction.atomic():
        for request in twins:
            touch_request(request=request)
    scan_until_done()
    scan_all()

    assert (
        list(Finding.objects.order_by("id").values("id", "identity", "score", "version", "state", "evidence")) == before
    )
    assert not FindingChange.objects.exclude(what="found").exists()
    assert Cluster.objects.count() == 1


def test_a_request_that_changes_closes_its_findings_and_finds_them_again(
    twins: tuple[ProjectRequest, ProjectRequest],
) -> None:
    scan_until_done()
    finding = overlap_of(*twins)
    Finding.objects.filter(pk=finding.pk).update(state="confirmed")

    edit(twins[1], title="Parking places", problem="Visitors circle the building.", proposal="Paint lines.")
    scan_until_done()
    finding.refresh_from_db()
    assert (finding.state, finding.state_before_closing) == ("closed", "confirmed")
    assert finding.closed_at is not None

    edit(twins[1], **CENTRE)
    scan_until_done()
    finding.refresh_from_db()
    assert (finding.state, finding.closed_at) == ("confirmed", None)
    assert [change.what for change in finding.changes.all()] == ["found", "closed", "reopened"]


def test_a_request_that_leaves_closes_its_findings(twins: tuple[ProjectRequest, ProjectRequest]) -> None:
    scan_until_done()
    edit(twins[0], status=Status.WITHDRAWN.value)
    scan_until_done()

    assert overlap_of(*twins).state == "closed"
    assert not Cluster.objects.filter(closed_at__isnull=True).exists()


def test_dismissed_stays_dismissed_until_something_it_rests_on_changes(
    twins: tuple[ProjectRequest, ProjectRequest],
) -> None:
    scan_until_done()
    finding = overlap_of(*twins)
    dismiss(finding)

    edit(twins[0], wanted_go_live=date(2027, 5, 1))
    scan_all()
    finding.refresh_from_db()
    assert finding.state == "dismissed"

    touchpoint = TouchpointFactory.create(name="Push message")
    for request in twins:
        ImpactFactory.create(request=request, touchpoint=touchpoint)
        edit(request)
    scan_until_done()
    finding.refresh_from_db()
    assert finding.state == "open"
    assert "both touch Push message" in finding.came_back
    assert finding.changes.filter(what="came_back").count() == 1


def test_a_dismissed_finding_that_closed_is_dismissed_again_when_found_again(
    twins: tuple[ProjectRequest, ProjectRequest],
) -> None:
    scan_until_done()
    finding = overlap_of(*twins)
    dismiss(finding)
    edit(twins[1], status=Status.WITHDRAWN.value)
    scan_until_done()
    edit(twins[1], status=Status.SUBMITTED.value)
    scan_until_done()

    finding.refresh_from_db()
    assert finding.state == "dismissed"


def test_a_group_keeps_its_identity_when_members_join_and_leave(cards: Silo, retail: Silo) -> None:
    touchpoint = TouchpointFactory.create(name="Text message", accountable=None)
    first, second, third = filed_request(silo=cards), filed_request(silo=retail), filed_request(silo=retail)
    ImpactFactory.create(request=first, touchpoint=touchpoint)
    ImpactFactory.create(request=second, touchpoint=touchpoint)
    scan_until_done()
    finding = Finding.objects.get(rule="unowned")

    ImpactFactory.create(request=third, touchpoint=touchpoint)
    edit(third)
    scan_until_done()
    assert set(finding.requests.all()) == {first, second, third}

    first.impacts.all().delete()
    edit(first)
    scan_until_done()
    finding.refresh_from_db()
    assert finding.state == "open"
    assert set(finding.requests.all()) == {second, third}


def test_a_request_that_joins_two_runs_of_changes_leaves_one_finding(cards: Silo, retail: Silo) -> None:
    touchpoint = TouchpointFactory.create()
    days = [date(2031, 1, day) for day in (1, 2, 25, 26)]
    runs = [filed_request(silo=silo, wanted_go_live=day) for silo, day in zip([cards, retail] * 2, days, strict=True)]
    for request in runs:
        ImpactFactory.create(request=request, touchpoint=touchpoint)
    scan_until_done()
    assert Finding.objects.filter(rule="change-collision", state="open").count() == 2

    bridge = filed_request(silo=cards, wanted_go_live=date(2031, 1, 13))
    ImpactFactory.create(request=bridge, touchpoint=touchpoint)
    scan_until_done()
    standing = Finding.objects.get(rule="change-collision", state="open")
    assert set(standing.requests.all()) == {*runs, bridge}

    edit(bridge, status=Status.WITHDRAWN.value)
    scan_until_done()
    assert Finding.objects.filter(rule="change-collision", state="open").count() == 2


def test_conflicts_of_data_and_contacts_are_stored(cards: Silo, retail: Silo) -> None:
    domain, segment = DataDomainFactory.create(name="Address"), SegmentFactory.create(name="Card holders")
    ContactPolicyFactory.create(segment=segment, channel="", limit=1, days=21)
    for silo in (cards, retail):
        request = filed_request(silo=silo)
        DataUseFactory.create(request=request, domain=domain, mode=DataUse.Mode.MASTERS, system=SystemFactory.create())
        PlannedContactFactory.create(
            request=request, segment=segment, channel=Channel.EMAIL, first_day=timezone.localdate()
        )
    scan_until_done()

    assert Finding.objects.filter(rule="two-masters", state="open").count() == 1
    overload = Finding.objects.get(rule="contact-overload")
    assert overload.requests.count() == 2


def test_a_change_while_the_engine_thinks_keeps_the_mark(
    twins: tuple[ProjectRequest, ProjectRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    scan_until_done()
    edit(twins[0], problem=twins[0].problem + " Really.")
    think = scanning.scan_findings

    def think_slowly(*args: Any) -> Any:
        monkeypatch.setattr(scanning, "scan_findings", think)
        found = think(*args)
        edit(twins[1], title="Parking places", problem="Visitors circle the building.", proposal="Paint lines.")
        return found

    monkeypatch.setattr(scanning, "scan_findings", think_slowly)
    scan_marked()
    assert set(ScanMark.objects.values_list("request_id", flat=True)) == {twin.pk for twin in twins}
    assert overlap_of(*twins).state == "open"

    scan_until_done()
    assert overlap_of(*twins).state == "closed"
    assert not ScanMark.objects.exists()


def test_an_error_of_the_database_is_recorded_and_the_marks_stay(
    twins: tuple[ProjectRequest, ProjectRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any) -> None:
        raise OperationalError("out of cheese")

    monkeypatch.setattr(scanning, "scan_findings", fail)
    with pytest.raises(OperationalError, match="cheese"):
        scan_marked()
    assert "out of cheese" in ScanRun.objects.get().error
    assert ScanMark.objects.count() == 8
    assert not ScanTrouble.objects.exists()


def test_requesters_and_architects_are_told_once(
    twins: tuple[ProjectRequest, ProjectRequest], architect: Person
) -> None:
    scan_until_done()
    finding = overlap_of(*twins)
    told = Notification.objects.filter(url=finding.get_absolute_url())
    assert {note.person_id for note in told} == {twins[0].requester_id, twins[1].requester_id, architect.pk}
    assert all(note.mail_due for note in told)

    scan_all()
    with transaction.atomic():
        touch_request(request=twins[0])
    scan_until_done()
    assert told.count() == 3


def test_nobody_is_told_what_a_confidential_request_asks_for(
    twins: tuple[ProjectRequest, ProjectRequest], architect: Person
) -> None:
    edit(twins[0], confidential=True)
    scan_until_done()

    note = Notification.objects.get(person=twins[1].requester)
    assert twins[0].reference not in note.text
    assert "Cards" not in note.text
    assert "confidential request" in note.text
    assert architect.name in note.text
    assert twins[0].reference in Notification.objects.get(person=architect).text


def test_an_import_sends_one_summary_to_the_architects(cards: Silo, retail: Silo, architect: Person) -> None:
    for number in range(24):
        filed_request(silo=cards if number % 2 else retail, **ALERTS)
    scan_until_done(limit=10)

    assert Finding.objects.filter(rule="same-purpose").count() > 100
    told = Notification.objects.get()
    assert told.person == architect
    found = Finding.objects.filter(severity__in=["serious", "look"], kind__in=["overlap", "conflict"]).count()
    assert f"found {found} new overlaps and conflicts" in told.text


def test_the_summary_of_an_import_whose_worker_died_comes_once_and_counts_all(
    cards: Silo, retail: Silo, architect: Person
) -> None:
    for number in range(24):
        filed_request(silo=cards if number % 2 else retail, **ALERTS)
    begin_bulk()
    scan_marked(limit=22, bulk=True)
    assert not Notification.objects.exists()
    scan_until_done()
    scan_until_done()
    told = Notification.objects.get()
    assert f"found {Finding.objects.filter(severity__in=['serious', 'look']).count()} new" in told.text


def test_after_an_import_single_findings_are_told_again(cards: Silo, retail: Silo, architect: Person) -> None:
    for number in range(24):
        filed_request(silo=cards, title=f"Subject {number} alone", problem=f"Word{number}", proposal=f"Thing{number}")
    scan_until_done()
    Notification.objects.all().delete()
    twins = [filed_request(silo=silo, **ALERTS) for silo in (cards, retail)]
    scan_until_done()
    assert Notification.objects.filter(person=twins[0].requester).exists()


def test_dismissing_its_tie_ends_a_cluster_and_the_undo_brings_it_back(
    twins: tuple[ProjectRequest, ProjectRequest], architect: Person
) -> None:
    scan_until_done()
    finding = overlap_of(*twins)
    dismiss_finding(finding=finding, person=architect, version=finding.version, reason="Two markets")
    scan_until_done()
    assert not Cluster.objects.filter(closed_at__isnull=True).exists()
    undo_last_act(finding=finding, person=architect)
    scan_until_done()
    assert set(Cluster.objects.get(closed_at__isnull=True).requests.all()) == set(twins)


def test_a_cluster_keeps_its_code_while_most_of_it_stays(cards: Silo, retail: Silo) -> None:
    twins = [filed_request(silo=silo, **ALERTS) for silo in (cards, retail)]
    unlike_others()
    scan_until_done()
    cluster = Cluster.objects.get(requests=twins[0])
    third = filed_request(**CENTRE)
    scan_until_done()

    cluster.refresh_from_db()
    assert set(cluster.requests.all()) == {*twins, third}
    assert cluster.title.startswith("Three departments ask for the same thing")


def test_the_queries_of_a_scan_do_not_grow_with_the_portfolio(cards: Silo) -> None:
    def queries() -> int:
        scan_until_done()
        request = filed_request(silo=cards, title="Something quite unlike anything", problem="", proposal="")
        with CaptureQueriesContext(
            connection,
        ) as captured:
            scan_marked()
        request.delete()
        return len(captured)

    few = queries()
    for number in range(20):
        filed_request(title=f"Subject {number} alone", problem=f"Word{number}", proposal=f"Thing{number}")
    assert queries() == few
