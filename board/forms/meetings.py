"""Forms of the board: they check shape; what a decision needs is checked by services.decisions.rulings."""

from datetime import date, datetime
from typing import Any, cast

from django import forms

from board.models import AgendaItem, Meeting
from board.packs.words import cut
from board.selectors.meetings.meetings import people_to_chair
from customers.models import Segment

YEARS = (2000, 2100)


def year_is_meant(day: date) -> None:
    """Refuse years that can only be a slip of the key."""
    if not YEARS[0] <= day.year <= YEARS[1]:
        raise forms.ValidationError(f"The year {day.year} cannot be meant. Give a year from {YEARS[0]} to {YEARS[1]}.")


class LocalDateTime(forms.DateTimeInput):
    """The browser's own control for a day and a time."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M", attrs={"class": "auto"})


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
        fields = ("title", "starts_at", "minutes", "place", "chair", "secretary", "deciding", "voting", "quorum")
        labels = {
            "starts_at": "Starts",
            "minutes": "Minutes",
            "place": "Where",
            "secretary": "Keeps the minutes",
            "deciding": "How the board decides",
            "voting": "What is written down of each decision",
        }
        help_texts = {
            "minutes": "How long it lasts, from 5 to 600.",
            "place": "A room, or a link.",
            "deciding": "Who stands aside from an item has no vote on it; at a tie the chair’s vote decides.",
            "voting": "Where the board decides by vote, how each member voted is always written down.",
            "quorum": "So many with a vote must be there; empty asks for none.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts_at"] = forms.DateTimeField(
            label="Starts", widget=LocalDateTime(), input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
        )
        self.fields["chair"].queryset = people_to_chair()  # type: ignore[attr-defined]
        self.fields["secretary"].queryset = people_to_chair()  # type: ignore[attr-defined]
        self.fields["version"].initial = self.instance.version
        self.fields["voting"].required = self.fields["deciding"].required = False

    def clean_starts_at(self) -> datetime:
        """Refuse years that can only be a slip of the key."""
        starts: datetime = self.cleaned_data["starts_at"]
        year_is_meant(starts)
        return starts


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


class OwnItemForm(forms.Form):
    """Something of the board's own: its title, what it is about, its minutes."""

    question = forms.CharField(
        label="What it is about",
        max_length=300,
        help_text="As it is to stand on the agenda, such as “Budget for next year”.",
        error_messages={"required": "Give it a title."},
    )
    note = forms.CharField(
        label="What people should know before",
        max_length=2000,
        required=False,
        help_text="It stands in the pack, in the room and in the minutes.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    minutes = forms.IntegerField(label="Minutes", min_value=1, max_value=240, initial=10)


class OwnWordingForm(OwnItemForm, ItemForm):
    """The same with the architect's advice, once it is on the agenda."""

    field_order = ("question", "note", "minutes", "advice", "version")


class OwnWordsForm(forms.Form):
    """What was said and resolved over it. `submission` is the form's own token, for the browser that keeps it."""

    outcome = forms.CharField(
        label="What was said, and what the board resolved",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={"required": "Write down what was said or resolved; “Noted.” is enough."},
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
    submission = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)


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


class ItemField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """An item of an agenda, by its place and its question."""

    def label_from_instance(self, item: AgendaItem) -> str:
        """Its question."""
        return cut(item.question, 100)


class CorrectionForm(forms.Form):
    """What the minutes of a closed meeting should say. `submission` is the form's own token."""

    item = ItemField(
        AgendaItem.objects.none(), label="What it corrects", required=False, empty_label="The meeting as a whole"
    )
    text = forms.CharField(
        label="What the minutes should say",
        max_length=2000,
        help_text="It stands beside what was written, with your name and the day, for everybody who reads the minutes. "
        "Nothing that was written changes, and what was decided is changed only by a decision.",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say what the minutes should say."},
    )
    submission = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, meeting: Meeting, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        items = AgendaItem.objects.filter(meeting=meeting).exclude(status=AgendaItem.Status.DROPPED)
        cast("forms.ModelChoiceField[AgendaItem]", self.fields["item"]).queryset = items.order_by("position", "id")


class MetForm(forms.Form):
    """How one can see that a condition is met."""

    note = forms.CharField(label="How one can see it", max_length=500)


class AnswerForm(forms.Form):
    """The answer to what the board wanted to know."""

    answer = forms.CharField(
        label="The answer",
        max_length=5000,
        help_text="The board reads it as you write it, and takes the request up again.",
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Write down the answer."},
    )


class ConditionFilterForm(forms.Form):
    """Narrows the list of conditions."""

    whose = forms.ChoiceField(label="Whose", required=False, choices=[("", "Everybody's"), ("mine", "Mine")])
    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("", "Open"), ("overdue", "Overdue"), ("met", "Met"), ("all", "All")],
    )
