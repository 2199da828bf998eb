"""All pairs that are near are found by whole blocks, however words and tags are laid out for it, and few others."""

import random
from itertools import combinations

import numpy as np
import pytest

from impacts.engine.facts import DataUseFact, ImpactFact, RequestFacts
from impacts.engine.matching import candidates
from impacts.engine.matching.candidates import near_pairs
from impacts.engine.matching.spaces import Spaces

FLOOR = 0.09
SIZE = 300


def spaces_of_many() -> Spaces:
    """Requests of common words and rare ones; one in twenty says five words of its own kind alone, another one says
    these after many rare ones; two to five tags."""
    dice = random.Random(11)
    words = ["".join(dice.choices("bdfgklmnprst", k=3)) + "a" + dice.choice("klmnr") for _ in range(700)]
    shares = [1 / (rank + 5) for rank in range(len(words))]
    spaces, fives = Spaces(), ["vavan", "vevam", "vivar", "vovak", "vuval"]
    for number in range(SIZE):
        said = dice.choices(words, shares, k=25)
        if number % 20 == 0:
            said = fives
        elif number % 20 == 1:
            said = [*dice.sample(words[200:], 17), *fives]
        spaces.put(
            RequestFacts(
                id=number,
                reference=f"REQ-{number}",
                silo=number % 7,
                title=" ".join(said[:2]),
                problem=" ".join(said[2:]),
                impacts=tuple(ImpactFact(dice.randrange(20), "changes") for _ in range(dice.randrange(1, 4))),
                data_uses=(DataUseFact(dice.randrange(15), "reads", dice.randrange(15)),),
            )
        )
    return spaces


SPACES = spaces_of_many()
PLACES = np.arange(SIZE)
FIRSTS, SECONDS = (np.array(places) for places in zip(*combinations(range(SIZE), 2), strict=True))


def pairs_of(asking: np.ndarray) -> set[tuple[int, int]]:
    found = [pair for part in near_pairs(SPACES, PLACES, asking, FLOOR) for pair in zip(*part, strict=True)]
    assert len(found) == len(set(found))
    return {(min(pair), max(pair)) for pair in found}


def near_ones() -> set[tuple[int, int]]:
    near = SPACES.are_near(FIRSTS, SECONDS, FLOOR)
    return set(zip(FIRSTS[near].tolist(), SECONDS[near].tolist(), strict=True))


@pytest.mark.parametrize("powers", [(), (0.5,), (0.7,)])
@pytest.mark.parametrize(("most_twos", "most"), [(0, 1.4), (64, 1.1)])
@pytest.mark.parametrize("block", [16, 256])
def test_all_near_pairs_are_found_and_few_others(
    monkeypatch: pytest.MonkeyPatch, powers: tuple[float, ...], most_twos: int, most: float, block: int
) -> None:
    monkeypatch.setattr(candidates, "FREQUENT_POWERS", powers)
    monkeypatch.setattr(candidates, "MOST_HEAVY", 1.0)
    monkeypatch.setattr(candidates, "MOST_TWOS", most_twos)
    monkeypatch.setattr(candidates, "BLOCK", block)
    near = near_ones()
    assert 100 < len(near) < len(FIRSTS) / 4
    found = pairs_of(PLACES)
    assert near <= found
    assert len(found) < most * len(near)
    some = PLACES[5::9]
    assert {pair for pair in near if set(pair) & set(some.tolist())} <= pairs_of(some)
