"""The form of the rules: which are on, their numbers, and how much to see. The service holds what is allowed."""

from dataclasses import replace
from typing import Any

from django import forms

from impacts.engine.facts import EngineSettings
from impacts.engine.rules.registry import RULES
from impacts.engine.tuning import EXACTLY, LEVELS, TUNABLES, Tunable, level_of, problems, thresholds_at
from impacts.selectors.findings.presenting import RULE_LABELS

LEVELLED = ("same_purpose", "family")
"""The numbers that a level sets."""


def switch_name(code: str) -> str:
    """The name of the field that switches a rule."""
    return f"on-{code}"


class RulesForm(forms.Form):
    """All settings of the rules at once. A GET form: the preview's address holds what it previews.

    A level sets the two thresholds of likeness; numbers that somebody typed over those of the present level count as
    exactly these.
    """

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    level = forms.ChoiceField(
        label="How much do you want to see?",
        help_text="It decides how alike two requests must be to be reported as the same purpose.",
        widget=forms.RadioSelect,
        choices=[*((level.code, level.label) for level in LEVELS), (EXACTLY, "Exactly these numbers")],
        error_messages={"required": "Choose how much you want to see."},
    )

    def __init__(self, data: Any = None, *, now: EngineSettings, default: EngineSettings, seen: int) -> None:
        self.now, self.default = now, default
        initial: dict[str, Any] = {"seen": seen, "level": level_of(now, default)}
        initial |= {each.field: getattr(now, each.field) for each in TUNABLES}
        initial |= {switch_name(rule.code): rule.code not in now.disabled_rules for rule in RULES}
        super().__init__(data, initial=initial)
        for rule in RULES:
            label = f"Use “{RULE_LABELS.get(rule.code, rule.code)}”"
            self.fields[switch_name(rule.code)] = forms.BooleanField(required=False, label=label)
        for tunable in TUNABLES:
            self.fields[tunable.field] = _number_field(tunable)

    def present_level(self) -> str:
        """The name of the level that holds now."""
        labels = {level.code: level.label for level in LEVELS}
        return labels.get(level_of(self.now, self.default), "Exactly these numbers")

    def clean(self) -> dict[str, Any]:
        """The level or the numbers, and whether the rules can be set so."""
        given = super().clean() or {}
        if self.errors:
            return given
        typed = (given["same_purpose"], given["family"])
        if given["level"] != EXACTLY:
            named = thresholds_at(given["level"], self.default)
            moved = typed not in ((self.now.same_purpose, self.now.family), named)
            if moved and given["level"] != level_of(self.now, self.default):
                self.add_error(
                    "level",
                    "You chose another level and typed other numbers as well. Choose “Exactly these numbers” to use "
                    "the numbers, or set them back.",
                )
            given["same_purpose"], given["family"] = typed if moved else named
        for field, problem in problems(self._settings(given)).items():
            self.add_error(field, problem)
        return given

    def settings(self) -> EngineSettings:
        """The settings that the form asks for."""
        return self._settings(self.cleaned_data)

    def _settings(self, given: dict[str, Any]) -> EngineSettings:
        off = frozenset(rule.code for rule in RULES if not given[switch_name(rule.code)])
        return replace(self.default, disabled_rules=off, **{each.field: given[each.field] for each in TUNABLES})


def _number_field(tunable: Tunable) -> forms.Field:
    kind: type[Any] = forms.IntegerField if tunable.is_whole else forms.FloatField
    limits = f"Give a {'whole ' if tunable.is_whole else ''}number from {tunable.least:g} to {tunable.most:g}."
    field: forms.Field = kind(
        label=f"{tunable.label} ({tunable.unit})" if tunable.unit else tunable.label,
        help_text=tunable.help,
        min_value=tunable.least,
        max_value=tunable.most,
        step_size=tunable.step,
        widget=forms.NumberInput(attrs={"class": "short"}),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value", "step_size"), limits),
    )
    return field


class WhyForm(forms.Form):
    """Why the rules are set anew."""

    why = forms.CharField(
        required=False, max_length=500, label="Why?", help_text="One sentence for whoever asks in a year.", strip=True
    )
