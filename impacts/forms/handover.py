"""The form that hands over what somebody who is gone answered for."""

from typing import Any, cast

from django import forms

from customers.models import RegisterEntry
from customers.person_field import People, PersonField, PersonInput
from portfolio.errors import HandOverProblem
from portfolio.models import Person
from portfolio.selectors.holdings import Vacancy
from portfolio.services.handover import key_of

ALL = "everything"


class HandOverForm(forms.Form):
    """One successor for everything, or one for each; what is left empty stays where it is."""

    def __init__(self, data: Any = None, *, vacancy: Vacancy) -> None:
        super().__init__(data, label_suffix="")
        self.vacancy = vacancy
        self.people = People(Person.objects.able_to_answer())
        self.fields[ALL] = self._field("Everything goes to")
        self.fields[ALL].help_text = "Or choose for each below; a choice there counts before this one."
        for entry in vacancy.entries:
            self.fields[key_of(entry)] = self._field(f"{entry.name}")

    def _field(self, label: str) -> PersonField:
        """A line for a successor; all of them share the suggestions that stand on the page once."""
        line = PersonInput({"list": "people-who-can-answer"})
        return PersonField(self.people, label=label, required=False, widget=line)

    def clean(self) -> dict[str, Any]:
        """At least one successor."""
        data = super().clean() or {}
        if not self.errors and not any(data.values()):
            self.add_error(None, "Choose a successor: one for everything, or one for each.")
        return data

    def successors(self) -> dict[RegisterEntry, Person]:
        """Who answers for what from now on."""
        everything = cast("Person | None", self.cleaned_data.get(ALL))
        chosen = {entry: self.cleaned_data.get(key_of(entry)) or everything for entry in self.vacancy.entries}
        return {entry: person for entry, person in chosen.items() if person is not None}

    def add_problems(self, error: HandOverProblem) -> None:
        """Show what the service says, at the fields where it belongs."""
        self.add_error(None, str(error))
        for key, text in error.fields.items():
            self.add_error(key if key in self.fields else None, text)

    def each(self) -> list[tuple[RegisterEntry, forms.BoundField]]:
        """The entries with their fields."""
        return [(entry, self[key_of(entry)]) for entry in self.vacancy.entries]
