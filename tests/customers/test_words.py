"""How several things are counted in a sentence."""

import pytest

from customers.words import WAS, isolated, part_of


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        (0, 1, "The only promise was not kept"),
        (1, 1, "The only promise was kept"),
        (0, 3, "None of 3 promises was kept"),
        (1, 3, "1 of 3 promises was kept"),
        (2, 3, "2 of 3 promises were kept"),
        (3, 3, "All 3 promises were kept"),
        (1200, 2400, "1,200 of 2,400 promises were kept"),
    ],
)
def test_the_verb_goes_with_the_number(part: int, whole: int, said: str) -> None:
    assert part_of(part, whole, "promise", "kept", verb=WAS) == said


def test_a_plural_of_its_own() -> None:
    assert part_of(2, 3, "bet on customers", "lost", things="bets on customers") == "2 of 3 bets on customers are lost"


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("Plain", "Plain"),
        ("Größe 日本", "Größe 日本"),
        ("\u05d0\u05d1 (2)", "\u2068\u05d0\u05d1 (2)\u2069"),
        ("Desk \u0627\u062c!", "\u2068Desk \u0627\u062c!\u2069"),
        ("a\u202eb", "\u2068a\u202eb\u202c\u2069"),
        ("a\u2067b\u202ec", "\u2068a\u2067b\u202ec\u202c\u2069\u2069"),
        ("a\u202eb\u202cc", "\u2068a\u202eb\u202cc\u2069"),
        ("a\u2069\u202c", "\u2068a\u2069\u202c\u2069"),
    ],
)
def test_what_turns_the_direction_ends_with_its_text(text: str, made: str) -> None:
    assert isolated(text) == made
    assert isolated(made) == made
