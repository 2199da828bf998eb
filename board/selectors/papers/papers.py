"""Papers as somebody may read them: documents, links that open them, files on their way."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from board.models import AgendaItem, Decision, Meeting, Pack, PackLink, PaperFile
from board.packs.compose import compose
from board.packs.redact import BOARD, Reader, as_read_by, requests_named
from board.packs.seal import plain
from board.packs.upgrade import upgraded
from board.permissions import can_see_board
from board.selectors.decisions.secrets import secrets_of
from board.selectors.meetings.items import members_of
from board.selectors.papers.packs import pack_facts
from portfolio.models import ProjectRequest
from portfolio.permissions import can_see_money

LONG = 60
"""A pack of more items is made in the background."""

MOST_ITEMS = 1_000
"""A pack of more items is not made: nobody could decide over it in a meeting, and no office program opens it well."""


def count_items(meeting: Meeting) -> int:
    """How many items are on the agenda. One query."""
    return AgendaItem.objects.filter(meeting=meeting).exclude(status=AgendaItem.Status.DROPPED).count()


def draft_of(meeting: Meeting, user: Any) -> dict[str, Any]:
    """The pack as it would be published now."""
    document: dict[str, Any] = plain(compose(pack_facts(meeting, user)))
    return document


def published_document(pack: Pack) -> dict[str, Any]:
    """What was frozen, in the shape that the renderers know."""
    return upgraded(pack.document)


def reader_of(user: Any, document: dict[str, Any]) -> Reader:
    """What `user` may read in the document, as everywhere else in Ombud; None, for somebody without an account, neither
    money nor anything confidential. Three queries at most."""
    if user is None:
        return Reader()
    if can_see_board(user):
        return BOARD
    money, secrets = requests_named(document)
    named = ProjectRequest.objects.filter(pk__in=money | secrets).order_by("pk")
    visible = set(named.visible_to(user).values_list("pk", flat=True))
    return Reader(
        money=frozenset(row.pk for row in named if row.pk in money & visible and can_see_money(user, row)),
        secrets=frozenset(secrets & visible),
    )


def readers_key(reader: Reader) -> str:
    """The same for all who may read the same, empty for the board: names a stored file."""
    if reader.everything:
        return ""
    ids = json.dumps([sorted(reader.money), sorted(reader.secrets)])
    return hashlib.sha256(ids.encode()).hexdigest()


def minutes_key(meeting: Meeting, user: Any) -> str:
    """The same while `user` may read the same of a meeting's minutes, empty for the board: says for whom stored minutes
    were made. A fixed number of queries."""
    if can_see_board(user):
        return ""
    items = list(AgendaItem.objects.filter(meeting=meeting).select_related("family").order_by("id"))
    named = {request.pk for requests in members_of(items).requests.values() for request in requests}
    decisions = Decision.objects.filter(Q(item__meeting=meeting) | Q(superseded_by__item__meeting=meeting))
    for secret in secrets_of(decisions.select_related("item").order_by("id")).values():
        named.update(secret)
    confidential = ProjectRequest.objects.filter(pk__in=named, confidential=True)
    hidden = confidential.exclude(pk__in=confidential.visible_to(user).order_by().values("pk"))
    return hashlib.sha256(json.dumps(sorted(hidden.values_list("pk", flat=True))).encode()).hexdigest()


def as_read(document: dict[str, Any], user: Any) -> dict[str, Any]:
    """The document as `user` may read it (None: somebody without an account)."""
    return as_read_by(document, reader_of(user, document))


def links_of(packs: Iterable[Pack]) -> QuerySet[PackLink]:
    """The links of these packs with how often and when last they were opened (`opened`, `last_opened`), the latest
    first."""
    rows = PackLink.objects.filter(pack__in=list(packs)).select_related("pack", "person", "made_by", "revoked_by")
    return rows.annotate(opened=Count("openings"), last_opened=Max("openings__at")).order_by("-made_at", "-id")


def files_on_their_way(meeting: Meeting, user: Any) -> list[PaperFile]:
    """What is being made for the person, or was made lately, of this meeting's papers; without content."""
    rows = PaperFile.objects.filter(meeting=meeting, person=user, link__isnull=True).defer("content")
    return list(rows.select_related("pack").order_by("-asked_at", "token")[:8])


def file_name(document_kind: str, meeting: Meeting, number: int, ending: str) -> str:
    """The name under which papers are saved: pack-2026-01-22-3.pdf, minutes-2026-01-22.xlsx."""
    version = "" if document_kind == "minutes" else f"-{number}" if number else "-draft"
    return f"{document_kind}-{timezone.localtime(meeting.starts_at):%Y-%m-%d}{version}.{ending}"


def organisation() -> str:
    """Whose papers they are."""
    return str(settings.OMBUD_ORGANISATION)
