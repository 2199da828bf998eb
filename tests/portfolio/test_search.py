"""Search over all text: what is found, how it is typed, and that the index follows every change by itself."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portfolio.models import Comment, Person, ProjectRequest, Silo
from portfolio.search import MAX_WORDS, search_requests, search_words
from portfolio.search_index import TABLE, before_migrate, install, rebuild
from tests.factories import CommentFactory, PersonFactory, draft_request, filed_request

pytestmark = pytest.mark.django_db


def found(text: str) -> set[str]:
    """The titles of what a search finds."""
    return {request.title for request in search_requests(ProjectRequest.objects.order_by("id"), text)}


@pytest.mark.parametrize(
    "text",
    [
        "letters", "LETTERS", "lette", "cafe", "CAFÉ", "café letters", "zoologie", "REQ-2026-7777", "2026-7777", "7777",
        "HR/17", "“late”", 'late"', "payroll", "fewer complaints", "late, and costly", "under_score", "naive",
    ],
)  # fmt: skip
def test_every_text_of_a_request_is_found(text: str) -> None:
    filed_request(
        title="Letters for the café", problem="They are late -- and costly; naïve, too.",
        proposal="Zoölogie under_score",
        promised_effect="Fewer complaints", reference="REQ-2026-7777", source="s", source_reference="HR/17",
        silo=Silo.objects.create(code="pay", name="Payroll & Time"),
    )  # fmt: skip
    filed_request(title="Something else")
    assert found(text) == {"Letters for the café"}


def test_all_words_must_match() -> None:
    filed_request(title="Late letters")
    filed_request(title="Late parcels")
    assert found("late") == {"Late letters", "Late parcels"}
    assert found("late parcels") == {"Late parcels"}
    assert found("late unicorns") == set()


def test_words_match_from_their_beginning_only() -> None:
    filed_request(title="Overseas parcels")
    assert found("overs") == {"Overseas parcels"}
    assert found("seas") == set()


def test_requester_sponsor_and_discussion_are_found() -> None:
    request = filed_request(title="Quiet", sponsor=PersonFactory.create(name="Sönke Sponsor"))
    CommentFactory.create(request=request, text="What about the lighthouse?")
    CommentFactory.create(request=request, text="And the harbour?")
    assert found("sonke") == found("lighthouse harbour") == found(request.requester.name) == {"Quiet"}


@pytest.mark.parametrize("nothing", ["", "   ", "🚀", "***", '"', "()&|!:", "\x00", "---", "'", "\\"])
def test_text_without_a_letter_or_digit_finds_nothing(nothing: str) -> None:
    filed_request(title="Anything ''")
    assert found(nothing) == set()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(st.text(max_size=300), st.text(alphabet="\"'*()&|!:<>^-+~AND OR NOT NEAR{}\\\x00%_\ud83d", max_size=60))
)
def test_nothing_that_is_typed_is_an_error(text: str) -> None:
    assert len(search_words(text)) <= MAX_WORDS
    assert isinstance(found(text), set)


@pytest.mark.parametrize(
    "operator", ["late AND letters", "late OR letters", "NOT late", "late NEAR letters", "title:late"]
)
def test_operators_are_mere_words(operator: str) -> None:
    filed_request(title="late letters")
    assert found(operator) == set()
    filed_request(title=f"late letters {operator}")
    assert found(operator) == {f"late letters {operator}"}


def test_a_draft_is_indexed_as_it_is_typed() -> None:
    draft_request(title="Half a thought")
    assert found("thought") == {"Half a thought"}


# --- the index follows --------------------------------------------------------------------------------------------


def test_a_change_is_found_at_once_and_the_old_words_no_more() -> None:
    request = filed_request(title="Lantern")
    ProjectRequest.objects.filter(pk=request.pk).update(title="Beacon")
    assert found("beacon") == {"Beacon"}
    assert found("lantern") == set()


def test_renamed_silos_and_people_are_found_under_their_new_names() -> None:
    request = filed_request(title="Lantern")
    Silo.objects.filter(pk=request.silo_id).update(name="Harbour Office")
    Person.objects.filter(pk=request.requester_id).update(name="Gwendolyn")
    assert found("harbour gwendolyn") == {"Lantern"}


def test_deleted_comments_and_requests_leave_the_index() -> None:
    request = draft_request(title="Lantern")
    CommentFactory.create(request=request, text="fogbound")
    assert found("fogbound") == {"Lantern"}
    Comment.objects.all().delete()
    assert found("fogbound") == set()
    request.delete()
    assert _indexed() == 0


def test_bulk_loads_are_indexed_too() -> None:
    like = filed_request(title="Lantern")
    ProjectRequest.objects.bulk_create(
        ProjectRequest(reference=f"B-{number}", silo=like.silo, requester=like.requester, title=f"bulk{number}")
        for number in range(3)
    )
    assert found("bulk") == {"bulk0", "bulk1", "bulk2"}


def test_it_can_be_filled_anew() -> None:
    filed_request(title="Lantern")
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TABLE}")
    assert found("lantern") == set()
    rebuild(connection)
    assert found("lantern") == {"Lantern"}


def test_migrations_find_no_triggers_in_their_way_and_leave_a_full_index() -> None:
    before_migrate(connection)
    request = filed_request(title="Lantern")
    install(connection)
    assert found("lantern") == {"Lantern"}
    ProjectRequest.objects.filter(pk=request.pk).update(title="Beacon")
    assert found("beacon") == {"Beacon"}


def _indexed() -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {TABLE}")
        return int(cursor.fetchone()[0])
