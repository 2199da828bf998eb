"""The coverage of past months, read from the history of the registers and of people."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from customers.answering import mailbox_in, nobody_in
from customers.models import DataDomain, Segment, Touchpoint
from impacts.engine.coverage import Coverage, EntryState, PersonNow, PersonState, coverage, month_ends
from portfolio.models import Person

MONTHS = 12
_HOLDER: tuple[tuple[Any, str], ...] = (
    (Segment, "manager_id"),
    (Touchpoint, "accountable_id"),
    (DataDomain, "steward_id"),
)


def coverage_by_month(today: date | None = None) -> list[Coverage]:
    """The coverage at the end of each of the last MONTHS months in which there was anything. Eight queries."""
    states = [state for model, field in _HOLDER for state in _states(model, field)]
    holders = {state.holder for state in states if state.holder is not None}
    people = (
        Person.objects.filter(pk__in=holders).only("id", "kind", "name", "email", "left_on", "is_active").order_by("id")
    )
    fields = ("id", "history_date", "is_active", "left_on")
    known = Person.history.filter(id__in=holders).order_by("history_date", "history_id").values_list(*fields)
    counted = coverage(
        month_ends(today or timezone.localdate(), MONTHS),
        states,
        [PersonNow(person.pk, _never(person), person.left_on, person.is_active) for person in people],
        [PersonState(pk, _day(at), is_active, left_on) for pk, at, is_active, left_on in known],
    )
    return [month for month in counted if month.total]


def _never(person: Person) -> bool:
    """Whether this was never a person who could answer."""
    return person.kind != Person.Kind.PERSON or bool(nobody_in(person.name) or mailbox_in(person.email))


def _states(model: Any, field: str) -> list[EntryState]:
    """What the history says of the entries of a register; of entries that were stored without one, how they stand."""
    name = model.__name__
    rows = model.history.order_by("history_date", "history_id")
    states = [
        EntryState(f"{name}:{pk}", _day(at), holder, retired_on, kind != "-")
        for pk, at, kind, holder, retired_on in rows.values_list(
            "id", "history_date", "history_type", field, "retired_on"
        )
    ]
    known = {state.entry for state in states}
    now = model.objects.order_by("id").values_list("id", "created_at", field, "retired_on")
    return states + [
        EntryState(f"{name}:{pk}", _day(at), holder, retired_on)
        for pk, at, holder, retired_on in now
        if f"{name}:{pk}" not in known
    ]


def _day(at: datetime) -> date:
    return timezone.localdate(at)
