"""Forms of the inbox, of acts on findings and of families. They check shape; the services hold the rules."""

from collections.abc import Iterable
from typing import Any

from django import forms

from customers.person_field import PersonField
from impacts.engine.rules.registry import RULES
from impacts.models import Bet, Finding
from impacts.selectors.findings.presenting import RULE_LABELS
from portfolio.models import Person, ProjectRequest, Silo

ANY = ("", "Any")
MOST_RADIOS = 12
"""Of more requests than this one is chosen from a list that opens, in which typing its reference finds it."""


class FindingFilterForm(forms.Form):
    """What the inbox shows. A GET form: the address holds it all."""

    state = forms.ChoiceField(required=False, choices=[("", "Open"), *Finding.State.choices[1:], ("all", "All")])
    rule = forms.ChoiceField(
        required=False, choices=[ANY, *((rule.code, RULE_LABELS.get(rule.code, rule.code)) for rule in RULES)]
    )
    severity = forms.ChoiceField(required=False, choices=[ANY, *Finding.Severity.choices])
    silo = forms.ModelChoiceField(
        Silo.objects.order_by("name", "id"), required=False, label="Department", empty_label="Any"
    )
    request = forms.CharField(required=False, max_length=40, label="Request")
    mine = forms.BooleanField(required=False, label="Only mine")
    order = forms.ChoiceField(
        required=False, choices=[("", "Weightiest first"), ("learn", "Overlaps that would teach most first")]
    )

    @property
    def by_learning(self) -> bool:
        """Whether those are wanted first whose verdict would teach most. Ask only after is_valid()."""
        return self.cleaned_data.get("order") == "learn"

    def wanted(self) -> dict[str, Any]:
        """The clean values; a field that makes no sense does not narrow."""
        return dict(self.cleaned_data) if self.is_bound and (self.is_valid() or self.cleaned_data) else {}


class ActForm(forms.Form):
    """What every act carries: the version of the finding that the person saw, and a reason."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    reason = forms.CharField(
        required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), label="Reason", strip=True
    )

    def __init__(self, *args: Any, requests: Iterable[ProjectRequest] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.requests = list(requests)
        choices = [
            (request.pk, f"{request.reference} {request.title} ({request.silo.name})") for request in self.requests
        ]
        for name in ("survivor", "lead", "first", "later"):
            _let_choose(self.fields.get(name), choices)

    def details(self) -> dict[str, Any]:
        """Keyword arguments for the act's service, with requests in place of their ids."""
        by_pk = {request.pk: request for request in self.requests}
        given = dict(self.cleaned_data)
        for name in ("survivor", "lead", "first", "later"):
            if name in given:
                given[name] = by_pk[given[name]]
        return given


class DismissForm(ActForm):
    """A dismissal needs its reason."""

    reason = forms.CharField(
        max_length=2000,
        label="Why is it no problem?",
        help_text="It stays dismissed for exactly these requests, until what it rests on changes.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why you dismiss it, so that nobody has to look again."},
    )


def _let_choose(field: forms.Field | None, choices: list[tuple[int, str]]) -> None:
    """Offer these requests: as radio buttons while they are few."""
    if isinstance(field, forms.TypedChoiceField):
        if len(choices) > MOST_RADIOS:
            field.widget = forms.Select()
        field.choices = choices


def _request_choice(label: str, help_text: str = "") -> forms.TypedChoiceField:
    return forms.TypedChoiceField(coerce=int, label=label, help_text=help_text, widget=forms.RadioSelect)


class MergeForm(ActForm):
    """Which request would carry the others."""

    survivor = _request_choice(
        "Which request carries the others?", "The board decides; both requests keep their history."
    )
    field_order = ("version", "survivor", "reason")


class FamilyForm(ActForm):
    """A family: its lead request, its owner and its name."""

    lead = _request_choice("Which request leads?")
    owner = PersonField(
        Person.objects.able_to_answer,
        label="Who owns the family?",
        help_text="One person who answers for it, in every department.",
    )
    title = forms.CharField(required=False, max_length=300, label="What is it called?")
    field_order = ("version", "lead", "owner", "title", "reason")


