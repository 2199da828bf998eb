"""The form that hands over what somebody who is gone answered for."""

from typing import Any, cast

from django import forms

from customers.models import RegisterEntry
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
        people = Person.objects.able_to_answer()
        # One query for the choices of every field.
        choices = [("", "Choose a successor"), *((str(person.pk), _shown(person)) for person in people)]
        self.fields[ALL] = self._field("Everything goes to", people, choices)
        self.fields[ALL].help_text = "Or choose for each below; a choice there counts before this one."
        for entry in vacancy.entries:
            self.fields[key_of(entry)] = self._field(f"{entry.name}", people, choices)

    def _field(self, label: str, people: Any, choices: list[tuple[str, str]]) -> forms.Field:
        field = forms.ModelChoiceField(people, label=label, required=False)
        field.choices = choices
        return field

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


def _shown(person: Person) -> str:
    return f"{person.name}, {person.job_title}" if person.job_title else person.name
