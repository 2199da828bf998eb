"""Setting the rules: checked, kept with its history, in step with others, and findings follow without a loss."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from impacts.errors import NotAllowed, SettingsMoved, SettingsProblem
from impacts.models import EngineTuning, Finding, ScanRun
from impacts.selectors.scans.facts import default_settings, engine_settings
from impacts.selectors.scans.rules import awaited_since, owes_full_scan, what_was_set
from impacts.services.findings.triage import confirm_finding, dismiss_finding
from impacts.services.scans.full_scan import scan_all
from impacts.services.scans.scanning import scan_until_done
from impacts.services.scans.tuning import tune_engine
from impacts.tasks import scan_marked_task
from tests.factories import PersonFactory, SiloFactory, filed_request

pytestmark = pytest.mark.django_db
TEXT = "Tell card holders about every payment by text message"


def tune(person, seen=0, why="", **changes):
    return tune_engine(person=person, seen=seen, settings=replace(engine_settings(), **changes), why=why)


def test_nobody_has_changed_anything_means_the_defaults_of_the_installation(settings):
    settings.OMBUD_COLLISION_DAYS = 21
    assert engine_settings() == default_settings()
    assert engine_settings().collision_days == 21


def test_what_is_set_holds_and_only_what_differs_is_kept(architect, settings):
    change = tune(architect, collision_days=20, disabled_rules=frozenset({"order"}), why="  They are noisy.  ")
    assert engine_settings() == replace(default_settings(), collision_days=20, disabled_rules=frozenset({"order"}))
    assert (change.numbers, change.disabled_rules, change.why) == ({"collision_days": 20}, ["order"], "They are noisy.")
    settings.OMBUD_FAMILY = 0.5  # what nobody has set follows the installation
    assert engine_settings().family == 0.5


def test_the_history_says_who_changed_what_and_why(architect, administrator):
    before = default_settings()
    tune(architect, same_purpose=0.36, family=0.5, why="Too many.")
    tune(administrator, seen=1, same_purpose=before.same_purpose, disabled_rules=frozenset({"unowned"}))
    latest, first = what_was_set()
    assert (first.person, first.why) == (architect, "Too many.")
    assert first.changes == (
        f"“Likeness from which two requests are reported” is 36 in 100 instead of {100 * before.same_purpose:g} in 100",
        f"“Likeness from which they are called much the same” is 50 in 100 instead of {100 * before.family:g} in 100",
    )
    assert latest.changes == (
        "“Nobody answers” is switched off",
        f"“Likeness from which two requests are reported” is {100 * before.same_purpose:g} in 100 instead of 36 in 100",
    )


def test_who_may_not_change_the_rules_changes_nothing(requester, cio, reader):
    for person in (requester, cio, reader):
        with pytest.raises(NotAllowed):
            tune(person, collision_days=20)
    assert not EngineTuning.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"same_purpose": 0.7}, "family"), ({"collision_days": 0}, "collision_days"), ({"family": 0.99}, "family")],
)
def test_what_makes_no_sense_is_refused_with_the_field(architect, changes, field):
    with pytest.raises(SettingsProblem) as refused:
        tune(architect, **changes)
    assert set(refused.value.fields) == {field}
    assert not EngineTuning.objects.exists()


def test_the_same_again_and_rules_that_do_not_exist_are_refused(architect):
    with pytest.raises(SettingsProblem, match="already"):
        tune(architect)
    with pytest.raises(SettingsProblem, match="do not exist"):
        tune(architect, disabled_rules=frozenset({"no-such-rule"}))
    assert not EngineTuning.objects.exists()


@pytest.mark.parametrize("seen", [0, 2, 7, -1, 2**31, 2**70])
def test_of_two_who_change_the_rules_at_once_one_is_told(architect, administrator, seen):
    tune(administrator, collision_days=20)
    with pytest.raises(SettingsMoved, match="meanwhile"):
        tune(architect, seen=seen, collision_days=30)
    assert engine_settings().collision_days == 20


def overlap():
    """Two requests of two departments that say the same, scanned."""
    for title in (TEXT, "Payments: a text message for card holders"):
        person = PersonFactory.create()
        filed_request(silo=SiloFactory.create(), requester=person, title=title, problem="They hear of them too late")
    scan_until_done()
    return Finding.objects.get(rule="same-purpose")


@pytest.mark.parametrize("verdict", ["open", "confirmed", "dismissed"])
def test_a_rule_switched_off_and_on_again_loses_no_verdict(architect, verdict):
    finding = overlap()
    if verdict == "confirmed":
        confirm_finding(finding=finding, person=architect, version=finding.version)
    if verdict == "dismissed":
        dismiss_finding(finding=finding, person=architect, version=finding.version, reason="Other customers.")
    tune(architect, disabled_rules=frozenset({"same-purpose"}))
    scan_all()
    finding.refresh_from_db()
    assert (finding.state, finding.state_before_closing) == ("closed", verdict)
    tune(architect, seen=1, disabled_rules=frozenset())
    scan_all()
    scan_all()
    finding.refresh_from_db()
    assert finding.state == verdict
    assert Finding.objects.filter(rule="same-purpose").count() == 1


def test_a_higher_threshold_closes_what_is_weaker_with_the_full_scan(architect):
    finding = overlap()
    tune(architect, same_purpose=round(finding.score + 0.02, 2), family=0.95)
    filed_request(silo=finding.requests.first().silo, title="Something else entirely", problem="Parking lots")
    scan_until_done()
    finding.refresh_from_db()
    assert finding.state == "open"  # only the new request was scanned
    scan_all()
    finding.refresh_from_db()
    assert finding.state == "closed"


def test_a_full_scan_that_got_lost_is_made_up_for_by_the_sweep(architect):
    finding = overlap()
    change = tune(architect, disabled_rules=frozenset({"same-purpose"}))
    assert awaited_since() == change.at
    assert not owes_full_scan()  # one was just asked for
    EngineTuning.objects.update(at=timezone.now() - timedelta(minutes=11))
    assert owes_full_scan()
    scan_marked_task()
    finding.refresh_from_db()
    assert finding.state == "closed"
    assert not owes_full_scan()
    assert awaited_since() is None


def test_a_full_scan_that_fails_is_not_tried_again_at_once(architect):
    tune(architect, collision_days=20)
    now = timezone.now()
    EngineTuning.objects.update(at=now - timedelta(hours=1))
    ScanRun.objects.create(started_at=now - timedelta(minutes=5), complete=True, error="out of memory")
    assert not owes_full_scan()
    assert owes_full_scan(now + timedelta(minutes=6))
    assert awaited_since() is not None
