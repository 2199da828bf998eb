"""Pages of what is the board's own on an agenda: added, dealt with in the room, in the pack and the minutes."""

from collections.abc import Callable
from io import BytesIO

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from pptx import Presentation
from pypdf import PdfReader

from board.models import AgendaItem, Meeting
from board.services.meetings.meetings import close_meeting
from board.services.meetings.own_items import add_own_item, close_own_item
from portfolio.models import Person

SignIn = Callable[..., Client]
WORDS = "The CIO asks for a second draft."


@pytest.fixture
def budget(session: Meeting, secretary: Person) -> AgendaItem:
    return add_own_item(person=secretary, meeting=session, title="Budget for next year", note="Ten per cent less.")


def url(name: str, *args: object) -> str:
    return reverse(f"board:{name}", args=args)


def test_the_secretary_adds_one_and_it_stands_on_the_agenda(
    client_as: SignIn, meeting: Meeting, secretary: Person
) -> None:
    client = client_as(secretary)
    assert client.get(url("own-add", meeting.pk)).status_code == 200
    typed = {"question": "Budget for next year", "note": "Ten per cent less.", "minutes": "15"}
    assert "Give it a title" in client.post(url("own-add", meeting.pk), typed | {"question": ""}).content.decode()
    page = client.post(url("own-add", meeting.pk), typed, follow=True).content.decode()
    assert "Budget for next year" in page
    assert "Ten per cent less." in page
    assert "15 min" in page
    assert "Cannot be decided" not in page


def test_others_neither_add_nor_close_nor_reopen(
    client_as: SignIn, session: Meeting, budget: AgendaItem, architect: Person, reader: Person
) -> None:
    for person in (architect, reader):
        client = client_as(person)
        assert client.get(url("own-add", session.pk)).status_code == 403
        for name in ("own-close", "own-reopen"):
            assert client.post(url(name, budget.pk), {"outcome": WORDS, "version": 1}).status_code == 403
    assert AgendaItem.objects.get(pk=budget.pk).status == "open"


def test_in_the_room_two_actions_deal_with_it_and_the_way_back_keeps_the_words(
    client_as: SignIn, session: Meeting, budget: AgendaItem, secretary: Person
) -> None:
    client = client_as(secretary)
    room = client.get(url("meeting-mode", session.pk), {"item": budget.pk}).content.decode()
    assert "Ten per cent less." in room
    assert "data-timer" in room
    assert "No architect has advised" not in room
    done = client.post(url("own-close", budget.pk), {"outcome": WORDS, "version": 1}, follow=True).content.decode()
    assert "Take it up again" in done
    assert "Written down. The item is dealt with." in done
    again = client.post(url("own-reopen", budget.pk), follow=True).content.decode()
    assert f">\n{WORDS}</textarea>" in again or f">{WORDS}</textarea>" in again


def test_who_comes_second_keeps_what_they_typed_and_reads_the_first(
    client_as: SignIn, budget: AgendaItem, secretary: Person, cio: Person
) -> None:
    close_own_item(person=secretary, item=budget, expected=1, outcome="Agreed.")
    answer = client_as(cio).post(url("own-close", budget.pk), {"outcome": WORDS, "version": 1})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "wrote down meanwhile: “Agreed.”" in page
    assert WORDS in page


def test_a_decision_sent_to_it_says_what_to_do(client_as: SignIn, budget: AgendaItem, secretary: Person) -> None:
    page = client_as(secretary).post(url("item-decide", budget.pk), {"kind": "approve"}, follow=True).content.decode()
    assert "nothing to approve here" in page


def test_the_pack_has_it_in_each_form(
    client_as: SignIn, session: Meeting, budget: AgendaItem, secretary: Person
) -> None:
    client = client_as(secretary)
    files = {form: client.get(url("meeting-pack-file", session.pk, form)).content for form in ("pdf", "xlsx", "pptx")}
    assert "Ten per cent less." in client.get(url("meeting-pack", session.pk)).content.decode()
    assert "Ten per cent less." in "".join(page.extract_text() for page in PdfReader(BytesIO(files["pdf"])).pages)
    items = openpyxl.load_workbook(BytesIO(files["xlsx"]))["Items"]
    assert "Ten per cent less." in [cell.value for row in items.iter_rows() for cell in row]
    slides = Presentation(BytesIO(files["pptx"])).slides
    assert any(
        "Ten per cent less." in shape.text_frame.text for s in slides for shape in s.shapes if shape.has_text_frame
    )


@pytest.mark.parametrize("dealt_with", [True, False])
def test_the_minutes_say_what_came_of_it_in_each_form(
    client_as: SignIn, session: Meeting, budget: AgendaItem, secretary: Person, reader: Person, dealt_with: bool
) -> None:
    if dealt_with:
        close_own_item(person=secretary, item=budget, expected=1, outcome=WORDS)
    close_meeting(person=secretary, meeting=session)
    client = client_as(reader)
    said = WORDS if dealt_with else "left open"
    assert said in client.get(url("meeting-minutes", session.pk)).content.decode()
    pdf = client.get(url("meeting-minutes-file", session.pk, "pdf")).content
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())
    assert said in text
    assert f"One item of the board’s own {'dealt with' if dealt_with else 'left open'}." in text
    (line,) = client.get(f"/api/v1/minutes/{session.pk}/").json()["lines"]
    assert (line["kind"], line["outcome"]) == ("own", WORDS if dealt_with else "")


def test_the_api_adds_it_and_deals_with_it(client_as: SignIn, session: Meeting, secretary: Person) -> None:
    client, here = client_as(secretary), f"/api/v1/meetings/{session.pk}/items/"
    made = client.post(here, {"title": "Budget", "note": "Ten per cent less."}, content_type="application/json").json()
    assert (made["kind"], made["question"], made["note"], made["blocked"]) == (
        "own", "Budget", "Ten per cent less.", False
    )  # fmt: skip
    own = f"{here}{made['id']}/"
    assert client.post(here, {"title": "A", "request": "B"}, content_type="application/json").status_code == 400
    closed = client.post(f"{own}close/", {"outcome": WORDS, "version": 1}, content_type="application/json").json()
    assert (closed["status"], closed["outcome"], closed["closed_by"]) == ("decided", WORDS, secretary.email)
    assert (
        client.post(f"{own}close/", {"outcome": "No.", "version": 1}, content_type="application/json").status_code
        == 409
    )
    assert client.post(f"{own}reopen/").json()["status"] == "open"
