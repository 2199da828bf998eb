"""What changed in a finding since it was dismissed, in words that the one who dismissed it understands."""

import re
from collections.abc import Callable, Iterable, Sequence

from impacts.engine.facts import RegisterFacts
from impacts.engine.matching.names import thing_name

MEMBER = "member:"
_THING = re.compile(r"\b(touchpoint|domain|system|segment|measure):(\d+)")
_REQUEST = re.compile(r"\brequest:(\d+)")
_ISO_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")

Name = Callable[[int], str]


def dismissal_basis(material: Iterable[str], members: Iterable[int]) -> list[str]:
    """What a dismissal rests on: the finding's material, and exactly these members."""
    return [*sorted(material), *(f"{MEMBER}{member}" for member in sorted(members))]


def still_rests(basis: Sequence[str] | None, material: Iterable[str], members: Iterable[int]) -> bool:
    """Whether a dismissal still holds: the material is the same and nobody joined. Who left is no news."""
    if basis is None:
        return False
    old = set(basis)
    return {item for item in old if not item.startswith(MEMBER)} == set(material) and {
        f"{MEMBER}{member}" for member in members
    } <= old


def what_changed(
    basis: Sequence[str], material: Iterable[str], members: Iterable[int], register: RegisterFacts, name: Name
) -> str:
    """One or two sentences on what is new and what is gone; `name` gives the reference of a request that everybody may
    know, or a word for it. At most 500 characters."""
    now, then = set(dismissal_basis(material, members)), set(basis)
    new = [_words(item, register, name) for item in sorted(now - then)]
    old = [_words(item, register, name) for item in sorted(then - now) if not item.startswith(MEMBER)]
    parts = []
    if new:
        parts.append("New: " + "; ".join(dict.fromkeys(new)))
    if old:
        parts.append("No longer: " + "; ".join(dict.fromkeys(old)))
    text = ". ".join(parts) or "What it rests on has changed"
    return (text if len(text) < 500 else text[:496] + "…") + "."


def _words(item: str, register: RegisterFacts, name: Name) -> str:
    kind, _, rest = item.partition(":")
    if item.startswith(MEMBER):
        return f"{name(int(rest))} takes part"
    if kind == "title":
        return f"both titles say “{rest}…”"
    if kind == "texts":
        return f"about {int(rest) * 20} in 100 of their words are the same"
    if kind == "peak":
        return f"{rest} contacts at the peak"
    if kind == "limit":
        limit, _, days = rest.partition("/")
        return f"{limit} contacts allowed in {days} days"
    if _ISO_DAY.match(item):
        return f"the date {item}"
    text = _REQUEST.sub(lambda found: name(int(found.group(1))), item)
    return _THING.sub(lambda found: _thing_words(found, item, register), text)


def _thing_words(found: re.Match[str], item: str, register: RegisterFacts) -> str:
    thing = thing_name(register, (found.group(1), int(found.group(2))))
    return f"both touch {thing}" if found.group(0) == item else thing
