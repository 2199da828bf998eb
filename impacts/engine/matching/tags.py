"""What two requests touch in common: touchpoints, data domains, systems, segments.

A shared tag tells the more, the fewer requests carry it. The likeness is the weight in common over the geometric mean
of both weights, times n / (n + 1) for n tags in common, since one common tag may be chance. It is a sum with one part
for each shared tag, so that a reader can be told what each one adds.
"""

from math import log

from impacts.engine.facts import RequestFacts

Tag = tuple[str, int]

KIND_WEIGHTS: dict[str, float] = {"touchpoint": 1.0, "domain": 1.0, "system": 0.8, "segment": 0.5}


LEAST_WHOLE = 2.0
"""What a request's tags weigh at least when likeness is measured: the weight of one touchpoint that an eighth of the
requests touch. So a single tag that everybody carries does not make two requests alike."""


def tags_of(request: RequestFacts) -> frozenset[Tag]:
    """Everything of the registers that a request names."""
    found: set[Tag] = set()
    for impact in request.impacts:
        found.add(("touchpoint", impact.touchpoint))
        found.update(("segment", segment) for segment in impact.segments)
    for use in request.data_uses:
        found.add(("domain", use.domain))
        if use.system is not None:
            found.add(("system", use.system))
    found.update(("system", use.system) for use in request.system_uses)
    found.update(("segment", contact.segment) for contact in request.contacts)
    return frozenset(found)


def tag_weight(tag: Tag, carriers: int, requests: int) -> float:
    """How telling a tag is: 0 when every request carries it."""
    return KIND_WEIGHTS[tag[0]] * max(0.0, log((requests + 1) / (carriers + 0.5)))
