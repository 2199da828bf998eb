"""What a request touches: touchpoints, data, systems, planned contacts and bets, added, changed and removed one by one.

Every change is the request's: it takes the next version, and the mark to scan it is part of the same transaction.
"""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from customers.models import IdentifyingAttribute, Segment
from impacts.errors import NotAllowed
from impacts.models import Bet, DataUse, Impact, PlannedContact, SystemUse
from impacts.permissions import can_tag
from portfolio.models import Person, ProjectRequest
from portfolio.services.requests import touch_request

Tag = TypeVar("Tag", Impact, DataUse, SystemUse, PlannedContact, Bet)


def add_impact(*, request: ProjectRequest, person: Person, segments: Iterable[Segment] = (), **fields: Any) -> Impact:
    """Say what the request does at one touchpoint (`touchpoint, effect, direction, measure, measure_sign, note`), for
    these segments or, with none, for all. Raises ValidationError, NotAllowed."""
    return _stored(Impact(request=request, **fields), person, segments)


def change_impact(*, impact: Impact, person: Person, segments: Iterable[Segment], **fields: Any) -> Impact:
    """Change such a line; `fields` as in add_impact. Raises ValidationError, NotAllowed."""
    return _stored(_with(impact, fields), person, segments)


def add_data_use(
    *, request: ProjectRequest, person: Person, attributes: Iterable[IdentifyingAttribute] = (), **fields: Any
) -> DataUse:
    """Say what the request does to one data domain (`domain, mode, system`), and by which identifying attributes its
    records will be found in that system. Raises ValidationError, NotAllowed."""
    return _stored_use(DataUse(request=request, **fields), person, attributes)


def change_data_use(
    *, use: DataUse, person: Person, attributes: Iterable[IdentifyingAttribute], **fields: Any
) -> DataUse:
    """Change such a line; `fields` as in add_data_use. Raises ValidationError, NotAllowed."""
    return _stored_use(_with(use, fields), person, attributes)


def add_system_use(*, request: ProjectRequest, person: Person, **fields: Any) -> SystemUse:
    """Say what the request does to one system (`system, effect`). Raises ValidationError, NotAllowed."""
    return _stored(SystemUse(request=request, **fields), person)


def change_system_use(*, use: SystemUse, person: Person, **fields: Any) -> SystemUse:
    """Change such a line. Raises ValidationError, NotAllowed."""
    return _stored(_with(use, fields), person)


def add_contact(*, request: ProjectRequest, person: Person, **fields: Any) -> PlannedContact:
    """Plan a contact (`segment, channel, first_day, times, every_days, purpose`). Raises as add_impact does."""
    return _stored(PlannedContact(request=request, **fields), person)


def change_contact(*, contact: PlannedContact, person: Person, **fields: Any) -> PlannedContact:
    """Change a planned contact. Raises ValidationError, NotAllowed."""
    return _stored(_with(contact, fields), person)


def add_bet(*, request: ProjectRequest, person: Person, **fields: Any) -> Bet:
    """Bet that the request moves something for customers (`segment, moves, measure, amount, due, note`). Raises as
    add_impact does."""
    _check(person, request)
    bet = Bet(request=request, **fields)
    _check_due(bet)
    return _stored(bet, person)


def change_bet(*, bet: Bet, person: Person, **fields: Any) -> Bet:
    """Change a bet; its owner is asked again on a new day. Raises ValidationError, NotAllowed."""
    _check(person, bet.request)
    before = bet.due
    bet = _with(bet, fields)
    if bet.due != before:
        bet.asked_on = None
        _check_due(bet)
    return _stored(bet, person)


def _check_due(bet: Bet) -> None:
    """Refuse a day on which nothing can have come."""
    if bet.due <= timezone.localdate():
        raise ValidationError({"due": "This day is over or is today. Choose one on which it can be counted."})
    live = bet.request.wanted_go_live
    if live and bet.due < live:
        raise ValidationError(
            {"due": f"It goes live on {live:%-d %B %Y}. Choose a later day, on which it can be counted."}
        )


def remove_tag(*, tag: Impact | DataUse | SystemUse | PlannedContact | Bet, person: Person) -> ProjectRequest:
    """Take one line away. Its history stays. Raises NotAllowed."""
    _check(person, tag.request)
    with transaction.atomic():
        request = touched(tag.request)
        tag.delete()
    return request


def touched(request: ProjectRequest) -> ProjectRequest:
    """Take the request's next version, whoever changed it last: a line added here and a word changed there do not
    contradict each other. Call it in a transaction."""
    fresh = ProjectRequest.objects.get(pk=request.pk)
    touch_request(request=fresh)
    request.version, request.updated_at = fresh.version, fresh.updated_at
    return request


def _with(tag: Tag, fields: dict[str, Any]) -> Tag:
    for name, value in fields.items():
        setattr(tag, name, value)
    return tag


def _stored(tag: Tag, person: Person, segments: Iterable[Segment] = ()) -> Tag:
    _check(person, tag.request)
    with transaction.atomic():
        touched(tag.request)
        tag.full_clean()
        tag.save()
        if isinstance(tag, Impact):
            tag.segments.set(segments)
    return tag


def _stored_use(use: DataUse, person: Person, attributes: Iterable[IdentifyingAttribute]) -> DataUse:
    _check(person, use.request)
    found_by = list(attributes)
    if found_by and use.system is None:
        raise ValidationError({"system": "Say in which system customers will be found by that."})
    if found_by and use.mode == DataUse.Mode.RETIRES:
        raise ValidationError({"attributes": "What is retired is found by nothing. Choose none, or another use."})
    with transaction.atomic():
        _stored(use, person)
        use.attributes.set(found_by)
    return use


def _check(person: Person, request: ProjectRequest) -> None:
    if not can_tag(person, request):
        raise NotAllowed(f"What {request.reference} touches is not yours to change.")
