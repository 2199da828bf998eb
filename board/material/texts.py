"""How much of a text was changed, in words, when white space, punctuation, case and typos are left aside."""

import re
import unicodedata
from difflib import SequenceMatcher

_WORDS = re.compile(r"\d+(?:[.,:/]\d+)*%?|[^\W\d_]+", re.UNICODE)
_ARTICLES = frozenset({"a", "an", "the"})
#: A word of fewer letters is another word when a letter changes ("now", "not").
LEAST_LETTERS = 4


def words_of(text: str) -> list[str]:
    """The words and numbers of a text, in their order, whatever case, white space and punctuation it has."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return [word for word in _WORDS.findall(plain) if word not in _ARTICLES]


def share_changed(before: str, after: str) -> float:
    """Per cent of the words that are others now: 0 where only white space, punctuation, case, articles or typos
    changed, 100 where a text came or went."""
    old, new = words_of(before), words_of(after)
    if old == new:
        return 0.0
    gone = come = 0
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            less, more = _changed(old[a:b], new[c:d])
            gone, come = gone + less, come + more
    # A word moved elsewhere has gone in one place and come in another: it is one word changed, not two.
    return 100.0 * max(gone, come) / max(len(old), len(new))


def _changed(old: list[str], new: list[str]) -> tuple[int, int]:
    """How many words of a replaced stretch have really gone, and how many have come."""
    if "".join(old) == "".join(new):
        return 0, 0  # "e-mail" and "email"
    if len(old) != len(new):
        return len(old), len(new)
    others = sum(1 for one, other in zip(old, new, strict=True) if not is_typo(one, other))
    return others, others


def is_typo(one: str, other: str) -> bool:
    """Whether two different words are the same word mistyped, or in another form: one letter more, fewer, other, or two
    swapped, behind the first letter. Never where either is short or a number."""
    if one == other:
        return True
    if min(len(one), len(other)) < LEAST_LETTERS or not (one.isalpha() and other.isalpha()) or one[0] != other[0]:
        return False
    if len(one) == len(other):
        wrong = [at for at in range(len(one)) if one[at] != other[at]]
        swapped = len(wrong) == 2 and wrong[1] == wrong[0] + 1
        return len(wrong) == 1 or (swapped and one[wrong[0]] == other[wrong[1]] and one[wrong[1]] == other[wrong[0]])
    short, long = sorted((one, other), key=len)
    return len(long) == len(short) + 1 and any(long[:at] + long[at + 1 :] == short for at in range(len(long)))
