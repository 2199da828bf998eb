"""The page of the rules: read by everybody, changed by architects and administrators, never without a preview."""

import time

import pytest
from celery import current_app
from django.urls import reverse

from impacts.engine.rules.registry import RULES
from impacts.engine.tuning import TUNABLES, thresholds_at
from impacts.models import EngineTuning, Finding
from impacts.selectors.scans.facts import default_settings, engine_settings
from impacts.services.scans.scanning import scan_until_done
from tests.browsing import assert_no_axe_violations
from tests.factories import EngineTuningFactory, FindingFactory, PersonFactory, SiloFactory, filed_request

pytestmark = pytest.mark.django_db
LIST, PREVIEW, SAVE = (reverse(f"impacts:rule-{name}") for name in ("list", "preview", "save"))


def given(level="balanced", seen=0, off=(), **numbers):
    """What the form sends."""
    now = engine_settings()
    sent = {"seen": seen, "level": level, **{each.field: getattr(now, each.field) for each in TUNABLES}}
    return sent | numbers | {f"on-{rule.code}": "on" for rule in RULES if rule.code not in off}


@pytest.fixture
def overlap():
    for title in ("Text messages about payments", "Payments: text messages for card holders"):
        filed_request(silo=SiloFactory.create(), requester=PersonFactory.create(), title=title, problem="Late news")
    scan_until_done()
    return Finding.objects.get(rule="same-purpose")


def test_everybody_reads_each_rule_with_what_it_found(client_as, reader):
    FindingFactory.create_batch(2, rule="order", kind="conflict")
    FindingFactory.create(rule="order", kind="conflict", state="dismissed")
    page = client_as(reader).get(LIST).content.decode()
    for rule in RULES:
        assert rule.reason in page.replace("&#x27;", "'")
    assert "2 open<" in page
    assert "1 dismissed<" in page
    assert "On the same day is in time." in page  # from the rule's own words
    assert "`settings." not in page
    assert "Show what would change" not in page
    assert 'name="collision_days"' not in page
    assert "14 days" in page


def test_architects_and_administrators_see_the_form_filled_with_what_holds(client_as, architect, administrator):
    for person in (architect, administrator):
        page = client_as(person).get(LIST).content.decode()
        assert "Show what would change" in page
        assert '<input type="number" name="collision_days" value="14"' in page
        assert 'value="balanced"' in page


def test_a_preview_shows_what_would_vanish_and_stores_nothing(client_as, architect, overlap):
    response = client_as(architect).get(PREVIEW, given(off=["same-purpose"]))
    page = response.content.decode()
    assert response.status_code == 200
    assert "0 findings would appear, 1 would vanish" in page
    assert "“Same purpose” is switched off." in page
    assert overlap.get_absolute_url() in page
    assert not EngineTuning.objects.exists()
    overlap.refresh_from_db()
    assert overlap.state == "open"


def test_a_level_is_previewed_with_its_numbers_and_saved_exactly_so(client_as, architect):
    client = client_as(architect)
    page = client.get(PREVIEW, given(level="fewer"))
    low, high = thresholds_at("fewer", default_settings())
    before = default_settings().same_purpose
    assert f"is {100 * low:g} in 100 instead of {100 * before:g} in 100" in page.content.decode()
    hidden = dict(page.context["values"])
    assert (hidden["same_purpose"], hidden["family"], hidden["level"]) == (low, high, "exactly")
    response = client.post(SAVE, hidden | {"why": "Too many to look at."})
    assert response["Location"] == LIST
    change = EngineTuning.objects.get()
    assert (change.numbers, change.why) == ({"same_purpose": low, "family": high}, "Too many to look at.")
    assert change.person == architect
    page = client.get(LIST).content.decode()
    assert "Too many to look at." in page
    assert "scanned with them" in page


def test_saving_asks_for_a_full_scan(client_as, architect, monkeypatch, django_capture_on_commit_callbacks):
    sent, before = [], time.time()
    monkeypatch.setattr(current_app, "send_task", lambda name, kwargs, **_: sent.append((name, kwargs["asked"])))
    with django_capture_on_commit_callbacks(execute=True):
        client_as(architect).post(SAVE, given(collision_days=20))
    ((name, asked),) = sent
    assert name == "impacts.tasks.rescan_all_task"
    assert before <= asked <= time.time()


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        ({"collision_days": 0}, "Give a whole number from 1 to 90."),
        ({"collision_days": "soon"}, "Give a whole number from 1 to 90."),
        ({"same_purpose": "0.5"}, "This must not be below"),
        ({"same_purpose": "nan"}, "Give a number from 0.05 to 0.95."),
        ({"level": "nonsense"}, "nonsense is not one of the available choices"),
        ({"level": "fewer", "same_purpose": "0.33"}, "Choose “Exactly these numbers” to use the numbers"),
    ],
)
def test_what_makes_no_sense_is_said_and_what_was_typed_is_kept(client_as, architect, sent, problem):
    client = client_as(architect)
    for response in (client.get(PREVIEW, given(**sent)), client.post(SAVE, given(**sent))):
        assert response.status_code == 422
        page = response.content.decode()
        assert problem in page
        for field, value in sent.items():
            assert field == "level" or f'name="{field}" value="{value}"' in page
    assert not EngineTuning.objects.exists()


