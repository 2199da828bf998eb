"""Which stored finding goes on in one that is found under another identity, so that what was said of it goes on too."""

from collections.abc import Iterable, Mapping, Sequence

from impacts.engine.rules import change_collision
from impacts.models import Finding
from impacts.services.scans.storing import Prepared

#: Rules that tell findings of one thing apart by the oldest request that takes part: when that one leaves, the finding
#: about the others has another identity, and is the same all the same.
ANCHORED = frozenset({change_collision.CODE})


def topic_of(identity: Iterable[str]) -> tuple[str, ...]:
    """The rule and the things that a finding is about, without the requests."""
    return tuple(part for part in identity if not part.startswith("request:"))


def name_heirs(prepared: Sequence[Prepared], gone: Sequence[Finding], members: Mapping[int, set[int]]) -> set[int]:
    """Let each finding of these that is not stored yet take over, of those that are gone, the one about the same thing
    with most members in common; each is taken over once. Returns the ids of those that go on. One query, and only
    where there is something to take over."""
    lost = [row for row in gone if row.rule in ANCHORED]
    fresh = [item for item in prepared if item.found.rule in ANCHORED] if lost else []
    if not fresh:
        return set()
    identities = [item.identity for item in fresh]
    stored = set(Finding.objects.filter(identity__in=identities).order_by().values_list("identity", flat=True))
    pairs = [
        (-len(common), row.pk, item.identity, item)
        for item in fresh
        if item.identity not in stored
        for row in lost
        if topic_of(row.about) == topic_of(item.found.identity)
        and (common := members[row.pk] & set(item.found.requests))
    ]
    taken: set[int] = set()
    for _, pk, _, item in sorted(pairs, key=lambda pair: pair[:3]):
        if item.heir_of is None and pk not in taken:
            item.heir_of = pk
            taken.add(pk)
    return taken
