"""Items over several requests that are no family: a group from a cluster or a finding, and a consent item."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from board.errors import CannotDecide
from board.models import AgendaItem, Decision, Meeting
from board.packs.compose import compose
from board.selectors.decisions.decisions import parties
from board.selectors.meetings.items import item_facts, members_of
from board.selectors.meetings.meetings import agenda_items, agenda_lines, next_meeting_of
from board.selectors.papers.packs import pack_facts
from board.services.meetings.agenda import Group, add_item, drop_item, restore_item
from impacts.models import Family
from portfolio.lifecycle import Status
from portfolio.models import Person, ProjectRequest
from tests.factories import AgendaItemFactory, ClusterFactory, FindingFactory, filed_request

Decide = Callable[..., Decision]


@pytest.fixture
def three(db: None) -> list[ProjectRequest]:
    """Three ready requests of three silos."""
    return [filed_request(status=Status.READY.value) for _ in range(3)]


@pytest.fixture
def group_item(session: Meeting, secretary: Person, three: list[ProjectRequest]) -> AgendaItem:
    """An item over a cluster of three."""
    cluster = ClusterFactory.create(holding=three, title="One notification service")
    return add_item(person=secretary, meeting=session, group=Group(cluster.title, three, cluster=cluster))


def test_group_keeps_its_requests_in_their_order(group_item: AgendaItem, three: list[ProjectRequest]) -> None:
    assert group_item.kind == AgendaItem.Kind.GROUP
    assert members_of([group_item]).requests[group_item.pk] == three
    assert "One notification service" in group_item.question
    assert next_meeting_of(three[2]) == group_item
    assert agenda_lines(group_item.meeting)[0].subject == "3 requests"


def test_facts_and_pack_show_every_request_of_a_group(
    group_item: AgendaItem, three: list[ProjectRequest], secretary: Person
) -> None:
    FindingFactory.create(between=three[:2])
    facts = item_facts(agenda_items(group_item.meeting), secretary)[group_item.pk]
    assert [each.reference for each in facts.requests] == [each.reference for each in three]
    assert (facts.kind, facts.title) == ("group", "One notification service")
    assert len(facts.findings) == 1
    document = compose(pack_facts(group_item.meeting, secretary))
    assert all(each.reference in document.agenda[0].subject for each in three)


def test_a_decision_over_a_group_moves_them_all_and_keeps_them(
    group_item: AgendaItem, three: list[ProjectRequest], decide: Decide
) -> None:
    decision = decide(group_item)
    assert {ProjectRequest.objects.get(pk=each.pk).status for each in three} == {"approved"}
    assert {each.pk for each in parties(decision)} == {each.pk for each in three}
    group_item.members.first().delete()  # type: ignore[union-attr]
    assert len(agenda_lines(group_item.meeting)[0].requests) == 3


def test_a_request_is_not_open_on_two_items_of_a_meeting(
    group_item: AgendaItem, three: list[ProjectRequest], secretary: Person, family: Family
) -> None:
    meeting = group_item.meeting
    assert add_item(person=secretary, meeting=meeting, request=three[0]) == group_item
    other = Group("Two of them", [three[1], filed_request(status=Status.READY.value)])
    with pytest.raises(CannotDecide, match=f"{three[1].reference} is on this agenda already"):
        add_item(person=secretary, meeting=meeting, group=other)
    add_item(person=secretary, meeting=meeting, request=family.lead)
    with pytest.raises(CannotDecide, match=family.lead.reference):
        add_item(person=secretary, meeting=meeting, family=family)
    assert meeting.items.count() == 2


def test_a_request_of_a_family_on_the_agenda_is_that_item(
    family_item: AgendaItem, family: Family, secretary: Person
) -> None:
    assert add_item(person=secretary, meeting=family_item.meeting, request=family.lead) == family_item


@pytest.mark.parametrize("requests", [0, 2])
def test_a_group_of_nothing_or_of_the_same_twice_is_refused(
    session: Meeting, secretary: Person, ready: ProjectRequest, requests: int
) -> None:
    with pytest.raises(CannotDecide, match="each once"):
        add_item(person=secretary, meeting=session, group=Group("Nothing", [ready] * requests))


def test_consent_item_counts_its_requests_and_comes_back_whole(
    session: Meeting, secretary: Person, three: list[ProjectRequest]
) -> None:
    group = Group("Internal work", three, kind=AgendaItem.Kind.CONSENT)
    item = add_item(person=secretary, meeting=session, group=group)
    assert agenda_lines(session)[0].subject == "3 requests by consent"
    drop_item(person=secretary, item=item, reason="Not today.")
    back = restore_item(person=secretary, item=item)
    assert (back.kind, members_of([back]).requests[back.pk]) == ("consent", three)


def test_titles_of_500_characters_fit(session: Meeting, secretary: Person, three: list[ProjectRequest]) -> None:
    item = add_item(person=secretary, meeting=session, group=Group("Long " * 100, three))
    assert len(item.title) <= 300
    assert len(item.question) <= 300


def test_an_item_is_over_exactly_what_its_kind_says(meeting: Meeting, ready: ProjectRequest, family: Family) -> None:
    for wrong in ({"kind": "group", "request": ready}, {"kind": "family", "request": ready}, {"kind": "request"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            AgendaItem.objects.create(meeting=meeting, position=1, question="Well?", **wrong)


def test_queries_do_not_grow_with_groups(
    session: Meeting, secretary: Person, django_assert_num_queries: Callable[..., object]
) -> None:
    def add() -> None:
        pair = [filed_request(status=Status.READY.value) for _ in range(2)]
        AgendaItemFactory.create(meeting=session, kind="group", over=pair)

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    add()
    with CaptureQueriesContext(connection) as counted:
        agenda_lines(session)
    for _ in range(4):
        add()
    with django_assert_num_queries(len(counted)):
        assert len(agenda_lines(session)) == 5
