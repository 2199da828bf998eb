"""Who sees and does what: one table, and the same answer from the database and from memory."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from portfolio.lifecycle import EDITABLE, Status
from portfolio.models import Person, ProjectRequest, Silo
from portfolio.permissions import can_comment, can_edit, can_file, can_import, can_see, can_see_money
from tests.factories import draft_request, filed_request, person_with

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


def test_nobody_signed_in_sees_nothing() -> None:
    request = filed_request()

    assert not can_see(AnonymousUser(), request)
    assert not ProjectRequest.objects.visible_to(AnonymousUser()).exists()


def test_who_left_has_no_roles() -> None:
    gone = person_with("architect", is_active=False)

    assert not can_file(gone)
    assert not can_edit(gone, filed_request())
