"""The matcher on real portfolios that nobody here wrote: enough is found, and noise stays small."""

import pytest

from bench.baselines import trigram_set, trigrams
from bench.matching import measure_likeness
from bench.overlaps import measure
from impacts.engine.evaluation import engine
from impacts.engine.evaluation.labelled import read_labelled
from impacts.engine.evaluation.metrics import ranking_figures
from impacts.engine.facts import EngineSettings


@pytest.fixture(scope="module")
def canada(shared_data):
    return measure(shared_data / "canada-2022", 50)


def test_nine_in_ten_of_the_known_initiatives_are_found(canada):
    found, known = canada["found"]["same_initiative"]
    assert known == 34
    assert found >= 0.9 * known


def test_accidents_of_acronyms_are_not_found(canada):
    assert canada["found"]["acronym_accident"] == [0, 3]


def test_findings_do_not_drown_in_noise(canada):
    assert canada["overlaps"] <= 0.6 * canada["requests"]
    assert canada["requests_in_overlaps"] <= canada["requests"] / 2


@pytest.mark.parametrize(
    ("members", "least"),
    [
        ({"CA0056", "CA0397", "CA0571", "CA0683", "CA0908"}, 5),  # learning systems
        ({"CA0430", "CA0469", "CA0547", "CA0670", "CA1248", "CA1273"}, 6),  # Workload Migration
        ({"CA0316", "CA0372", "CA0615", "CA1256", "CA1292"}, 4),  # GCdocs
    ],
)
def test_families_stand_out_as_clusters(canada, members, least):
    best = max(canada["clusters"], key=lambda cluster: len(members & set(cluster)))
    assert len(members & set(best)) >= least
    assert len(best) <= len(members) + 2


def test_another_country_needs_no_other_settings(shared_data):
    australia = measure(shared_data / "australia", 50)
    found, known = australia["found"]["same"]
    assert found >= 0.95 * known
    assert australia["overlaps"] <= 0.6 * australia["requests"]


def test_a_threshold_moves_no_score(shared_data):
    folder = shared_data / "canada-2022"
    labelled = read_labelled(folder / "items.jsonl", folder / "pairs.jsonl")
    index = engine.build(labelled.items)
    scores = {}
    for threshold in (0.30, 0.18, 0.48):
        index.replace_register(index.register, EngineSettings(same_purpose=threshold, family=0.5))
        scores[threshold] = {(pair.first, pair.second): pair.score for pair in index.pairs(least=threshold)}
    for threshold in (0.18, 0.48):
        high = max(threshold, 0.30)
        strong = [{pair: score for pair, score in scores[each].items() if score >= high} for each in (0.30, threshold)]
        assert strong[0]
        assert strong[0] == strong[1]


@pytest.mark.parametrize(
    ("text_only", "figures"),
    [
        (False, {"hit@1": 0.33, "hit@10": 0.67, "recall@10": 0.47, "map": 0.30, "ap": 0.04}),
        (True, {"hit@10": 0.53, "recall@10": 0.33, "map": 0.22, "ap": 0.03}),
    ],
)
def test_the_metrics_give_what_others_measured_for_trigrams(shared_data, text_only, figures):
    folder = shared_data / "canada-2022"
    labelled = read_labelled(folder / "items.jsonl", folder / "pairs.jsonl")
    labelled = labelled.without_titles() if text_only else labelled
    likeness = trigrams([f"{item.title}\n{item.text}".strip() for item in labelled.items])
    queries, pairs = measure_likeness(likeness, labelled, cross_silo=True)
    found = {**ranking_figures(list(queries.values())), **pairs}
    assert len(queries) == 58
    assert {name: found[name] for name in figures} == pytest.approx(figures, abs=0.006)


def test_trigrams_are_those_of_postgresql():
    # SELECT show_trgm('Cat, cats') and similarity('word', 'two words'), from its manual
    assert trigram_set("Cat, cats") == {"  c", " ca", "cat", "at ", "ats", "ts "}
    assert trigrams(["word", "two words"])[0, 1] == pytest.approx(0.36363637)
