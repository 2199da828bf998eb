"""Form fields of every app."""

from collections import defaultdict
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from customers.models import Synonym
from customers.registers import REGISTERS

MOST_DIGITS = 18


class ManyOf(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several entries by their ids. An id that no database could hold is an unknown choice like any other."""

    def clean(self, value: Any) -> Any:
        """The entries chosen. Raises ValidationError with the value that is none."""
        for each in value if isinstance(value, list | tuple) else ():
            if len(str(each)) > MOST_DIGITS:
                raise ValidationError(
                    self.error_messages["invalid_choice"], code="invalid_choice", params={"value": str(each)[:40]}
                )
        return super().clean(value)


class FindSelect(forms.Select):
    """A list of a register's entries that is found by every word: each option carries the other words for it, and where
    scripts run a field above the list looks in them too."""

    def __init__(self, *, register: str, **options: Any) -> None:
        super().__init__(**options)
        self.attrs["data-find"] = ""
        self.register = register
        self._words: dict[int, list[str]] | None = None

    def create_option(self, name: str, value: Any, *args: Any, **options: Any) -> dict[str, Any]:
        """The option with its other words."""
        option: dict[str, Any] = super().create_option(name, value, *args, **options)
        if words := self._words_of(getattr(value, "value", None)):
            option["attrs"]["data-words"] = "; ".join(words)
        return option

    def _words_of(self, pk: Any) -> list[str]:
        if self._words is None:
            self._words = defaultdict(list)
            kind = REGISTERS[self.register].synonym_field
            rows = Synonym.objects.filter(**{f"{kind}__isnull": False}).order_by("id")
            for entry, term in rows.values_list(f"{kind}_id", "term"):
                self._words[entry].append(term)
        return self._words.get(pk, [])


def find_by_words(field: "forms.ModelChoiceField[Any]", register: str) -> None:
    """Let a list of entries be found by their other words too, where the register has such."""
    if REGISTERS[register].synonym_field and type(field.widget) is forms.Select:
        widget = FindSelect(register=register)
        widget.is_required = field.required
        field.widget = widget
        widget.choices = field.choices  # type: ignore[assignment]
