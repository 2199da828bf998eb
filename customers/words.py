"""How several things are named in a sentence."""

from collections.abc import Iterable


def listed(names: Iterable[object], most: int = 0) -> str:
    """'A, B and C'; with `most`, of more names 'A, B and 3 more': as many as `most` things are named then."""
    words = [str(name) for name in names]
    if most and len(words) > most:
        words = [*words[: most - 1], f"{len(words) - most + 1} more"]
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
