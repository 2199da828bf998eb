"""Forms of priorities: scores, weights, criteria, places in an order, proposals."""

from collections.abc import Mapping
from typing import Any

from django import forms

from board.models import Criterion, Meeting, Score
from board.models.priorities import MOST_POINTS, MOST_WEIGHT
from board.selectors.priorities.scores import MOVES, Weights
from portfolio.fields import PlainText

POINTS = [
    ("", "Not scored"),
    ("0", "0: nothing"),
    ("1", "1: little"),
    ("2", "2: some"),
    ("3", "3: much"),
    ("4", "4: very much"),
    (str(MOST_POINTS), f"{MOST_POINTS}: as much as can be"),
]


class ScoreForm(forms.Form):
    """Points and a reason for each criterion; a criterion that is left empty stays unscored."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, criteria: tuple[Criterion, ...], scores: Mapping[int, Score], **kwargs: Any
    ) -> None:
        super().__init__(data, label_suffix="", **kwargs)
        self.criteria = criteria
        for each in criteria:
            score = scores.get(each.pk)
            self.fields[f"points-{each.pk}"] = forms.ChoiceField(
                choices=POINTS,
                required=False,
                label=each.name,
                help_text=each.question,
                initial=str(score.points) if score else "",
                error_messages={"invalid_choice": f"Choose 0 to {MOST_POINTS}."},
            )
            self.fields[f"reason-{each.pk}"] = PlainText(
                max_length=500,
                required=False,
                label=f"Why, by “{each.name}”",
                initial=score.reason if score else "",
                widget=forms.TextInput(),
            )

    def clean(self) -> dict[str, Any]:
        """Points and reason go together."""
        data = super().clean() or {}
        for each in self.criteria:
            points, reason = data.get(f"points-{each.pk}", ""), data.get(f"reason-{each.pk}", "")
            if points and not reason.strip():
                self.add_error(f"reason-{each.pk}", "Say why, so that anybody can follow the number.")
            if reason.strip() and not points and f"points-{each.pk}" not in self.errors:
                self.add_error(f"points-{each.pk}", "Choose a number to go with the reason, or take the reason out.")
        return data

    def points(self) -> dict[Criterion, tuple[int, str]]:
        """What was scored, with why."""
        data = self.cleaned_data
        return {
            each: (int(data[f"points-{each.pk}"]), data[f"reason-{each.pk}"])
            for each in self.criteria
            if data.get(f"points-{each.pk}")
        }

    def rows(self) -> list[tuple[Criterion, forms.BoundField, forms.BoundField]]:
        """Each criterion with its two fields."""
        return [(each, self[f"points-{each.pk}"], self[f"reason-{each.pk}"]) for each in self.criteria]


class TrialForm(forms.Form):
    """Other weights to try, and how far each may move."""

    move = forms.TypedChoiceField(
        choices=[(str(each), f"{each} % of itself") for each in MOVES],
        coerce=int,
        required=False,
        initial="25",
        empty_value="25",
        label="How far a weight may move",
    )

    def __init__(self, data: Any = None, *, weights: Weights, **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", **kwargs)
        self.weights = weights
        for each, weight in weights.pairs:
            self.fields[f"w-{each.code}"] = forms.IntegerField(
                min_value=0,
                max_value=MOST_WEIGHT,
                required=False,
                label=each.name,
                initial=weight,
                widget=forms.NumberInput(attrs={"class": "short", "min": 0, "max": MOST_WEIGHT}),
                error_messages={"invalid": "Write a whole number, such as 30."},
            )

    def clean(self) -> dict[str, Any]:
        """Weights that are all nothing give no order."""
        data = super().clean() or {}
        typed = any(data.get(f"w-{each.code}") is not None for each, _ in self.weights.pairs)
        if typed and not self.errors and not any(self._typed(data)):
            raise forms.ValidationError("Give at least one criterion a weight above 0. Until then these are in force.")
        return data

    def _typed(self, data: Mapping[str, Any]) -> tuple[int, ...]:
        tried = [data.get(f"w-{each.code}") for each, _ in self.weights.pairs]
        return tuple(
            weight if said is None else said for said, (_, weight) in zip(tried, self.weights.pairs, strict=True)
        )

    def values(self) -> tuple[int, ...]:
        """The weights to use: what was typed, else those in force."""
        found = self._typed(getattr(self, "cleaned_data", {}))
        return found if any(found) else self.weights.values

    def fields_of_weights(self) -> list[forms.BoundField]:
        """The fields of the weights."""
        return [self[f"w-{each.code}"] for each, _ in self.weights.pairs]


class WhyForm(forms.Form):
    """Why the weights change."""

    expected = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    why = PlainText(max_length=500, label="Why do the weights change?", error_messages={"required": "Say why."})


class CriterionForm(forms.Form):
    """A new criterion."""

    name = PlainText(max_length=120, label="What is it called?", error_messages={"required": "Give it a name."})
    question = PlainText(
        max_length=300,
        label="Which question does a score answer?",
        help_text="So that two people who score by it mean the same.",
        error_messages={"required": "Say which question a score answers."},
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, prefix="new", label_suffix="", **kwargs)


class PlaceForm(forms.Form):
    """Where a request goes in an order: to a place, or `out` of it. `version` is the order that was seen."""

    version = forms.IntegerField(min_value=1)
    to = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=1_000_000,
        error_messages={"invalid": "Write a place, such as 3.", "min_value": "The first place is 1."},
    )
    out = forms.BooleanField(required=False)

    def clean_out(self) -> bool:
        """Either out of it, or to a place."""
        out = bool(self.cleaned_data["out"])
        if not out and "to" in self.cleaned_data and self.cleaned_data["to"] is None:
            raise forms.ValidationError("Write a place, such as 3.")
        return out


class ProposeForm(forms.Form):
    """A word to the board with what both orders agree on."""

    first = forms.IntegerField(min_value=1, max_value=100, widget=forms.HiddenInput)
    note = PlainText(max_length=500, required=False, label="A word to the board")


class TakeForm(forms.Form):
    """To which meeting a proposal goes."""

    meeting = forms.ModelChoiceField(
        Meeting.objects.none(),
        label="Onto which agenda?",
        empty_label=None,
        error_messages={"required": "Choose a meeting.", "invalid_choice": "This meeting is over. Choose another."},
    )

    def __init__(self, data: Any = None, *, meetings: Any, **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", **kwargs)
        self.fields["meeting"].queryset = meetings  # type: ignore[attr-defined]


class DeclineForm(forms.Form):
    """Why a proposal is not taken up."""

    because = PlainText(max_length=500, label="Why not?", error_messages={"required": "Say why, so that both read it."})
