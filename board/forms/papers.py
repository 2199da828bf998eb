"""Forms of the board's papers: sharing a pack with a reader."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from board.forms.meetings import Day
from board.models import Meeting, Pack
from customers.person_field import PersonField, pick_person
from portfolio.models import Person

USUAL_DAYS = 14


class PackLinkForm(forms.Form):
    """Who reads which pack until when: a person with an account, or somebody by name."""

    pack = forms.ModelChoiceField(Pack.objects.none(), empty_label=None)
    person = PersonField(
        Person.objects.none(), required=False, label="Somebody with an account",
        help_text="They sign in, and see it as they see requests: money and confidential ones only where they may.",
    )  # fmt: skip
    name = forms.CharField(
        max_length=160, required=False, label="Or somebody else, by name",
        help_text="Sees neither money nor anything confidential.",
    )  # fmt: skip
    until = forms.DateField(
        label="Opens until", widget=Day(), help_text="The end of that day, at most 90 days from now."
    )

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        packs = Pack.objects.filter(meeting=meeting).defer("document").order_by("-number")
        self.fields["pack"].queryset = packs  # type: ignore[attr-defined]
        self.fields["pack"].label_from_instance = lambda pack: f"Pack {pack.number}"  # type: ignore[attr-defined]
        pick_person(self, "person", Person.objects.able_to_answer())
        self.fields["until"].initial = timezone.localdate() + timedelta(days=USUAL_DAYS)

    def clean(self) -> dict[str, Any]:
        """Exactly one reader."""
        data: dict[str, Any] = super().clean() or {}
        named = bool((data.get("name") or "").strip())
        if bool(data.get("person")) == named and "person" not in self.errors and "name" not in self.errors:
            self.add_error("person", "Say who reads it: choose somebody with an account, or write a name, not both.")
        return data

    def cleaned(self) -> dict[str, Any]:
        """What `make_pack_link` takes."""
        data = self.cleaned_data
        ends = timezone.make_aware(datetime.combine(data["until"], time.max.replace(microsecond=0)))
        return {"pack": data["pack"], "person": data["person"], "name": data["name"], "until": ends}
