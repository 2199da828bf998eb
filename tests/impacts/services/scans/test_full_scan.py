"""A full scan in shards finds what a scan in one finds, whoever takes them, and also when somebody dies over one."""

from datetime import timedelta

import pytest
from django.utils import timezone

from impacts import tasks
from impacts.models import Finding, FindingChange, FindingMember, ScanRun, ScanShard
from impacts.services.scans import full_scan, storing
from impacts.services.scans.full_scan import LEASE, full_scan_waits, plan_full_scan, scan_all, work_on_shards
from impacts.services.scans.scanning import scan_until_done
from portfolio.lifecycle import Status
from portfolio.models import Notification, Person, ProjectRequest, ScanMark
from tests.factories import NeedFactory, filed_request

pytestmark = pytest.mark.django_db

SUBJECTS = ("parking permits", "mortgage deeds", "blocked cards", "branch cash")


@pytest.fixture
def portfolio() -> list[ProjectRequest]:
    """Twins on four subjects, far apart by their ids."""
    return [
        filed_request(title=f"Alerts about {subject}", problem=f"People hear of {subject} too late, by {by}.")
        for by in ("post", "phone")
        for subject in SUBJECTS
    ]


def stored() -> set[tuple[str, str, tuple[int, ...]]]:
    """The findings that stand, with their requests."""
    return {
        (row.rule, row.state, tuple(row.members.order_by("request_id").values_list("request_id", flat=True)))
        for row in Finding.objects.exclude(state="closed").order_by("id")
    }


def test_shards_find_what_one_scan_finds_each_once(portfolio: list[ProjectRequest], monkeypatch) -> None:
    scan_all()
    whole = stored()
    assert len([rule for rule, *_ in whole if rule == "same-purpose"]) == len(SUBJECTS)
    Finding.objects.all().delete()
    monkeypatch.setattr(full_scan, "SHARD", 3)
    run = plan_full_scan()
    assert run.shards.count() == 3
    work_on_shards()
    assert stored() == whole
    run.refresh_from_db()
    assert run.complete
    assert run.counts["found"] == len(whole)
    assert not FindingChange.objects.exclude(what="found").exists()
    assert not ScanMark.objects.exists()


def test_a_shard_whose_worker_died_is_taken_again(portfolio: list[ProjectRequest], monkeypatch) -> None:
    monkeypatch.setattr(full_scan, "SHARD", 3)
    run = plan_full_scan()
    dead = run.shards.first()
    ScanShard.objects.filter(pk=dead.pk).update(taken_at=timezone.now())
    work_on_shards()
    run.refresh_from_db()
    assert not run.complete
    assert full_scan_waits()
    ScanShard.objects.filter(pk=dead.pk).update(taken_at=timezone.now() - LEASE - timedelta(seconds=1))
    tasks.scan_marked_task()
    run.refresh_from_db()
    assert run.complete
    assert not full_scan_waits()
    assert len(stored()) >= len(SUBJECTS)


def test_a_worker_that_died_after_the_last_shard_leaves_nothing_undone(portfolio, architect: Person) -> None:
    run = plan_full_scan()
    finish, full_scan._finish = full_scan._finish, lambda run: None
    try:
        work_on_shards()
    finally:
        full_scan._finish = finish
    assert not ScanRun.objects.filter(complete=True).exists()
    work_on_shards()
    work_on_shards()
    run.refresh_from_db()
    assert run.complete
    assert Notification.objects.filter(person=architect, key__startswith="scan:").count() == 1


def test_a_later_full_scan_overtakes_one_that_is_not_done(portfolio: list[ProjectRequest], monkeypatch) -> None:
    monkeypatch.setattr(full_scan, "SHARD", 3)
    first = plan_full_scan()
    second = plan_full_scan()
    work_on_shards()
    assert list(ScanRun.objects.filter(complete=True)) == [second]
    assert not first.shards.exists()


