"""What holds for every portfolio: order does not matter, steps equal a fresh start, a part equals the whole's part."""

import pickle
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impacts.engine.contact_load import forecasts
from impacts.engine.matching import candidates, gramspace, space
from impacts.engine.matching import index as index_module
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.rules import same_purpose
from impacts.engine.scan import scan, scan_clusters, scan_findings, ties_of
from tests.impacts.engine.making import POLICIES, SETTINGS, TODAY, busy_register, portfolios, requests_with

NEVER_MORE_BY_LESS = {
    "two-masters", "opposed-aim", "freeze", "channel-overload", "not-connected", "it-came-late", "hollow-claim",
    "over-capacity",
}  # fmt: skip
REGISTER = busy_register()


def index_of(requests):
    return PortfolioIndex(requests, REGISTER, SETTINGS)


@settings(max_examples=60, deadline=None)
@given(portfolios(), st.randoms(use_true_random=False))
def test_the_order_of_requests_does_not_matter(requests, dice):
    shuffled = list(requests)
    dice.shuffle(shuffled)
    assert scan(index_of(requests), TODAY) == scan(index_of(shuffled), TODAY)


@settings(max_examples=60, deadline=None)
@given(portfolios(least=1), st.data())
def test_an_index_updated_step_by_step_equals_one_built_afresh(requests, data):
    index = index_of(requests)
    final = {request.id: request for request in requests}
    for _ in range(data.draw(st.integers(1, 5))):
        number = data.draw(st.integers(1, 7))
        if data.draw(st.booleans()):
            final[number] = data.draw(requests_with(number))
            index.update(changed=[final[number]])
        else:
            final.pop(number, None)
            index.update(removed=[number])
        scan(index, TODAY)
    fresh = index_of(reversed(list(final.values())))
    assert scan(index, TODAY) == scan(fresh, TODAY)
    for number in final:
        assert index.nearest(number) == fresh.nearest(number)


@settings(max_examples=60, deadline=None)
@given(portfolios(), st.frozensets(st.integers(1, 7), max_size=3))
def test_a_scan_about_some_requests_is_the_part_of_a_full_scan_that_involves_them(requests, about):
    index = index_of(requests)
    whole = scan_findings(index, TODAY)
    assert scan_findings(index, TODAY, about) == tuple(f for f in whole if not about.isdisjoint(f.requests))


@settings(max_examples=40, deadline=None)
@given(portfolios())
def test_a_scan_twice_and_a_pickled_index_find_the_same(requests):
    index = index_of(requests)
    first = scan(index, TODAY)
    assert scan(index, TODAY) == first
    assert scan(pickle.loads(pickle.dumps(index)), TODAY) == first


@settings(max_examples=60, deadline=None)
@given(portfolios(least=1), st.data())
def test_taking_a_request_away_never_adds_a_conflict(requests, data):
    gone = data.draw(st.sampled_from(requests))
    before = {f.identity for f in scan_findings(index_of(requests), TODAY) if f.rule in NEVER_MORE_BY_LESS}
    rest = [request for request in requests if request is not gone]
    after = {f.identity for f in scan_findings(index_of(rest), TODAY) if f.rule in NEVER_MORE_BY_LESS}
    assert after <= before


@settings(max_examples=60, deadline=None)
@given(portfolios(least=1), st.data())
def test_taking_a_request_away_never_raises_the_peak_of_contacts(requests, data):
    gone = data.draw(st.sampled_from(requests))
    rest = [request for request in requests if request is not gone]
    before = forecasts(requests, POLICIES, [1, 2, 3])
    after = forecasts(rest, POLICIES, [1, 2, 3])
    assert all(one.peak <= other.peak for one, other in zip(after, before, strict=True))


@settings(max_examples=60, deadline=None)
@given(portfolios())
def test_every_finding_is_sound(requests):
    findings = scan_findings(index_of(requests), TODAY)
    known = {request.id for request in requests}
    assert len({finding.identity for finding in findings}) == len(findings)
    for finding in findings:
        assert finding.identity[0] == finding.rule
        assert finding.requests == tuple(sorted(set(finding.requests)))
        assert set(finding.requests) <= known
        assert 0 <= finding.score <= 1
        assert finding.title
        assert finding.evidence
        for line in finding.evidence:
            assert set(line.requests) <= set(finding.requests)
            assert line.text


