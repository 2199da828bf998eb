"""Every write to the entries of the registers."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from customers.errors import CannotBe, NotAllowed
from customers.models import RegisterEntry, Synonym
from customers.permissions import can_change_registers
from customers.registers import REGISTERS
from customers.selectors.uses import uses_of


def authorise(by: Any) -> None:
    """Raise NotAllowed where `by` may not change the registers."""
    if not can_change_registers(by):
        raise NotAllowed("Only architects and administrators change the registers. Ask one of them.")


def free_code(model: type[RegisterEntry], name: str) -> str:
    """A code made from the name that no entry of this register has yet."""
    stem = slugify(name)[:50] or "entry"
    code, number = stem, 2
    while model._default_manager.filter(code=code).exists():
        code, number = f"{stem}-{number}", number + 1
    return code


def check_person(entry: RegisterEntry) -> None:
    """Raise ValidationError where the entry names somebody who cannot answer for it: a team, a mailbox, who left."""
    field = REGISTERS[entry.register].person_field
    person: Any = getattr(entry, field) if field else None
    if person is not None and person.accountability_problem:
        raise ValidationError(
            {field: f"{person.accountability_problem}. Name one living person; leave it empty if you do not know."}
        )


def save_entry(
    *,
    entry: RegisterEntry,
    by: Any,
    synonyms: Iterable[str] | None = None,
    touchpoints: Iterable[Any] | None = None,
) -> RegisterEntry:
    """Add or change an entry, with its other words and (for a freeze) its touchpoints, where given.

    Raises NotAllowed, and ValidationError by field for what cannot be.
    """
    authorise(by)
    if not entry.code:
        entry.code = free_code(type(entry), entry.name)
    entry.full_clean()
    check_person(entry)
    with transaction.atomic():
        _save(entry, by)
        if touchpoints is not None:
            getattr(entry, "touchpoints").set(touchpoints)  # noqa: B009 - only freezes have them
        if synonyms is not None:
            _set_synonyms(entry, synonyms)
    return entry


def _save(entry: Any, by: Any) -> None:
    """Store the entry; its history says who changed it, also where no page is involved."""
    entry._history_user = by
    entry.save()


def _set_synonyms(entry: RegisterEntry, terms: Iterable[str]) -> None:
    field = REGISTERS[entry.register].synonym_field
    wanted = {" ".join(term.split()).lower(): " ".join(term.split()) for term in terms if term.strip()}
    kept: Any = getattr(entry, "synonyms")  # noqa: B009 - only entries with synonyms come here
    for synonym in kept.all():
        if synonym.term.lower() in wanted:
            del wanted[synonym.term.lower()]
        else:
            synonym.delete()
    for term in wanted.values():
        synonym = Synonym(term=term, **{field: entry})
        try:
            synonym.full_clean()
        except ValidationError as error:
            message = f"“{term}” cannot be added: it already stands for another entry, or is too long."
            raise ValidationError({"synonyms": message}) from error
        synonym.save()


def retire_entry(*, entry: RegisterEntry, by: Any, on: date) -> bool:
    """Take an entry out of use from a day on: it stays where it is named, and is no longer offered.

    False, with nothing written, for one that is out of use already: it keeps its day.
    """
    authorise(by)
    with transaction.atomic():
        _lock(entry)
        if entry.retired_on:
            return False
        entry.retired_on = on
        _save(entry, by)
    return True


def restore_entry(*, entry: RegisterEntry, by: Any) -> bool:
    """Bring a retired entry back into use; False, with nothing written, for one that is in use.

    Raises NotAllowed, and CannotBe where another has taken its place.
    """
    authorise(by)
    with transaction.atomic():
        _lock(entry)
        if not entry.retired_on:
            return False
        entry.retired_on = None
        try:
            entry.validate_constraints()
        except ValidationError as error:
            raise CannotBe(" ".join(error.messages)) from error
        _save(entry, by)
    return True


def _lock(entry: RegisterEntry) -> None:
    """Hold an entry's row as it is now until the transaction ends: two presses at once write one line of history."""
    manager: Any = type(entry)._default_manager
    entry.refresh_from_db(from_queryset=manager.select_for_update())


def delete_entry(*, entry: RegisterEntry, by: Any) -> None:
    """Delete an entry that nothing points at; its history stays. Raises NotAllowed, and CannotBe for one in use."""
    authorise(by)
    with transaction.atomic():
        if uses := uses_of(entry):
            words = ", ".join(str(use) for use in uses)
            raise CannotBe(f"{entry.name} is in use: {words}. Merge it into another entry, or retire it instead.")
        entry.delete()
