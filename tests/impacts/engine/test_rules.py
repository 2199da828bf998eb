"""The rules on hand-worked tables: when each fires, when not, and at its boundaries."""

from dataclasses import replace

import pytest

from impacts.engine.facts import (
    Accountable,
    ContactFact,
    DataUseFact,
    EngineSettings,
    ImpactFact,
    PolicyFact,
    SystemUseFact,
)
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.rules.registry import RULE_BY_CODE, RULES
from impacts.engine.scan import scan_findings
from tests.impacts.engine.making import REGISTER, TODAY, day, find, request


def with_policies(*policies):
    return replace(REGISTER, policies=policies)


def texts(finding):
    return " | ".join(line.text for line in finding.evidence)


def test_the_registry_names_every_rule_once_with_a_reason():
    assert list(RULE_BY_CODE) == [
        "same-purpose", "two-masters", "retire-vs-use", "opposed-aim",
        "change-collision", "freeze", "contact-overload", "channel-overload", "not-connected", "order", "unowned",
        "it-came-late", "hollow-claim", "over-capacity",
    ]  # fmt: skip
    assert all(rule.reason.endswith(".") and rule.find for rule in RULES)


def test_a_disabled_rule_finds_nothing():
    pair = [request(n, data_uses=(DataUseFact(1, "masters", n),)) for n in (1, 2)]
    index = PortfolioIndex(pair, REGISTER, EngineSettings(disabled_rules=frozenset({"two-masters"})))
    assert "two-masters" not in {finding.rule for finding in scan_findings(index, TODAY)}


# two-masters


@pytest.mark.parametrize(
    ("first", "second", "fires"),
    [
        (DataUseFact(1, "masters", 1), DataUseFact(1, "masters", 2), True),
        (DataUseFact(1, "masters", 1), DataUseFact(1, "masters", 1), False),
        (DataUseFact(1, "masters", 1), DataUseFact(2, "masters", 2), False),
        (DataUseFact(1, "masters", 1), DataUseFact(1, "changes", 2), False),
        (DataUseFact(1, "masters", 1), DataUseFact(1, "masters", None), False),
    ],
)
def test_two_masters(first, second, fires):
    found = find("two-masters", request(3, 1, data_uses=(first,)), request(9, 2, data_uses=(second,)))
    assert [f.identity for f in found] == ([("two-masters", "domain:1", "request:3", "request:9")] if fires else [])


def test_two_masters_says_who_and_which_system():
    (finding,) = find(
        "two-masters",
        request(1, 1, data_uses=(DataUseFact(1, "masters", 1),)),
        request(2, 2, data_uses=(DataUseFact(1, "masters", 3),)),
    )
    assert finding.title == "Cards and Retail each make a different system master of Customer address"
    assert [(line.text, line.requests) for line in finding.evidence] == [
        ("Cards makes CRM master of Customer address", (1,)),
        ("Retail makes Vault master of Customer address", (2,)),
        ("If Retail made CRM master of Customer address, as Cards does, it would have one master.", (1, 2)),
    ]
    assert finding.severity == "serious"


def test_one_request_with_two_masters_of_its_own_is_no_conflict_of_two():
    assert not find("two-masters", request(1, data_uses=(DataUseFact(1, "masters", 1), DataUseFact(1, "masters", 2))))


# retire-vs-use


def retiring(number=1, silo=1, effect="retires", go=100, **fields):
    return request(number, silo, impacts=(ImpactFact(1, effect),), go_live=None if go is None else day(go), **fields)


def extending(number=2, silo=2, effect="changes", go=100, **fields):
    return request(number, silo, impacts=(ImpactFact(1, effect),), go_live=None if go is None else day(go), **fields)


@pytest.mark.parametrize(
    ("goes", "used", "severity"),
    [
        (100, 100, "serious"),  # on the day it goes
        (100, 101, "serious"),
        (100, 99, "look"),  # serves for a day
        (500, 136, "look"),  # 364 days before
        (500, 135, None),  # a year before: it has had its time
        (None, 100, "look"),
        (100, None, "look"),
    ],
)
def test_retire_vs_use_by_date(goes, used, severity):
    found = find("retire-vs-use", retiring(go=goes), extending(go=used))
    assert [f.severity for f in found] == ([severity] if severity else [])


