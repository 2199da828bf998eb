"""Loads what the bank wants to reach, what requests move, their scores, and the two orders of the queue."""

from datetime import datetime, timedelta
from decimal import Decimal

from board.models import Criterion, CriterionWeight, RankedRequest, Ranking, RankMove, Score, WeightSet
from board.selectors.priorities.goals import WAITING
from config.demo.load_registers import Registers, saved
from config.demo.load_requests import Requests
from config.demo.story import Row, Story, at_hour
from portfolio.models import Contribution, Objective, ObjectiveReading, Person, ProjectRequest, Role

#: The weights were first set so long before the story's present, changed so long before, and requests scored since.
FIRST_WEIGHTS, SECOND_WEIGHTS, SCORED = timedelta(weeks=12), timedelta(weeks=4), timedelta(weeks=2)


def load_priorities(story: Story, registers: Registers, requests: Requests, at: datetime) -> None:
    """Enter it all; the objectives as if at `at`. Raises ValidationError for a wrong story."""
    rows = story.priorities
    for row in (*rows["outcomes"], *rows["parts"]):
        kind = Objective.Kind.OUTCOME if row in rows["outcomes"] else Objective.Kind.OBJECTIVE
        fields = {key: row[key] for key in ("code", "name", "description") if key in row}
        registers.objectives[row["code"]] = saved(Objective(kind=kind, **fields), at)
    for row in (*rows["outcomes"], *rows["objectives"], *rows["parts"]):
        _place_objective(registers, row, at)
    for row in rows["readings"]:
        objective = registers.objectives[row["objective"]]
        for day, value in row["values"]:
            read = Decimal(str(value))
            reading = ObjectiveReading(objective=objective, on=day, value=read, person=objective.owner)
            saved(reading, at_hour(day, 15))
    for row in rows["moves"]:
        _move(registers, requests[row["request"]], row)
    _score(story, registers, requests)
    _rank(story, registers, requests)


def _place_objective(registers: Registers, row: Row, at: datetime) -> None:
    objective = registers.objectives[row["code"]]
    objective.parent = registers.objectives[row["parent"]] if row.get("parent") else None
    objective.owner = registers.person(row["owner"])
    objective.measure = registers.measures[row["measure"]] if row.get("measure") else None
    objective.baseline, objective.target = _number(row.get("baseline")), _number(row.get("target"))
    objective.baseline_on, objective.due = row.get("baseline_on"), row.get("due")
    saved(objective, at)


def _number(said: float | None) -> Decimal | None:
    """The number as it is written in the story."""
    return None if said is None else Decimal(str(said))


def _move(registers: Registers, request: ProjectRequest, row: Row) -> None:
    contribution = Contribution(
        request=request,
        objective=registers.objectives[row["objective"]],
        direction=row.get("direction", Contribution.Direction.FORWARD),
        amount=_number(row["amount"]),
        how=row["how"],
    )
    saved(contribution, request.submitted_at or request.created_at)


def _score(story: Story, registers: Registers, requests: Requests) -> None:
    rows, chair = story.priorities, registers.with_role(Role.CIO)[0]
    criteria = []
    for position, row in enumerate(rows["criteria"]):
        words = {key: row[key] for key in ("code", "name", "question")}
        at = at_hour(story.anchor - FIRST_WEIGHTS, 10)
        criteria.append(saved(Criterion(position=position, **words), at))
    sets = (
        (1, FIRST_WEIGHTS, rows["why_before"], rows["weights_before"]),
        (2, SECOND_WEIGHTS, rows["why"], {row["code"]: row["weight"] for row in rows["criteria"]}),
    )
    for number, age, why, weights in sets:
        made = WeightSet.objects.create(number=number, by=chair, at=at_hour(story.anchor - age, 10), why=why)
        CriterionWeight.objects.bulk_create(
            CriterionWeight(weights=made, criterion=each, weight=weights[each.code]) for each in criteria
        )
    architects = registers.with_role(Role.ARCHITECT)
    for place, (key, points) in enumerate(rows["scores"].items()):
        person, at = architects[place % len(architects)], at_hour(story.anchor - SCORED, 9, 10 + place)
        for criterion, number in zip(criteria, points, strict=True):
            reason = rows["reasons"][criterion.code][number]
            score = Score(request=requests[key], criterion=criterion, points=number, reason=reason)
            score.person, score.at = person, at
            saved(score, at)


def _rank(story: Story, registers: Registers, requests: Requests) -> None:
    """Both orders, of what still waits for the board, each move as it was made."""
    keepers = {Ranking.Side.IT: Role.CIO, Ranking.Side.CUSTOMERS: Role.CUSTOMER_LEADER}
    for side, role in keepers.items():
        person: Person = registers.with_role(role)[0]
        waiting = [requests[key] for key in story.priorities["orders"][side] if requests[key].state in WAITING]
        ranking = Ranking.objects.create(side=side, version=len(waiting) + 1)
        for position, request in enumerate(waiting, start=1):
            RankedRequest.objects.create(ranking=ranking, request=request, position=position)
            at = at_hour(story.anchor - timedelta(days=3), 16, 5 + position)
            RankMove.objects.create(ranking=ranking, request=request, target=position, by=person, at=at)
