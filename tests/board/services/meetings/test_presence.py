"""Replies, attendance, standing aside and the quorum: said clearly, refused without a recorded word."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from board.errors import CannotDecide, MeetingNotOpen, NoQuorum, NotAllowed, StaleMeeting
from board.models import AgendaItem, Attendance, Decision, Meeting, QuorumWaiver, StandAside
from board.selectors.meetings.presence import asides_of, quorum_of, quorum_of_item
from board.services.meetings.agenda import Group, add_item
from board.services.meetings.meetings import open_meeting, plan_meeting
from board.services.meetings.presence import (
    expect,
    record_attendance,
    reply_to,
    say_aside,
    unsay_aside,
    waive_quorum,
)
from portfolio.lifecycle import Status
from portfolio.models import Membership, Person, ProjectRequest, Role, Silo
from tests.factories import PersonFactory, filed_request, person_with

Decide = Callable[..., Decision]


@pytest.fixture
def members(board_member: Person, cio: Person) -> list[Person]:
    """Four people with a vote: the CIO and three members."""
    return [cio, board_member, person_with(Role.BOARD_MEMBER, name="Ann One"), person_with(Role.BOARD_MEMBER)]


@pytest.fixture
def sitting(members: list[Person], secretary: Person, cio: Person) -> Meeting:
    """A planned meeting that needs three."""
    return plan_meeting(person=secretary, starts_at=timezone.now(), chair=cio, secretary=secretary, quorum=3)


def come(meeting: Meeting, secretary: Person, people: list[Person]) -> Meeting:
    """Record that these are there."""
    return record_attendance(person=secretary, meeting=meeting, present=[each.pk for each in people])


def test_who_only_keeps_the_minutes_has_no_vote(sitting: Meeting, secretary: Person, cio: Person) -> None:
    votes = dict(sitting.attendances.values_list("person_id", "votes"))
    assert (votes[secretary.pk], votes[cio.pk]) == (False, True)
    come(sitting, secretary, [secretary, cio])
    assert quorum_of(sitting).words == "No quorum: 1 with a vote is there, 3 needed"


def test_a_meeting_does_not_start_without_a_quorum(sitting: Meeting, secretary: Person, members: list[Person]) -> None:
    come(sitting, secretary, members[:2])
    with pytest.raises(NoQuorum, match=r"The meeting has not started\. No quorum: 2 with a vote are there, 3 needed"):
        open_meeting(person=secretary, meeting=sitting)
    sitting.refresh_from_db()
    assert sitting.status == Meeting.Status.PLANNED
    come(sitting, secretary, members[:3])
    assert open_meeting(person=secretary, meeting=sitting).status == Meeting.Status.IN_SESSION


def test_it_starts_without_one_by_a_word_that_is_kept(
    sitting: Meeting, secretary: Person, members: list[Person], decide: Decide, ready: ProjectRequest
) -> None:
    come(sitting, secretary, members[:2])
    open_meeting(person=secretary, meeting=sitting, without_quorum="The duty has a date.")
    waiver = QuorumWaiver.objects.get()
    assert (waiver.present, waiver.needed, waiver.because, waiver.person) == (2, 3, "The duty has a date.", secretary)
    assert decide(add_item(person=secretary, meeting=sitting, request=ready)).kind == "approve"


def test_nothing_is_decided_when_people_leave_and_the_quorum_with_them(
    sitting: Meeting, secretary: Person, members: list[Person], decide: Decide, ready: ProjectRequest
) -> None:
    come(sitting, secretary, members)
    open_meeting(person=secretary, meeting=sitting)
    item = add_item(person=secretary, meeting=sitting, request=ready)
    come(sitting, secretary, members[:2])
    with pytest.raises(NoQuorum, match=r"Nothing was recorded\. No quorum"):
        decide(item)
    assert AgendaItem.objects.get(pk=item.pk).status == AgendaItem.Status.OPEN
    waive_quorum(person=secretary, meeting=sitting, item=item, because="Both agree by telephone.")
    assert decide(item).kind == "approve"
    other = add_item(person=secretary, meeting=sitting, request=filed_request(status=Status.READY.value))
    with pytest.raises(NoQuorum):
        decide(other)


def test_who_is_of_the_asking_department_stands_aside_and_does_not_count(
    sitting: Meeting, secretary: Person, members: list[Person], decide: Decide, cards: Silo
) -> None:
    Membership.objects.create(person=members[2], role=Role.HEAD, silo=cards)
    come(sitting, secretary, members[:3])
    open_meeting(person=secretary, meeting=sitting)
    item = add_item(person=secretary, meeting=sitting, request=filed_request(status=Status.READY.value, silo=cards))
    [aside] = asides_of([item])[item.pk]
    assert aside.person == members[2]
    assert aside.because.startswith(f"{cards.name} asks for REQ-")
    quorum = quorum_of_item(item)
    assert (quorum.present, quorum.counted, quorum.enough) == (3, 2, False)
    assert "Ann One stands aside" in quorum.words
    with pytest.raises(NoQuorum, match="Ann One stands aside"):
        decide(item)
    say_aside(person=secretary, item=item, who=members[2], because="She has left Cards.", stays=True)
    assert asides_of([item])[item.pk] == []
    assert decide(item).kind == "approve"


def test_who_asked_or_pays_stands_aside_also_without_a_department(
    sitting: Meeting, secretary: Person, members: list[Person]
) -> None:
    request = filed_request(status=Status.READY.value, sponsor=members[1])
    item = add_item(person=secretary, meeting=sitting, request=request)
    assert [aside.because for aside in asides_of([item])[item.pk]] == [f"Sponsors {request.reference}"]


def test_from_consent_nobody_stands_aside_by_computation(
    sitting: Meeting, secretary: Person, members: list[Person]
) -> None:
    requests = [filed_request(status=Status.READY.value, sponsor=members[1]) for _ in range(2)]
    item = add_item(person=secretary, meeting=sitting, group=Group("Internal", requests, kind="consent"))
    assert asides_of([item])[item.pk] == []


def test_by_hand_with_a_reason_and_back(sitting: Meeting, secretary: Person, members: list[Person]) -> None:
    item = add_item(person=secretary, meeting=sitting, request=filed_request(status=Status.READY.value))
    with pytest.raises(CannotDecide, match="Say why"):
        say_aside(person=secretary, item=item, who=members[1], because=" ")
    with pytest.raises(CannotDecide, match="not expected"):
        say_aside(person=secretary, item=item, who=PersonFactory.create(), because="Owns shares of the vendor.")
    row = say_aside(person=secretary, item=item, who=members[1], because="Owns shares of the vendor.")
    [aside] = asides_of([item])[item.pk]
    assert (aside.person, aside.said_by) == (members[1], secretary)
    unsay_aside(person=secretary, aside=row)
    assert asides_of([item])[item.pk] == []
    with pytest.raises(NotAllowed):
        say_aside(person=members[1], item=item, who=members[1], because="I would rather not.")


def test_the_minutes_keep_who_stood_aside(
    sitting: Meeting, secretary: Person, members: list[Person], decide: Decide, cards: Silo
) -> None:
    seat = Membership.objects.create(person=members[3], role=Role.HEAD, silo=cards)
    come(sitting, secretary, members)
    open_meeting(person=secretary, meeting=sitting)
    item = add_item(person=secretary, meeting=sitting, request=filed_request(status=Status.READY.value, silo=cards))
    decide(item)
    seat.delete()
    item.refresh_from_db()
    assert [aside.person for aside in asides_of([item])[item.pk]] == [members[3]]
    with pytest.raises(StaleMeeting, match="stays as it was"):
        say_aside(person=secretary, item=item, who=members[0], because="Too late.")


def test_a_quorum_that_is_there_is_not_waived(sitting: Meeting, secretary: Person, members: list[Person]) -> None:
    come(sitting, secretary, members)
    with pytest.raises(CannotDecide, match="There is a quorum"):
        waive_quorum(person=secretary, meeting=sitting, because="To be sure.")
    assert not QuorumWaiver.objects.exists()


def test_everybody_replies_for_themselves(sitting: Meeting, secretary: Person, members: list[Person]) -> None:
    row = reply_to(person=members[1], meeting=sitting, reply="declined", because="On leave.")
    assert (row.reply, row.absent_because) == ("declined", "On leave.")
    assert reply_to(person=members[1], meeting=sitting, reply="accepted").absent_because == ""
    assert reply_to(person=secretary, meeting=sitting, reply="tentative", whose=members[2]).reply == "tentative"
    with pytest.raises(NotAllowed):
        reply_to(person=members[1], meeting=sitting, reply="accepted", whose=members[2])
    with pytest.raises(NotAllowed, match="not expected"):
        reply_to(person=PersonFactory.create(), meeting=sitting, reply="accepted")
    with pytest.raises(CannotDecide):
        reply_to(person=members[1], meeting=sitting, reply="perhaps")


def test_absence_keeps_its_reason_until_somebody_comes(
    sitting: Meeting, secretary: Person, members: list[Person]
) -> None:
    record_attendance(person=secretary, meeting=sitting, present=[], because={members[1].pk: "Ill."})
    row = Attendance.objects.get(meeting=sitting, person=members[1])
    assert row.absent_because == "Ill."
    come(sitting, secretary, [members[1]])
    row.refresh_from_db()
    assert (row.present, row.absent_because) == (True, "")


def test_guests_come_without_a_vote(sitting: Meeting, secretary: Person) -> None:
    guest = PersonFactory.create()
    assert not expect(person=secretary, meeting=sitting, who=guest).votes
    assert expect(person=secretary, meeting=sitting, who=guest, votes=True).votes
    assert sitting.attendances.filter(person=guest).count() == 1


def test_a_meeting_that_is_over_takes_nothing(sitting: Meeting, secretary: Person, members: list[Person]) -> None:
    Meeting.objects.filter(pk=sitting.pk).update(status="closed")
    with pytest.raises(MeetingNotOpen):
        come(sitting, secretary, members)
    with pytest.raises(StaleMeeting):
        reply_to(person=members[1], meeting=sitting, reply="accepted")
    assert not StandAside.objects.exists()
