"""A portfolio to plan, in the database: generated requests (bench.generate), all of them ready, approved or being
delivered, with what a plan reads of them.

Every request wants to start within the two years of the plan, changes one or two touchpoints of 300 and one system of
200, needs days of one to three of eight skills; one in eight contacts a segment, one in eight needs another one, one in
25 is regulatory, one in twelve is approved, one in thirty being delivered. One finding in forty requests stands and is
confirmed. Registers: twelve segments, two contact policies, capacities of two channels, days of skills for about
a third of what is asked, three freezes. Seeded: every run has the same portfolio.
"""

import datetime as dt
import random
from bisect import bisect_left
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from bench.generate import generate
from board.services.plans.scenarios import next_quarter
from customers.models import ChangeFreeze, Channel, ChannelCapacity, ContactPolicy, Segment, System, Touchpoint
from impacts.engine.quarters import first_day
from impacts.models import Bet, Finding, FindingMember, Impact, PlannedContact, SystemUse
from portfolio.lifecycle import Status
from portfolio.models import Need, Person, ProjectRequest, RequestSkill, Silo, Skill, SkillCapacity

SEGMENTS, TOUCHPOINTS, SYSTEMS, SKILLS, QUARTERS = 12, 300, 200, 8, 8
STATES = [Status.READY] * 53 + [Status.APPROVED] * 5 + [Status.IN_DELIVERY] * 2
BATCH = 1000


def make_portfolio(rows: int) -> Person:
    """Fill the empty database. Returns an architect."""
    architect = generate(rows, silos=20)
    draw = random.Random(29)
    with transaction.atomic():
        things = _registers(draw, rows)
        requests = list(ProjectRequest.objects.order_by("id"))
        _wishes(draw, requests)
        _tags(draw, requests, *things)
        _between(draw, requests)
    return architect


def _registers(draw: random.Random, rows: int) -> tuple[list[Segment], list[Touchpoint], list[System], list[Skill]]:
    stages = ("use", "choose", "get_help")
    segments = [
        Segment(
            code=f"segment-{n}", name=f"Segment {n}", customer_count=30_000 * (n + 1), yearly_value=40_000_000 * (n + 1)
        )
        for n in range(SEGMENTS)
    ]
    points = [
        Touchpoint(
            code=f"point-{n}",
            name=f"Touchpoint {n}",
            channel=draw.choice(("app", "web", "phone")),
            journey_stage=draw.choice(stages),
            customers_per_month=draw.randrange(5_000, 400_000),
            change_limit=draw.choice((None, None, 3)),
        )
        for n in range(TOUCHPOINTS)
    ]
    systems = [System(code=f"system-{n}", name=f"System {n}") for n in range(SYSTEMS)]
    skills = [Skill(code=f"skill-{n}", name=f"Skill {n}") for n in range(SKILLS)]
    for model, made in ((Segment, segments), (Touchpoint, points), (System, systems), (Skill, skills)):
        model._default_manager.bulk_create(made)  # type: ignore[arg-type]
    year, quarter = next_quarter()
    for place in range(QUARTERS):
        at = divmod(year * 4 + quarter - 1 + place, 4)
        SkillCapacity.objects.bulk_create(
            SkillCapacity(skill=skill, year=at[0], quarter=at[1] + 1, days=rows * 2) for skill in skills
        )
    for number, (limit, days) in enumerate([(3, 21), (8, 90)]):
        ContactPolicy.objects.create(code=f"policy-{number}", name=f"Policy {number}", limit=limit, days=days)
    for channel in (Channel.EMAIL, Channel.LETTER):
        ChannelCapacity.objects.create(code=channel, name=channel, channel=channel, contacts_per_week=1_500_000)
    first = first_day((year, quarter))
    for number, after in enumerate((60, 330, 695)):
        starts = first + dt.timedelta(days=after)
        freeze = ChangeFreeze.objects.create(
            code=f"freeze-{number}", name=f"Freeze {number}", starts=starts, ends=starts + dt.timedelta(days=14)
        )
        if number:
            freeze.touchpoints.set(points[:: number + 4])
    return segments, points, systems, skills


