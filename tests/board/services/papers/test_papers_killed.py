"""A real worker that is killed in the middle of a long pack: another makes it, once, and the page says so meanwhile."""

import io
from datetime import timedelta

import pypdf
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from board.models import Meeting, Pack, PaperFile
from board.services.papers.papers import LOST_AFTER, ask_for_paper
from board.tasks import wake_paper_maker
from portfolio.lifecycle import Status
from portfolio.models import Person
from tests.factories import AgendaItemFactory, MeetingFactory, filed_request
from tests.workers import Worker

pytestmark = pytest.mark.django_db(transaction=True)

ITEMS = 70
"""More than a pack has that is made at once."""


@pytest.fixture
def long_meeting(secretary: Person) -> Meeting:
    """A meeting with a long agenda."""
    meeting = MeetingFactory.create(secretary=secretary)
    for position in range(1, ITEMS + 1):
        AgendaItemFactory.create(
            meeting=meeting, position=position, request=filed_request(status=Status.READY.value), minutes=1
        )
    return meeting


def silence(file: PaperFile) -> None:
    """As if the worker had been dead for long enough."""
    PaperFile.objects.filter(pk=file.pk).update(beat_at=timezone.now() - timedelta(seconds=LOST_AFTER + 1))


def killed_in_the_middle(worker: Worker, file: PaperFile, at: int) -> None:
    """Start the worker, wait until it is so far (per cent), and kill it."""
    worker.start()
    wake_paper_maker()
    worker.wait_until(
        lambda: PaperFile.objects.filter(pk=file.pk, state="running", done__gte=at).exists(), what="it is being made"
    )
    worker.kill()


def restarted_until_done(worker: Worker, file: PaperFile) -> None:
    """Start a worker with its timetable alone, and wait until it has made the file."""
    worker.start(beat=True, sweep_seconds=1)
    worker.wait_until(
        lambda: PaperFile.objects.filter(pk=file.pk, state="done").exists(), seconds=90, what="it is made"
    )
    wake_paper_maker()
    sweeps = worker.log().count("make_papers_task")
    worker.wait_until(lambda: worker.log().count("make_papers_task") > sweeps + 2, what="it looks for more to make")


def test_a_file_whose_worker_was_killed_is_made_by_the_next_one(
    long_meeting: Meeting, secretary: Person, celery_worker_process: Worker, client: Client
) -> None:
    worker = celery_worker_process
    file = ask_for_paper(meeting=long_meeting, form="pdf", person=secretary)
    killed_in_the_middle(worker, file, 45)
    file.refresh_from_db()
    assert (file.state, file.attempts, bytes(file.content)) == ("running", 1, b"")
    client.force_login(secretary)
    page = reverse("board:paper-file", args=[file.pk])
    assert "45 %" in client.get(page).content.decode()
    silence(file)
    assert "has stopped. Another takes over" in client.get(page).content.decode()

    restarted_until_done(worker, file)

    file = PaperFile.objects.get()
    assert (file.attempts, file.done, file.problem) == (2, 100, "")
    assert len(pypdf.PdfReader(io.BytesIO(bytes(file.content))).pages) > ITEMS
    assert "The pack is ready" in client.get(page).content.decode()


def test_a_pack_whose_publisher_was_killed_is_published_once(
    long_meeting: Meeting, secretary: Person, celery_worker_process: Worker
) -> None:
    worker = celery_worker_process
    file = ask_for_paper(meeting=long_meeting, form="publish", person=secretary)
    killed_in_the_middle(worker, file, 5)
    silence(file)

    restarted_until_done(worker, file)

    pack = Pack.objects.get()
    assert pack.number == 1
    assert len(pack.document["pages"]) == ITEMS
    assert PaperFile.objects.get().pack == pack
