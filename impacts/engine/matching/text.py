"""From prose to features: words, stems, character grams, and back to the words as they were written.

Everything here is a pure function of the text, so that an index built step by step equals one built afresh. Any text
is allowed: empty, one word, 50,000 characters, emoji, Arabic, Chinese.
"""

import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import Stemmer

WORDS_LIMIT = 20_000
"""Characters of one field that are compared by words; what comes after is stored but not compared."""

GRAMS_LIMIT = 4_000
"""Characters of one request that are compared by character grams."""

GRAM_BUCKETS_BITS = 18
GRAM_BUCKETS = 1 << GRAM_BUCKETS_BITS
"""Character grams are hashed into this many buckets. Two grams may share one: an accepted imprecision."""

_WORD = re.compile(r"[^\W_]+")
_WORD_OR_BREAK = re.compile(r"[^\W_]+|[^\w\s'’&/-]+|\n")
_LETTER = re.compile(r"[^\W\d_]")
_IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\U00020000-\U0002ffff]")
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)

_FUNCTION_WORDS = (
    "a about above across after again against all also although am an and any are as at be because been before "
    "being below between both but by can could did do does doing done down during each either etc few for from "
    "further had has have having he her here hers him his how however i if in into is it its itself just like may "
    "me might more most much must my near neither no nor not now of off on once one only onto or other others our "
    "ours out over own per rather same shall she should since so some such than that the their theirs them "
    "themselves then there thereby therefore these they this those through throughout thus to together too toward "
    "towards two under until up upon us very via was we were what when where whereas whether which while who whom "
    "whose why will with within without would yet you your yours "
)
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())
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
small portfolio, where counting alone cannot tell "solution" from "warranty". Hand-set by reading; coarse on purpose."""


def normalise(text: str) -> str:
    """The text in lower case without accents, so that 'Café' and 'cafe' are one word. Length may differ."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


_local = threading.local()


def _stemmer() -> Stemmer.Stemmer:
    """A stemmer of this thread: PyStemmer's objects must not be shared between threads."""
    stemmer: Stemmer.Stemmer | None = getattr(_local, "stemmer", None)
    if stemmer is None:
        stemmer = _local.stemmer = Stemmer.Stemmer("english", 0)
    return stemmer


@lru_cache(maxsize=200_000)
def stems_of_word(word: str) -> tuple[str, ...]:
    """The stems of one normalised word: none for function words, numbers and single letters; two-character pieces for
    scripts that do not part words by spaces.
    """
    if word in FUNCTION_WORDS or not _LETTER.search(word):
        return ()
    if _IDEOGRAPH.search(word):
        return (word,) if len(word) < 3 else tuple(word[at : at + 2] for at in range(len(word) - 1))
    if len(word) < 2 or len(word) > 60:
        return ()
    return (str(_stemmer().stemWord(word)),)


@lru_cache(maxsize=1)
def prose_shares_of_stems() -> dict[str, float]:
    """PROSE_SHARES by stem; where words share a stem the greatest share counts."""
    shares: dict[str, float] = {}
    for word, share in PROSE_SHARES.items():
        for stem in stems_of_word(word):
            shares[stem] = max(share, shares.get(stem, 0.0))
    return shares


def words(text: str) -> Iterator[str]:
    """The normalised words of a text, in order, with numbers and function words."""
    return (match.group() for match in _WORD.finditer(normalise(text[:WORDS_LIMIT])))


def stems(text: str) -> list[str]:
    """The stems of a text, in order, without function words and numbers."""
    return [stem for word in words(text) for stem in stems_of_word(word)]


def stem_counts(title: str, body: str, title_weight: float) -> dict[str, float]:
    """How often each stem occurs, a stem in the title counting `title_weight` times."""
    counts: dict[str, float] = dict(Counter(stems(body)))
    for stem, times in Counter(stems(title)).items():
        counts[stem] = counts.get(stem, 0.0) + title_weight * times
    return counts


@lru_cache(maxsize=2048)
def surface_words(text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each word as it is written in the text, with its stems; marks and line ends, which part phrases, have none."""
    found = _WORD_OR_BREAK.findall(text[:WORDS_LIMIT])
    return tuple((word, stems_of_word(normalise(word))) for word in found)


def gram_counts(text: str) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float64]]:
    """Hashed character grams (3 to 5 characters inside a word, its edges marked by a space) and how often each occurs.

    Returns the bucket numbers in ascending order, and the counts.
    """
    kept = [word for word in words(text[:GRAMS_LIMIT]) if word not in FUNCTION_WORDS]
    if not kept:
        return np.empty(0, np.int32), np.empty(0, np.float64)
    codes = np.frombuffer(f" {'  '.join(kept)} ".encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    space = codes == 32
    found: list[npt.NDArray[np.uint64]] = []
    rolling = codes.copy()
    clean = np.ones(len(codes), dtype=bool)  # no word edge strictly inside the gram that starts here
    for length in range(2, 6):
        if len(codes) < length:
            break
        rolling = rolling[:-1] * np.uint64(1_000_003) + codes[length - 1 :]
        clean = clean[:-1].copy()
        if length > 2:
            clean &= ~space[length - 2 : length - 2 + len(clean)]
        else:
            clean &= ~(space[:-1] & space[1:])
        if length >= 3:
            found.append((rolling[clean] + np.uint64(length)) * _MULTIPLIER >> np.uint64(64 - GRAM_BUCKETS_BITS))
    if not found:
        return np.empty(0, np.int32), np.empty(0, np.float64)
    buckets, counts = np.unique(np.concatenate(found).astype(np.int32), return_counts=True)
    return buckets, counts.astype(np.float64)
