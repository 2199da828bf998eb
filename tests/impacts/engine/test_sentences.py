"""Where a text is cut into sentences: what belongs together is read together."""

import pytest

from impacts.engine.matching.sentences import sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # what a colon announces stays with it
        ("Goal: customers get one letter", ["Goal: customers get one letter"]),
        (
            "We send too many letters to our customers. Goal: customers get one letter a month.",
            ["We send too many letters to our customers.", "Goal: customers get one letter a month."],
        ),
        (
            "Three departments write to the same customer: cards, loans and mortgages.",
            ["Three departments write to the same customer: cards, loans and mortgages."],
        ),
        # also below a heading, short or long
        ("Letters reach people too late.\nGoal:\none letter", ["Letters reach people too late.", "Goal: one letter"]),
        (
            "What the new portal is to offer:\n• tracking of parcels on their way\n• changing of an address by night",
            ["What the new portal is to offer:", "tracking of parcels on their way", "changing of an address by night"],
        ),
        # what is short goes to the sentence before
        ("Customers wait for weeks. Too long. Nobody tells them where it is.",
         ["Customers wait for weeks. Too long.", "Nobody tells them where it is."]),
        ("The shop opens at 8:30 and closes at noon.", ["The shop opens at 8:30 and closes at noon."]),
        ("", []),
        (":", [":"]),
    ],
)  # fmt: skip
def test_sentences_are_cut_where_they_end(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected
