"""Decisions over more requests than a database takes in one condition are read all the same."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from board.models import DecidedRequest, Decision
from board.reporting.document import Period
from board.selectors.decisions.questions import open_questions
from board.selectors.meetings.sources import conditions
from board.selectors.priorities.orders import meanings
from board.selectors.reports.report_facts import holds
from impacts.models import Family, FamilyMember, Finding, FindingMember
from portfolio.lifecycle import Status
from portfolio.models import Person, ProjectRequest
from tests.factories import (
    AgendaItemFactory,
    ConditionFactory,
    DecidedRequestFactory,
    DecisionFactory,
    FamilyFactory,
    FindingFactory,
    HoldFactory,
    QuestionFactory,
    filed_request,
)

pytestmark = pytest.mark.django_db
MANY = 1_100


def _more(like: ProjectRequest, status: Status) -> list[ProjectRequest]:
    return ProjectRequest.objects.bulk_create(
        ProjectRequest(
            title=f"Alerts {n}",
            reference=f"BIG-{n}",
            silo=like.silo,
            requester=like.requester,
            status=status.value,
            submitted_at=like.submitted_at,
        )
        for n in range(MANY)
    )


def _over(decision: Decision, status: Status) -> list[ProjectRequest]:
    """Many requests, each of which the decision put behind another."""
    one = DecidedRequestFactory.create(decision=decision)
    more = _more(one.request, status)
    DecidedRequest.objects.bulk_create(
        DecidedRequest(decision=decision, request=each, after=other, status_before="ready", status_after=status.value)
        for each, other in zip(more, [one.request, *more], strict=False)
    )
    return more


def _family() -> Family:
    family = FamilyFactory.create()
    FamilyMember.objects.bulk_create(
        FamilyMember(family=family, request=each, joined_at=timezone.now()) for each in _more(family.lead, Status.READY)
    )
    return family


def test_pages_of_a_decision_over_very_many_requests_open(
    client_as: Callable[[Person], Client], secretary: Person
) -> None:
    decision = ConditionFactory.create(due=timezone.localdate()).decision
    more = _over(decision, Status.APPROVED)
    client = client_as(secretary)
    page = client.get(reverse("board:decision-detail", args=[decision.pk]))
    assert page.status_code == 200
    assert more[-1].reference in page.content.decode()
    meeting = reverse("board:meeting-detail", args=[decision.item.meeting_id])
    for address in (reverse("board:decision-list"), reverse("board:condition-list"), meeting, "/api/v1/conditions/"):
        assert client.get(address).status_code == 200, address
    causes = conditions.causes(timezone.localdate())
    assert {each.pk for each in more} <= {cause.request for cause in causes}


def test_a_decision_over_a_very_large_family_opens(client_as: Callable[[Person], Client], secretary: Person) -> None:
    decision = DecisionFactory.create(item=AgendaItemFactory.create(family=_family(), status="decided"))
    assert client_as(secretary).get(reverse("board:decision-detail", args=[decision.pk])).status_code == 200


def test_a_report_tells_a_hold_over_very_many_requests(cio: Person) -> None:
    decision = HoldFactory.create().decision
    more = _over(decision, Status.ON_HOLD)
    today = timezone.localdate()
    (told,) = holds(cio, Period(today - timedelta(days=1), today + timedelta(days=1)), timezone.now())
    assert len(told.requests) == len(more) + 1


def test_open_questions_over_very_many_requests_are_read() -> None:
    decision = QuestionFactory.create().decision
    more = _over(decision, Status.RETURNED)
    (question,) = open_questions()
    assert {each.pk for each in more} < {row.request.pk for row in question.decision.requests.all()}


def test_a_conflict_of_very_many_requests_is_told_beside_the_orders_and_on_the_terminal(
    cio: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = (filed_request(status=Status.READY.value) for _ in "ab")
    finding = FindingFactory.create(between=[one, other], kind=Finding.Kind.CONFLICT)
    more = _more(one, Status.READY)
    FindingMember.objects.bulk_create(FindingMember(finding=finding, request=each) for each in more)
    (clash,) = meanings([one.pk], cio)[one.pk].clashes
    assert len(clash.others) == MANY + 1
    call_command("list_findings")
    assert finding.title in capsys.readouterr().out
