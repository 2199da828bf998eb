"""How fast and how well the engine and named baselines find look-alikes among many requests: one run, the same data.

    python -m bench.matching_speed [--size 10000] [--data ../shared/data] [--no-model] [--json]

The portfolio: every request of canada-2022, australia and us-ai-2024 (2,855 real texts), filled up with made-up ones.
A made-up request takes the title of one real text of us-ai-2024 with a word replaced and three sentences of three
others, so that lengths, words and their frequencies stay those of real text. Each item of a known pair (182) asks for
its ten best among all others. Given for each method: building its index; milliseconds of a query (p50, p95) and, on
average, of its processor time, by which methods compare although other work has the machine; the share of known
partners among the ten (recall@10); the share of the engine's own ten that it has too; all pairs of the portfolio, by
the clock and in processor time. PostgreSQL's session counts for PostgreSQL.

- PostgreSQL pg_trgm: the ten nearest by `<->` with a GiST index, of whole texts and of titles alone.
- SQLite FTS5: any of the words, best ten by bm25. bm25s: the same with stems, in numpy.
- Paraphrase mining: sentence-transformers' `paraphrase_mining` is an exact search for the nearest vectors, block by
  block. That library is not installed; the same search is written here with numpy on the same vectors.
- The engine: its ten best alone, as the others give theirs, and `look_alikes` with reasons, as the filing page waits
  for them; all pairs as a full scan looks for them.
- All pairs marked "~" are as many queries as there are requests, at the median and at the average.

Vectors of real texts are made by the model; a made-up text gets the mean of its sources'. A query's time includes
encoding its text where the model takes part.
"""

import argparse
import json
import random
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import psutil
import psycopg

from bench.baselines import Matrix, bm25_index, fts5_index, fts5_query, trigrams, word_stems
from impacts.engine.evaluation import engine
from impacts.engine.evaluation.labelled import Item, read_items, read_labelled
from impacts.engine.facts import RequestFacts
from impacts.engine.matching.encoder import Encoder, packaged_folder
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.matching.meaning import request_vectors
from tests.postgres import postgres_server

SEED = 7
TOP = 10
BLOCK = 500
"""Rows of vectors that are compared with all others at once."""

COMPARED = 200
"""Pairs whose trigram similarity is compared between PostgreSQL and bench.baselines."""

