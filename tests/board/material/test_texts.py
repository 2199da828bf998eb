"""What counts as another word, and what is only another way to write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from board.material.texts import is_typo, share_changed


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Card alerts by push.", "Card  alerts\nby push"),
        ("Card alerts by push", "card alerts by PUSH!"),
        ("We send e-mail to customers", "We send email to customers"),
        ("Customers recieve a letter", "Customers receive a letter"),
        ("The customer wants a letter", "Customers want a letter"),
        ("“Quoted”, and - dashed", '"Quoted" and – dashed'),
        ("Ärger mit Briefen", "Ärger  mit Briefen"),
        ("", "   \n"),
    ],
)
def test_cosmetic_edits_change_nothing(before: str, after: str) -> None:
    assert share_changed(before, after) == 0


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Calls fall by 10 %", "Calls fall by 40 %"),
        ("We now tell customers", "We not tell customers"),
        ("Calls increase", "Calls decrease"),
        ("All customers get it", "All customers get it by phone"),
        ("", "Something"),
        ("1,500 customers", "1.6 customers"),
        ("before 2027", "before 2028"),
    ],
)
def test_another_meaning_is_no_cosmetic_edit(before: str, after: str) -> None:
    assert share_changed(before, after) > 0


def test_share_is_of_the_longer_text() -> None:
    assert share_changed("one two four five", "one two four five six seven eight nine") == 50
    assert share_changed("", "Something") == 100


def test_words_that_changed_places_are_not_counted_twice() -> None:
    assert share_changed("banks close early", "early close banks") == pytest.approx(200 / 3)


@given(st.text(max_size=80))
def test_a_text_is_itself_however_it_is_spaced(text: str) -> None:
    assert share_changed(text, f"  {text}\n") == 0


@given(st.text(max_size=60), st.text(max_size=60))
def test_share_lies_between_nothing_and_all(before: str, after: str) -> None:
    assert 0 <= share_changed(before, after) <= 100


@given(st.text(min_size=1, max_size=12), st.text(min_size=1, max_size=12))
def test_typos_are_mutual(one: str, other: str) -> None:
    assert is_typo(one, other) == is_typo(other, one)
