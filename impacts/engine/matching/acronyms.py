"""Acronyms that mean different things: "Special Access Program (SAP)" is not "Systems, Applications, Products (SAP)".

An acronym is two to eight capital letters. What it stands for is known where a text spells it out right before it in
brackets: "Case Management System (CMS)", small words such as "of" skipped or counted, or in brackets right after it:
"CMS (Case Management System)".
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from impacts.engine.matching.languages import FUNCTION_WORDS, Language, language_of
from impacts.engine.matching.text import normalise, stems_of_word

Meanings = Mapping[str, frozenset[str]]

MOST_WORDS = 10
"""An acronym stands for so many words at most, small ones counted."""

_SPELLED_BEFORE = re.compile(r"[ \t]\(\s*([A-Z]{2,8})s?\s*\)")
_SPELLED_AFTER = re.compile(r"\b([A-Z]{2,8})s?[ \t]*\(\s*([\w&'’-]+(?:[ \t]+[\w&'’-]+){1,9})[ \t]*\)")
_MARK = re.compile(r"[^\w&'’ \t-]")
_PART = re.compile(r"[^\W_]+")


@lru_cache(maxsize=4096)
def meanings(text: str) -> Meanings:
    """The acronyms that a text spells out, each with the stems of the words it stands for."""
    if "(" not in text:
        return {}
    language = language_of(text)
    text = text.replace(",", "")
    found: dict[str, frozenset[str]] = {}
    pairs = [(match[1], _words_before(text, match.start())) for match in _SPELLED_BEFORE.finditer(text)]
    pairs += [(match[1], match[2]) for match in _SPELLED_AFTER.finditer(text)]
    for acronym, phrase in pairs:
        words = _spelled(acronym.lower(), _PART.findall(phrase), language)
        for stem in stems_of_word(acronym, language):
            if words:
                found[stem] = frozenset(one for word in words for one in stems_of_word(word, language))
    return found


def _words_before(text: str, end: int) -> str:
    """The last words before a place, back to the first mark between them; MOST_WORDS at most."""
    words = _MARK.split(text[max(0, end - 300) : end])[-1].split()
    return " ".join(words[-MOST_WORDS:])


def _spelled(acronym: str, words: list[str], language: Language) -> list[str]:
    """The fewest last words whose initials give the acronym, with or without small words; none when none do."""
    for start in range(len(words) - 1, -1, -1):
        part = words[start:]
        telling = [word for word in part if normalise(word) not in FUNCTION_WORDS[language]]
        if acronym in (_initials(part), _initials(telling)):
            return telling
    return []


def _initials(words: list[str]) -> str:
    return "".join(normalise(word)[:1] for word in words)


def accidents(one: str, other: str) -> frozenset[str]:
    """The stems of acronyms that both texts spell out without a word in common."""
    return strangers(meanings(one), meanings(other))


def strangers(first: Meanings, second: Meanings) -> frozenset[str]:
    """The same, from what the acronyms of both texts mean."""
    return frozenset(stem for stem in first.keys() & second.keys() if first[stem].isdisjoint(second[stem]))
