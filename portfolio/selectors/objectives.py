"""The tree of objectives, how far each is, and what requests say that they move."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from customers.models import EntryMerge, Measure
from portfolio.models import Contribution, Objective, ObjectiveReading, ProjectRequest
from portfolio.models.objectives import expected, progress

SLACK = 0.1
"""So much of the whole way may be missing on the day of the latest reading before an objective counts as behind."""

STATES = {
    "reached": "Reached",
    "on_track": "On track",
    "behind": "Behind",
    "away": "Moving away",
    "no_reading": "Not read yet",
    "uncounted": "Not counted",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an objective is: its latest reading, the share of the way that is done (None where nobody knows), and the
    share that would be done if it went evenly (None without two days)."""

    latest: ObjectiveReading | None
    share: float | None
    expected: float | None

    @property
    def state(self) -> str:
        """The key of STATES. Without days, anything better than the start is on track."""
        if self.share is None:
            return "uncounted" if self.latest is None and self.expected is None else "no_reading"
        if self.share >= 1:
            return "reached"
        if self.share < 0:
            return "away"
        return "on_track" if self.share >= (self.expected or 0) - SLACK else "behind"

    @property
    def label(self) -> str:
        """The state in words."""
        return STATES[self.state]

    @property
    def severity(self) -> str:
        """The mark that goes with it: components know it."""
        return {"reached": "clear", "on_track": "clear", "behind": "look", "away": "serious"}.get(self.state, "note")

    @property
    def percent(self) -> int | None:
        """The share done, in whole per cent."""
        return None if self.share is None else round(self.share * 100)


def objectives_in_use() -> QuerySet[Objective]:
    """Objectives that are neither retired nor merged into another, by name."""
    merged = EntryMerge.objects.filter(register=Objective.register, undone_at__isnull=True).order_by()
    rows = Objective.objects.active().exclude(pk__in=merged.values("merged_id"))
    return rows.select_related("owner", "measure", "parent").order_by("name", "id")


def standings(objectives: Iterable[Objective]) -> dict[int, Standing]:
    """How far each objective is. One query."""
    objectives = list(objectives)
    latest: dict[int, ObjectiveReading] = {}
    rows = ObjectiveReading.objects.filter(objective__in=[each.pk for each in objectives]).order_by("on", "id")
    for row in rows:
        latest[row.objective_id] = row
    return {each.pk: standing(each, latest.get(each.pk)) for each in objectives}


def standing(objective: Objective, latest: ObjectiveReading | None) -> Standing:
    """How far one objective is by its latest reading."""
    share = even = None
    if objective.baseline is not None and objective.target is not None:
        if latest is not None:
            share = progress(objective.baseline, objective.target, latest.value)
        even = 0.0
        if latest is not None and objective.baseline_on and objective.due:
            even = expected(objective.baseline_on, objective.due, latest.on)
    return Standing(latest, share, even)


def readings_of(objective: Objective) -> list[ObjectiveReading]:
    """Its readings, the latest first. One query."""
    return list(objective.readings.select_related("person").order_by("-on", "-id"))


def contributions_of(request: ProjectRequest) -> list[Contribution]:
    """What a request says that it moves, by name. One query."""
    rows = request.contributions.select_related("objective__measure", "objective__parent")
    return list(rows.order_by("objective__name", "id"))


@dataclass(frozen=True, slots=True)
class Mover:
    """A request that moves an objective; `contribution` is None where it only names it."""

    request: ProjectRequest
    contribution: Contribution | None

    @property
    def words(self) -> str:
        """By how much, with its sign: "up by 4 per cent"; empty where nobody said."""
        return amount_words(self.contribution) if self.contribution else ""


def movers_of(objective: Objective, user: Any) -> list[Mover]:
    """The filed requests that `user` may see and that move or name the objective, by reference. Two queries."""
    said = {row.request_id: row for row in objective.contributions.select_related("objective__measure").order_by("id")}
    rows = ProjectRequest.objects.visible_to(user).exclude(status="draft").select_related("silo")
    rows = rows.filter(Q(pk__in=list(said)) | Q(objective=objective)).order_by("reference", "id")
    return [Mover(request, said.get(request.pk)) for request in rows]


def amount_words(contribution: Contribution) -> str:
    """By how much it moves, in words; empty where nobody said."""
    if contribution.amount is None:
        return ""
    measure: Measure | None = contribution.objective.measure
    number = f"{contribution.amount:,.2f}".rstrip("0").rstrip(".")
    return f"{number} {measure.unit}".strip() if measure else number


def served_by(ids: Iterable[int] | None = None) -> dict[int, list[int]]:
    """Of each request the ids of the objectives that it serves, each once; all requests, or these. Two queries."""
    found: dict[int, list[int]] = defaultdict(list)
    named = ProjectRequest.objects.filter(objective__isnull=False)
    moved = Contribution.objects.filter(direction=Contribution.Direction.FORWARD)
    backward = Contribution.objects.filter(direction=Contribution.Direction.BACK)
    if ids is not None:
        ids = list(ids)
        named, moved, backward = (
            named.filter(pk__in=ids),
            moved.filter(request__in=ids),
            backward.filter(request__in=ids),
        )
    back = set(backward.order_by("id").values_list("request_id", "objective_id"))
    pairs = [
        *((pk, objective) for pk, objective in named.order_by("id").values_list("id", "objective_id") if objective),
        *moved.order_by("id").values_list("request_id", "objective_id"),
    ]
    for request, objective in pairs:
        if objective not in found[request] and (request, objective) not in back:
            found[request].append(objective)
    return {request: sorted(objectives) for request, objectives in found.items() if objectives}


def promised_to(movers: Iterable[Mover]) -> Decimal:
    """What all movers together promise, those that set it back taken off; those without an amount add nothing."""
    total = Decimal(0)
    for mover in movers:
        if mover.contribution and mover.contribution.amount:
            forward = mover.contribution.direction == Contribution.Direction.FORWARD
            total += mover.contribution.amount if forward else -mover.contribution.amount
    return total