Ask = Callable[[int], list[int]]
Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Requests, the known partners of some, and of the made-up ones the places they were taken from."""

    items: list[Item]
    partners: dict[int, frozenset[int]]
    sources: dict[int, list[int]]

    def texts(self) -> list[str]:
        """Titles and texts."""
        return [f"{item.title}\n{item.text}" for item in self.items]


class Measured(NamedTuple):
    """One method."""

    method: str
    build_s: float
    query_ms: list[float]
    query_cpu_ms: float
    found: dict[int, list[int]]
    all_pairs_s: float
    all_pairs_cpu_s: float
    is_estimate: bool


def portfolio(data: Path, size: int) -> Portfolio:
    """The real requests with their known pairs, filled up to `size`."""
    items: list[Item] = []
    partners: dict[int, frozenset[int]] = {}
    for name in ("canada-2022", "australia"):
        labelled = read_labelled(data / name / "items.jsonl", data / name / "pairs.jsonl")
        start = len(items)
        items += [replace(item, silo=f"{name} {item.silo}") for item in labelled.items]
        for query, known in labelled.partners().items():
            partners[start + query] = frozenset(start + other for other in known)
    first = len(items)
    items += read_items(data / "us-ai-2024" / "items.jsonl")
    last, dice, sources = len(items), random.Random(SEED), dict[int, list[int]]()
    words = [word for item in items[first:] for word in item.title.split()]
    sentences = [re.split(r"(?<=[.!?])\s+", item.text) for item in items]
    while len(items) < size:
        titled, *taken = dice.sample(range(first, last), 4)
        title = items[titled].title.split() or ["Untitled"]
        title[dice.randrange(len(title))] = dice.choice(words)
        text = " ".join(dice.choice(sentences[place]) for place in taken)
        sources[len(items)] = [titled, *taken]
        items.append(Item(f"made-{len(items)}", items[taken[0]].silo, " ".join(title), text))
    return Portfolio(items[:size], partners, sources)


def encode(found: Portfolio, encoder: Encoder) -> Matrix:
    """A vector for each request, as requests keep them."""
    real = np.stack([vector_of(item, encoder) for place, item in enumerate(found.items) if place not in found.sources])
    made = [real[sources].mean(axis=0) for _, sources in sorted(found.sources.items())]
    vectors = np.concatenate([real, *(vector[None] for vector in made)])
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def vector_of(item: Item, encoder: Encoder) -> Matrix:
    """What the model makes of one request."""
    (stored,) = request_vectors(encoder, [(item.title, item.text)])
    return np.frombuffer(stored, np.float16).astype(np.float32)


def timed(act: Callable[[], Any]) -> tuple[Any, float]:
    """What it gives, and the seconds."""
    began = time.perf_counter()
    result = act()
    return result, time.perf_counter() - began


def ask_all(
    method: str,
    found: Portfolio,
    build_s: float,
    ask: Ask,
    everything: Callable[[], object] | None,
    processor: Clock = time.process_time,
) -> Measured:
    """All pairs first, as a portfolio is scanned before people ask; a tenth of the queries to warm up; then each.
    `processor`: the seconds that the method has worked so far.
    """
    began, all_pairs_s = processor(), 0.0
    if everything is not None:
        _, all_pairs_s = timed(everything)
    all_pairs_cpu_s = processor() - began
    queries = sorted(found.partners)
    for query in queries[::10]:
        ask(query)
    answers, milliseconds = {}, []
    began = processor()
    for query in queries:
        answers[query], seconds = timed(partial(ask, query))
        milliseconds.append(1000 * seconds)
    worked = (processor() - began) / len(queries)
    if everything is None:
        all_pairs_s = float(np.median(milliseconds)) / 1000 * len(found.items)
        all_pairs_cpu_s = worked * len(found.items)
    return Measured(
        method, build_s, milliseconds, 1000 * worked, answers, all_pairs_s, all_pairs_cpu_s, everything is None
    )


def with_postgres(found: Portfolio) -> Iterator[Measured]:
    """pg_trgm on whole texts and on titles."""
    texts = found.texts()
    with postgres_server() as address, psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        connection.execute("CREATE TABLE t (id int PRIMARY KEY, body text NOT NULL, title text NOT NULL)")
        with connection.cursor().copy("COPY t FROM STDIN") as rows:
            for place, (text, item) in enumerate(zip(texts, found.items, strict=True)):
                rows.write_row((place, text, item.title))
        check_trigrams(connection, texts)
        session = psutil.Process(connection.info.backend_pid)
        for column, asked in (("body", texts), ("title", [item.title for item in found.items])):
            _, build_s = timed(
                partial(connection.execute, f"CREATE INDEX ON t USING gist ({column} gist_trgm_ops(siglen=256))")
            )
            connection.execute("ANALYZE t")
            query = f"SELECT id FROM t WHERE id <> %s ORDER BY {column} <-> %s LIMIT {TOP}"

            def ask(place: int, query: str = query, asked: Sequence[str] = asked) -> list[int]:
                return [row[0] for row in connection.execute(query, (place, asked[place]))]

            def processor() -> float:
                return time.process_time() + session.cpu_times().user + session.cpu_times().system

            what = "whole text" if column == "body" else "titles"
            yield ask_all(f"PostgreSQL pg_trgm, {what}", found, build_s, ask, None, processor)


def check_trigrams(connection: psycopg.Connection, texts: Sequence[str]) -> None:
    """The definition in bench.baselines is PostgreSQL's, to six digits."""
    dice = random.Random(SEED)
    for _ in range(COMPARED):
        one, other = dice.sample(texts, 2)
        (theirs,) = connection.execute("SELECT similarity(%s, %s)", (one, other)).fetchone() or (None,)
        ours = float(trigrams([one, other])[0, 1])
        assert abs(theirs - ours) < 1e-6, (one, other, theirs, ours)


def with_fts5(found: Portfolio) -> Measured:
    """SQLite's full text search, in memory."""
    texts = found.texts()
    connection, build_s = timed(partial(fts5_index, texts))

    def ask(place: int) -> list[int]:
        rows = connection.execute(
            f"SELECT rowid - 1 FROM t WHERE t MATCH ? ORDER BY rank LIMIT {TOP + 1}", (fts5_query(texts[place]),)
        )
        return [row[0] for row in rows if row[0] != place][:TOP]

    return ask_all("SQLite FTS5 bm25", found, build_s, ask, None)


def with_bm25s(found: Portfolio) -> Measured:
    """bm25s with stems."""
    texts = found.texts()
    (index, tokens), build_s = timed(partial(bm25_index, texts))

    def ask(place: int) -> list[int]:
        places = index.retrieve([word_stems(texts[place])], k=TOP + 1, show_progress=False).documents[0]
        return [other for other in places.tolist() if other != place][:TOP]

    def everything() -> object:
        return index.retrieve(tokens, k=TOP + 1, show_progress=False)

    return ask_all("bm25s", found, build_s, ask, everything)


