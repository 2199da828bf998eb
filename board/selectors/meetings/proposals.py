"""The agenda that Ombud proposes for a meeting: what goes on with how many minutes, what gives way, what waits and why.

What people did by hand stays: an item that was pinned, worded, advised on, moved, given minutes or added by hand is
never proposed to be taken off, its minutes and its place stay, and what was taken off by hand is not proposed again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from board.agenda.minutes import LEAST, Allotment, Ask, allot, wanted
from board.models import AgendaItem, Meeting, Objection
from board.selectors.meetings.candidates import Candidate, day_of, gathered, on_agendas, stakes_of
from board.selectors.meetings.items import Members, absence, members_of
from board.selectors.meetings.meetings import agenda_items
from board.selectors.meetings.sources.base import UNDECIDED
from impacts.models import Cluster
from impacts.selectors.findings.clusters import MEMBERS
from portfolio.models import ProjectRequest

DONE = AgendaItem.Status.DECIDED


@dataclass(frozen=True, slots=True)
class ProposedLine:
    """One item of the proposed agenda: there already (`item`) or new (`candidate`). `joins` are requests that would
    come to an item that is there; `kept` says why it stays whatever weighs more, empty where it need not."""

    key: str
    minutes: int
    points: float
    item: AgendaItem | None = None
    candidate: Candidate | None = None
    requests: Sequence[ProjectRequest] = ()
    joins: Sequence[ProjectRequest] = ()
    kept: str = ""

    @property
    def changed(self) -> bool:
        """Whether it is new, or its minutes or requests would change."""
        return self.item is None or bool(self.joins) or self.item.minutes != self.minutes


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """What is not on the proposed agenda, and why not: an item that would give way, or a candidate."""

    key: str
    reason: str
    needs: int
    item: AgendaItem | None = None
    candidate: Candidate | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """The agenda that Ombud proposes. `left` minutes stay free; `problems` say what cannot hold together."""

    lines: Sequence[ProposedLine]
    giving_way: Sequence[WaitingLine]
    waiting: Sequence[WaitingLine]
    problems: Sequence[str]
    left: int
    minutes: int

    @property
    def new(self) -> Sequence[ProposedLine]:
        """The lines that are not on the agenda yet."""
        return [line for line in self.lines if line.item is None]

    @property
    def changes(self) -> bool:
        """Whether it differs from the agenda as it stands."""
        return bool(self.giving_way) or any(line.changed for line in self.lines)


def why_kept(item: AgendaItem, objected: bool) -> str:
    """Why an item stays whatever weighs more, in a few words; empty for one that Ombud put on and nobody touched."""
    reasons = {
        "pinned": item.pinned,
        "decided": item.status == DONE,
        "the board’s own": item.is_own,
        "somebody objects": objected,
        "advised on": bool(item.advice),
        "moved by hand": item.placed_by_hand,
        "minutes by hand": item.minutes_by_hand,
        "added by hand": not item.why,
        "changed by hand": item.version > 1,
    }
    return next((words for words, holds in reasons.items() if holds), "")


def propose(meeting: Meeting, *, least: int = LEAST) -> Proposal:
    """What the meeting's agenda should be, each item with at least `least` minutes. A fixed number of queries."""
    items = list(agenda_items(meeting))
    members = members_of(items)
    objected = _objected(members)
    joins = _joins(items, members, on_agendas(meeting))
    coming = {request.pk for requests in joins.values() for request in requests}
    off = _taken_off(meeting)
    has_consent = any(item.kind == AgendaItem.Kind.CONSENT and item.status != DONE for item in items)
    taken = on_agendas(meeting) | coming | off.keys()
    found = gathered(day_of(meeting), taken=taken, consent=1 if has_consent else 2)
    joins, found = _consent_joins(items, joins, found)
    kept = {item.pk: why_kept(item, bool(objected.get(item.pk))) for item in items}
    stakes = stakes_of({pk: [*requests, *joins.get(pk, ())] for pk, requests in members.requests.items()}, objected)
    desk = _Desk(meeting, items, members, kept, {pk: stake.points for pk, stake in stakes.items()}, joins, found, least)
    return desk.proposal(off)


