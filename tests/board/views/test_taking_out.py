"""Taking a request out of what is agreed by consent, from the room and from the agenda."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from board.models import AgendaItem, Decision, Meeting
from board.services.meetings.building import build_agenda
from portfolio.lifecycle import Status
from portfolio.models import Person, ProjectRequest
from tests.factories import filed_request

SignIn = Callable[..., Client]


@pytest.fixture
def quiet(db: None) -> list[ProjectRequest]:
    return [filed_request(status=Status.READY.value, kind=ProjectRequest.Kind.INTERNAL) for _ in range(3)]


@pytest.fixture
def consent(session: Meeting, secretary: Person, quiet: list[ProjectRequest]) -> AgendaItem:
    build_agenda(person=secretary, meeting=session)
    return AgendaItem.objects.get(meeting=session)


def out_of(item: AgendaItem) -> str:
    return reverse("board:item-take-out", args=[item.pk])


def room_of(item: AgendaItem) -> str:
    return f"{reverse('board:meeting-mode', args=[item.meeting_id])}?item={item.pk}"


def test_room_lists_what_is_agreed_to_and_one_press_has_one_decided_alone(
    consent: AgendaItem, client_as: SignIn, secretary: Person, quiet: list[ProjectRequest]
) -> None:
    client = client_as(secretary)
    page = client.get(room_of(consent)).content.decode()
    assert all(each.title in page for each in quiet)
    answer = client.post(out_of(consent), {"request": quiet[1].reference}, follow=True)
    page = answer.content.decode()
    assert f"{quiet[1].reference} is decided alone, as item 2." in page
    assert "two internal requests" in page
    assert AgendaItem.objects.get(request=quiet[1]).position == 2


def test_the_others_are_still_decided_as_one(
    consent: AgendaItem,
    client_as: SignIn,
    secretary: Person,
    quiet: list[ProjectRequest],
    decide: Callable[..., Decision],
) -> None:
    client_as(secretary).post(out_of(consent), {"request": quiet[0].reference})
    decide(consent)
    states = [ProjectRequest.objects.get(pk=each.pk).state for each in quiet]
    assert states == [Status.READY, Status.APPROVED, Status.APPROVED]


def test_from_the_agenda_it_leads_back_there(
    consent: AgendaItem, client_as: SignIn, secretary: Person, quiet: list[ProjectRequest]
) -> None:
    client = client_as(secretary)
    form = client.get(reverse("board:item-edit", args=[consent.pk])).content.decode()
    assert quiet[2].title in form
    answer = client.post(out_of(consent), {"request": quiet[2].reference, "back": "agenda"})
    assert answer.url == f"{consent.meeting.get_absolute_url()}#item-{consent.pk}"  # type: ignore[attr-defined]


def test_who_had_it_open_reads_what_is_new_and_decides_nothing_by_mistake(
    consent: AgendaItem, client_as: SignIn, secretary: Person, cio: Person, quiet: list[ProjectRequest]
) -> None:
    seen = ",".join(f"{each.pk}:{each.version}" for each in quiet)
    opened = {"kind": "approve", "reason": "", "version": consent.version, "seen": seen, "submission": "t-1"}
    client_as(secretary).post(out_of(consent), {"request": quiet[0].reference})
    answer = client_as(cio).post(reverse("board:item-decide", args=[consent.pk]), opened)
    assert answer.status_code == 409
    assert not Decision.objects.exists()


@pytest.mark.parametrize("who", ["board_member", "architect", "outsider"])
def test_only_who_runs_the_meeting_takes_out(
    consent: AgendaItem, client_as: SignIn, who: str, request: pytest.FixtureRequest, quiet: list[ProjectRequest]
) -> None:
    client = client_as(request.getfixturevalue(who))
    assert client.post(out_of(consent), {"request": quiet[0].reference}).status_code == 403
    assert "Decide it alone" not in client.get(room_of(consent)).content.decode()
    assert consent.members.count() == 3


def test_a_request_that_is_not_there_is_refused_in_words(
    consent: AgendaItem, client_as: SignIn, secretary: Person
) -> None:
    client = client_as(secretary)
    other = filed_request(status=Status.READY.value)
    answer = client.post(out_of(consent), {"request": other.reference}, follow=True)
    assert "Only one of several requests that are no family is taken out of an item." in answer.content.decode()
    assert client.post(out_of(consent), {"request": "REQ-1999-9999"}).status_code == 404
    assert client.get(out_of(consent)).status_code == 405
