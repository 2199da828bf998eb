"""Numbers with their units, as people write them."""

import pytest

from board.planner.why.wording import with_unit


@pytest.mark.parametrize(
    ("said", "unit", "words"),
    [
        ("1", "changes", "1 change"),
        ("2", "changes", "2 changes"),
        ("1", "ms", "1 ms"),
        ("1", "mass", "1 mass"),
        ("1", "€", "€1"),
    ],
)
def test_one_thing_is_said_in_the_singular(said: str, unit: str, words: str) -> None:
    assert with_unit(said, unit) == words
