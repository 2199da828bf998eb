"""Forms about people and series: who is there, who stands aside, and when the board meets."""

from datetime import date
from typing import Any

from django import forms

from board.forms.meetings import Day, year_is_meant
from board.models import Attendance, MeetingSeries
from board.selectors.meetings.meetings import people_to_chair, people_who_can_own
from customers.person_field import PersonField, pick_person
from portfolio.models import Person


class ReplyForm(forms.Form):
    """Whether somebody comes."""

    reply = forms.ChoiceField(
        label="Do you come?",
        choices=[each for each in Attendance.Reply.choices if each[0] != Attendance.Reply.NONE],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether you come."},
    )
    because = forms.CharField(label="Why not, if you do not come", max_length=200, required=False)


class ReplyFileForm(forms.Form):
    """The answer that a calendar sent, as a file."""

    file = forms.FileField(
        label="Your calendar’s reply",
        help_text="As a calendar file (.ics) or a mail (.eml), where your calendar did not send it by itself.",
        widget=forms.ClearableFileInput(attrs={"accept": ".ics,.eml"}),
        error_messages={
            "required": "Choose the file of the reply.",
            "empty": "The file is empty. Choose the file of the reply.",
        },
    )


class ExpectForm(forms.Form):
    """Who is expected besides the board."""

    who = PersonField(Person.objects.none(), label="Expect also")
    votes = forms.BooleanField(label="With a vote, so that they count for the quorum", required=False)

    def __init__(self, *args: Any, expected: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pick_person(self, "who", people_who_can_own().exclude(pk__in=expected))


class AsideForm(forms.Form):
    """Who stands aside from an item, or need not, and why."""

    who = forms.ModelChoiceField(Person.objects.none(), label="Who", empty_label="Choose somebody")
    stays = forms.TypedChoiceField(
        label="What holds",
        choices=[("no", "Stands aside"), ("yes", "Need not stand aside")],
        coerce=lambda value: value == "yes",
        initial="no",
    )
    because = forms.CharField(label="Because", max_length=300, help_text="It stands in the minutes.")

    def __init__(self, *args: Any, expected: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Person.objects.filter(pk__in=expected).order_by("name", "id")
        self.fields["who"].queryset = people  # type: ignore[attr-defined]


class BecauseForm(forms.Form):
    """A reason that is kept."""

    because = forms.CharField(label="Because", max_length=300, error_messages={"required": "Say why: it is kept."})
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class SeriesForm(forms.ModelForm):  # type: ignore[type-arg]
    """When the board meets, again and again. `version` is what the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = MeetingSeries
        fields = (
            "title", "frequency", "every", "nth", "weekday", "starts_time", "starts_on", "ends_on", "minutes", "place",
            "chair", "secretary", "quorum", "deciding", "ahead",
        )  # fmt: skip
        labels = {
            "frequency": "How often",
            "every": "Every so many weeks or months",
            "nth": "Which of the month",
            "weekday": "On",
            "starts_time": "At",
            "starts_on": "First day",
            "ends_on": "Last day",
            "minutes": "Minutes",
            "place": "Where",
            "secretary": "Keeps the minutes",
            "quorum": "Quorum",
            "deciding": "How the board decides",
            "ahead": "Meetings planned ahead",
        }
        help_texts = {
            "quorum": "So many with a vote must be there; empty asks for none.",
            "place": "A room, or a link.",
            "deciding": "Who stands aside from an item has no vote on it; at a tie the chair’s vote decides.",
        }
        widgets = {
            "starts_on": Day(),
            "ends_on": Day(),
            "starts_time": forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "short"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["chair"].queryset = people_to_chair()  # type: ignore[attr-defined]
        self.fields["secretary"].queryset = people_to_chair()  # type: ignore[attr-defined]
        self.fields["version"].initial = self.instance.version
        self.fields["deciding"].required = False

    def clean_deciding(self) -> str:
        """As it is, where nothing was sent."""
        return str(self.cleaned_data["deciding"] or self.instance.deciding)

    def clean_starts_on(self) -> date:
        """Refuse years that can only be a slip of the key."""
        day: date = self.cleaned_data["starts_on"]
        year_is_meant(day)
        return day


class LeaveOutForm(forms.Form):
    """A day on which the board does not meet."""

    day = forms.DateField(label="Day", widget=Day())
    because = forms.CharField(label="Because", max_length=200)


class EndSeriesForm(forms.Form):
    """Ending a series."""

    cancel = forms.BooleanField(label="Cancel its meetings to come as well", required=False)
    because = forms.CharField(
        label="Because", max_length=200, required=False, help_text="Whoever was invited reads it, where you cancel."
    )
