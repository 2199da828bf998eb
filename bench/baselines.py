"""The methods that the matcher is measured against: each gives a likeness of every text with every other.

Textbook forms with the settings that did best on real portfolios (../shared/MATCHING.md): words of two letters or
more in lower case, English function words left out, sublinear counts, smooth idf, cosine. None has a threshold or a
list of its own, and none knows the engine.
"""

import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import bm25s
import numpy as np
import numpy.typing as npt
import Stemmer
from scipy.sparse import csr_array
from scipy.sparse.linalg import svds

from impacts.engine.matching.encoder import Encoder
from impacts.engine.matching.text import FUNCTION_WORDS

Matrix = npt.NDArray[np.float32]
Features = Callable[[str], list[str]]

WORD = re.compile(r"\b\w\w+\b")
LETTERS = re.compile(r"[^\W_]+")
LSA_DIMENSIONS = 300
HUB = 10
"""CSLS takes the mean likeness of this many nearest."""

_stemmer = Stemmer.Stemmer("english")


class Baseline(NamedTuple):
    """One method's likeness of all texts."""

    name: str
    uses_model: bool
    likeness: Matrix


def baselines(texts: Sequence[str], encoder: Encoder | None) -> Iterator[Baseline]:
    """Every method, those of the semantic model only with an encoder."""
    yield Baseline("trigrams (pg_trgm)", False, trigrams(texts))
    yield Baseline("SQLite FTS5 bm25", False, fts5(texts))
    yield Baseline("BM25 (bm25s)", False, bm25(texts))
    yield Baseline("TF-IDF, word 1-2 grams", False, cosine(tfidf(texts, word_pairs)))
    stems = tfidf(texts, word_stems)
    words, spelling = cosine(stems), cosine(tfidf(texts, character_grams))
    yield Baseline("W: TF-IDF of stems", False, words)
    yield Baseline("C: TF-IDF of character 3-5 grams", False, spelling)
    yield Baseline(f"LSA-{LSA_DIMENSIONS} of W", False, latent(stems))
    hybrid = 0.6 * words + 0.4 * spelling
    yield Baseline(".6W + .4C", False, hybrid)
    yield Baseline("CSLS(.6W + .4C)", False, csls(hybrid))
    if encoder is None:
        return
    vectors = encoder.encode(texts)
    centred = vectors - vectors.mean(axis=0)
    centred /= np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9)
    meaning = vectors @ vectors.T
    raw = 0.3 * words + 0.2 * spelling + 0.5 * meaning
    yield Baseline("D: all-MiniLM-L6-v2", True, meaning)
    yield Baseline(".3W + .2C + .5D, raw", True, raw)
    yield Baseline(".3W + .2C + .5D, D centred", True, 0.3 * words + 0.2 * spelling + 0.5 * (centred @ centred.T))
    yield Baseline("CSLS(.3W + .2C + .5D)", True, csls(raw))


def word_pairs(text: str) -> list[str]:
    """Words, and each two that stand side by side."""
    words = _words(text)
    return words + [f"{one} {other}" for one, other in pairwise(words)]


def word_stems(text: str) -> list[str]:
    """Snowball's English stems."""
    return list(_stemmer.stemWords(_words(text)))


def character_grams(text: str) -> list[str]:
    """3 to 5 characters inside each word, its edges marked by a space."""
    found = []
    for word in text.lower().split():
        edged = f" {word} "
        for size in range(3, 6):
            found += [edged[at : at + size] for at in range(max(1, len(edged) - size + 1))]
    return found


def trigram_set(text: str) -> set[str]:
    """PostgreSQL's trigrams of a text: of each word in lower case with two spaces before and one after."""
    return {
        padded[at : at + 3]
        for padded in (f"  {word} " for word in LETTERS.findall(text.lower()))
        for at in range(len(padded) - 2)
    }


