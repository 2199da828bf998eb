"""Writes hours that people from IT spend with customers."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum

from customers.models import CustomerTime
from customers.models.it import HOURS_A_DAY
from impacts.engine.customer_hours import plain
from impacts.errors import NotAllowed
from impacts.permissions import can_change_time


def save_time(*, entry: CustomerTime, by: Any) -> CustomerTime:
    """Write or change hours. Raises NotAllowed, and ValidationError by field for what cannot be: negative or too many
    hours, a day to come, more than 24 hours on one day together, the same entry once more."""
    _authorise(entry, by)
    day: date | None = entry.day
    if entry.whole_month and day is not None:
        entry.day = day.replace(day=1)
    entry.full_clean()
    with transaction.atomic():
        _is_new(entry)
        _fits_the_day(entry)
        entry.save()
    return entry


def remove_time(*, entry: CustomerTime, by: Any) -> None:
    """Take hours away; their history stays. Raises NotAllowed."""
    _authorise(entry, by)
    entry.delete()


def _authorise(entry: CustomerTime, by: Any) -> None:
    if not can_change_time(by, entry):
        raise NotAllowed(
            "People from IT write down their own hours; architects and administrators can mend those of others."
        )


def _is_new(entry: CustomerTime) -> None:
    """That a form sent twice does not count hours twice."""
    fields = ("person", "day", "whole_month", "hours", "segment", "touchpoint", "words")
    same = CustomerTime.objects.filter(**{name: getattr(entry, name) for name in fields})
    if entry._state.adding and same.exists():
        raise ValidationError("These hours are written down already. If they are others, say what they were about.")


def _fits_the_day(entry: CustomerTime) -> None:
    if entry.whole_month:
        return
    others = CustomerTime.objects.filter(person=entry.person, day=entry.day, whole_month=False).exclude(pk=entry.pk)
    already: Decimal = others.aggregate(sum=Sum("hours"))["sum"] or Decimal(0)
    if already + entry.hours > HOURS_A_DAY:
        raise ValidationError(
            {"hours": f"With the {plain(already)} hours that are there already, the day would have more than 24."}
        )
