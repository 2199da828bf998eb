"""Papers that are made in the background: asked for once, made by any worker, kept and served afterwards.

What is to be done stands in the database (`PaperFile`); messages only wake a worker. A worker says every few seconds
that it is alive; of one that stopped another takes over, three times at most.
"""

import logging
import threading
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from types import TracebackType
from typing import Any

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.utils import timezone

from board.errors import BoardError
from board.models import Meeting, Pack, PackLink, PaperFile
from board.packs.forms import SETTERS
from board.packs.paper import on_paper
from board.packs.redact import as_read_by
from board.selectors.papers.minutes_paper import minutes_document
from board.selectors.papers.papers import as_read, draft_of, minutes_key, published_document, reader_of, readers_key
from board.selectors.papers.stylesheets import paper_styles
from board.services.papers.packs import publish_pack
from portfolio.models import Person

logger = logging.getLogger(__name__)

BEAT, LOST_AFTER, MOST_ATTEMPTS = 5, 30, 3  # papers.SILENT lies between the first two
"""A worker says every BEAT seconds that it is alive; LOST_AFTER seconds without that it is taken for dead."""

KEPT_DAYS = 7
"""Files of drafts, and what failed, go after so many days; files of published packs stay as long as the pack."""

State = PaperFile.State


def paper_of(document: dict[str, Any], form: str, seal: str = "") -> bytes:
    """The document, as its reader may read it, in this form."""
    if form == "html":
        context = {"pack": on_paper(document), "seal": seal, "styles": paper_styles()}
        return render_to_string("board/pack_file.html", context).encode()
    return SETTERS[form](document, seal)


def ask_for_paper(
    *,
    meeting: Meeting,
    form: str,
    person: Person | None = None,
    pack: Pack | None = None,
    link: PackLink | None = None,
    kind: str = PaperFile.Kind.PACK,
) -> PaperFile:
    """Have papers made: a published pack once for all who may read the same, a draft anew unless it is on its way. Who
    asks, or who holds the link, must be allowed to read it."""
    reader = person if link is None else link.person
    readers = readers_key(reader_of(reader, published_document(pack))) if pack else ""
    mine = Q(link=link) if link else Q(person=person, link__isnull=True)
    rows = PaperFile.objects.filter(meeting=meeting, form=form, kind=kind).exclude(state=State.FAILED)
    rows = rows.filter(pack=pack, readers=readers) if pack else rows.filter(mine, pack=None).exclude(state=State.DONE)
    found = rows.defer("content").order_by("asked_at", "token").first()
    if found is not None:
        return found
    made = PaperFile(meeting=meeting, form=form, kind=kind, pack=pack, readers=readers, asked_at=timezone.now())
    made.person, made.link = (person, link) if pack is None else (person, None if person else link)
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:
        return rows.defer("content").order_by("asked_at", "token")[0]
    return made


def make_waiting_papers(*, beating: bool = True) -> list[uuid.UUID]:
    """Make all papers that wait, and those whose worker died on the way. Returns which were made."""
    free_lost_papers()
    waiting = PaperFile.objects.filter(state=State.WAITING).order_by("asked_at", "token")
    return [pk for pk in waiting.values_list("pk", flat=True) if make_paper(token=pk, beating=beating)]


def free_lost_papers() -> int:
    """Let others take what a worker left half-way; give up on what failed three times. Forget old drafts."""
    now = timezone.now()
    lost = PaperFile.objects.filter(state=State.RUNNING, beat_at__lt=now - timedelta(seconds=LOST_AFTER))
    problem = "The worker stopped three times while making it. Ask for fewer items, or tell the administrator."
    lost.filter(attempts__gte=MOST_ATTEMPTS).update(state=State.FAILED, problem=problem, finished_at=now)
    freed = lost.update(state=State.WAITING, step="Starting again")
    old = PaperFile.objects.filter(asked_at__lt=now - timedelta(days=KEPT_DAYS))
    old.filter(Q(pack__isnull=True) | Q(state=State.FAILED)).exclude(state=State.RUNNING).delete()
    return freed


