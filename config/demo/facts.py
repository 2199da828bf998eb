"""The demo bank as the engine's facts, straight from its story: no database."""

from collections import defaultdict
from collections.abc import Iterable

from config.demo.story import Row, Story
from impacts.engine.facts import (
    ContactFact,
    DataUseFact,
    ImpactFact,
    RegisterFacts,
    RequestFacts,
    SystemUseFact,
    ThingFact,
)

Ids = dict[tuple[str, str], int]
KINDS = ("segment", "touchpoint", "domain", "system")


def demo_facts(story: Story) -> tuple[RegisterFacts, list[RequestFacts]]:
    """The registers, and every request that was filed and not withdrawn, with what it touches. Ids are places in the
    story; references are its keys."""
    ids: Ids = {
        (kind, row["code"]): place for kind in KINDS for place, row in enumerate(story.registers[f"{kind}s"], 1)
    }
    segments, touchpoints, domains, systems = (_things(kind, ids, story) for kind in KINDS)
    register = RegisterFacts(segments=segments, touchpoints=touchpoints, domains=domains, systems=systems)
    filed = [row for row in story.requests if row.get("filed") and row.get("status") != "withdrawn"]
    silos = {code: place for place, code in enumerate(sorted({row["silo"] for row in filed}), 1)}
    return register, [_request(place, row, silos[row["silo"]], ids) for place, row in enumerate(filed, 1)]


def _things(kind: str, ids: Ids, story: Story) -> dict[int, ThingFact]:
    words: dict[str, list[str]] = defaultdict(list)
    for row in story.registers["synonyms"]:
        if row["kind"] == kind:
            words[row["code"]].append(row["term"])
    return {
        ids[kind, row["code"]]: ThingFact(
            id=ids[kind, row["code"]],
            code=row["code"],
            name=row["name"],
            description=row.get("description", ""),
            synonyms=tuple(words[row["code"]]),
        )
        for row in story.registers[f"{kind}s"]
    }


def _request(place: int, row: Row, silo: int, ids: Ids) -> RequestFacts:
    return RequestFacts(
        id=place,
        reference=row["key"],
        silo=silo,
        title=row["title"],
        problem=row["problem"],
        proposal=row["proposal"],
        confidential=row.get("confidential", False),
        impacts=tuple(
            ImpactFact(
                touchpoint=ids["touchpoint", line["touchpoint"]],
                effect=line["effect"],
                direction=line["direction"],
                segments=_segments(line["segments"], ids),
            )
            for line in row.get("impacts", [])
        ),
        data_uses=tuple(
            DataUseFact(ids["domain", line["domain"]], line["mode"], ids.get(("system", line["system"] or "")))
            for line in row.get("data_uses", [])
        ),
        system_uses=tuple(
            SystemUseFact(ids["system", line["system"]], line["effect"]) for line in row.get("system_uses", [])
        ),
        contacts=tuple(
            ContactFact(
                ids["segment", line["segment"]], line["channel"], line["first_day"], line["times"], line["every_days"]
            )
            for line in row.get("contacts", [])
        ),
    )


def _segments(codes: Iterable[str], ids: Ids) -> frozenset[int]:
    return frozenset(ids["segment", code] for code in codes)
