"""When a vote is carried: worked by hand, at and beside each boundary."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from board.agenda.voting import Count


@pytest.mark.parametrize(
    ("present", "votes", "chair", "carried"),
    [
        (5, (3, 2, 0), "", True),
        (5, (2, 3, 0), "for", False),
        (6, (4, 2, 0), "", True),
        (6, (3, 3, 0), "for", True),
        (6, (3, 3, 0), "against", False),
        (6, (3, 3, 0), "", False),
        # Who abstains is not for it: three of six are no majority, whatever the others say.
        (6, (3, 1, 2), "for", False),
        # At a tie the chair's vote counts once more: three of five.
        (5, (2, 2, 1), "for", True),
        (6, (2, 2, 2), "for", False),
        (1, (1, 0, 0), "", True),
        (2, (1, 0, 1), "for", False),
        (0, (0, 0, 0), "", False),
    ],
)
def test_more_than_half_of_those_present(present: int, votes: tuple[int, int, int], chair: str, carried: bool) -> None:
    assert Count("majority", present, *votes, chair).carried is carried


@pytest.mark.parametrize(
    ("present", "in_favour", "carried"),
    [
        (3, 2, True),
        (3, 1, False),
        (4, 3, True),
        (4, 2, False),
        (6, 4, True),
        (6, 3, False),
        (7, 5, True),
        (7, 4, False),
    ],
)
def test_two_thirds_of_those_present(present: int, in_favour: int, carried: bool) -> None:
    count = Count("two_thirds", present, in_favour, present - in_favour, 0, "for")
    assert count.carried is carried


def test_the_words_say_how_it_stands_and_what_is_needed() -> None:
    count = Count("majority", 6, 3, 1, 1)
    assert count.words == (
        "Not carried: 3 of the 6 who may vote are for it, 1 against, 1 abstained, 1 not said; 4 are needed (more than "
        "half)."
    )
    assert Count("two_thirds", 3, 2, 1, 0).words.startswith("Carried: 2 of the 3 who may vote are for it, 1 against; 2")
    assert Count("majority", 6, 3, 3, 0, "for").words == "Carried by the chair’s casting vote: 3 for it, 3 against."


@given(st.sampled_from(["majority", "two_thirds"]), st.lists(st.sampled_from(["for", "against", "abstain", ""])))
def test_one_more_for_it_never_makes_it_fail(majority: str, votes: list[str]) -> None:
    def count(said: list[str]) -> Count:
        chair = said[0] if said else ""
        return Count(majority, len(said), said.count("for"), said.count("against"), said.count("abstain"), chair)

    before = count(votes)
    for place, vote in enumerate(votes):
        if vote != "for" and before.carried:
            assert count([*votes[:place], "for", *votes[place + 1 :]]).carried
    assert before.carried <= (before.in_favour > 0)
