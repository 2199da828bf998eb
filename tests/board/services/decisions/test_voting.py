"""Where the board decides by vote, only what is carried is recorded; the way out is written down."""

from datetime import time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from board.errors import CannotDecide, NotCarried
from board.models import AgendaItem, Attendance, Ballot, Decision, Meeting
from board.selectors.decisions.chain import verify_chain
from board.selectors.decisions.decisions import decision_as_seen
from board.services.decisions.rulings import NewVote
from board.services.meetings.meetings import change_meeting
from board.services.meetings.series import change_series, start_series
from portfolio.models import Person, ProjectRequest, Role
from tests.factories import MembershipFactory, person_with


@pytest.fixture
def members(item: AgendaItem, session: Meeting, cio: Person) -> list[Person]:
    """Five who are there with a vote, the CIO in the chair first; the meeting decides by more than half."""
    others = [person_with(Role.BOARD_MEMBER, name=f"Member {letter}") for letter in "ABCD"]
    for person in (cio, *others):
        Attendance.objects.update_or_create(meeting=session, person=person, defaults={"present": True, "votes": True})
    by_vote(session)
    return [cio, *others]


def by_vote(meeting: Meeting, majority: str = "majority") -> None:
    Meeting.objects.filter(pk=meeting.pk).update(deciding=majority)


def votes(members: list[Person], *said: str) -> list[NewVote]:
    return [NewVote(person, choice) for person, choice in zip(members, said, strict=False) if choice]


def test_what_is_carried_is_recorded_with_its_count(item: AgendaItem, members: list[Person], decide: Any) -> None:
    decision = decide(item, votes=votes(members, "for", "for", "for", "against"))
    ballot = decision.ballot
    assert (ballot.majority, ballot.present, ballot.in_favour, ballot.against, ballot.abstained) == (
        "majority",
        5,
        3,
        1,
        0,
    )
    assert (ballot.carried, ballot.chair_choice, ballot.overridden_by) == (True, "for", None)
    assert str(ballot) == (
        "Carried: 3 of the 5 who may vote are for it, 1 against, 1 not said; 3 are needed (more than half)."
    )


def test_what_is_not_carried_is_refused_with_the_ways_out(
    item: AgendaItem, members: list[Person], decide: Any, ready: ProjectRequest
) -> None:
    with pytest.raises(NotCarried, match=r"Not carried: 2 of the 5 .* Change the votes, choose “defer”.* in the chair"):
        decide(item, votes=votes(members, "for", "for", "abstain"))
    assert not Decision.objects.exists()
    assert AgendaItem.objects.get(pk=item.pk).status == "open"
    assert ProjectRequest.objects.get(pk=ready.pk).status == "ready"
    decide(item, votes=votes(members, "for", "for", "for"))


def test_two_thirds_is_more_than_half(item: AgendaItem, session: Meeting, members: list[Person], decide: Any) -> None:
    by_vote(session, "two_thirds")
    with pytest.raises(NotCarried, match="4 are needed"):
        decide(item, votes=votes(members, "for", "for", "for", "against", "against"))
    assert decide(item, votes=votes(members, "for", "for", "for", "for")).ballot.carried


def test_at_a_tie_the_chair_decides(item: AgendaItem, members: list[Person], decide: Any) -> None:
    with pytest.raises(NotCarried):
        decide(item, votes=votes(members, "against", "for", "for", "against", "abstain"))
    decision = decide(item, votes=votes(members, "for", "for", "against", "against", "abstain"))
    assert decision.ballot.count.by_chair


def test_deferring_needs_no_majority(item: AgendaItem, members: list[Person], decide: Any) -> None:
    decision = decide(item, "defer", votes=votes(members, "against"))
    assert not hasattr(Decision.objects.get(pk=decision.pk), "ballot")
    assert decision.votes.count() == 1


def test_only_the_chair_records_against_the_vote_and_it_is_kept(
    item: AgendaItem, members: list[Person], decide: Any, cio: Person, secretary: Person, client_as: Any
) -> None:
    against = votes(members, "for", "against", "against", "against")
    with pytest.raises(CannotDecide, match=r"Only .* can record a decision against the vote") as caught:
        decide(item, votes=against, override="The law leaves no choice.")
    assert "override" in caught.value.fields
    decision = decide(item, by=cio, votes=against, override="The law leaves no choice.")
    assert (decision.ballot.carried, decision.ballot.overridden_by) == (False, cio)
    assert decision.ballot.override_because == "The law leaves no choice."
    minutes = client_as(secretary).get(reverse("board:meeting-minutes", args=[item.meeting_id])).content.decode()
    assert "Not carried: 1 of the 5" in minutes
    assert f"{cio}, in the chair: The law leaves no choice." in minutes
    seen = decision_as_seen(decision.pk, secretary)
    assert seen.ballot == decision.ballot


def test_a_reason_against_a_vote_that_is_carried_is_not_kept(
    item: AgendaItem, members: list[Person], decide: Any, cio: Person
) -> None:
    decision = decide(item, by=cio, votes=votes(members, "for", "for", "for"), override="In case.")
    assert (decision.ballot.override_because, decision.ballot.overridden_by) == ("", None)


