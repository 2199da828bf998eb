"""Skills and needed requests."""

import pytest
from django.core.exceptions import ValidationError

from portfolio.errors import NotAllowed, StepNotPossible
from portfolio.models import Person, ProjectRequest, Silo
from portfolio.services.belongings import add_need, remove_need, remove_skill, set_skill
from tests.factories import SkillFactory, draft_request, filed_request

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_obj(requester: Person, cards: Silo) -> ProjectRequest:
    return filed_request(silo=cards, requester=requester)


def test_skill_is_added_changed_and_taken_off(request_obj: ProjectRequest, requester: Person) -> None:
    skill = SkillFactory.create()
    set_skill(request=request_obj, person=requester, skill=skill, days=5)
    row = set_skill(request=request_obj, person=requester, skill=skill, days=9)
    assert list(request_obj.skills.values_list("days", flat=True)) == [9]

    remove_skill(request=request_obj, person=requester, pk=row.pk)
    remove_skill(request=request_obj, person=requester, pk=row.pk)

    assert not request_obj.skills.exists()
    request_obj.refresh_from_db()
    assert (request_obj.version, request_obj.scan_mark.version) == (4, 4)


def test_skill_of_no_days_is_refused(request_obj: ProjectRequest, requester: Person) -> None:
    with pytest.raises(ValidationError):
        set_skill(request=request_obj, person=requester, skill=SkillFactory.create(), days=0)
    request_obj.refresh_from_db()
    assert request_obj.version == 1


def test_need_is_added_with_its_why_and_taken_off(request_obj: ProjectRequest, requester: Person) -> None:
    other = filed_request()
    add_need(request=request_obj, person=requester, needs=other, why="first")
    need = add_need(request=request_obj, person=requester, needs=other, why=" It carries ours ")
    assert [(row.needs, row.why) for row in request_obj.needs.all()] == [(other, "It carries ours")]

    remove_need(request=request_obj, person=requester, pk=need.pk)

    assert not request_obj.needs.exists()


def test_need_of_itself_of_a_draft_or_of_what_is_hidden_is_refused(
    request_obj: ProjectRequest, requester: Person, cards: Silo
) -> None:
    with pytest.raises(StepNotPossible):
        add_need(request=request_obj, person=requester, needs=request_obj)
    for needs in (draft_request(silo=cards, requester=requester), filed_request(confidential=True)):
        with pytest.raises(NotAllowed):
            add_need(request=request_obj, person=requester, needs=needs)
    with pytest.raises(StepNotPossible):
        add_need(request=request_obj, person=requester, needs=filed_request(), why="x" * 501)
    assert not request_obj.needs.exists()


def test_others_change_nothing(request_obj: ProjectRequest, outsider: Person) -> None:
    with pytest.raises(NotAllowed):
        set_skill(request=request_obj, person=outsider, skill=SkillFactory.create(), days=1)
    with pytest.raises(NotAllowed):
        remove_skill(request=request_obj, person=outsider, pk=1)
    with pytest.raises(NotAllowed):
        add_need(request=request_obj, person=outsider, needs=filed_request())
    with pytest.raises(NotAllowed):
        remove_need(request=request_obj, person=outsider, pk=1)


def test_one_skill_of_several_is_taken_off(request_obj: ProjectRequest, requester: Person) -> None:
    gone, stays = (
        set_skill(request=request_obj, person=requester, skill=SkillFactory.create(), days=days) for days in (5, 9)
    )
    remove_skill(request=request_obj, person=requester, pk=gone.pk)
    assert list(request_obj.skills.all()) == [stays]


def test_a_need_is_each_requests_own(request_obj: ProjectRequest, requester: Person, architect: Person) -> None:
    first, second, another = filed_request(), filed_request(), filed_request()
    elsewhere = add_need(request=another, person=architect, needs=first, why="theirs")
    kept = add_need(request=request_obj, person=requester, needs=second, why="ours, second")
    gone = add_need(request=request_obj, person=requester, needs=first, why="ours, first")

    assert {(row.needs, row.why) for row in request_obj.needs.all()} == {
        (first, "ours, first"),
        (second, "ours, second"),
    }
    remove_need(request=request_obj, person=requester, pk=gone.pk)
    remove_need(request=request_obj, person=requester, pk=elsewhere.pk)
    assert list(request_obj.needs.all()) == [kept]
    assert [row.why for row in another.needs.all()] == ["theirs"]


def test_a_need_is_a_change_that_is_scanned(request_obj: ProjectRequest, requester: Person) -> None:
    add_need(request=request_obj, person=requester, needs=filed_request())
    request_obj.refresh_from_db()
    assert (request_obj.version, request_obj.scan_mark.version) == (2, 2)
