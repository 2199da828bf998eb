"""A small bank for the browser tests: two departments that want to tell customers the same, and some that do not."""

import time
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from customers.models import Channel
from portfolio.lifecycle import Status
from portfolio.models import Person, ProjectRequest
from tests.factories import (
    ContactPolicyFactory,
    DataDomainFactory,
    ImpactFactory,
    PlannedContactFactory,
    SegmentFactory,
    SiloFactory,
    TouchpointFactory,
    draft_request,
    filed_request,
)

TITLE = "Tell card holders at once when money leaves the account"
PROBLEM = (
    "Customers learn of a payment days later from the statement and then call us. They want a push message or a text "
    "message on the mobile phone as soon as money leaves the account."
)
PROPOSAL = "Send a push message in the app, or a text message to the mobile number where the app is not installed."
OTHER_TITLE = "Push and text messages when money leaves the account"
OTHER = (
    "Savers see only on the statement that money left the account. A push message, or a text message to the mobile "
    "phone where the app is not installed, would tell them at once, and they would not call us."
)
UNLIKE = (
    ("Wheelchair ramps for twelve branches", "The doors of old buildings have steps that nobody can roll over."),
    ("A ledger that closes in four days", "Finance books accruals by hand, and auditors wait for reconciliations."),
    ("Photographs instead of surveyors", "Valuation of flats takes a week because surveyors travel to every house."),
    ("Letters of complaint with one owner", "Complaints wander between desks, and deadlines of the supervisor pass."),
    ("Passwords replaced by fingerprints", "People forget passwords and are locked out of online banking at night."),
    ("Training for new cashiers", "New colleagues learn the till from a binder that was printed nine years ago."),
)


def make_bank(requester: Person, outsider: Person) -> dict[str, Any]:
    """Registers, and filed requests of Retail: one that asks for what `requester` is about to ask, and some others.

    Returns `other` (the look-alike, of `outsider`), `segment`, `push` and `text` (touchpoints).
    """
    segment = SegmentFactory.create(code="card-holders", name="Card holders", customer_count=412_000)
    push = TouchpointFactory.create(code="push", name="Push message", channel=Channel.APP)
    text = TouchpointFactory.create(code="text", name="Text message", channel=Channel.SMS)
    TouchpointFactory.create(code="counter", name="Branch counter", channel=Channel.BRANCH)
    DataDomainFactory.create(code="phone", name="Mobile number")
    ContactPolicyFactory.create(code="three", name="At most 3 in 21 days", limit=3, days=21)
    retail = outsider.memberships.get().silo
    other = filed_request(
        silo=retail, requester=outsider, title=OTHER_TITLE, problem=OTHER, status=Status.IN_TRIAGE.value,
        proposal="One service that sends both.", wanted_go_live=date(2027, 3, 1), one_off_cost=610_000,
    )  # fmt: skip
    ImpactFactory.create(request=other, touchpoint=push)
    PlannedContactFactory.create(request=other, segment=segment, first_day=date(2027, 3, 1), times=2)
    desk = SiloFactory.create(code="desk", name="Service desk")
    for title, problem in UNLIKE:
        filed_request(silo=desk, title=title, problem=problem, proposal="Mend it.")
    return {"other": other, "segment": segment, "push": push, "text": text}


def whole_draft(requester: Person, bank: dict[str, Any]) -> ProjectRequest:
    """A draft of `requester` that can be filed as it is, and that asks for what Retail asks for."""
    draft = draft_request(
        silo=requester.memberships.get().silo, requester=requester, title=TITLE, problem=PROBLEM, proposal=PROPOSAL,
        wanted_start=date(2027, 1, 11), wanted_go_live=date(2027, 3, 8), one_off_cost=420_000,
        promised_effect="One call in five fewer about unknown payments.",
    )  # fmt: skip
    ImpactFactory.create(request=draft, touchpoint=bank["push"])
    ImpactFactory.create(request=draft, touchpoint=bank["text"])
    return draft


def eventually(condition: Callable[[], object], what: str, seconds: float = 15) -> None:
    """Wait until `condition()` is true in the database; fail saying `what` when it is not within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"Waited {seconds} s until: {what}")
        time.sleep(0.1)