@pytest.mark.parametrize(
    ("taker", "user", "fires"),
    [
        (ImpactFact(1, "retires"), ImpactFact(1, "changes"), True),
        (ImpactFact(1, "retires"), ImpactFact(1, "introduces"), True),
        (ImpactFact(1, "replaces"), ImpactFact(1, "changes"), True),
        (ImpactFact(1, "retires"), ImpactFact(2, "changes"), False),
        (ImpactFact(1, "retires"), ImpactFact(1, "retires"), False),
        (ImpactFact(1, "retires"), ImpactFact(1, "replaces"), False),
        (ImpactFact(1, "changes"), ImpactFact(1, "changes"), False),
    ],
)
def test_retire_vs_use_by_effect_on_a_touchpoint(taker, user, fires):
    found = find("retire-vs-use", request(1, impacts=(taker,)), request(2, impacts=(user,)))
    assert bool(found) == fires


def test_data_kept_in_a_retired_system_counts_as_use_of_it():
    (finding,) = find(
        "retire-vs-use",
        request(1, 1, system_uses=(SystemUseFact(2, "retires"),), go_live=day(10)),
        request(2, 2, data_uses=(DataUseFact(1, "masters", 2),), go_live=day(20)),
    )
    assert finding.identity == ("retire-vs-use", "system:2", "request:1")
    assert finding.severity == "serious"
    assert finding.title == "Cards retires Core, which Retail still builds on"


def test_a_retired_data_domain_that_another_reads():
    (finding,) = find(
        "retire-vs-use",
        request(1, 1, data_uses=(DataUseFact(3, "retires"),), go_live=day(10)),
        request(2, 2, data_uses=(DataUseFact(3, "reads"),), go_live=day(20)),
    )
    assert "Retail reads Warranty: 10 days after it is gone" in texts(finding)


def test_one_who_needs_the_replacement_first_means_the_new_thing():
    assert not find("retire-vs-use", retiring(effect="replaces"), extending(needs=frozenset({1})))
    assert find("retire-vs-use", retiring(effect="retires"), extending(needs=frozenset({1})))


def test_many_users_of_a_retired_thing_are_one_finding():
    (finding,) = find("retire-vs-use", retiring(), *(extending(n, silo=2 + n % 2) for n in range(2, 62)))
    assert finding.requests == tuple(range(1, 62))
    assert finding.title == "Cards retires Mobile login, which 60 requests of Digital and Retail still build on"


# opposed-aim


def pushing(number, sign, *segments, touchpoint=1, measure=1, silo=None):
    impact = ImpactFact(touchpoint, "changes", measure=measure, sign=sign, segments=frozenset(segments))
    return request(number, silo or number, impacts=(impact,))


@pytest.mark.parametrize(
    ("first", "second", "fires"),
    [
        (pushing(1, 1, 1), pushing(2, -1, 1), True),
        (pushing(1, -1, 1), pushing(2, 1, 1, 2), True),
        (pushing(1, 1), pushing(2, -1, 3), True),  # no segments: all customers
        (pushing(1, 1), pushing(2, -1), True),
        (pushing(1, 1, 1), pushing(2, -1, 2), False),
        (pushing(1, 1, 1), pushing(2, 1, 1), False),
        (pushing(1, 1, 1), pushing(2, -1, 1, touchpoint=2), False),
        (pushing(1, 1, 1), pushing(2, -1, 1, measure=2), False),
        (pushing(1, 1, 1), pushing(2, None, 1), False),
    ],
)
def test_opposed_aim(first, second, fires):
    assert bool(find("opposed-aim", first, second)) == fires
    assert find("opposed-aim", first, second) == find("opposed-aim", second, first)


def test_opposed_aim_names_the_measure_the_place_and_the_customers_hit():
    (finding,) = find("opposed-aim", pushing(1, 1, 1, 2), pushing(2, -1, 2, 3))
    assert finding.title == "Cards and Retail push “Waiting time” in opposite directions at Mobile login"
    assert "Both are for Students" in texts(finding)
    assert finding.identity == ("opposed-aim", "touchpoint:1", "measure:1", "request:1", "request:2")


def test_opposed_aim_is_serious_once_both_are_approved():
    pair = [replace(pushing(1, 1), committed=True), pushing(2, -1)]
    assert find("opposed-aim", *pair)[0].severity == "look"
    assert find("opposed-aim", pair[0], replace(pair[1], committed=True))[0].severity == "serious"