def make_paper(*, token: uuid.UUID, beating: bool = True) -> bool:
    """Make the papers that wait under this token: claimed by a conditional update, so that a repeated message makes
    nothing twice. Whether they were made here. `beating`: say meanwhile, from a thread, that the worker is alive."""
    claim = PaperFile.objects.filter(pk=token, state=State.WAITING)
    now = timezone.now()
    if not claim.update(
        state=State.RUNNING, beat_at=now, attempts=F("attempts") + 1, done=5, step="Gathering the facts"
    ):
        return False
    file = PaperFile.objects.select_related("meeting", "pack", "person", "link__person").get(pk=token)
    with Beat(file) if beating else nullcontext():
        try:
            if file.form == PaperFile.Form.PUBLISH:
                _publish(file)
            else:
                content, readers = _content(file)
                size = len(content)
                _finish(file, state=State.DONE, content=content, readers=readers, size=size, done=100, step="")
        except BoardError as error:
            _finish(file, state=State.FAILED, problem=str(error)[:300])
            return False
        except Exception:
            # Others may still be made; this one is told to its reader and to the log.
            logger.exception("Papers %s could not be made", token)
            _finish(
                file,
                state=State.FAILED,
                problem="Something went wrong while making it. The administrator can see what.",
            )
            return False
    return True


def _content(file: PaperFile) -> tuple[bytes, str]:
    """What is kept, and the key of those who may read it: as rights are now, not when it was asked for."""
    say = _progress(file)
    reader = file.link.person if file.link else file.person
    readers = file.readers
    if file.kind == PaperFile.Kind.MINUTES:
        readers = minutes_key(file.meeting, reader)
        document, seal = minutes_document(file.meeting, reader), ""
    elif file.pack is not None:
        document, seal = published_document(file.pack), file.pack.seal
        allowed = reader_of(reader, document)
        if readers_key(allowed) != readers:
            raise BoardError("What may be read of it has changed since it was asked for. Ask for it again.")
        document = as_read_by(document, allowed)
    else:
        document, seal = as_read(draft_of(file.meeting, reader), reader), ""
    say(45, "Setting the pages")
    return paper_of(document, file.form, seal), readers


def _publish(file: PaperFile) -> None:
    """Publish, and say so, both or neither: a worker that is killed in between, or whose work another has taken over,
    leaves no pack behind."""
    if file.person is None:
        raise BoardError("Nobody is named who publishes.")
    seen = Pack.objects.filter(meeting=file.meeting, published_at__lte=file.asked_at).count()
    with transaction.atomic():
        pack = publish_pack(person=file.person, meeting=file.meeting, after=seen)
        if not _finish(file, state=State.DONE, pack=pack, done=100, step=""):
            raise BoardError("Another worker has taken over.")


def _progress(file: PaperFile) -> Callable[[int, str], None]:
    def say(done: int, step: str) -> None:
        mine = PaperFile.objects.filter(pk=file.pk, state=State.RUNNING, attempts=file.attempts)
        mine.update(done=done, step=step, beat_at=timezone.now())

    return say


def _finish(file: PaperFile, **values: Any) -> bool:
    """Write what came of it, unless another worker has taken over in the meantime. Whether it was written."""
    mine = PaperFile.objects.filter(pk=file.pk, state=State.RUNNING, attempts=file.attempts)
    return bool(mine.update(finished_at=timezone.now(), **values))


class Beat(AbstractContextManager["Beat"]):
    """Says from a thread that the worker is alive, while papers are made."""

    def __init__(self, file: PaperFile) -> None:
        self.file, self.over = file, threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Beat":
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.over.set()
        self.thread.join()

    def _run(self) -> None:
        try:
            while not self.over.wait(BEAT):
                mine = PaperFile.objects.filter(pk=self.file.pk, state=State.RUNNING, attempts=self.file.attempts)
                try:
                    mine.update(beat_at=timezone.now())
                except OperationalError as error:  # a database that is busy is asked again
                    logger.warning("Papers %s could not say that their worker is alive: %s", self.file.pk, error)
                    connection.close()
        finally:
            connection.close()
