"""Who sees and does what: one table, and the same answer from the database and from memory."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from portfolio.lifecycle import COMMITTED, EDITABLE, Status
from portfolio.models import Person, ProjectRequest, Silo
from portfolio.permissions import (
    can_administer,
    can_comment,
    can_edit,
    can_file,
    can_file_for,
    can_hand_over,
    can_import,
    can_measure,
    can_open_for_change,
    can_see,
    can_see_all_money,
    can_see_money,
    has_register_permission,
)
from tests.factories import ObjectiveFactory, draft_request, filed_request, person_with

pytestmark = pytest.mark.django_db
EVERYBODY = {
    "requester", "colleague", "outsider", "sponsor", "architect", "board_member", "secretary", "cio",
    "segment_manager", "administrator", "reader",
}  # fmt: skip
BOARD = {"board_member", "secretary", "cio"}


@pytest.fixture
def people(request: pytest.FixtureRequest) -> dict[str, Person]:
    stock = {name: request.getfixturevalue(name) for name in sorted(EVERYBODY - {"sponsor"})}
    return {**stock, "sponsor": person_with("reader")}


CASES: list[tuple[str, dict[str, Any], set[str]]] = [
    ("filed", {}, EVERYBODY),
    ("filed", {"confidential": True}, {"requester", "sponsor", "architect"} | BOARD),
    ("filed", {"status": "withdrawn"}, EVERYBODY),
    ("draft", {}, {"requester", "colleague", "sponsor"}),
    ("draft", {"confidential": True}, {"requester", "colleague", "sponsor"}),
    ("draft", {"discarded_at": "2026-01-01T00:00:00Z"}, set()),
]


@pytest.mark.parametrize(("kind", "fields", "expected"), CASES)
def test_who_sees_it(
    people: dict[str, Person], cards: Silo, kind: str, fields: dict[str, Any], expected: set[str]
) -> None:
    make = draft_request if kind == "draft" else filed_request
    request = make(silo=cards, requester=people["requester"], sponsor=people["sponsor"], **fields)
    request = ProjectRequest.objects.get(pk=request.pk)

    assert {who for who, person in people.items() if can_see(person, request)} == expected
    listed = {who for who, each in people.items() if ProjectRequest.objects.visible_to(each).filter(pk=request.pk)}
    assert listed == expected


def test_who_sees_money_files_comments_and_imports(people: dict[str, Person], cards: Silo) -> None:
    request = filed_request(silo=cards, requester=people["requester"], sponsor=people["sponsor"])

    def those(predicate: Any) -> set[str]:
        return {who for who, person in people.items() if predicate(person)}

    own = {"requester", "colleague", "sponsor"}
    assert those(lambda person: can_see_money(person, request)) == own | {"architect"} | BOARD
    assert those(can_file) == {"requester", "colleague", "outsider", "architect", "administrator"}
    assert those(lambda person: can_comment(person, request)) == EVERYBODY - {"reader"}
    assert those(can_import) == {"architect", "administrator"}


@pytest.mark.parametrize("status", list(Status))
def test_who_edits_it(people: dict[str, Person], cards: Silo, status: Status) -> None:
    make = draft_request if status is Status.DRAFT else filed_request
    request = make(silo=cards, requester=people["requester"], status=status.value)
    expected = {"requester", "colleague", "architect"} if status in EDITABLE else set()
    if status is Status.DRAFT:
        expected = {"requester", "colleague"}

    assert {who for who, person in people.items() if can_edit(person, request)} == expected


@pytest.mark.parametrize("status", list(Status))
def test_who_opens_for_a_change_what_was_approved_and_edits_it_while_it_is_open(
    people: dict[str, Person], cards: Silo, status: Status
) -> None:
    make = draft_request if status is Status.DRAFT else filed_request
    request = make(silo=cards, requester=people["requester"], status=status.value)
    request.changing_since = timezone.now()
    expected = {"requester", "colleague", "architect"} if status in COMMITTED else set()

    assert {who for who, person in people.items() if can_open_for_change(person, request)} == expected
    if status not in EDITABLE:
        assert {who for who, person in people.items() if can_edit(person, request)} == expected


def test_an_architect_who_sponsors_a_draft_reads_it_only(architect: Person, cards: Silo) -> None:
    draft = draft_request(silo=cards, sponsor=architect)
    assert can_see(architect, draft)
    assert not can_edit(architect, draft)


def test_who_files_for_a_silo_administers_and_sees_the_money_of_all(people: dict[str, Person], cards: Silo) -> None:
    def those(predicate: Any) -> set[str]:
        return {who for who, person in people.items() if predicate(person)}

    assert those(lambda person: can_file_for(person, cards.pk)) == {
        "requester", "colleague", "architect", "administrator",
    }  # fmt: skip
    assert those(can_administer) == {"administrator"}
    assert those(can_see_all_money) == {"architect"} | BOARD


def test_who_measures_an_objective(people: dict[str, Person]) -> None:
    objective = ObjectiveFactory.create(owner=people["reader"])
    assert {who for who, person in people.items() if can_measure(person, objective)} == {
        "reader", "architect", "administrator",
    }  # fmt: skip
    people["reader"].is_active = False
    assert not can_measure(people["reader"], objective)


def test_who_hands_over_what_somebody_held(people: dict[str, Person]) -> None:
    def those(next_up: Person | None) -> set[str]:
        return {who for who, person in people.items() if can_hand_over(person, next_up)}

    assert those(people["colleague"]) == {"colleague", "administrator"}
    assert those(None) == {"administrator"}


@pytest.mark.parametrize(
    ("permission", "expected"),
    [
        ("customers.view_segment", EVERYBODY),
        ("customers.add_segment", {"architect", "administrator"}),
        ("customers.change_segment", {"architect", "administrator"}),
        ("customers.delete_segment", {"administrator"}),
        ("portfolio.view_person", {"administrator"}),
        ("portfolio.change_person", {"administrator"}),
    ],
)
def test_who_works_on_the_registers(people: dict[str, Person], permission: str, expected: set[str]) -> None:
    assert {who for who, person in people.items() if has_register_permission(person, permission)} == expected


def test_nobody_signed_in_sees_nothing() -> None:
    request = filed_request()

    assert not can_see(AnonymousUser(), request)
    assert not ProjectRequest.objects.visible_to(AnonymousUser()).exists()


def test_who_left_has_no_roles() -> None:
    gone = person_with("architect", is_active=False)

    assert not can_file(gone)
    assert not can_edit(gone, filed_request())
