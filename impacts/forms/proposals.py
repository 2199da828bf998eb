"""Forms for terms that a register lacks: proposing one, and deciding over it."""

from typing import Any, cast

from django import forms

from customers.fields import find_by_words
from customers.models import RegisterEntry
from customers.registers import REGISTERS
from impacts.forms.tags import TagForm
from impacts.models import ProposedTerm
from impacts.services.tags.proposing import KINDS, Missing, register_model
from impacts.touch_kinds import KINDS as TOUCH_KINDS


def propose_form(kind: str) -> "type[ProposeForm]":
    """The form to propose a term from a kind of line: its name, and what the request will do there."""
    missing, line = KINDS[kind], TOUCH_KINDS[kind].form
    named = {
        "name": forms.CharField(max_length=120, label="What is it called?", help_text=_why(missing)),
        "description": forms.CharField(
            max_length=2000, required=False, label="What is it?", widget=forms.Textarea(attrs={"rows": 2})
        ),
    }
    meta: Any = line._meta
    options = type(
        "Meta",
        (),
        {"model": missing.model, "fields": missing.values, "labels": meta.labels, "widgets": meta.widgets},
    )
    form: type[ProposeForm] = type("ProposeForm", (ProposeForm,), {**named, "Meta": options})
    return form


def _why(missing: Missing) -> str:
    singular = REGISTERS[missing.register].singular
    return f"Your word for the {singular}. An architect looks at it; you need not wait."


class ProposeForm(TagForm):
    """What is missing, and what the request will do there."""

    field_order = ["name", "description"]

    def values_given(self) -> dict[str, Any]:
        """What the line itself will say."""
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}

    def _post_clean(self) -> None:
        # The line cannot be validated as a whole: the entry that it is about does not exist yet.
        return None


class SameForm(forms.Form):
    """Which entry a term is another word for."""

    entry = forms.ModelChoiceField(
        ProposedTerm.objects.none(), label="It is another word for", empty_label="Choose the entry"
    )

    def __init__(self, *args: Any, term: ProposedTerm, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField[Any]", self.fields["entry"])
        field.queryset = REGISTERS[term.register].rows().filter(retired_on__isnull=True).order_by("name", "id")
        find_by_words(field, term.register)


class DeclineForm(forms.Form):
    """Why a term is declined."""

    reason = forms.CharField(
        max_length=2000,
        label="Why not",
        help_text="The proposer reads it: say what to use instead.",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say why, so that the proposer knows what to do."},
    )


def new_entry_form(term: ProposedTerm) -> "type[forms.ModelForm[Any]]":
    """The form of the entry that a term becomes; the rest is filled in on the entry's own page."""
    model: type[RegisterEntry] = register_model(term)
    fields = ["name", "description", *(["channel", "journey_stage"] if term.register == "touchpoints" else [])]
    widgets: dict[str, Any] = {"description": forms.Textarea(attrs={"rows": 2})}
    labels = {"journey_stage": "Where on their way the customer is"}
    return forms.modelform_factory(model, form=TagForm, fields=fields, widgets=widgets, labels=labels)
