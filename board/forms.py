"""Forms of the board: they check shape; what a decision needs is checked by services.rulings."""

from datetime import datetime
from typing import Any, cast

from django import forms

from board.models import Decision, Meeting
from board.selectors.meetings import people_to_chair, people_who_can_own
from board.services.rulings import NewCondition, NewHold, Ruling
from customers.fields import ManyOf
from customers.models import Segment
from portfolio.models import Person, ProjectRequest, Silo

CONDITION_ROWS = 3
YEARS = (2000, 2100)
OPTIONAL = ("hold_condition", "hold_owner", "hold_until", "survivor", "approve_survivor", "after")
#: Which of the optional fields a choice needs; "order" stands for the places of the requests.
NEEDED: dict[str, tuple[str, ...]] = {
    Decision.Kind.HOLD: ("hold_condition", "hold_owner", "hold_until"),
    Decision.Kind.MERGE: ("survivor", "approve_survivor"),
    Decision.Kind.SEQUENCE: ("after", "order"),
}


class LocalDateTime(forms.DateTimeInput):
    """The browser's own control for a day and a time."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M", attrs={"class": "short"})


class Day(forms.DateInput):
    """The browser's own control for a day."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"class": "short"})


class MeetingForm(forms.ModelForm):  # type: ignore[type-arg]
    """When and where the board meets, and who chairs. `version` is what the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Meeting
        fields = ("title", "starts_at", "minutes", "place", "chair", "secretary")
        labels = {"starts_at": "Starts", "minutes": "Minutes", "place": "Where", "secretary": "Keeps the minutes"}
        help_texts = {"minutes": "How long it lasts, from 5 to 600.", "place": "A room, or a link."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts_at"] = forms.DateTimeField(
            label="Starts", widget=LocalDateTime(), input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
        )
        self.fields["chair"].queryset = people_to_chair()  # type: ignore[attr-defined]
        self.fields["secretary"].queryset = people_to_chair()  # type: ignore[attr-defined]
        self.fields["version"].initial = self.instance.version

    def clean_starts_at(self) -> datetime:
        """Refuse years that can only be a slip of the key."""
        starts: datetime = self.cleaned_data["starts_at"]
        if not YEARS[0] <= starts.year <= YEARS[1]:
            raise forms.ValidationError(
                f"The year {starts.year} cannot be meant. Give a year from {YEARS[0]} to {YEARS[1]}."
            )
        return starts


class AttendanceForm(forms.Form):
    """Who is there."""

    present = ManyOf(Person.objects.none(), required=False, widget=forms.CheckboxSelectMultiple, label="Present")

    def __init__(self, *args: Any, expected: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Person.objects.filter(pk__in=expected).order_by("name", "id")
        self.fields["present"].queryset = people  # type: ignore[attr-defined]


class ItemForm(forms.Form):
    """The question, its minutes and the architect's advice."""

    question = forms.CharField(
        label="The board is asked to decide",
        max_length=300,
        help_text="One sentence that ends in a question mark. The pack and the meeting show it as it stands here.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    minutes = forms.IntegerField(label="Minutes", min_value=1, max_value=240)
    advice = forms.CharField(
        label="Architect's advice",
        max_length=2000,
        required=False,
        help_text="What you advise, and the one reason that carries it. Your name stands beside it.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class DropForm(forms.Form):
    """Why an item is taken off."""

    reason = forms.CharField(label="Why it is taken off", max_length=300)


class ObjectionForm(forms.Form):
    """For which customers, and why: of the segments that the person speaks for and the request touches."""

    segment = forms.ModelChoiceField(
        Segment.objects.none(), label="For which customers", to_field_name="code", empty_label=None
    )
    reason = forms.CharField(
        label="What speaks against it, for these customers",
        max_length=2000,
        help_text="What they would live through, and what would change your mind. The board reads it as you write it.",
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Say why, in words that the board can decide on."},
    )

    def __init__(self, *args: Any, segments: list[Segment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField[Segment]", self.fields["segment"])
        field.queryset = Segment.objects.filter(pk__in=[each.pk for each in segments]).order_by("name", "id")
        if len(segments) == 1:
            field.widget = forms.HiddenInput()
            field.initial = segments[0].code


class WithdrawForm(forms.Form):
    """Why an objection is taken back."""

    reason = forms.CharField(
        label="Why you take it back",
        max_length=500,
        required=False,
        help_text="What has changed. Whoever asked for the request reads it.",
    )


class NoteForm(forms.Form):
    """What the minutes say besides the decisions."""

    note = forms.CharField(
        label="Notes for the minutes",
        max_length=5000,
        required=False,
        help_text="What was said that no decision holds. It is frozen when the meeting is closed.",
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class MetForm(forms.Form):
    """How one can see that a condition is met."""

    note = forms.CharField(label="How one can see it", max_length=500)


class ConditionForm(forms.Form):
    """One condition: all three, or nothing at all."""

    text = forms.CharField(label="Condition", max_length=500, required=False)
    owner = forms.ModelChoiceField(Person.objects.none(), label="Who sees to it", required=False)
    due = forms.DateField(label="By", required=False, widget=Day())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        people = kwargs.pop("people")
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = people  # type: ignore[attr-defined]
        self.fields["owner"].queryset = people_who_can_own()  # type: ignore[attr-defined]
        self.fields["owner"].choices = people  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Raises a message at each field that is missing from a condition that was begun."""
        data = super().clean() or {}
        if any(data.get(name) for name in ("text", "owner", "due")):
            missing = {"text": "Say what must be true.", "owner": "Name one person.", "due": "Say by when."}
            for name, message in missing.items():
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, message)
        return data

    @property
    def condition(self) -> NewCondition | None:
        """The condition, or None where the row was left empty."""
        data = self.cleaned_data
        return NewCondition(data["text"], data["owner"], data["due"]) if data.get("text") else None


class DecisionForm(forms.Form):
    """What the board says about one item. Fields that another choice needs may hold anything; they are left alone."""

    kind = forms.ChoiceField(
        choices=[],
        widget=forms.RadioSelect,
        label="Decision",
        error_messages={"required": "Choose what the board decides."},
    )
    reason = forms.CharField(
        label="Because",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 1, "placeholder": "Why, in one sentence"}),
        error_messages={"required": "Say why in a sentence: whoever is concerned reads it."},
    )
    hold_condition = forms.CharField(label="The question to be answered", max_length=500, required=False)
    hold_owner = forms.ModelChoiceField(Person.objects.none(), label="Who answers it", required=False)
    hold_until = forms.DateField(label="It returns on", required=False, widget=Day())
    survivor = forms.ModelChoiceField(ProjectRequest.objects.none(), label="The request that stays", required=False)
    approve_survivor = forms.BooleanField(label="And approve the one that stays", required=False)
    after = forms.ModelChoiceField(ProjectRequest.objects.none(), label="It goes after", required=False)
    submission = forms.CharField(widget=forms.HiddenInput, max_length=64)
    version = forms.IntegerField(widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=4000)

    def __init__(
        self,
        *args: Any,
        members: list[ProjectRequest],
        twins: list[ProjectRequest],
        related: list[ProjectRequest],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.members = members
        people = people_who_can_own()
        kinds = [choice for choice in Decision.Kind.choices if choice[0] != Decision.Kind.REOPEN]
        choices: list[tuple[Any, str]] = [("", "Nobody yet"), *((person.pk, str(person)) for person in people)]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["hold_owner"].queryset = people  # type: ignore[attr-defined]
        self.fields["hold_owner"].choices = choices  # type: ignore[attr-defined]
        self._choose("survivor", members if len(members) > 1 else twins)
        self._choose("after", related)
        for place, request in enumerate(members, start=1):
            self.fields[f"place_{request.pk}"] = forms.IntegerField(
                label=f"Place of {request.reference}", required=False, min_value=1, max_value=99, initial=place
            )
        self.rows = [self._row(f"c{row}", choices) for row in range(CONDITION_ROWS)]

    def _row(self, prefix: str, people: list[tuple[Any, str]]) -> ConditionForm:
        """A row for one condition. Where the choice has no conditions, what was typed stays, but is not checked."""
        if self.kind_value == Decision.Kind.APPROVE_WITH_CONDITIONS:
            return ConditionForm(self.data if self.is_bound else None, prefix=prefix, people=people)
        typed = {name: self.data.get(f"{prefix}-{name}", "") for name in ("text", "owner", "due")}
        return ConditionForm(initial=typed, prefix=prefix, people=people)

    def _choose(self, name: str, requests: list[ProjectRequest]) -> None:
        field: Any = self.fields[name]
        field.queryset = ProjectRequest.objects.filter(pk__in=[request.pk for request in requests])
        field.choices = [("", "Choose one"), *((request.pk, str(request)) for request in requests)]

    @property
    def places(self) -> list[tuple[ProjectRequest, Any]]:
        """The members, each with the field that puts it in order."""
        return [(request, self[f"place_{request.pk}"]) for request in self.members]

    @property
    def kind_value(self) -> str:
        """The choice as it was sent, or nothing."""
        return str(self["kind"].value() or "")

    def is_valid(self) -> bool:
        """Whether the form and, where conditions are decided, their rows have the right shape."""
        valid = super().is_valid()
        if self.kind_value == Decision.Kind.APPROVE_WITH_CONDITIONS:
            for row in self.rows:
                valid = row.is_valid() and valid
        return valid

    def clean(self) -> dict[str, Any]:
        """Forgets what is wrong with fields that the chosen kind does not need."""
        data = super().clean() or {}
        needed = NEEDED.get(self.kind_value, ())
        for name in (*OPTIONAL, *(f"place_{request.pk}" for request in self.members)):
            if name not in needed and not (name.startswith("place_") and "order" in needed):
                self.errors.pop(name, None)
        return data

    @property
    def seen_versions(self) -> dict[int, int]:
        """The versions of the requests that the person saw, by id; what is not understood counts as not seen."""
        found = {}
        for pair in self.cleaned_data["seen"].split(","):
            pk, _, version = pair.partition(":")
            if pk.isdecimal() and version.isdecimal():
                found[int(pk)] = int(version)
        return found

    def ruling(self) -> Ruling:
        """What was typed, as the service takes it; only what the chosen kind needs."""
        data, kind = self.cleaned_data, self.cleaned_data["kind"]
        conditions = [row.condition for row in self.rows] if kind == Decision.Kind.APPROVE_WITH_CONDITIONS else []
        hold = None
        if kind == Decision.Kind.HOLD and data.get("hold_owner") and data.get("hold_until"):
            hold = NewHold(data["hold_owner"], data["hold_condition"], data["hold_until"])
        return Ruling(
            kind=kind,
            reason=data["reason"],
            conditions=[condition for condition in conditions if condition],
            hold=hold,
            survivor=data.get("survivor") if kind == Decision.Kind.MERGE else None,
            approve_survivor=bool(data.get("approve_survivor")) and kind == Decision.Kind.MERGE,
            order=self._order() if kind == Decision.Kind.SEQUENCE else (),
            after=data.get("after") if kind == Decision.Kind.SEQUENCE else None,
        )

    def _order(self) -> list[ProjectRequest]:
        """The members by the place they were given; nothing where two have the same or one has none."""
        places = {request.pk: self.cleaned_data.get(f"place_{request.pk}") for request in self.members}
        if None in places.values() or len(set(places.values())) != len(places):
            return []
        return sorted(self.members, key=lambda request: places[request.pk] or 0)


class DecisionFilterForm(forms.Form):
    """Narrows the list of decisions."""

    q = forms.CharField(label="Words", max_length=200, required=False)
    kind = forms.ChoiceField(label="Decision", required=False)
    silo = forms.ModelChoiceField(Silo.objects.order_by("name"), label="Department", required=False, empty_label="Any")
    since = forms.DateField(label="From", required=False, widget=Day())
    until = forms.DateField(label="To", required=False, widget=Day())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [choice for choice in Decision.Kind.choices if choice[0] != Decision.Kind.REOPEN]
        self.fields["kind"].choices = [("", "Any"), *kinds]  # type: ignore[attr-defined]


class ConditionFilterForm(forms.Form):
    """Narrows the list of conditions."""

    whose = forms.ChoiceField(label="Whose", required=False, choices=[("", "Everybody's"), ("mine", "Mine")])
    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("", "Open"), ("overdue", "Overdue"), ("met", "Met"), ("all", "All")],
    )
