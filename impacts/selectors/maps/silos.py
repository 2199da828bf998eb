"""The map of silos as one person may see it: of requests that they may not see nothing is in it."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence, Set
from dataclasses import dataclass
from itertools import combinations
from typing import Any, cast
from urllib.parse import quote

from django.db.models import Q, QuerySet

from impacts.engine.rules.common import joined
from impacts.engine.silo_map import How, Pair, SiloFinding, SiloPair, TieKind, Work, pair_of, silo_pairs, talks
from impacts.models import Answer, FamilyMember, Finding, FindingMember
from impacts.selectors.findings.presenting import PresentedFinding, present, with_members
from portfolio.lifecycle import Status
from portfolio.models import Comment, Membership, Need, Person, ProjectRequest, Role, Silo

MOST_IN_MATRIX, MOST_TALKS, MOST_FINDINGS = 12, 10, 20
TIES = (Finding.Kind.OVERLAP, Finding.Kind.CONFLICT)
WEIGHTY = (Finding.Severity.SERIOUS, Finding.Severity.LOOK)
HOW_WORDS: dict[How, str] = {
    "family": "a family",
    "merge": "a merged request",
    "order": "one request after the other",
    "need": "a request that needs the other’s",
    "sponsor": "a sponsor from the other",
    "answer": "an answer to a finding",
    "comment": "a comment on a request",
}


@dataclass(frozen=True, slots=True)
class PairRow:
    """Two silos in words. `invite`: whom to bring together, the head of each or who asked; `likeness` of their
    strongest overlap in 100."""

    pair: SiloPair
    one: Silo
    other: Silo
    invite: tuple[Person, ...]
    requests: tuple[ProjectRequest, ...]
    likeness: int | None

    @property
    def names(self) -> str:
        """Both silos."""
        return f"{self.one.name} and {self.other.name}"

    @property
    def why(self) -> str:
        """What they have to talk about, as a sentence."""
        up_to = "up to " if len(self.pair.same) > 1 else ""
        alike = "" if self.likeness is None else f" ({up_to}{self.likeness} in 100 alike)"
        return f"They {self.meeting(alike)}"

    def meeting(self, alike: str = "") -> str:
        """How often they ask for the same, and work against each other."""
        same, against = len(self.pair.same), len(self.pair.against)
        parts = [f"ask for the same {times(same)}{alike}"] if same else []
        if against:
            parts.append(f"work against each other {times(against)}")
        return " and ".join(parts)

    @property
    def together(self) -> str:
        """By what they work together already; empty where nothing joins them yet."""
        counts = Counter(work.how for work in self.pair.works)
        return (
            joined([HOW_WORDS[how] if n == 1 else f"{HOW_WORDS[how]} ({n})" for how, n in counts.items()])
            if counts
            else ""
        )

    @property
    def mail(self) -> str:
        """A letter to both, begun."""
        subject = f"{self.names}: {', '.join(request.reference for request in self.requests)}"
        return f"mailto:{','.join(quote(person.email) for person in self.invite)}?subject={quote(subject)}"


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """One cell: above the diagonal what two silos ask for together, below it what they do against each other."""

    other: Silo
    is_above: bool
    number: int
    row: PairRow | None


@dataclass(frozen=True, slots=True)
class SeenSilos:
    """Everything that the page shows. `matrix`: for each silo its cells, None on the diagonal; `hidden`: confidential
    requests that are in nothing here."""

    rows: tuple[PairRow, ...]
    talks: tuple[PairRow, ...]
    silos: tuple[Silo, ...]
    matrix: tuple[tuple[Silo, tuple[MatrixCell | None, ...]], ...]
    hidden: int

    @property
    def title(self) -> str:
        """The finding, as a sentence."""
        meeting = [row for row in self.rows if row.pair.promise]
        if self.talks:
            return f"{self.talks[0].names} {self.talks[0].meeting()}, and have not talked yet"
        if meeting:
            return "All departments that ask for the same or work against each other are talking already"
        return "No two departments ask for the same or work against each other"

    @property
    def deck(self) -> str:
        """How many meet, and how many of them talk."""
        meeting = [row for row in self.rows if row.pair.promise]
        talking = sum(bool(row.pair.works) for row in meeting)
        pairs = "One pair of departments meets" if len(meeting) == 1 else f"{len(meeting):,} pairs of departments meet"
        return f"{pairs} in findings; {talking or 'none'} of them already work together."


def times(number: int) -> str:
    """A number of times, in words."""
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def seen_silos(user: Any, all_silos: bool = False) -> SeenSilos:
    """The map for `user`. Twelve queries, however many requests there are."""
    visible = ProjectRequest.objects.visible_to(user).order_by()
    # Asked once: as a subquery of every other query a database may work it out for every row.
    seen = frozenset(visible.values_list("pk", flat=True))
    findings = _findings(seen)
    pairs = silo_pairs(findings, _works(seen))
    rows = _rows(pairs, findings, visible)
    busy: Counter[int] = Counter()
    for row in rows:
        for silo in row.pair.silos:
            busy[silo] += len(row.pair.same) + len(row.pair.against) + bool(row.pair.works)
    by_pk = {silo.pk: silo for row in rows for silo in (row.one, row.other)}
    shown = sorted(by_pk.values(), key=lambda silo: (-busy[silo.pk], silo.name))
    wanted = {pair.silos for pair in talks(pairs)[:MOST_TALKS]}
    return SeenSilos(
        rows=rows,
        talks=tuple(row for row in rows if row.pair.silos in wanted),
        silos=tuple(shown),
        matrix=_matrix(shown if all_silos else shown[:MOST_IN_MATRIX], rows),
        hidden=_hidden(visible),
    )


def _findings(seen: Set[int]) -> list[SiloFinding]:
    """Overlaps and conflicts that stand, with those of their requests that are seen. One query."""
    rows = FindingMember.objects.filter(
        finding__state__in=[Finding.State.OPEN, Finding.State.CONFIRMED],
        finding__kind__in=TIES,
        finding__severity__in=WEIGHTY,
    ).order_by()
    known: dict[int, SiloFinding] = {}
    members: dict[int, dict[int, int]] = {}
    values = rows.values_list("finding_id", "finding__kind", "finding__score", "request_id", "request__silo_id")
    for pk, kind, score, request, silo in sorted(row for row in values if row[3] in seen):
        if pk not in known:
            members[pk] = {}
            known[pk] = SiloFinding(pk, cast(TieKind, kind), score, members[pk])
        members[pk][request] = silo
    return list(known.values())


def _works(seen: Set[int]) -> list[Work]:
    """Who works with whom already, as far as the requests are seen. Six queries."""
    heads = Membership.objects.filter(silo__isnull=False).order_by("-role", "id")
    silo_of_person = dict(heads.values_list("person_id", "silo_id"))
    return [
        *_families(seen),
        *_chained(seen, silo_of_person),
        *_needs(seen),
        *_answers(seen),
        *_comments(seen, silo_of_person),
    ]


def _families(seen: Set[int]) -> Iterable[Work]:
    rows = FamilyMember.objects.filter(left_at__isnull=True, family__dissolved_at__isnull=True)
    silos: dict[int, set[int]] = {}
    for family, request, silo in rows.order_by("id").values_list("family_id", "request_id", "request__silo_id"):
        if request in seen:
            silos.setdefault(family, set()).add(silo)
    for family, found in silos.items():
        for pair in combinations(sorted(found), 2):
            yield Work(pair, "family", family)


def _chained(seen: Set[int], silo_of: dict[int, int]) -> Iterable[Work]:
    """Requests merged into one of another silo, ordered after one, or sponsored by somebody of another silo."""
    rows = ProjectRequest.objects.exclude(status__in=[Status.DRAFT.value, Status.WITHDRAWN.value]).filter(
        Q(survivor__isnull=False) | Q(after__isnull=False) | Q(sponsor__isnull=False)
    )
    fields = ("pk", "silo_id", "survivor_id", "survivor__silo_id", "after_id", "after__silo_id", "sponsor_id")
    for pk, silo, survivor, survivor_silo, after, after_silo, sponsor in rows.order_by("pk").values_list(*fields):
        if pk not in seen:
            continue
        if survivor in seen:
            yield Work(pair_of(silo, survivor_silo), "merge", pk)
        if after in seen:
            yield Work(pair_of(silo, after_silo), "order", pk)
        if sponsor in silo_of:
            yield Work(pair_of(silo, silo_of[sponsor]), "sponsor", pk)
    behind = ProjectRequest.also_after.through.objects.filter(from_projectrequest__in=rows.order_by().values("pk"))
    one, other = "from_projectrequest", "to_projectrequest"
    pairs = behind.order_by("id").values_list(f"{one}_id", f"{one}__silo_id", f"{other}_id", f"{other}__silo_id")
    for pk, silo, after, after_silo in pairs:
        if pk in seen and after in seen:
            yield Work(pair_of(silo, after_silo), "order", pk)


def _needs(seen: Set[int]) -> Iterable[Work]:
    rows = Need.objects.order_by("id").values_list("request_id", "request__silo_id", "needs_id", "needs__silo_id")
    for pk, one, needed, other in rows:
        if pk in seen and needed in seen:
            yield Work(pair_of(one, other), "need", pk)


def _answers(seen: Set[int]) -> Iterable[Work]:
    """Who answered an overlap: "will join", "wants to talk", even "ours differs" is an answer."""
    rows = Answer.objects.filter(finding__kind=Finding.Kind.OVERLAP).order_by("id")
    other = "finding__members__request"
    fields = ("finding_id", "request_id", "request__silo_id", f"{other}_id", f"{other}__silo_id")
    for finding, pk, one, with_whom, silo in rows.values_list(*fields):
        if pk in seen and with_whom in seen:
            yield Work(pair_of(one, silo), "answer", finding)


def _comments(seen: Set[int], silo_of: dict[int, int]) -> Iterable[Work]:
    rows = Comment.objects.order_by("id").values_list("request_id", "request__silo_id", "author_id")
    for pk, silo, author in rows:
        if pk in seen and author in silo_of:
            yield Work(pair_of(silo, silo_of[author]), "comment", pk)


def _rows(
    pairs: Sequence[SiloPair], findings: Iterable[SiloFinding], visible: QuerySet[ProjectRequest]
) -> tuple[PairRow, ...]:
    """The pairs with names, people and requests. Three queries."""
    silos = {silo.pk: silo for silo in Silo.objects.order_by("id")}
    heads = _heads()
    wanted = {pk for pair in talks(pairs)[:MOST_TALKS] for pk in pair.requests}
    rows = visible.filter(pk__in=wanted).select_related("silo", "requester").order_by("reference", "id")
    requests = {row.pk: row for row in rows}
    likeness = {each.id: round(100 * each.score) for each in findings if each.kind == "overlap"}
    found = []
    for pair in pairs:
        about = tuple(requests[pk] for pk in pair.requests if pk in requests)
        invite = tuple(person for silo in pair.silos if (person := _whom(silo, heads, about)) is not None)
        alike = max((likeness[pk] for pk in pair.same), default=None)
        found.append(PairRow(pair, silos[pair.silos[0]], silos[pair.silos[1]], invite, about, alike))
    return tuple(found)


def _heads() -> dict[int, Person]:
    """The head of each silo who is a living, active person; the first by name where there are several."""
    rows = Membership.objects.filter(role=Role.HEAD, silo__isnull=False).select_related("person")
    heads: dict[int, Person] = {}
    for row in rows.order_by("person__name", "id"):
        if row.silo_id is not None and not row.person.accountability_problem:
            heads.setdefault(row.silo_id, row.person)
    return heads


def _whom(silo: int, heads: dict[int, Person], about: Iterable[ProjectRequest]) -> Person | None:
    asked = (request.requester for request in about if request.silo_id == silo)
    return heads.get(silo) or next((person for person in asked if not person.accountability_problem), None)


def _matrix(silos: Collection[Silo], rows: Iterable[PairRow]) -> tuple[tuple[Silo, tuple[MatrixCell | None, ...]], ...]:
    by_pair: dict[Pair, PairRow] = {row.pair.silos: row for row in rows}

    def cell(at: int, silo: Silo, column: int, other: Silo) -> MatrixCell | None:
        if silo == other:
            return None
        row = by_pair.get(pair_of(silo.pk, other.pk))
        is_above = column > at
        number = 0 if row is None else len(row.pair.same if is_above else row.pair.against)
        return MatrixCell(other, is_above, number, row)

    return tuple(
        (silo, tuple(cell(at, silo, column, other) for column, other in enumerate(silos)))
        for at, silo in enumerate(silos)
    )


def _hidden(visible: QuerySet[ProjectRequest]) -> int:
    """How many live requests are not among these. One query."""
    return ProjectRequest.objects.live().exclude(pk__in=visible.values("pk")).count()


def pair_findings(user: Any, row: PairRow) -> list[PresentedFinding]:
    """What stands behind one pair, as `user` may see it, the strongest first. Four queries."""
    ids = [*row.pair.same[:MOST_FINDINGS], *row.pair.against[:MOST_FINDINGS]]
    found = {each.pk: each for each in present(with_members(Finding.objects.filter(pk__in=ids).order_by("id")), user)}
    return [found[pk] for pk in ids if pk in found]
