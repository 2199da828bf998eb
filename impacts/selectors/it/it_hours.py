"""Hours of IT with customers: by month against the target, by person, by segment."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import ExtractMonth, ExtractYear

from customers.models import CustomerTime, Segment
from impacts.engine.customer_hours import (
    Measured,
    Month,
    MonthOfHours,
    hours_deck,
    hours_title,
    measured,
    months_back,
    months_of,
)
from impacts.permissions import can_log_time

MONTHS = 15
"""So many months are shown: a year, and the quarter before it."""

YEAR = 12


@dataclass(frozen=True, slots=True)
class PersonHours:
    """One person's months and what they sum to."""

    person: Any
    months: tuple[MonthOfHours, ...]
    measured: Measured

    @property
    def year(self) -> Decimal:
        """Hours of the last twelve months shown."""
        return sum((each.hours for each in self.months[-YEAR:]), Decimal(0))


@dataclass(frozen=True, slots=True)
class SeenHours:
    """Everybody's hours."""

    months: tuple[MonthOfHours, ...]
    people: list[PersonHours]

    @property
    def title(self) -> str:
        """What they say, as a sentence."""
        return hours_title(self.months)

    @property
    def deck(self) -> str:
        """What the target is, and how often it was met."""
        return hours_deck(self.months)

    @property
    def measured(self) -> Measured:
        """What was reached in the months that can be measured."""
        return measured(self.months)


def _by_person(today: date, count: int, condition: Q | None = None) -> dict[int, dict[Month, Decimal]]:
    first = months_back((today.year, today.month), count + YEAR)[0]
    rows = CustomerTime.objects.filter(condition or Q(), day__gte=date(*first, 1), day__lte=today)
    summed = (
        rows.annotate(year=ExtractYear("day"), month=ExtractMonth("day"))
        .order_by("person_id", "year", "month")
        .values_list("person_id", "year", "month")
        .annotate(sum=Sum("hours"))
    )
    found: dict[int, dict[Month, Decimal]] = defaultdict(dict)
    for person, year, month, hours in summed:
        found[person][year, month] = hours
    return found


def seen_hours(today: date, count: int = MONTHS) -> SeenHours:
    """The hours of the months that end with today's, of all together and of each person who has any. Two queries."""
    by_person = _by_person(today, count)
    total: dict[Month, Decimal] = defaultdict(Decimal)
    for months in by_person.values():
        for month, hours in months.items():
            total[month] += hours
    until = (today.year, today.month)
    manager: Any = get_user_model()._default_manager
    people = []
    for person in manager.filter(pk__in=list(by_person)).order_by("name", "id"):
        row = months_of(by_person[person.pk], until, count)
        if any(each.hours or each.before for each in row):
            people.append(PersonHours(person, row, measured(row)))
    return SeenHours(months_of(total, until, count), people)


def own_month(person: Any, today: date) -> MonthOfHours | None:
    """The present month of somebody from IT, for their home; None for everybody else. One query."""
    if not can_log_time(person):
        return None
    hours = _by_person(today, 1, Q(person=person))[person.pk]
    return months_of(hours, (today.year, today.month), 1)[0]


@dataclass(frozen=True, slots=True)
class LastMet:
    """When somebody from IT last met customers of a segment; `entry` is None where nobody wrote it down."""

    segment: Segment
    entry: CustomerTime | None
    hours: Decimal = Decimal(0)


def last_met(segments: Collection[int] | None = None, *, since: date | None = None) -> list[LastMet]:
    """When these segments were last met, those that were not first, then the longest ago; all in use for None. `since`
    adds their hours from that day on. Two queries; none for no segments."""
    if segments is not None and not segments:
        return []
    rows = Segment.objects.active() if segments is None else Segment.objects.filter(pk__in=segments)
    newest = CustomerTime.objects.filter(segment=OuterRef("pk")).order_by("-day", "-id").values("pk")[:1]
    counted: Any = rows.annotate(newest=Subquery(newest)).order_by("name", "id")
    if since is not None:
        counted = counted.annotate(met_hours=Sum("customer_time__hours", filter=Q(customer_time__day__gte=since)))
    found = list(counted)
    known = CustomerTime.objects.select_related("person").in_bulk([each.newest for each in found if each.newest])
    met = [LastMet(each, known.get(each.newest), getattr(each, "met_hours", None) or Decimal(0)) for each in found]
    return sorted(met, key=lambda each: each.entry.day if each.entry else date.min)


def entries_for(person: str) -> "QuerySet[CustomerTime]":
    """The entries, the latest first; only those of the person with this id where it is one."""
    rows = CustomerTime.objects.select_related("person", "segment", "touchpoint").order_by("-day", "-id")
    return rows.filter(person_id=int(person)) if person.isascii() and person.isdecimal() and len(person) < 12 else rows
