"""Papers over the web: forms, long ones in the background, minutes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from board.models import AgendaItem, Decision, Meeting, Pack, PaperFile
from board.selectors.papers.packs import pack_facts
from board.services.meetings.agenda import add_item
from board.services.papers.packs import publish_pack
from board.services.papers.papers import make_waiting_papers
from board.views.papers import packs as pack_views
from portfolio.lifecycle import Status
from portfolio.models import Person, ProjectRequest
from tests.board.papers import opened
from tests.factories import FindingFactory, PackFactory, filed_request

SignIn = Callable[[Person], Client]
Decide = Callable[..., Decision]
pytestmark = pytest.mark.django_db


def url(name: str, *args: object) -> str:
    return reverse(f"board:{name}", args=args)


@pytest.mark.parametrize("form", ["pdf", "xlsx", "pptx", "html"])
def test_the_pack_comes_in_each_form(item: AgendaItem, client_as: SignIn, secretary: Person, form: str) -> None:
    client = client_as(secretary)
    response = client.get(url("meeting-pack-file", item.meeting_id, form))
    assert response.status_code == 200
    assert f'-draft.{form}"' in response["Content-Disposition"]
    assert "Card alerts by push" in " ".join(opened(form, response.content).split())


@pytest.mark.parametrize("form", ["pdf", "xlsx", "pptx", "html"])
def test_all_forms_of_a_published_pack_are_made_of_what_was_frozen(
    item: AgendaItem, client_as: SignIn, secretary: Person, form: str
) -> None:
    publish_pack(person=secretary, meeting=item.meeting)
    AgendaItem.objects.filter(pk=item.pk).update(question="Something else now?")
    response = client_as(secretary).get(url("meeting-pack-file", item.meeting_id, form) + "?number=1")
    text = " ".join(opened(form, response.content).split())
    assert "Something else now?" not in text
    assert item.question.split()[0] in text


def test_files_are_for_the_board_and_architects(
    item: AgendaItem, client_as: SignIn, architect: Person, requester: Person
) -> None:
    address = url("meeting-pack-file", item.meeting_id, "html")
    assert client_as(architect).get(address).status_code == 200
    assert client_as(requester).get(address).status_code == 403
    assert Client().get(address).status_code == 302
    assert client_as(architect).get(url("meeting-pack-file", item.meeting_id, "docx")).status_code == 404


def test_a_pack_of_the_first_model_still_opens(client_as: SignIn, secretary: Person) -> None:
    old = PackFactory.create(document={"title": "Old board", "day": "1 May 2026", "agenda": [], "pages": []})
    client = client_as(secretary)
    assert "Old board" in client.get(url("meeting-pack", old.meeting_id) + f"?number={old.number}").content.decode()
    for form in ("pdf", "xlsx", "pptx", "html"):
        address = url("meeting-pack-file", old.meeting_id, form) + f"?number={old.number}"
        assert client.get(address).status_code == 200


# --- long ones ----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("long_ones")
def test_a_long_draft_is_made_in_the_background_and_served_afterwards(
    item: AgendaItem, client_as: SignIn, secretary: Person, requester: Person
) -> None:
    client = client_as(secretary)
    assert "made in the background" in client.get(url("meeting-pack", item.meeting_id)).content.decode()
    response = client.get(url("meeting-pack-file", item.meeting_id, "html"))
    file = PaperFile.objects.get()
    page = url("paper-file", file.pk)
    assert response["Location"] == page
    assert "being made" in client.get(page).content.decode()
    assert client.get(url("paper-file-content", file.pk))["Location"] == page
    make_waiting_papers(beating=False)
    assert "is ready" in client.get(page).content.decode()
    served = client.get(url("paper-file-content", file.pk))
    assert "Card alerts by push" in served.content.decode()
    assert client_as(requester).get(page).status_code == 404


@pytest.mark.usefixtures("long_ones")
def test_a_long_pack_is_published_in_the_background(item: AgendaItem, client_as: SignIn, secretary: Person) -> None:
    client = client_as(secretary)
    client.post(url("pack-publish", item.meeting_id))
    make_waiting_papers(beating=False)
    response = client.get(url("paper-file", PaperFile.objects.get().pk))
    assert response["Location"] == url("meeting-pack", item.meeting_id) + "?number=1"
    assert client.get(response["Location"]).status_code == 200


def test_of_two_who_publish_the_same_draft_the_second_is_told(
    item: AgendaItem, client_as: SignIn, secretary: Person, cio: Person
) -> None:
    page = url("meeting-pack", item.meeting_id)
    first, second = client_as(secretary), client_as(cio)
    assert 'name="after" value="0"' in first.get(page).content.decode()
    first.post(url("pack-publish", item.meeting_id), {"after": "0"})
    for late in (second, first):
        answer = late.post(url("pack-publish", item.meeting_id), {"after": "0"}, follow=True).content.decode()
        assert f"{secretary} published pack 1 meanwhile" in answer
    assert Pack.objects.count() == 1
    assert 'name="after" value="1"' in first.get(page).content.decode()
    second.post(url("pack-publish", item.meeting_id), {"after": "1"})
    assert [pack.number for pack in Pack.objects.order_by("number")] == [1, 2]


@pytest.mark.usefixtures("long_ones")
def test_a_long_pack_asked_for_twice_is_published_once(
    item: AgendaItem, client_as: SignIn, secretary: Person, cio: Person
) -> None:
    for person in (secretary, cio):
        client_as(person).post(url("pack-publish", item.meeting_id), {"after": "0"})
    make_waiting_papers(beating=False)
    assert Pack.objects.count() == 1
    assert "published pack 1 meanwhile" in PaperFile.objects.get(state="failed").problem
    client_as(cio).post(url("pack-publish", item.meeting_id), {"after": "0"})
    assert not PaperFile.objects.filter(state="waiting").exists()


@pytest.mark.usefixtures("long_ones")
def test_a_long_pack_is_read_in_parts(session: Meeting, client_as: SignIn, secretary: Person) -> None:
    for number in range(3):
        request = filed_request(status=Status.READY.value, title=f"Request number {number}")
        add_item(person=secretary, meeting=session, request=request, question=f"Question number {number}?")
    publish_pack(person=secretary, meeting=session)
    client = client_as(secretary)
    second = client.get(url("meeting-pack", session.pk) + "?number=1&item=2").content.decode()
    assert 'id="item-2"' in second
    assert 'id="item-1"' not in second
    assert 'id="cover"' not in second
    for odd in ("x", "0", "999", "-1", ""):
        assert client.get(url("meeting-pack", session.pk), {"number": "1", "item": odd}).status_code == 200


def test_too_many_items_are_answered_in_words(
    item: AgendaItem, client_as: SignIn, secretary: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pack_views, "LONG", 0)
    monkeypatch.setattr(pack_views, "MOST_ITEMS", 0)
    client = client_as(secretary)
    assert "are more than a pack holds" in client.get(url("meeting-pack", item.meeting_id)).content.decode()
    assert client.get(url("meeting-pack-file", item.meeting_id, "pdf"))["Location"] == url(
        "meeting-pack", item.meeting_id
    )
    assert PaperFile.objects.count() == 0


# --- links --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["pdf", "xlsx", "pptx", "html"])
def test_minutes_come_in_each_form_as_their_reader_may_read_them(
    secret_item: AgendaItem, decide: Decide, client_as: SignIn, secretary: Person, reader: Person, form: str
) -> None:
    meeting = secret_item.meeting
    decide(secret_item, reason="The secret merger pays.")
    decide(meeting.items.order_by("position").first(), reason="The open plan serves customers.")
    address = url("meeting-minutes-file", meeting.pk, form)
    assert client_as(reader).get(address).status_code == 404
    Meeting.objects.filter(pk=meeting.pk).update(status="closed", closed_at=timezone.now())
    whole = " ".join(opened(form, client_as(secretary).get(address).content).split())
    assert "The secret merger pays." in whole
    read = " ".join(opened(form, client_as(reader).get(address).content).split())
    assert "The open plan serves customers." in read
    assert "ecret merger" not in read


@pytest.mark.usefixtures("long_ones")
def test_long_minutes_are_made_in_the_background(
    item: AgendaItem, decide: Decide, client_as: SignIn, secretary: Person, reader: Person, outsider: Person
) -> None:
    decide(item, reason="It serves customers.")
    Meeting.objects.filter(pk=item.meeting_id).update(status="closed", closed_at=timezone.now())
    client = client_as(reader)
    asked = client.get(url("meeting-minutes-file", item.meeting_id, "html"))
    waiting = client.get(asked["Location"]).content.decode()
    assert "The minutes are being made" in waiting
    assert url("meeting-minutes", item.meeting_id) in waiting
    assert client_as(outsider).get(asked["Location"]).status_code == 404
    make_waiting_papers(beating=False)
    assert "The minutes are ready" in client.get(asked["Location"]).content.decode()
    file = client.get(asked["Location"] + "file/")
    assert 'filename="minutes-' in file["Content-Disposition"]
    assert "It serves customers." in file.content.decode()


@pytest.mark.usefixtures("long_ones")
def test_minutes_made_for_who_saw_more_are_not_given_to_who_sees_less(
    item: AgendaItem, decide: Decide, client_as: SignIn, board_member: Person, reader: Person
) -> None:
    decide(item, reason="Only the board may know.")
    Meeting.objects.filter(pk=item.meeting_id).update(status="closed", closed_at=timezone.now())
    address = url("meeting-minutes-file", item.meeting_id, "html")
    asked = {person: client_as(person).get(address)["Location"] for person in (board_member, reader)}
    make_waiting_papers(beating=False)
    for person, made in asked.items():
        assert "Only the board may know." in client_as(person).get(made + "file/").content.decode()
    ProjectRequest.objects.update(confidential=True)
    board_member.memberships.all().delete()
    for person, made in asked.items():
        client = client_as(Person.objects.get(pk=person.pk))
        assert client.get(made)["Location"] == client.get(made + "file/")["Location"] == address
        again = client.get(address)["Location"]
        make_waiting_papers(beating=False)
        assert "Only the board may know." not in client.get(again + "file/").content.decode()


@pytest.mark.usefixtures("long_ones")
def test_progress_says_that_no_worker_takes_it_up(item: AgendaItem, client_as: SignIn, secretary: Person) -> None:
    client, said = client_as(secretary), "No worker has taken it up"
    asked = client.get(reverse("board:meeting-pack-file", args=[item.meeting_id, "pdf"]))
    assert said not in client.get(asked["Location"]).content.decode()
    PaperFile.objects.update(asked_at=timezone.now() - timedelta(minutes=2))
    assert said in client.get(asked["Location"]).content.decode()
    PaperFile.objects.update(state=PaperFile.State.RUNNING, beat_at=timezone.now())
    assert said not in client.get(asked["Location"]).content.decode()


@pytest.mark.usefixtures("long_ones")
def test_progress_says_that_a_worker_has_stopped(item: AgendaItem, client_as: SignIn, secretary: Person) -> None:
    client = client_as(secretary)
    asked = client.get(url("meeting-pack-file", item.meeting_id, "html"))
    silent = timezone.now() - timedelta(seconds=20)
    PaperFile.objects.update(state="running", attempts=1, done=45, beat_at=silent)
    assert "The worker that was making it has stopped" in client.get(asked["Location"]).content.decode()
    PaperFile.objects.update(attempts=2, beat_at=timezone.now())
    assert "It is being made again" in client.get(asked["Location"]).content.decode()


# --- queries ------------------------------------------------------------------------------------------------------


def test_facts_need_as_many_queries_for_ten_items_as_for_two(
    session: Meeting, secretary: Person, django_assert_num_queries: Any
) -> None:
    def add(number: int) -> None:
        for _ in range(number):
            request = filed_request(status=Status.READY.value)
            FindingFactory.create(between=[request, filed_request()])
            add_item(person=secretary, meeting=session, request=request)

    add(2)
    pack_facts(session, secretary)  # reads roles once
    with CaptureQueriesContext(connection) as counted:
        pack_facts(session, secretary)
    add(8)
    with django_assert_num_queries(len(counted)):
        pack_facts(session, secretary)


def test_who_has_left_the_board_opens_no_papers_of_it_any_more(
    item: AgendaItem, client_as: SignIn, board_member: Person
) -> None:
    file = PaperFile.objects.create(meeting=item.meeting, form="pdf", person=board_member, asked_at=timezone.now())
    assert client_as(board_member).get(url("paper-file", file.pk)).status_code == 200
    board_member.memberships.all().delete()
    assert client_as(Person.objects.get(pk=board_member.pk)).get(url("paper-file", file.pk)).status_code == 404
