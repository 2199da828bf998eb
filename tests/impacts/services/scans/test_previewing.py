"""Previews of settings: what two scans would differ in, redacted for who looks, bounded in large portfolios."""

import threading
from dataclasses import replace

import pytest

from impacts.models import EngineTuning, Finding, ScanRun
from impacts.selectors.scans.facts import engine_settings
from impacts.services.findings.triage import confirm_finding, dismiss_finding
from impacts.services.scans import previewing
from impacts.services.scans.index import held_index
from impacts.services.scans.previewing import preview_settings
from impacts.services.scans.scanning import scan_until_done
from tests.factories import PersonFactory, SiloFactory, filed_request, person_with

pytestmark = pytest.mark.django_db
SUBJECTS = {
    "Text messages about every payment": "Card holders learn of a payment days later",
    "Opening an account by video call": "Students travel to a branch to show a passport",
    "A single form for a change of address": "Customers type their new address five times",
    "Warranty claims without a receipt": "Buyers lose the paper and call the shop",
}


@pytest.fixture
def overlaps():
    """Four overlaps between two departments, scanned."""
    for silo in (SiloFactory.create(name="Cards"), SiloFactory.create(name="Retail")):
        for title, problem in SUBJECTS.items():
            own = title if silo.name == "Cards" else f"{problem}: {title.split()[-1]}"
            filed_request(silo=silo, requester=PersonFactory.create(), title=own, problem=f"{problem} in {silo.name}")
    scan_until_done()
    return list(Finding.objects.filter(rule="same-purpose").order_by("-score"))


def without(code):
    return replace(engine_settings(), disabled_rules=frozenset({code}))


def test_switching_a_rule_off_shows_what_would_vanish_and_what_was_said_of_it(overlaps, architect):
    assert len(overlaps) == 4
    confirm_finding(finding=overlaps[0], person=architect, version=overlaps[0].version)
    dismiss_finding(finding=overlaps[1], person=architect, version=overlaps[1].version, reason="Other customers.")
    before = (Finding.objects.order_by("id").values_list(), ScanRun.objects.count())
    seen = preview_settings(before=engine_settings(), after=without("same-purpose"), user=architect)
    assert seen.vanish.counts == (("Same purpose", "serious", 4),)
    assert [each.pk for each in seen.vanish.examples] == [finding.pk for finding in overlaps]
    assert seen.vanish.examples[0].evidence
    assert (seen.appear.total, seen.change.total) == (0, 0)
    assert (seen.confirmed, seen.dismissed, seen.requests, seen.sample) == (1, 1, 8, 0)
    assert list(before[0]) == list(Finding.objects.order_by("id").values_list())
    assert ScanRun.objects.count() == before[1]
    assert not EngineTuning.objects.exists()


def test_another_level_of_seriousness_shows_as_a_change_of_weight(overlaps, architect):
    after = replace(engine_settings(), family=0.95)
    seen = preview_settings(before=engine_settings(), after=after, user=architect)
    assert seen.change.counts == (("Same purpose", "look", 4),)
    assert (seen.appear.total, seen.vanish.total) == (0, 0)


def test_the_same_settings_change_nothing(overlaps, architect):
    assert preview_settings(before=engine_settings(), after=engine_settings(), user=architect).is_empty


@pytest.mark.parametrize("copied", [True, False])
def test_others_may_ask_while_a_preview_is_worked_out_on_a_copy(overlaps, architect, monkeypatch, copied):
    with held_index() as held:
        pass
    difference, free = previewing.difference, []

    def ask():
        free.append(held.lock.acquire(blocking=False))
        if free[-1]:
            held.lock.release()

    def watched(*args):
        other = threading.Thread(target=ask)
        other.start()
        other.join()
        return difference(*args)

    monkeypatch.setattr(previewing, "difference", watched)
    if not copied:
        monkeypatch.setattr(previewing, "COPIED", 7)
    seen = preview_settings(before=engine_settings(), after=without("same-purpose"), user=architect)
    assert seen.vanish.total == 4
    assert free == [copied]


def test_examples_say_of_a_confidential_request_no_more_than_a_finding_does(architect, colleague):
    own = filed_request(silo=SiloFactory.create(), requester=colleague, title="Chat for card holders", problem="Calls")
    filed_request(
        silo=SiloFactory.create(name="Secret takeover"),
        requester=PersonFactory.create(),
        title="Chat for card holders of the bank we buy",
        problem="Calls",
        confidential=True,
    )
    scan_until_done()
    seen = preview_settings(before=engine_settings(), after=without("same-purpose"), user=colleague)
    (example,) = seen.vanish.examples
    assert example.requests == (own,)
    assert example.is_redacted
    assert "Secret takeover" not in example.title
    assert example.evidence == ()
    outsider = person_with("head", silo=SiloFactory.create())
    own.confidential = True
    own.save()
    scan_until_done()
    seen = preview_settings(before=engine_settings(), after=without("same-purpose"), user=outsider)
    assert seen.vanish.total == 1
    assert seen.vanish.examples == ()


def test_a_large_portfolio_counts_from_stored_scores_and_estimates_what_would_appear(overlaps, architect, monkeypatch):
    """With a sample of all requests the estimate is exact, so it must equal the preview that looks at everything."""
    for after in (
        without("same-purpose"),
        replace(engine_settings(), family=0.95),
        replace(engine_settings(), same_purpose=overlaps[1].score, family=0.95),
    ):
        monkeypatch.setattr(previewing, "WHOLE", 5_000)
        whole = preview_settings(before=engine_settings(), after=after, user=architect)
        monkeypatch.setattr(previewing, "WHOLE", 3)
        monkeypatch.setattr(previewing, "SAMPLE", 8)
        large = preview_settings(before=engine_settings(), after=after, user=architect)
        assert large.sample == 8
        for part in ("appear", "vanish", "change"):
            assert getattr(large, part).counts == getattr(whole, part).counts
            assert {each.pk for each in getattr(large, part).examples} == {
                each.pk for each in getattr(whole, part).examples
            }
        assert (large.confirmed, large.dismissed) == (whole.confirmed, whole.dismissed)
    back = preview_settings(before=without("same-purpose"), after=engine_settings(), user=architect)
    assert back.appear.counts == (("Same purpose", "serious", 4),)


def test_a_sample_is_taken_up_to_all_requests(overlaps, architect, monkeypatch):
    monkeypatch.setattr(previewing, "WHOLE", 3)
    monkeypatch.setattr(previewing, "SAMPLE", 4)
    back = preview_settings(before=without("same-purpose"), after=engine_settings(), user=architect)
    # Of 8 requests the four with even places are looked at: they meet all four pairs or a part; a pair is met with 3/4.
    met = round(back.appear.total * 0.75)
    assert 0 < met <= 4
    assert back.appear.total == round(met / 0.75)
