"""A tagged portfolio in the database: the made-up requests of bench.engine_size with registers, silos, people and tags.

Each request has one touchpoint with a segment, one use of a data domain in a system and one use of a system; one in
four contacts a segment. About six other requests are of the same purpose, five times as many as in a real portfolio.
Seeded: every run has the same requests.
"""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from bench.engine_size import SILOS, Maker
from customers.models import Channel, ContactPolicy, DataDomain, JourneyStage, Segment, System, Touchpoint
from impacts.engine.facts import RequestFacts
from impacts.models import DataUse, Impact, PlannedContact, SystemUse
from portfolio.lifecycle import Status
from portfolio.models import Membership, Person, ProjectRequest, Role, Silo, Transition

BATCH = 1000
STATES = [Status.SUBMITTED] * 5 + [Status.IN_TRIAGE] * 2 + [Status.READY, Status.APPROVED, Status.IN_DELIVERY]
CONTACTING = 4
"""One request in so many plans to contact a segment."""


def make_registers(maker: Maker) -> None:
    """Write the silos with a head each, an architect, and registers as large as the maker draws from."""
    heads = []
    for number in range(SILOS):
        silo = Silo.objects.create(code=f"silo-{number:02d}", name=f"Department {number:02d}")
        heads.append(_person(f"head-{number:02d}", Role.HEAD, silo))
    _person("architect", Role.ARCHITECT)
    touchpoints, domains, systems, segments = maker.things
    channels, stages = list(Channel), list(JourneyStage)
    Touchpoint.objects.bulk_create(
        Touchpoint(
            **_named("touchpoint", at),
            channel=channels[at % len(channels)],
            journey_stage=stages[at % len(stages)],
            customers_per_month=1000 * (at % 90),
            accountable=heads[at % SILOS],
        )
        for at in range(touchpoints)
    )
    DataDomain.objects.bulk_create(
        DataDomain(**_named("domain", at), steward=heads[at % SILOS]) for at in range(domains)
    )
    System.objects.bulk_create(System(**_named("system", at)) for at in range(systems))
    Segment.objects.bulk_create(
        Segment(**_named("segment", at), customer_count=10_000 * at, manager=heads[at % SILOS])
        for at in range(segments)
    )
    ContactPolicy.objects.create(code="often", name="Two letters a month", limit=2, days=30)


def _person(code: str, role: Role, silo: Silo | None = None) -> Person:
    person = Person.objects.create_user(f"{code}@bench.example", name=code.replace("-", " ").capitalize())
    Membership.objects.create(person=person, role=role, silo=silo)
    return person


def _named(kind: str, number: int) -> dict[str, str]:
    return {"code": f"{kind}-{number}", "name": f"{kind.capitalize()} {number}"}


class Portfolio:
    """The people, silos and registers in the database, each in the order of the numbers that the maker draws."""

    def __init__(self) -> None:
        self.silos = list(Silo.objects.order_by("id"))
        self.heads = list(Person.objects.filter(memberships__role=Role.HEAD).order_by("id"))
        self.architect = Person.objects.get(email="architect@bench.example")
        self.touchpoints = list(Touchpoint.objects.order_by("id"))
        self.domains = list(DataDomain.objects.order_by("id"))
        self.systems = list(System.objects.order_by("id"))
        self.segments = list(Segment.objects.order_by("id"))

    def rows(self, made: Sequence[RequestFacts], states: Sequence[Status], prefix: str) -> list[ProjectRequest]:
        """Write these requests with their tags and their first transition."""
        now = timezone.now()
        rows = ProjectRequest.objects.bulk_create(
            ProjectRequest(
                reference=f"{prefix}-{facts.id:06d}",
                silo=self.silos[facts.silo],
                requester=self.heads[facts.silo],
                title=facts.title.capitalize()[:300],
                problem=facts.problem,
                proposal=facts.proposal,
                kind=ProjectRequest.Kind.CUSTOMER_FACING,
                status=state.value,
                wanted_start=facts.start,
                wanted_go_live=max(facts.start or date.min, facts.go_live or date.min),
                promised_effect="Fewer complaints within a year.",
                submitted_at=None if state is Status.DRAFT else now - timedelta(days=30 + facts.id % 300),
            )
            for facts, state in zip(made, states, strict=True)
        )
        Transition.objects.bulk_create(
            Transition(request=row, source="draft", target="submitted", person_id=row.requester_id, at=now)
            for row in rows
            if row.status != Status.DRAFT
        )
        self._tag(made, rows)
        return rows

    def _tag(self, made: Sequence[RequestFacts], rows: Sequence[ProjectRequest]) -> None:
        pairs = list(zip(made, rows, strict=True))
        impacts = Impact.objects.bulk_create(
            Impact(request=row, touchpoint=self.touchpoints[each.touchpoint], effect=each.effect)
            for facts, row in pairs
            for each in facts.impacts
        )
        through: Any = Impact.segments.through
        segments = [self.segments[number].pk for facts in made for each in facts.impacts for number in each.segments]
        through.objects.bulk_create(
            through(impact_id=impact.pk, segment_id=segment) for impact, segment in zip(impacts, segments, strict=True)
        )
        DataUse.objects.bulk_create(
            DataUse(
                request=row, domain=self.domains[each.domain], mode=each.mode, system=self.systems[each.system or 0]
            )
            for facts, row in pairs
            for each in facts.data_uses
        )
        SystemUse.objects.bulk_create(
            SystemUse(request=row, system=self.systems[each.system], effect=each.effect)
            for facts, row in pairs
            for each in facts.system_uses
        )
        PlannedContact.objects.bulk_create(
            PlannedContact(
                request=row,
                segment=self.segments[facts.id % len(self.segments)],
                channel=Channel.LETTER,
                first_day=row.wanted_go_live or date.today(),
            )
            for facts, row in pairs
            if facts.id % CONTACTING == 0
        )


def fill(rows: int, seed: int = 7) -> Portfolio:
    """Fill the empty database with `rows` filed requests."""
    maker, dice = Maker(rows, seed), random.Random(seed)
    with transaction.atomic():
        make_registers(maker)
    portfolio = Portfolio()
    for start in range(1, rows + 1, BATCH):
        made = [maker.request(number) for number in range(start, min(start + BATCH, rows + 1))]
        with transaction.atomic():
            portfolio.rows(made, [dice.choice(STATES) for _ in made], "GEN")
    return portfolio
