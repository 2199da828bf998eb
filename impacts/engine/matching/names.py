"""The names of what requests touch."""

from collections.abc import Mapping

from impacts.engine.facts import RegisterFacts, ThingFact
from impacts.engine.matching.tags import Tag


def thing_name(register: RegisterFacts, tag: Tag) -> str:
    """The name of a thing, or its kind and number when the register does not hold it."""
    kind, thing = tag
    things: Mapping[str, Mapping[int, ThingFact]] = {
        "touchpoint": register.touchpoints,
        "domain": register.domains,
        "system": register.systems,
        "segment": register.segments,
        "measure": register.measures,
        "attribute": register.attributes,
        "skill": register.skills,
    }
    entry = things[kind].get(thing)
    return entry.name if entry is not None else f"{kind} {thing}"
