"""What is put on the shelf comes back as it was, whatever was dropped; arrays grow under who looks at them."""

import pickle
from dataclasses import fields, replace
from datetime import date

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from impacts.engine.facts import (
    ContactFact,
    DataUseFact,
    ImpactFact,
    RequestFacts,
    SkillNeedFact,
    SystemUseFact,
)
from impacts.engine.matching import shelf as shelves
from impacts.engine.matching.rows import Growing
from impacts.engine.matching.shelf import Shelf, packed

FULL = RequestFacts(
    id=1,
    reference="REQ-1",
    silo=2,
    title="Zahlungen — العربية 🎈",
    problem="\ud83d half of a character",
    proposal="x" * 50_000,
    kind="regulatory",
    first_heard="idea",
    heads_up=True,
    committed=True,
    confidential=True,
    start=date.min,
    go_live=date.max,
    impacts=(ImpactFact(1, "changes", "better", 3, -1, frozenset({4, 5})), ImpactFact(2, "retires")),
    data_uses=(DataUseFact(1, "masters", 2), DataUseFact(2, "reads")),
    system_uses=(SystemUseFact(7, "uses"),),
    contacts=(ContactFact(1, "email", date(2027, 1, 1), 3, 14),),
    skills=(SkillNeedFact(1, 20),),
    needs=frozenset({9}),
    meaning=bytes(range(256)),
)


def test_every_field_comes_back_as_it_was():
    empty = RequestFacts(id=3, reference="", silo=0, title="")
    assert all(getattr(FULL, each.name) != each.default for each in fields(RequestFacts))  # none is left out here
    shelf = Shelf()
    for facts in (FULL, empty):
        shelf.put(facts.id, packed(facts))
    for kept in (shelf, pickle.loads(pickle.dumps(shelf))):
        assert dict(kept) == {1: FULL, 3: empty}
        assert [type(each) for each in kept[1].impacts] == [ImpactFact, ImpactFact]


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(1, 6), st.text(max_size=20), st.booleans()), max_size=40))
def test_it_reads_as_a_dictionary_whatever_was_dropped_and_packed(steps):
    shelf, expected = Shelf(), {}
    for number, title, pack in steps:
        if number in expected:
            shelf.drop(number)
            del expected[number]
        if title:
            expected[number] = replace(FULL, id=number, title=title)
            shelf.put(number, packed(expected[number]))
        if pack:
            kept = shelf.keep()
            assert len(kept) == shelf.rows == len(expected)
        assert list(shelf) == list(expected)
        assert dict(shelf) == expected
        assert shelf.owners[shelf.rows_of(list(expected))].tolist() == list(expected)


def test_more_than_are_at_hand_are_unpacked_anew(monkeypatch):
    monkeypatch.setattr(shelves, "AT_HAND", 2)
    shelf = Shelf()
    for number in range(5):
        shelf.put(number, packed(replace(FULL, id=number)))
    assert [shelf[number].id for number in (*range(5), *range(5))] == [*range(5), *range(5)]
    assert len(shelf._at_hand) <= 2


def test_an_array_that_somebody_looks_at_grows_and_leaves_the_view_as_it_was():
    grown = Growing(np.int64, range(10))
    seen = grown.view()
    for number in range(10, 5000):
        grown.append(number)
    assert seen.tolist() == list(range(10))
    assert grown.view().tolist() == list(range(5000))
