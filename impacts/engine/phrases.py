"""Names as phrases in a text, whatever their case, accents, plural and hyphens.

"Call-back", "callback", "call back" and "Call-backs" are one phrase, "e-mail" and "email" one word: the stems of a
phrase's words are run together and looked up among the runs of neighbouring words of the text. Punctuation and line
ends part phrases.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from impacts.engine.matching.languages import Language, language_of
from impacts.engine.matching.text import normalise, stems_of_word, surface_words

LONGEST = 6
"""Words of the longest run: longer names are found by their words only."""

SHORTEST_RUN = 4
"""Letters of several words run together must be so many: "at m" is not "ATM"."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A name to be found: the stems of its words in order, and the run of all its words, function words too."""

    stems: tuple[str, ...]
    run: str
    is_whole: bool  # its stems are enough to know it by: false of "opt-in", of which only "opt" is left


@dataclass(frozen=True, slots=True)
class _Word:
    """A word as written, and what stands for it in a run: its stems, or itself where it has none."""

    written: str
    stems: tuple[str, ...]

    @property
    def piece(self) -> str:
        return "".join(self.stems) or normalise(self.written)


class ReadText:
    """A text, read once, to be asked about many phrases. `stems` are the stems of all its words, in
    its language."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.language = language_of(text)
        self._written: dict[str, str] = {}
        self._runs: dict[str, tuple[str, ...]] = {}
        for part in _parts(text, self.language):
            for word in (*part, *_prefixed(part, self.language)):
                for stem in word.stems:
                    self._written.setdefault(stem, word.written)
            self._take_runs(part)
        self.stems = frozenset(self._written)

    def _take_runs(self, part: Sequence[_Word]) -> None:
        pieces = [word.piece for word in part]
        for size in range(1, LONGEST + 1):
            for at in range(len(part) - size + 1):
                run = "".join(pieces[at : at + size])
                if run not in self._runs and (size == 1 or len(run) >= SHORTEST_RUN):
                    self._runs[run] = tuple(word.written for word in part[at : at + size])

    def phrase_as_written(self, phrase: Phrase) -> str:
        """The first place where the phrase stands, as it is written there; empty when it stands nowhere."""
        words = self._runs.get(phrase.run, ())
        found = re.search(r"[\s'’&/-]+".join(map(re.escape, words)), self._text) if words else None
        return " ".join(found.group().split()) if found else " ".join(words)

    def as_written(self, stems: Iterable[str]) -> tuple[str, ...]:
        """The first word of each of these stems, as it is written; stems that are not in the text are left out."""
        return tuple(self._written[stem] for stem in stems if stem in self._written)


def phrase(name: str, language: Language) -> Phrase | None:
    """A name, code or synonym as a phrase, to be found in texts of a language; None when no word of it counts."""
    parts = _parts(name, language)
    words = [word for part in parts for word in part]
    stems = tuple(stem for part in parts for word in _merged(part, language) for stem in word.stems)
    if not stems:
        return None
    return Phrase(stems, "".join(word.piece for word in words), len(stems) > 1 or len(words) == 1)


def _parts(text: str, language: Language) -> list[list[_Word]]:
    """The words between marks and line ends."""
    parts: list[list[_Word]] = [[]]
    for written, stems in surface_words(text, language):
        if written.isalnum():
            parts[-1].append(_Word(written, stems))
        elif parts[-1]:
            parts.append([])
    return parts


def _prefixed(part: Sequence[_Word], language: Language) -> list[_Word]:
    """Words with a single letter before them, as one word: "e-mail" as "email"."""
    return [
        _Word(word.written, stems_of_word(before.written + word.written, language))
        for before, word in pairwise(part)
        if _is_prefix(before)
    ]


def _merged(part: Sequence[_Word], language: Language) -> list[_Word]:
    """The same words, those with a single letter before them only as one."""
    merged = iter(_prefixed(part, language))
    return [
        next(merged) if at and _is_prefix(part[at - 1]) else word
        for at, word in enumerate(part)
        if not (_is_prefix(word) and at + 1 < len(part))
    ]


def _is_prefix(word: _Word) -> bool:
    """Whether it is a single letter that is no word of its own."""
    return len(word.written) == 1 and word.written.isalpha() and word.written.lower() not in "ai" and word.stems == ()
