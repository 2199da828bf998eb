"""The table of steps, pair by pair, against what was written down by hand."""

import pytest

from portfolio.lifecycle import DECIDED, EDITABLE, LABELS, LIVE, STEPS, Actor, Status, step_between, steps_from

R, A, B, S = Actor.REQUESTER, Actor.ARCHITECT, Actor.BOARD, Actor.SYSTEM
BOARD_SAYS = "approved approved_with_conditions on_hold merged sequenced deferred returned rejected"


def board_alone(*without: str) -> dict[str, set[Actor]]:
    """Every decision but these is the board's to make."""
    return {target: {B} for target in BOARD_SAYS.split() if target not in without}


def before_the_board() -> dict[str, set[Actor]]:
    """The board undoes a decision over what had not come to it yet."""
    return {"submitted": {B}, "in_triage": {B}}


def undone() -> dict[str, set[Actor]]:
    """The board undoes a decision: the request is where it was before."""
    return {**before_the_board(), "on_hold": {B}, "deferred": {B}, "returned": {B}}


#: source: {target: who may}
EXPECTED: dict[str, dict[str, set[Actor]]] = {
    "draft": {"submitted": {R}},
    "submitted": {"in_triage": {A, S}, "ready": {A}, "withdrawn": {R}, **board_alone()},
    "in_triage": {"ready": {A}, "withdrawn": {R}, **board_alone()},
    "ready": {"in_triage": {A}, "withdrawn": {R}, **board_alone()},
    "on_hold": {
        "ready": {A, B, S},
        "withdrawn": {R},
        **board_alone("on_hold"),
        **before_the_board(),
    },
    "deferred": {"ready": {A, B, S}, **board_alone("deferred"), **before_the_board()},
    "returned": {"ready": {A, B, S}, "withdrawn": {R}, **board_alone("returned"), **before_the_board()},
    "approved": {"ready": {B, S}, "in_delivery": {R, A}, **undone()},
    "approved_with_conditions": {"ready": {B, S}, "in_delivery": {R, A}, **undone()},
    "sequenced": {"ready": {B, S}, "in_delivery": {R, A}, **undone()},
    "merged": {"ready": {B}, **undone()},
    "rejected": {"ready": {B}, **undone()},
    "in_delivery": {"delivered": {R, A}},
    "delivered": {"reviewed": {R, A, B}},
    "reviewed": {},
    "withdrawn": {"submitted": {R}},
}


@pytest.mark.parametrize("target", list(Status))
@pytest.mark.parametrize("source", list(Status))
def test_every_pair_is_as_written_down(source: Status, target: Status) -> None:
    step = step_between(source, target)

    assert (set(step.actors) if step else None) == EXPECTED[source].get(target)


def test_no_pair_stands_in_the_table_twice() -> None:
    assert len({(step.source, step.target) for step in STEPS}) == len(STEPS)


def test_every_decision_of_the_board_needs_a_reason() -> None:
    assert all(step.needs_reason for step in STEPS if step.target in DECIDED)


def test_steps_from_offers_only_what_the_actor_may() -> None:
    assert [step.target for step in steps_from(Status.READY, frozenset({R}))] == [Status.WITHDRAWN]
    assert steps_from(Status.REVIEWED, frozenset(Actor)) == []


def test_every_state_has_a_label() -> None:
    assert set(LABELS) == set(Status)


def test_what_the_board_said_yes_to_is_compared_but_not_edited() -> None:
    assert Status.APPROVED in LIVE
    assert Status.APPROVED not in EDITABLE
    assert Status.DRAFT not in LIVE
