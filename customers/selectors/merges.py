"""Which entries were merged into which, and what merging two would do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from customers.models import EntryMerge, RegisterEntry, Synonym
from customers.pointers import Pointer, pointers_to
from customers.registers import REGISTERS, Register


@dataclass(frozen=True, slots=True)
class Moving:
    """What one kind of rows does in a merge: `moving` change over, each of `twins` says the same as the row beside it,
    which stays."""

    pointer: Pointer
    moving: Sequence[Any]
    twins: Sequence[tuple[Any, Any]]


def movings(model: type[Any], merged: int, kept: int) -> list[Moving]:
    """What happens to everything that points at the row `merged` when it becomes `kept`. Two queries a kind."""
    return [each for each in (_moving(pointer, merged, kept) for pointer in pointers_to(model)) if _does(each)]


def _does(each: Moving) -> bool:
    return bool(each.moving or each.twins)


def _moving(pointer: Pointer, merged: int, kept: int) -> Moving:
    rows = list(pointer.rows(merged))
    groups = pointer.unique_with()
    if not rows or not groups:
        return Moving(pointer, rows, [])
    there = list(pointer.rows(kept))
    known = [{_key(row, group): row for row in there} for group in groups]
    moving, twins = [], []
    for row in rows:
        keys = [_key(row, group) for group in groups]
        twin = next((by_key[key] for by_key, key in zip(known, keys, strict=True) if key in by_key), None)
        if twin is None:
            moving.append(row)
        else:
            twins.append((row, twin))
    return Moving(pointer, moving, twins)


def _key(row: Any, group: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in group)


@dataclass(frozen=True, slots=True)
class MergePreview:
    """What merging would do ("3 planned contacts change over"), and the words that will find the survivor."""

    lines: list[str]
    words: list[str]


def merge_preview(*, kept: RegisterEntry, merged: RegisterEntry) -> MergePreview:
    """What merging `merged` into `kept` would do. Reads only."""
    lines = []
    for each in movings(type(kept), merged.pk, kept.pk):
        if each.moving and each.pointer.model is not Synonym:
            lines.append(
                f"{each.pointer.words(len(each.moving))} {'changes' if len(each.moving) == 1 else 'change'} over"
            )
        if each.twins:
            stays = "stands at both, and stays once" if len(each.twins) == 1 else "stand at both, and stay once"
            lines.append(f"{each.pointer.words(len(each.twins))} {stays}")
    words = [merged.name] if REGISTERS[kept.register].synonym_field and _differ(kept.name, merged.name) else []
    named = getattr(merged, "synonyms", None)
    words += [synonym.term for synonym in named.all()] if named is not None else []
    return MergePreview(lines, words)


def _differ(one: str, other: str) -> bool:
    return one.strip().casefold() != other.strip().casefold()


def merges_into(entry: RegisterEntry) -> list[EntryMerge]:
    """The merges into this entry that hold, newest first."""
    rows = EntryMerge.objects.filter(register=entry.register, kept_id=entry.pk, undone_at__isnull=True)
    return list(rows.select_related("by").order_by("-at", "-id"))


def survivor_of(register: Register, pk: int) -> RegisterEntry | None:
    """The entry that this one was merged into, through all merges; None for one that stands for itself."""
    found: int | None = None
    held = EntryMerge.objects.filter(register=register.slug, undone_at__isnull=True).order_by("id")
    leads = dict(held.values_list("merged_id", "kept_id"))
    while (pk := leads.get(pk, 0)) and pk != found:
        found = pk
    manager: Any = register.model._default_manager
    return manager.filter(pk=found).order_by("id").first() if found else None


def entry_by_code(register: Register, code: str) -> RegisterEntry | None:
    """The entry of this code; for one that was merged, the one it was merged into. None where there is none."""
    manager: Any = register.model._default_manager
    entry: RegisterEntry | None = manager.filter(code=code).order_by("id").first()
    return (survivor_of(register, entry.pk) or entry) if entry else None
