"""Who is expected and there, who stands aside from which item, and whether the board has its quorum.

The quorum is a number of people with a vote who are there. For an item, who stands aside from it does not count. Who
stands aside is computed: whoever is of a department that asks for one of the item's requests, or asked or pays for one
themselves. The secretary can add somebody with a reason, or say that somebody need not stand aside, and why. From an
item by consent nobody stands aside by computation: whoever wants one of its requests debated takes it out.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from board.models import AgendaItem, Attendance, Meeting, QuorumWaiver, StandAside
from board.packs.words import listed
from board.selectors.meetings.items import Members, members_of
from portfolio.models import Membership, Person, ProjectRequest


@dataclass(frozen=True, slots=True)
class Aside:
    """A person stands aside from an item. `said_by` is who said so, None where it follows from their department."""

    person: Person
    because: str
    said_by: Person | None = None

    @property
    def words(self) -> str:
        """ "Robert Kincaid (Cards asks for it)"."""
        return f"{self.person} ({self.because[:1].lower()}{self.because[1:].rstrip('.')})"


@dataclass(frozen=True, slots=True)
class Quorum:
    """Whether enough people with a vote are there. `needed` None asks for none; `aside` are those who would count but
    stand aside; `waiver` is the word by which the board goes on without."""

    needed: int | None
    present: int
    aside: tuple[str, ...] = ()
    waiver: QuorumWaiver | None = None

    @property
    def counted(self) -> int:
        """How many count."""
        return self.present - len(self.aside)

    @property
    def enough(self) -> bool:
        """Whether there is a quorum."""
        return self.needed is None or self.counted >= self.needed

    @property
    def holds(self) -> bool:
        """Whether the board may decide: it has a quorum, or goes on without one by somebody's word."""
        return self.enough or self.waiver is not None

    @property
    def words(self) -> str:
        """ "No quorum: 3 of the 4 that are needed are there and count; Anna stands aside"."""
        if self.needed is None:
            return f"{self.present} with a vote {'is' if self.present == 1 else 'are'} there; no quorum is asked for"
        start = "Quorum" if self.enough else "No quorum"
        verb = "stands" if len(self.aside) == 1 else "stand"
        aside = f"; {listed(self.aside, 4)} {verb} aside" if self.aside else ""
        there = f"{self.counted} with a vote {'is' if self.counted == 1 else 'are'} there"
        return f"{start}: {there}, {self.needed} needed{aside}"


def quorum_of(meeting: Meeting) -> Quorum:
    """The quorum of the meeting as a whole. Two queries."""
    present = Attendance.objects.filter(meeting=meeting, present=True, votes=True).count()
    waiver = QuorumWaiver.objects.filter(meeting=meeting, item__isnull=True).select_related("person").first()
    return Quorum(meeting.quorum, present, waiver=waiver)


def quorum_of_item(item: AgendaItem) -> Quorum:
    """The quorum for an item: without who stands aside. A word over the whole meeting or over the item lets the board
    go on without. A fixed number of queries."""
    return quorums_of(item.meeting, asides_of([item]))[item.pk]


def quorums_of(meeting: Meeting, asides: Mapping[int, Sequence[Aside]]) -> dict[int, Quorum]:
    """The quorum of each item (by id, with who stands aside from it). Two queries."""
    rows = Attendance.objects.filter(meeting=meeting, present=True, votes=True).order_by("id")
    present = set(rows.values_list("person_id", flat=True))
    waivers = {row.item_id: row for row in QuorumWaiver.objects.filter(meeting=meeting).select_related("person")}
    return {
        item: Quorum(
            meeting.quorum,
            len(present),
            tuple(str(aside.person) for aside in found if aside.person.pk in present),
            waivers.get(item) or waivers.get(None),
        )
        for item, found in asides.items()
    }


def asides_of(items: Iterable[AgendaItem], members: Members | None = None) -> dict[int, list[Aside]]:
    """Of each item who stands aside from it, by name. The items are of one meeting or several. What was decided keeps
    what was written down with its decision. A fixed number of queries."""
    items = list(items)
    members = members or members_of(items)
    said: dict[int, dict[int, StandAside]] = defaultdict(dict)
    rows = StandAside.objects.filter(item__in=[item.pk for item in items]).select_related("person", "said_by")
    for row in rows.order_by("id"):
        said[row.item_id][row.person_id] = row
    expected = _expected({item.meeting_id for item in items})
    silos = _silos_of({person.pk for people in expected.values() for person in people})
    found: dict[int, list[Aside]] = {}
    for item in items:
        own = {pk: Aside(row.person, row.because, row.said_by) for pk, row in said[item.pk].items() if not row.stays}
        if item.status != AgendaItem.Status.DECIDED and item.kind != AgendaItem.Kind.CONSENT:
            for person in expected[item.meeting_id]:
                because = _own_business(person, members.requests[item.pk], silos)
                if because and person.pk not in said[item.pk]:
                    own[person.pk] = Aside(person, because)
        found[item.pk] = sorted(own.values(), key=lambda aside: (aside.person.name, aside.person.pk))
    return found


def _expected(meetings: Iterable[int]) -> Mapping[int, list[Person]]:
    """Of each meeting who is expected and has a vote. One query."""
    found: dict[int, list[Person]] = defaultdict(list)
    rows = Attendance.objects.filter(meeting__in=meetings, votes=True).select_related("person")
    for row in rows.order_by("person__name", "id"):
        found[row.meeting_id].append(row.person)
    return found


def _silos_of(people: Iterable[int]) -> Mapping[int, set[int]]:
    """Of each person the departments in which they have a role. One query."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = Membership.objects.filter(person__in=people, silo__isnull=False).order_by("id")
    for person, silo in rows.values_list("person_id", "silo_id"):
        found[person].add(silo or 0)
    return found


def _own_business(person: Person, requests: Sequence[ProjectRequest], silos: Mapping[int, set[int]]) -> str:
    """Why the person decides over their own department's or their own request; empty where they do not."""
    for request in requests:
        if request.silo_id in silos.get(person.pk, ()):
            return f"{request.silo.name} asks for {request.reference}"
        if person.pk == request.requester_id:
            return f"Asked for {request.reference}"
        if person.pk == request.sponsor_id:
            return f"Sponsors {request.reference}"
    return ""
