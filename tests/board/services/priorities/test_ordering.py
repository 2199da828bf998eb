"""The two orders of the queue, and what becomes of what both want."""

import pytest

from board.errors import NotAllowed, StaleMeeting
from board.models import AgendaItem, Meeting, Proposal, Ranking, RankMove
from board.selectors.priorities.orders import meanings, order_page, orders_page, placed_ids
from board.services.priorities.ordering import (
    CannotOrder,
    decline_proposal,
    place_request,
    propose_agreed,
    take_proposal,
)
from impacts.models import Finding
from portfolio.lifecycle import Status
from portfolio.models import Notification, Person, ProjectRequest, Role
from tests.factories import (
    FindingFactory,
    ImpactFactory,
    PlannedContactFactory,
    SegmentFactory,
    TouchpointFactory,
    filed_request,
    person_with,
)

pytestmark = pytest.mark.django_db
IT, CUSTOMERS = Ranking.Side.IT, Ranking.Side.CUSTOMERS


@pytest.fixture
def leader(db: None) -> Person:
    return person_with(Role.CUSTOMER_LEADER, name="Lea Leader")


def ready(**fields: object) -> ProjectRequest:
    return filed_request(status=Status.READY.value, **fields)


def order(person: Person, side: str, *requests: ProjectRequest) -> None:
    """Put these requests at the end of the order, one after the other."""
    for request in requests:
        version = Ranking.objects.filter(side=side).values_list("version", flat=True).first() or 1
        place_request(person=person, side=side, request=request, to=1_000, expected=version)


def test_every_move_is_kept_with_who_made_it(cio: Person) -> None:
    one, two, three = ready(), ready(), ready()
    order(cio, IT, one, two, three)
    ranking = place_request(person=cio, side=IT, request=three, to=1, expected=4)
    assert placed_ids(IT) == [three.pk, one.pk, two.pk]
    assert ranking.version == 5
    move = RankMove.objects.first()
    assert move is not None
    assert (move.request, move.source, move.target, move.by) == (three, 3, 1, cio)
    place_request(person=cio, side=IT, request=one, to=0, expected=5)
    assert placed_ids(IT) == [three.pk, two.pk]


def test_who_saw_an_older_order_moves_nothing(cio: Person) -> None:
    one, two = ready(), ready()
    order(cio, IT, one, two)
    with pytest.raises(StaleMeeting):
        place_request(person=cio, side=IT, request=two, to=1, expected=2)
    assert placed_ids(IT) == [one.pk, two.pk]


def test_the_second_click_of_a_double_click_changes_nothing_and_is_no_complaint(cio: Person) -> None:
    one, two = ready(), ready()
    order(cio, IT, one, two)
    for _ in range(2):
        ranking = place_request(person=cio, side=IT, request=two, to=1, expected=3)
    assert ranking.version == 4
    assert placed_ids(IT) == [two.pk, one.pk]
    assert RankMove.objects.filter(request=two).count() == 2  # placed, then moved once


def test_each_side_keeps_its_own(cio: Person, leader: Person, secretary: Person) -> None:
    for person, side in ((leader, IT), (cio, CUSTOMERS), (secretary, IT)):
        with pytest.raises(NotAllowed):
            place_request(person=person, side=side, request=ready(), to=1, expected=1)
    with pytest.raises(NotAllowed):  # the customer leader does not see confidential ones
        place_request(person=leader, side=CUSTOMERS, request=ready(confidential=True), to=1, expected=1)


def test_what_is_decided_leaves_the_order_and_cannot_enter(cio: Person) -> None:
    one, two = ready(), ready()
    order(cio, IT, one, two)
    ProjectRequest.objects.filter(pk=one.pk).update(status=Status.APPROVED.value)
    assert placed_ids(IT) == [two.pk]
    one.refresh_from_db()
    with pytest.raises(CannotOrder):
        place_request(person=cio, side=IT, request=one, to=1, expected=3)


