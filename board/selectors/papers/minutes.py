"""Minutes: what was on the agenda, what was decided, what was taken back or off; as one person may read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from board.models import AgendaItem, Decision, Meeting
from board.permissions import can_see_board
from board.selectors.decisions.decisions import SeenDecision, decisions_of_meeting, seen_decision
from board.selectors.meetings.items import members_of
from board.selectors.meetings.meetings import agenda_items
from board.selectors.meetings.presence import Aside, Quorum, asides_of, quorums_of
from portfolio.models import ProjectRequest
from portfolio.permissions import can_see


@dataclass(frozen=True, slots=True)
class MinutesLine:
    """One item: its question and requests as far as they may be seen, the decision that stands, those taken back, and
    who stood aside."""

    item: AgendaItem
    number: int
    question: str
    requests: Sequence[ProjectRequest]
    hidden: int
    decision: SeenDecision | None
    taken_back: Sequence[SeenDecision]
    asides: Sequence[Aside] = ()
    quorum: Quorum | None = None


def with_minutes(user: Any) -> QuerySet[Meeting]:
    """Meetings whose minutes `user` may read, the latest first: those that are closed, and for the board and architects
    those in session."""
    states = [Meeting.Status.CLOSED, *([Meeting.Status.IN_SESSION] if can_see_board(user) else [])]
    rows = Meeting.objects.filter(status__in=states).select_related("chair", "secretary")
    return rows.order_by("-starts_at", "-id")


def minutes_for(meeting: Meeting, user: Any) -> list[MinutesLine]:
    """The lines of the minutes in the agenda's order, in a fixed number of queries."""
    items = list(agenda_items(meeting))
    members = members_of(items)
    decisions = decisions_of_meeting(meeting)
    asides = asides_of(items, members)
    quorums = quorums_of(meeting, asides)
    lines = []
    for number, item in enumerate(items, start=1):
        everything = members.requests[item.pk]
        requests = [request for request in everything if can_see(user, request)]
        made = [each for each in decisions.get(item.pk, []) if not _undoes_here(each)]
        seen = [seen_decision(each, user) for each in made]
        # A decision may speak of more than what it was over, such as what others were merged into.
        hidden = max([len(everything) - len(requests), *(each.hidden for each in seen)])
        standing = next((each for each in seen if not each.voided), None)
        question = "An item about a confidential request" if hidden else item.question
        void = [each for each in seen if each.voided]
        # What somebody stands aside for may speak of a confidential request.
        aside = () if hidden else asides[item.pk]
        lines.append(MinutesLine(item, number, question, requests, hidden, standing, void, aside, quorums[item.pk]))
    return lines


def _undoes_here(decision: Decision) -> bool:
    """Whether it only takes back a decision of this very meeting, which the minutes show as taken back."""
    earlier = decision.supersedes
    return decision.kind == Decision.Kind.REOPEN and (earlier is None or earlier.item_id == decision.item_id)
