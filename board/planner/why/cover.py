"""Which few limits stand against all the starts of a request."""

from collections.abc import Mapping, Sequence

from board.planner.why.reasons import Passed

Family = tuple[str, str, int]


def everywhere(against: Mapping[int, tuple[Passed, ...]]) -> list[Family]:
    """The limits that every start passes, those of rules first: they do not go away with a little more of something."""
    common = None
    for passed in against.values():
        here = {each.limit.family for each in passed}
        common = here if common is None else common & here
    return sorted(common or (), key=lambda family: (family[2] < 0, -_alone(family, against), family))


def cover(against: Mapping[int, tuple[Passed, ...]]) -> list[tuple[Family, list[int]]]:
    """Few limits (by family) such that each start passes one of them, each with the starts it is named for; the ones
    that stand against most starts first. Greedy: the choice is checked to be a cover by what it returns."""
    left = dict(against)
    chosen: list[tuple[Family, list[int]]] = []
    while left:
        families: dict[Family, list[int]] = {}
        for start, passed in left.items():
            for family in dict.fromkeys(each.limit.family for each in passed):
                families.setdefault(family, []).append(start)
        best = max(families, key=lambda family: (len(families[family]), _alone(family, against), _reverse(family)))
        chosen.append((best, families[best]))
        for start in families[best]:
            del left[start]
    return chosen


def _alone(family: Family, against: Mapping[int, tuple[Passed, ...]]) -> int:
    """In how many starts nothing else stands against it: there it alone decides."""
    return sum(all(each.limit.family == family for each in passed) for passed in against.values())


def _reverse(family: Family) -> tuple[int, ...]:
    """Ties go to the first by name."""
    return tuple(-ord(letter) for letter in f"{family[0]} {family[1]} {family[2]}")


def of_family(family: Family, starts: Sequence[int], against: Mapping[int, tuple[Passed, ...]]) -> list[Passed]:
    """What a start then passes of this family."""
    return [each for start in starts for each in against[start] if each.limit.family == family]
