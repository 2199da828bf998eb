"""Merging two entries that are the same, and taking it back whole."""

import json
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.core import serializers
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from customers.errors import CannotBe
from customers.models import EntryMerge, RegisterEntry, Synonym
from customers.registers import REGISTERS
from customers.selectors.merges import Moving, movings
from customers.services.entries import authorise

BATCH = 500


def merge_entries(*, kept: RegisterEntry, merged: RegisterEntry, by: Any) -> EntryMerge:
    """Make `merged` one with `kept`: everything that points at it changes over, its name and other words find `kept`,
    and its code leads there. It stays, retired, with its history, so that `undo_merge` can bring everything back.

    Raises NotAllowed, and CannotBe for two that cannot be one.
    """
    authorise(by)
    merge = EntryMerge(
        register=kept.register,
        kept_id=kept.pk,
        merged_id=merged.pk,
        merged_code=merged.code,
        merged_name=merged.name,
        by=by,
        at=timezone.now(),
    )
    why = f"{merged.name} merged into {kept.name}"[:100]
    try:
        with transaction.atomic():
            _hold(kept, merged)
            _refuse(kept, merged)
            merge.retired_before = merged.retired_on
            merge.save()
            _move_all(type(kept), merged.pk, kept.pk, merge, by, why)
            merge.term = _add_word(kept, merged.name)
            merge.save()
            merged.retired_on = merged.retired_on or timezone.localdate()
            _save(merged, by, why)
    except IntegrityError as error:
        raise CannotBe("Somebody changed one of the two at this moment. Nothing was merged; try again.") from error
    return merge


def _hold(*entries: RegisterEntry) -> None:
    """Hold the rows until this transaction ends, always in the same order: of two merges that cross, the second waits
    for the first and sees what it did."""
    for entry in sorted(entries, key=lambda each: each.pk):
        type(entry)._default_manager.filter(pk=entry.pk).update(code=F("code"))
        entry.refresh_from_db(fields=["retired_on"])


def _refuse(kept: RegisterEntry, merged: RegisterEntry) -> None:
    if type(kept) is not type(merged):
        raise CannotBe("Only entries of the same register can be merged.")
    if kept.pk == merged.pk:
        raise CannotBe("Choose another entry: this one cannot be merged into itself.")
    for entry in (kept, merged):
        held = EntryMerge.objects.filter(register=entry.register, merged_id=entry.pk, undone_at__isnull=True)
        if held.exists():
            raise CannotBe(f"{entry.name} is merged into another entry already. Choose that one.")
    if kept.retired_on:
        raise CannotBe(f"{kept.name} is retired. Bring it back into use first, or keep the other one.")


def _move_all(model: type[Any], merged: int, kept: int, merge: EntryMerge, by: Any, why: str) -> None:
    for each in movings(model, merged, kept):
        _move(each, merged, kept, merge, by, why)


def _move(each: Moving, merged: int, kept: int, merge: EntryMerge, by: Any, why: str) -> None:
    """Change rows over. One that stands at both is dropped: what points at it goes to its twin first."""
    pointer = each.pointer
    if each.moving:
        ids = [row.pk for row in each.moving]
        merge.moved.append([pointer.label, pointer.field, ids, merged, kept])
        _point(pointer.model, pointer.field, ids, kept, by, why)
    for row, twin in each.twins:
        _move_all(type(row), row.pk, twin.pk, merge, by, why)
        merge.dropped += json.loads(serializers.serialize("json", [row]))
        row.delete()


def _point(model: type[Any], field: str, ids: list[int], to: int, by: Any, why: str) -> None:
    """Let these rows point at another one, with a line in their history where they have one."""
    for start in range(0, len(ids), BATCH):
        rows = model._default_manager.filter(pk__in=ids[start : start + BATCH])
        rows.update(**{field: to})
        if hasattr(model, "history"):
            changed = list(rows.order_by("pk"))
            model.history.bulk_history_create(changed, update=True, default_user=by, default_change_reason=why)


def _add_word(kept: RegisterEntry, name: str) -> str:
    """Let the merged entry's name find the survivor. Returns the word that was added; "" where none was needed."""
    field = REGISTERS[kept.register].synonym_field
    if not field or kept.name.strip().casefold() == name.strip().casefold():
        return ""
    if Synonym.objects.filter(term__iexact=name, **{f"{field}__isnull": False}).exists():
        return ""
    Synonym.objects.create(term=name, **{field: kept})
    return name


def _save(entry: Any, by: Any, why: str) -> None:
    entry._history_user, entry._change_reason = by, why
    entry.save()


def undo_merge(*, merge: EntryMerge, by: Any) -> RegisterEntry:
    """Bring the merged entry back, with all that pointed at it. What was changed since stays as it is now. Returns the
    entry. Raises NotAllowed, and CannotBe where it was undone already, the survivor was merged on, or another has taken
    its place."""
    authorise(by)
    model = REGISTERS[merge.register].model
    why = f"{merge.merged_name} stands for itself again"[:100]
    try:
        with transaction.atomic():
            open_ones = EntryMerge.objects.filter(pk=merge.pk, undone_at__isnull=True)
            if not open_ones.update(undone_at=timezone.now(), undone_by=by):
                raise CannotBe("This merge was undone already.")
            _refuse_undo(merge)
            _put_back(merge.dropped)
            for label, field, ids, merged, kept in reversed(merge.moved):
                _point_back(label, field, ids, merged, kept, by, why)
            entry: RegisterEntry = model._default_manager.get(pk=merge.merged_id)
            if merge.term:
                _drop_word(merge)
            entry.retired_on = merge.retired_before
            _save(entry, by, why)
    except IntegrityError as error:
        raise CannotBe(
            "It cannot be undone: since then something else has taken the place of what would come back. Nothing was "
            "changed."
        ) from error
    merge.refresh_from_db()
    return entry


def _refuse_undo(merge: EntryMerge) -> None:
    """What moved has moved on where the survivor was merged too: the last merge is undone first."""
    later = EntryMerge.objects.filter(register=merge.register, merged_id=merge.kept_id, undone_at__isnull=True)
    for name in later.values_list("merged_name", flat=True):
        raise CannotBe(f"{name} was merged into another entry since. Undo that first.")


def _put_back(dropped: Iterable[dict[str, Any]]) -> None:
    for found in serializers.deserialize("python", reversed(list(dropped))):
        found.object.save(force_insert=True)


def _point_back(label: str, field: str, ids: list[int], merged: int, kept: int, by: Any, why: str) -> None:
    model: Any = apps.get_model(label)
    still = model._default_manager.filter(pk__in=ids, **{field: kept}).order_by("pk")
    _point(model, field, list(still.values_list("pk", flat=True)), merged, by, why)


def _drop_word(merge: EntryMerge) -> None:
    field = REGISTERS[merge.register].synonym_field
    Synonym.objects.filter(term=merge.term, **{f"{field}_id": merge.kept_id}).delete()
