"""A limit that a confidential request shares in is shown without any sum from which its part could be worked out."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from customers.models import Channel, Segment
from impacts.models import Finding
from impacts.selectors.findings.presenting import PresentedFinding, present, with_members
from impacts.services.scans.scanning import scan_until_done
from portfolio.models import Person, ProjectRequest
from tests.factories import (
    ChannelCapacityFactory,
    ContactPolicyFactory,
    PlannedContactFactory,
    RequestSkillFactory,
    SegmentFactory,
    SkillCapacityFactory,
    filed_request,
)

ClientAs = Callable[[Person | None], Client]
pytestmark = pytest.mark.django_db
YEAR = timezone.localdate().year + 2
SPAN = {"wanted_start": date(YEAR, 1, 1), "wanted_go_live": date(YEAR, 3, 31)}


def has_number(number: str, text: str) -> bool:
    """Whether a number stands in a text by itself, and not as part of another or of a made-up name."""
    plain = re.sub(r"\b(Silo|Skill|Segment|Touchpoint|Person) \d+", "", text)
    return re.search(rf"(?<![\d,.]){re.escape(number)}(?![\d])", plain) is not None


def three(**secret: bool) -> list[ProjectRequest]:
    return [filed_request(**SPAN), filed_request(**SPAN), filed_request(**SPAN, **secret)]


def shown_to(person: Person, rule: str) -> PresentedFinding:
    (shown,) = present(with_members(Finding.objects.filter(rule=rule)), person)
    return shown


def everything(shown: PresentedFinding) -> str:
    return " ".join([shown.title, shown.remedy, *(line.text for line in shown.evidence)])


def test_the_days_that_a_confidential_request_needs(reader: Person, architect: Person) -> None:
    capacity = SkillCapacityFactory.create(year=YEAR, quarter=1, days=50)
    for request, days in zip(three(confidential=True), (30, 31, 17), strict=True):
        RequestSkillFactory.create(request=request, skill=capacity.skill, days=days)
    scan_until_done()
    said = everything(shown_to(reader, "over-capacity"))
    assert "30 person-days" in said
    assert not has_number("78", said)
    assert "28 person-days" not in said
    assert not has_number("17", said)
    assert "78 person-days" in everything(shown_to(architect, "over-capacity"))


def test_the_letters_that_a_confidential_request_sends(reader: Person, architect: Person) -> None:
    ChannelCapacityFactory.create(channel=Channel.LETTER, contacts_per_week=100)
    for request, customers in zip(three(confidential=True), (3000, 4000, 5500), strict=True):
        segment = SegmentFactory.create(customer_count=customers)
        PlannedContactFactory.create(
            request=request, segment=segment, channel=Channel.LETTER, first_day=date(YEAR, 1, 5)
        )
    scan_until_done()
    said = everything(shown_to(reader, "channel-overload"))
    assert "3,000 contacts" in said
    assert "12,500" not in said
    assert "5,500" not in said
    assert "12,500" in everything(shown_to(architect, "channel-overload"))


def contacts_to(segment: Segment, requests: list[ProjectRequest]) -> None:
    """3, 4 and 6 contacts: the first two from 5 January, the third, which may be confidential, from 2 January."""
    for request, times, day in zip(requests, (3, 4, 6), (5, 5, 2), strict=True):
        PlannedContactFactory.create(
            request=request,
            segment=segment,
            channel=Channel.LETTER,
            first_day=date(YEAR, 1, day),
            times=times,
            every_days=1,
        )


def test_the_contacts_that_a_confidential_request_plans(reader: Person, architect: Person) -> None:
    policy = ContactPolicyFactory.create(limit=2, days=28)
    contacts_to(policy.segment or SegmentFactory.create(), three(confidential=True))
    scan_until_done()
    said = everything(shown_to(reader, "contact-overload"))
    assert f"3 times by letter, from 5 January {YEAR} to 7 January {YEAR}" in said
    assert "4 times by letter" in said
    for secret in ("13", "6 times", f"2 January {YEAR}"):
        assert not has_number(secret, said)
    assert "13 contacts" in everything(shown_to(architect, "contact-overload"))


def test_to_who_sees_only_one_of_them_nothing_says_what_it_is_about(reader: Person, client_as: ClientAs) -> None:
    policy = ContactPolicyFactory.create(limit=2, days=28)
    visible, *_ = requests = three(confidential=True)
    ProjectRequest.objects.filter(pk=requests[1].pk).update(confidential=True)
    contacts_to(policy.segment or SegmentFactory.create(), requests)
    scan_until_done()
    shown = shown_to(reader, "contact-overload")
    assert (shown.is_redacted, shown.evidence, shown.requests) == (True, (), (visible,))
    page = client_as(reader).get(shown.url).content.decode()
    assert visible.title in page
    assert "contacts them" not in page
    assert "by letter" not in page
