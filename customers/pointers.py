"""What points at the entries of a register: every foreign key of every app, found by Django, and the few ids that are
kept without one, which their app adds with `add_pointer` in its module `registers`."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as with_default
from typing import Any

from django.db.models import Model, QuerySet, UniqueConstraint


@dataclass(frozen=True, slots=True)
class Pointer:
    """The field of a model that holds the id of an entry. `where` narrows the rows, `own` says that they are a part of
    the entry itself, such as its other words."""

    model: type[Model]
    field: str
    where: Mapping[str, Any] = with_default(default_factory=dict)
    own: bool = False

    def words(self, count: int) -> str:
        """So many rows in words: "1 planned contact"."""
        made_for: Any = self.model._meta.auto_created
        meta = made_for._meta if made_for else self.model._meta
        return f"{count:,} {meta.verbose_name if count == 1 else meta.verbose_name_plural}"

    @property
    def label(self) -> str:
        """The model's name, to find it again: "impacts.impact"."""
        return self.model._meta.label_lower

    def rows(self, pk: int) -> "QuerySet[Any]":
        """The rows that point at the entry with this id, in a fixed order."""
        return self.model._default_manager.filter(**{self.field: pk}, **self.where).order_by("pk")

    def unique_with(self) -> list[tuple[str, ...]]:
        """The other columns of each uniqueness that the field is part of."""
        meta = self.model._meta
        groups = [tuple(c.fields) for c in meta.constraints if isinstance(c, UniqueConstraint) and c.fields]
        groups += [tuple(group) for group in meta.unique_together]
        return [
            tuple(meta.get_field(name).attname for name in group if name != self.field)  # type: ignore[union-attr]
            for group in groups
            if self.field in group
        ]


_ADDED: dict[type[Model], list[Pointer]] = {}


def add_pointer(to: type[Model], pointer: Pointer) -> None:
    """Add a field that holds ids of `to` without a foreign key."""
    _ADDED.setdefault(to, []).append(pointer)


def _through(field: Any) -> type[Model]:
    through: type[Model] = field.remote_field.through
    return through


def _own_side(field: Any) -> str:
    return str(field.m2m_field_name())


def pointers_to(model: type[Model]) -> list[Pointer]:
    """Everything that points at rows of `model`, in a fixed order; history is not among it."""
    found = [Pointer(_through(each), _own_side(each), own=True) for each in model._meta.many_to_many]
    for relation in model._meta.related_objects:
        if relation.many_to_many:
            many: Any = relation.field
            found.append(Pointer(_through(many), many.m2m_reverse_field_name()))
        else:
            of: Any = relation.related_model
            found.append(Pointer(of, relation.field.name, own=of.__name__ == "Synonym"))
    return sorted([*found, *_ADDED.get(model, [])], key=lambda each: (each.label, each.field))
