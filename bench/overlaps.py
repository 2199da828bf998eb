"""What a scan of a real portfolio with known pairs finds, to be read one by one.

    python -m bench.overlaps --data ../shared/data/canada-2022 [--top 50] [--json]

Reads items.jsonl and pairs.jsonl, scans titles and texts without any tags, and prints how many pairs of each label are
found (a same-purpose finding exists), how many findings and clusters there are, and the strongest findings. How good
the ranking is, `./dev manage evaluate_matching` and `./dev bench matching` say.
"""

import argparse
import json
import sys
import time
from pathlib import Path

from impacts.engine.evaluation import engine
from impacts.engine.evaluation.labelled import LabelledSet, read_labelled
from impacts.engine.facts import FoundFinding
from impacts.engine.scan import ScanResult, scan


def strongest(result: ScanResult, count: int) -> list[FoundFinding]:
    """The overlap findings with the highest scores."""
    overlaps = [finding for finding in result.findings if finding.kind == "overlap"]
    return sorted(overlaps, key=lambda finding: (-finding.score, finding.identity))[:count]


def measure(folder: Path, top: int) -> dict[str, object]:
    """Scan the folder's portfolio and gather what main prints."""
    labelled = read_labelled(folder / "items.jsonl", folder / "pairs.jsonl")
    began = time.perf_counter()
    index = engine.build(labelled.items)
    built = time.perf_counter()
    result = scan(index, engine.ANY_DAY)
    scanned = time.perf_counter()
    found = {finding.requests for finding in result.findings if finding.kind == "overlap"}
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
                "label": labelled.labels.get((first.id, second.id), ""),
                "why": finding.evidence[0].text,
            }
        )
    return {
        "requests": len(labelled.items),
        "found": _found_by_label(labelled, found),
        "overlaps": len(found),
        "overlaps_across_silos": sum(index.requests[a].silo != index.requests[b].silo for a, b in found),
        "requests_in_overlaps": len({request for pair in found for request in pair}),
        "clusters": [[index.requests[request].reference for request in c.requests] for c in result.clusters or ()],
        "cluster_terms": [list(c.terms) for c in result.clusters or ()],
        "build_s": round(built - began, 2),
        "scan_s": round(scanned - built, 2),
        "top": lines,
    }


def _found_by_label(labelled: LabelledSet, found: set[tuple[int, ...]]) -> dict[str, list[int]]:
    """For each label how many of its pairs were found, and how many there are."""
    counts: dict[str, list[int]] = {}
    for pair, label in sorted(labelled.labels.items(), key=lambda entry: entry[1]):
        of_label = counts.setdefault(label, [0, 0])
        of_label[0] += pair in found
        of_label[1] += 1
    return counts


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
