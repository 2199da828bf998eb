"""Bringing together what several open pages enter into the same request, field by field.

A page remembers, as fingerprints, what each field showed when it was opened. From that and from what the field shows
now follows whether it was changed here, elsewhere or in both places. Nothing is ever overwritten unseen: of two
different entries the stored one stays, the other is kept beside it until somebody chooses.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Model

from portfolio.drafts import kept, parked
from portfolio.models import ProjectRequest


@dataclass(frozen=True, slots=True)
class Entry:
    """What a person entered into one field. `value` is what it means; where it means nothing valid, `problem` says why
    and `raw` is what was typed. `base` is the fingerprint of what the page showed; `choice` is "mine" or "theirs" where
    the person decided between two entries."""

    value: Any
    raw: str
    problem: str = ""
    base: str = ""
    choice: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two entries into the same field: what is stored (`theirs`), and what was typed here (`mine`)."""

    field: str
    theirs: Any
    mine: str


@dataclass(slots=True)
class Merge:
    """What came of it: fields stored, entries that cannot be stored yet, and conflicts."""

    saved: list[str] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)


def canonical(value: Any) -> str:
    """One text for one meaning: None and "" are the same, 5 and 5.00 too."""
    if value is None or value is False:
        return ""
    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value).replace("\r\n", "\n").strip()


def fingerprint(value: Any) -> str:
    """A short digest of what a field shows."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()[:16]


def shown(request: ProjectRequest, name: str) -> str:
    """The fingerprint of what the field shows now: what was typed, or else what is stored."""
    return fingerprint(parked(request)[name]["raw"] if name in parked(request) else getattr(request, name))


def fingerprints(request: ProjectRequest | None, names: list[str]) -> dict[str, str]:
    """The fingerprints of these fields, for a page to remember. Without a request: those of empty fields."""
    return {name: shown(request, name) if request else fingerprint("") for name in names}


def conflicts_of(request: ProjectRequest, names: list[str]) -> list[Conflict]:
    """The undecided conflicts of these fields."""
    return [Conflict(name, getattr(request, name), kept(request)[name]) for name in names if name in kept(request)]


def merge(*, request: ProjectRequest, entries: Mapping[str, Entry], page: str) -> Merge:
    """Bring the entries of one page into the request, in memory. `page` names the opened page: what it stored itself
    it may change again, even if the answer to its last save was lost."""
    result = Merge()
    typed: dict[str, dict[str, Any]] = {
        "values": dict(parked(request)),
        "kept": dict(kept(request)),
        "pages": dict(request.typed.get("pages", {})),
    }
    for name, entry in entries.items():
        verdict = _verdict(request, name, entry, page, typed)
        if verdict == "take":
            _take(request, name, entry, page, typed, result)
        elif verdict == "conflict":
            typed["kept"][name] = entry.raw
            result.conflicts.append(Conflict(name, getattr(request, name), entry.raw))
        elif verdict == "theirs":
            typed["kept"].pop(name, None)
            typed["values"].pop(name, None)
        if name in typed["values"] and name not in result.problems:
            result.problems[name] = typed["values"][name]["problem"]
    request.typed = {key: value for key, value in typed.items() if value}
    return result


def _verdict(request: ProjectRequest, name: str, entry: Entry, page: str, typed: dict[str, dict[str, Any]]) -> str:
    now, mine = shown(request, name), fingerprint(entry.raw if entry.problem else entry.value)
    base = entry.base or now
    own = typed["pages"].get(name) == page
    if entry.choice == "theirs":
        return "theirs"
    if entry.choice == "mine":
        return "take"
    if mine == now and name in typed["values"] and not entry.problem:
        return "take"  # the same text, and what was wrong with it has been mended elsewhere
    if mine == now or (mine == base and not own):
        return "leave"
    if own or (now == base and name not in typed["kept"]):
        return "take"
    return "conflict"


def _take(
    request: ProjectRequest, name: str, entry: Entry, page: str, typed: dict[str, dict[str, Any]], result: Merge
) -> None:
    typed["pages"][name] = page
    if entry.choice:
        typed["kept"].pop(name, None)
    if entry.problem:
        typed["values"][name] = {"raw": entry.raw, "problem": entry.problem}
        return
    typed["values"].pop(name, None)
    setattr(request, name, entry.value)
    result.saved.append(name)
