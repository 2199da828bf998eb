"""Forms of the board's record."""

from typing import Any

from django import forms

from board.forms.meetings import Day, year_is_meant
from board.models import Condition, Decision, Hold
from board.selectors.decisions.log import LogFilter
from customers.models import Segment, Touchpoint
from customers.person_field import PersonField
from impacts.models import Cluster, Family
from portfolio.models import Person, Silo


class LogForm(forms.Form):
    """Narrows the decision log."""

    q = forms.CharField(label="Words", max_length=200, required=False)
    kind = forms.ChoiceField(label="Decision", required=False)
    silo = forms.ModelChoiceField(Silo.objects.order_by("name"), label="Department", required=False, empty_label="Any")
    touchpoint = forms.ModelChoiceField(
        Touchpoint.objects.order_by("name"), label="Touchpoint", required=False, empty_label="Any"
    )
    segment = forms.ModelChoiceField(
        Segment.objects.order_by("name"), label="Segment", required=False, empty_label="Any"
    )
    group = forms.ChoiceField(label="Family or cluster", required=False)
    since = forms.DateField(label="From", required=False, widget=Day())
    until = forms.DateField(label="To", required=False, widget=Day())
    entries = forms.ChoiceField(
        label="Entries", required=False, choices=[("", "Those that stand"), ("all", "All, with those taken back")]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "Any"), *Decision.Kind.choices]  # type: ignore[attr-defined]
        self.fields["group"].choices = [("", "Any"), *_groups()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The last day does not lie before the first."""
        data = super().clean() or {}
        if data.get("since") and data.get("until") and data["until"] < data["since"]:
            self.add_error("until", "This day lies before the first one. Choose a later one.")
        return data

    def wanted(self) -> LogFilter:
        """The filter; what cannot be understood is left out, and stands in `errors`."""
        self.is_valid()
        return LogFilter.from_data(self.cleaned_data)


def _groups() -> list[tuple[str, str]]:
    """Families and standing clusters by their codes. Their titles may be a confidential request's: codes alone."""
    families = Family.objects.order_by("code").values_list("code", flat=True)
    clusters = Cluster.objects.filter(closed_at__isnull=True).order_by("code").values_list("code", flat=True)
    return [(code, f"Family {code}") for code in families] + [(code, f"Cluster {code}") for code in clusters]


class UndoForm(forms.Form):
    """Why the board undoes a decision of an earlier meeting. `submission` is the form's own token."""

    submission = forms.CharField(max_length=64, widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Why the board undoes it",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why the board undoes it."},
    )


class MoveConditionForm(forms.Form):
    """Another owner or another day for a condition, and why."""

    owner = PersonField(Person.objects.able_to_answer, label="Who sees to it")
    due = forms.DateField(label="Due", widget=Day(), validators=[year_is_meant])
    reason = forms.CharField(
        label="Why it moves",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why: the next meeting reads it."},
    )
    seen_owner = forms.IntegerField(widget=forms.HiddenInput)
    seen_due = forms.DateField(widget=forms.HiddenInput)

    @classmethod
    def of(cls, condition: Condition) -> "MoveConditionForm":
        """The form as it is opened."""
        return cls(
            initial={
                "owner": condition.owner,
                "due": condition.due,
                "seen_owner": condition.owner_id,
                "seen_due": condition.due.isoformat(),
            }
        )


class GiveHoldForm(forms.Form):
    """Who else answers the question of a hold, and why."""

    owner = PersonField(Person.objects.able_to_answer, label="Who answers it")
    reason = forms.CharField(
        label="Why somebody else",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why: the next meeting reads it."},
    )
    seen_owner = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def of(cls, hold: Hold) -> "GiveHoldForm":
        """The form as it is opened: with who answers it now, unless they are gone."""
        here = not hold.owner.accountability_problem
        return cls(initial={"seen_owner": hold.owner_id} | ({"owner": hold.owner} if here else {}))


class OpenChangeForm(forms.Form):
    """What has to change of an approved request, and why."""

    reason = forms.CharField(
        label="What has to change, and why",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The board reads it if it has to look again.",
        error_messages={"required": "Say what has to change, and why."},
    )

    def clean_reason(self) -> Any:
        """Words, not only spaces."""
        return self.cleaned_data["reason"].strip()
