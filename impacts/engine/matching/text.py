"""From prose to features: words, stems, character grams, and back to the words as they were written.

Everything here is a pure function of the text, so that an index built step by step equals one built afresh. Any text
is allowed: empty, one word, 50,000 characters, emoji, Arabic, Chinese.
"""

import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache, partial

import numpy as np
import numpy.typing as npt
import Stemmer

from impacts.engine.matching.compounds import parts_of
from impacts.engine.matching.languages import FUNCTION_WORDS as FUNCTION_WORDS_OF
from impacts.engine.matching.languages import LANGUAGES, PROSE, SNOWBALL, Language, language_of, without_accents

WORDS_LIMIT = 20_000
"""Characters of one field that are compared by words; what comes after is stored but not compared."""

GRAMS_LIMIT = 4_000
"""Characters of one request that are compared by character grams."""

GRAM_BUCKETS_BITS = 18
GRAM_BUCKETS = 1 << GRAM_BUCKETS_BITS
"""Character grams are hashed into this many buckets. Two grams may share one: an accepted imprecision."""

_WORD = re.compile(r"[^\W_]+")
_WORD_OR_BREAK = re.compile(r"(?:[^\W_][\u0300-\u036f]*)+|[^\w\s'’&/-]+|\n")
_LETTER = re.compile(r"[^\W\d_]")
_IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\U00020000-\U0002ffff]")
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)

FUNCTION_WORDS = FUNCTION_WORDS_OF["en"]
"""English words without a subject of their own. They never count, however rare they are in a portfolio."""

PRIOR_REQUESTS = 50
"""How many imagined requests PROSE_SHARES speaks for: it matters at 100 requests and not at 10,000."""

PROSE_SHARES: dict[str, float] = {
    word: share
    for share, words in (
        (0.50, "project system"),
        (
            0.30,
            """new provide implement solution support develop service management information process program business
            data replace improve use require current include""",
        ),
        (
            0.15,
            """application department initiative enhance ensure allow enable deliver existing upgrade technology
            modernize client user access tool platform digital replacement increase efficient effective operation
            phase work need plan manage create change build make help integrate integration capability government
            organization organisation agency function functionality module""",
        ),
        (
            0.06,
            """activity approach area aim address available automate automation aging base benefit capacity centre
            center component design deployment deploy environment establish expand feature future goal group
            implementation infrastructure internal introduce introduction key level legacy line maintain meet modern
            modernization modernisation move multiple number objective online part performance product
            provision purpose quality reduce release renew renewal result risk software standard strategic strategy
            team time track transform transformation update value year customer want wish ask reach single staff
            people better""",
        ),
    )
    for word in words.split()
}
"""Words of project prose, and the share of requests that use them in any portfolio. They steady the weights of a
small portfolio, where counting alone cannot tell "solution" from "warranty". Hand-set by reading; coarse on purpose.
languages.PROSE has those of other languages."""


def normalise(text: str) -> str:
    """The text in lower case without accents, so that 'Café' and 'cafe' are one word. Length may differ."""
    return text.lower() if text.isascii() else without_accents(text.casefold())


_local = threading.local()


def _stemmer(language: Language) -> Stemmer.Stemmer:
    """A stemmer of this thread: PyStemmer's objects must not be shared between threads."""
    stemmers: dict[str, Stemmer.Stemmer] = _local.__dict__
    if language not in stemmers:
        stemmers[language] = Stemmer.Stemmer(SNOWBALL[language], 0)
    return stemmers[language]


def _lowered(text: str, language: Language) -> str:
    """The text in lower case as the language's stemmer wants it: French endings are known by their accents."""
    if language == "en" or text.isascii():
        return normalise(text)
    return unicodedata.normalize("NFKC", text.casefold())


def _stems(language: Language, word: str) -> tuple[str, ...]:
    plain = normalise(word)
    if plain in FUNCTION_WORDS_OF[language] or not _LETTER.search(plain):
        return ()
    if _IDEOGRAPH.search(plain):
        return (plain,) if len(plain) < 3 else tuple(plain[at : at + 2] for at in range(len(plain) - 1))
    if len(plain) < 2 or len(plain) > 60:
        return ()
    parts = parts_of(plain) if language == "de" else ()
    found = (normalise(str(_stemmer(language).stemWord(each))) for each in (word, *parts))
    return tuple(dict.fromkeys(found))


