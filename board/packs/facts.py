"""What the board is shown of its items: plain frozen dataclasses, no Django.

`board.selectors.meetings.items` gathers them in a fixed number of queries; options, meeting mode, snapshots and the
pack are all made from the same facts, so that what was on the table is one thing. Money is in the organisation's
currency.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True, slots=True)
class RequestFact:
    """One request on the table. `decidable` says whether the board can decide over it now; `absent` why not."""

    id: int
    reference: str
    title: str
    silo: str
    status: str
    status_label: str
    decidable: bool
    absent: str
    requester: str
    sponsor: str
    kind: str
    confidential: bool
    problem: str
    proposal: str
    promised_effect: str
    promised_by: date | None
    start: date | None
    go_live: date | None
    one_off: Decimal | None
    yearly: Decimal | None
    version: int


@dataclass(frozen=True, slots=True)
class RelatedFact:
    """Another request that a finding ties to the item. `live`: something can be merged into it or wait for it."""

    id: int
    reference: str
    title: str
    silo: str
    status_label: str
    live: bool


@dataclass(frozen=True, slots=True)
class TouchFact:
    """What one request does at one touchpoint. `reach` is customers a month there; `answers` is empty for nobody."""

    reference: str
    touchpoint: str
    effect: str
    direction: str
    measure: str
    segments: tuple[str, ...]
    reach: int
    answers: str


@dataclass(frozen=True, slots=True)
class WeekFact:
    """The fullest window that ends in a week: with all that is filed, and without the item's own contacts."""

    monday: date
    as_filed: int
    without: int


@dataclass(frozen=True, slots=True)
class LoadFact:
    """Contacts to a segment against one policy: at most `limit` in any `days` days.

    `as_filed` is the fullest window with everything that is filed, `without` the same without the item's own contacts,
    `alone` for each of its requests the fullest window when it alone of them sends. `own` counts the item's contacts.
    `secret` are the ids of the confidential requests that are counted in it.
    """

    segment: str
    customers: int
    manager: str
    policy: str
    limit: int
    days: int
    as_filed: int
    without: int
    alone: tuple[tuple[int, int], ...]
    own: int
    first: date | None
    last: date | None
    weeks: tuple[WeekFact, ...]
    secret: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ChannelFact:
    """Single contacts that one channel carries in its fullest week, where it can make `per_week`: `as_filed` with all
    that is filed, `without` the item, `alone` for each of its requests that sends when it alone of them does. `week` is
    the Monday of the fullest, `secret` are the ids of the confidential requests that are counted."""

    channel: str
    per_week: int
    as_filed: int
    without: int
    alone: tuple[tuple[int, int], ...]
    week: date
    secret: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class FindingFact:
    """A standing finding that involves the item. `related` are its requests that are not the item's own, `remedy` is
    the smallest change that would end it, empty for none. `secret` are the ids of its confidential requests."""

    id: int
    rule: str
    kind: Literal["overlap", "conflict", "gap"]
    severity: str
    title: str
    evidence: tuple[str, ...]
    references: tuple[str, ...]
    related: tuple[RelatedFact, ...]
    confirmed: bool
    remedy: str = ""
    secret: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerFact:
    """What a requester said to a finding of the item: talk, join or differs."""

    person: str
    silo: str
    reference: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class ObjectionFact:
    """Who speaks for a segment objects to a request of the item. `segment` is written as within a sentence."""

    person: str
    segment: str
    customers: int
    reference: str
    reason: str
    at: datetime

    @property
    def words(self) -> str:
        """ "Lena Vogt objects for card holders"."""
        return f"{self.person} objects for {self.segment}"


