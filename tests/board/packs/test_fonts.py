"""What the faces cover, and what is said instead of the rest."""

import pytest

from board.packs.fonts import families_for, is_covered, printable, runs_from_the_right
from board.packs.words import quoted
from customers.words import isolated


@pytest.mark.parametrize("character", [*list("aÄß€“…→אشहกΩЖ通サ한🙂"), "\u200d", "\xa0"])
def test_common_scripts_and_signs_are_covered(character: str) -> None:
    assert is_covered(character)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("Ünïcode 通知 🙂 👩\u200d👧", "Ünïcode 通知 🙂 👩\u200d👧"),
        ("a\x07b\x00c", "a b c"),
        ("བོད་ཡིག", "[7 signs, Tibetan]"),
        ("one 𓀀 sign", "one [1 sign, Egyptian] sign"),
        ("\ue000 and \ud800", "  and  "),
        ("two\nlines", "two\nlines"),
    ],
)
def test_what_no_face_has_is_put_in_words(text: str, shown: str) -> None:
    assert printable(text).replace("  ", " ").strip() == shown.replace("  ", " ").strip()


def test_the_east_asian_face_follows_the_language() -> None:
    assert "Noto Sans CJK JP" in families_for("サービス 通知")
    assert "Noto Sans CJK KR" in families_for("알림")
    assert "Noto Sans CJK SC" in families_for("通知")
    assert families_for("anything")[0] == "Inter"


def test_direction_is_that_of_the_first_letter() -> None:
    assert runs_from_the_right("“תנו” x")
    assert not runs_from_the_right("12 x תנו")
    assert not runs_from_the_right("")


def test_a_sentence_runs_as_its_own_words_do_and_not_as_a_name_within_it() -> None:
    hebrew = "\u05d4\u05d0\u05dd"
    sentences = (hebrew, f"{quoted(isolated(hebrew))} was changed", f"{quoted('Cards')} {hebrew}", "2027")
    assert [runs_from_the_right(text) for text in sentences] == [True, False, False, False]
    assert printable(quoted(isolated(hebrew))) == f"\u201c\u2068{hebrew}\u2069\u201d"
