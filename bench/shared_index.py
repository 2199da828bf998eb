"""The vectors of requests in each process's memory, or once for all in PostgreSQL with pgvector: which serves better?

Vectors: those of real texts (items.jsonl of the folders given), each copied with noise of a fifth of its length until
there are enough. Asked: the ten nearest to 50 of them, each time with fresh noise. In memory every vector is looked at
(MeaningSpace.likeness_of_all); pgvector answers from an HNSW index (m 16, ef_construction 64, ef_search 100), in the
same run on the same machine. Recall is against exact cosines.

    ./dev bench shared_index --data ../shared/data/canada-2022 [--size 100000]
"""

import argparse
import json
import statistics
import sys
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
import psycopg

from impacts.engine.matching.encoder import Encoder, packaged_folder
from impacts.engine.matching.meaning import MeaningSpace
from tests.postgres import postgres_server

Floats32 = npt.NDArray[np.float32]
ASKED = 50


def vectors(folders: list[Path], size: int) -> Floats32:
    """`size` vectors of length one."""
    folder = packaged_folder()
    if folder is None:
        sys.exit("The package with the language model is not installed. Run ./dev again.")
    lines = [line for each in folders for line in (each / "items.jsonl").read_text().splitlines()]
    real = Encoder(folder).encode([f"{item['title']}. {item['text']}" for item in map(json.loads, lines)])
    dice = np.random.default_rng(7)
    return _noisy(real[dice.integers(0, len(real), size)], dice)


def _noisy(rows: Floats32, dice: np.random.Generator) -> Floats32:
    moved = rows + dice.normal(0, 0.2 / rows.shape[1] ** 0.5, rows.shape).astype(np.float32)
    return np.asarray(moved / np.linalg.norm(moved, axis=1, keepdims=True), np.float32)


def in_memory(rows: Floats32, asked: Floats32) -> tuple[dict[str, float], list[set[int]]]:
    """Figures of the engine's own space, and its ten nearest to each."""
    space, began = MeaningSpace(), time.perf_counter()
    for row in rows:
        space.put(row.astype(np.float16).tobytes())
    built, times, found = time.perf_counter() - began, [], []
    for one in asked:
        began = time.perf_counter()
        near = space.likeness_of_all(space.query(one.astype(np.float16).tobytes()))
        found.append(set(np.argpartition(-near, 10)[:10].tolist()))
        times.append(1000 * (time.perf_counter() - began))
    return {"build_s": round(built, 1), **_spread(times)}, found


def in_postgres(rows: Floats32, asked: Floats32) -> tuple[dict[str, float], list[set[int]]]:
    """The same of pgvector."""
    with postgres_server() as url, psycopg.connect(url, autocommit=True) as db:
        db.execute("CREATE EXTENSION IF NOT EXISTS vector")
        db.execute(f"CREATE TABLE meaning (id integer PRIMARY KEY, vector halfvec({rows.shape[1]}))")
        began = time.perf_counter()
        with db.cursor().copy("COPY meaning FROM STDIN") as copy:
            for number, row in enumerate(rows):
                copy.write_row((number, _written(row)))
        db.execute("SET maintenance_work_mem = '1GB'")
        db.execute("CREATE INDEX ON meaning USING hnsw (vector halfvec_cosine_ops)")
        built, times, found = time.perf_counter() - began, [], []
        db.execute("SET hnsw.ef_search = 100")
        for one in asked:
            began = time.perf_counter()
            answer = db.execute("SELECT id FROM meaning ORDER BY vector <=> %s::halfvec LIMIT 10", (_written(one),))
            found.append({int(number) for (number,) in answer})
            times.append(1000 * (time.perf_counter() - began))
        size = db.execute("SELECT pg_total_relation_size('meaning')").fetchone()
    return {"build_s": round(built, 1), **_spread(times), "mb": round((size or (0,))[0] / 2**20)}, found


def _written(row: Floats32) -> str:
    return "[" + ",".join(f"{value:.5f}" for value in row.tolist()) + "]"


def _spread(times: list[float]) -> dict[str, float]:
    return {"p50_ms": round(statistics.median(times), 1), "p95_ms": round(float(np.percentile(times, 95)), 1)}


def main() -> None:
    """Print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--size", type=int, default=100_000)
    chosen = parser.parse_args()
    rows = vectors(chosen.data, chosen.size)
    dice = np.random.default_rng(8)
    asked = _noisy(rows[dice.integers(0, len(rows), ASKED)], dice)
    exact = [set(np.argpartition(-(rows @ one), 10)[:10].tolist()) for one in asked]
    result: dict[str, object] = {"vectors": len(rows)}
    for name, measure in (("memory", in_memory), ("pgvector", in_postgres)):
        figures, found = measure(rows, asked)
        overlap = sum(len(mine & true) for mine, true in zip(found, exact, strict=True))
        result[name] = {**figures, "recall_at_10": round(overlap / (10 * len(asked)), 3)}
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
