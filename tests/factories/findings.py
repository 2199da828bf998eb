"""Tags, findings, clusters and families."""

from datetime import UTC, date, datetime
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from customers.models import Channel
from impacts.models import (
    Answer,
    Bet,
    BetAnswer,
    Cluster,
    DataUse,
    Effect,
    EngineTuning,
    Family,
    FamilyMember,
    Finding,
    FindingChange,
    FindingMember,
    Impact,
    PlannedContact,
    ProposedTag,
    ProposedTerm,
    RequestMeaning,
    ScanRun,
    ScanShard,
    ScanTrouble,
    SystemUse,
    TagSuggestion,
    TriageAct,
)
from portfolio.models import ProjectRequest, Role
from tests.factories.people import PersonFactory, person_with
from tests.factories.registers import DataDomainFactory, SegmentFactory, SystemFactory, TouchpointFactory
from tests.factories.requests import filed_request


class ImpactFactory(DjangoModelFactory[Impact]):
    class Meta:
        model = Impact

    request = factory.LazyFunction(filed_request)
    touchpoint = factory.SubFactory(TouchpointFactory)
    effect = Effect.CHANGES
    measure_sign = factory.LazyAttribute(lambda o: Impact.Sign.DOWN if o.measure else None)
    measure = None


class DataUseFactory(DjangoModelFactory[DataUse]):
    class Meta:
        model = DataUse

    request = factory.LazyFunction(filed_request)
    domain = factory.SubFactory(DataDomainFactory)
    mode = DataUse.Mode.READS


class SystemUseFactory(DjangoModelFactory[SystemUse]):
    class Meta:
        model = SystemUse

    request = factory.LazyFunction(filed_request)
    system = factory.SubFactory(SystemFactory)
    effect = SystemUse.Effect.CHANGES


class PlannedContactFactory(DjangoModelFactory[PlannedContact]):
    class Meta:
        model = PlannedContact

    request = factory.LazyFunction(filed_request)
    segment = factory.SubFactory(SegmentFactory)
    channel = Channel.EMAIL
    first_day = date(2027, 3, 1)
    purpose = "An offer"


class BetFactory(DjangoModelFactory[Bet]):
    class Meta:
        model = Bet

    request = factory.LazyFunction(filed_request)
    segment = factory.SubFactory(SegmentFactory)
    moves = Bet.Moves.LOST
    amount = 2400
    due = date(2028, 3, 1)


class BetAnswerFactory(DjangoModelFactory[BetAnswer]):
    class Meta:
        model = BetAnswer

    bet = factory.SubFactory(BetFactory)
    delivered = 1200
    text = "Half of it came."
    person = factory.LazyAttribute(lambda o: o.bet.request.requester)
    at = factory.LazyFunction(timezone.now)


class TagSuggestionFactory(DjangoModelFactory[TagSuggestion]):
    class Meta:
        model = TagSuggestion
        exclude = ("thing",)

    request = factory.LazyFunction(filed_request)
    register = TagSuggestion.Register.TOUCHPOINT
    thing = factory.LazyFunction(TouchpointFactory.create)
    thing_id = factory.LazyAttribute(lambda o: o.thing.pk)
    confidence = 0.8
    words = factory.LazyFunction(lambda: ["touchpoint"])


class FindingFactory(DjangoModelFactory[Finding]):
    """A finding over `between` (a list of requests; two filed ones by default)."""

    class Meta:
        model = Finding
        skip_postgeneration_save = True

    rule = "same-purpose"
    kind = Finding.Kind.OVERLAP
    identity = factory.Sequence(lambda n: f"{n:064x}")
    severity = Finding.Severity.LOOK
    score = 0.6
    weight = 60.0
    title = "The same purpose in two silos"
    evidence = factory.LazyFunction(list)
    material = factory.LazyFunction(lambda: ["words: answer"])
    first_seen = factory.LazyFunction(timezone.now)
    last_seen = factory.SelfAttribute("first_seen")

    @factory.post_generation
    def between(self: Finding, create: bool, extracted: list[ProjectRequest] | None, **_: Any) -> None:  # type: ignore[misc]
        """Add the members, and say in `about` and `evidence` what the finding rests on."""
        members = extracted or [filed_request(), filed_request()]
        for request in members:
            FindingMember.objects.get_or_create(finding=self, request=request)
        ids = [request.pk for request in members]
        if not self.evidence:
            self.evidence = [
                {"kind": "words", "text": "They share words.", "requests": ids, "weight": 0.6, "words": ["answer"]}
            ]
        self.about = self.about or [self.rule, sorted(ids)]
        self.save()


class FindingChangeFactory(DjangoModelFactory[FindingChange]):
    class Meta:
        model = FindingChange

    finding = factory.SubFactory(FindingFactory)
    what = FindingChange.What.FOUND
    at = factory.LazyFunction(timezone.now)
    score = factory.SelfAttribute("finding.score")
    material = factory.SelfAttribute("finding.material")


