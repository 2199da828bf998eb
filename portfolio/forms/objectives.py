"""Forms around objectives: what a request moves, and how far an objective is."""

from typing import Any

from django import forms
from django.utils import timezone

from portfolio.fields import Day, PlainText
from portfolio.forms.requests import TOO_LONG
from portfolio.models import Contribution, Objective
from portfolio.selectors.objectives import objectives_in_use


class ContributionForm(forms.Form):
    """An objective that a request moves: which way, by how much, how."""

    objective = forms.ModelChoiceField(
        Objective.objects.none(),
        label="Which one does it move?",
        empty_label="Choose an objective or outcome",
        error_messages={
            "required": "Choose what it moves.",
            "invalid_choice": "This objective is not in use. Choose one of the list.",
        },
    )
    direction = forms.ChoiceField(
        choices=Contribution.Direction.choices,
        initial=Contribution.Direction.FORWARD,
        widget=forms.RadioSelect,
        label="Which way?",
        help_text="What serves one objective may set another back. Say so: the board would rather know.",
    )
    amount = forms.DecimalField(
        required=False,
        min_value=0,
        max_digits=14,
        decimal_places=2,
        label="By how much?",
        help_text="In the unit that the objective is counted in. Leave it empty if nobody can say.",
        widget=forms.NumberInput(attrs={"class": "short", "step": "any", "min": 0}),
        error_messages={"invalid": "Write a number, such as 4.5."},
    )
    how = PlainText(
        max_length=500,
        label="How does it move it?",
        help_text="One sentence that somebody from another department understands.",
        error_messages={**TOO_LONG, "required": "Say in a sentence how it moves it."},
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self, data: Any = None, *, row: Contribution | None = None, objective: int | None = None, **kwargs: Any
    ) -> None:
        """`row`: the line to change; `objective`: which one is chosen to begin with."""
        initial: dict[str, Any] = {"objective": objective} if objective else {}
        if row is not None:
            initial = {"objective": row.objective_id, "direction": row.direction, "amount": row.amount, "how": row.how}
        super().__init__(data, prefix="moves", label_suffix="", initial=initial, **kwargs)
        rows = objectives_in_use()
        if row is not None:
            rows = rows | Objective.objects.filter(pk=row.objective_id).select_related("owner", "measure", "parent")
        field: Any = self.fields["objective"]
        field.queryset = rows
        field.label_from_instance = _label

    def clean_amount(self) -> Any:
        """Nothing is not an amount."""
        return self.cleaned_data["amount"] or None


def _label(objective: Objective) -> str:
    unit = f" (counted in {objective.measure.unit})" if objective.measure and objective.measure.unit else ""
    kind = "Outcome: " if objective.kind == Objective.Kind.OUTCOME else ""
    return f"{kind}{objective.name}{unit}"


class ReadingForm(forms.Form):
    """How far an objective was on a day."""

    on = Day(label="On which day?", initial=timezone.localdate, error_messages={"required": "Say the day."})
    value = forms.DecimalField(
        max_digits=14,
        decimal_places=2,
        label="How far was it?",
        widget=forms.NumberInput(attrs={"class": "short", "step": "any"}),
        error_messages={"required": "Write the number that was counted.", "invalid": "Write a number, such as 61.5."},
    )
    note = PlainText(max_length=300, required=False, label="How it was counted", error_messages=TOO_LONG)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, prefix="reading", label_suffix="", **kwargs)