_STEMS: dict[Language, Callable[[str], tuple[str, ...]]] = {
    language: lru_cache(maxsize=200_000)(partial(_stems, language)) for language in LANGUAGES
}


def stems_of_word(word: str, language: Language = "en") -> tuple[str, ...]:
    """The stems of one word in a language: none for function words, numbers and single letters; two-character pieces
    for scripts that do not part words by spaces; of a German compound its own and those of its parts. Stems have no
    accents, and in German umlauts count as written either way: Änderung, Aenderung.
    """
    return _STEMS[language](_lowered(word, language))


def is_one_word(its_stems: tuple[str, ...]) -> bool:
    """Whether the first of a word's stems is that of the whole word: not so where spaces do not part words."""
    return len(its_stems) == 1 or (len(its_stems) > 1 and len(its_stems[0]) > 2)


def prose_words() -> Iterator[tuple[str, float, Language]]:
    """Every word of project prose in any language, with its share and its language."""
    yield from ((word, share, "en") for word, share in PROSE_SHARES.items())
    for language, table in PROSE.items():
        yield from ((word, share, language) for share, listed in table.items() for word in listed.split())


@lru_cache(maxsize=1)
def prose_shares_of_stems() -> dict[str, float]:
    """The shares of prose_words by stem; where words share a stem the greatest share counts."""
    shares: dict[str, float] = {}
    for word, share, language in prose_words():
        for stem in stems_of_word(word, language):
            shares[stem] = max(share, shares.get(stem, 0.0))
    return shares


def words(text: str) -> Iterator[str]:
    """The normalised words of a text, in order, with numbers and function words."""
    return (match.group() for match in _WORD.finditer(normalise(text[:WORDS_LIMIT])))


def stems(text: str, language: Language | None = None) -> list[str]:
    """The stems of a text, in order, without function words and numbers.

    The text's own language decides, unless the text is a part, such as a title, and the language of the whole is given:
    parts of one request must be read in one language.
    """
    language = language or language_of(text)
    stems_in_it = _STEMS[language]
    return [stem for word in _WORD.findall(_lowered(text[:WORDS_LIMIT], language)) for stem in stems_in_it(word)]


def stem_counts(title: str, body: str, title_weight: float, language: Language) -> dict[str, float]:
    """How often each stem occurs, a stem in the title counting `title_weight` times; `language` is that of both."""
    counts: dict[str, float] = dict(Counter(stems(body, language)))
    for stem, times in Counter(stems(title, language)).items():
        counts[stem] = counts.get(stem, 0.0) + title_weight * times
    return counts


@lru_cache(maxsize=2048)
def surface_words(text: str, language: Language | None = None) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each word as it is written in the text, with its stems; marks and line ends, which part phrases, have none.

    For `language` see `stems`.
    """
    language = language or language_of(text)
    found = _WORD_OR_BREAK.findall(text[:WORDS_LIMIT])
    # What looks like one word may be several once it is normalised: "A¼" is "a1" and "4".
    return tuple((word, tuple(dict.fromkeys(stems(word, language)))) for word in found)


def gram_words(text: str) -> dict[str, int]:
    """The words whose character grams count, as they are written, and how often each occurs."""
    function_words = FUNCTION_WORDS_OF[language_of(text)]
    return Counter(word for word in words(text[:GRAMS_LIMIT]) if word not in function_words)


def word_grams(word: str) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint8]]:
    """Hashed character grams of one word (3 to 5 characters, its edges marked by a space) and how often each occurs,
    255 times at most. Returns the bucket numbers in ascending order, and the counts.
    """
    rolling = codes = np.frombuffer(f" {word} ".encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    found: list[npt.NDArray[np.uint64]] = []
    for length in range(2, min(len(codes), 5) + 1):
        rolling = rolling[:-1] * np.uint64(1_000_003) + codes[length - 1 :]
        if length >= 3:
            found.append((rolling + np.uint64(length)) * _MULTIPLIER >> np.uint64(64 - GRAM_BUCKETS_BITS))
    buckets, counts = np.unique(np.concatenate(found).astype(np.int32), return_counts=True)
    return buckets, np.minimum(counts, 255).astype(np.uint8)