@dataclass(frozen=True, slots=True)
class DecisionFact:
    """A decision that was made before. `what` names the item's request or family, `secret` are the ids of the
    confidential requests that it may speak of."""

    at: datetime
    label: str
    what: str
    question: str
    reason: str
    secret: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ConditionFact:
    """A condition of an earlier decision that is still open. `secret`: as for the decision."""

    text: str
    owner: str
    due: date
    references: tuple[str, ...]
    overdue: bool
    secret: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """Everything that the board is shown of one item. `kind` is request, family, group, consent or own (the board's,
    over no request, with a `note` of what it is about), `title` what the requests of a group have in common.
    `waiting` are references of requests that need one of its own, `waiting_secret` the ids of the confidential ones
    among them."""

    id: int
    position: int
    minutes: int
    question: str
    advice: str
    adviser: str
    family: str
    family_title: str
    lead: str
    owner: str
    requests: tuple[RequestFact, ...]
    touches: tuple[TouchFact, ...] = ()
    speakers: tuple[str, ...] = ()
    loads: tuple[LoadFact, ...] = ()
    channels: tuple[ChannelFact, ...] = ()
    findings: tuple[FindingFact, ...] = ()
    answers: tuple[AnswerFact, ...] = ()
    objections: tuple[ObjectionFact, ...] = ()
    waiting: tuple[str, ...] = ()
    last: DecisionFact | None = None
    kind: str = "request"
    title: str = ""
    note: str = ""
    waiting_secret: tuple[int, ...] = ()

    @property
    def decidable(self) -> tuple[RequestFact, ...]:
        """Its requests that the board can decide over now."""
        return tuple(request for request in self.requests if request.decidable)

    @property
    def lead_request(self) -> RequestFact | None:
        """The family's lead where it can be decided over, else the first that can."""
        able = self.decidable
        return next((request for request in able if request.reference == self.lead), able[0] if able else None)

    @property
    def twins(self) -> tuple[RelatedFact, ...]:
        """Live requests outside the item that want the same as one of its own: it can be merged into them."""
        return self._tied(("overlap",))

    @property
    def related(self) -> tuple[RelatedFact, ...]:
        """Live requests outside the item that overlaps and conflicts tie it to: it can be put in order after them."""
        return self._tied(("overlap", "conflict"))

    def _tied(self, kinds: tuple[str, ...]) -> tuple[RelatedFact, ...]:
        found = {
            other.id: other
            for finding in self.findings
            if finding.kind in kinds
            for other in finding.related
            if other.live
        }
        return tuple(sorted(found.values(), key=lambda other: other.reference))


@dataclass(frozen=True, slots=True)
class HoldFact:
    """A hold that runs: the question, who answers it, until when."""

    question: str
    owner: str
    until: date
    references: tuple[str, ...]
    secret: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SiloFact:
    """What one department has in the portfolio: live requests, those without a decision, those that the board has said
    yes to, those on this agenda, those that customers notice; and what the undecided ones ask for."""

    silo: str
    live: int
    undecided: int
    approved: int
    here: int
    facing: int
    asked: Decimal | None


@dataclass(frozen=True, slots=True)
class PortfolioFacts:
    """The portfolio at a glance. `states` are live requests by state, in the lifecycle's order; the findings are those
    that stand. `secret` are the ids of the confidential requests that are counted."""

    silos: tuple[SiloFact, ...]
    states: tuple[tuple[str, int], ...]
    overlaps: int
    conflicts: int
    gaps: int
    secret: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class YearSide:
    """A segment's year: contacts, the fullest window under the policy, changes at touchpoints, those for the worse."""

    contacts: int
    peak: int
    changes: int
    worse: int


@dataclass(frozen=True, slots=True)
class YearFact:
    """What the customers of a segment live through from the Monday `starts`: with what is approved (`before`), and with
    everything on the agenda besides (`after`). `weeks` are the fullest windows that end in each week, before and after.
    `secret` are the ids of the confidential requests in it, `apart` the same without them."""

    segment: str
    customers: int
    manager: str
    policy: str
    limit: int
    days: int
    starts: date
    before: YearSide
    after: YearSide
    weeks: tuple[tuple[int, int], ...]
    secret: tuple[int, ...] = ()
    apart: "YearFact | None" = None


@dataclass(frozen=True, slots=True)
class GapFact:
    """Ground on which an item lands and for which nobody answers: what it is, what is wrong, how many customers.
    `apart` are the references without those of confidential requests."""

    kind: str
    name: str
    problem: str
    customers: int | None
    references: tuple[str, ...]
    apart: tuple[str, ...] = ()
    secret: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PromiseFact:
    """A bet of a request of the agenda. `by` is the day on which it is to be counted."""

    reference: str
    silo: str
    promise: str
    segment: str
    by: date
    note: str
    secret: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangedFact:
    """What of a request is no longer as the board approved it, where its item is about that: `label` tells no amounts,
    `words` before and now."""

    item: int
    request: int
    label: str
    words: str
    is_money: bool


@dataclass(frozen=True, slots=True)
class PackFacts:
    """Everything that a pack is composed of. `currency` is the sign or code that amounts begin with. `portfolio_apart`
    is the portfolio without confidential requests; None where there are none."""

    organisation: str
    currency: str
    title: str
    starts_at: datetime
    minutes: int
    place: str
    chair: str
    secretary: str
    members: tuple[str, ...]
    items: tuple[ItemFacts, ...]
    decisions: tuple[DecisionFact, ...]
    conditions: tuple[ConditionFact, ...]
    made_at: datetime
    number: int | None
    holds: tuple[HoldFact, ...] = ()
    portfolio: PortfolioFacts | None = None
    portfolio_apart: PortfolioFacts | None = None
    years: tuple[YearFact, ...] = ()
    gaps: tuple[GapFact, ...] = ()
    promises: tuple[PromiseFact, ...] = ()
    silent: tuple[str, ...] = ()
    changed: tuple[ChangedFact, ...] = ()
