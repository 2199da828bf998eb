"""Keeps what the language model makes of each request up to date, and says whether there is a model at all.

Encoding costs some 50 ms a request and loads 90 MB, so it is done by the worker and by commands; pages encode only what
somebody is typing. Without a model everything works by words and spelling, less well.
"""

import logging
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from impacts.engine.facts import RequestFacts
from impacts.engine.matching.encoder import PUBLISHED_SHA256, Encoder, ModelUnusable, packaged_folder
from impacts.engine.matching.meaning import request_vectors
from impacts.models import RequestMeaning
from impacts.selectors.scans.meaning import fingerprint
from portfolio.models import ProjectRequest
from portfolio.services.marks import mark_for_scan

logger = logging.getLogger(__name__)

CHUNK = 50
"""Requests encoded before they are stored: a killed worker loses no more than these seconds."""

Text = tuple[int, str, str, str]  # request, title, problem, proposal


@dataclass(frozen=True, slots=True)
class ModelState:
    """Whether meaning takes part: `problem` is empty when it does, and else says why not. `encoded` of `live` requests
    have been read."""

    problem: str
    live: int
    encoded: int


@lru_cache(maxsize=2)
def _load(folder: Path, sha256: str) -> Encoder | str:
    """The model, or why it cannot be used: so that a damaged one is not read again with each request that is typed."""
    try:
        return Encoder(folder, sha256)
    except ModelUnusable as error:
        return str(error)


def load_encoder(folder: Path | None = None) -> Encoder:
    """The organisation's model, or the one in a folder; tried once by each process. Raises ModelUnusable when it is
    switched off, not installed, or not what it should be."""
    expected = settings.OMBUD_MODEL_SHA256 or PUBLISHED_SHA256
    if folder is None:
        if settings.OMBUD_MODEL == "off":
            raise ModelUnusable("The language model is switched off (OMBUD_MODEL=off).")
        folder = packaged_folder() if settings.OMBUD_MODEL == "packaged" else Path(settings.OMBUD_MODEL)
        if folder is None:
            raise ModelUnusable("The package with the language model is not installed. Run ./dev again to install it.")
    loaded = _load(folder, expected)
    if isinstance(loaded, str):
        raise ModelUnusable(loaded)
    return loaded


@lru_cache(maxsize=4)
def _told(problem: str) -> None:
    """Say once in each process why meaning takes no part."""
    logger.warning("Requests are compared by words and spelling only: %s", problem)


def encoder_or_none() -> Encoder | None:
    """The organisation's model, or None without a usable one."""
    try:
        return load_encoder()
    except ModelUnusable as error:
        if settings.OMBUD_MODEL != "off":
            _told(str(error))
        return None


def model_state() -> ModelState:
    """Whether meaning takes part, and how far reading has come. Two queries."""
    problem = ""
    try:
        load_encoder()
    except ModelUnusable as error:
        problem = str(error)
    live = ProjectRequest.objects.live()
    return ModelState(problem, live.count(), live.filter(meaning__isnull=False).count())


def with_meaning(facts: RequestFacts) -> RequestFacts:
    """The facts with what the model makes of their text, where that is not known yet: for what somebody is typing."""
    if facts.meaning or encoder_or_none() is None:
        return facts
    return replace(facts, meaning=_vector_of(facts.title, f"{facts.problem}\n{facts.proposal}"))


@lru_cache(maxsize=256)
def _vector_of(title: str, body: str) -> bytes:
    return request_vectors(load_encoder(), [(title, body)])[0]


def encode_requests(*, ids: Collection[int] | None = None, limit: int | None = None) -> int:
    """Read the live requests, or these, whose text has not been read as it stands, at most `limit`. Returns how many
    were read; 0 without a model."""
    rows = ProjectRequest.objects.live() if ids is None else ProjectRequest.objects.live().filter(pk__in=list(ids))
    return _encode(rows, limit, mark=False)


def encode_new_requests(*, limit: int) -> int:
    """Read at most `limit` live requests that were never read, and mark them for a scan. It looks at no other text, so
    it may be called every minute; a changed text is read by its scan, or after a bulk by the next full scan. Returns
    how many were read."""
    return _encode(ProjectRequest.objects.live().filter(meaning__isnull=True), limit, mark=True)


def _encode(rows: QuerySet[ProjectRequest], limit: int | None, *, mark: bool) -> int:
    encoder = encoder_or_none()
    if encoder is None:
        return 0
    done = 0
    for texts in _chunks(_unread(encoder.sha256, rows, limit)):
        vectors = request_vectors(encoder, [(title, f"{problem}\n{proposal}") for _, title, problem, proposal in texts])
        done += _store(encoder.sha256, texts, vectors, mark)
    return done


def _unread(model: str, rows: QuerySet[ProjectRequest], limit: int | None) -> Iterator[Text]:
    fields = ("id", "title", "problem", "proposal", "meaning__fingerprint")
    found = 0
    for *text, known in rows.order_by("id").values_list(*fields).iterator(chunk_size=1000):
        if known != fingerprint(model, *text[1:]):
            yield (text[0], text[1], text[2], text[3])
            found += 1
            if found == limit:
                return


def _chunks(texts: Iterable[Text]) -> Iterator[list[Text]]:
    chunk: list[Text] = []
    for text in texts:
        chunk.append(text)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _store(model: str, texts: list[Text], vectors: list[bytes], mark: bool) -> int:
    """Replace the vectors of these requests. What another worker stores at the same moment is as good as ours."""
    ids = [text[0] for text in texts]
    try:
        with transaction.atomic():
            RequestMeaning.objects.filter(request__in=ids).delete()
            RequestMeaning.objects.bulk_create(
                RequestMeaning(request_id=pk, fingerprint=fingerprint(model, *words), vector=vector)
                for (pk, *words), vector in zip(texts, vectors, strict=True)
            )
            if mark:
                for request in ProjectRequest.objects.live().filter(pk__in=ids).order_by("id"):
                    mark_for_scan(request=request)
    except IntegrityError:
        return 0
    return len(ids)
