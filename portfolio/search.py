"""Search over all text of the requests: one index table on both databases, kept in step by the database itself.

What is indexed: reference, source reference, title, problem, proposal, promised effect, the silo's name, the names of
requester and sponsor, and the discussion. On SQLite the table is an FTS5 virtual table, on PostgreSQL a tsvector with a
GIN index (portfolio.search_index); triggers keep it in step inside the transaction of the change, whoever makes it.
Words match from their beginning, whatever their case and accents; all of them must match.
"""

import re
import unicodedata
from typing import TypeVar

from django.db import connections
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from portfolio.models import ProjectRequest
from portfolio.search_index import TABLE

MAX_LENGTH, MAX_WORDS = 200, 12

Requests = TypeVar("Requests", bound="QuerySet[ProjectRequest]")

_MARKS = re.compile("[\u0300-\u036f]")
_WORD = re.compile(r"[^\W_]+")
_SQL = {
    "sqlite": f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s",
    "postgresql": f"SELECT request_id FROM {TABLE} WHERE document @@ to_tsquery('simple', %s)",
}


def search_words(text: str) -> list[str]:
    """The words of what somebody typed, folded (case, accents), without signs or operators; at most MAX_WORDS."""
    folded = _MARKS.sub("", unicodedata.normalize("NFKD", text[:MAX_LENGTH])).lower()
    return list(dict.fromkeys(_WORD.findall(folded)))[:MAX_WORDS]


def search_requests(queryset: Requests, text: str) -> Requests:
    """Those of `queryset` in whose text every word of `text` begins some word.

    Any input is allowed: quotes, operators and signs only separate words. Text without a single letter or digit finds
    nothing.
    """
    words = search_words(text)
    if not words:
        return queryset.none()
    vendor = connections[queryset.db].vendor
    # Only letters and digits are left in a word, so quoting it is safe in both query languages.
    query = " & ".join(f"'{word}':*" for word in words) if vendor == "postgresql" else _fts5(words)
    return queryset.filter(pk__in=RawSQL(_SQL[vendor], [query]))


def _fts5(words: list[str]) -> str:
    return " AND ".join(f'"{word}" *' for word in words)
