"""The language model and the closeness of meaning, with the real model."""

import json
import pickle
import shutil
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from impacts.engine.facts import EngineSettings
from impacts.engine.matching.encoder import Encoder, ModelUnusable, packaged_folder
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.matching.meaning import MeaningSpace, request_vectors
from impacts.engine.scan import scan_findings
from tests.impacts.engine.making import TODAY, request

TEXTS = [
    ("Tell card holders about payments by text message", "Holders learn of a payment weeks later, on paper."),
    ("SMS alerts for debit cards", "Whoever pays should get a notification on the phone at once."),
    ("Archive of mortgage deeds", "Deeds lie in a cellar that floods."),
    ("Car park barrier", "The barrier at the head office no longer opens."),
    ("", "..."),
]


@pytest.fixture(scope="module")
def encoder():
    folder = packaged_folder()
    assert folder is not None
    return Encoder(folder)


@pytest.fixture(scope="module")
def vectors(encoder):
    return request_vectors(encoder, TEXTS)


def of(vectors):
    return [
        request(number, silo=number, title=title, problem=body, meaning=vector)
        for number, ((title, body), vector) in enumerate(zip(TEXTS, vectors, strict=True), 1)
    ]


def test_a_vector_has_length_one_and_sentences_that_mean_the_same_lie_close(encoder):
    one, same, other = encoder.encode(["A man is eating food.", "A man is eating a piece of bread.", "A plane lands."])
    assert np.linalg.norm(one) == pytest.approx(1, abs=1e-5)
    # 0.7553 is what the authors' own code gives for this well-known pair.
    assert float(one @ same) == pytest.approx(0.7553, abs=0.001)
    assert float(one @ other) < 0.3


@pytest.mark.parametrize("text", ["", "x", "😀" * 500, "安全地址更新", "عنوان العميل", "long " * 20_000])
def test_any_text_gets_a_vector(encoder, text):
    vector = encoder.encode([text])[0]
    assert vector.shape == (384,)
    assert np.isfinite(vector).all()


def test_weights_that_are_not_the_published_ones_are_refused_with_both_hashes(tmp_path):
    folder = tmp_path / "model"
    shutil.copytree(packaged_folder(), folder)
    with (folder / "model.safetensors").open("r+b") as file:
        file.seek(1_000_000)
        file.write(b"\x00\x01\x02\x03")
    with pytest.raises(ModelUnusable, match="another or a damaged file"):
        Encoder(folder)


def test_a_folder_without_a_model_says_what_is_missing(tmp_path):
    with pytest.raises(ModelUnusable, match=r"no model\.safetensors"):
        Encoder(tmp_path)


def test_a_model_of_another_kind_is_refused_even_if_its_hash_is_named(tmp_path, encoder):
    folder = tmp_path / "model"
    shutil.copytree(packaged_folder(), folder)
    (folder / "config.json").write_text(json.dumps({"model_type": "gpt2"}))
    with pytest.raises(ModelUnusable, match="does not hold a BERT"):
        Encoder(folder, encoder.sha256)


@pytest.mark.parametrize(
    ("name", "text"), [("tokenizer.json", "{"), ("config.json", "[]"), ("config.json", '{"num_attention_heads": 0}')]
)
def test_a_model_whose_other_files_are_damaged_is_refused(tmp_path, encoder, name, text):
    folder = tmp_path / "model"
    shutil.copytree(packaged_folder(), folder)
    (folder / name).write_text(text)
    with pytest.raises(ModelUnusable, match="does not hold a BERT"):
        Encoder(folder, encoder.sha256)


def test_a_text_without_a_letter_has_no_meaning(vectors):
    assert vectors[4] == b""
    assert all(len(vector) == 768 for vector in vectors[:4])


def test_requests_in_other_words_are_found_by_meaning_and_not_without(vectors):
    settings = EngineSettings(same_purpose=0.2, family=0.4)
    with_meaning = PortfolioIndex(of(vectors), None, settings)
    without = PortfolioIndex([replace(facts, meaning=b"") for facts in of(vectors)], None, settings)
    found = [finding.requests for finding in scan_findings(with_meaning, TODAY) if finding.rule == "same-purpose"]
    assert found == [(1, 2)]
    assert not [finding for finding in scan_findings(without, TODAY) if finding.rule == "same-purpose"]


def test_the_reasons_name_meaning_and_still_sum_to_the_score(vectors):
    index = PortfolioIndex(of(vectors))
    pair = index.nearest(1, 1)[0]
    lines = index.explain(pair)
    assert "meaning" in {line.kind for line in lines}
    assert sum(line.weight or 0 for line in lines) == pytest.approx(pair.score, abs=1e-9)


def test_closeness_does_not_depend_on_order_nor_on_how_many_are_asked(vectors):
    rows = {number: vector for number, vector in enumerate(vectors) if vector}
    forward, backward = MeaningSpace(), MeaningSpace()
    for number in sorted(rows):
        forward.put(rows[number])
    for number in sorted(rows, reverse=True):
        backward.put(rows[number])
    last = len(rows) - 1
    for one in rows:
        near = forward.likeness(forward.of_row(one), np.arange(len(rows)))
        far = backward.likeness(backward.of_row(last - one), np.arange(len(rows)))[::-1]
        alone = [forward.likeness(forward.of_row(one), np.array([other]))[0] for other in range(len(rows))]
        assert near.tolist() == far.tolist() == alone
        assert near.tolist() == forward.likeness_of_all(forward.of_row(one)).tolist()


def test_rows_that_are_dropped_kept_or_unknown_stay_in_step(vectors):
    space = MeaningSpace()
    for vector in (b"", vectors[0], vectors[1], b"", vectors[2]):
        space.put(vector)
    space.drop(2)
    assert np.isnan(space.likeness(space.of_row(1), np.array([0, 2, 3]))).all()
    before = space.likeness(space.of_row(1), np.array([4]))
    space.keep(np.array([4, 0, 1]))
    space.put(vectors[3])
    space.drop(3)
    assert space.likeness(space.of_row(2), np.array([0])).tolist() == before.tolist()
    again = pickle.loads(pickle.dumps(space))
    assert again.likeness(again.of_row(2), np.array([0])).tolist() == before.tolist()


def test_a_vector_of_another_model_says_nothing(vectors):
    space = MeaningSpace()
    space.put(vectors[0])
    space.put(np.ones(100, np.float16).tobytes())
    assert len(space) == 1
    assert np.isnan(space.likeness(space.of_row(0), np.array([1]))).all()


def test_an_index_updated_step_by_step_gives_what_one_built_afresh_gives(vectors):
    facts = of(vectors)
    fresh, stepwise = PortfolioIndex(facts), PortfolioIndex()
    for each in reversed(facts):
        stepwise.update(changed=[replace(each, meaning=b"")])
    for each in facts:
        stepwise.update(changed=[each])
    assert [pair.score for pair in fresh.nearest(1)] == [pair.score for pair in stepwise.nearest(1)]
    assert all(one.score >= other.score for one, other in pairwise(fresh.nearest(1)))
