"""Seed packs: touchpoints, data domains, segments and measures that an organisation can start from."""

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction

from customers import packs
from customers.errors import CannotBe
from customers.models import RegisterEntry, Synonym
from customers.registers import REGISTERS, Register
from customers.services.entries import authorise, save_entry

FOLDER = Path(packs.__file__).parent
#: The registers of a pack, in the order in which they are shown and loaded.
KINDS = ("segments", "touchpoints", "data-domains", "measures")


@dataclass(frozen=True, slots=True)
class Pack:
    """One pack. `entries` by register: the fields of each, with `synonyms` as a list."""

    code: str
    name: str
    summary: str
    source: str
    entries: dict[str, list[dict[str, Any]]]


@dataclass(slots=True)
class Missing:
    """What a pack would add to one register, and what is there already: (name in the pack, the entry)."""

    register: Register
    new: list[dict[str, Any]] = field(default_factory=list)
    there: list[tuple[str, RegisterEntry]] = field(default_factory=list)


@cache
def read_packs() -> dict[str, Pack]:
    """All packs by their code, in the order of their names."""
    found = [_pack(path) for path in FOLDER.glob("*.json")]
    return {pack.code: pack for pack in sorted(found, key=lambda pack: pack.name)}


def _pack(path: Path) -> Pack:
    data = json.loads(path.read_text(encoding="utf-8"))
    tables = {kind: _rows(data[kind]["columns"], data[kind]["rows"]) for kind in KINDS}
    return Pack(path.stem, data["name"], data["summary"], data["source"], tables)


def _rows(columns: list[str], rows: list[list[Any]]) -> list[dict[str, Any]]:
    found = []
    for cells in rows:
        row = dict(zip(columns, cells, strict=True))
        if "key_attributes" in row:
            row["key_attributes"] = "\n".join(each.strip() for each in row["key_attributes"].split(";"))
        row["synonyms"] = [word.strip() for word in row.get("synonyms", "").split(";") if word.strip()]
        found.append(row)
    return found


def missing_from(pack: Pack) -> list[Missing]:
    """What the pack would add: an entry is there already when one has its name, its code, or it as another word. Two
    queries a register."""
    return [_missing(REGISTERS[kind], pack.entries[kind]) for kind in KINDS]


def _missing(register: Register, rows: list[dict[str, Any]]) -> Missing:
    known: dict[str, RegisterEntry] = {}
    by_pk = {}
    for entry in register.rows():
        by_pk[entry.pk] = entry
        known.setdefault(entry.name.casefold(), entry)
        known.setdefault(entry.code, entry)
    for term, pk in _terms(register):
        if pk in by_pk:
            known.setdefault(term.casefold(), by_pk[pk])
    found = Missing(register)
    for row in rows:
        there = known.get(row["name"].casefold())
        if there is None:
            found.new.append(row)
        else:
            found.there.append((row["name"], there))
    return found


def _terms(register: Register) -> list[tuple[str, int]]:
    kind = register.synonym_field
    if not kind:
        return []
    rows = Synonym.objects.filter(**{f"{kind}__isnull": False}).order_by("id")
    return list(rows.values_list("term", f"{kind}_id"))


def load_pack(*, pack: Pack, by: Any) -> list[Missing]:
    """Add what is missing, all or nothing, and nothing else: what is there stays as it is. A word that stands for
    another entry already is left with it. Returns what was added and what was there. Raises NotAllowed, CannotBe."""
    authorise(by)
    with transaction.atomic():
        found = missing_from(pack)
        for each in found:
            taken = {term.casefold() for term, _ in _terms(each.register)}
            for row in each.new:
                _add(each.register, row, taken, by)
    return found


def _add(register: Register, row: dict[str, Any], taken: set[str], by: Any) -> None:
    fields = {name: value for name, value in row.items() if name != "synonyms"}
    words = [word for word in row["synonyms"] if word.casefold() not in taken]
    taken.update(word.casefold() for word in words)
    entry = register.model(**fields)
    save_entry(entry=entry, by=by, synonyms=words if register.synonym_field else None)


def pack_named(code: str) -> Pack:
    """The pack of this code. Raises CannotBe, naming those there are."""
    found = read_packs()
    if code not in found:
        raise CannotBe(f"There is no pack “{code}”. There are: {', '.join(found)}.")
    return found[code]