@settings(max_examples=60, deadline=None)
@given(portfolios())
def test_the_weights_of_the_evidence_of_an_overlap_sum_to_its_score(requests):
    for finding in scan_findings(index_of(requests), TODAY):
        if finding.rule == "same-purpose":
            assert round(sum(line.weight or 0 for line in finding.evidence), 4) == finding.score


@settings(max_examples=40, deadline=None)
@given(portfolios(least=2))
def test_clusters_of_the_ties_alone_equal_those_of_a_full_scan_and_do_not_overlap(requests):
    index = index_of(requests)
    whole = scan(index, TODAY)
    clusters = scan_clusters(index, [(b, a, score) for a, b, score in reversed(ties_of(whole.findings))])
    assert clusters == whole.clusters
    members = [request for cluster in clusters for request in cluster.requests]
    assert len(members) == len(set(members))
    for cluster in clusters:
        assert len({index.requests[request].silo for request in cluster.requests}) > 1


@settings(max_examples=60, deadline=None)
@given(portfolios(least=2), st.frozensets(st.integers(1, 7), max_size=4), st.integers(1, 4))
def test_pairs_found_by_whole_blocks_are_those_found_one_by_one(requests, about, block):
    index = index_of(requests)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index_module, "MANY", 1)
        patch.setattr(candidates, "BLOCK", block)
        blocks = [sorted(index.pairs(ids), key=_pair) for ids in (None, about)]
    assert blocks == [sorted(index.pairs(ids), key=_pair) for ids in (None, about)]


@settings(max_examples=60, deadline=None)
@given(portfolios(least=2), st.data())
def test_what_is_common_everywhere_brings_no_pair_together_whoever_asks(requests, data):
    index = index_of(requests)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(space, "COMMON_LEAST", data.draw(st.integers(0, 3)))
        whole = list(index.pairs())
        one = data.draw(st.sampled_from(requests)).id
        alone = index.pairs(frozenset({one}))
        assert sorted(alone, key=_pair) == sorted((p for p in whole if one in _pair(p)), key=_pair)
        patch.setattr(index_module, "MANY", 1)
        assert list(index.pairs()) == whole


@settings(max_examples=60, deadline=None)
@given(portfolios(least=3), st.frozensets(st.integers(1, 7), max_size=3), st.integers(1, 2))
def test_the_best_overlaps_of_each_are_the_same_whoever_asks(requests, about, most):
    few = replace(SETTINGS, most_overlaps=most)
    index = PortfolioIndex(requests, REGISTER, few)
    whole = same_purpose.find(index, few, TODAY)
    part = same_purpose.find(index, few, TODAY, about)
    assert sorted(f.identity for f in part) == sorted(f.identity for f in whole if not about.isdisjoint(f.requests))
    everything = {f.requests: f.score for f in same_purpose.find(index_of(requests), SETTINGS, TODAY)}
    assert {f.requests for f in whole} <= everything.keys()
    for pair, score in everything.items():
        if pair not in {f.requests for f in whole}:
            for one in pair:
                better = [f for f in whole if one in f.requests and f.score >= score]
                assert len(better) >= most


@settings(max_examples=40, deadline=None)
@given(portfolios(least=2), st.integers(0, 300), st.data())
def test_grams_that_are_found_again_are_those_that_were_kept(requests, kept, data):
    whole = index_of(requests)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gramspace, "KEPT", kept)
        index = index_of(requests)
        gone = data.draw(st.sampled_from(requests)).id
        for each in (whole, index, pickle.loads(pickle.dumps(index))):
            assert list(each.pairs()) == list(whole.pairs())
        for each in (whole, index):
            each.update(removed=[gone])
            each._pack()
        assert list(index.pairs()) == list(whole.pairs())


def _pair(pair):
    return pair.first, pair.second
