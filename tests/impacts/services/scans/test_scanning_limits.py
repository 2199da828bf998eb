"""Limits of the registers through a whole scan: findings come, follow their requests, close and reopen."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from customers.models import Channel, Segment
from impacts.models import Finding
from impacts.services.findings.triage import dismiss_finding
from impacts.services.scans.full_scan import scan_all
from impacts.services.scans.scanning import scan_until_done
from portfolio.lifecycle import Status
from portfolio.models import Person, ProjectRequest, Silo
from portfolio.services.belongings import set_skill
from portfolio.services.requests import touch_request
from portfolio.services.skills import set_capacities
from tests.factories import (
    ChangeFreezeFactory,
    ChannelCapacityFactory,
    ContactPolicyFactory,
    DataDomainFactory,
    HoldingAttributeFactory,
    IdentifyingAttributeFactory,
    ImpactFactory,
    PlannedContactFactory,
    SegmentFactory,
    SkillFactory,
    SystemUseFactory,
    TouchpointFactory,
    filed_request,
)

pytestmark = pytest.mark.django_db
YEAR = timezone.localdate().year + 2
QUARTER = (YEAR, 1)
SPAN = {"wanted_start": date(YEAR, 1, 1), "wanted_go_live": date(YEAR, 3, 31)}


def edit(request: ProjectRequest, **fields: Any) -> None:
    ProjectRequest.objects.filter(pk=request.pk).update(**fields)
    request.refresh_from_db()
    touch_request(request=request)


def test_a_full_quarter_names_who_no_longer_fits_until_there_is_room(
    cards: Silo, requester: Person, architect: Person
) -> None:
    skill = SkillFactory.create(name="Weaving")
    requests = [filed_request(silo=cards, requester=requester, kind="regulatory", **SPAN) for _ in range(3)]
    for request in requests:
        set_skill(request=request, person=requester, skill=skill, days=40)
    scan_until_done()
    assert not Finding.objects.filter(rule="over-capacity").exists()

    set_capacities(person=architect, days={(skill, QUARTER): 90})
    scan_all()
    finding = Finding.objects.get(rule="over-capacity")
    assert set(finding.requests.all()) == set(requests)
    assert finding.material == [f"in Q1 {YEAR} request:{requests[2].pk} no longer fits"]

    edit(requests[2], status=Status.APPROVED.value)
    scan_until_done()
    finding.refresh_from_db()
    assert finding.material == [f"in Q1 {YEAR} request:{requests[1].pk} no longer fits"]

    edit(requests[0], status=Status.WITHDRAWN.value)
    scan_until_done()
    finding.refresh_from_db()
    assert finding.state == "closed"

    set_skill(request=requests[1], person=requester, skill=skill, days=60)
    scan_until_done()
    finding.refresh_from_db()
    assert finding.state == "open"
    assert set(finding.requests.all()) == {requests[1], requests[2]}

    set_capacities(person=architect, days={(skill, QUARTER): 100})
    scan_all()
    finding.refresh_from_db()
    assert finding.state == "closed"


def test_a_dismissed_freeze_stays_dismissed_until_the_day_moves(architect: Person) -> None:
    ChangeFreezeFactory.create(name="Closing", starts=date(YEAR, 1, 1), ends=date(YEAR, 1, 31))
    request = filed_request(kind="regulatory", wanted_go_live=date(YEAR, 1, 10))
    scan_until_done()
    finding = Finding.objects.get(rule="freeze")
    dismiss_finding(finding=finding, person=architect, version=finding.version, reason="The law wants that day.")
    edit(request, title="Another title of it")
    scan_until_done()
    finding.refresh_from_db()
    assert finding.state == "dismissed"

    edit(request, wanted_go_live=date(YEAR, 1, 20))
    scan_until_done()
    finding.refresh_from_db()
    assert (finding.state, finding.came_back) == (
        "open",
        f"New: it goes live on {YEAR}-01-20. No longer: it goes live on {YEAR}-01-10.",
    )

    edit(request, wanted_go_live=date(YEAR, 2, 1))
    scan_until_done()
    finding.refresh_from_db()
    assert finding.state == "closed"


def test_a_full_channel_is_found_with_both_senders(cards: Silo, retail: Silo) -> None:
    segment = SegmentFactory.create(customer_count=1000)
    ChannelCapacityFactory.create(channel=Channel.LETTER, contacts_per_week=1500)
    monday = date(YEAR, 1, 1) + timedelta(days=-date(YEAR, 1, 1).weekday() % 7)
    for silo, day in ((cards, 0), (retail, 6), (retail, 7)):
        PlannedContactFactory.create(
            request=filed_request(silo=silo),
            segment=segment,
            channel=Channel.LETTER,
            first_day=monday + timedelta(days=day),
        )
    scan_until_done()
    finding = Finding.objects.get(rule="channel-overload")
    assert finding.requests.count() == 2
    assert finding.title.startswith("Letter: 2,000 contacts in the week from ")


def test_an_attribute_that_joins_them_closes_the_gap(cards: Silo, retail: Silo) -> None:
    touchpoint = TouchpointFactory.create(name="Survey")
    keys = [HoldingAttributeFactory.create(holding__system__name=name) for name in ("FixIt", "CallDesk")]
    for silo, key in zip((cards, retail), keys, strict=True):
        request = filed_request(silo=silo)
        ImpactFactory.create(request=request, touchpoint=touchpoint)
        SystemUseFactory.create(request=request, system=key.holding.system)
    scan_until_done()
    finding = Finding.objects.get(rule="not-connected")
    assert finding.title == "Survey is served from CallDesk and FixIt, whose data nothing joins"

    number, domain = IdentifyingAttributeFactory.create(), DataDomainFactory.create()
    for key in keys:
        HoldingAttributeFactory.create(holding__system=key.holding.system, holding__domain=domain, attribute=number)
    scan_all()
    finding.refresh_from_db()
    assert finding.state == "closed"


def test_who_joins_one_overload_leaves_those_of_other_segments_alone(cards: Silo, retail: Silo) -> None:
    one, other = SegmentFactory.create(), SegmentFactory.create()
    ContactPolicyFactory.create(segment=None, channel="", limit=1, days=21)

    def sender(silo: Silo, *segments: Segment) -> ProjectRequest:
        request = filed_request(silo=silo)
        for segment in segments:
            PlannedContactFactory.create(
                request=request, segment=segment, channel=Channel.EMAIL, first_day=timezone.localdate()
            )
        return request

    for silo in (cards, retail, cards):
        sender(silo, one, other)
    scan_until_done()
    assert Finding.objects.filter(rule="contact-overload", state="open").count() == 2

    sender(retail, one)
    counts = scan_until_done().counts

    assert counts["unchanged"] == 0
