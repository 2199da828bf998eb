"""Findings of more requests than a database takes in one condition are read all the same."""

import pytest

from impacts.models import Finding, FindingMember
from impacts.selectors.findings.presenting import with_members
from portfolio.models import ProjectRequest
from tests.factories import FindingFactory, filed_request

MANY = 1_100


@pytest.mark.django_db
def test_a_finding_of_more_than_a_thousand_requests_is_read_with_all_of_them() -> None:
    one, other = filed_request(), filed_request()
    finding = FindingFactory.create(between=[one, other])
    more = ProjectRequest.objects.bulk_create(
        ProjectRequest(title=f"Alerts {n}", reference=f"BIG-{n}", silo=one.silo, requester=one.requester)
        for n in range(MANY)
    )
    FindingMember.objects.bulk_create(FindingMember(finding=finding, request=request) for request in more)
    (read,) = with_members(Finding.objects.filter(pk=finding.pk))
    assert {member.request.silo for member in read.members.all()} == {one.silo, other.silo}
    assert len(read.members.all()) == MANY + 2
