"""The form for one quarter of a segment's customers: a row of numbers for each tier, and who moved between tiers."""

from typing import Any

from django import forms

from customers.assets import Flow, Imbalance, Move, TierFlow

MOST = 2_147_483_647
COLUMNS = {
    "start": "At the start",
    "gained": "Gained",
    "referrals": "Of these by referral",
    "lost": "Lost",
    "end": "At the end",
}


class AssetQuarterForm(forms.Form):
    """The numbers of one quarter. `flow` says which tiers there are and what stands in the fields at first."""

    def __init__(self, data: Any = None, *, flow: Flow) -> None:
        super().__init__(data, label_suffix="")
        self.flow = flow
        self.offs: dict[str, str] = {}
        moved = {(move.source, move.target): move.customers for move in flow.moves}
        for tier in flow.tiers:
            for name, label in COLUMNS.items():
                self.fields[_name(name, tier)] = _count(f"{tier.name}: {label.lower()}", getattr(tier, name))
            self.fields[_name("worth", tier)] = _worth(f"{tier.name}: worth of a customer a year", tier)
            for other in flow.tiers:
                if other.key != tier.key:
                    words = f"From {tier.name} to {other.name}"
                    number = moved.get((tier.key, other.key)) or None
                    self.fields[_move(tier, other)] = _count(words, number, required=False)

    def typed(self) -> Flow:
        """The quarter as it was typed. Ask only after is_valid()."""
        said = self.cleaned_data
        tiers = tuple(
            TierFlow(
                tier.key,
                tier.name,
                worth=said[_name("worth", tier)],
                **{name: said[_name(name, tier)] for name in COLUMNS},
            )
            for tier in self.flow.tiers
        )
        moves = tuple(
            Move(tier.key, other.key, said[_move(tier, other)] or 0)
            for tier in tiers
            for other in tiers
            if tier.key != other.key
        )
        return Flow(self.flow.quarter, tiers, tuple(move for move in moves if move.customers))

    def refuse(self, wrong: list[Imbalance] | tuple[Imbalance, ...]) -> None:
        """Say what does not add up: the whole sum above the form, by how many at the field."""
        tiers = {tier.key: tier for tier in self.flow.tiers}
        for each in wrong:
            tier = tiers.get(each.tier)
            if tier is None:
                self.add_error(None, each.message)
                continue
            name = _name(each.field, tier)
            self.offs[name] = f"{abs(each.off):,} too {'many' if each.off > 0 else 'few'}"
            self.add_error(name, each.message.removeprefix(tier.name).removeprefix(":").strip())

    def rows(self) -> list[tuple[TierFlow, list[tuple[forms.BoundField, str]]]]:
        """The fields of each tier, with by how many each is off."""
        names = (*COLUMNS, "worth")
        return [
            (tier, [(self[_name(name, tier)], self.offs.get(_name(name, tier), "")) for name in names])
            for tier in self.flow.tiers
        ]

    def grid(self) -> list[tuple[TierFlow, list[forms.BoundField | None]]]:
        """The fields of who moved: a row for each tier at the start; None for who stays."""
        tiers = self.flow.tiers
        return [
            (tier, [self[_move(tier, other)] if other.key != tier.key else None for other in tiers]) for tier in tiers
        ]


def _name(what: str, tier: TierFlow) -> str:
    return f"{what}-{tier.key or 0}"


def _move(tier: TierFlow, other: TierFlow) -> str:
    return f"move-{tier.key}-{other.key}"


def _count(label: str, initial: int | None, *, required: bool = True) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        initial=initial,
        required=required,
        min_value=0,
        max_value=MOST,
        widget=forms.NumberInput(attrs={"class": "short", "min": 0}),
        error_messages={
            "required": "Write a number; 0 for nobody.",
            "invalid": "Write a whole number of customers, such as 1200.",
            "min_value": "Customers cannot be fewer than 0.",
        },
    )


def _worth(label: str, tier: TierFlow) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        initial=tier.worth,
        max_digits=12,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"class": "short", "step": "0.01"}),
        error_messages={"required": "Write an amount.", "invalid": "Write an amount, such as 140.50."},
    )
