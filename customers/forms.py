"""Forms of the registers: they validate shape; services enforce rules."""

from typing import Any, cast

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Max, Q
from django.utils import timezone

from customers.fields import ManyOf, find_by_words
from customers.models import DataDomain, DataHolding, HoldingAttribute, IdentifyingAttribute, RegisterEntry, System
from customers.person_field import pick_person
from customers.registers import Register
from customers.selectors import synonyms_of

LABELS = {
    "run_by_it": "IT runs it: customers deal with IT here",
    "accountable": "Who answers for it",
    "manager": "Segment manager",
    "steward": "Steward",
    "customers_per_month": "Customers reached a month",
    "change_limit": "Changes a quarter that customers can take",
    "customer_count": "How many customers",
    "yearly_value": "Value a year",
    "journey_stage": "Where on their way the customer is",
    "limit": "Contacts at most",
    "days": "In any so many consecutive days",
    "contacts_per_week": "Contacts a week at most",
    "rank": "Rank",
    "key_attributes": "What it is made of",
    "segment": "For which segment",
    "starts": "First day",
    "ends": "Last day",
    "touchpoints": "At which touchpoints",
    "owner": "Who answers for it",
    "parent": "What it serves",
    "measure": "What is counted",
    "baseline": "Where it stood",
    "baseline_on": "On which day",
    "target": "Where it shall get",
    "due": "By when",
}
HELP = {
    "code": "Leave empty to make one from the name. Links and imports use it, so it stays.",
    "segment": "Empty: for each segment by itself.",
    "channel": "Empty where allowed: all channels together.",
    "touchpoints": "None chosen: everywhere.",
    "accountable": "One living person. A team or a mailbox answers for nothing. Empty if you do not know.",
    "manager": "One living person. Empty if you do not know.",
    "steward": "One living person. Empty if you do not know.",
    "owner": "One living person. Empty if you do not know.",
    "parent": "The outcome or objective above it. Empty: it stands at the top.",
    "baseline": "In the unit of the measure.",
    "target": "In the unit of the measure.",
    "contacts_per_week": "One message to one customer is one contact. What is planned beyond it becomes a finding.",
}


def entry_form(register: Register) -> "type[forms.ModelForm[Any]]":
    """The form class of a register."""
    base: type[forms.ModelForm[Any]] = _EntryForm if register.synonym_field else _PlainForm
    widgets: dict[str, type[forms.Widget] | forms.Widget] = {
        name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        for name in ("starts", "ends", "baseline_on", "due")
        if name in register.fields
    }
    for name in ("description", "behaviour"):
        if name in register.fields:
            widgets[name] = forms.Textarea(attrs={"rows": 3})
    labels = {name: LABELS[name] for name in register.fields if name in LABELS}
    help_texts = {name: HELP[name] for name in register.fields if name in HELP}
    return forms.modelform_factory(
        register.model,
        form=base,
        fields=list(register.fields),
        widgets=widgets,
        labels=labels,
        help_texts=help_texts,
        field_classes={name: ManyOf for name in ("touchpoints",) if name in register.fields},
    )


class _PlainForm(forms.ModelForm):  # type: ignore[type-arg]
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = self._newest()
        self.fields["code"].required = False
        people: Any = get_user_model()._default_manager
        for name in ("accountable", "manager", "steward", "owner"):
            if name in self.fields:
                field = cast("forms.ModelChoiceField[Any]", self.fields[name])
                stands = Q(pk=getattr(self.instance, f"{name}_id"))
                here = ~Q(left_on__lte=timezone.localdate()) & Q(is_active=True)
                field.queryset = people.filter(here | stands).order_by("name", "id")
                pick_person(self, name)

    def clean_code(self) -> str:
        """Keep the code that the entry has, when the field is left empty."""
        return str(self.cleaned_data["code"] or self.instance.code)

    def _newest(self) -> str:
        """Which change of the entry was the last; empty for a new one."""
        if not self.instance.pk:
            return ""
        return str(self.instance.history.aggregate(last=Max("history_id"))["last"] or "")

    def clean(self) -> dict[str, Any]:
        """Refuse to write over what somebody else saved meanwhile, and let it be saved again after a look."""
        data = super().clean() or {}
        newest = self.initial["seen"]
        if data.get("seen") and data["seen"] != newest:
            names = [str(self[name].label) for name in self.changed_data if not self[name].is_hidden]
            differs = f" What you typed differs from theirs in: {', '.join(names)}." if names else ""
            again: Any = self.data.copy()  # type: ignore[attr-defined]
            again["seen"] = newest
            self.data = again
            raise forms.ValidationError(
                f"Somebody else saved this entry while you had it open. What you typed is kept.{differs} Look at it, "
                "then save again."
            )
        return data

    def _post_clean(self) -> None:
        # An empty code is made from the name by the service: validate the rest now.
        if not self.cleaned_data.get("code"):
            self.fields.pop("code")
        super()._post_clean()  # type: ignore[misc]


