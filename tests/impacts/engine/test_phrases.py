"""Names are found as phrases whatever their case, accents, plural and hyphens, and shown as they are written."""

import pytest

from impacts.engine.phrases import ReadText, phrase


def found(name, text):
    read = phrase(name, "en")
    return ReadText(text).phrase_as_written(read) if read else None


@pytest.mark.parametrize(
    ("name", "text", "written"),
    [
        ("Call-back", "We ring: a callback at noon", "callback"),
        ("callback", "Two Call-Backs a day", "Call-Backs"),
        ("chat bot", "The chatbots answer", "chatbots"),
        ("e-mail", "Emails go astray", "Emails"),
        ("email", "An E-mail a day", "E-mail"),
        ("Consent and preferences", "consent and\tpreferences", "consent and preferences"),
        ("Café", "the cafes of the branch", "cafes"),
        ("ATM", "At M Street", ""),
        ("SMS", "no sms, please", "sms"),
        ("Branch counter", "The branch. Counter", ""),
        ("Branch counter", "The branch\ncounter", ""),
        ("Phone menu", "", ""),
    ],
)
def test_a_phrase_is_found_as_it_is_written(name, text, written):
    assert found(name, text) == written


def test_a_name_without_a_word_that_counts_is_no_phrase():
    for name in ("", "the", "2024", "😀"):
        assert phrase(name, "en") is None


def test_what_is_left_of_a_hyphenated_name_is_not_the_whole():
    assert not phrase("opt-in", "en").is_whole
    assert phrase("Consent", "en").is_whole
    assert phrase("Consent and preferences", "en").is_whole
    assert phrase("Service e-mail", "en").stems == ("servic", "email")


def test_long_texts_and_odd_ones_are_read():
    for text in ("x" * 50_000, "client " * 9_000, "客户 数据", "عميل", "😀" * 99):
        assert ReadText(text).phrase_as_written(phrase("Branch counter", "en")) == ""
