"""Which silos should talk: by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impacts.engine.silo_map import HOWS, SiloFinding, Work, silo_pairs, talks

CARDS, RETAIL, RISK = 1, 2, 3


def finding(number, *silos, kind="overlap", score=0.5):
    """Requests are numbered by finding and place."""
    return SiloFinding(number, kind, score, {10 * number + at: silo for at, silo in enumerate(silos)})


def test_a_pair_has_its_overlaps_and_its_conflicts_the_strongest_first():
    (pair,) = silo_pairs(
        [finding(1, CARDS, RETAIL), finding(2, RETAIL, CARDS, score=0.9), finding(3, CARDS, RETAIL, kind="conflict")],
        [],
    )
    assert (pair.silos, pair.same, pair.against, pair.promise) == ((CARDS, RETAIL), (2, 1), (3,), 1.9)
    assert (pair.first, pair.requests) == (2, (20, 21))


def test_a_finding_among_many_weighs_little_for_each_two():
    pairs = silo_pairs([finding(1, CARDS, RETAIL, RISK, score=0.9, kind="conflict"), finding(2, CARDS, RISK)], [])
    assert [(pair.silos, pair.promise) for pair in pairs] == [
        ((CARDS, RISK), 0.8), ((CARDS, RETAIL), 0.3), ((RETAIL, RISK), 0.3),
    ]  # fmt: skip


def test_requests_of_one_silo_tie_nobody():
    assert silo_pairs([finding(1, CARDS, CARDS)], [Work((CARDS, CARDS), "need", 1)]) == ()


@pytest.mark.parametrize("how", HOWS)
def test_who_works_together_needs_no_first_talk(how):
    pairs = silo_pairs([finding(1, CARDS, RETAIL, score=0.9), finding(2, CARDS, RISK)], [Work((RETAIL, CARDS), how, 7)])
    assert [pair.silos for pair in talks(pairs)] == [(CARDS, RISK)]
    assert [work.how for work in pairs[0].works] == [how]


def test_silos_that_only_work_together_are_told_and_need_no_talk():
    (pair,) = silo_pairs([], [Work((CARDS, RETAIL), "family", 7)])
    assert (pair.promise, pair.first, talks([pair])) == (0, None, ())


@given(st.permutations([finding(1, 1, 2), finding(2, 2, 3, score=0.7), finding(3, 1, 2, 3, kind="conflict")]))
def test_the_order_of_findings_does_not_matter(findings):
    assert silo_pairs(findings, []) == silo_pairs(sorted(findings, key=lambda each: each.id), [])
