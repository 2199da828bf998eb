"""The form of a decision, with the rows that some kinds need. It checks shape, services.decisions.rulings the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from board.forms.meetings import Day, year_is_meant
from board.models import Decision, Meeting, Vote
from board.packs.options import Option
from board.services.decisions.rulings import NewCondition, NewFamily, NewHold, NewQuestion, NewVote, Ruling
from customers.fields import ManyOf
from customers.person_field import People, PersonField, pick_person
from portfolio.models import Person, ProjectRequest

CONDITION_ROWS = 6
#: So many of them are shown at first.
SHOWN_ROWS = 3
QUESTION_ROWS = 3
HOLD_DAYS = 28
DEFER_DAYS = 91
Kind = Decision.Kind
#: Which of the optional fields a choice needs; "order" stands for the places of the requests.
NEEDED: dict[str, tuple[str, ...]] = {
    Kind.HOLD: ("hold_condition", "hold_owner", "hold_until"),
    Kind.MERGE: ("survivor", "approve_survivor"),
    Kind.SEQUENCE: ("after", "order"),
    Kind.JOIN: ("lead", "family_owner", "partner", "approve_members"),
    Kind.DEFER: ("until",),
}
#: What each choice asks for, and how.
ASKED: dict[str, dict[str, str]] = {
    Kind.HOLD: {
        "hold_condition": "Write down the question that must be answered before it goes on.",
        "hold_owner": "Name the one person who answers it.",
        "hold_until": "Say on which day it returns by itself.",
    },
    Kind.JOIN: {"lead": "Choose the request that leads.", "family_owner": "Name the one person who owns the family."},
}
OPTIONAL = tuple(name for names in NEEDED.values() for name in names if name != "order")
#: Kinds with which conditions can go.
WITH_CONDITIONS = (Kind.APPROVE_WITH_CONDITIONS, Kind.JOIN, Kind.MERGE, Kind.SEQUENCE)


#: The suggestions that all lines of the room share; they stand in _decide_fields.html.
PEOPLE_LIST = "people-who-can-own"


class TaskForm(forms.Form):
    """What somebody is to do by a day: all three, or nothing at all."""

    text = forms.CharField(label="Condition", max_length=500, required=False)
    owner = PersonField(Person.objects.none(), label="Who sees to it", required=False)
    due = forms.DateField(label="By", required=False, widget=Day(), validators=[year_is_meant])
    missing: Mapping[str, str] = {"text": "Say what must be true.", "owner": "Name one person.", "due": "Say by when."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        people = kwargs.pop("people")
        super().__init__(*args, **kwargs)
        pick_person(self, "owner", people, shared=PEOPLE_LIST)

    def clean(self) -> dict[str, Any]:
        """Raises a message at each field that is missing from a row that was begun."""
        data = super().clean() or {}
        if any(data.get(name) for name in ("text", "owner", "due")):
            for name, message in self.missing.items():
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, message)
        return data

    @property
    def is_filled(self) -> bool:
        """Whether something was written into the row."""
        return bool(self.cleaned_data.get("text"))


class QuestionForm(TaskForm):
    """What the board wants to know, from whom, by when."""

    missing = {"text": "Say what the board wants to know.", "owner": "Name one person.", "due": "Say by when."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = "What the board wants to know"
        self.fields["owner"].label = "From whom"


class VoteForm(forms.Form):
    """How one member voted; `words` are why, or their dissent."""

    choice = forms.ChoiceField(label="Vote", required=False, choices=[("", "Not said"), *Vote.Choice.choices])
    words = forms.CharField(label="In their words", required=False, max_length=1000)

    def __init__(self, data: Any = None, *, person: Person) -> None:
        super().__init__(data, prefix=f"v{person.pk}")
        self.person = person
        self.fields["choice"].widget.attrs["aria-label"] = f"How {person} voted"
        self.fields["words"].widget.attrs["aria-label"] = f"What {person} said"

    @property
    def vote(self) -> NewVote | None:
        """The vote; words alone are a dissent. None where nothing was said."""
        choice, words = self.cleaned_data.get("choice", ""), self.cleaned_data.get("words", "").strip()
        if not choice and not words:
            return None
        return NewVote(self.person, choice or Vote.Choice.AGAINST, words)


def _is_typed(row: TaskForm) -> bool:
    return any(row[name].value() for name in ("text", "owner", "due"))


@dataclass(frozen=True, slots=True)
class Table:
    """What is on the table when a decision is recorded: the requests that can be decided over, the options laid
    out, requests outside that want the same (`twins`) or are tied to it (`related`), who may vote, what the meeting
    writes down of votes, whether it decides by them, and whether who records may do so against the vote."""

    members: Sequence[ProjectRequest]
    options: Sequence[Option]
    twins: Sequence[ProjectRequest] = ()
    related: Sequence[ProjectRequest] = ()
    voters: Sequence[Person] = ()
    voting: str = Meeting.Voting.NONE
    by_vote: bool = False
    chair: str = ""
    may_override: bool = False


class DecisionForm(forms.Form):
    """What the board says about one item. Fields that another choice needs may hold anything; they are left alone."""

    kind = forms.ChoiceField(
        choices=[],
        widget=forms.RadioSelect,
        label="Decision",
        error_messages={
            "required": "Choose what the board decides.",
            "invalid_choice": "This is not possible over this item as it stands now. Choose one of the options shown.",
        },
    )
    reason = forms.CharField(
        label="Because",
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 1, "placeholder": "Why, in one sentence"}),
    )
    hold_condition = forms.CharField(label="The question to be answered", max_length=500, required=False)
    hold_owner = PersonField(Person.objects.none(), label="Who answers it", required=False)
    hold_until = forms.DateField(label="It returns on", required=False, widget=Day(), validators=[year_is_meant])
    survivor = forms.ModelChoiceField(ProjectRequest.objects.none(), label="The request that stays", required=False)
    approve_survivor = forms.BooleanField(label="And approve the one that stays", required=False)
    after = ManyOf(
        ProjectRequest.objects.none(),
        label="It goes after",
        help_text="Of several it waits for all.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    until = forms.DateField(label="It comes back on", required=False, widget=Day(), validators=[year_is_meant])
    partner = forms.ModelChoiceField(ProjectRequest.objects.none(), label="Together with", required=False)
    lead = forms.ModelChoiceField(ProjectRequest.objects.none(), label="Which one leads", required=False)
    family_owner = PersonField(Person.objects.none(), label="Who owns the family", required=False)
    approve_members = forms.BooleanField(label="And approve what is on the table", required=False)
    override = forms.CharField(label="Against the vote, because", required=False, max_length=500)
    submission = forms.CharField(widget=forms.HiddenInput, max_length=64)
    version = forms.IntegerField(widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=200_000)

    def __init__(self, *args: Any, table: Table, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.table = table
        self.members = list(table.members)
        self._offer()
        for place, request in enumerate(self.members, start=1):
            self.fields[f"place_{request.pk}"] = forms.IntegerField(
                label=f"Place of {request.reference}", required=False, min_value=1, max_value=99, initial=place
            )
        self.people = People(Person.objects.able_to_answer())
        for name in ("hold_owner", "family_owner"):
            pick_person(self, name, self.people, shared=PEOPLE_LIST)
        asked = self.kind_value == Kind.RETURN
        self.rows = [self._row(TaskForm, f"c{row}", self.takes_conditions) for row in range(CONDITION_ROWS)]
        self.questions = [self._row(QuestionForm, f"q{row}", asked) for row in range(QUESTION_ROWS)]
        self.votes = [
            VoteForm(self.data if self.is_bound else None, person=person)
            for person in table.voters
            if table.voting != Meeting.Voting.NONE
        ]

    def _offer(self) -> None:
        """Offer what is laid out, and of the requests those that fit each field."""
        table, today = self.table, timezone.localdate()
        self.fields["kind"].choices = [(each.kind, each.label) for each in table.options]  # type: ignore[attr-defined]
        several = len(self.members) > 1
        self._choose("survivor", self.members if several else table.twins)
        self._choose("after", table.related)
        self._choose("partner", table.twins)
        self._choose("lead", self.members if several else [*self.members, *table.twins])
        self.fields["hold_until"].initial = today + timedelta(days=HOLD_DAYS)
        self.fields["until"].initial = today + timedelta(days=DEFER_DAYS)
        self.fields["approve_members"].initial = True

    def _row(self, form: type[TaskForm], prefix: str, is_asked: bool) -> TaskForm:
        """A row. Where the choice has none of its kind, what was typed stays, but is not checked."""
        if is_asked:
            return form(self.data if self.is_bound else None, prefix=prefix, people=self.people)
        typed = {name: self.data.get(f"{prefix}-{name}", "") for name in ("text", "owner", "due")}
        return form(initial=typed, prefix=prefix, people=self.people)

    def _choose(self, name: str, requests: Sequence[ProjectRequest]) -> None:
        field: Any = self.fields[name]
        field.queryset = ProjectRequest.objects.filter(pk__in=[request.pk for request in requests])
        field.error_messages["invalid_choice"] = "This request can no longer be chosen here. Choose one of those shown."
        empty = [] if isinstance(field, ManyOf) else [("", "Choose one")]
        field.choices = [*empty, *((request.pk, str(request)) for request in requests)]

    @property
    def places(self) -> list[tuple[ProjectRequest, Any]]:
        """The members, each with the field that puts it in order."""
        return [(request, self[f"place_{request.pk}"]) for request in self.members]

    @property
    def kind_value(self) -> str:
        """The choice as it was sent, or nothing."""
        return str(self["kind"].value() or "")

    @property
    def takes_conditions(self) -> bool:
        """Whether conditions can go with the choice as it was sent."""
        return self.kind_value in WITH_CONDITIONS

    @property
    def typed_conditions(self) -> bool:
        """Whether a condition was begun, whatever was chosen."""
        return any(_is_typed(row) for row in self.rows)

    @property
    def many_conditions(self) -> bool:
        """Whether one of the rows that are folded away was begun."""
        return any(_is_typed(row) for row in self.rows[SHOWN_ROWS:])

    @property
    def typed_votes(self) -> bool:
        """Whether a vote was begun."""
        return self.is_bound and any(row["choice"].value() or row["words"].value() for row in self.votes)

    @property
    def votes_cast(self) -> list[NewVote]:
        """The votes that were typed and can be read."""
        return [vote for vote in (row.vote for row in self.votes if row.is_bound and row.is_valid()) if vote]

    @property
    def all_rows(self) -> list[forms.Form]:
        """Every form inside this one that is checked, for the summary of errors."""
        asked: list[forms.Form] = [*self.votes]
        asked += self.rows if self.takes_conditions else []
        asked += self.questions if self.kind_value == Kind.RETURN else []
        return asked

    def is_valid(self) -> bool:
        """Whether the form and the rows that the choice asks for have the right shape."""
        valid = super().is_valid()
        for row in self.all_rows:
            valid = row.is_valid() and valid
        return valid

    def clean(self) -> dict[str, Any]:
        """Forgets what is wrong with fields that the chosen kind does not need, and takes the reason that is laid out
        where the board gave no other."""
        data = super().clean() or {}
        needed = NEEDED.get(self.kind_value, ())
        for name in (*OPTIONAL, *(f"place_{request.pk}" for request in self.members)):
            if name not in needed and not (name.startswith("place_") and "order" in needed):
                self.errors.pop(name, None)
        complete = [row for row in self.rows if all(row[name].value() for name in ("text", "owner", "due"))]
        if self.kind_value and complete and not self.takes_conditions:
            self.add_error(
                "kind", "There are conditions, but the choice has none. Choose “approve with conditions” or empty them."
            )
        for name, message in ASKED.get(self.kind_value, {}).items():
            if not data.get(name) and name not in self.errors:
                self.add_error(name, message)
        if not data.get("reason", "").strip() and "reason" not in self.errors:
            data["reason"] = next((each.because for each in self.table.options if each.kind == data.get("kind")), "")
            if not data["reason"] and data.get("kind"):
                self.add_error("reason", "Say why in a sentence: whoever is concerned reads it.")
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
        filled = [row.cleaned_data for row in self.rows if row.is_filled] if self.takes_conditions else []
        asked = [row.cleaned_data for row in self.questions if row.is_filled] if kind == Kind.RETURN else []
        order, places = self._order() if kind == Kind.SEQUENCE else ([], [])
        return Ruling(
            kind=kind,
            reason=data["reason"],
            conditions=[NewCondition(row["text"], row["owner"], row["due"]) for row in filled],
            hold=self._hold() if kind == Kind.HOLD else None,
            survivor=data.get("survivor") if kind == Kind.MERGE else None,
            approve_survivor=bool(data.get("approve_survivor")) and kind == Kind.MERGE,
            order=order,
            places=places,
            after=list(data.get("after") or ()) if kind == Kind.SEQUENCE else [],
            until=data.get("until") if kind == Kind.DEFER else None,
            questions=[NewQuestion(row["text"], row["owner"], row["due"]) for row in asked],
            family=self._family() if kind == Kind.JOIN else None,
            votes=self.votes_cast,
            override=data.get("override", "").strip(),
        )

    def _hold(self) -> NewHold | None:
        data = self.cleaned_data
        if not data.get("hold_owner") or not data.get("hold_until"):
            return None
        return NewHold(data["hold_owner"], data["hold_condition"], data["hold_until"])

    def _family(self) -> NewFamily | None:
        data = self.cleaned_data
        if not data.get("lead") or not data.get("family_owner"):
            return None
        approve = bool(data.get("approve_members"))
        return NewFamily(data["lead"], data["family_owner"], data.get("partner"), approve)

    def _order(self) -> tuple[list[ProjectRequest], list[int]]:
        """The members by the place they were given, and their places; nothing where one has none."""
        given = {request.pk: self.cleaned_data.get(f"place_{request.pk}") for request in self.members}
        if len(self.members) == 1 or None in given.values():
            return [], []
        order = sorted(self.members, key=lambda request: given[request.pk] or 0)
        return order, [given[request.pk] or 0 for request in order]
