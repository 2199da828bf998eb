"""What channels have to carry in their fullest week: as filed, without an item, and with one of its requests alone.

Counted as the rule `channel-overload` counts: customers of the segment times contacts, from Monday to Sunday, of all
live requests, from this week on.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from board.packs.facts import ChannelFact
from customers.models import ChannelCapacity
from impacts.engine.contact_load import all_contact_days
from impacts.engine.facts import ContactFact
from impacts.models import PlannedContact
from portfolio.lifecycle import LIVE

Weeks = Counter[int]
"""Contacts by week; a week is its Monday's ordinal day over seven."""


@dataclass(slots=True)
class _Sendings:
    """What is sent by one channel: all together, and by request."""

    total: Weeks = field(default_factory=Counter)
    own: dict[int, Weeks] = field(default_factory=lambda: defaultdict(Counter))
    secret: set[int] = field(default_factory=set)


def channels_of(members: Mapping[int, Sequence[int]]) -> dict[int, tuple[ChannelFact, ...]]:
    """Of each item (by its id, with the ids of its requests) the channels with a capacity by which it sends, the one
    that is fullest for what it can make first. Two queries."""
    ids = {request for requests in members.values() for request in requests}
    sent = PlannedContact.objects.filter(request__in=ids).order_by().values("channel")
    limits = list(ChannelCapacity.objects.active().filter(channel__in=sent).order_by("id"))
    sendings = _sendings({limit.channel for limit in limits}, ids)
    made = {}
    for item, requests in members.items():
        facts = [_fact(limit, sendings[limit.channel], requests) for limit in limits]
        found = [fact for fact in facts if fact is not None]
        made[item] = tuple(sorted(found, key=lambda each: (-each.as_filed / max(each.per_week, 1), each.channel)))
    return made


def _sendings(channels: set[str], ids: set[int]) -> dict[str, _Sendings]:
    """Of each channel what live requests send by it from this week on; of `ids` each by itself. One query."""
    rows = PlannedContact.objects.filter(channel__in=channels, request__status__in=[state.value for state in LIVE])
    fields = ("segment_id", "channel", "first_day", "times", "every_days")
    about = ("request_id", "request__confidential", "segment__customer_count")
    planned = list(rows.order_by("id").values_list(*about, *fields))
    days, places = all_contact_days([ContactFact(*row[3:]) for row in planned])
    now = _week(timezone.localdate().toordinal())
    found: dict[str, _Sendings] = defaultdict(_Sendings)
    for day, place in zip(days.tolist(), places.tolist(), strict=True):
        request, confidential, customers, _, channel, *_ = planned[place]
        if (week := _week(day)) < now or not customers:
            continue
        sending = found[channel]
        sending.total[week] += customers
        if request in ids:
            sending.own[request][week] += customers
        if confidential:
            sending.secret.add(request)
    return found


def _week(day: int) -> int:
    return (day - 1) // 7


def _fact(limit: ChannelCapacity, sending: _Sendings, requests: Iterable[int]) -> ChannelFact | None:
    mine = {request: sending.own[request] for request in requests if request in sending.own}
    if not mine:
        return None
    fullest = max(sending.total, key=lambda week: (sending.total[week], -week))
    others = sending.total.copy()
    for weeks in mine.values():
        others.subtract(weeks)
    return ChannelFact(
        channel=str(limit.get_channel_display()),
        per_week=limit.contacts_per_week,
        as_filed=sending.total[fullest],
        without=_peak(others),
        alone=tuple((request, _peak(others + weeks)) for request, weeks in mine.items()),
        week=date.fromordinal(7 * fullest + 1),
        secret=tuple(sorted(sending.secret)),
    )


def _peak(weeks: Weeks) -> int:
    return max(weeks.values(), default=0)
