"""Forms of plans: what a scenario sets, a pin, a proposal to the board. They check shape; services keep the rules."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from board.models import Meeting, Scenario, ScenarioPin
from board.planning.horizon import LEAST, MOST, Horizon
from board.planning.settings import APART, APPROVED, SHARES, LeastShare, PlanSettings, Pot, Target
from impacts.engine.quarters import Quarter, quarter_name

SPARE = 2
"""Empty rows that a table of the form offers beyond those that are filled."""

MOST_CHOICES = 300
"""More requests than this are not offered in a list: their reference is typed."""

MOST_MONEY = 10**12
NUMBERS: dict[str, tuple[str, str, int, int]] = {
    "years": (
        "Years that count",
        "What a request does for customers, and what it costs to run, is summed over them.",
        1,
        10,
    ),
    "internal": ("Worth of an internal request", "Per cent of its cost, since no customer tells us.", 0, 1000),
    "slack": ("Quarters that a regulatory request may be late", "Against the quarter that it asked for.", 0, 8),
    "least_customers": (
        "Minimum cell size: fewest customers to contact",
        "A request that plans contacts to a segment with fewer customers cannot go: what is sent to a handful reveals "
        "who they are, and is not worth its cost. 0 allows all.",
        0,
        10**9,
    ),
    "seconds": ("Seconds to search", "The best plan so far can be taken at any moment.", 2, 300),
}
SWITCHES: dict[str, tuple[str, str]] = {
    "regulatory": ("Regulatory requests must go", ""),
    "one_of_family": ("Of a family, only one request goes", "And of two that an architect confirmed to be the same."),
    "may_be_early": ("Requests may start earlier than they asked", ""),
    "may_run_over": (
        "Requests may be moved past the end of the plan",
        "Beyond the last quarter nothing counts their money and days, so the plan would push long ones there.",
    ),
    "use_skills": ("People are a limit", "Days of each skill, from the registers."),
    "use_policies": ("Contact policies and quiet periods hold", "In every window of days."),
    "use_channels": ("Channels carry no more than they can", "In every week."),
    "use_freezes": (
        "Nothing goes live in a change freeze",
        "It bars a start whose day of going live is known and lies in it, or one whose whole quarter is frozen.",
    ),
    "use_distance": (
        "Changes of a touchpoint or a system keep their distance",
        "And those of a touchpoint stay within what customers can take a quarter.",
    ),
}
OWN = ("better", "delay", "apart", "approved", "year_starts")
"""Fields of their own that are settings of the same name."""


class ScenarioForm(forms.Form):
    """Everything that a scenario sets. `version` is what the person saw; money is by pot and quarter, and an empty
    quarter is like the one before it."""

    name = forms.CharField(label="Name", max_length=120, help_text="What it tries: “Family first”, “Half the money”.")
    note = forms.CharField(
        label="Note",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="For later readers.",
    )
    first = forms.TypedChoiceField(label="First quarter", coerce=lambda value: tuple(map(int, value.split("-"))))
    quarters = forms.IntegerField(label="Quarters", min_value=LEAST, max_value=MOST, help_text="From 4 to 12.")
    better = forms.FloatField(
        label="One change for the better",
        min_value=0,
        max_value=100,
        help_text="Per cent of what a customer is worth a year, for those whom it reaches.",
    )
    delay = forms.FloatField(
        label="Waiting a quarter costs", min_value=0, max_value=50, help_text="Per cent of what a request is worth."
    )
    year_starts = forms.TypedChoiceField(
        label="The financial year begins with",
        coerce=int,
        choices=[(1, "January"), (2, "April"), (3, "July"), (4, "October")],
        help_text="Where a pot carries over: into the quarters of the same financial year, never beyond.",
    )
    apart = forms.ChoiceField(label="Requests that work against each other are kept apart", choices=APART)
    approved = forms.ChoiceField(label="What the board approved", choices=APPROVED)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        horizon: Horizon,
        settings: PlanSettings,
        choices: Mapping[str, list[tuple[str, str]]],
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        """`choices`: segments, skills, silos, objectives, measures and the quarters to begin with, as (code, name)."""
        super().__init__(data, initial=dict(initial or {}))
        self.horizon, self.choices = horizon, choices
        self.fields["first"].choices = choices["first"]  # type: ignore[attr-defined]
        self.fields["first"].initial = f"{horizon.first[0]}-{horizon.first[1]}"
        self.fields["quarters"].initial = horizon.number
        for name in OWN:
            self.fields[name].initial = getattr(settings, name)
        for name, (label, help_text, least, most) in NUMBERS.items():
            self.fields[name] = forms.IntegerField(
                label=label, help_text=help_text, min_value=least, max_value=most, initial=getattr(settings, name)
            )
        for name, (label, help_text) in SWITCHES.items():
            self.fields[name] = forms.BooleanField(
                label=label, help_text=help_text, required=False, initial=getattr(settings, name)
            )
        self._percentages("weight", "segments", settings.weights)
        self._percentages("skill", "skills", settings.skills)
        self._pots(settings.pots)
        self._targets(settings.targets)
        self._shares(settings.shares)

    def _percentages(self, prefix: str, register: str, said: Mapping[str, int]) -> None:
        for code, name in self.choices[register]:
            self.fields[f"{prefix}-{code}"] = forms.IntegerField(
                label=name, min_value=0, max_value=10_000, initial=said.get(code, 100), required=False
            )

    def _pots(self, pots: tuple[Pot, ...]) -> None:
        self.pot_rows = len(pots) + SPARE
        for row in range(self.pot_rows):
            pot = pots[row] if row < len(pots) else None
            number = row + 1
            self.fields[f"pot-{row}-name"] = forms.CharField(
                label=f"Pot {number}: its name", max_length=80, required=False, initial=pot.name if pot else ""
            )
            self.fields[f"pot-{row}-silos"] = forms.MultipleChoiceField(
                label=f"Pot {number}: for these departments (none: for all)",
                choices=self.choices["silos"],
                required=False,
                initial=pot.silos if pot else (),
                widget=forms.SelectMultiple(attrs={"size": 4}),
            )
            self.fields[f"pot-{row}-carries"] = forms.BooleanField(
                label=f"Pot {number}: unspent budget carries over to the next quarter",
                help_text="Of the same financial year. Otherwise what is not spent in a quarter lapses.",
                required=False,
                initial=bool(pot and pot.carries),
            )
            for period, name in enumerate(self.horizon.names):
                there = pot.amounts[period] if pot and period < len(pot.amounts) else None
                self.fields[f"pot-{row}-{period}"] = forms.IntegerField(
                    label=name, min_value=0, max_value=MOST_MONEY, required=False, initial=there
                )

    def _targets(self, targets: tuple[Target, ...]) -> None:
        self.target_rows = len(targets) + SPARE
        quarters = list(enumerate(self.horizon.names))
        for row in range(self.target_rows):
            target = targets[row] if row < len(targets) else None
            self.fields[f"target-{row}-measure"] = forms.ChoiceField(
                label=f"Target {row + 1}: what",
                choices=[("", "None"), *self.choices["measures"]],
                required=False,
                initial=target.measure if target else "",
            )
            self.fields[f"target-{row}-amount"] = forms.FloatField(
                label=f"Target {row + 1}: at least",
                min_value=0,
                max_value=MOST_MONEY,
                required=False,
                initial=target.amount if target else None,
            )
            self.fields[f"target-{row}-by"] = forms.TypedChoiceField(
                label=f"Target {row + 1}: by the end of",
                choices=quarters,
                coerce=int,
                required=False,
                initial=min(target.by, self.horizon.number - 1) if target else self.horizon.number - 1,
            )

    def _shares(self, shares: tuple[LeastShare, ...]) -> None:
        self.share_rows = len(shares) + SPARE
        silos = [(f"silo:{code}", name) for code, name in self.choices["silos"]]
        objectives = [(f"objective:{code}", name) for code, name in self.choices["objectives"]]
        for row in range(self.share_rows):
            share = shares[row] if row < len(shares) else None
            self.fields[f"share-{row}-of"] = forms.ChoiceField(
                label=f"Share {row + 1}: for",
                choices=[("", "Nobody"), ("Departments", silos), ("Objectives", objectives)],
                required=False,
                initial=share.of if share else "",
            )
            self.fields[f"share-{row}-percent"] = forms.IntegerField(
                label=f"Share {row + 1}: at least so many per cent",
                min_value=0,
                max_value=100,
                required=False,
                initial=share.percent if share else None,
            )
            self.fields[f"share-{row}-what"] = forms.ChoiceField(
                label=f"Share {row + 1}: of", choices=SHARES, required=False, initial=share.what if share else "money"
            )

    def clean(self) -> dict[str, Any]:
        """Refuse half a row: money without a name, a target without an amount, a share without a number."""
        data: dict[str, Any] = super().clean() or {}
        for row in range(self.pot_rows):
            amounts = [data.get(f"pot-{row}-{period}") for period in range(self.horizon.number)]
            said = any(amount is not None for amount in amounts)
            if said and not data.get(f"pot-{row}-name"):
                self.add_error(f"pot-{row}-name", "Name the pot, or take its money out.")
            if data.get(f"pot-{row}-name") and not said:
                self.add_error(f"pot-{row}-0", "Say how much is there in the first quarter: 0 is an amount, too.")
        for row in range(self.target_rows):
            if data.get(f"target-{row}-measure") and data.get(f"target-{row}-amount") is None:
                self.add_error(f"target-{row}-amount", "Say how much of it.")
        for row in range(self.share_rows):
            if data.get(f"share-{row}-of") and data.get(f"share-{row}-percent") is None:
                self.add_error(f"share-{row}-percent", "Say how many per cent.")
        return data

    @property
    def plan_settings(self) -> PlanSettings:
        """What was sent, as plain values; the form is valid."""
        data = self.cleaned_data
        plain = {name: data[name] for name in (*OWN, *NUMBERS, *SWITCHES)}
        return PlanSettings(
            **plain,
            weights=self._said("weight", "segments"),
            skills=self._said("skill", "skills"),
            pots=tuple(pot for row in range(self.pot_rows) if (pot := self._pot(row))),
            targets=tuple(
                Target(data[f"target-{row}-measure"], data[f"target-{row}-amount"], int(data[f"target-{row}-by"]))
                for row in range(self.target_rows)
                if data[f"target-{row}-measure"]
            ),
            shares=tuple(
                LeastShare(data[f"share-{row}-of"], data[f"share-{row}-what"] or "money", data[f"share-{row}-percent"])
                for row in range(self.share_rows)
                if data[f"share-{row}-of"]
            ),
        )

    def _said(self, prefix: str, register: str) -> dict[str, int]:
        """Percentages that are not the usual 100."""
        said = {code: self.cleaned_data.get(f"{prefix}-{code}") for code, _ in self.choices[register]}
        return {code: percent for code, percent in said.items() if percent is not None and percent != 100}

    def _pot(self, row: int) -> Pot | None:
        data = self.cleaned_data
        if not data.get(f"pot-{row}-name"):
            return None
        amounts: list[int] = []
        last = 0
        for period in range(self.horizon.number):
            amount = data.get(f"pot-{row}-{period}")
            last = last if amount is None else amount
            amounts.append(last)
        return Pot(
            data[f"pot-{row}-name"].strip(),
            tuple(amounts),
            tuple(sorted(data[f"pot-{row}-silos"])),
            data[f"pot-{row}-carries"],
        )

    # How the template walks the tables.

    def weights(self) -> list[forms.BoundField]:
        """The weights of the segments."""
        return [self[f"weight-{code}"] for code, _ in self.choices["segments"]]

    def skills(self) -> list[forms.BoundField]:
        """The share of each skill that may be used."""
        return [self[f"skill-{code}"] for code, _ in self.choices["skills"]]

    def pots(self) -> list[tuple[forms.BoundField, forms.BoundField, list[forms.BoundField], forms.BoundField]]:
        """Of each pot its name, whom it is for, its money by quarter, and whether it carries over."""
        return [
            (
                self[f"pot-{row}-name"],
                self[f"pot-{row}-silos"],
                [self[f"pot-{row}-{p}"] for p in range(self.horizon.number)],
                self[f"pot-{row}-carries"],
            )
            for row in range(self.pot_rows)
        ]

    def targets(self) -> list[list[forms.BoundField]]:
        """Of each target what, how much, by when."""
        return [
            [self[f"target-{row}-{part}"] for part in ("measure", "amount", "by")] for row in range(self.target_rows)
        ]

    def shares(self) -> list[list[forms.BoundField]]:
        """Of each share for whom, how much, of what."""
        return [[self[f"share-{row}-{part}"] for part in ("of", "percent", "what")] for row in range(self.share_rows)]

    def switches(self) -> list[forms.BoundField]:
        """What is on or off."""
        return [self[name] for name in SWITCHES]

    def numbers(self) -> list[forms.BoundField]:
        """Numbers by which requests are weighed."""
        return [self[name] for name in ("better", "years", "internal", "delay")]


def quarters_to_begin(now: Quarter, chosen: Quarter) -> list[tuple[str, str]]:
    """The quarters with which a scenario may begin: from a year ago to two years ahead, and the one chosen."""
    around = {Horizon(now, 1).quarter(step) for step in range(-4, 9)} | {chosen}
    return [(f"{year}-{number}", quarter_name((year, number))) for year, number in sorted(around)]


class NameForm(forms.Form):
    """The name of a copy."""

    name = forms.CharField(label="Name of the copy", max_length=120)


class PinForm(forms.Form):
    """A request, and what is fixed of it."""

    request = forms.ChoiceField(
        label="Request",
        error_messages={"invalid_choice": "This request is no longer asked for: it was withdrawn or decided."},
    )
    kind = forms.ChoiceField(
        label="What holds for it",
        choices=[
            (ScenarioPin.Kind.AT.value, "It starts in this quarter"),
            (ScenarioPin.Kind.BY.value, "It starts by this quarter, if it goes"),
            (ScenarioPin.Kind.IN.value, "It goes, whenever that is best"),
            (ScenarioPin.Kind.OUT.value, "It stays out"),
        ],
        initial=ScenarioPin.Kind.AT.value,
    )
    period = forms.TypedChoiceField(
        label="Quarter", coerce=int, required=False, empty_value=None, help_text="For the first two only."
    )
    why = forms.CharField(label="Why", max_length=300, required=False, help_text="For whoever reads the plan later.")

    def __init__(
        self, data: Any = None, *, scenario: Scenario, requests: Iterable[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.known = dict(requests)
        if len(self.known) > MOST_CHOICES:
            text = "Its reference: too many are asked for to choose from a list."
            self.fields["request"] = forms.CharField(label="Request", max_length=40, help_text=text)
        else:
            self.fields["request"].choices = [("", "Choose a request"), *self.known.items()]  # type: ignore[attr-defined]
        self.fields["period"].choices = list(enumerate(scenario.horizon.names))  # type: ignore[attr-defined]

    def clean_request(self) -> str:
        """One of the requests that may be pinned."""
        reference = str(self.cleaned_data["request"]).strip().upper()
        if reference not in self.known:
            raise forms.ValidationError("No request that is asked for has this reference. Look it up in Requests.")
        return reference

    def clean(self) -> dict[str, Any]:
        """The quarter counts only where it is one."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("kind") in (ScenarioPin.Kind.IN, ScenarioPin.Kind.OUT):
            data["period"] = None
        return data


class WayForm(forms.Form):
    """Which proposal of which plan is taken up; `request` where it lets one in."""

    run = forms.IntegerField(min_value=1)
    way = forms.IntegerField(min_value=0)
    request = forms.IntegerField(min_value=1, required=False)


class AdoptForm(forms.Form):
    """Which requests go before which meeting."""

    meeting = forms.ModelChoiceField(Meeting.objects.none(), label="Meeting", empty_label=None)
    requests = forms.MultipleChoiceField(label="Requests", widget=forms.CheckboxSelectMultiple)

    def __init__(
        self, data: Any = None, *, meetings: Any, requests: Iterable[tuple[str, str]], chosen: Iterable[str] = ()
    ) -> None:
        super().__init__(data, initial={"requests": list(chosen)})
        self.fields["meeting"].queryset = meetings  # type: ignore[attr-defined]
        self.fields["requests"].choices = list(requests)  # type: ignore[attr-defined]
        self.fields["requests"].error_messages |= {
            "required": "Choose at least one request.",
            "invalid_choice": "The board can no longer decide over one that you chose: it was withdrawn or decided "
            "meanwhile. What is left is shown; propose it again.",
        }
        self.fields["meeting"].error_messages["invalid_choice"] = "This meeting is over. Choose another one."
