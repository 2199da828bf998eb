"""What the serializers of the API share: fields that name an entry of a register by its code, and who answers for it
by e-mail address; and that a name which is no field is refused.
"""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from customers.answering import nobody_in
from customers.models import RegisterEntry
from customers.registers import REGISTERS
from customers.selectors import survivor_of


class KnownFields(serializers.Serializer[Any]):
    """Refuses what has a name that is no field, and says which there are: a slip would be lost without a word. A field
    of it that is only read may be sent along, as it was read."""

    def to_internal_value(self, data: Any) -> Any:
        """The values by field."""
        if isinstance(data, Mapping) and (unknown := sorted(str(name) for name in data if name not in self.fields)):
            taken = ", ".join(name for name, field in self.fields.items() if not field.read_only)
            raise serializers.ValidationError(
                {name: [f"There is no such field. It takes {taken}."] for name in unknown}
            )
        return super().to_internal_value(data)


class RegisterField(serializers.SlugRelatedField[Any]):
    """An entry of a register, by its code; that of a merged one means its survivor. A retired one may stay where it
    stands already, and is not taken anew."""

    default_error_messages = {"retired": "“{value}” is retired. Choose an entry that is in use."}

    def __init__(self, model: type[RegisterEntry], **options: Any) -> None:
        super().__init__(slug_field="code", queryset=model._default_manager.order_by("pk"), **options)

    def to_internal_value(self, data: Any) -> Any:
        """The entry of this code."""
        entry = super().to_internal_value(data)
        if entry.retired_on is not None:
            entry = survivor_of(REGISTERS[entry.register], entry.pk) or entry
        if entry.retired_on is not None and entry.pk not in self._standing():
            self.fail("retired", value=entry.code)
        return entry

    def _standing(self) -> set[int]:
        parent: Any = self.parent
        many = isinstance(parent, serializers.ManyRelatedField)
        field: Any = parent if many else self
        instance = field.parent.instance
        if instance is None:
            return set()
        chosen = getattr(instance, field.field_name)
        return {entry.pk for entry in chosen.all()} if many else {getattr(chosen, "pk", 0)}


class AnswererField(serializers.SlugRelatedField[Any]):
    """Who answers for an entry, by e-mail address. What names everybody, nobody or a mailbox is refused, with why."""

    default_error_messages = {"nobody": "{why}. Name one living person by e-mail address, or send null."}

    def __init__(self, **options: Any) -> None:
        super().__init__(slug_field="email", **options)

    def to_internal_value(self, data: Any) -> Any:
        """The person with this address."""
        said = data.strip().lower() if isinstance(data, str) else data
        if isinstance(said, str) and (why := nobody_in(data)):
            self.fail("nobody", why=why)
        return super().to_internal_value(said)
