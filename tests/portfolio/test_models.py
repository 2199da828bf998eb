"""What the database itself refuses."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from portfolio.models import Membership, Person, ProjectRequest, Role
from portfolio.models.people import gone
from tests.factories import (
    MembershipFactory,
    NeedFactory,
    PersonFactory,
    RequestSkillFactory,
    SiloFactory,
    WatchFactory,
    draft_request,
    filed_request,
)

pytestmark = pytest.mark.django_db


def refused(act: Callable[[], Any]) -> bool:
    try:
        with transaction.atomic():
            act()
    except IntegrityError:
        return True
    return False


@pytest.mark.parametrize(
    "fields",
    [
        {"one_off_cost": Decimal(-1)},
        {"yearly_cost": Decimal("-0.01")},
        {"wanted_start": date(2027, 2, 2), "wanted_go_live": date(2027, 2, 1)},
        {"status": "submitted", "submitted_at": None},
        {"title": ""},
        {"status": "merged"},
        {"status": "sequenced"},
        {"discarded_at": "2026-01-01T00:00:00Z"},
    ],
    ids=",".join,
)
def test_request_that_contradicts_itself_is_refused(fields: dict[str, Any]) -> None:
    request = filed_request()

    assert refused(lambda: ProjectRequest.objects.filter(pk=request.pk).update(**fields))


def test_request_is_never_its_own_survivor_or_predecessor() -> None:
    request = filed_request()

    assert refused(lambda: ProjectRequest.objects.filter(pk=request.pk).update(status="merged", survivor=request.pk))
    assert refused(lambda: ProjectRequest.objects.filter(pk=request.pk).update(after=request.pk))


def test_survivor_only_goes_with_merged() -> None:
    request, other = filed_request(), filed_request()

    assert refused(lambda: ProjectRequest.objects.filter(pk=request.pk).update(survivor=other.pk))


def test_reference_token_and_import_are_unique() -> None:
    draft_request(reference="REQ-1", client_token="a", source="canada", source_reference="7")

    assert refused(lambda: draft_request(reference="REQ-1"))
    assert refused(lambda: draft_request(client_token="a"))
    assert refused(lambda: draft_request(source="canada", source_reference="7"))
    assert not refused(lambda: draft_request(source="", source_reference=""))


def test_e_mail_address_belongs_to_one_person_whatever_its_case() -> None:
    PersonFactory.create(email="ada@example.org")

    assert refused(lambda: PersonFactory.create(email="ADA@example.org"))


def test_role_is_given_once_and_a_head_has_a_department() -> None:
    person, silo = PersonFactory.create(), SiloFactory.create()
    MembershipFactory.create(person=person, role=Role.HEAD, silo=silo)
    MembershipFactory.create(person=person, role=Role.READER)

    assert refused(lambda: Membership.objects.create(person=person, role=Role.HEAD, silo=silo))
    assert refused(lambda: Membership.objects.create(person=person, role=Role.READER))
    assert refused(lambda: Membership.objects.create(person=person, role=Role.HEAD))


def test_needs_skills_and_watches_stand_once() -> None:
    need, skill, watch = NeedFactory.create(), RequestSkillFactory.create(), WatchFactory.create()

    assert refused(lambda: NeedFactory.create(request=need.request, needs=need.needs))
    assert refused(lambda: NeedFactory.create(request=need.request, needs=need.request))
    assert refused(lambda: RequestSkillFactory.create(request=skill.request, skill=skill.skill))
    assert refused(lambda: WatchFactory.create(request=watch.request, person=watch.person))


def test_who_leaves_tomorrow_answers_today() -> None:
    today = timezone.localdate()
    going = PersonFactory.create(left_on=today + timedelta(days=1))
    gone_today = PersonFactory.create(left_on=today)
    team, locked = PersonFactory.create(kind="team"), PersonFactory.create(is_active=False)

    assert list(Person.objects.able_to_answer()) == [going]
    assert set(Person.objects.filter(gone())) == {gone_today, locked}
    assert going.accountability_problem == ""
    assert f"left on {today.day} " in gone_today.accountability_problem
    assert "not a person" in team.accountability_problem
    assert "no longer active" in locked.accountability_problem
