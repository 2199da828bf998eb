"""What was changed on a request, by whom and when, field by field."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from portfolio.models import Objective, Person, ProjectRequest, Silo
from portfolio.permissions import can_see_money

_MONEY = frozenset({"one_off_cost", "yearly_cost"})
_FIELDS: dict[str, str] = {
    "title": "Title",
    "problem": "The trouble",
    "proposal": "The proposal",
    "kind": "For whom",
    "silo_id": "Department",
    "requester_id": "Requester",
    "sponsor_id": "Sponsor",
    "objective_id": "Objective",
    "status": "Status",
    "confidential": "Confidential",
    "heads_up": "Heads-up",
    "first_heard": "IT first heard",
    "wanted_start": "Start",
    "wanted_go_live": "Go-live",
    "one_off_cost": "Cost, once",
    "yearly_cost": "Cost a year",
    "promised_effect": "Promised effect",
    "promised_by": "To be seen by",
    "survivor_id": "Merged into",
}
_CHOICES = {
    name: dict(ProjectRequest._meta.get_field(name).flatchoices)  # type: ignore[union-attr]
    for name in ("kind", "status", "first_heard")
}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after."""

    field: str
    label: str
    before: Any
    after: Any

    @property
    def is_money(self) -> bool:
        """Whether the values are amounts."""
        return self.field in _MONEY


@dataclass(frozen=True, slots=True)
class Change:
    """One save: who, when, and what it changed. `first` where the history begins."""

    at: datetime
    person: Person | None
    version: int
    changes: list[FieldChange]
    first: bool


def request_history(user: Any, request: ProjectRequest, *, start: int = 0, size: int = 50) -> list[Change]:
    """`size` saves from the `start`-th newest on, newest first; one more than `size` says that there are older ones.

    Amounts are left out for who may not see them; requests that they may not see are not named.
    """
    records = list(
        request.history.select_related("history_user").order_by("-history_date", "-history_id")[
            start : start + size + 2
        ]
    )
    hidden = frozenset() if can_see_money(user, request) else _MONEY
    behind = _behind(records)
    names = _names(user, records, behind)
    changes = []
    for at, record in enumerate(records[: size + 1]):
        older = records[at + 1] if at + 1 < len(records) else None
        found = _compare(older, record, hidden, names) if older else []
        if older and behind[older.pk] != behind[record.pk]:
            found.append(_order(behind[older.pk], behind[record.pk], names))
        if found or older is None:
            changes.append(Change(record.history_date, record.history_user, record.version, found, older is None))
    return changes


def _compare(older: Any, newer: Any, hidden: frozenset[str], names: dict[tuple[str, int], str]) -> list[FieldChange]:
    return [
        FieldChange(name, label, _words(name, getattr(older, name), names), _words(name, getattr(newer, name), names))
        for name, label in _FIELDS.items()
        if name not in hidden and getattr(older, name) != getattr(newer, name)
    ]


def _behind(records: list[Any]) -> dict[int, tuple[int, ...]]:
    """By record what the request went after then, the one that goes live last at the end. One query."""
    found: dict[int, tuple[int, ...]] = {record.pk: (record.after_id,) if record.after_id else () for record in records}
    rows = ProjectRequest.history.model.also_after.filter(history__in=list(found))
    for pk, other in rows.order_by("-to_projectrequest_id").values_list("history_id", "to_projectrequest_id"):
        found[pk] = (other, *found[pk])
    return found


def _order(older: tuple[int, ...], newer: tuple[int, ...], names: dict[tuple[str, int], str]) -> FieldChange:
    before, after = (
        "\n".join(names.get(("after_id", pk), "something that is gone") for pk in ahead) for ahead in (older, newer)
    )
    return FieldChange("after_id", "Comes after", before, after)


def _words(name: str, value: Any, names: dict[tuple[str, int], str]) -> Any:
    if value is None or value == "":
        return ""
    if name.endswith("_id"):
        return names.get((name, value), "something that is gone")
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, Decimal):
        return value
    return _CHOICES[name].get(value, value) if name in _CHOICES else value


def _names(user: Any, records: list[Any], behind: dict[int, tuple[int, ...]]) -> dict[tuple[str, int], str]:
    """The names of everything that the records point at, a query for each kind of thing."""
    names: dict[tuple[str, int], str] = {}
    for fields, model in (
        (("silo_id",), Silo),
        (("requester_id", "sponsor_id"), Person),
        (("objective_id",), Objective),
    ):
        _collect(names, records, fields, model.objects.all())
    others = {pk for ahead in behind.values() for pk in ahead} | {record.survivor_id for record in records} - {None}
    seen = {row.pk: str(row) for row in ProjectRequest.objects.visible_to(user).filter(pk__in=others).order_by("pk")}
    for pk in others:
        names |= {(name, pk): seen.get(pk, "a confidential request") for name in ("survivor_id", "after_id")}
    return names


def _collect(names: dict[tuple[str, int], str], records: list[Any], fields: tuple[str, ...], rows: Any) -> None:
    pks = {getattr(record, name) for record in records for name in fields} - {None}
    for row in rows.filter(pk__in=pks).order_by("pk"):
        names |= {(name, row.pk): str(row) for name in fields}
