"""Every write to the registers."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from customers.errors import CannotBe, NotAllowed
from customers.models import (
    DataDomain,
    DataHolding,
    HoldingAttribute,
    IdentifyingAttribute,
    RegisterEntry,
    Synonym,
    System,
)
from customers.permissions import can_change_registers
from customers.registers import REGISTERS


def _authorise(by: Any) -> None:
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
    _authorise(by)
    if not entry.code:
        entry.code = free_code(type(entry), entry.name)
    entry.full_clean()
    check_person(entry)
    with transaction.atomic():
        entry.save()
        if touchpoints is not None:
            getattr(entry, "touchpoints").set(touchpoints)  # noqa: B009 - only freezes have them
        if synonyms is not None:
            _set_synonyms(entry, synonyms)
    return entry


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


def retire_entry(*, entry: RegisterEntry, by: Any, on: date) -> RegisterEntry:
    """Take an entry out of use from a day on: it stays where it is named, and is no longer offered."""
    _authorise(by)
    entry.retired_on = on
    entry.save()
    return entry


def restore_entry(*, entry: RegisterEntry, by: Any) -> RegisterEntry:
    """Bring a retired entry back into use. Raises NotAllowed, and CannotBe where another has taken its place."""
    _authorise(by)
    entry.retired_on = None
    try:
        entry.validate_constraints()
    except ValidationError as error:
        raise CannotBe(" ".join(error.messages)) from error
    entry.save()
    return entry


def save_holding(
    *, system: System, domain: DataDomain, role: str, attributes: Mapping[IdentifyingAttribute, str], by: Any
) -> DataHolding:
    """Say that a system holds a data domain, as what, and by which identifying attributes its records can be found,
    each with its quality; attributes that are not named are taken off. Raises NotAllowed, ValidationError by field.
    """
    _authorise(by)
    with transaction.atomic():
        holding = DataHolding.objects.filter(system=system, domain=domain).first() or DataHolding(
            system=system, domain=domain
        )
        holding.role = role
        holding.full_clean()
        holding.save()
        known = {row.attribute_id: row for row in holding.attributes.order_by("id")}
        for attribute, quality in attributes.items():
            row = known.pop(attribute.pk, None)
            if row is None or row.quality != quality:
                row = row or HoldingAttribute(holding=holding, attribute=attribute)
                row.quality = quality
                row.full_clean()
                row.save()
        for row in known.values():
            row.delete()
    return holding


def remove_holding(*, holding: DataHolding, by: Any) -> None:
    """Say that a system no longer holds a data domain. Its history stays. Raises NotAllowed."""
    _authorise(by)
    holding.delete()
