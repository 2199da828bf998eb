"""Votes over a decision: who may vote, whether it is carried, and the word of the chair where it is not."""

from collections.abc import Sequence

from board.agenda.voting import Count
from board.errors import CannotDecide, NotCarried
from board.models import AgendaItem, Attendance, Ballot, Decision, Vote
from board.permissions import can_override_vote
from board.selectors.meetings.presence import asides_of
from board.services.decisions.rulings import NewVote, Ruling
from board.services.meetings.presence import as_open
from portfolio.models import Person

#: What puts nothing off for good and says yes to nothing: it is the way out where a decision is not carried.
NEEDS_NO_MAJORITY = frozenset({Decision.Kind.DEFER})


def count_votes(*, item: AgendaItem, votes: Sequence[NewVote]) -> Count | None:
    """How these votes stand among those who may vote on the item; None where the meeting decides by consensus. A fixed
    number of queries. Raises CannotDecide for the vote of somebody who has none."""
    item = as_open(item)
    meeting = item.meeting
    aside = {each.person.pk: each.because for each in asides_of([item])[item.pk]}
    known = {row.person_id: row for row in Attendance.objects.filter(meeting=meeting).order_by("id")}
    for vote in votes:
        if why := _no_vote(vote.person, known.get(vote.person.pk), aside, by_vote=meeting.by_vote):
            raise CannotDecide(f"The decision is not recorded yet. {why}", {"votes": why})
    if not meeting.by_vote:
        return None
    may = {pk for pk, row in known.items() if row.present and row.votes} - aside.keys()
    said = [vote.choice for vote in votes]
    chair = next((vote.choice for vote in votes if vote.person.pk == meeting.chair_id), "")
    return Count(
        meeting.deciding,
        len(may),
        said.count(Vote.Choice.FOR),
        said.count(Vote.Choice.AGAINST),
        said.count(Vote.Choice.ABSTAIN),
        chair,
    )


def _no_vote(person: Person, row: Attendance | None, aside: dict[int, str], *, by_vote: bool) -> str:
    """Why the person has no vote on the item; empty where they have. By consensus nobody must have noted who is
    there."""
    if person.pk in aside:
        return f"{person} stands aside from this item ({aside[person.pk].rstrip('.')}), and has no vote on it."
    if row is not None and not row.votes:
        return f"{person} is expected without a vote. Only members of the board vote."
    if by_vote and (row is None or not row.present):
        return f"{person} is not there. Record who is there, then how they vote."
    return ""


def check_carried(*, person: Person, item: AgendaItem, ruling: Ruling) -> Count | None:
    """The count, where the meeting decides by vote and the decision needs a majority. Raises NotCarried where it has
    none and nobody in the chair overrides it, CannotDecide for votes that cannot be and overrides by others."""
    count = count_votes(item=item, votes=ruling.votes)
    if count is None or ruling.kind in NEEDS_NO_MAJORITY:
        return None
    if count.carried:
        return count
    if not ruling.override.strip():
        raise NotCarried(
            f"Nothing was recorded. {count.words} Change the votes, choose “defer”, which needs no majority, or let "
            "who is in the chair record it against the vote, with the reason.",
        )
    if not can_override_vote(person, item.meeting):
        chair = item.meeting.chair or "the chair"
        text = f"Only {chair} can record a decision against the vote, signed in as themselves."
        raise CannotDecide(f"Nothing was recorded. {count.words} {text}", {"override": text})
    return count


def write_ballot(*, decision: Decision, count: Count | None, ruling: Ruling) -> None:
    """Write the count with the decision, and the chair's word where it was not carried. Call it in the decision's
    transaction."""
    if count is None:
        return
    ballot = Ballot(
        decision=decision,
        majority=count.majority,
        present=count.present,
        in_favour=count.in_favour,
        against=count.against,
        abstained=count.abstained,
        chair_choice=count.chair,
        carried=count.carried,
        overridden_by=None if count.carried else decision.recorded_by,
        override_because="" if count.carried else ruling.override.strip(),
    )
    ballot.full_clean()
    ballot.save()
