"""The portfolio as a scenario reads it: what is asked for, by when, for what money, what stands between requests."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from impacts.engine.facts import EngineSettings, FreezeFact, RegisterFacts, RequestFacts

KEEPS_APART = frozenset({"opposed-aim", "two-masters", "retire-vs-use"})
"""Rules whose requests work against each other whenever they go."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A live request as it was asked for. `facts` holds its dates, impacts, contacts, skills and needs.

    `money` and `yearly` are its costs. `effects` are what it promises by measure (see `selectors.plans.planning`);
    `gained` the customers that it promises to gain or keep, by segment. `running`: it is being delivered. `not_before`:
    the day on which its hold runs out. `blocked`: why it cannot go at all, such as a rejected request that it needs.
    `freezes`: the change freezes that concern it, by their first day.
    """

    facts: RequestFacts
    silo: str
    objective: str = ""
    money: int = 0
    yearly: int = 0
    effects: Mapping[str, float] = field(default_factory=dict)
    gained: Mapping[int, float] = field(default_factory=dict)
    running: bool = False
    not_before: date | None = None
    blocked: str = ""
    freezes: tuple[FreezeFact, ...] = ()

    @property
    def id(self) -> int:
        """The request's id."""
        return self.facts.id

    @property
    def name(self) -> str:
        """How notes and problems call it."""
        return f"{self.facts.reference} “{self.facts.title}”"

    @property
    def starts(self) -> date | None:
        """When it wants to start; its go-live where nothing else is known."""
        return self.facts.start or self.facts.go_live

    @property
    def live(self) -> date | None:
        """When it wants to be live; its start where nothing else is known."""
        return self.facts.go_live or self.facts.start


@dataclass(frozen=True, slots=True)
class Worth:
    """What a segment's customers are: how many, and what they are worth a year together."""

    code: str
    name: str
    customers: int
    yearly_value: int


@dataclass(frozen=True, slots=True)
class Against:
    """A finding whose requests work against each other, or a family of which only one goes. `where` it is changed:
    "finding:12", "family:cards"."""

    title: str
    requests: tuple[int, ...]
    confirmed: bool = True
    where: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """Everything that is asked for on a day. `change_limits`: changes that customers can take a quarter, by touchpoint;
    `dismissed`: identities of findings that architects dismissed."""

    wishes: tuple[Wish, ...]
    register: RegisterFacts
    rules: EngineSettings
    today: date
    worth: Mapping[int, Worth] = field(default_factory=dict)
    silos: Mapping[str, str] = field(default_factory=dict)
    objectives: Mapping[str, str] = field(default_factory=dict)
    measures: Mapping[str, str] = field(default_factory=dict)
    change_limits: Mapping[int, int] = field(default_factory=dict)
    against: tuple[Against, ...] = ()
    families: tuple[Against, ...] = ()
    dismissed: frozenset[tuple[str, ...]] = frozenset()
    currency: str = "EUR"

    def wish(self, request: int) -> Wish | None:
        """The wish of a request, None where it is not live."""
        return next((each for each in self.wishes if each.id == request), None)