@dataclass(frozen=True, slots=True)
class _Desk:
    """All that a proposal is made of."""

    meeting: Meeting
    items: Sequence[AgendaItem]
    members: Members
    kept: Mapping[int, str]
    points: Mapping[int, float]
    joins: Mapping[int, Sequence[ProjectRequest]]
    found: Sequence[Candidate]
    least: int

    def proposal(self, off: Mapping[int, AgendaItem]) -> Proposal:
        """Share the minutes, and say of the rest why it waits."""
        done = sum(item.minutes for item in self.items if item.status == DONE)
        asks = [*self._items_asking(), *self._candidates_asking()]
        shared = allot(asks, length=self.meeting.minutes - done, least=self.least)
        lines = self._lines(shared)
        giving, problems = self._giving_way(shared)
        return Proposal(
            lines=lines,
            giving_way=giving,
            waiting=[*self._waiting(shared), *_off_lines(off)],
            problems=problems,
            left=shared.left,
            minutes=sum(line.minutes for line in lines),
        )

    def _blocked(self, item: AgendaItem) -> str:
        """Why nothing is left to decide over the item; empty where something is."""
        why = [absence(each, review=item.review) for each in self.members.requests[item.pk]]
        return (
            ""
            if item.status == DONE or item.is_own or not all(why)
            else " ".join(why) or "It has no requests any more."
        )

    def _items_asking(self) -> list[Ask]:
        return [
            Ask(
                key=f"item:{item.pk}",
                points=0.0 if item.kind == AgendaItem.Kind.CONSENT else self.points[item.pk],
                fixed=item.minutes if item.pinned or item.minutes_by_hand else None,
                must=bool(self.kept[item.pk]) or item.kind == AgendaItem.Kind.CONSENT,
            )
            for item in self.items
            if item.status != DONE and not self._blocked(item)
        ]

    def _candidates_asking(self) -> list[Ask]:
        return [
            Ask(
                key=each.key,
                points=0.0 if each.kind == AgendaItem.Kind.CONSENT else each.points,
                must=bool(each.objections) or each.kind == AgendaItem.Kind.CONSENT,
            )
            for each in self.found
            if not each.held_back
        ]

    def _lines(self, shared: Allotment) -> list[ProposedLine]:
        """What is there in its order, what is new after it; all by stake where nobody has touched the order."""
        there = [self._there(item, shared) for item in self.items if self._stays(item, shared)]
        new = [
            ProposedLine(each.key, shared.minutes[each.key], each.points, candidate=each, requests=each.requests)
            for each in self.found
            if each.key in shared.minutes
        ]
        if all(not self.kept[item.pk] for item in self.items):
            return sorted([*there, *new], key=_by_stake)
        return [*there, *sorted(new, key=_by_stake)]

    def _stays(self, item: AgendaItem, shared: Allotment) -> bool:
        return item.status == DONE or f"item:{item.pk}" in shared.minutes or bool(self.kept[item.pk])

    def _there(self, item: AgendaItem, shared: Allotment) -> ProposedLine:
        return ProposedLine(
            key=f"item:{item.pk}",
            minutes=shared.minutes.get(f"item:{item.pk}", item.minutes),
            points=self.points[item.pk],
            item=item,
            requests=self.members.requests[item.pk],
            joins=self.joins.get(item.pk, ()),
            kept=self.kept[item.pk],
        )

    def _giving_way(self, shared: Allotment) -> tuple[list[WaitingLine], list[str]]:
        """The items that would be taken off, and what cannot hold together."""
        giving, problems, squeezed = [], [], False
        for item in self.items:
            key, blocked = f"item:{item.pk}", self._blocked(item)
            if blocked and not self.kept[item.pk]:
                giving.append(WaitingLine(key, f"Nothing is left to decide. {blocked}", item.minutes, item=item))
            elif blocked:
                problems.append(f"“{item.question}” has nothing left to decide. {blocked} Take it off.")
            elif item.status != DONE and key not in shared.minutes and self.kept[item.pk]:
                squeezed = True
            elif item.status != DONE and key not in shared.minutes:
                giving.append(WaitingLine(key, "What weighs more takes its time.", item.minutes, item=item))
        if self.meeting.minutes <= 0:
            problems.append("The meeting has no minutes. Say how long it lasts.")
        elif squeezed:
            problems.append(self._too_much())
        return giving, problems

    def _too_much(self) -> str:
        asked = sum(item.minutes for item in self.items if self.kept[item.pk])
        return (
            f"What is decided, pinned or set by hand takes {asked} minutes, and the meeting has "
            f"{self.meeting.minutes}. Make the meeting longer, give an item fewer minutes, or unpin one: all of them "
            "cannot hold."
        )

    def _waiting(self, shared: Allotment) -> list[WaitingLine]:
        lines = []
        for each in self.found:
            needs = self.least if each.kind == AgendaItem.Kind.CONSENT else wanted(each.points, self.least)
            if each.held_back:
                lines.append(WaitingLine(each.key, each.held_back, needs, candidate=each))
            elif each.key not in shared.minutes:
                left = f"{shared.left} {'is' if shared.left == 1 else 'are'} left" if shared.left else "none is left"
                reason = f"It needs {needs} minutes; {left} after what weighs more."
                lines.append(WaitingLine(each.key, reason, needs, candidate=each))
        return sorted(lines, key=lambda line: bool(line.candidate and line.candidate.held_back))


