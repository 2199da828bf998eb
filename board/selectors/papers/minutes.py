"""Minutes: what was on the agenda, what was decided, what was taken back or off, what was corrected since; as one
person may read them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet

from board.models import AgendaItem, Decision, Meeting, MinutesCorrection
from board.permissions import can_see_board
from board.selectors.decisions.decisions import decisions_of_meeting, seen_decision
from board.selectors.decisions.outcomes import SeenDecision
from board.selectors.meetings.items import Members, members_of
from board.selectors.meetings.meetings import agenda_items
from board.selectors.meetings.presence import Aside, Quorum, asides_of, quorums_of
from board.selectors.papers.gone import gone_in
from portfolio.models import ProjectRequest
from portfolio.permissions import can_see

HIDDEN_CORRECTION = "It concerns a confidential request."


@dataclass(frozen=True, slots=True)
class Correction:
    """What the minutes should say. `number` is that of its item, 0 for the meeting as a whole; `hidden` where the words
    are about something that the reader may not see, and are left out."""

    made: MinutesCorrection
    number: int
    text: str
    hidden: bool

    @property
    def about(self) -> str:
        """What it corrects, in a few words."""
        return f"Item {self.number}" if self.number else "The meeting"


@dataclass(frozen=True, slots=True)
class MinutesLine:
    """One item: its question and requests as far as they may be seen, the decision that stood when the meeting closed,
    those taken back in it, and who stood aside. `undone` is the decision of a later meeting that undid it. `left_out`
    says of requests of the item that were not decided over why not, as the board was shown it. `gone` says of an item
    without a decision which of its requests had ended by then; `moot`: all had, so there was nothing to decide."""

    item: AgendaItem
    number: int
    question: str
    requests: Sequence[ProjectRequest]
    hidden: int
    decision: SeenDecision | None
    taken_back: Sequence[SeenDecision]
    asides: Sequence[Aside] = ()
    quorum: Quorum | None = None
    undone: Decision | None = None
    left_out: Sequence[str] = ()
    gone: Sequence[str] = ()
    moot: bool = False


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
    left_out = _left_out(members, user)
    gone = gone_in(meeting, {each.pk for over in members.requests.values() for each in over})
    lines = []
    for number, item in enumerate(items, start=1):
        everything = members.requests[item.pk]
        requests = [request for request in everything if can_see(user, request)]
        made = [each for each in decisions.get(item.pk, []) if not _undoes_here(each)]
        seen = [seen_decision(each, user) for each in made]
        # A decision may speak of more than what it was over, such as what others were merged into.
        hidden = max([len(everything) - len(requests), *(each.hidden for each in seen)])
        # What a later meeting undid was decided in this one all the same, and its minutes do not change.
        seen, undone = _as_it_was(seen, meeting)
        standing = next((each for each in seen if not each.voided), None)
        question = "An item about a confidential request" if hidden else item.question
        void = [each for each in seen if each.voided]
        # What somebody stands aside for may speak of a confidential request.
        aside = () if hidden else asides[item.pk]
        lines.append(
            MinutesLine(
                item,
                number,
                question,
                requests,
                hidden,
                standing,
                void,
                aside,
                quorums[item.pk],
                undone,
                left_out.get(item.pk, ()),
                *_gone(everything, requests, {} if standing else gone),
            )
        )
    return lines


def _left_out(members: Members, user: Any) -> dict[int, tuple[str, ...]]:
    """Of each decided item why requests of it were not decided over, such as one that was withdrawn before, as the
    snapshot of its decision has it; of those that `user` may see. Two queries."""
    standing = {decision.pk: item for item, decision in members.standing.items()}
    rows = Decision.objects.filter(pk__in=standing).exclude(item__kind=AgendaItem.Kind.REQUEST).order_by("id")
    found: dict[int, list[tuple[int, str]]] = {}
    for pk, snapshot in rows.values_list("pk", "snapshot"):
        seen = snapshot.get("requests", ()) if isinstance(snapshot, dict) else ()
        found[standing[pk]] = [(each["id"], each["absent"]) for each in seen if each.get("absent")]
    ids = {request for each in found.values() for request, _ in each}
    visible = set(ProjectRequest.objects.visible_to(user).filter(pk__in=ids).order_by().values_list("pk", flat=True))
    return {item: tuple(why for request, why in each if request in visible) for item, each in found.items()}


def _gone(
    everything: Sequence[ProjectRequest], requests: Sequence[ProjectRequest], gone: Mapping[int, str]
) -> tuple[Sequence[str], bool]:
    """Why nothing is left to decide over some of the item's requests, for who may see those in `requests`; and whether
    that goes for all of them. Hidden ones keep it to themselves."""
    said = tuple(gone[each.pk] for each in requests if each.pk in gone)
    return said, bool(said) and len(said) == len(everything)


def _as_it_was(seen: list[SeenDecision], meeting: Meeting) -> tuple[list[SeenDecision], Decision | None]:
    """The decisions over an item as they stood in this meeting, and what undid the last of them in a later one."""
    undone: Decision | None = None
    found = []
    for each in seen:
        by: Decision | None = getattr(each.decision, "superseded_by", None)
        later = by is not None and by.item.meeting_id != meeting.pk
        found.append(replace(each, voided=False) if later else each)
        undone = by if later else undone
    return found, undone


def corrections_of(meeting: Meeting, lines: Sequence[MinutesLine]) -> list[Correction]:
    """The corrections of the minutes, the first first, for who reads these lines. One query."""
    numbers = {line.item.pk: line.number for line in lines}
    hidden = {line.item.pk for line in lines if line.hidden}
    rows = MinutesCorrection.objects.filter(meeting=meeting).select_related("person").order_by("at", "id")
    return [_correction(made, numbers.get(made.item_id or 0, 0), made.item_id in hidden) for made in rows]


def _correction(made: MinutesCorrection, number: int, hidden: bool) -> Correction:
    return Correction(made, number, HIDDEN_CORRECTION if hidden else made.text, hidden)


def _undoes_here(decision: Decision) -> bool:
    """Whether it only takes back a decision of this very meeting, which the minutes show as taken back."""
    earlier = decision.supersedes
    return decision.kind == Decision.Kind.REOPEN and (earlier is None or earlier.item_id == decision.item_id)
