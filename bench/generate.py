"""Generated portfolios of any size, the same for the same seed: silos, people, requests with their first transition.

Texts are put together from what real requests are made of (a verb, a thing, a place, a reason), about 150 words each,
so that the words of the index are shared as unevenly as in a real portfolio. Written in batches by bulk_create.
"""

import datetime as dt
import random
from collections.abc import Iterator
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from portfolio.lifecycle import Status
from portfolio.models import Membership, Objective, Person, ProjectRequest, Role, Silo, Transition

BATCH = 2000
_VERBS = [
    "Replace",
    "Modernise",
    "Extend",
    "Connect",
    "Consolidate",
    "Automate",
    "Secure",
    "Migrate",
    "Introduce",
    "Retire",
    "Redesign",
    "Merge",
]
_THINGS = [
    "the customer notification service",
    "the complaint desk",
    "the parts catalogue",
    "the loan origination system",
    "the card portal",
    "the mobile app",
    "the branch queue",
    "the address register",
    "the consent store",
    "the billing engine",
    "the call routing",
    "the identity check",
    "the letter archive",
    "the warranty database",
    "the fraud screen",
    "the payment gateway",
    "the data warehouse",
    "the e-mail campaign tool",
    "the appointment planner",
    "the partner interface",
    "the case file",
    "the tax report",
    "the price list",
]
_PLACES = [
    "for card holders",
    "in all branches",
    "for small businesses",
    "at the service desk",
    "in the contact centre",
    "for students",
    "across the regions",
    "for private clients",
    "on the web site",
    "for partners",
    "in the back office",
    "for new customers",
]
_REASONS = [
    "customers wait too long for an answer",
    "the same data is typed three times",
    "the supplier ends support next year",
    "complaints about wrong addresses doubled",
    "nobody sees what was promised on the phone",
    "the regulator asks for a report every quarter",
    "two systems disagree about who the customer is",
    "letters arrive after the e-mail says they are settled",
    "staff keep their own lists in spreadsheets",
    "offers reach people who have just said no",
    "outages last longer than a day",
    "the yearly cost of licences grows faster than the number of customers",
]
_STATES = [Status.SUBMITTED] * 40 + [Status.IN_TRIAGE] * 15 + [Status.READY] * 8 + [Status.APPROVED] * 10 + [
    Status.ON_HOLD, Status.DEFERRED, Status.REJECTED, Status.IN_DELIVERY, Status.DELIVERED, Status.REVIEWED,
    Status.WITHDRAWN, Status.DRAFT,
]  # fmt: skip


def generate(rows: int, *, seed: int = 1, silos: int = 40) -> Person:
    """Fill the empty database with `rows` requests. Returns an architect, who sees all of them."""
    draw = random.Random(seed)
    with transaction.atomic():
        departments = [
            Silo.objects.create(
                code=f"silo-{number:02d}", name=f"Department {number:02d} of {draw.choice(_PLACES)[4:]}"
            )
            for number in range(silos)
        ]
        heads = [_head(silo) for silo in departments]
        goals = [Objective.objects.create(code=f"goal-{number}", name=f"Objective {number}") for number in range(8)]
        architect = Person.objects.create_user("architect@bench.example", name="Bench Architect")
        Membership.objects.create(person=architect, role=Role.ARCHITECT)
    now = timezone.now()
    stream = _requests(rows, draw, list(zip(departments, heads, strict=True)), goals, now)
    for start in range(0, rows, BATCH):
        with transaction.atomic():
            made = ProjectRequest.objects.bulk_create([next(stream) for _ in range(min(BATCH, rows - start))])
            Transition.objects.bulk_create(
                Transition(request=each, source="draft", target="submitted", person_id=each.requester_id, at=now)
                for each in made
                if each.status != Status.DRAFT
            )
    return architect


def _head(silo: Silo) -> Person:
    head = Person.objects.create_user(f"{silo.code}@bench.example", name=f"Head of {silo.name}"[:120])
    Membership.objects.create(person=head, silo=silo, role=Role.HEAD)
    return head


def _requests(
    rows: int, draw: random.Random, owners: list[tuple[Silo, Person]], goals: list[Objective], now: dt.datetime
) -> Iterator[ProjectRequest]:
    for number in range(rows):
        silo, head = draw.choice(owners)
        status = draw.choice(_STATES)
        thing, place = draw.choice(_THINGS), draw.choice(_PLACES)
        start = dt.date(2026, 1, 1) + dt.timedelta(days=draw.randrange(900))
        filed = now - dt.timedelta(minutes=draw.randrange(1_000_000))
        yield ProjectRequest(
            reference=f"GEN-{number:06d}",
            silo=silo,
            requester=head,
            title=f"{draw.choice(_VERBS)} {thing} {place}",
            problem=_text(draw, thing, place, 90),
            proposal=_text(draw, thing, place, 60),
            kind=draw.choice(ProjectRequest.Kind.values),
            objective=draw.choice(goals),
            status=status.value,
            confidential=draw.random() < 0.02,
            heads_up=draw.random() < 0.1,
            wanted_start=start,
            wanted_go_live=start + dt.timedelta(days=draw.randrange(30, 500)),
            one_off_cost=Decimal(draw.randrange(20, 5000) * 1000),
            yearly_cost=Decimal(draw.randrange(0, 900) * 1000),
            promised_effect="Complaints fall by a tenth within a year.",
            submitted_at=None if status is Status.DRAFT else filed,
        )


def _text(draw: random.Random, thing: str, place: str, words: int) -> str:
    parts: list[str] = []
    length = 0
    while length < words:
        about = draw.choice((thing, draw.choice(_THINGS)))
        sentence = f"{draw.choice(_VERBS)} {about} {place}, because {draw.choice(_REASONS)}"
        if draw.random() < 0.2:
            sentence += f" (see file {draw.randrange(100_000):05d})"
        parts.append(sentence)
        length += len(sentence.split())
    return ". ".join(parts) + "."
