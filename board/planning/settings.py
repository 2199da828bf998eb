"""What a scenario sets: money, people, weights, which rules hold. Plain values, stored as JSON with the scenario."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

APART = (
    ("confirmed", "Those that an architect confirmed"),
    ("standing", "Those confirmed and those still open"),
    ("none", "None"),
)
"""Requests that work against each other are kept apart: which findings count."""

APPROVED = (
    ("fixed", "They start when they said"),
    ("go", "They go, but may start later"),
    ("free", "They are weighed like all others"),
)
"""What the plan may do with requests that the board approved and that have not begun."""

SHARES = (("money", "the money"), ("value", "the value to customers"), ("requests", "the requests that go"))
"""Of what a department or objective gets its least share."""


@dataclass(frozen=True, slots=True)
class Pot:
    """So much money in each quarter, for the requests of these departments (codes; none: of all). `carries`: what is
    not spent in a quarter can be spent in the next one of the same financial year."""

    name: str
    amounts: tuple[int, ...]
    silos: tuple[str, ...] = ()
    carries: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """At least `amount` of what requests promise (`measure`, see `effects`) has come by the end of period `by`."""

    measure: str
    amount: float
    by: int


@dataclass(frozen=True, slots=True)
class LeastShare:
    """`of` ("silo:cards", "objective:trust") gets at least `percent` of `what` (see SHARES)."""

    of: str
    what: str
    percent: int


@dataclass(frozen=True, slots=True)
class PlanSettings:
    """See docs/planning.md for each of them. Percentages are whole numbers; money is in the organisation's currency.

    `weights` are by segment code, 100 where nobody said; `skills` likewise what share of a skill's days may be used.
    `better`: so much of what a customer is worth a year is gained by one change for the better, where it reaches them.
    `internal`: so much an internal request brings for each 100 of its cost. `slack`: so many quarters after the asked
    one a regulatory request may still start. `least_customers`: nobody contacts fewer customers than this.
    `year_starts`: the quarter with which the financial year begins. `may_run_over`: a request may be moved so late that
    it ends after the last quarter, where no pot and nobody's days count.
    """

    pots: tuple[Pot, ...] = ()
    weights: Mapping[str, int] = field(default_factory=dict)
    skills: Mapping[str, int] = field(default_factory=dict)
    targets: tuple[Target, ...] = ()
    shares: tuple[LeastShare, ...] = ()
    better: float = 1.0
    years: int = 3
    internal: int = 110
    delay: float = 2.0
    least_customers: int = 0
    apart: str = "confirmed"
    approved: str = "go"
    one_of_family: bool = True
    regulatory: bool = True
    slack: int = 1
    year_starts: int = 1
    may_be_early: bool = False
    may_run_over: bool = False
    use_skills: bool = True
    use_policies: bool = True
    use_channels: bool = True
    use_freezes: bool = True
    use_distance: bool = True
    seconds: int = 20

    def weight(self, segment: str) -> float:
        """The weight of a segment's value, 1 where nobody said otherwise."""
        return self.weights.get(segment, 100) / 100

    def as_json(self) -> dict[str, Any]:
        """As it is stored."""
        plain = {name: getattr(self, name) for name in _PLAIN}
        return {
            **plain,
            "weights": dict(self.weights),
            "skills": dict(self.skills),
            "pots": [
                {"name": pot.name, "amounts": list(pot.amounts), "silos": list(pot.silos), "carries": pot.carries}
                for pot in self.pots
            ],
            "targets": [{"measure": each.measure, "amount": each.amount, "by": each.by} for each in self.targets],
            "shares": [{"of": each.of, "what": each.what, "percent": each.percent} for each in self.shares],
        }


_PLAIN = (
    *("better", "years", "internal", "delay", "least_customers", "apart", "approved", "one_of_family", "regulatory"),
    *("slack", "may_be_early", "may_run_over", "use_skills", "use_policies", "use_channels", "use_freezes"),
    *("use_distance", "seconds", "year_starts"),
)


def settings_from(stored: Mapping[str, Any]) -> PlanSettings:
    """The settings from what is stored; what is missing is as by default."""
    return PlanSettings(
        **{name: stored[name] for name in _PLAIN if name in stored},
        weights=dict(stored.get("weights", {})),
        skills=dict(stored.get("skills", {})),
        pots=tuple(
            Pot(row["name"], tuple(row["amounts"]), tuple(row["silos"]), row.get("carries", False))
            for row in stored.get("pots", ())
        ),
        targets=tuple(Target(row["measure"], row["amount"], row["by"]) for row in stored.get("targets", ())),
        shares=tuple(LeastShare(row["of"], row["what"], row["percent"]) for row in stored.get("shares", ())),
    )


def fitted(settings: PlanSettings, quarters: int) -> dict[str, Any]:
    """The settings as they are stored for so many quarters: pots are cut, or go on as in their last quarter; targets
    are due by the last quarter at the latest."""
    stored = settings.as_json()
    for pot in stored["pots"]:
        amounts = pot["amounts"] or [0]
        pot["amounts"] = (amounts + [amounts[-1]] * quarters)[:quarters]
    for target in stored["targets"]:
        target["by"] = min(target["by"], quarters - 1)
    return stored
