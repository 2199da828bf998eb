"""Forms about people and series: who is there, who stands aside, and when the board meets."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from board.forms.meetings import Day, year_is_meant
from board.models import Attendance, MeetingSeries
from board.selectors.meetings.meetings import people_to_chair
from customers.fields import ManyOf
from customers.person_field import PersonField, pick_person
from portfolio.models import Person


class AttendanceForm(forms.Form):
    """Who is there, and of the others why not. `rows` are those who are expected."""

    present = ManyOf(
        Person.objects.none(),
        required=False,
        label="There",
        error_messages=dict.fromkeys(
            ("invalid_choice", "invalid_pk_value"), "Somebody in that list is not expected here. Nothing was saved."
        ),
    )

    def __init__(self, *args: Any, rows: Sequence[Attendance], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        people = Person.objects.filter(pk__in=[row.person_id for row in rows]).order_by("name", "id")
        self.fields["present"].queryset = people  # type: ignore[attr-defined]
        for row in rows:
            self.fields[_because(row)] = forms.CharField(
                label=f"Why {row.person} is absent", max_length=200, required=False, initial=row.absent_because
            )

    def lines(self) -> list[tuple[Attendance, bool, BoundField]]:
        """Each who is expected: whether they are there, and the field for why not."""
        ticked = self.data.getlist("present") if self.is_bound else ()  # type: ignore[attr-defined]
        here = set(ticked) if self.is_bound else {str(row.person_id) for row in self.rows if row.present}
        return [(row, str(row.person_id) in here, self[_because(row)]) for row in self.rows]

    def reasons(self) -> dict[int, str]:
        """By person why they are absent, where the page had the field."""
        named = {row.person_id: _because(row) for row in self.rows}
        return {pk: self.cleaned_data[name] for pk, name in named.items() if name in self.data}


def _because(row: Attendance) -> str:
    return f"because-{row.person_id}"


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
        pick_person(self, "who", Person.objects.able_to_answer().exclude(pk__in=expected))


class AsideForm(forms.Form):
    """Who of those who are expected stands aside from an item, or need not, and why."""

    who = forms.TypedChoiceField(label="Who", error_messages={"required": "Choose somebody."})
    stays = forms.TypedChoiceField(
        label="What holds",
        choices=[("no", "stands aside"), ("yes", "need not stand aside")],
        coerce=lambda value: value == "yes",
        initial="no",
    )
    because = forms.CharField(
        label="Because", max_length=300, error_messages={"required": "Say why: it stands in the minutes."}
    )

    def __init__(self, *args: Any, rows: Sequence[Attendance], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = {str(row.person_id): row.person for row in rows}
        who: Any = self.fields["who"]
        who.choices = [("", "Choose somebody"), *((pk, person.name) for pk, person in people.items())]
        who.coerce = people.__getitem__


class BecauseForm(forms.Form):
    """A reason that is kept."""

    because = forms.CharField(label="Because", max_length=300, error_messages={"required": "Say why: it is kept."})
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class WaiveForm(forms.Form):
    """Why the board goes on without a quorum."""

    because = forms.CharField(
        label="The board goes on without a quorum, because",
        max_length=300,
        error_messages={"required": "Say why: it stands in the minutes."},
    )


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
