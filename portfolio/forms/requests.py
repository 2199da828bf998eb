"""Forms of the portfolio. They say what a value may look like; the services decide what it does."""

from typing import Any, ClassVar

from django import forms

from customers.person_field import PersonField
from customers.quarters import Quarter, quarter_label
from portfolio.fields import Day, Money, PlainText
from portfolio.models import Objective, Person, ProjectRequest, Silo, Skill
from portfolio.selectors.skills import CapacityRow

TOO_LONG = {"max_length": "This is %(show_value)s characters long; at most %(limit_value)s fit. Shorten it a little."}


def _text(rows: int, **attrs: Any) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **attrs})


class StepForm(forms.Form):
    """One step of filing. Every field of the form is a field of the request of the same name."""

    step: ClassVar[str] = ""

    def __init__(self, *args: Any, silos: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        if "silo" in self.fields:
            if silos is None:
                del self.fields["silo"]
            else:
                self.fields["silo"].queryset = silos  # type: ignore[attr-defined]

    def full_clean(self) -> None:
        """Also: a date that cannot be read is shown as text, for a date control would hide what was typed."""
        super().full_clean()
        for name in self.errors if self.is_bound else ():
            if isinstance(self.fields.get(name), Day):
                self.fields[name].widget.input_type = "text"


class WhatForm(StepForm):
    """Step 1: what and why."""

    step = "what"
    silo = forms.ModelChoiceField(
        Silo.objects.none(),
        label="Which department asks?",
        help_text="Only departments for which you may file.",
        error_messages={"invalid_choice": "This department is unknown, or you may not file for it. Choose another."},
    )
    title = PlainText(
        max_length=300,
        required=False,
        label="What do you want to call it?",
        help_text="Say what will be different, not the name of a product. Others recognise their own plans by it.",
        error_messages=TOO_LONG,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    problem = PlainText(
        max_length=50_000,
        required=False,
        label="What is the trouble?",
        help_text="What goes wrong today, for which customers, and how you know. We compare this with what every other "
        "department has filed.",
        error_messages=TOO_LONG,
        widget=_text(6),
    )
    proposal = PlainText(
        max_length=50_000,
        required=False,
        label="What do you propose?",
        help_text="What you would do about it, as far as you know. An idea is enough.",
        error_messages=TOO_LONG,
        widget=_text(6),
    )


class WhomForm(StepForm):
    """Step 2: for whom."""

    step = "whom"
    kind = forms.ChoiceField(
        choices=ProjectRequest.Kind.choices,
        required=False,
        widget=forms.RadioSelect,
        label="Who is it for?",
        help_text="We ask, because what customers notice is planned together with everything else they notice.",
    )
    objective = forms.ModelChoiceField(
        Objective.objects.none(),
        required=False,
        label="Which objective does it serve most?",
        empty_label="None, or not known yet",
        help_text="The board weighs requests against what the organisation wants to reach.",
    )
    sponsor = PersonField(
        Person.objects.able_to_answer,
        required=False,
        label="Who sponsors it?",
        help_text="The person who defends it before the board. They see it from now on and are told what happens.",
    )
    first_heard = forms.ChoiceField(
        choices=[("", "Not known yet"), *ProjectRequest.FirstHeard.choices],
        required=False,
        label="When did IT first hear of it?",
        help_text="So that the organisation can see whether IT is at the table from the start. No answer is wrong.",
    )
    confidential = forms.BooleanField(
        required=False,
        label="Confidential",
        help_text="Only you, the sponsor, architects and the board see it. Others learn only that a confidential "
        "request touches theirs, and whom to ask.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["objective"].queryset = Objective.objects.filter(retired_on=None)  # type: ignore[attr-defined]


class WhenForm(StepForm):
    """Step 4: when, and how much."""

    step = "when"
    wanted_start = Day(
        required=False, label="When would work start?", help_text="Roughly. We use it to see what must come first."
    )
    wanted_go_live = Day(
        required=False,
        label="When should customers or staff notice it?",
        help_text="The go-live. We use it to find changes that land at the same place in the same weeks.",
    )
    one_off_cost = Money(
        required=False,
        max_length=40,
        label="What does it cost once?",
        help_text="A rough figure is fine. Only your department, architects and the board see it.",
    )
    yearly_cost = Money(
        required=False,
        max_length=40,
        label="And every year after?",
        help_text="Licences, support, people.",
    )
    promised_effect = PlainText(
        max_length=2000,
        required=False,
        label="What do you promise will be different?",
        help_text="A number that moves, and by how much. After delivery the board looks whether it came.",
        error_messages=TOO_LONG,
        widget=_text(3),
    )
    promised_by = Day(required=False, label="By when should it be seen?", help_text="When the board may look.")

    def clean(self) -> dict[str, Any]:
        """The go-live may not lie before the start."""
        data = super().clean() or {}
        start, live = data.get("wanted_start"), data.get("wanted_go_live")
        if start and live and live < start:
            self.add_error("wanted_go_live", "The go-live lies before the start. Choose a later one, or start earlier.")
        return data


STEP_FORMS: dict[str, type[StepForm]] = {form.step: form for form in (WhatForm, WhomForm, WhenForm)}


class SkillForm(forms.Form):
    """A skill that the request needs, in person-days."""

    skill = forms.ModelChoiceField(
        Skill.objects.none(),
        label="Skill",
        empty_label="Choose a skill",
        error_messages={
            "required": "Choose a skill.",
            "invalid_choice": "This skill is unknown. Choose one of the list.",
        },
    )
    days = forms.IntegerField(
        min_value=1,
        max_value=100_000,
        label="Days of work",
        widget=forms.NumberInput(attrs={"class": "short", "min": 1}),
        error_messages={"required": "Say how many days.", "invalid": "Write a whole number of days, such as 20."},
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, prefix="skill", label_suffix="", **kwargs)
        self.fields["skill"].queryset = Skill.objects.active().order_by("name", "id")  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.is_required = False


class CapacityForm(forms.Form):
    """A number of person-days for each skill and quarter; an empty field says that nobody knows. What the person saw is
    sent along, so that only what they changed is stored and not what somebody else has changed meanwhile."""

    def __init__(self, data: Any = None, *, rows: list[CapacityRow], quarters: list[Quarter], **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", **kwargs)
        self.cells: dict[str, tuple[Skill, Quarter]] = {}
        for row in rows:
            for quarter, days in zip(quarters, row.days, strict=True):
                name = f"s{row.skill.pk}-{quarter[0]}-{quarter[1]}"
                self.cells[name] = (row.skill, quarter)
                self.fields[name] = forms.IntegerField(
                    min_value=0,
                    max_value=1_000_000,
                    required=False,
                    initial=days,
                    show_hidden_initial=True,
                    label=f"{row.skill.name}, {quarter_label(quarter)}",
                    widget=forms.NumberInput(attrs={"class": "short", "min": 0}),
                    error_messages={"invalid": "Write a whole number of days, such as 120."},
                )

    def days(self) -> dict[tuple[Skill, Quarter], int | None]:
        """What was changed, by skill and quarter; a field that was not sent was not on the page."""
        said = [name for name in self.changed_data if name in self.data]
        return {self.cells[name]: self.cleaned_data[name] for name in said}

    def table(self) -> list[tuple[Skill, list[tuple[forms.BoundField, str]]]]:
        """The fields of each skill in order, each with a hidden one that says what the person saw."""
        rows: dict[Skill, list[tuple[forms.BoundField, str]]] = {}
        for name, (skill, _) in self.cells.items():
            rows.setdefault(skill, []).append((self[name], self[name].as_hidden(only_initial=True)))
        return list(rows.items())


class NeedForm(forms.Form):
    """Another request that must come first, found by its reference or words of its title."""

    find = PlainText(
        max_length=300,
        label="Find a request",
        help_text="Its reference, or words of its title.",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    why = PlainText(
        max_length=500,
        required=False,
        label="Why do you need it first?",
        error_messages=TOO_LONG,
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, prefix="need", label_suffix="", **kwargs)


class HeadsUpForm(forms.Form):
    """Five fields for a mere idea. Who may file for several departments says which; others say when IT first heard."""

    title = PlainText(
        max_length=300,
        label="What is the idea?",
        help_text="One line that others would recognise.",
        error_messages={**TOO_LONG, "required": "Give the idea a name of one line."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    problem = PlainText(
        max_length=50_000,
        label="What is the trouble?",
        help_text="What goes wrong today, and for whom. Two sentences are enough to find who else has it.",
        error_messages={**TOO_LONG, "required": "Say in a sentence or two what goes wrong today."},
        widget=_text(5),
    )
    kind = forms.ChoiceField(
        choices=ProjectRequest.Kind.choices,
        widget=forms.RadioSelect,
        label="Who is it for?",
        error_messages={"required": "Choose whom it is for."},
    )
    wanted_go_live = Day(required=False, label="Roughly when?", help_text="A guess at the day it would go live.")
    first_heard = forms.ChoiceField(
        choices=[("", "Not known yet"), *ProjectRequest.FirstHeard.choices],
        required=False,
        label="When did IT first hear of it?",
        help_text="As an idea is best: that is what a heads-up is for.",
    )
    silo = forms.ModelChoiceField(
        Silo.objects.none(),
        label="Which department asks?",
        empty_label="Choose a department",
        error_messages={
            "required": "Choose the department that asks.",
            "invalid_choice": "This department is unknown, or you may not file for it. Choose another.",
        },
    )
    token = forms.CharField(max_length=36, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, silos: Any, **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", **kwargs)
        self.silos = silos
        if len(silos) == 1:
            del self.fields["silo"]
        else:
            del self.fields["first_heard"]
            self.fields["silo"].queryset = Silo.objects.filter(pk__in=[each.pk for each in silos])  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The department of somebody who has only one is not asked for."""
        data = super().clean() or {}
        if len(self.silos) == 1:
            data["silo"] = self.silos[0]
        return data


class CommentForm(forms.Form):
    """A word in the discussion."""

    text = PlainText(
        max_length=5000,
        label="Write to everyone on this request",
        widget=_text(3),
        error_messages={**TOO_LONG, "required": "Write something first."},
    )


class MoveForm(forms.Form):
    """Why a request makes a step of its lifecycle."""

    why = PlainText(max_length=5000, label="Why?", widget=_text(4), error_messages=TOO_LONG, required=False)

    def __init__(self, data: Any = None, *, needs_reason: bool, **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", **kwargs)
        self.needs_reason = needs_reason
        self.fields["why"].required = needs_reason
        self.fields["why"].help_text = "Everybody who follows the request reads this, today and years from now."
        self.fields["why"].error_messages["required"] = "Say why, so that everybody concerned can read it later."


class PreferencesForm(forms.Form):
    """What a person chooses for themselves."""

    wants_mail = forms.BooleanField(
        required=False,
        label="Send me mail",
        help_text="One mail for each notification. Without it, they wait for you here.",
    )
    shortcuts = forms.BooleanField(
        required=False,
        label="Keyboard shortcuts",
        help_text="Single keys such as / and j act while you are not typing. Switch them off if you use speech input.",
    )