class OrderForm(ActForm):
    """Which request comes first and which later."""

    first = _request_choice("Which must come first?")
    later = _request_choice("Which needs it?")
    field_order = ("version", "first", "later", "reason")

    def clean(self) -> dict[str, Any]:
        """First and later must differ."""
        given = super().clean() or {}
        if given.get("first") is not None and given.get("first") == given.get("later"):
            self.add_error("later", "Choose another request than the one that comes first.")
        return given


ACT_FORMS: dict[str, type[ActForm]] = {
    "confirm": ActForm,
    "dismiss": DismissForm,
    "merge": MergeForm,
    "family": FamilyForm,
    "order": OrderForm,
}
ACT_TITLES = {
    "confirm": "Confirm this finding",
    "dismiss": "Dismiss this finding",
    "merge": "Propose merging",
    "family": "Join as a family",
    "order": "Say what must come first",
}
ACT_VERBS = {
    "confirm": "Confirm",
    "dismiss": "Dismiss",
    "merge": "Propose merging",
    "family": "Join as a family",
    "order": "Put in order",
}


class JoinClusterForm(forms.Form):
    """Which requests of a cluster become a family, who leads it and who owns it."""

    members = forms.TypedMultipleChoiceField(
        coerce=int, label="Which requests belong together?", widget=forms.CheckboxSelectMultiple
    )
    lead = _request_choice("Which request leads?")
    owner = PersonField(
        Person.objects.able_to_answer,
        label="Who owns the family?",
        help_text="One person who answers for it, in every department.",
    )
    title = forms.CharField(required=False, max_length=300, label="What is it called?")

    def __init__(self, *args: Any, requests: Iterable[ProjectRequest] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.by_pk = {request.pk: request for request in requests}
        choices = [(pk, f"{request.reference} {request.title}") for pk, request in self.by_pk.items()]
        members = self.fields["members"]
        if isinstance(members, forms.ChoiceField):
            members.choices = choices
        _let_choose(self.fields["lead"], choices)

    def details(self) -> dict[str, Any]:
        """Keyword arguments for the service."""
        given = self.cleaned_data
        return {
            "requests": [self.by_pk[pk] for pk in given["members"]],
            "lead": self.by_pk[given["lead"]],
            "owner": given["owner"],
            "title": given["title"],
        }


class ChangeFamilyForm(forms.Form):
    """Who leads and owns a family, and what it is called."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    title = forms.CharField(max_length=300, label="What is it called?")
    lead = _request_choice("Which request leads?")
    owner = PersonField(
        Person.objects.able_to_answer,
        label="Who owns the family?",
    )

    def __init__(self, *args: Any, requests: Iterable[ProjectRequest] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.by_pk = {request.pk: request for request in requests}
        choices = [(pk, f"{request.reference} {request.title}") for pk, request in self.by_pk.items()]
        _let_choose(self.fields["lead"], choices)


class AddMemberForm(forms.Form):
    """One more request for a family, by its reference."""

    reference = forms.CharField(max_length=40, label="Reference of the request", help_text="Such as REQ-2026-0041.")


class BetAnswerForm(forms.Form):
    """What came of a bet."""

    delivered = forms.DecimalField(
        max_digits=14,
        decimal_places=2,
        label="How much came",
        error_messages={
            "required": "Say how much came; 0 where nothing did.",
            "invalid": "Write a number, such as 1200.",
        },
    )
    text = forms.CharField(
        max_length=2000,
        label="What came of it",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What you counted, where, and why it came out like this.",
        error_messages={"required": "Say in a sentence what came of it: others learn from it."},
    )

    def __init__(self, data: Any = None, *, bet: Bet, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, label_suffix="", initial=initial)
        unit = (bet.measure.unit if bet.measure else "customers") or "the same unit"
        words = f"Counted as it was promised ({bet.promise}), in {unit}. Below 0 where it went the wrong way."
        self.fields["delivered"].help_text = words
