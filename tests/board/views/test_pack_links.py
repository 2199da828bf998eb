"""A pack's reader link over the web: who it opens for, what they read, and how it is made and taken back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from board.models import AgendaItem, Meeting, PackLink, PackOpening
from board.services.papers.links import make_pack_link
from board.services.papers.packs import publish_pack
from board.services.papers.papers import make_waiting_papers
from portfolio.models import Person, ProjectRequest
from tests.board.papers import opened

SignIn = Callable[[Person], Client]
pytestmark = pytest.mark.django_db


def url(name: str, *args: object) -> str:
    return reverse(f"board:{name}", args=args)


def link_to(meeting: Meeting, by: Person, **reader: Any) -> str:
    pack = publish_pack(person=by, meeting=meeting)
    until = timezone.now() + timedelta(days=2)
    return make_pack_link(by=by, pack=pack, until=until, **(reader or {"name": "Amara Obi"}))[1]


@pytest.mark.parametrize("form", ["pdf", "xlsx", "pptx", "html"])
def test_a_reader_without_account_reads_neither_money_nor_secrets(
    secret_item: AgendaItem, secretary: Person, form: str
) -> None:
    key = link_to(secret_item.meeting, secretary)
    page = Client().get(url("pack-read", key))
    file = Client().get(url("pack-read-file", key, form))
    for text in (page.content.decode(), opened(form, file.content)):
        for word in ("ecret merger", "Nobody may know", "777,777", "777777", "123,456", "123456"):
            assert word not in text, word
        assert "pen plan" in text
    assert "Amara Obi" in page.content.decode()
    assert page["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page["Cache-Control"]
    assert "noindex" in page["X-Robots-Tag"]


def test_a_reader_with_account_reads_as_they_see_requests(
    secret_item: AgendaItem, secretary: Person, board_member: Person, client_as: Callable[[Person], Client]
) -> None:
    requester = ProjectRequest.objects.get(title="Secret merger").requester
    own = client_as(requester).get(url("pack-read", link_to(secret_item.meeting, secretary, person=requester)))
    assert "Secret merger" in own.content.decode()
    assert "€777,777" in own.content.decode()
    assert "€123,456" not in own.content.decode()
    board = client_as(board_member).get(url("pack-read", link_to(secret_item.meeting, secretary, person=board_member)))
    assert "€123,456" in board.content.decode()


@pytest.mark.parametrize("name", ["pack-read", "pack-read-file"])
def test_a_link_for_somebody_with_an_account_opens_for_them_alone(
    item: AgendaItem,
    secretary: Person,
    board_member: Person,
    cio: Person,
    client_as: Callable[[Person], Client],
    name: str,
) -> None:
    address = url(
        name, link_to(item.meeting, secretary, person=board_member), *(["html"] if name != "pack-read" else [])
    )
    nobody = Client().get(address)
    assert (nobody.status_code, nobody["Referrer-Policy"]) == (302, "no-referrer")
    assert nobody["Location"].endswith(f"/login/?next={address}")
    other = client_as(cio).get(address)
    assert other.status_code == 403
    assert f"This link is for {board_member}" in other.content.decode()
    assert not PackOpening.objects.exists()
    assert client_as(board_member).get(address).status_code == 200


def test_a_link_that_opens_nothing_says_so_to_nobody_in_particular(item: AgendaItem, secretary: Person) -> None:
    key = link_to(item.meeting, secretary)
    PackLink.objects.update(revoked_at=timezone.now())
    revoked, unknown = Client().get(url("pack-read", key)), Client().get(url("pack-read", "x" * 43))
    assert revoked.status_code == unknown.status_code == 404
    assert "opens nothing" in revoked.content.decode()
    assert Client().get(url("pack-read-file", key, "pdf")).status_code == 404
    assert Client().post(url("pack-read", key)).status_code == 405


def test_asking_too_often_is_refused_for_a_minute(item: AgendaItem, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("board.services.papers.links.WRONG_A_MINUTE", 2)
    for _ in range(2):
        Client().get(url("pack-read", "x"))
    refused = Client().get(url("pack-read", "x"))
    assert (refused.status_code, refused["Retry-After"]) == (429, "60")


@pytest.mark.usefixtures("long_ones")
def test_a_reader_waits_for_a_long_file_too(item: AgendaItem, secretary: Person) -> None:
    address = url("pack-read-file", link_to(item.meeting, secretary), "html")
    assert "is being made" in Client().get(address).content.decode()
    make_waiting_papers(beating=False)
    assert "attachment" in Client().get(address)["Content-Disposition"]


def test_links_are_made_shown_once_and_taken_back(
    item: AgendaItem, client_as: SignIn, secretary: Person, board_member: Person
) -> None:
    pack = publish_pack(person=secretary, meeting=item.meeting)
    client, page = client_as(secretary), url("pack-links", item.meeting_id)
    until = timezone.localdate() + timedelta(days=5)
    fields = {"pack": pack.pk, "name": "Amara Obi", "until": until}
    assert client.post(page, {**fields, "person": secretary.pk}).status_code == 422
    assert client.post(page, {**fields, "name": ""}).status_code == 422
    assert client.post(page, {**fields, "until": until + timedelta(days=400)}).status_code == 422
    assert PackLink.objects.count() == 0
    client.post(page, fields)
    assert "/board/read/" in client.get(page).content.decode()
    assert "/board/read/" not in client.get(page).content.decode()
    link = PackLink.objects.get()
    assert client_as(board_member).get(page).status_code == 403
    assert client_as(board_member).post(url("pack-link-revoke", link.pk)).status_code == 403
    client.post(url("pack-link-revoke", link.pk))
    link.refresh_from_db()
    assert link.revoked_by == secretary


# --- minutes ------------------------------------------------------------------------------------------------------