def with_vectors(found: Portfolio, encoder: Encoder, vectors: Matrix) -> Measured:
    """The nearest vectors, exactly."""

    def ask(place: int) -> list[int]:
        near = vectors @ vector_of(found.items[place], encoder)
        near[place] = -1
        best = np.argpartition(-near, TOP)[:TOP]
        return best[np.argsort(-near[best])].tolist()

    def everything() -> object:
        return [
            np.argpartition(-(vectors[start : start + BLOCK] @ vectors.T), TOP, axis=1)[:, : TOP + 1]
            for start in range(0, len(vectors), BLOCK)
        ]

    return ask_all("paraphrase mining (MiniLM, exact)", found, 0.0, ask, everything)


def with_engine(found: Portfolio, encoder: Encoder | None, vectors: Matrix | None) -> Iterator[Measured]:
    """The engine: the ten best alone, as the others give them, and as the product asks it, with reasons."""
    stored = None if vectors is None else [vector.astype(np.float16).tobytes() for vector in vectors]
    index: PortfolioIndex
    index, build_s = timed(lambda: engine.build(found.items, stored))

    def asker(place: int) -> RequestFacts:
        facts = index.requests[place]
        if encoder is None:
            return facts
        return replace(facts, meaning=request_vectors(encoder, [(facts.title, facts.problem)])[0])

    def ask(place: int) -> list[int]:
        return [facts.id for _, facts in index.neighbours(asker(place), limit=TOP)]

    def ask_why(place: int) -> list[int]:
        return [alike.request for alike in index.look_alikes(asker(place), limit=TOP, least=0.0)]

    def everything() -> object:
        return list(index.pairs(least=index.settings.same_purpose))

    name = "engine, without model" if encoder is None else "engine, with model"
    yield ask_all(name, found, build_s, ask, everything)
    yield ask_all(f"{name}: with reasons", found, build_s, ask_why, None)


def measure(data: Path, size: int, encoder: Encoder | None) -> list[dict[str, Any]]:
    """One line for each method, the engine first."""
    found = portfolio(data, size)
    measured = list(with_engine(found, None, None))
    if encoder is not None:
        vectors = encode(found, encoder)
        measured = [*with_engine(found, encoder, vectors), *measured, with_vectors(found, encoder, vectors)]
    measured += [with_bm25s(found), with_fts5(found), *with_postgres(found)]
    own = measured[0].found
    return [as_line(each, found, own) for each in measured]


def as_line(each: Measured, found: Portfolio, own: dict[int, list[int]]) -> dict[str, Any]:
    """The figures of one method."""
    recall = [len(known & set(each.found[query])) / len(known) for query, known in found.partners.items()]
    same = [len(set(mine) & set(each.found[query])) / max(1, len(mine)) for query, mine in own.items()]
    return {
        "method": each.method,
        "build_s": round(each.build_s, 2),
        "query_ms_p50": round(float(np.percentile(each.query_ms, 50)), 2),
        "query_ms_p95": round(float(np.percentile(each.query_ms, 95)), 2),
        "query_cpu_ms": round(each.query_cpu_ms, 2),
        "recall@10": round(float(np.mean(recall)), 4),
        "of_engines_ten": round(float(np.mean(same)), 4),
        "all_pairs_s": round(each.all_pairs_s, 2),
        "all_pairs_cpu_s": round(each.all_pairs_cpu_s, 2),
        "all_pairs_is_estimate": each.is_estimate,
    }


def as_markdown(lines: list[dict[str, Any]], size: int) -> str:
    """Lay the figures out as a table."""
    rows = [
        f"**{size} requests**",
        "",
        "| method | index s | query ms p50 | p95 | processor ms | recall@10 of known pairs | of the engine's ten "
        "| all pairs s | processor s |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    shown = ("build_s", "query_ms_p50", "query_ms_p95", "query_cpu_ms", "recall@10", "of_engines_ten")
    for line in lines:
        about = "~" if line["all_pairs_is_estimate"] else ""
        cells = [
            *(str(line[key]) for key in shown),
            f"{about}{line['all_pairs_s']}",
            f"{about}{line['all_pairs_cpu_s']}",
        ]
        rows.append(f"| {line['method']} | {' | '.join(cells)} |")
    return "\n".join([*rows, ""])


def main() -> None:
    """Print a table in Markdown, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--no-model", action="store_true", help="leave out what needs the semantic model")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    folder = packaged_folder()
    encoder = Encoder(folder) if folder is not None and not chosen.no_model else None
    lines = measure(chosen.data, chosen.size, encoder)
    sys.stdout.write(json.dumps(lines) + "\n" if chosen.json else as_markdown(lines, chosen.size))


if __name__ == "__main__":
    main()
