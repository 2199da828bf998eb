"""Two orders of the same queue side by side: where they disagree most, and what both want first."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pair:
    """A request with its place in both orders; None where it has none there. `gap` is how many places lie between;
    what has no place counts as standing behind the last one of the longer order."""

    id: int
    it: int | None
    customers: int | None
    gap: int

    @property
    def wanted_by(self) -> str:
        """Who wants it earlier: "it", "customers", or "" where both want it at the same place."""
        if not self.gap:
            return ""
        if self.it is None or (self.customers is not None and self.customers < self.it):
            return "customers"
        return "it"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both orders side by side: `pairs` with the largest disagreement first; `same` of `pairs_compared` pairs of
    requests that both have placed stand in the same order in both."""

    pairs: tuple[Pair, ...]
    same: int
    pairs_compared: int

    @property
    def agreement(self) -> float | None:
        """The share of pairs in the same order; None with fewer than two requests that both have placed."""
        return self.same / self.pairs_compared if self.pairs_compared else None


def compare(it: Sequence[int], customers: Sequence[int]) -> Comparison:
    """Both orders side by side. Each names a request at most once."""
    it_place = {pk: place for place, pk in enumerate(it, start=1)}
    customer_place = {pk: place for place, pk in enumerate(customers, start=1)}
    behind = max(len(it), len(customers)) + 1
    pairs = []
    for pk in it_place.keys() | customer_place.keys():
        one, other = it_place.get(pk), customer_place.get(pk)
        pairs.append(Pair(pk, one, other, abs((one or behind) - (other or behind))))
    pairs.sort(
        key=lambda pair: (-pair.gap, min(pair.it or pair.customers or 0, pair.customers or pair.it or 0), pair.id)
    )
    both = [customer_place[pk] for pk in it if pk in customer_place]
    compared = len(both) * (len(both) - 1) // 2
    return Comparison(tuple(pairs), compared - _inversions(both)[1], compared)


def let_before(pair: Pair, it: Sequence[int], customers: Sequence[int]) -> list[int]:
    """What who wants a request later puts before it, and who wants it earlier does not, in the order of the first;
    nothing where it has no place there."""
    early, late = (customers, it) if pair.wanted_by == "customers" else (it, customers)
    if not pair.gap or pair.id not in late:
        return []
    already = set(early[: early.index(pair.id)])
    return [pk for pk in late[: late.index(pair.id)] if pk not in already]


def _inversions(places: list[int]) -> tuple[list[int], int]:
    """The places sorted, and how many pairs stood the wrong way round."""
    if len(places) < 2:
        return places, 0
    middle = len(places) // 2
    (left, wrong_left), (right, wrong_right) = _inversions(places[:middle]), _inversions(places[middle:])
    merged, wrong, at = [], wrong_left + wrong_right, 0
    for place in left:
        while at < len(right) and right[at] < place:
            merged.append(right[at])
            at += 1
        wrong += at
        merged.append(place)
    return merged + right[at:], wrong


def agreed(it: Sequence[int], customers: Sequence[int], first: int) -> list[int]:
    """What stands among the first so many in both orders: in the order of the two places together; of equals the one
    that the customer leader wants earlier."""
    it_place = {pk: place for place, pk in enumerate(it[:first], start=1)}
    customer_place = {pk: place for place, pk in enumerate(customers[:first], start=1)}
    both = it_place.keys() & customer_place.keys()
    return sorted(both, key=lambda pk: (it_place[pk] + customer_place[pk], customer_place[pk], pk))
