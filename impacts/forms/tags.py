"""Forms for what a request touches: one line each."""

from typing import Any

from django import forms

from customers.fields import ManyOf, find_by_words
from customers.models import DataDomain, IdentifyingAttribute, Measure, Segment, System, Touchpoint
from impacts.models import Bet, DataUse, Impact, PlannedContact, SystemUse


class TagForm(forms.ModelForm):  # type: ignore[type-arg]
    """One line about a request. Which entries may be chosen: the active ones, and the one that is chosen already."""

    #: Field names and the registers they choose from.
    registers: dict[str, Any] = {}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            _name_the_empty_choice(field)
        for name, model in self.registers.items():
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                chosen = getattr(self.instance, f"{name}_id", None)
                active = model.objects.active()
                field.queryset = (active | model.objects.filter(pk=chosen) if chosen else active).order_by("name", "id")
                find_by_words(field, model.register)

    def fields_given(self) -> dict[str, Any]:
        """Keyword arguments for the services."""
        return {name: self.cleaned_data[name] for name in self.cleaned_data}


def _name_the_empty_choice(field: forms.Field) -> None:
    """A list begins with words, not with dashes."""
    words = "Choose one" if field.required else "Not said"
    if isinstance(field, forms.ModelChoiceField) and field.empty_label is not None:
        field.empty_label = words
    elif isinstance(field, forms.TypedChoiceField):
        field.choices = [choice if choice[0] else ("", words) for choice in field.widget.choices]


class ImpactForm(TagForm):
    """What it does at one touchpoint."""

    registers = {"touchpoint": Touchpoint, "measure": Measure, "segments": Segment}

    class Meta:
        model = Impact
        fields = ("touchpoint", "effect", "direction", "measure", "measure_sign", "segments", "note")
        labels = {
            "touchpoint": "Where the customer notices it",
            "effect": "What you do to it",
            "direction": "For the customer it gets",
            "measure": "Which measure moves",
            "measure_sign": "Up or down",
            "segments": "For which customers",
        }
        help_texts = {"segments": "None chosen means all of them."}
        widgets = {"segments": forms.CheckboxSelectMultiple}
        field_classes = {"segments": ManyOf}

    def clean(self) -> dict[str, Any]:
        """A measure and its sign go together."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("measure") and not given.get("measure_sign"):
            self.add_error("measure_sign", "Say whether the measure goes up or down.")
        if given.get("measure_sign") and not given.get("measure"):
            self.add_error("measure", "Say which measure moves, or leave “up or down” empty.")
        return given


class DataUseForm(TagForm):
    """What it does to one kind of data."""

    registers = {"domain": DataDomain, "system": System, "attributes": IdentifyingAttribute}

    class Meta:
        model = DataUse
        fields = ("domain", "mode", "system", "attributes")
        labels = {
            "domain": "Which customer data",
            "mode": "What you do with it",
            "system": "In which system",
            "attributes": "By what will a customer be found there?",
        }
        help_texts = {
            "attributes": "Only what your request brings to that system: it is how two systems come to know the same "
            "customer. None chosen means that nothing changes."
        }
        widgets = {"attributes": forms.CheckboxSelectMultiple}
        field_classes = {"attributes": ManyOf}


class SystemUseForm(TagForm):
    """What it does to one system."""

    registers = {"system": System}

    class Meta:
        model = SystemUse
        fields = ("system", "effect")
        labels = {"system": "Which system", "effect": "What you do to it"}


class ContactForm(TagForm):
    """One planned contact."""

    registers = {"segment": Segment}

    class Meta:
        model = PlannedContact
        fields = ("segment", "channel", "first_day", "times", "every_days", "purpose")
        labels = {
            "segment": "To which customers",
            "channel": "By which way",
            "first_day": "First day",
            "times": "How many times each",
            "every_days": "Days between",
            "purpose": "What for",
        }
        widgets = {"first_day": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}


class BetForm(TagForm):
    """One bet."""

    registers = {"segment": Segment, "measure": Measure}

    class Meta:
        model = Bet
        fields = ("segment", "moves", "measure", "amount", "due", "note")
        labels = {
            "segment": "For which customers",
            "moves": "What moves",
            "measure": "Which measure",
            "amount": "By how much",
            "due": "By when",
            "note": "How it will be counted",
        }
        help_texts = {
            "measure": "Only where what moves is a measure. It moves the way that is better for customers.",
            "amount": "The difference, in customers or in the unit of the measure: 9,200 calls that become 6,500 are "
            "2700.",
        }
        widgets = {"due": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def clean(self) -> dict[str, Any]:
        """A measure goes with the choice that a measure moves."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("moves") == Bet.Moves.MEASURE and not given.get("measure"):
            self.add_error("measure", "Say which measure moves.")
        if given.get("measure") and given.get("moves") not in (None, "", Bet.Moves.MEASURE):
            self.add_error("measure", "Choose no measure, or say above that a measure moves.")
        return given
