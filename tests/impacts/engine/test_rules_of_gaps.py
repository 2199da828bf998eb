"""not-connected, it-came-late and hollow-claim on hand-worked tables."""

from dataclasses import replace

import pytest

from impacts.engine.facts import (
    ContactFact,
    DataUseFact,
    HoldingFact,
    ImpactFact,
    KeyFact,
    SystemUseFact,
)
from impacts.engine.joins import joins_of
from tests.impacts.engine.making import REGISTER, TODAY, day, find, request


def texts(finding):
    return [line.text for line in finding.evidence]


# joins

NUMBER, MAIL, TERMINAL = 1, 2, 3


def holding(system, *keys, domain=1):
    """A holding by attributes; a negative one is of low quality."""
    return HoldingFact(system, domain, "master", tuple(KeyFact(abs(key), "low" if key < 0 else "high") for key in keys))


@pytest.mark.parametrize(
    ("holdings", "firm", "weak"),
    [
        ((holding(1, NUMBER), holding(2, NUMBER, domain=2)), {1: 1, 2: 1}, {1: 1, 2: 1}),
        ((holding(1, NUMBER), holding(2, MAIL)), {1: 1, 2: 2}, {1: 1, 2: 2}),
        # 1 and 3 meet by way of 2
        ((holding(1, NUMBER), holding(2, NUMBER, MAIL), holding(3, MAIL)), {1: 1, 2: 1, 3: 1}, {1: 1, 2: 1, 3: 1}),
        ((holding(1, NUMBER), holding(2, -NUMBER)), {1: 1, 2: 2}, {1: 1, 2: 1}),
        # what is low in one data domain and high in another of the same system is good
        ((holding(1, NUMBER), holding(2, -NUMBER), holding(2, NUMBER, domain=2)), {1: 1, 2: 1}, {1: 1, 2: 1}),
        # nothing is known of a system without attributes
        ((holding(1, NUMBER), holding(2)), {1: 1}, {1: 1}),
    ],
)
def test_systems_fall_into_islands(holdings, firm, weak):
    for order in (holdings, holdings[::-1]):
        joins = joins_of(order)
        assert (joins.firm, joins.weak) == (firm, weak)


# not-connected


def register_of(*holdings):
    return replace(REGISTER, holdings=holdings)


APART = register_of(holding(1, NUMBER), holding(2, NUMBER, MAIL), holding(3, TERMINAL))


def serving(number, *systems, silo=1, touchpoint=1, effect="changes", **fields):
    uses = tuple(SystemUseFact(system, "uses") for system in systems)
    return request(number, silo, impacts=(ImpactFact(touchpoint, effect),), system_uses=uses, **fields)


@pytest.mark.parametrize(
    ("first", "second", "fires"),
    [
        (serving(1, 1), serving(2, 3), True),
        (serving(1, 1), serving(2, 2), False),
        (serving(1, 1), serving(2, 3, touchpoint=2), False),
        (serving(1, 1), serving(2, 1, 3), False),  # they share an island
        (serving(1, 1), serving(2), False),  # nothing is known
        (serving(1, 1), serving(2, 3, effect="retires"), False),
        (serving(1, 1, effect="introduces"), serving(2, 3, effect="replaces"), True),
    ],
)
def test_not_connected(first, second, fires):
    found = find("not-connected", first, second, register=APART)
    assert [f.identity for f in found] == ([("not-connected", "touchpoint:1")] if fires else [])


def test_one_request_that_spans_two_islands_is_no_finding():
    assert not find("not-connected", serving(1, 1, 3), register=APART)


def test_data_in_a_system_counts_as_working_from_it_and_what_is_retired_does_not():
    place = (ImpactFact(1, "changes"),)
    reads = request(2, impacts=place, data_uses=(DataUseFact(3, "reads", 3),))
    retires = request(2, impacts=place, data_uses=(DataUseFact(3, "retires", 3),))
    leaves = request(
        2, impacts=place, data_uses=(DataUseFact(3, "reads", 3),), system_uses=(SystemUseFact(3, "retires"),)
    )
    assert find("not-connected", serving(1, 1), reads, register=APART)
    assert not find("not-connected", serving(1, 1), retires, register=APART)
    assert not find("not-connected", serving(1, 1), leaves, register=APART)


def test_without_attributes_in_the_register_nothing_is_said():
    assert not find("not-connected", serving(1, 1), serving(2, 3))
    assert not find("not-connected", serving(1, 1), serving(2, 3), register=register_of(holding(1), holding(3)))


def test_not_connected_names_place_systems_and_what_would_join_them():
    requests = [serving(1, 1, silo=1), serving(2, 2, silo=2), serving(3, 3, silo=3), serving(4, 1, 3, silo=4)]
    (finding,) = find("not-connected", *requests, register=APART)
    assert finding.requests == (1, 2, 3)
    assert finding.title == "Mobile login is served from CRM and Vault, whose data nothing joins"
    assert texts(finding) == [
        "Cards and Retail (2 requests): from CRM and Core, which know customers by customer number and e-mail address",
        "Digital: from Vault, which knows customers by terminal number",
        "If Vault also kept the customer number, as CRM and Core do, CRM and Vault would find the same customer.",
    ]
    joined = register_of(holding(1, NUMBER), holding(2, NUMBER, MAIL), holding(3, TERMINAL, NUMBER))
    assert not find("not-connected", *requests, register=joined)


