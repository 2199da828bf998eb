"""A small world with something of everything, and clients that speak to the API."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from board.models import AgendaItem, Condition, DecidedRequest, Decision, Meeting, Objection
from impacts.models import Bet, Cluster, DataUse, Family, Finding, Impact, PlannedContact, SystemUse
from portfolio.lifecycle import Status
from portfolio.models import Person, ProjectRequest, Silo
from tests import factories

SECRET = "Project Nightingale"


@dataclass
class World:
    """What there is. `open` and `other` are seen by everybody, `secret` by its requester, architects and the board."""

    open: ProjectRequest
    other: ProjectRequest
    secret: ProjectRequest
    draft: ProjectRequest
    pair: Finding
    secret_pair: Finding
    secret_only: Finding
    cluster: Cluster
    secret_cluster: Cluster
    family: Family
    secret_family: Family
    impact: Impact
    data_use: DataUse
    system_use: SystemUse
    contact: PlannedContact
    bet: Bet
    meeting: Meeting
    item: AgendaItem
    decision: Decision
    secret_decision: Decision
    condition: Condition
    objection: Objection


def decided(request: ProjectRequest, **fields: Any) -> Decision:
    """A decision over one request, in a meeting in session."""
    item = factories.AgendaItemFactory.create(
        request=request, status=AgendaItem.Status.DECIDED, question=f"Approve {request.title}?", **fields
    )
    decision: Decision = factories.DecisionFactory.create(item=item, reason=f"{request.title} serves the customer.")
    DecidedRequest.objects.create(
        decision=decision, request=request, status_before=Status.READY.value, status_after=Status.APPROVED.value
    )
    return decision


@pytest.fixture
def world(cards: Silo, retail: Silo, requester: Person, outsider: Person, segment_manager: Person) -> World:
    """Something of everything."""
    fields: dict[str, Any] = {"silo": cards, "requester": requester}
    money = {"one_off_cost": Decimal("1234.50"), "yearly_cost": Decimal("77.25")}
    opened = factories.filed_request(**fields, title="Answer faster", status=Status.READY.value, **money)
    other = factories.filed_request(silo=retail, requester=outsider, title="Answer in the shop")
    secret = factories.filed_request(**fields, title=SECRET, problem=f"{SECRET} is a merger.", confidential=True)
    third = factories.filed_request(silo=retail, requester=outsider, title="Answer by post")
    done = factories.filed_request(**fields, title="Answer by phone", status=Status.APPROVED.value)
    secret_done = factories.filed_request(
        **fields, title=f"{SECRET} two", status=Status.APPROVED.value, confidential=True
    )
    meeting = factories.MeetingFactory.create(status=Meeting.Status.IN_SESSION)
    decision = decided(done, meeting=meeting)
    return World(
        open=opened,
        other=other,
        secret=secret,
        draft=factories.draft_request(**fields, title="A draft of Cards"),
        pair=factories.FindingFactory.create(between=[opened, other]),
        secret_pair=factories.FindingFactory.create(between=[other, secret], title=f"{SECRET} and the shop"),
        secret_only=factories.FindingFactory.create(between=[secret], rule="unowned", kind="gap", title=SECRET),
        cluster=factories.ClusterFactory.create(holding=[opened, other]),
        secret_cluster=factories.ClusterFactory.create(
            holding=[opened, third, secret], title=SECRET, terms=["nightingale"]
        ),
        family=factories.FamilyFactory.create(lead=third, with_members=[other]),
        secret_family=factories.FamilyFactory.create(lead=secret, with_members=[opened], title=SECRET),
        impact=factories.ImpactFactory.create(request=opened),
        data_use=factories.DataUseFactory.create(request=opened),
        system_use=factories.SystemUseFactory.create(request=opened),
        contact=factories.PlannedContactFactory.create(request=opened),
        bet=factories.BetFactory.create(request=opened),
        meeting=meeting,
        item=factories.AgendaItemFactory.create(meeting=meeting, request=opened),
        decision=decision,
        secret_decision=decided(secret_done, meeting=meeting),
        condition=factories.ConditionFactory.create(decision=decision, owner=requester),
        objection=_objection(opened, secret, segment_manager),
    )


def _objection(request: ProjectRequest, secret: ProjectRequest, manager: Person) -> Objection:
    """An objection to a request that everybody sees, and one to a confidential one."""
    segment = factories.SegmentFactory.create(manager=manager)
    factories.ObjectionFactory.create(request=secret, segment=segment, reason=f"{SECRET} is too much.")
    made: Objection = factories.ObjectionFactory.create(request=request, segment=segment)
    return made


PEOPLE = (
    *("requester", "colleague", "outsider", "architect", "board_member", "secretary", "cio"),
    *("segment_manager", "administrator", "reader", "it_manager"),
)


@pytest.fixture
def everybody(request: pytest.FixtureRequest) -> dict[str, Person]:
    """The stock people, by what they are."""
    return {name: request.getfixturevalue(name) for name in PEOPLE}


@pytest.fixture
def api_as(db: None) -> Callable[[Person | None], APIClient]:
    """A function: a client of the API for this person, or for nobody."""

    def connect(person: Person | None) -> APIClient:
        client = APIClient(raise_request_exception=True)
        if person is not None:
            client.force_login(person)
        client.default_format = "json"
        return client

    return connect


@pytest.fixture
def api(architect: Person, api_as: Callable[[Person | None], APIClient]) -> APIClient:
    """A client for an architect."""
    return api_as(architect)
