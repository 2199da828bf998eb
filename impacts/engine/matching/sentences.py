"""Sentences of a text, well enough to compare and to show them: prose, lists and headings alike."""

import re

from impacts.engine.facts import RequestFacts

SHORTEST = 25
"""Characters: what is shorter belongs to its neighbour: "e.g." to what stands before, "Objective:" to what follows."""

READ = 40
"""Sentences of a text that are told apart; more are left out."""

HEADING_WORDS = 16

_END = re.compile(r"(?<=[.!?;。！？])\s+|(?<=[。！？])|\n+|\s*•\s*")


def sentences(text: str) -> list[str]:
    """The sentences of a text, in order."""
    found: list[str] = []
    for part in _END.split(text):
        piece = " ".join(part.split())
        if not piece:
            continue
        is_short = len(piece) < SHORTEST and not piece.endswith(":")
        if found and (is_short or len(found[-1]) < SHORTEST):
            found[-1] = f"{found[-1]} {piece}"
        elif len(found) < READ:
            found.append(piece)
        else:
            break
    return found


def heading(facts: RequestFacts) -> str:
    """The title; of a request without one, how its text begins."""
    if any(char.isalnum() for char in facts.title):
        return facts.title
    first = sentences(f"{facts.problem[:2000]}\n{facts.proposal[:2000]}")[:1]
    return " ".join(" ".join(first).split()[:HEADING_WORDS])