def test_three_islands_are_one_finding():
    register = register_of(holding(1, NUMBER), holding(2, MAIL), holding(3, TERMINAL))
    (finding,) = find("not-connected", serving(1, 1), serving(2, 2), serving(3, 3), register=register)
    assert finding.requests == (1, 2, 3)
    assert texts(finding)[-1].endswith("Up to 1 more to join would be left.")


@pytest.mark.parametrize(
    ("key", "approved", "severity"),
    [
        (TERMINAL, (), "look"),
        (TERMINAL, (1,), "look"),
        (TERMINAL, (1, 2), "serious"),
        (-NUMBER, (), "note"),
        (-NUMBER, (1, 2), "look"),
    ],
)
def test_how_severe_it_is_that_nothing_joins(key, approved, severity):
    requests = [serving(1, 1, committed=1 in approved), serving(2, 3, committed=2 in approved)]
    (finding,) = find("not-connected", *requests, register=register_of(holding(1, NUMBER), holding(3, key)))
    assert finding.severity == severity
    if key < 0:
        assert texts(finding)[-1] == (
            "If the customer number in Vault could be relied on, CRM and Vault would find the same customer."
        )


def test_what_a_dismissal_rests_on_names_the_systems():
    (finding,) = find("not-connected", serving(1, 1), serving(2, 3), register=APART)
    assert finding.material == ("request:1 from system:1", "request:2 from system:3")


# it-came-late


@pytest.mark.parametrize(
    ("heard", "approved", "severity"),
    [
        ("", False, None),
        ("idea", False, None),
        ("business_case", False, None),
        ("vendor_chosen", False, "note"),
        ("contract_signed", False, "look"),
        ("contract_signed", True, "note"),
    ],
)
def test_it_came_late(heard, approved, severity):
    found = find("it-came-late", request(4, first_heard=heard, committed=approved))
    assert [(f.identity, f.severity) for f in found] == (
        [(("it-came-late", "request:4"), severity)] if severity else []
    )


def test_it_came_late_says_when_and_with_what_it_has_to_work():
    late = request(
        1,
        first_heard="vendor_chosen",
        heads_up=True,
        go_live=day(7),
        data_uses=(DataUseFact(1, "reads", 3), DataUseFact(2, "reads")),
        system_uses=(SystemUseFact(1, "changes"),),
    )
    (finding,) = find("it-came-late", late)
    assert finding.title == "Cards told IT when the vendor was already chosen"
    assert texts(finding) == [
        "IT first heard of it when the vendor was already chosen",
        "It works with CRM and Vault",
        "It wants to go live on 11 January 2027",
    ]


# hollow-claim

IMPACT = (ImpactFact(1, "changes"),)
CONTACT = (ContactFact(1, "mail", TODAY),)


@pytest.mark.parametrize(
    ("fields", "severity"),
    [
        ({"kind": "customer_facing"}, "note"),
        ({"kind": "customer_facing", "impacts": IMPACT}, None),
        ({"kind": "customer_facing", "contacts": CONTACT}, None),
        ({"kind": "customer_facing", "heads_up": True}, None),  # nobody has asked it yet
        ({"kind": "customer_facing", "system_uses": (SystemUseFact(1, "changes"),)}, "note"),
        ({"kind": "customer_facing", "committed": True}, "look"),
        ({"kind": "internal"}, None),
        ({"kind": "internal", "impacts": IMPACT}, "look"),
        ({"kind": "internal", "contacts": CONTACT}, "look"),
        ({"kind": "internal", "impacts": IMPACT, "heads_up": True}, "look"),
        ({"kind": "internal", "impacts": IMPACT, "committed": True}, "serious"),
        ({"kind": "regulatory"}, None),
        ({"kind": "regulatory", "impacts": IMPACT}, None),
        ({"kind": ""}, None),
        ({"kind": "", "impacts": IMPACT}, None),
    ],
)
def test_hollow_claim(fields, severity):
    found = find("hollow-claim", request(4, **fields))
    assert [(f.identity, f.severity) for f in found] == (
        [(("hollow-claim", "request:4"), severity)] if severity else []
    )


def test_hollow_claim_says_both_sides_and_what_would_make_them_agree():
    touching = request(1, kind="internal", impacts=IMPACT, contacts=CONTACT)
    (finding,) = find("hollow-claim", touching)
    assert finding.title == "Cards calls internal what customers will notice"
    assert texts(finding) == [
        "Cards says that only staff notice it",
        "It names where customers notice it: Mobile login",
        "It plans to contact customers: Card holders",
        "If Cards called it customer-facing, or took these touches off it, the two would agree.",
    ]
    assert finding.material == ("it says internal", "touchpoint:1 is touched", "segment:1 is contacted")
    (empty,) = find("hollow-claim", request(2, kind="customer_facing"))
    assert empty.title == "Cards says that customers notice it and does not say where"
    for case in (finding, empty):
        assert not find("hollow-claim", *case.evidence[-1].changed)
