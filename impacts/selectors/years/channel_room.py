"""How full the channels get by which the customers of a year are contacted, where a capacity is set."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db.models import Q

from customers.models import ChannelCapacity
from impacts.engine.contact_load import all_contact_days
from impacts.engine.facts import ContactFact
from impacts.models import PlannedContact
from impacts.selectors.years.customer_year import CustomerYear, YearAsked
from impacts.selectors.years.year_rows import visible_rows
from portfolio.lifecycle import COMMITTED, LIVE


@dataclass(frozen=True, slots=True)
class ChannelRoom:
    """A channel in its fullest week, from `monday`: the single contacts of all requests together, to all segments."""

    capacity: ChannelCapacity
    monday: date
    volume: int

    @property
    def percent(self) -> int:
        """How much of the capacity that week takes, rounded up so that a breach never reads as 100 in 100."""
        return -(-100 * self.volume // self.capacity.contacts_per_week) if self.capacity.contacts_per_week else 0

    @property
    def is_over(self) -> bool:
        """Whether more is planned than the channel carries."""
        return self.volume > self.capacity.contacts_per_week


def channel_rooms(*, user: Any, asked: YearAsked, year: CustomerYear) -> list[ChannelRoom]:
    """The channels of the year's contacts that have a capacity, the fullest first; two queries.

    Counted is all that `user` may see and that the year would count, to whatever segment, besides the year's own
    requests: a channel is shared. Customers of the segment times contacts, week by week.
    """
    used = {mark.channel for mark in year.contacts}
    capacities = list(ChannelCapacity.objects.active().filter(channel__in=used).order_by("id"))
    sent = _sent(user, asked, year, [each.channel for each in capacities])
    found = [room for each in capacities if (room := _fullest(each, sent.get(each.channel, []), asked))]
    return sorted(found, key=lambda room: (-room.percent, room.capacity.pk))


Sent = tuple[ContactFact, int]


def _sent(user: Any, asked: YearAsked, year: CustomerYear, channels: list[str]) -> dict[str, list[Sent]]:
    """By channel: each planned contact that fills it, and the customers whom it reaches."""
    counted = COMMITTED if asked.committed_only else LIVE
    own = {request.pk for request in year.among}
    away = {*asked.without, *asked.added} - {request.reference for request in year.among}
    rows = PlannedContact.objects.filter(
        Q(request__status__in=[status.value for status in counted]) | Q(request__in=own),
        channel__in=channels,
        request__in=visible_rows(user).order_by().values("pk"),
        first_day__lte=asked.days[1],
    ).exclude(request__reference__in=away)
    fields = ("segment_id", "channel", "first_day", "times", "every_days")
    found: dict[str, list[Sent]] = {}
    for *values, customers in rows.order_by("id").values_list(*fields, "segment__customer_count"):
        found.setdefault(values[1], []).append((ContactFact(*values), customers))
    return found


def _fullest(capacity: ChannelCapacity, sent: Sequence[Sent], asked: YearAsked) -> ChannelRoom | None:
    """The channel in the first of its fullest weeks of the year; None where nothing is sent in it."""
    days, places = all_contact_days([contact for contact, _ in sent])
    first, last = (day.toordinal() for day in asked.days)
    inside = (days >= first) & (days <= last)
    if not inside.any():
        return None
    customers = np.array([number for _, number in sent], np.int64)[places[inside]]
    volumes = np.zeros((last - first) // 7 + 1, np.int64)
    np.add.at(volumes, (days[inside] - first) // 7, customers)
    week = int(volumes.argmax())
    return ChannelRoom(capacity, date.fromordinal(first + 7 * week), int(volumes[week]))