class TriageActFactory(DjangoModelFactory[TriageAct]):
    class Meta:
        model = TriageAct

    finding = factory.SubFactory(FindingFactory)
    kind = TriageAct.Kind.CONFIRM
    person = factory.LazyFunction(lambda: person_with(Role.ARCHITECT))
    at = factory.LazyFunction(timezone.now)
    reason = factory.LazyAttribute(lambda o: "Not the same thing." if o.kind == TriageAct.Kind.DISMISS else "")
    state_before = Finding.State.OPEN
    state_after = factory.LazyAttribute(
        lambda o: Finding.State.DISMISSED if o.kind == TriageAct.Kind.DISMISS else Finding.State.CONFIRMED
    )


class AnswerFactory(DjangoModelFactory[Answer]):
    class Meta:
        model = Answer

    finding = factory.SubFactory(FindingFactory)
    request = factory.LazyAttribute(lambda o: o.finding.requests.order_by("id").first())
    person = factory.LazyAttribute(lambda o: o.request.requester)
    kind = Answer.Kind.TALK
    at = factory.LazyFunction(timezone.now)


class ClusterFactory(DjangoModelFactory[Cluster]):
    """A cluster of `holding` (a list of requests; three filed ones by default)."""

    class Meta:
        model = Cluster
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"C-{n:04d}")
    title = factory.Sequence(lambda n: f"Cluster {n}")
    terms = factory.LazyFunction(lambda: ["answer"])
    score = 0.7
    found_at = factory.LazyFunction(timezone.now)

    @factory.post_generation
    def holding(self: Cluster, create: bool, extracted: list[ProjectRequest] | None, **_: Any) -> None:  # type: ignore[misc]
        """Add the requests."""
        self.requests.set(extracted or [filed_request() for _ in range(3)])


class FamilyFactory(DjangoModelFactory[Family]):
    """A family; its lead is its first member, `with_members` adds others."""

    class Meta:
        model = Family
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"F-{n:04d}")
    title = factory.Sequence(lambda n: f"Family {n}")
    lead = factory.LazyFunction(filed_request)
    owner = factory.SelfAttribute("lead.requester")
    created_by = factory.LazyFunction(lambda: person_with(Role.ARCHITECT))
    created_at = factory.LazyFunction(timezone.now)

    @factory.post_generation
    def with_members(self: Family, create: bool, extracted: list[ProjectRequest] | None, **_: Any) -> None:  # type: ignore[misc]
        """Add the lead and the others."""
        for request in [self.lead, *(extracted or [])]:
            FamilyMember.objects.create(family=self, request=request, joined_at=self.created_at)


class EngineTuningFactory(DjangoModelFactory[EngineTuning]):
    """One change of the rules' settings; the versions count up from 1."""

    class Meta:
        model = EngineTuning

    version = factory.LazyFunction(lambda: EngineTuning.objects.count() + 1)
    at = factory.LazyFunction(timezone.now)
    person = factory.LazyFunction(lambda: person_with(Role.ARCHITECT))
    numbers = factory.LazyFunction(lambda: {"collision_days": 20})
    disabled_rules = factory.LazyFunction(list)


class ScanRunFactory(DjangoModelFactory[ScanRun]):
    class Meta:
        model = ScanRun

    started_at = factory.LazyFunction(timezone.now)
    seconds = 0.5
    complete = True
    counts = factory.LazyFunction(lambda: {"same-purpose": 1})


class ScanShardFactory(DjangoModelFactory[ScanShard]):
    """A shard of a full scan that nobody has taken."""

    class Meta:
        model = ScanShard

    run = factory.SubFactory(ScanRunFactory, complete=False)
    first = 0
    last = 3999


class ScanTroubleFactory(DjangoModelFactory[ScanTrouble]):
    """A request that is set aside."""

    class Meta:
        model = ScanTrouble

    request = factory.LazyFunction(filed_request)
    version = factory.SelfAttribute("request.version")
    at = factory.LazyFunction(timezone.now)
    error = "ValueError: it cannot be read"


class RequestMeaningFactory(DjangoModelFactory[RequestMeaning]):
    """What was made of a request's text: nothing, and of no text that it has."""

    class Meta:
        model = RequestMeaning

    request = factory.LazyFunction(filed_request)
    fingerprint = "0" * 64
    vector = b""


class ProposedTermFactory(DjangoModelFactory[ProposedTerm]):
    class Meta:
        model = ProposedTerm

    register = ProposedTerm.Register.TOUCHPOINTS
    name = factory.Sequence(lambda n: f"Missing place {n}")
    proposer = factory.SubFactory(PersonFactory)
    proposed_at = datetime(2026, 9, 7, 9, tzinfo=UTC)


class ProposedTagFactory(DjangoModelFactory[ProposedTag]):
    class Meta:
        model = ProposedTag

    term = factory.SubFactory(ProposedTermFactory)
    request = factory.LazyFunction(filed_request)
    person = factory.LazyAttribute(lambda o: o.request.requester)
    values = factory.LazyFunction(lambda: {"effect": "changes", "direction": "better", "note": ""})