def test_a_burst_of_changes_is_scanned_once(portfolio: list[ProjectRequest]) -> None:
    asked = (timezone.now() - timedelta(minutes=1)).timestamp()
    for _ in range(3):
        tasks.rescan_all_task(asked=asked)
    assert ScanRun.objects.filter(complete=True).count() == 1


def test_a_change_after_a_full_scan_began_gets_one_of_its_own(portfolio: list[ProjectRequest]) -> None:
    for began in ("before", "after"):
        tasks.rescan_all_task(asked=(timezone.now() + timedelta(seconds=1)).timestamp())
        assert ScanRun.objects.filter(complete=True).count() == (1 if began == "before" else 2)


def test_a_scan_by_night_that_words_less_does_not_stand_for_a_change(portfolio: list[ProjectRequest]) -> None:
    asked = (timezone.now() - timedelta(minutes=1)).timestamp()
    tasks.rescan_all_task(anew=False)
    tasks.rescan_all_task(asked=asked)
    assert ScanRun.objects.filter(complete=True, anew=True).count() == 1


def test_a_full_scan_that_another_overtook_stands_for_nothing(portfolio: list[ProjectRequest]) -> None:
    asked = (timezone.now() - timedelta(minutes=1)).timestamp()
    run = plan_full_scan()
    run.shards.all().delete()
    tasks.rescan_all_task(asked=asked)
    assert ScanRun.objects.filter(complete=True).count() == 1


def test_a_full_scan_closes_what_is_about_requests_that_left(portfolio: list[ProjectRequest]) -> None:
    scan_until_done()
    ProjectRequest.objects.filter(pk=portfolio[0].pk).update(status=Status.WITHDRAWN)
    FindingMember.objects.filter(request=portfolio[1]).delete()
    FindingMember.objects.filter(request=portfolio[5]).delete()
    ScanMark.objects.all().delete()
    before = stored()
    scan_all()
    gone = {pair for rule, _, pair in before - stored() if rule == "same-purpose"}
    assert gone == {(portfolio[0].pk, portfolio[4].pk), ()}


def test_evidence_is_put_into_words_again_only_anew_or_where_something_changed(portfolio, monkeypatch) -> None:
    scan_all()
    worded: list[str] = []
    evidence = storing._evidence
    monkeypatch.setattr(storing, "_evidence", lambda found: worded.append(found.rule) or evidence(found))
    scan_all(anew=False)
    assert "same-purpose" not in worded
    ProjectRequest.objects.filter(pk=portfolio[0].pk).update(title="Blocked cards at tills", version=9)
    scan_all(anew=False)
    assert "same-purpose" in worded
    worded.clear()
    scan_all()
    assert len(worded) == len(stored())


def test_a_remedy_follows_the_calendar_also_where_a_finding_rests_on_the_same(portfolio) -> None:
    needed = NeedFactory.create(request=portfolio[0], needs=portfolio[1]).needs
    day = timezone.localdate() + timedelta(days=60)
    ProjectRequest.objects.filter(pk=portfolio[0].pk).update(wanted_go_live=day, version=9)
    ProjectRequest.objects.filter(pk=needed.pk).update(wanted_go_live=day + timedelta(days=30), version=9)
    scan_all()
    stale = [{"kind": "remedy", "text": "of yesterday", "requests": [], "weight": None, "words": []}]
    Finding.objects.filter(rule__in=["order", "same-purpose"]).update(evidence=stale)
    scan_all(anew=False)
    assert Finding.objects.get(rule="order").evidence != stale
    assert all(finding.evidence == stale for finding in Finding.objects.filter(rule="same-purpose"))


def test_a_full_scan_leaves_what_was_said(portfolio: list[ProjectRequest], monkeypatch) -> None:
    scan_all()
    Finding.objects.update(state=Finding.State.CONFIRMED)
    monkeypatch.setattr(full_scan, "SHARD", 2)
    tasks.rescan_all_task(anew=False)
    assert {state for _, state, _ in stored()} == {"confirmed"}
