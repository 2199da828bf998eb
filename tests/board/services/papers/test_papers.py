"""Papers made in the background: once, whatever is sent twice or killed, and only for who may read them."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models import F
from django.db.models.signals import post_save
from django.utils import timezone

from board.errors import TooLong
from board.models import AgendaItem, Decision, Pack, PackLink, PaperFile
from board.selectors.papers import papers as limits
from board.services.papers import packs
from board.services.papers.packs import publish_pack
from board.services.papers.papers import (
    KEPT_DAYS,
    LOST_AFTER,
    ask_for_paper,
    free_lost_papers,
    make_paper,
    make_waiting_papers,
)
from portfolio.models import Person, ProjectRequest, Role
from tests.factories import MembershipFactory, PackLinkFactory, PaperFileFactory, SiloFactory, person_with

Decide = Callable[..., Decision]
pytestmark = pytest.mark.django_db


@pytest.fixture
def pack(item: AgendaItem, secretary: Person) -> Pack:
    """A published pack."""
    return publish_pack(person=secretary, meeting=item.meeting)


def make() -> list[uuid.UUID]:
    return make_waiting_papers(beating=False)


def test_a_file_is_made_once_for_all_who_may_read_the_same(pack: Pack, secretary: Person, cio: Person) -> None:
    file = ask_for_paper(meeting=pack.meeting, form="xlsx", person=secretary, pack=pack)
    assert ask_for_paper(meeting=pack.meeting, form="xlsx", person=cio, pack=pack) == file
    assert make() == [file.pk]
    assert make() == []
    file.refresh_from_db()
    assert (file.state, file.done, file.attempts) == ("done", 100, 1)
    assert bytes(file.content[:2]) == b"PK"
    assert file.size == len(file.content)
    assert ask_for_paper(meeting=pack.meeting, form="xlsx", person=secretary, pack=pack) == file


def test_a_reader_who_may_see_less_gets_a_file_of_their_own(pack: Pack, secretary: Person) -> None:
    whole = ask_for_paper(meeting=pack.meeting, form="html", person=secretary, pack=pack)
    link = PackLinkFactory.create(pack=pack)
    mine = ask_for_paper(meeting=pack.meeting, form="html", pack=pack, link=link)
    assert mine != whole
    make()
    mine.refresh_from_db()
    whole.refresh_from_db()
    assert ["not shown" in bytes(file.content).decode() for file in (whole, mine)] == [False, True]


def test_a_draft_is_made_anew_after_each_time(item: AgendaItem, secretary: Person) -> None:
    first = ask_for_paper(meeting=item.meeting, form="html", person=secretary)
    assert ask_for_paper(meeting=item.meeting, form="html", person=secretary) == first
    make()
    assert ask_for_paper(meeting=item.meeting, form="html", person=secretary) != first


def test_publishing_in_the_background_makes_the_pack(item: AgendaItem, secretary: Person) -> None:
    file = ask_for_paper(meeting=item.meeting, form="publish", person=secretary)
    make()
    file.refresh_from_db()
    assert file.state == "done"
    assert file.pack == Pack.objects.get()


def test_what_cannot_be_made_says_why(item: AgendaItem, secretary: Person, board_member: Person) -> None:
    file = ask_for_paper(meeting=item.meeting, form="publish", person=board_member)
    make()
    file.refresh_from_db()
    assert file.state == "failed"
    assert file.problem
    assert Pack.objects.count() == 0


def test_another_worker_takes_over_what_a_killed_one_left(item: AgendaItem, secretary: Person) -> None:
    long_ago = timezone.now() - timedelta(minutes=5)
    file = PaperFileFactory.create(
        meeting=item.meeting, person=secretary, form="html", state="running", attempts=1, beat_at=long_ago
    )
    alive = PaperFileFactory.create(
        meeting=item.meeting, person=secretary, form="pdf", state="running", attempts=1, beat_at=timezone.now()
    )
    assert make() == [file.pk]
    file.refresh_from_db()
    alive.refresh_from_db()
    assert (file.state, file.attempts) == ("done", 2)
    assert alive.state == "running"


def test_a_publisher_whose_work_another_took_over_leaves_no_pack(item: AgendaItem, secretary: Person) -> None:
    def taken_over(**_: object) -> None:
        PaperFile.objects.update(attempts=F("attempts") + 1)

    file = ask_for_paper(meeting=item.meeting, form="publish", person=secretary)
    post_save.connect(taken_over, sender=Pack)
    try:
        assert not make_paper(token=file.pk, beating=False)
    finally:
        post_save.disconnect(taken_over, sender=Pack)
    assert Pack.objects.count() == 0


def test_minutes_are_made_as_their_reader_may_read_them(item: AgendaItem, decide: Decide, requester: Person) -> None:
    decide(item, reason="The board has its reasons.")
    PaperFileFactory.create(meeting=item.meeting, person=requester, kind="minutes", form="html")
    ProjectRequest.objects.update(confidential=True)
    PaperFileFactory.create(meeting=item.meeting, person=item.meeting.secretary, kind="minutes", form="html")
    assert len(make()) == 2
    texts = {file.person: bytes(file.content).decode() for file in PaperFile.objects.all()}
    assert "The board has its reasons." in texts[item.meeting.secretary]
    assert "The board has its reasons." not in texts[requester]


def test_a_file_for_a_link_is_not_made_for_other_rights_than_it_was_asked_for(pack: Pack, secretary: Person) -> None:
    reader = person_with(Role.HEAD, silo=SiloFactory.create())
    link = PackLinkFactory.create(pack=pack, person=reader)
    file = ask_for_paper(meeting=pack.meeting, form="html", pack=pack, link=link)
    MembershipFactory.create(person=reader, role=Role.BOARD_MEMBER)
    assert make() == []
    file.refresh_from_db()
    assert "Ask for it again" in file.problem
    again = ask_for_paper(meeting=pack.meeting, form="html", pack=pack, link=PackLink.objects.get(pk=link.pk))
    assert again.readers == ""


def test_a_silent_worker_is_noticed_before_another_takes_over(item: AgendaItem) -> None:
    now = timezone.now()
    file = PaperFileFactory.create(meeting=item.meeting, state="running", attempts=1, beat_at=now)
    assert not file.has_stopped
    file.beat_at = now - timedelta(seconds=LOST_AFTER - 5)
    assert file.has_stopped
    assert make() == []


def test_after_three_workers_it_is_given_up(item: AgendaItem, secretary: Person) -> None:
    long_ago = timezone.now() - timedelta(minutes=5)
    file = PaperFileFactory.create(
        meeting=item.meeting, person=secretary, state="running", attempts=3, beat_at=long_ago
    )
    assert make() == []
    file.refresh_from_db()
    assert file.state == "failed"
    assert "three times" in file.problem


def test_a_repeated_message_makes_nothing_twice(item: AgendaItem, secretary: Person) -> None:
    file = ask_for_paper(meeting=item.meeting, form="html", person=secretary)
    assert make_paper(token=file.pk, beating=False)
    assert not make_paper(token=file.pk, beating=False)


def test_old_drafts_go_and_files_of_published_packs_stay(pack: Pack, secretary: Person) -> None:
    old = timezone.now() - timedelta(days=KEPT_DAYS + 1)
    draft = PaperFileFactory.create(meeting=pack.meeting, person=secretary, state="done", asked_at=old)
    kept = PaperFileFactory.create(meeting=pack.meeting, person=secretary, pack=pack, state="done", asked_at=old)
    free_lost_papers()
    assert list(PaperFile.objects.all()) == [kept]
    assert not PaperFile.objects.filter(pk=draft.pk).exists()


def test_more_items_than_a_pack_holds_are_refused_in_words(
    item: AgendaItem, secretary: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packs, "MOST_ITEMS", 0)
    with pytest.raises(TooLong, match="at most 0"):
        publish_pack(person=secretary, meeting=item.meeting)
    assert limits.MOST_ITEMS >= 200