def test_disagreements_say_what_they_mean_for_customers(cio: Person, leader: Person) -> None:
    one, two, three = ready(), ready(), ready()
    order(cio, IT, one, two, three)
    order(leader, CUSTOMERS, three, two, one)
    segment, touchpoint = SegmentFactory.create(customer_count=1000), TouchpointFactory.create(customers_per_month=70)
    impact = ImpactFactory.create(request=three, touchpoint=touchpoint, direction="better")
    impact.segments.set([segment])
    PlannedContactFactory.create(request=three, segment=segment, times=3)
    FindingFactory.create(between=[three, two], kind=Finding.Kind.CONFLICT, title="Both in the same week")
    page = orders_page(cio, first=2)
    assert [row.request for row in page.rows] == [one, three]
    assert [row.before for row in page.rows] == [[three, two], [one, two]]
    means = page.rows[1].meaning
    assert means is not None
    assert (means.customers, means.visits, means.messages, means.figures.better) == (1000, 70, 3000, 1)
    assert [(clash.title, clash.others) for clash in means.clashes] == [("Both in the same week", [two])]
    assert [row.request for row in page.agreed] == [two]


def test_a_conflict_with_a_confidential_request_keeps_its_title(leader: Person) -> None:
    open_one, secret = ready(), ready(confidential=True, title="Secret merger")
    FindingFactory.create(between=[open_one, secret], kind=Finding.Kind.CONFLICT, title="Secret merger collides")
    (clash,) = meanings([open_one.pk], leader)[open_one.pk].clashes
    assert (clash.title, clash.others, clash.url) == ("A conflict with a confidential request", [], "")


def test_a_place_that_may_not_be_seen_is_counted_and_not_named(cio: Person, leader: Person) -> None:
    order(cio, IT, ready(confidential=True), ready())
    page = order_page(IT, leader)
    assert ([row.place for row in page.rows], page.hidden) == ([2], 1)


def test_what_both_want_first_goes_to_the_board(
    cio: Person, leader: Person, secretary: Person, meeting: Meeting
) -> None:
    one, two, three = ready(), ready(), ready()
    order(cio, IT, one, two, three)
    order(leader, CUSTOMERS, two, one, three)
    proposal = propose_agreed(person=leader, first=2, note="These two.")
    assert [row.request for row in proposal.rows.all()] == [two, one]
    assert Notification.objects.filter(person__in=[cio, secretary], text__contains="proposes").count() == 2
    with pytest.raises(CannotOrder, match="waits for the secretary already"):
        propose_agreed(person=cio, first=2)
    ProjectRequest.objects.filter(pk=one.pk).update(status=Status.REJECTED.value)
    items = take_proposal(person=secretary, proposal=proposal, meeting=meeting)
    assert [item.request for item in items] == [two]
    assert AgendaItem.objects.get(meeting=meeting).request == two
    left = proposal.rows.get(request=one)
    assert "rejected" in left.left_out
    with pytest.raises(CannotOrder, match="settled this proposal already"):
        take_proposal(person=secretary, proposal=proposal, meeting=meeting)


def test_only_the_secretary_takes_a_proposal_and_only_sides_make_one(
    cio: Person, leader: Person, secretary: Person, meeting: Meeting
) -> None:
    one = ready()
    order(cio, IT, one)
    order(leader, CUSTOMERS, one)
    with pytest.raises(NotAllowed):
        propose_agreed(person=secretary, first=5)
    proposal = propose_agreed(person=cio, first=5)
    with pytest.raises(NotAllowed):
        take_proposal(person=leader, proposal=proposal, meeting=meeting)
    with pytest.raises(CannotOrder):
        decline_proposal(person=secretary, proposal=proposal, because=" ")
    decline_proposal(person=secretary, proposal=proposal, because="The agenda is full.")
    assert Proposal.objects.get().state == Proposal.State.DECLINED
    assert propose_agreed(person=cio, first=5).state == Proposal.State.OPEN


def test_nothing_agreed_is_nothing_to_propose(cio: Person, leader: Person) -> None:
    order(cio, IT, ready())
    with pytest.raises(CannotOrder, match="Nothing stands among the first"):
        propose_agreed(person=cio, first=5)