class _EntryForm(_PlainForm):
    synonyms = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        label="Other words for it",
        help_text="One on each line: “call centre”, “contact center”. Every department's word finds the one entry.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["synonyms"] = "\n".join(synonyms_of(self.instance))

    def clean_synonyms(self) -> list[str]:
        """The words, one of each."""
        return [line.strip() for line in self.cleaned_data["synonyms"].splitlines() if line.strip()]


class HoldingForm(forms.Form):
    """Which data a system holds, as what, and how well each identifying attribute finds its records there."""

    domain = forms.ModelChoiceField(
        DataDomain.objects.none(),
        label="Which data",
        empty_label="Choose a data domain",
        error_messages={"required": "Choose the data that the system holds."},
    )
    role = forms.ChoiceField(
        choices=DataHolding.Role.choices,
        widget=forms.RadioSelect,
        label="It is the",
        help_text="Master: others take it from here. Copy: it is kept here too. Reader: it is looked up when needed.",
        error_messages={"required": "Say whether it is master, copy or reader."},
    )

    def __init__(self, data: Any = None, *, system: System, holding: DataHolding | None = None, **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", **kwargs)
        held = {row.attribute_id: row.quality for row in holding.attributes.all()} if holding else {}
        domains = cast("forms.ModelChoiceField[Any]", self.fields["domain"])
        domains.queryset = DataDomain.objects.active().exclude(holdings__system=system).order_by("name", "id")
        if holding is not None:
            del self.fields["domain"]
            self.initial["role"] = holding.role
        known = IdentifyingAttribute.objects.order_by("name", "id")
        self.attributes = {f"by-{each.pk}": each for each in known if each.retired_on is None or each.pk in held}
        for name, attribute in self.attributes.items():
            self.fields[name] = forms.ChoiceField(
                choices=[("", "Not there"), *HoldingAttribute.Quality.choices],
                required=False,
                label=attribute.name,
                initial=held.get(attribute.pk, ""),
            )

    def qualities(self) -> dict[IdentifyingAttribute, str]:
        """The attributes that are there, with their quality."""
        return {each: self.cleaned_data[name] for name, each in self.attributes.items() if self.cleaned_data[name]}

    def by_what(self) -> list[forms.BoundField]:
        """The fields of the attributes."""
        return [self[name] for name in self.attributes]


class FindForm(forms.Form):
    """What a register's list shows."""

    find = forms.CharField(required=False, max_length=200, label="Name, code or any other word")
    state = forms.ChoiceField(
        required=False, label="Show", choices=[("", "All"), ("active", "In use"), ("retired", "Retired")]
    )


class MergeForm(forms.Form):
    """Which entry another one is the same as."""

    into = forms.ModelChoiceField(
        System.objects.none(),
        to_field_name="code",
        label="It is the same as",
        help_text="That one stays.",
        empty_label="Choose the entry that stays",
        error_messages={
            "required": "Choose the entry that stays.",
            "invalid_choice": "This entry is not in use. Choose another one.",
        },
    )

    def __init__(self, *args: Any, register: Register, entry: RegisterEntry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField[Any]", self.fields["into"])
        field.queryset = register.rows().filter(retired_on__isnull=True).exclude(pk=entry.pk).order_by("name", "id")
        find_by_words(field, register.slug)


class UploadForm(forms.Form):
    """A file with entries."""

    file = forms.FileField(
        label="File",
        help_text="CSV or XLSX, at most 25 MB and 100,000 rows. The first row names the columns.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
        allow_empty_file=True,
    )
