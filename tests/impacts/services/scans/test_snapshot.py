"""The index on disk: a process that starts takes it up, and no odd file ever harms it."""

import os
import pickle
import stat
from collections.abc import Iterator
from datetime import date

import pytest
from django.db.models import F

from impacts.engine.facts import RequestFacts
from impacts.engine.matching import spaces
from impacts.engine.scan import scan_findings
from impacts.services.scans import index as index_service
from impacts.services.scans import snapshot
from impacts.services.scans.index import HeldIndex, held_index, store_index, warm_index
from impacts.services.scans.snapshot import load_snapshot, save_snapshot, snapshot_path
from portfolio.models import ProjectRequest
from tests.factories import filed_request

pytestmark = pytest.mark.django_db
TODAY = date(2027, 1, 4)


@pytest.fixture(autouse=True)
def alone() -> Iterator[None]:
    """No stored index before or after, and none in memory."""
    index_service._HELD.clear()
    snapshot_path().unlink(missing_ok=True)
    yield
    index_service._HELD.clear()
    snapshot_path().unlink(missing_ok=True)


def started() -> HeldIndex:
    """The index as a process has it that starts now."""
    index_service._HELD.clear()
    with held_index() as held:
        return held


def two() -> list[ProjectRequest]:
    return [
        filed_request(title="Alerts about parking permits", problem=f"Too late, by {by}.") for by in ("post", "car")
    ]


def test_a_stored_index_answers_as_the_one_that_was_stored() -> None:
    two()
    first = started()
    assert store_index(anyway=True) > 0
    loaded = load_snapshot()
    assert loaded is not None
    assert loaded[1] == first.versions
    assert scan_findings(loaded[0], TODAY) == scan_findings(first.index, TODAY)


def test_a_process_that_starts_reads_only_what_changed_since(django_assert_num_queries, monkeypatch) -> None:
    kept, changed = two()
    started()
    store_index(anyway=True)
    ProjectRequest.objects.filter(pk=changed.pk).update(title="A canteen for the night", version=F("version") + 1)
    new = filed_request(title="Barrier of the car park")
    read: list[int] = []
    facts = index_service.request_facts
    monkeypatch.setattr(index_service, "request_facts", lambda ids: read.extend(ids) or facts(ids))
    held = started()
    assert read == [changed.pk, new.pk]
    assert held.index.requests[changed.pk].title == "A canteen for the night"
    assert set(held.index.requests) == {kept.pk, changed.pk, new.pk}


def test_a_loaded_index_can_be_changed_and_the_file_stays_as_it_is() -> None:
    one, other = two()
    started()
    store_index(anyway=True)
    before = snapshot_path().read_bytes()
    held = started()
    held.index.update(removed=[one.pk])
    assert [pair.first for pair in held.index.nearest(other.pk)] == []
    assert snapshot_path().read_bytes() == before


def test_only_the_owner_can_read_the_file() -> None:
    two()
    started()
    store_index(anyway=True)
    assert stat.S_IMODE(snapshot_path().stat().st_mode) == 0o600
    assert list(snapshot_path().parent.glob("*.part")) == []


@pytest.mark.parametrize("harm", ["cut", "bit", "empty", "foreign", "header", "version", "writable"])
def test_a_file_that_cannot_be_trusted_is_passed_over_with_a_word(harm, monkeypatch, caplog) -> None:
    two()
    started()
    store_index(anyway=True)
    path = snapshot_path()
    content = path.read_bytes()
    if harm == "cut":
        path.write_bytes(content[:-100])
    if harm == "bit":
        path.write_bytes(content[:-9] + bytes([content[-9] ^ 1]) + content[-8:])
    if harm == "empty":
        path.write_bytes(b"")
    if harm == "foreign":
        path.write_bytes(pickle.dumps({"not": "ours"}))
    if harm == "header":
        path.write_bytes(snapshot.MAGIC + b"[]\n" + content)
    if harm == "version":
        monkeypatch.setattr(snapshot, "made_by", lambda: "an older engine")
    if harm == "writable":
        os.chmod(path, 0o666)
    assert load_snapshot() is None
    assert "built afresh" in caplog.text
    assert len(started().index.requests) == 2


@pytest.mark.parametrize("name", ["numpy", "scipy", "PyStemmer"])
def test_an_index_that_another_version_of_a_library_shaped_is_passed_over(name, monkeypatch, caplog) -> None:
    two()
    started()
    store_index(anyway=True)
    installed = snapshot.version
    monkeypatch.setattr(snapshot, "version", lambda asked: "0.0.1" if asked == name else installed(asked))
    snapshot.code_and_libraries.cache_clear()
    try:
        assert load_snapshot() is None
    finally:
        snapshot.code_and_libraries.cache_clear()
    assert "another version" in caplog.text


def test_an_index_with_what_another_language_model_read_is_passed_over(settings) -> None:
    two()
    started()
    store_index(anyway=True)
    assert load_snapshot() is not None
    settings.OMBUD_MODEL, settings.OMBUD_MODEL_SHA256 = "packaged", "0" * 64
    assert load_snapshot() is None


def test_a_write_that_fails_leaves_the_old_file(monkeypatch) -> None:
    two()
    held = started()
    store_index(anyway=True)
    before = snapshot_path().read_bytes()

    def full(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        save_snapshot(held.index, held.versions)
    assert store_index(anyway=True) == 0
    assert snapshot_path().read_bytes() == before
    assert list(snapshot_path().parent.glob("*.part")) == []


def test_what_a_killed_worker_left_half_written_is_cleared_away_in_time() -> None:
    two()
    started()
    store_index(anyway=True)
    path = snapshot_path()
    old, young, foreign = (path.with_name(name) for name in (f"{path.stem}-a.part", f"{path.stem}-b.part", "x-a.part"))
    for left in (old, young, foreign):
        left.write_bytes(b"half")
    for left in (old, foreign):
        os.utime(left, (1, 1))
    store_index(anyway=True)
    assert [left.exists() for left in (old, young, foreign, path)] == [False, True, True, True]
    for left in (young, foreign):
        left.unlink()


def test_an_index_is_stored_again_only_after_many_changes(monkeypatch) -> None:
    two()
    started()
    assert store_index() == 0
    monkeypatch.setattr(index_service, "UNSAVED", 2)
    assert store_index() > 0
    assert store_index() == 0


def test_what_could_not_be_taken_in_is_tried_again_by_a_process_that_starts(monkeypatch) -> None:
    one, other = two()
    read = spaces.request_counts

    def fail(facts: RequestFacts) -> dict[str, float]:
        if facts.id == one.pk:
            raise ValueError("out of cheese")
        return read(facts)

    with monkeypatch.context() as harmed:
        harmed.setattr(spaces, "request_counts", fail)
        assert set(started().odd) == {one.pk}
        store_index(anyway=True)
        assert set(started().odd) == {one.pk}
        assert warm_index() == 2
    assert set(started().index.requests) == {one.pk, other.pk}


def test_what_could_not_be_taken_in_is_forgotten_once_it_is_no_longer_live(monkeypatch) -> None:
    one, _ = two()
    monkeypatch.setattr(spaces, "request_counts", lambda facts: 1 / 0)
    assert one.pk in started().odd
    ProjectRequest.objects.filter(pk=one.pk).update(status="withdrawn")
    with held_index() as held:
        assert one.pk not in held.odd
