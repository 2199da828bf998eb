"""What an entry of a register is used for."""

from dataclasses import dataclass

from customers.models import EntryMerge, RegisterEntry
from customers.pointers import pointers_to


@dataclass(frozen=True, slots=True)
class Use:
    """So many rows of one kind point at an entry: "3 planned contacts"."""

    words: str
    count: int

    def __str__(self) -> str:
        return self.words


def uses_of(entry: RegisterEntry) -> list[Use]:
    """What points at the entry and would be lost with it; nothing for one that may be deleted. One query a kind."""
    pointers = [pointer for pointer in pointers_to(type(entry)) if not pointer.own]
    counted = [(pointer, pointer.rows(entry.pk).count()) for pointer in pointers]
    found = [Use(pointer.words(count), count) for pointer, count in counted if count]
    merged = EntryMerge.objects.filter(register=entry.register, kept_id=entry.pk, undone_at__isnull=True).count()
    return [*found, Use(f"{merged} merged into it", merged)] if merged else found