# change-collision


@pytest.mark.parametrize(("apart", "fires"), [(0, True), (13, True), (14, False), (30, False)])
def test_change_collision_by_days_apart(apart, fires):
    found = find("change-collision", extending(1, go=50), extending(2, go=50 + apart))
    assert bool(found) == fires


def test_change_collision_leaves_out_the_past_the_undated_and_mere_use():
    assert not find("change-collision", extending(1, go=-1), extending(2, go=1))
    assert not find("change-collision", extending(1, go=None), extending(2, go=1))
    uses = [request(n, system_uses=(SystemUseFact(1, "uses"),), go_live=day(5)) for n in (1, 2)]
    assert not find("change-collision", *uses)


def test_forty_changes_of_one_thing_are_one_finding_that_keeps_its_identity():
    crowd = [extending(n, silo=n % 4 + 1, go=3 * n) for n in range(1, 41)]
    (finding,) = find("change-collision", *crowd)
    assert finding.requests == tuple(range(1, 41))
    assert finding.identity == ("change-collision", "touchpoint:1", "request:1")
    moved = [replace(crowd[4], go_live=day(70)), *crowd[:4], *crowd[5:30]]
    assert find("change-collision", *moved)[0].identity == finding.identity


def test_runs_that_lie_apart_are_findings_of_their_own():
    found = find("change-collision", *(extending(n, go=go) for n, go in enumerate([0, 10, 60, 65], 1)))
    assert [f.requests for f in found] == [(1, 2), (3, 4)]


# contact-overload


def test_contact_overload_keeps_its_identity_when_dates_move():
    register = with_policies(PolicyFact(7, "P", "One a week", 1, 7, segment=1))

    def overload(shift):
        sends = [request(n, n, contacts=(ContactFact(1, "mail", day(shift + n)),)) for n in (1, 2)]
        return find("contact-overload", *sends, register=register)[0]

    assert overload(0).identity == overload(50).identity == ("contact-overload", "policy:7", "segment:1")
    assert overload(0).material == overload(50).material


def test_contact_overload_is_not_for_other_segments_or_channels_or_the_past():
    register = with_policies(PolicyFact(1, "P", "One letter a week", 1, 7, segment=1, channel="mail"))

    def overloads(segment, channel, start):
        sends = [request(n, contacts=(ContactFact(segment, channel, day(start)),)) for n in (1, 2)]
        return find("contact-overload", *sends, register=register)

    assert overloads(1, "mail", 3)
    assert not overloads(2, "mail", 3)
    assert not overloads(1, "phone", 3)
    assert not overloads(1, "mail", -30)


def test_one_request_alone_may_pass_the_limit():
    sends = request(1, contacts=(ContactFact(2, "mail", day(0), times=3, every_days=2),))
    (finding,) = find("contact-overload", sends, register=with_policies(PolicyFact(1, "P", "Two a week", 2, 7)))
    assert finding.title == "One request of Cards plans 3 contacts to Students in 7 days, where 2 are allowed"
    assert "Cards contacts them 3 times by mail, from 4 January 2027 to 8 January 2027" in texts(finding)


def test_contact_overload_names_the_channels_and_days_of_its_segment_and_episode_alone():
    mine = (ContactFact(1, "mail", day(0)), ContactFact(2, "phone", day(0)), ContactFact(1, "letter", day(60)))
    register = with_policies(PolicyFact(1, "P", "One a week", 1, 7))
    (finding,) = find(
        "contact-overload", request(1, contacts=mine), request(2, 2, contacts=mine[:1]), register=register
    )
    assert "Cards contacts them once by mail, on 4 January 2027" in texts(finding)


def test_contact_overload_names_its_policy_and_says_twice_for_two_times():
    twice = request(1, contacts=(ContactFact(2, "mail", day(0), times=2, every_days=2),))
    (finding,) = find("contact-overload", twice, register=with_policies(PolicyFact(1, "P", "One a week", 1, 7)))
    assert "Cards contacts them twice by mail, from 4 January 2027 to 6 January 2027" in texts(finding)
    assert "; “One a week” allows 1 |" in texts(finding)


# order