def _by_stake(line: ProposedLine) -> tuple[bool, bool, float, str]:
    subject = line.item or line.candidate
    consent = subject is not None and subject.kind == AgendaItem.Kind.CONSENT
    objected = bool(line.candidate and line.candidate.objections) or line.kept == "somebody objects"
    return not consent, not objected, -line.points, line.key


def _objected(members: Members) -> dict[int, int]:
    """Of each item how many objections to its requests are open. One query."""
    ids = {request.pk for requests in members.requests.values() for request in requests}
    against = list(Objection.objects.open().filter(request__in=ids).order_by("id").values_list("request_id", flat=True))
    return {item: sum(against.count(request.pk) for request in requests) for item, requests in members.requests.items()}


def _joins(items: Sequence[AgendaItem], members: Members, taken: set[int]) -> dict[int, Sequence[ProjectRequest]]:
    """Of each open item over a cluster the undecided requests that came to the cluster since. Two queries."""
    clusters = {item.cluster_id: item.pk for item in items if item.cluster_id and item.status != DONE}
    rows = Cluster.objects.filter(pk__in=list(clusters)).prefetch_related(MEMBERS)
    found: dict[int, Sequence[ProjectRequest]] = {}
    for cluster in rows.order_by("id"):
        item = clusters[cluster.pk]
        held = {request.pk for request in members.requests[item]} | taken
        new = [each for each in cluster.requests.all() if each.pk not in held and each.status in UNDECIDED]
        if new:
            found[item] = sorted(new, key=lambda request: request.pk)
    return found


def _consent_joins(
    items: Sequence[AgendaItem], joins: dict[int, Sequence[ProjectRequest]], found: list[Candidate]
) -> tuple[dict[int, Sequence[ProjectRequest]], list[Candidate]]:
    """What could be agreed to by consent goes to the consent item that is open already."""
    own = next((item for item in items if item.kind == AgendaItem.Kind.CONSENT and item.status != DONE), None)
    new = next((each for each in found if each.kind == AgendaItem.Kind.CONSENT), None)
    if own is None or new is None:
        return joins, found
    return {**joins, own.pk: new.requests}, [each for each in found if each is not new]


def _taken_off(meeting: Meeting) -> dict[int, AgendaItem]:
    """What somebody took off this agenda by hand, by request: it is not proposed again for this meeting. A request that
    stands on it otherwise now is none of these."""
    rows = list(agenda_items(meeting, dropped=True).filter(gave_way=False))
    members = members_of(rows).requests
    here = on_agendas(meeting)
    return {request.pk: row for row in rows for request in members[row.pk] if request.pk not in here}


def _off_lines(off: Mapping[int, AgendaItem]) -> list[WaitingLine]:
    items = {item.pk: item for item in off.values()}
    return [
        WaitingLine(f"item:{item.pk}", f"It was taken off: {item.dropped_because}", item.minutes, item=item)
        for item in items.values()
    ]
