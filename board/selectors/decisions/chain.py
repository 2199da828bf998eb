"""The chain of decisions: what the seal of a decision covers, and how it is computed.

Each seal is the SHA-256 of a decision's content together with the seal before it. Whoever changes a decision changes
its hash, and with it no longer fits what follows; whoever takes one out leaves a gap. What happens to a decision
afterwards (a condition that is met or moved, a hold that is given on or ends) is no part of what was decided, and not
sealed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from itertools import pairwise
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from board.models import AgendaItem, ChainHead, Condition, DecidedRequest, Decision, Hold, Seal
from board.packs.seal import seal_of_plain
from board.selectors.decisions.sealed_rows import sealed_rows

#: What the first decision has in place of a seal before it.
GENESIS = "0" * 64
PART = 500
"""So many entries are read at a time."""
COVERS = 2
"""What a seal covers now. Version 1 left out what a request was put behind; seals of it stay valid by their version."""
ONE_PART = ("hold", "deferral", "joining", "ballot")
MANY_PARTS = ("requests__also_after", "conditions__moves", "hold__moves", "votes", "questions")
"""What belongs to a decision: at most one of it, or several."""


def content_of(decision: Decision, covers: int = COVERS) -> dict[str, Any]:
    """All that was decided, as plain values, as far as version `covers` of a seal reaches. Reads ONE_PART and
    MANY_PARTS: select and prefetch them for many. A part that came later than a decision's own time is left out where
    it is empty, so that old seals hold; one that old decisions hold as well needs a new version.
    """
    content = {
        "decision": decision.pk,
        "item": decision.item_id,
        "kind": decision.kind,
        "reason": decision.reason,
        "survivor": decision.survivor_id,
        "recorded_by": decision.recorded_by_id,
        "at": decision.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "submission": decision.submission,
        "supersedes": decision.supersedes_id,
        "snapshot": decision.snapshot_hash,
        "requests": [
            [row.request_id, row.position, row.status_before, row.status_after, *([_behind(row)] if covers > 1 else [])]
            for row in sorted(decision.requests.all(), key=lambda row: row.request_id)
        ],
        "conditions": [
            [condition.text, *_as_decided(condition)]
            for condition in sorted(decision.conditions.all(), key=lambda condition: condition.pk)
        ],
    }
    return content | _parts_of(decision)


def _parts_of(decision: Decision) -> dict[str, Any]:
    """What only some decisions have: each part is left out where it is empty."""
    content: dict[str, Any] = {}
    hold = getattr(decision, "hold", None)
    if hold is not None:
        content["hold"] = [_asked(hold), hold.condition, hold.expires_on.isoformat()]
    votes = sorted(decision.votes.all(), key=lambda vote: vote.person_id)
    if votes:
        content["votes"] = [[vote.person_id, vote.choice, vote.words] for vote in votes]
    questions = sorted(decision.questions.all(), key=lambda question: question.pk)
    if questions:
        content["questions"] = [[each.text, each.owner_id, each.due.isoformat()] for each in questions]
    deferral = getattr(decision, "deferral", None)
    if deferral is not None:
        content["until"] = deferral.until.isoformat()
    joining = getattr(decision, "joining", None)
    if joining is not None:
        content["family"] = [joining.family_id, joining.lead_id, joining.owner_id]
    ballot = getattr(decision, "ballot", None)
    if ballot is not None:
        content["ballot"] = [
            ballot.majority, ballot.present, ballot.in_favour, ballot.against, ballot.abstained, ballot.chair_choice,
            ballot.carried, ballot.overridden_by_id, ballot.override_because,
        ]  # fmt: skip
    return content


def _behind(row: DecidedRequest) -> list[int]:
    """The ids of all that it was put behind."""
    return sorted({each.pk for each in row.also_after.all()} | ({row.after_id} if row.after_id else set()))


def _as_decided(condition: Condition) -> tuple[int, str]:
    """The owner and day that the board gave it, whatever it was moved to since."""
    first = min(condition.moves.all(), key=lambda move: (move.at, move.pk), default=None)
    if first is None:
        return condition.owner_id, condition.due.isoformat()
    return first.owner_before_id, first.due_before.isoformat()


def _asked(hold: Hold) -> int:
    """Whom the board asked, whoever the question was given to since."""
    first = min(hold.moves.all(), key=lambda move: (move.at, move.pk), default=None)
    return first.owner_before_id if first else hold.owner_id


def link(content: dict[str, Any], sequence: int, previous: str, covers: int = COVERS) -> str:
    """The hash of a decision's content at this place of the chain, after the seal `previous`. From version 2 on it
    holds the version itself, so that nobody makes a seal cover less."""
    version = {"covers": covers} if covers > 1 else {}
    return seal_of_plain({"sequence": sequence, "previous": previous, "content": content} | version)


def broken_moves(condition: Condition) -> Iterator[str]:
    """What is wrong with how a condition was moved: each move goes on where the one before it ended."""
    moves = sorted(condition.moves.all(), key=lambda move: (move.at, move.pk))
    for earlier, later in pairwise(moves):
        if (earlier.owner_after_id, earlier.due_after) != (later.owner_before_id, later.due_before):
            yield "the moves of a condition do not follow each other"
    if moves and (moves[-1].owner_after_id, moves[-1].due_after) != (condition.owner_id, condition.due):
        yield "a condition has another owner or day than its last move says"


def broken_gifts(hold: Hold) -> Iterator[str]:
    """What is wrong with how the question of a hold was given on."""
    moves = sorted(hold.moves.all(), key=lambda move: (move.at, move.pk))
    if any(earlier.owner_after_id != later.owner_before_id for earlier, later in pairwise(moves)):
        yield "those to whom a hold was given do not follow each other"
    if moves and moves[-1].owner_after_id != hold.owner_id:
        yield "a hold has another owner than it was last given to"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the chain that is not as it was recorded. `sequence` is the place in the chain, `decision` the id of
    the decision; either is None where there is none to name."""

    sequence: int | None
    decision: int | None
    what: str

    def __str__(self) -> str:
        place = f"Entry {self.sequence}" if self.sequence is not None else "The chain"
        whose = f" (decision {self.decision})" if self.decision is not None else ""
        return f"{place}{whose}: {self.what}"


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found: how many entries were looked at, the last seal, and all faults in the order of the chain."""

    count: int
    head: str
    faults: Sequence[Fault]


def verify_chain(*, known: str = "") -> Verified:
    """Compute every seal again, and compare. `known` is a seal that somebody wrote down earlier (each stands on its
    decision's page and in the minutes): it must still be in the chain. Reads all decisions, in parts."""
    faults: list[Fault] = []
    previous, expected, known_found = GENESIS, 1, not known
    for seal, decision in _entries():
        if seal.sequence != expected:
            faults.append(_gap(expected, seal.sequence))
        faults += _faults_of(seal, decision, previous)
        previous, expected = seal.own_hash, seal.sequence + 1
        known_found = known_found or seal.own_hash == known
    faults += _unsealed()
    faults += _against_head(expected - 1, previous)
    faults += _without_decision()
    if not known_found:
        faults.append(Fault(None, None, f"the seal {known} that was written down is in no entry"))
    return Verified(expected - 1, previous, faults)


def _entries() -> Iterator[tuple[Seal, Decision | None]]:
    """The seals in their order, each with its decision: None where it is gone, which only a database without its
    foreign keys lets happen."""
    last = 0
    while seals := list(Seal.objects.filter(sequence__gt=last).order_by("sequence")[:PART]):
        decisions = sealed_rows([seal.decision_id for seal in seals])
        for seal in seals:
            yield seal, decisions.get(seal.decision_id)
        last = seals[-1].sequence


def _gap(expected: int, found: int) -> Fault:
    if found - expected == 1:
        return Fault(expected, None, "it is missing")
    return Fault(expected, None, f"it is missing, and so are all up to entry {found - 1}")


def _faults_of(seal: Seal, decision: Decision | None, previous: str) -> Iterator[Fault]:
    here = (seal.sequence, seal.decision_id)
    if seal.previous_hash != previous:
        yield Fault(*here, "it does not follow the entry before it")
    if decision is None:
        yield Fault(*here, "its decision is missing")
        return
    if seal_of_plain(decision.snapshot) != decision.snapshot_hash:
        yield Fault(*here, "what the board saw (its snapshot) was changed")
    if not 1 <= seal.covers <= COVERS:
        yield Fault(*here, f"its seal says that it covers version {seal.covers}, which this Ombud does not know")
    elif link(content_of(decision, seal.covers), seal.sequence, seal.previous_hash, seal.covers) != seal.own_hash:
        yield Fault(*here, "what was decided was changed")
    for condition in decision.conditions.all():
        for what in broken_moves(condition):
            yield Fault(*here, what)
    hold = getattr(decision, "hold", None)
    for what in broken_gifts(hold) if hold is not None else ():
        yield Fault(*here, what)


def _unsealed() -> Iterator[Fault]:
    for pk in Decision.objects.filter(seal__isnull=True).order_by("id").values_list("pk", flat=True):
        yield Fault(None, pk, "this decision is not in the chain")


def _against_head(count: int, last: str) -> Iterator[Fault]:
    head = ChainHead.objects.order_by("id").first()
    if head is None:
        if count:
            yield Fault(None, None, "its head, which says how many entries there are, is missing")
        return
    if head.count > count:
        lost = head.count - count
        many = f"entries {count + 1} to {head.count} are" if lost > 1 else f"entry {head.count} is"
        yield Fault(head.count, None, f"{many} missing at the end of the chain")
    elif head.count < count:
        yield Fault(None, None, f"there are {count} entries, and the head knows of {head.count}")
    elif count and head.own_hash != last:
        yield Fault(count, None, "the last seal is not the one that the head knows")


def _without_decision() -> Iterator[Fault]:
    """Items that were decided, while their decision is gone: seen even where the head was set back as well."""
    decided = AgendaItem.objects.filter(status=AgendaItem.Status.DECIDED).exclude(kind=AgendaItem.Kind.OWN)
    gone = decided.exclude(Exists(Decision.objects.filter(item=OuterRef("pk")))).select_related("meeting")
    for item in gone.order_by("meeting__starts_at", "position", "id"):
        held = timezone.localdate(item.meeting.starts_at)
        yield Fault(
            None, None, f"item {item.position} of {held}, “{item.question}”, is decided, its decision is missing"
        )