@pytest.mark.parametrize(
    ("start", "go_live", "needed_go_live", "fires"),
    [
        (10, 50, 11, True),
        (10, 50, 10, False),  # the same day is in time
        (None, 50, 51, True),
        (None, 50, 50, False),
        (None, None, 50, False),
        (10, 50, None, False),
    ],
)
def test_order_by_date(start, go_live, needed_go_live, fires):
    def at(number):
        return None if number is None else day(number)

    needing = request(1, 1, start=at(start), go_live=at(go_live), needs=frozenset({2}))
    found = find("order", needing, request(2, 2, go_live=at(needed_go_live)))
    assert [f.identity for f in found] == ([("order", "early", "request:1", "request:2")] if fires else [])


def test_order_says_who_waits_for_whom_and_how_long():
    (finding,) = find("order", request(1, 1, start=day(0), needs=frozenset({2})), request(2, 2, go_live=day(30)))
    assert finding.title == "Cards starts 30 days before Retail delivers what it needs"


def test_a_need_of_something_that_is_not_in_the_portfolio_is_passed_over():
    assert not find("order", request(1, start=day(0), needs=frozenset({99})))


def test_needs_in_a_circle_are_one_finding():
    round_about = [request(n, n, needs=frozenset({n % 3 + 1})) for n in (1, 2, 3)]
    tail = request(4, needs=frozenset({1}))
    (finding,) = find("order", *round_about, tail)
    assert finding.requests == (1, 2, 3)
    assert finding.severity == "serious"
    assert finding.title == "3 requests of Cards, Digital and Retail wait for each other in a circle"


def test_a_request_that_needs_itself_is_a_circle():
    assert find("order", request(1, needs=frozenset({1})))[0].title == "A request of Cards waits for itself"


# unowned


def test_one_unowned_thing_gives_one_finding_with_everybody_who_lands_on_it():
    orphan = replace(REGISTER.touchpoints[1], accountable=Accountable("", "Jan Smit left on 31 December 2026"))
    register = replace(REGISTER, touchpoints={**REGISTER.touchpoints, 1: orphan})
    (finding,) = find("unowned", *(extending(n, silo=n % 2 + 1) for n in range(1, 6)), retiring(9), register=register)
    assert finding.identity == ("unowned", "touchpoint:1")
    assert finding.requests == (1, 2, 3, 4, 5, 9)
    assert finding.title == "Nobody answers for Mobile login, which 6 requests touch"
    assert finding.evidence[0].text == "Mobile login: Jan Smit left on 31 December 2026"
    assert finding.evidence[0].requests == ()


def test_segments_are_touched_by_contacts_and_impacts_and_systems_are_not_asked_for():
    nobody = Accountable("", "nobody is named")
    register = replace(
        REGISTER,
        segments={n: replace(thing, accountable=nobody) for n, thing in REGISTER.segments.items()},
        systems={n: replace(thing, accountable=nobody) for n, thing in REGISTER.systems.items()},
    )
    found = find(
        "unowned",
        request(1, contacts=(ContactFact(1, "mail", TODAY),), system_uses=(SystemUseFact(1, "uses"),)),
        request(2, impacts=(ImpactFact(1, "changes", segments=frozenset({2})),)),
        register=register,
    )
    assert [f.identity[1] for f in found] == ["segment:1", "segment:2"]


def test_what_somebody_answers_for_is_no_gap():
    assert not find("unowned", extending(1))


# What tells two requests of one department apart


def test_evidence_tells_two_requests_of_one_department_apart():
    policy = with_policies(PolicyFact(1, "P", "One a week", 1, 7))
    sends = [request(n, 1, contacts=(ContactFact(1, "mail", day(n)),)) for n in (1, 2)]
    (loud,) = find("contact-overload", *sends, register=policy)
    needing = request(1, 1, start=day(0), needs=frozenset({2}))
    (early,) = find("order", needing, request(2, 1, go_live=day(30)))
    (circle,) = find("order", *(request(n, 1, needs=frozenset({3 - n})) for n in (1, 2)))
    (ends,) = find("retire-vs-use", retiring(1, 1), extending(2, 1))
    one, two = (f"Cards ({request(n, 1).reference})" for n in (1, 2))
    assert f"{one} contacts them" in texts(loud)
    assert f"{two} contacts them" in texts(loud)
    assert f"{one} starts on" in texts(early)
    assert f"What it needs, of {two}, goes live on" in texts(early)
    assert f"A request of {one} needs one of {two} first" in texts(circle)
    assert f"{one} retires" in texts(ends)
