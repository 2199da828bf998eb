"""Scores, weights, the weighted order of the queue and how far it moves."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from board.models import Criterion, Score, WeightSet
from board.models.priorities import MOST_POINTS
from board.priorities.scoring import Placed, RankRange, Scored, rank_bounds, rank_ranges, weighted_order
from board.selectors.priorities.goals import WAITING
from portfolio.models import ProjectRequest

MOVES = (10, 25, 50, 100)
"""By so many per cent of itself a weight may move, to choose from."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The criteria in use with the weights in force; `number` is 0 before anybody set any, and each counts the same."""

    number: int
    criteria: tuple[Criterion, ...]
    values: tuple[int, ...]
    latest: WeightSet | None

    @property
    def pairs(self) -> list[tuple[Criterion, int]]:
        """Each criterion with its weight."""
        return list(zip(self.criteria, self.values, strict=True))

    @property
    def total(self) -> int:
        """All weights together."""
        return sum(self.values)


def weights_in_force() -> Weights:
    """The criteria in use and the last set of weights; a criterion that came since counts nothing. Three queries."""
    criteria = tuple(Criterion.objects.filter(retired_on__isnull=True).order_by("position", "id"))
    latest = WeightSet.objects.select_related("by").order_by("-number").first()
    if latest is None:
        return Weights(0, criteria, (1,) * len(criteria), None)
    known = dict(latest.rows.order_by("id").values_list("criterion_id", "weight"))
    return Weights(latest.number, criteria, tuple(known.get(each.pk, 0) for each in criteria), latest)


def weight_history() -> list[tuple[WeightSet, list[tuple[str, int]]]]:
    """All sets of weights, the latest first, with the weight of each criterion. Two queries."""
    sets = WeightSet.objects.select_related("by").prefetch_related("rows__criterion").order_by("-number")
    return [
        (each, [(row.criterion.name, row.weight) for row in sorted(each.rows.all(), key=_place)]) for each in sets[:50]
    ]


def _place(row: Any) -> tuple[int, int]:
    return row.criterion.position, row.criterion_id


@dataclass(frozen=True, slots=True)
class ScoredRow:
    """One request in the weighted order: `range` while one weight moves, `bounds` while all do; `was` its rank by the
    weights in force, where others are tried."""

    request: ProjectRequest
    placed: Placed
    range: RankRange
    bounds: tuple[int, int]
    points: tuple[int, ...]
    was: int | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """The queue by its scores. `placed` are all that are fully scored, `points` theirs; `unscored` the others with how
    many criteria are scored, most first."""

    weights: Weights
    tried: tuple[int, ...]
    placed: list[Placed]
    points: Mapping[int, tuple[int, ...]]
    unscored: list[tuple[int, int]]
    was: Mapping[int, int]

    @property
    def is_trial(self) -> bool:
        """Whether other weights than those in force are tried."""
        return self.tried != self.weights.values


def scored_order(user: Any, tried: Sequence[int] | None = None) -> Order:
    """The requests that wait for the board and that `user` may see, by weighted score; by `tried` weights where given.
    Five queries."""
    weights = weights_in_force()
    waiting = [status.value for status in WAITING]
    rows = ProjectRequest.objects.visible_to(user).filter(status__in=waiting)
    ids = list(rows.order_by("id").values_list("id", flat=True))
    at = {each.pk: place for place, each in enumerate(weights.criteria)}
    known: dict[int, dict[int, int]] = defaultdict(dict)
    scores = Score.objects.filter(request__in=rows.order_by().values("pk"), criterion__in=list(at)).order_by("id")
    for request, criterion, points in scores.values_list("request_id", "criterion_id", "points"):
        known[request][at[criterion]] = points
    full = {
        pk: tuple(known[pk][place] for place in range(len(at))) for pk in ids if len(known.get(pk, ())) == len(at) > 0
    }
    every = [Scored(pk, points) for pk, points in full.items()]
    values = tuple(tried) if tried is not None and len(tried) == len(at) else weights.values
    placed = weighted_order(every, values, MOST_POINTS)
    was = {each.id: each.rank for each in weighted_order(every, weights.values, MOST_POINTS)}
    unscored = sorted(((pk, len(known.get(pk, ()))) for pk in ids if pk not in full), key=lambda row: (-row[1], row[0]))
    return Order(weights, values, placed, full, unscored, was)


def scored_rows(order: Order, placed: Sequence[Placed], share: float) -> list[ScoredRow]:
    """These of the order with how far they move. One query."""
    every = [Scored(pk, points) for pk, points in order.points.items()]
    ids = [each.id for each in placed]
    ranges = rank_ranges(every, order.tried, share, ids)
    bounds = rank_bounds(every, order.tried, share, ids)
    requests = ProjectRequest.objects.select_related("silo").in_bulk(ids)
    return [
        ScoredRow(
            request=requests[each.id],
            placed=each,
            range=ranges[each.id],
            bounds=bounds[each.id],
            points=order.points[each.id],
            was=order.was[each.id] if order.is_trial else None,
        )
        for each in placed
    ]


def order_title(order: Order, rows: Sequence[ScoredRow], percent: int) -> str:
    """The finding, as a sentence: how many of the first stay where they are. `rows` are the first of the order."""
    if not order.weights.criteria:
        return "Nobody has said yet by what requests are scored"
    if not order.placed:
        count = len(order.unscored)
        return f"{count} request{' waits' if count == 1 else 's wait'}, and none is scored by every criterion"
    fixed = 0
    for row in rows:
        if row.range.moves:
            break
        fixed += 1
    words = f"if any one weight moves by {percent} %"
    if fixed == len(rows):
        return f"The order stays as it is {words}"
    if fixed:
        return f"The first {fixed} stay first {words}" if fixed > 1 else f"{rows[0].request.title} stays first {words}"
    moving = rows[0]
    return f"{moving.request.title} leads, and falls to place {moving.range.worst} {words}"


def scores_of(request: ProjectRequest) -> dict[int, Score]:
    """The scores of a request by criterion. One query."""
    rows = Score.objects.filter(request=request).select_related("person", "criterion").order_by("id")
    return {row.criterion_id: row for row in rows}


def seen_scores(scores: Mapping[int, Score]) -> str:
    """What a page shows of the scores, as a mark: two people who score at once are told apart by it."""
    return ";".join(f"{pk}:{score.at.timestamp():.6f}" for pk, score in sorted(scores.items()))
