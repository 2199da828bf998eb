"""Form fields of every app."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

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
