"""The facts that the engine reads and the results that it gives: plain frozen dataclasses, no Django.

A selector turns rows into these facts in a fixed number of queries; the engine takes them with `today` and
`EngineSettings`; a service stores what comes back. Ids are the database's primary keys, but the engine only
compares them. Money is not among the facts: who may see it differs, so evidence must never speak of it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, overload

Effect = Literal["introduces", "changes", "replaces", "retires"]
SystemEffect = Literal["introduces", "changes", "replaces", "retires", "uses"]
DataMode = Literal["masters", "creates", "changes", "reads", "retires"]
FindingKind = Literal["overlap", "conflict", "gap"]
Severity = Literal["serious", "look", "note"]
RequestKind = Literal["", "customer_facing", "regulatory", "internal"]
FirstHeard = Literal["", "idea", "business_case", "vendor_chosen", "contract_signed"]
HoldingRole = Literal["master", "copy", "reader"]
Quality = Literal["high", "medium", "low"]


@dataclass(frozen=True, slots=True)
class ImpactFact:
    """What one request does at one touchpoint. `sign`: +1 or -1, the measure pushed up or down; None without one."""

    touchpoint: int
    effect: Effect
    direction: Literal["better", "worse", "neutral"] = "neutral"
    measure: int | None = None
    sign: int | None = None
    segments: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class DataUseFact:
    """What one request does to one data domain, and in which system (None: not said)."""

    domain: int
    mode: DataMode
    system: int | None = None


@dataclass(frozen=True, slots=True)
class SystemUseFact:
    """What one request does to one system."""

    system: int
    effect: SystemEffect


@dataclass(frozen=True, slots=True)
class ContactFact:
    """Every customer of `segment` is contacted by `channel` on `times` days, `every_days` apart, from `first_day`."""

    segment: int
    channel: str
    first_day: date
    times: int = 1
    every_days: int = 7


@dataclass(frozen=True, slots=True)
class SkillNeedFact:
    """One request needs so many person-days of one skill, from its start to its go-live."""

    skill: int
    days: int


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """One live request. `committed`: the board has approved it. `needs`: ids of requests it needs first. `kind` and
    `first_heard` (when IT first heard of it) are empty where nobody said. `heads_up`: a mere idea, filed in five
    fields, of which nobody has asked what it touches. `meaning`: what the language model makes of the text, as
    matching/meaning.py stores it; empty when it is not known.
    """

    id: int
    reference: str
    silo: int
    title: str
    problem: str = ""
    proposal: str = ""
    kind: RequestKind = ""
    first_heard: FirstHeard = ""
    heads_up: bool = False
    committed: bool = False
    confidential: bool = False
    start: date | None = None
    go_live: date | None = None
    impacts: tuple[ImpactFact, ...] = ()
    data_uses: tuple[DataUseFact, ...] = ()
    system_uses: tuple[SystemUseFact, ...] = ()
    contacts: tuple[ContactFact, ...] = ()
    skills: tuple[SkillNeedFact, ...] = ()
    needs: frozenset[int] = frozenset()
    meaning: bytes = b""


@dataclass(frozen=True, slots=True)
class Accountable:
    """Who answers for an entry of the register. `problem` is empty when a living, active person does; otherwise it
    says why nobody does, in words ("nobody is named", "Jan Smit left on 31 December 2026", "a team, not a person").
    """

    name: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ThingFact:
    """One entry of a register: a segment, touchpoint, data domain, system, measure, identifying attribute or skill.
    `synonyms`: other words for it.
    """

    id: int
    code: str
    name: str
    description: str = ""
    synonyms: tuple[str, ...] = ()
    accountable: Accountable = Accountable()
    reach: int = 0  # customers: of the segment, or a month at the touchpoint


@dataclass(frozen=True, slots=True)
class PolicyFact:
    """At most `limit` contacts in any `days` days running; for a segment or each (None), a channel or all (None)."""

    id: int
    code: str
    name: str
    limit: int
    days: int
    segment: int | None = None
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class QuietFact:
    """From `first` to `last`, both included, there is no contact; with a segment or each (None), by a channel or any
    (None)."""

    id: int
    code: str
    name: str
    first: date
    last: date
    segment: int | None = None
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class FreezeFact:
    """Nothing goes live from `first` to `last`, both included: at these touchpoints, or anywhere when none is named."""

    id: int
    code: str
    name: str
    first: date
    last: date
    touchpoints: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class ChannelCapacityFact:
    """By this channel at most `per_week` single contacts can be made from a Monday to the Sunday after it."""

    id: int
    code: str
    name: str
    channel: str
    per_week: int


@dataclass(frozen=True, slots=True)
class KeyFact:
    """An identifying attribute, such as the customer number, by which the records of a holding can be found, and how
    far it can be trusted there: "high" (unique and kept up), "medium" (mostly right), "low" (a match may be wrong).
    """

    attribute: int
    quality: Quality = "medium"


@dataclass(frozen=True, slots=True)
class HoldingFact:
    """A system holds a data domain, as what, and the identifying attributes of its records there."""

    system: int
    domain: int
    role: HoldingRole
    keys: tuple[KeyFact, ...] = ()


@dataclass(frozen=True, slots=True)
class SkillCapacityFact:
    """So many person-days of a skill are there in a quarter of the calendar, such as (2027, 1) for January to March."""

    skill: int
    quarter: tuple[int, int]
    days: int


@dataclass(frozen=True, slots=True)
class RegisterFacts:
    """The registers of the organisation, by id. `attributes`: what identifies records. `channels`: names by code."""

    silos: Mapping[int, str] = field(default_factory=dict)
    segments: Mapping[int, ThingFact] = field(default_factory=dict)
    touchpoints: Mapping[int, ThingFact] = field(default_factory=dict)
    domains: Mapping[int, ThingFact] = field(default_factory=dict)
    systems: Mapping[int, ThingFact] = field(default_factory=dict)
    measures: Mapping[int, ThingFact] = field(default_factory=dict)
    skills: Mapping[int, ThingFact] = field(default_factory=dict)
    policies: tuple[PolicyFact, ...] = ()
    quiet_periods: tuple[QuietFact, ...] = ()
    freezes: tuple[FreezeFact, ...] = ()
    channels: Mapping[str, str] = field(default_factory=dict)
    channel_capacities: tuple[ChannelCapacityFact, ...] = ()
    attributes: Mapping[int, ThingFact] = field(default_factory=dict)
    holdings: tuple[HoldingFact, ...] = ()
    skill_capacities: tuple[SkillCapacityFact, ...] = ()


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """Thresholds of the organisation. Scores lie in 0..1. `most_overlaps`: how many a request is sure to be shown."""

    same_purpose: float = 0.30
    family: float = 0.40
    most_overlaps: int = 25
    collision_days: int = 14
    life_days: int = 365
    disabled_rules: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Evidence:
    """One line of evidence that a department head understands.

    `requests` are those whose content the line reveals: a reader who may not see one of them must not see the line.
    `weight` is the line's part of the score where parts add up to it, else None. `words` are the words to mark.
    `kind` says what is compared: "words", "touchpoint", "domain", "segment", "system", "dates", "contacts", "person"...
    "remedy" is a conflict's smallest change that would end it.
    """

    kind: str
    text: str
    requests: tuple[int, ...] = ()
    weight: float | None = None
    words: tuple[str, ...] = ()


class LateEvidence(Sequence[Evidence]):
    """Evidence that is put into words when it is first read: most scans find what is known already, and nobody reads
    its evidence again. To be read before the portfolio that it speaks of changes.
    """

    def __init__(self, words: Callable[[], tuple[Evidence, ...]]) -> None:
        self._words = words
        self._lines: tuple[Evidence, ...] | None = None

    @property
    def lines(self) -> tuple[Evidence, ...]:
        """The evidence in words."""
        if self._lines is None:
            self._lines = self._words()
        return self._lines

    @overload
    def __getitem__(self, at: int) -> Evidence: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[Evidence, ...]: ...

    def __getitem__(self, at: int | slice) -> Evidence | tuple[Evidence, ...]:
        return self.lines[at]

    def __len__(self) -> int:
        return len(self.lines)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self.lines == tuple(other)

    def __hash__(self) -> int:
        return hash(self.lines)


@dataclass(frozen=True, slots=True)
class FoundFinding:
    """What a rule found.

    `identity` names the rule and the requests and things it is about, e.g. ("two-masters", "domain:7", "request:3",
    "request:9"): the same identity on the next scan is the same finding. `material` lists what a person's dismissal
    rests on; when it differs at a later scan, a dismissed finding comes back. `title` is a plain sentence and names no
    request text, so that it may be shown to anyone who may see at least two of its requests.
    """

    rule: str
    kind: FindingKind
    severity: Severity
    identity: tuple[str, ...]
    requests: tuple[int, ...]
    title: str
    evidence: Sequence[Evidence]
    score: float
    material: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundCluster:
    """Requests held together by strong overlaps. `ties` are (request, request, score), each pair once, sorted."""

    requests: tuple[int, ...]
    ties: tuple[tuple[int, int, float], ...]
    terms: tuple[str, ...]  # what they share, most telling first, for a title


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A filed request that resembles a draft, with the reasons."""

    request: int
    score: float
    evidence: tuple[Evidence, ...]
