"""Reading requests with the language model: once, again when the text changes, and not at all without a model."""

from pathlib import Path

import pytest
from django.core.management import call_command

from impacts.engine.matching.encoder import ModelUnusable
from impacts.models import Finding, RequestMeaning
from impacts.selectors.scans.facts import facts_of, live_versions, request_facts
from impacts.services.scans.encoding import encode_requests, load_encoder, model_state, with_meaning
from impacts.services.scans.index import held_index
from impacts.services.scans.scanning import scan_marked
from impacts.tasks import encode_waiting_task
from portfolio.models import ProjectRequest, ScanMark
from tests.factories import draft_request, filed_request

pytestmark = pytest.mark.django_db


@pytest.fixture
def model(settings):
    settings.OMBUD_MODEL = "packaged"


@pytest.fixture
def pair(cards, retail):
    return (
        filed_request(
            silo=cards,
            title="Tell card holders about payments by text message",
            problem="Holders learn of a payment weeks later, on paper.",
            proposal="",
        ),
        filed_request(
            silo=retail,
            title="SMS alerts for debit cards",
            problem="Whoever pays should get a notification on the phone at once.",
            proposal="",
        ),
    )


def test_each_request_is_read_once_and_again_when_its_words_change(model, pair):
    assert encode_requests() == 2
    assert encode_requests() == 0
    ProjectRequest.objects.filter(pk=pair[0].pk).update(title="Text messages about payments")
    before = RequestMeaning.objects.get(request=pair[0]).pk
    assert encode_requests() == 1
    assert RequestMeaning.objects.get(request=pair[0]).pk > before


def test_a_vector_of_words_that_have_changed_takes_no_part(model, pair):
    encode_requests()
    assert len(request_facts([pair[0].pk])[pair[0].pk][1].meaning) == 768
    ProjectRequest.objects.filter(pk=pair[0].pk).update(title="Something else")
    assert request_facts([pair[0].pk])[pair[0].pk][1].meaning == b""


def test_an_index_takes_in_what_was_read_later(model, pair):
    with held_index() as held:
        assert held.facts(pair[0].pk).meaning == b""
    versions = live_versions()
    encode_requests()
    assert live_versions() != versions
    with held_index() as held:
        assert len(held.facts(pair[0].pk).meaning) == 768


def test_a_scan_reads_first_and_finds_what_words_alone_do_not(model, pair, settings):
    settings.OMBUD_SAME_PURPOSE = 0.2
    scan_marked()
    found = Finding.objects.get(rule="same-purpose")
    assert "meaning" in [line["kind"] for line in found.evidence]


def test_without_a_model_words_and_spelling_do_and_it_is_said(pair, settings):
    settings.OMBUD_MODEL = "off"
    assert encode_requests() == 0
    assert scan_marked().requests == 2
    assert model_state().problem == "The language model is switched off (OMBUD_MODEL=off)."
    assert with_meaning(facts_of(pair[0])).meaning == b""


def test_a_folder_without_a_model_is_named(settings, tmp_path, pair):
    settings.OMBUD_MODEL = str(tmp_path)
    with pytest.raises(ModelUnusable, match=r"no model\.safetensors"):
        load_encoder()
    assert encode_requests() == 0
    assert "model.safetensors" in model_state().problem


def test_a_damaged_model_is_read_once_and_not_with_each_request(settings, tmp_path, monkeypatch):
    settings.OMBUD_MODEL = str(tmp_path)
    for name in ("model.safetensors", "tokenizer.json", "config.json"):
        (tmp_path / name).write_bytes(b"{}")
    reads = []
    read = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: reads.append(path) or read(path))
    for _ in range(3):
        with pytest.raises(ModelUnusable, match="another or a damaged file"):
            load_encoder()
    assert len(reads) == 1


def test_the_state_counts_what_was_read(model, pair):
    encode_requests(limit=1)
    state = model_state()
    assert (state.problem, state.live, state.encoded) == ("", 2, 1)


def test_switching_the_model_off_takes_meaning_out_of_the_index(model, pair, settings):
    encode_requests()
    with held_index() as held:
        assert held.facts(pair[0].pk).meaning
    settings.OMBUD_MODEL = "off"
    with held_index() as held:
        assert not held.facts(pair[0].pk).meaning


def test_what_is_typed_is_read_without_being_stored(model, cards):
    draft = draft_request(silo=cards, title="Text messages about payments")
    assert len(with_meaning(facts_of(draft)).meaning) == 768
    assert not RequestMeaning.objects.exists()


def test_the_timetable_reads_what_is_left_and_marks_it(model, pair):
    ScanMark.objects.all().delete()
    assert encode_waiting_task() == 2
    assert set(ScanMark.objects.values_list("request_id", flat=True)) == {each.pk for each in pair}
    assert encode_waiting_task() == 0


def test_a_text_over_which_the_model_stumbles_is_compared_by_its_words(model, pair, monkeypatch, caplog):
    monkeypatch.setattr("impacts.engine.matching.encoder.Encoder.encode", lambda *_: 1 / 0)
    assert scan_marked().requests == 2
    assert not ScanMark.objects.exists()
    assert "stumbled" in caplog.text


def test_the_command_reads_everything_before_a_full_scan(model, pair):
    call_command("scan", "--all", "--json")
    assert RequestMeaning.objects.count() == 2


def test_the_rules_page_says_whether_meaning_takes_part(model, pair, architect, client_as, settings):
    client = client_as(architect)
    assert "Yes, for 0 of 2 live requests." in client.get("/rules/").content.decode()
    encode_requests()
    assert "has read all 2 live requests" in client.get("/rules/").content.decode()
    settings.OMBUD_MODEL = "off"
    assert "The language model is switched off (OMBUD_MODEL=off)." in client.get("/rules/").content.decode()
