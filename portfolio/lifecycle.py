"""The lifecycle of a request: one table says which step leads where and who may make it.

Source: DESIGN, "The lifecycle of a request". `Actor` values are what a person is *to this request*;
portfolio.permissions says which of them somebody is. The board's steps are made by board.services when a decision is
recorded.
"""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """Where a request stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_TRIAGE = "in_triage"
    READY = "ready"
    APPROVED = "approved"
    APPROVED_WITH_CONDITIONS = "approved_with_conditions"
    ON_HOLD = "on_hold"
    MERGED = "merged"
    SEQUENCED = "sequenced"
    DEFERRED = "deferred"
    RETURNED = "returned"
    REJECTED = "rejected"
    IN_DELIVERY = "in_delivery"
    DELIVERED = "delivered"
    REVIEWED = "reviewed"
    WITHDRAWN = "withdrawn"


LABELS: dict[Status, str] = {
    Status.DRAFT: "Draft",
    Status.SUBMITTED: "Submitted",
    Status.IN_TRIAGE: "In triage",
    Status.READY: "Ready for board",
    Status.APPROVED: "Approved",
    Status.APPROVED_WITH_CONDITIONS: "Approved with conditions",
    Status.ON_HOLD: "On hold",
    Status.MERGED: "Merged",
    Status.SEQUENCED: "Sequenced",
    Status.DEFERRED: "Deferred",
    Status.RETURNED: "Returned for information",
    Status.REJECTED: "Rejected",
    Status.IN_DELIVERY: "In delivery",
    Status.DELIVERED: "Delivered",
    Status.REVIEWED: "Reviewed",
    Status.WITHDRAWN: "Withdrawn",
}


class Actor(StrEnum):
    """What somebody is to a request."""

    REQUESTER = "requester"  # who filed it, or the head of its silo
    ARCHITECT = "architect"
    BOARD = "board"  # board member, CIO or secretary
    SYSTEM = "system"  # Ombud itself, such as a hold that ran out


@dataclass(frozen=True, slots=True)
class Step:
    """One allowed step. `verb` is what the button says; `needs_reason` asks for a why."""

    source: Status
    target: Status
    actors: frozenset[Actor]
    verb: str
    needs_reason: bool = False


def _steps(sources: tuple[Status, ...], target: Status, actors: tuple[Actor, ...], verb: str, why: bool) -> list[Step]:
    return [Step(source, target, frozenset(actors), verb, why) for source in sources]


#: What the board took up and put down again: it comes back by itself, or somebody brings it back.
_PUT_DOWN = (Status.ON_HOLD, Status.DEFERRED, Status.RETURNED)
_UNDECIDED = (Status.SUBMITTED, Status.IN_TRIAGE, Status.READY, *_PUT_DOWN)
_DECISIONS: tuple[tuple[Status, str], ...] = (
    (Status.APPROVED, "Approve"),
    (Status.APPROVED_WITH_CONDITIONS, "Approve with conditions"),
    (Status.ON_HOLD, "Hold"),
    (Status.MERGED, "Merge"),
    (Status.SEQUENCED, "Put in order"),
    (Status.DEFERRED, "Defer"),
    (Status.RETURNED, "Return for information"),
    (Status.REJECTED, "Reject"),
)
_DECIDED = tuple(status for status, _ in _DECISIONS)
_YES = (Status.APPROVED, Status.APPROVED_WITH_CONDITIONS, Status.SEQUENCED)

STEPS: tuple[Step, ...] = (
    *_steps((Status.DRAFT,), Status.SUBMITTED, (Actor.REQUESTER,), "File", False),
    *_steps((Status.SUBMITTED,), Status.IN_TRIAGE, (Actor.ARCHITECT, Actor.SYSTEM), "Take into triage", False),
    *_steps((Status.SUBMITTED, Status.IN_TRIAGE), Status.READY, (Actor.ARCHITECT,), "Ready for board", False),
    *_steps((Status.READY,), Status.IN_TRIAGE, (Actor.ARCHITECT,), "Back to triage", True),
    *(step for target, verb in _DECISIONS for step in _steps(_UNDECIDED, target, (Actor.BOARD,), verb, True)
      if step.source != step.target),
    *_steps(_PUT_DOWN, Status.READY, (Actor.ARCHITECT, Actor.BOARD, Actor.SYSTEM),
            "Bring back to the board", True),
    # A decision that turns out wrong is superseded, never changed: the request goes back to the board. What was
    # approved goes back by itself when it is no longer what the board saw.
    *_steps(_YES, Status.READY, (Actor.BOARD, Actor.SYSTEM), "Reopen the decision", True),
    *_steps((Status.MERGED, Status.REJECTED), Status.READY, (Actor.BOARD,), "Reopen the decision", True),
    # A decision that is undone leaves each request where it was before.
    *_steps(_DECIDED, Status.SUBMITTED, (Actor.BOARD,), "Undo the decision", True),
    *_steps(_DECIDED, Status.IN_TRIAGE, (Actor.BOARD,), "Undo the decision", True),
    *(step for target in _PUT_DOWN
      for step in _steps(tuple(s for s in _DECIDED if s not in _PUT_DOWN), target, (Actor.BOARD,),
                         "Undo the decision", True)),
    *_steps(_YES, Status.IN_DELIVERY, (Actor.REQUESTER, Actor.ARCHITECT), "Start delivery", False),
    *_steps((Status.IN_DELIVERY,), Status.DELIVERED, (Actor.REQUESTER, Actor.ARCHITECT), "Delivered", False),
    *_steps((Status.DELIVERED,), Status.REVIEWED, (Actor.REQUESTER, Actor.ARCHITECT, Actor.BOARD), "Reviewed", True),
    *_steps((Status.SUBMITTED, Status.IN_TRIAGE, Status.READY, Status.ON_HOLD, Status.RETURNED), Status.WITHDRAWN,
            (Actor.REQUESTER,), "Withdraw", True),
    *_steps((Status.WITHDRAWN,), Status.SUBMITTED, (Actor.REQUESTER,), "File again", False),
)  # fmt: skip

_TABLE: dict[tuple[Status, Status], Step] = {(step.source, step.target): step for step in STEPS}

#: States whose requests the engine compares: filed, not yet delivered, not turned away.
LIVE: frozenset[Status] = frozenset(
    {
        Status.SUBMITTED,
        Status.IN_TRIAGE,
        Status.READY,
        Status.APPROVED,
        Status.APPROVED_WITH_CONDITIONS,
        Status.ON_HOLD,
        Status.SEQUENCED,
        Status.DEFERRED,
        Status.RETURNED,
        Status.IN_DELIVERY,
    }
)
#: States that the board has said yes to.
COMMITTED: frozenset[Status] = frozenset({*_YES, Status.IN_DELIVERY})
#: States in which the requester may still edit what was filed. What is COMMITTED is opened for a change first.
EDITABLE: frozenset[Status] = frozenset({Status.DRAFT, Status.SUBMITTED, Status.IN_TRIAGE, Status.READY, *_PUT_DOWN})
#: States of what will not be delivered, so that nothing can wait for it or go on in it.
GONE: frozenset[Status] = frozenset({Status.WITHDRAWN, Status.REJECTED})
#: What a decision of the board may lead to.
DECIDED: frozenset[Status] = frozenset(_DECIDED)


def step_between(source: Status, target: Status) -> Step | None:
    """The step from `source` to `target`, or None where the table has none."""
    return _TABLE.get((source, target))


def steps_from(source: Status, actors: frozenset[Actor]) -> list[Step]:
    """The steps that somebody who is any of `actors` may make from `source`, in the table's order."""
    return [step for step in STEPS if step.source == source and step.actors & actors]
