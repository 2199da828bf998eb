"""Changing a request by named fields, as programs do."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from portfolio.errors import NotAllowed, NotComplete, StaleVersion
from portfolio.models import Person, ProjectRequest, ScanMark, Silo
from portfolio.services.editing import edit_request, errors_by_field
from tests.factories import draft_request, filed_request

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_obj(requester: Person, cards: Silo) -> ProjectRequest:
    return filed_request(silo=cards, requester=requester, title="Old", problem="Trouble", kind="internal")


def test_named_fields_are_set_marked_for_scanning_and_the_rest_stays(
    request_obj: ProjectRequest, requester: Person
) -> None:
    ScanMark.objects.all().delete()
    edit_request(request=request_obj, person=requester, expected=1, title="New", wanted_go_live=date(2027, 3, 1))
    request_obj.refresh_from_db()
    assert (request_obj.title, request_obj.wanted_go_live, request_obj.problem) == ("New", date(2027, 3, 1), "Trouble")
    assert (request_obj.version, request_obj.scan_mark.version) == (2, 2)


def test_what_was_changed_since_it_was_read_is_refused(request_obj: ProjectRequest, requester: Person) -> None:
    edit_request(request=request_obj, person=requester, expected=1, title="New")
    with pytest.raises(StaleVersion):
        edit_request(request=request_obj, person=requester, expected=1, title="Newer")
    assert ProjectRequest.objects.get().title == "New"


def test_who_may_not_edit_it_changes_nothing(request_obj: ProjectRequest, outsider: Person) -> None:
    with pytest.raises(NotAllowed):
        edit_request(request=request_obj, person=outsider, expected=1, title="Mine")
    request_obj.refresh_from_db()
    assert (request_obj.title, request_obj.version) == ("Old", 1)


@pytest.mark.parametrize("name", ["status", "silo", "version", "survivor"])
def test_fields_with_a_service_of_their_own_are_not_changed_by_name(
    name: str, request_obj: ProjectRequest, requester: Person
) -> None:
    with pytest.raises(ValueError, match=name):
        edit_request(request=request_obj, person=requester, expected=1, **{name: 2})


def test_a_filed_request_keeps_saying_what_it_must(request_obj: ProjectRequest, requester: Person) -> None:
    with pytest.raises(NotComplete) as caught:
        edit_request(request=request_obj, person=requester, expected=1, problem="", proposal="")
    assert set(caught.value.fields) == {"problem"}
    request_obj.refresh_from_db()
    assert (request_obj.problem, request_obj.version) == ("Trouble", 1)


def test_a_draft_may_lack_what_a_filed_request_must_say_and_is_not_scanned(requester: Person, cards: Silo) -> None:
    draft = draft_request(silo=cards, requester=requester, title="Old")
    edit_request(request=draft, person=requester, expected=draft.version, title="")
    assert ProjectRequest.objects.get().title == ""
    assert not ScanMark.objects.exists()


def test_a_value_answers_what_waited_as_typed_on_a_page(requester: Person, cards: Silo) -> None:
    typed = {
        "values": {
            "one_off_cost": {"raw": "lots", "problem": "No number."},
            "yearly_cost": {"raw": "x", "problem": "No."},
        },
        "kept": {"title": "Other"},
    }
    draft = draft_request(silo=cards, requester=requester, typed=typed)
    edit_request(request=draft, person=requester, expected=draft.version, one_off_cost=5, title="Mine")
    assert ProjectRequest.objects.get().typed == {
        "values": {"yearly_cost": {"raw": "x", "problem": "No."}},
        "kept": {},
    }


def test_dates_in_the_wrong_order_are_refused_by_field(request_obj: ProjectRequest, requester: Person) -> None:
    with pytest.raises(ValidationError) as caught:
        edit_request(
            request=request_obj, person=requester, expected=1,
            wanted_start=date(2027, 6, 1), wanted_go_live=date(2027, 1, 1),
        )  # fmt: skip
    assert errors_by_field(caught.value)
    assert errors_by_field(ValidationError("Of no field")) == {"detail": ["Of no field"]}
