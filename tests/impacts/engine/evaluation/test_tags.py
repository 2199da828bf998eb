"""Figures of suggested tags, worked by hand; what is left out stays unknown; the baselines."""

import pytest

from impacts.engine.evaluation.tags import METHODS, Baselines, TaggedSet, evaluate, figures_by_register
from impacts.engine.facts import DataUseFact, ImpactFact, RegisterFacts, ThingFact
from tests.impacts.engine.making import request, things

A, B, C, D = (("touchpoint", number) for number in (1, 2, 3, 4))
X = ("domain", 1)


def touching(number, title, *touchpoints, **fields):
    impacts = tuple(ImpactFact(touchpoint, "changes") for touchpoint in touchpoints)
    return request(number, title=title, impacts=impacts, **fields)


def test_precision_and_recall_by_hand():
    truth = {1: frozenset({A, B}), 2: frozenset({C}), 3: frozenset({X}), 4: frozenset()}
    ranked = {1: [A, X, C, B], 2: [D, A], 3: [A, B, C, D, X], 4: [A]}
    found = figures_by_register(truth, ranked)
    # First three: 1 of 2 found, 0 of 1, 0 of 1. First five: 2 of 2, 0 of 1, 1 of 1. Request 4 is not asked.
    assert found["all"] == {
        "requests": 3,
        "precision@3": round(1 / 9, 4),
        "recall@3": round(0.5 / 3, 4),
        "precision@5": round(3 / 15, 4),
        "recall@5": round(2 / 3, 4),
    }
    # Touchpoints alone: the domain in between does not count, so B comes third for request 1.
    assert found["touchpoint"] == {
        "requests": 2,
        "precision@3": round(2 / 6, 4),
        "recall@3": 0.5,
        "precision@5": round(2 / 10, 4),
        "recall@5": 0.5,
    }
    assert found["domain"]["recall@3"] == 1.0
    assert "system" not in found


def test_baselines_by_hand():
    baselines = Baselines(
        [
            touching(1, "lost card", 1),
            touching(2, "lost card abroad", 1, 2),
            touching(3, "queue ticket", 3),
            touching(4, "queue display", 3),
            touching(5, "queue hours", 3),
        ]
    )
    asked = baselines.ask(request(9, title="A card lost abroad"))
    assert asked["majority"] == [C, A, B]
    assert asked["nearest"] == [A, B]  # those of request 2; A is the more frequent
    assert asked["nearest ten"] == [A, B]
    assert baselines.ask(request(9, title="Payroll"))["nearest"] == []
    assert baselines.ask(request(9, title=""))["nearest ten"] == []


@pytest.mark.parametrize("folds", [None, 2])
def test_what_is_left_out_stays_unknown(folds):
    alone = TaggedSet("one", RegisterFacts(), (touching(1, "Lift maintenance", 1), touching(2, "Payroll archive", 2)))
    found = evaluate(alone, folds)
    # Nothing but the request itself knows its tag, and the other one carries another: a tag of one's own would count.
    assert {method: found[method]["all"]["recall@5"] for method in found} == dict.fromkeys(found, 0.0)


def test_requests_of_one_part_know_nothing_of_each_other():
    twins = [touching(1, "Lost card", 1), touching(2, "Payroll", 2), touching(3, "Lost card", 1)]
    register = RegisterFacts(touchpoints=things("Branch counter", "Letter"))
    apart = evaluate(TaggedSet("twins", register, tuple(twins)), folds=2)
    alone = evaluate(TaggedSet("twins", register, tuple(twins)))
    for method in METHODS:
        assert apart[method]["all"]["recall@3"] == 0.0
        assert alone[method]["all"]["recall@3"] == round(2 / 3, 4)


def test_the_engine_learns_from_the_others_and_never_from_confidential_ones():
    register = RegisterFacts(touchpoints=things("Branch counter", "Letter"))
    told = [touching(number, "Longer queues for pensioners", 2) for number in (1, 2, 3)]
    assert evaluate(TaggedSet("open", register, tuple(told)))["engine"]["all"]["recall@3"] == 1.0
    secret = [touching(number, "Longer queues for pensioners", 2, confidential=True) for number in (1, 2, 3)]
    assert evaluate(TaggedSet("secret", register, tuple(secret)))["engine"]["all"]["recall@3"] == 0.0


def test_names_of_the_register_count_without_any_other_request():
    register = RegisterFacts(domains={1: ThingFact(1, "ADDR", "Postal address")})
    only = request(1, title="A new postal address", data_uses=(DataUseFact(1, "reads"),))
    found = evaluate(TaggedSet("one", register, (only,)))
    assert found["engine"]["domain"]["recall@3"] == 1.0
    assert found["majority"]["domain"]["recall@3"] == 0.0


def test_an_empty_set_has_no_figures():
    assert evaluate(TaggedSet("none", RegisterFacts(), ())) == {method: {} for method in METHODS}