def _wishes(draw: random.Random, requests: list[ProjectRequest]) -> None:
    """States, kinds, days and money."""
    first = first_day(next_quarter())
    for request in requests:
        request.status = draw.choice(STATES).value
        request.kind = draw.choices(("customer_facing", "internal", "regulatory"), (70, 26, 4))[0]
        running = request.status == Status.IN_DELIVERY
        request.wanted_start = first + dt.timedelta(days=draw.randrange(-150, -20) if running else draw.randrange(640))
        request.wanted_go_live = request.wanted_start + dt.timedelta(days=draw.randrange(40, 300))
        request.one_off_cost = draw.randrange(20, 900) * 1000
        request.yearly_cost = draw.randrange(0, 60) * 1000
        request.submitted_at = request.submitted_at or timezone.now()
    fields = ["status", "kind", "wanted_start", "wanted_go_live", "one_off_cost", "yearly_cost", "submitted_at"]
    ProjectRequest.objects.bulk_update(requests, fields, batch_size=200)


def _tags(
    draw: random.Random,
    requests: Iterable[ProjectRequest],
    segments: list[Segment],
    points: list[Touchpoint],
    systems: list[System],
    skills: list[Skill],
) -> None:
    impacts, named, contacts, uses, days, bets = [], [], [], [], [], []
    for request in requests:
        for point in draw.sample(points, draw.choice((1, 2))):
            way = draw.choice(("better", "better", "better", "neutral"))
            impacts.append(Impact(request=request, touchpoint=point, effect="changes", direction=way))
            named.append(draw.choice(segments).pk)
        uses.append(SystemUse(request=request, system=draw.choice(systems), effect="changes"))
        for skill in draw.sample(skills, draw.choice((1, 2, 3))):
            days.append(RequestSkill(request=request, skill=skill, days=draw.randrange(20, 200)))
        if draw.random() < 0.125:
            assert request.wanted_go_live is not None
            contacts.append(
                PlannedContact(
                    request=request,
                    segment=draw.choice(segments),
                    channel=draw.choice((Channel.EMAIL, Channel.LETTER)),
                    first_day=request.wanted_go_live + dt.timedelta(days=draw.randrange(20)),
                    times=draw.choice((1, 1, 2, 3)),
                    every_days=draw.choice((7, 14, 30)),
                )
            )
        if draw.random() < 0.3:
            due = (request.wanted_go_live or dt.date.max) + dt.timedelta(days=90)
            amount = draw.randrange(100, 4000)
            bets.append(Bet(request=request, segment=draw.choice(segments), moves="gained", amount=amount, due=due))
    made = Impact.objects.bulk_create(impacts, batch_size=BATCH)
    through = Impact.segments.through
    links = [through(impact_id=impact.pk, segment_id=pk) for impact, pk in zip(made, named, strict=True)]
    through.objects.bulk_create(links, batch_size=BATCH)
    rows: list[tuple[Any, list[Any]]] = [
        (PlannedContact, contacts), (SystemUse, uses), (RequestSkill, days), (Bet, bets)
    ]  # fmt: skip
    for model, things in rows:
        model.objects.bulk_create(things, batch_size=BATCH)


def _between(draw: random.Random, requests: list[ProjectRequest]) -> None:
    """Needs of what is live before it starts, and confirmed conflicts."""
    needs, now = [], timezone.now()
    by_live = sorted(requests, key=lambda each: each.wanted_go_live or dt.date.max)
    days = [each.wanted_go_live for each in by_live]
    for request in requests:
        earlier = bisect_left(days, request.wanted_start)  # type: ignore[type-var]
        if earlier and draw.random() < 0.125:
            needs.append(Need(request=request, needs=by_live[draw.randrange(earlier)], why="Uses what it builds."))
    Need.objects.bulk_create(needs, batch_size=BATCH)
    for number in range(len(requests) // 40):
        one, other = draw.sample(requests, 2)
        finding = Finding.objects.create(
            rule="opposed-aim", kind=Finding.Kind.CONFLICT, identity=f"bench-{number}", severity="serious", score=0.9,
            title=f"{one.reference} and {other.reference} push the same measure in opposite directions",
            state=Finding.State.CONFIRMED, first_seen=now, last_seen=now,
        )  # fmt: skip
        FindingMember.objects.bulk_create(FindingMember(finding=finding, request=each) for each in (one, other))


def silo_codes() -> list[str]:
    """The departments, for the pots of a scenario."""
    return list(Silo.objects.order_by("code").values_list("code", flat=True))