def test_the_secretary_who_is_no_member_has_no_vote(
    item: AgendaItem, session: Meeting, members: list[Person], secretary: Person, decide: Any
) -> None:
    Attendance.objects.filter(meeting=session, person=secretary).update(present=True)
    with pytest.raises(CannotDecide, match="without a vote"):
        decide(item, votes=[*votes(members, "for", "for", "for"), NewVote(secretary, "for")])
    Meeting.objects.filter(pk=session.pk).update(deciding="consensus")
    with pytest.raises(CannotDecide, match="without a vote"):
        decide(item, votes=[NewVote(secretary, "against", "I disagree.")])


def test_who_stands_aside_or_is_away_neither_votes_nor_counts(
    item: AgendaItem, session: Meeting, members: list[Person], decide: Any, ready: ProjectRequest
) -> None:
    _, own, away, *_ = members
    MembershipFactory.create(person=own, role="head", silo=ready.silo)
    Attendance.objects.filter(meeting=session, person=away).update(present=False)
    with pytest.raises(CannotDecide, match="stands aside"):
        decide(item, votes=votes(members, "for", "for"))
    with pytest.raises(CannotDecide, match="is not there"):
        decide(item, votes=votes(members, "for", "", "for"))
    ballot = decide(item, votes=votes(members, "for", "", "", "for")).ballot
    assert (ballot.present, ballot.in_favour, ballot.carried) == (3, 2, True)


def test_without_votes_nothing_is_carried_and_by_consensus_none_are_needed(
    item: AgendaItem, session: Meeting, members: list[Person], decide: Any
) -> None:
    with pytest.raises(NotCarried, match="0 of the 5"):
        decide(item)
    by_vote(session, "consensus")
    decision = decide(item)
    assert not hasattr(Decision.objects.get(pk=decision.pk), "ballot")


def test_the_count_is_sealed_with_the_decision(item: AgendaItem, members: list[Person], decide: Any) -> None:
    decide(item, votes=votes(members, "for", "for", "for"))
    assert not verify_chain().faults
    QuerySet(Ballot).update(in_favour=5)
    assert [fault.what for fault in verify_chain().faults] == ["what was decided was changed"]


def test_the_database_keeps_no_decision_against_the_vote_without_a_name_and_a_reason(
    item: AgendaItem, members: list[Person], decide: Any
) -> None:
    decide(item, votes=votes(members, "for", "for", "for"))
    with pytest.raises(IntegrityError), transaction.atomic():
        QuerySet(Ballot).update(carried=False)


def test_the_room_counts_says_and_refuses(
    item: AgendaItem,
    session: Meeting,
    ready: ProjectRequest,
    members: list[Person],
    secretary: Person,
    cio: Person,
    client_as: Any,
) -> None:
    client = client_as(secretary)
    room = reverse("board:meeting-mode", args=[session.pk])
    page = client.get(room).content.decode()
    assert "5 may vote; 3 for it are needed (more than half)." in page
    assert f"Only {cio}, in the chair, can record it against the vote" in page
    assert "Against the vote, because" not in page
    assert "Against the vote, because" in client_as(cio).get(room).content.decode()
    said = {f"v{person.pk}-choice": choice for person, choice in zip(members, ["for", "for", "against"], strict=False)}
    counted = client.post(reverse("board:item-count", args=[item.pk]), said)
    assert "Not carried: 2 of the 5 who may vote are for it, 1 against, 2 not said" in counted.content.decode()
    form = {"kind": "approve", "reason": "It serves.", "submission": "s1", "version": item.version} | said
    form["seen"] = f"{ready.pk}:{ready.version}"
    refused = client.post(reverse("board:item-decide", args=[item.pk]), form)
    assert refused.status_code == 422
    assert "Not carried: 2 of the 5" in refused.content.decode()
    done = client.post(
        reverse("board:item-decide", args=[item.pk]), form | {f"v{members[3].pk}-choice": "for", "submission": "s2"}
    )
    assert done.status_code == 302
    assert "Carried: 3 of the 5" in client.get(f"{room}?item={item.pk}").content.decode()


def test_a_series_hands_its_way_of_deciding_to_its_meetings(secretary: Person) -> None:
    first = timezone.localdate() + timedelta(days=1)
    values: dict[str, Any] = {"frequency": "weekly", "weekday": first.weekday(), "starts_on": first}
    series = start_series(person=secretary, starts_time=time(14), deciding="two_thirds", ahead=2, **values)
    assert {meeting.deciding for meeting in series.meetings.all()} == {"two_thirds"}
    moved = series.meetings.order_by("starts_at").first()
    assert moved is not None
    kept = {name: getattr(moved, name) for name in ("title", "starts_at", "minutes", "place", "chair", "secretary")}
    change_meeting(person=secretary, meeting=moved, expected=moved.version, deciding="majority", **kept)
    change_series(person=secretary, series=series, expected=series.version, deciding="consensus")
    assert [meeting.deciding for meeting in series.meetings.order_by("starts_at")] == ["majority", "consensus"]
