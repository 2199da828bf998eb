"""Reads many decisions with all that their seals cover, as plain rows: models would take several times as long.

A row answers to the same names as its model, so that what a seal covers is told once (chain.content_of).
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from types import SimpleNamespace
from typing import Any, cast

from django.db.models import Model

from board.models import (
    Ballot,
    Condition,
    ConditionMove,
    DecidedRequest,
    Decision,
    Deferral,
    Hold,
    HoldMove,
    Joining,
    Question,
    Vote,
)

ONE_PART: Mapping[str, type[Model]] = {"hold": Hold, "deferral": Deferral, "joining": Joining, "ballot": Ballot}
MANY_PARTS: Mapping[str, type[Model]] = {
    "requests": DecidedRequest,
    "conditions": Condition,
    "votes": Vote,
    "questions": Question,
}


class Rows(list[SimpleNamespace]):
    """What belongs to a row, as a model's manager gives it."""

    def all(self) -> "Rows":
        """The rows."""
        return self


def sealed_rows(ids: Collection[int]) -> dict[int, Decision]:
    """These decisions by id, each with its parts. A fixed number of queries."""
    found = {row.pk: row for row in _rows(Decision, "pk", ids)}
    for name, model in ONE_PART.items():
        for row in _rows(model, "decision", ids):
            setattr(found[row.decision_id], name, row)
    for name, model in MANY_PARTS.items():
        _attach(found, name, _rows(model, "decision", ids), "decision_id")
    conditions = {row.pk: row for decision in found.values() for row in decision.conditions}
    _attach(conditions, "moves", _rows(ConditionMove, "condition", conditions), "condition_id")
    holds = {row.hold.pk: row.hold for row in found.values() if hasattr(row, "hold")}
    _attach(holds, "moves", _rows(HoldMove, "hold", holds), "hold_id")
    return cast(dict[int, Decision], found)


def _rows(model: type[Model], by: str, ids: Collection[int]) -> Rows:
    rows = model._default_manager.filter(**{f"{by}__in": list(ids)}).order_by("pk")
    found = Rows(SimpleNamespace(pk=row["id"], **row) for row in rows.values())
    for field in model._meta.many_to_many:
        mine, others = field.m2m_column_name(), field.m2m_reverse_name()
        ties = getattr(model, field.name).through.objects.filter(**{f"{mine}__in": [row.pk for row in found]})
        tied = [SimpleNamespace(of=of, pk=pk) for of, pk in ties.order_by("pk").values_list(mine, others)]
        _attach({row.pk: row for row in found}, field.name, Rows(tied), "of")
    return found


def _attach(to: Mapping[int, Any], name: str, rows: Rows, key: str) -> None:
    together: dict[int, Rows] = defaultdict(Rows)
    for row in rows:
        together[getattr(row, key)].append(row)
    for pk, owner in to.items():
        setattr(owner, name, together[pk])
