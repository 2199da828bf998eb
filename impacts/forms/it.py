"""Forms for hours with customers, value stories and service tiers."""

from typing import Any, cast

from django import forms
from django.contrib.auth import get_user_model
from django.utils import timezone

from customers.fields import ManyOf
from customers.models import CustomerTime, Segment, ServiceTier, Touchpoint, ValueStory
from customers.person_field import pick_person


def _active(field: Any, model: Any, chosen: int | None, empty: str) -> None:
    """Offer the entries in use, and the one that is chosen already."""
    field.queryset = (model.objects.active() | model.objects.filter(pk=chosen)).order_by("name", "id")
    field.empty_label = empty


class TimeForm(forms.ModelForm):  # type: ignore[type-arg]
    """Hours with customers. Only who keeps the registers says whose they are; for everybody else they are their own."""

    class Meta:
        model = CustomerTime
        fields = ("person", "day", "whole_month", "hours", "segment", "touchpoint", "words")
        labels = {
            "person": "Who",
            "day": "Which day",
            "whole_month": "These are hours of the whole month of that day",
            "hours": "How many hours",
            "segment": "With which customers",
            "touchpoint": "At which touchpoint",
            "words": "What was it about",
        }
        help_texts = {
            "whole_month": "For what you counted by month only. Days that you wrote one by one come on top.",
            "hours": "In the same room or on the phone with customers. Quarters count: 1.25.",
            "segment": "So that others see when IT last met these customers.",
            "words": "What you learned, for who asks you.",
        }
        widgets = {
            "day": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "hours": forms.NumberInput(attrs={"step": "0.25", "min": "0.25"}),
        }

    def __init__(self, *args: Any, for_others: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        if for_others:
            people: Any = get_user_model()._default_manager
            pick_person(self, "person", people.filter(kind="person").order_by("name", "id"))
        else:
            del self.fields["person"]
        if self.instance.pk is None:
            self.initial.setdefault("day", timezone.localdate())
        _active(self.fields["segment"], Segment, self.instance.segment_id, "Several, or not said")
        _active(self.fields["touchpoint"], Touchpoint, self.instance.touchpoint_id, "None of ours, or not said")

    def clean(self) -> dict[str, Any] | None:
        """The hours of a whole month stand at its first day, whichever day of it was chosen."""
        day = self.cleaned_data.get("day")
        if day and self.cleaned_data.get("whole_month"):
            self.cleaned_data["day"] = day.replace(day=1)
        return super().clean()


class StoryForm(forms.ModelForm):  # type: ignore[type-arg]
    """A value story. The figure may have a value before; it always has one now."""

    segments = ManyOf(
        Segment.objects.none(),
        label="For which customers",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Say for which customers it was; choose at least one."},
    )

    class Meta:
        model = ValueStory
        fields = ("title", "what", "segments", "figure", "before", "after", "source")
        labels = {
            "title": "What happened, in one sentence",
            "what": "What did IT do, and what do customers have of it",
            "figure": "Which figure shows it",
            "before": "What it was before",
            "after": "What it is now",
            "source": "Where does the figure come from",
        }
        help_texts = {
            "title": "Such as: nobody waits for a new card abroad any more.",
            "figure": "Such as: days until a card reaches a customer abroad.",
            "before": "Empty where nobody counted it.",
            "source": "So that whoever reviews it can look.",
        }
        widgets = {"what": forms.Textarea(attrs={"rows": 6})}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        held = [each.pk for each in self.instance.segments.all()] if self.instance.pk else []
        offered = Segment.objects.active() | Segment.objects.filter(pk__in=held)
        cast(ManyOf, self.fields["segments"]).queryset = offered.order_by("name", "id")


class ServiceForm(forms.ModelForm):  # type: ignore[type-arg]
    """What customers get at one touchpoint."""

    class Meta:
        model = ServiceTier
        fields = (
            "name", "included", "response", "response_unit", "hours_of_service", "price", "price_for", "borne_by",
        )  # fmt: skip
        labels = {
            "name": "What is it called",
            "included": "What is included",
            "response": "Answered within",
            "response_unit": "Counted in",
            "hours_of_service": "When",
            "price": "Price",
            "price_for": "The price is for",
            "borne_by": "Who bears the cost",
        }
        help_texts = {
            "hours_of_service": "Such as: Monday to Friday, 8 to 18.",
            "price": "What the customer pays; 0 where it is free to them. Empty where nobody said.",
            "price_for": "Such as: a month, a call.",
            "borne_by": "The department or budget that pays. Needed where there is no price.",
        }
        widgets = {"included": forms.Textarea(attrs={"rows": 4})}


class MoveForm(forms.Form):
    """A step of a story: which version was read, and why where a reason is needed."""

    expected = forms.IntegerField(min_value=1, max_value=2_000_000_000, widget=forms.HiddenInput)
    why = forms.CharField(
        required=False,
        max_length=100,
        label="Why",
        help_text="So that its author knows what to mend.",
        error_messages={"required": "Say why, so that its author knows what to mend."},
    )

    def __init__(self, *args: Any, needs_reason: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why"].required = needs_reason
