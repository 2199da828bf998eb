"""How well the matcher does on a real portfolio with known pairs.

    python -m bench.matching --data ../shared/data/canada-2022 [--top 50] [--json]

Reads items.jsonl (id, silo, title, text) and pairs.jsonl (a, b, label), scans titles and texts without any tags, and
prints how many pairs of each label are found (a same-purpose finding exists), how many findings and clusters there
are, the strongest findings to be read one by one, and the seconds.
"""

import argparse
import json
import sys
import time
from collections import defaultdict
from datetime import date
from pathlib import Path

from impacts.engine.facts import FoundFinding, RegisterFacts, RequestFacts
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.scan import ScanResult, scan

Pairs = dict[str, list[tuple[int, int]]]


def load(folder: Path) -> tuple[list[RequestFacts], RegisterFacts, Pairs]:
    """Read a data folder: requests numbered from 1, the silos, and the known pairs by label."""
    items = [json.loads(line) for line in (folder / "items.jsonl").read_text(encoding="utf-8").splitlines()]
    silos = {name: number for number, name in enumerate(sorted({item["silo"] for item in items}), 1)}
    ids = {item["id"]: number for number, item in enumerate(items, 1)}
    requests = [
        RequestFacts(ids[item["id"]], item["id"], silos[item["silo"]], item["title"], problem=item["text"])
        for item in items
    ]
    pairs: Pairs = defaultdict(list)
    for line in (folder / "pairs.jsonl").read_text(encoding="utf-8").splitlines():
        pair = json.loads(line)
        first, second = sorted((ids[pair["a"]], ids[pair["b"]]))
        pairs[pair.get("label", "same")].append((first, second))
    return requests, RegisterFacts(silos={number: name for name, number in silos.items()}), dict(pairs)


def strongest(result: ScanResult, count: int) -> list[FoundFinding]:
    """The overlap findings with the highest scores."""
    overlaps = [finding for finding in result.findings if finding.kind == "overlap"]
    return sorted(overlaps, key=lambda finding: (-finding.score, finding.identity))[:count]


def measure(folder: Path, top: int) -> dict[str, object]:
    """Scan the folder's portfolio and gather what main prints."""
    requests, register, pairs = load(folder)
    began = time.perf_counter()
    index = PortfolioIndex(requests, register)
    built = time.perf_counter()
    result = scan(index, date(2026, 1, 1))
    scanned = time.perf_counter()
    found = {finding.requests for finding in result.findings if finding.kind == "overlap"}
    label_of = {pair: label for label, known in pairs.items() for pair in known}
    lines = []
    for place, finding in enumerate(strongest(result, top), 1):
        first, second = (index.requests[request] for request in finding.requests)
        lines.append(
            {
                "place": place,
                "score": finding.score,
                "references": [first.reference, second.reference],
                "titles": [first.title, second.title],
                "same_silo": first.silo == second.silo,
                "label": label_of.get((first.id, second.id), ""),
                "why": finding.evidence[0].text,
            }
        )
    return {
        "requests": len(requests),
        "found": {label: [sum(pair in found for pair in known), len(known)] for label, known in sorted(pairs.items())},
        "overlaps": len(found),
        "overlaps_across_silos": sum(index.requests[a].silo != index.requests[b].silo for a, b in found),
        "requests_in_overlaps": len({request for pair in found for request in pair}),
        "clusters": [[index.requests[request].reference for request in c.requests] for c in result.clusters or ()],
        "cluster_terms": [list(c.terms) for c in result.clusters or ()],
        "build_s": round(built - began, 2),
        "scan_s": round(scanned - built, 2),
        "top": lines,
    }


def main() -> None:
    """Print the measurement, as text or JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--top", type=int, default=50)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    if not (chosen.data / "items.jsonl").is_file():
        parser.error(f"there is no items.jsonl in {chosen.data}")
    result = measure(chosen.data, chosen.top)
    if chosen.json:
        sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")
        return
    top, terms = result.pop("top"), result.pop("cluster_terms")
    clusters = result["clusters"]
    assert isinstance(top, list)
    assert isinstance(terms, list)
    assert isinstance(clusters, list)
    result["clusters"] = len(clusters)
    for name, value in result.items():
        sys.stdout.write(f"{name}: {value}\n")
    for members, words in zip(clusters, terms, strict=True):
        sys.stdout.write(f"cluster of {len(members)}: {', '.join(words)}: {' '.join(members)}\n")
    for line in top:
        sys.stdout.write(
            f"{line['place']:>3} {line['score']:.3f} {' '.join(line['references'])} {line['label']}"
            f"{' same silo' if line['same_silo'] else ''}: {' <> '.join(line['titles'])}\n"
        )


if __name__ == "__main__":
    main()