def tfidf(texts: Sequence[str], features: Features) -> csr_array:
    """One row of length one for each text."""
    counts = [Counter(features(text)) for text in texts]
    containing = Counter(feature for count in counts for feature in count)
    columns = {feature: column for column, feature in enumerate(containing)}
    seen = np.fromiter(containing.values(), float, len(containing))
    idf = np.log((1 + len(texts)) / (1 + seen)) + 1
    ends = np.cumsum([0, *map(len, counts)])
    indices = np.fromiter((columns[feature] for count in counts for feature in count), np.int32, ends[-1])
    data = (1 + np.log(np.fromiter((n for count in counts for n in count.values()), float, ends[-1]))) * idf[indices]
    rows = csr_array((data, indices, ends), shape=(len(texts), max(1, len(columns))))
    lengths = np.sqrt((rows * rows).sum(axis=1))
    return csr_array(rows.multiply(1 / np.maximum(lengths, 1e-9)[:, None]))


def cosine(rows: csr_array) -> Matrix:
    """Of every row with every other."""
    return (rows @ rows.T).toarray().astype(np.float32)


def latent(rows: csr_array) -> Matrix:
    """Cosine in the space of the strongest singular vectors."""
    size = min(LSA_DIMENSIONS, min(rows.shape) - 1)
    left, strength, _ = svds(rows, k=size, rng=np.random.default_rng(1))
    space = left * strength
    space /= np.maximum(np.linalg.norm(space, axis=1, keepdims=True), 1e-9)
    return (space @ space.T).astype(np.float32)


def trigrams(texts: Sequence[str]) -> Matrix:
    """pg_trgm's similarity(): trigrams in common over all trigrams of both."""
    sets = [sorted(trigram_set(text)) for text in texts]
    columns = {gram: column for column, gram in enumerate(sorted({gram for grams in sets for gram in grams}))}
    sizes = np.array([len(grams) for grams in sets])
    indices = np.array([columns[gram] for grams in sets for gram in grams], np.int32)
    ends = np.concatenate([[0], np.cumsum(sizes)])
    shape = (len(texts), max(1, len(columns)))
    rows = csr_array((np.ones(len(indices), np.float32), indices, ends), shape=shape)
    shared = (rows @ rows.T).toarray()
    return (shared / np.maximum(sizes[:, None] + sizes[None, :] - shared, 1)).astype(np.float32)


def fts5_index(texts: Sequence[str]) -> sqlite3.Connection:
    """SQLite's full text index of the texts, with its Porter stemmer; rowid is the place + 1."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE t USING fts5(body, tokenize='porter unicode61')")
    connection.executemany("INSERT INTO t(rowid, body) VALUES (?, ?)", enumerate(texts, 1))
    return connection


def fts5_query(text: str) -> str:
    """Any of the text's words, for MATCH."""
    return " OR ".join(f'"{word}"' for word in sorted(set(_words(text))))


def fts5(texts: Sequence[str]) -> Matrix:
    """Row: the text asked with; column: the text found; SQLite's bm25(), turned so that more is better."""
    connection = fts5_index(texts)
    found = np.zeros((len(texts), len(texts)), np.float32)
    for place, text in enumerate(texts):
        query = fts5_query(text)
        if query:
            for row, rank in connection.execute("SELECT rowid, rank FROM t WHERE t MATCH ?", (query,)):
                found[place, row - 1] = -rank
    connection.close()
    return found


def bm25_index(texts: Sequence[str]) -> tuple[bm25s.BM25, list[list[str]]]:
    """bm25s' index with Snowball stems, and the stems of each text."""
    tokens = [word_stems(text) for text in texts]
    index = bm25s.BM25()
    index.index(tokens, show_progress=False)
    return index, tokens


def bm25(texts: Sequence[str]) -> Matrix:
    """Row: the text asked with; column: the text found."""
    index, tokens = bm25_index(texts)
    return np.array([index.get_scores(query) if query else np.zeros(len(texts)) for query in tokens], np.float32)


def both_ways(likeness: Matrix) -> Matrix:
    """The mean of both directions: for a method whose score depends on who asks."""
    return (likeness + likeness.T) / 2


def csls(likeness: Matrix) -> Matrix:
    """2 s(x, y) - mean of the ten best of x - mean of the ten best of y."""
    others = likeness.copy()
    np.fill_diagonal(others, -np.inf)
    size = min(HUB, len(others) - 1)
    hub = -np.partition(-others, size - 1, axis=1)[:, :size].mean(axis=1)
    return 2 * likeness - hub[:, None] - hub[None, :]


def _words(text: str) -> list[str]:
    return [word for word in WORD.findall(text.lower()) if word not in FUNCTION_WORDS]