def test_numbers_typed_over_those_of_the_present_level_count(client_as, architect):
    client_as(architect).post(SAVE, given(same_purpose=0.33))
    assert engine_settings().same_purpose == 0.33


def test_who_was_slower_is_told_and_loses_nothing_of_the_other(client_as, architect, administrator):
    client_as(administrator).post(SAVE, given(collision_days=20))
    response = client_as(architect).post(SAVE, given(collision_days=30))
    assert response.status_code == 409
    assert "Somebody else has changed the rules meanwhile." in response.content.decode()
    assert engine_settings().collision_days == 20


def test_to_change_it_again_keeps_what_was_tried(client_as, architect):
    form = client_as(architect).get(LIST, given(collision_days=33, off=["order"])).context["form"]
    assert form["collision_days"].value() == "33"
    assert (form["on-order"].value(), form["on-unowned"].value()) == (False, True)


def test_to_change_it_again_after_a_refusal_keeps_the_token_out_of_the_address(client_as, architect):
    sent = given(collision_days=33) | {"csrfmiddlewaretoken": "secret-token", "why": "x" * 501}
    response = client_as(architect).post(SAVE, sent)
    assert response.status_code == 422
    assert "collision_days=33" in response.context["query"]
    assert "secret-token" not in response.content.decode()


def test_nothing_changed_says_so(client_as, architect):
    assert "This is how the rules are set already." in client_as(architect).get(PREVIEW, given()).content.decode()
    assert client_as(architect).post(SAVE, given()).status_code == 422


def test_who_may_not_change_the_rules_neither_previews_nor_saves(client_as, requester, reader, cio):
    for person in (requester, reader, cio):
        assert client_as(person).get(PREVIEW, given()).status_code == 403
        assert client_as(person).post(SAVE, given(collision_days=20)).status_code == 403
    assert not EngineTuning.objects.exists()


def test_wrong_methods_are_refused(client_as, architect):
    client = client_as(architect)
    assert client.post(LIST).status_code == client.post(PREVIEW).status_code == client.get(SAVE).status_code == 405


def test_verdicts_by_likeness_show_once_there_are_enough(client_as, architect):
    rule = {"rule": "same-purpose", "kind": "overlap"}
    assert "0 overlaps were judged so far" in client_as(architect).get(LIST).content.decode()
    FindingFactory.create_batch(10, **rule, score=0.35, state="dismissed")
    FindingFactory.create_batch(5, **rule, score=0.35, state="confirmed")
    FindingFactory.create_batch(15, **rule, score=0.52, state="closed", state_before_closing="confirmed")
    page = client_as(architect).get(LIST).content.decode()
    assert "Of 30 overlaps that somebody judged, 20 were confirmed" in page
    assert 'aria-label="5 of 15"' in page
    assert "Of 30 overlaps judged so far from there on, 67 % were confirmed." in page
    opened = FindingFactory.create(**rule, score=0.60)
    page = client_as(architect).get(opened.get_absolute_url()).content.decode()
    assert "Of 15 judged overlaps this strong, 15 were confirmed." in page


@pytest.mark.parametrize("size", [1, 8])
def test_the_page_costs_the_same_queries_at_any_size(size, client_as, architect, django_assert_num_queries):
    for number in range(size):
        FindingFactory.create(rule="order", kind="conflict")
        EngineTuningFactory.create(numbers={"collision_days": 20 + number})
    client = client_as(architect)
    client.get(LIST)
    with django_assert_num_queries(15):
        client.get(LIST)


def test_the_inbox_in_the_order_of_what_would_teach_most(client_as, architect):
    rule = {"rule": "same-purpose", "kind": "overlap"}
    threshold = engine_settings().same_purpose
    far, near, at = (FindingFactory.create(**rule, score=threshold + more) for more in (0.4, 0.05, 0.0))
    FindingFactory.create(rule="order", kind="conflict")
    page = client_as(architect).get(reverse("impacts:triage"), {"order": "learn"})
    assert [finding.pk for finding in page.context["inbox"].page] == [at.pk, near.pk, far.pk]
    client = client_as(architect)
    act = reverse("impacts:finding-act", args=[near.pk, "confirm"])
    response = client.post(f"{act}?order=learn", {"version": near.version})
    assert response["Location"] == f"{at.get_absolute_url()}?order=learn"


@pytest.mark.parametrize("width", [390, 1280])
def test_rules_are_set_without_a_script(page_as, architect, overlap, width):
    page = page_as(architect, viewport={"width": width, "height": 844}, java_script_enabled=False)
    page.goto(LIST)
    page.get_by_label("Use “Same purpose”").uncheck()
    page.get_by_role("button", name="Show what would change").click()
    assert "1 would vanish" in page.get_by_role("heading", level=1).inner_text()
    page.get_by_label("Why?").fill("Not now.")
    page.get_by_role("button", name="Set the rules like this").click()
    assert page.get_by_text("“Same purpose” is switched off").is_visible()
    assert engine_settings().disabled_rules == {"same-purpose"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_accessible(page_as, architect, overlap, scheme):
    page = page_as(architect, color_scheme=scheme)
    page.goto(LIST)
    assert_no_axe_violations(page)
    page.get_by_label("Use “Same purpose”").uncheck()
    page.get_by_role("button", name="Show what would change").click()
    assert_no_axe_violations(page)
