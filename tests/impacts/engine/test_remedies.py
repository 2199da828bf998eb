"""What would end a conflict: the smallest change by hand, and that it ends the conflict whatever the portfolio."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings

from impacts.engine.facts import ContactFact, DataUseFact, FreezeFact, ImpactFact, PolicyFact, SystemUseFact
from impacts.engine.freezes import first_thawed, spans_for
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.remedy import Remedy
from impacts.engine.rules.change_collision import put_off
from impacts.engine.rules.order import fewest_needs
from impacts.engine.scan import scan_findings
from tests.impacts.engine.making import REGISTER, SETTINGS, TODAY, busy_register, crowds, day, find, portfolios, request

WITH_REMEDY = {"two-masters", "retire-vs-use", "opposed-aim", "change-collision", "contact-overload", "order"}


def remedy_of(finding) -> Remedy:
    (line,) = (line for line in finding.evidence if isinstance(line, Remedy))
    return line


def changing(number, go, silo=None, committed=False, **fields):
    fields = {"impacts": (ImpactFact(1, "changes"),), **fields}
    return request(number, silo or number, go_live=day(go), committed=committed, **fields)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(crowds() | portfolios(least=2))
def test_the_named_change_ends_the_conflict(requests):
    index = PortfolioIndex(requests, busy_register(), SETTINGS)
    known = {facts.id: facts for facts in requests}
    for finding in scan_findings(index, TODAY):
        if finding.rule not in WITH_REMEDY:
            continue
        line = remedy_of(finding)
        assert line.requests == finding.requests
        if not line.changed:
            assert line.text.startswith("No small change")
            continue
        after = known | {facts.id: facts for facts in line.changed}
        again = PortfolioIndex(after.values(), index.register, SETTINGS)
        assert finding.identity not in {other.identity for other in scan_findings(again, TODAY)}
        assert {facts.id for facts in line.changed} <= set(finding.requests)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(crowds())
def test_approved_requests_stay_as_they_are_where_others_can_move(requests):
    index = PortfolioIndex(requests, busy_register(), SETTINGS)
    for finding in scan_findings(index, TODAY):
        if (
            finding.rule in {"two-masters", "opposed-aim"}
            and len({index.requests[r].committed for r in finding.requests}) == 2
        ):
            changed = remedy_of(finding).changed
            assert not any(facts.committed for facts in changed)


def test_beside_an_approved_request_with_two_masters_the_other_makes_none():
    both = tuple(DataUseFact(1, "masters", system) for system in (1, 2))
    approved = request(1, 1, data_uses=both, committed=True)
    asked = request(2, 2, data_uses=(DataUseFact(1, "masters", 1), DataUseFact(2, "reads")))
    line = remedy_of(find("two-masters", approved, asked)[0])
    assert line.text == "If Retail made no system master of Customer address, the two would not be at odds over it."
    assert line.changed == (replace(asked, data_uses=(DataUseFact(2, "reads"),)),)
    line = remedy_of(find("two-masters", replace(approved, committed=False), asked)[0])
    assert line.text == "If Cards made only CRM master of Customer address, as Retail does, it would have one master."


def test_the_later_filed_of_two_collisions_is_put_off_to_the_first_free_day():
    (finding,) = find("change-collision", changing(1, 10), changing(2, 12))
    line = remedy_of(finding)
    # Either could wait: the first for 16 days, the second for 12.
    assert (
        line.text == "If Retail went live on 28 January 2027 instead of 16 January 2027, they would no longer collide."
    )
    assert [facts.go_live for facts in line.changed] == [day(24)]


def test_an_approved_change_stays_and_the_other_waits_although_it_takes_longer():
    line = remedy_of(find("change-collision", changing(1, 10), changing(2, 12, committed=True))[0])
    assert [(facts.id, facts.go_live) for facts in line.changed] == [(1, day(26))]


@pytest.mark.parametrize(
    ("days", "approved", "moved"),
    [
        ((0, 13, 26), (), {2: 40}),  # the one in the middle alone is enough
        ((0, 5, 10), (), {2: 14, 3: 28}),
        ((0, 5, 10), (2,), {1: 19, 3: 33}),
        ((0, 5), (1, 2), {2: 14}),  # both approved: the later moves
        ((0, 5, 10, 15), (), {2: 14, 3: 28, 4: 42}),
    ],
)
def test_put_off_by_hand(days, approved, moved):
    run = [(day(go), changing(n, go, committed=n in approved)) for n, go in enumerate(days, 1)]
    assert {facts.id: new for new, facts in put_off(run, [], 14)} == {n: day(go) for n, go in moved.items()}


def test_a_delay_passes_over_other_changes_of_the_thing():
    run = [(day(0), changing(1, 0)), (day(10), changing(2, 10))]
    assert [(facts.id, new) for new, facts in put_off(run, [day(25), day(40)], 14)] == [(2, day(54))]


def test_a_delay_passes_over_the_freezes_that_hold_for_the_request():
    def put_off_with(*freezes):
        register = replace(REGISTER, freezes=freezes)
        (line,) = map(remedy_of, find("change-collision", changing(1, 10), changing(2, 12), register=register))
        return [facts.go_live for facts in line.changed]

    frozen = FreezeFact(1, "YEAR-END", "Year end", day(20), day(30))
    assert put_off_with(frozen) == [day(31)]  # without it: day 24
    assert put_off_with(frozen, replace(frozen, id=2, first=day(31), last=day(40))) == [day(41)]
    assert put_off_with(replace(frozen, touchpoints=frozenset({1}))) == [day(31)]
    assert put_off_with(replace(frozen, touchpoints=frozenset({2}))) == [day(24)]
    assert put_off_with(replace(frozen, first=day(25))) == [day(24)]
    assert put_off_with(replace(frozen, last=date.max)) == []


def test_who_stays_where_it_is_may_stay_in_a_freeze():
    frozen = FreezeFact(1, "YEAR-END", "Year end", day(9), day(11))
    register = replace(REGISTER, freezes=(frozen,))
    (finding,) = find("change-collision", changing(1, 10), changing(2, 12), register=register)
    assert [(facts.id, facts.go_live) for facts in remedy_of(finding).changed] == [(2, day(24))]


@settings(max_examples=50, deadline=None, derandomize=True)
@given(crowds())
def test_no_collision_is_ended_by_going_live_in_a_freeze(requests):
    index = PortfolioIndex(requests, busy_register(), SETTINGS)
    for finding in scan_findings(index, TODAY):
        for facts in remedy_of(finding).changed if finding.rule == "change-collision" else ():
            assert facts.go_live is not None
            assert first_thawed(facts.go_live, spans_for(index.register.freezes, facts)) == facts.go_live


def test_a_date_that_would_tell_of_a_confidential_request_elsewhere_is_not_said():
    secret = changing(9, 26, confidential=True)
    finding = find("change-collision", changing(1, 0), changing(2, 10), secret)[0]
    assert finding.requests == (1, 2)
    line = remedy_of(finding)
    assert line.text == (
        "If Retail went live 14 days from every other change of Mobile login, they would no longer collide."
    )
    assert line.changed[0].go_live == day(40)


def test_no_date_beyond_the_calendar_is_named():
    pair = [replace(changing(n, 0), go_live=date.max) for n in (1, 2)]
    assert remedy_of(find("change-collision", *pair)[0]).changed == ()


def test_forty_changes_have_no_small_remedy():
    (finding,) = find("change-collision", *(changing(n, n, silo=n % 4 + 1) for n in range(1, 41)))
    assert remedy_of(finding).text == "No small change ends this: 40 changes of Mobile login lie too close together."


def test_a_thing_goes_no_earlier_than_its_last_use_has_had_its_time():
    taker = request(1, 1, impacts=(ImpactFact(1, "retires"),), go_live=day(100))
    (finding,) = find("retire-vs-use", taker, changing(2, 90), changing(3, 120))
    line = remedy_of(finding)
    assert [facts.go_live for facts in line.changed] == [day(120 + 365)]
    assert line.text.startswith("If Cards retired Mobile login on 3 May 2028 or later instead of 14 April 2027")


def test_what_an_approved_request_retires_others_do_without():
    taker = request(1, 1, system_uses=(SystemUseFact(2, "retires"),), go_live=day(100), committed=True)
    user = request(2, 2, data_uses=(DataUseFact(1, "masters", 2),), go_live=day(120))
    line = remedy_of(find("retire-vs-use", taker, user)[0])
    assert line.text == "If Retail did without Core, nothing would build on it any more."
    assert line.changed == (replace(user, data_uses=(DataUseFact(1, "masters", None),)),)


def test_a_replaced_thing_is_needed_first_where_dates_are_missing():
    taker = request(1, 1, impacts=(ImpactFact(1, "replaces"),))
    line = remedy_of(find("retire-vs-use", taker, changing(2, 20))[0])
    assert line.changed[0].go_live == day(20 + 365)
    line = remedy_of(find("retire-vs-use", taker, replace(changing(2, 20), go_live=None))[0])
    assert line.changed[0].needs == {1}


def test_opposed_aims_leave_shared_customers_out_where_others_remain():
    up = request(1, 1, impacts=(ImpactFact(1, "changes", measure=1, sign=1, segments=frozenset({1, 2})),))
    down = request(2, 2, impacts=(ImpactFact(1, "changes", measure=1, sign=-1, segments=frozenset({2, 3})),))
    line = remedy_of(find("opposed-aim", up, down)[0])
    assert line.text == "If Retail left Students out at Mobile login, the two would no longer work against each other."
    assert line.changed[0].impacts[0].segments == {3}
    alone = replace(down, impacts=(replace(down.impacts[0], segments=frozenset({2})),))
    line = remedy_of(find("opposed-aim", up, alone)[0])
    assert "gave up what it does to “Waiting time” at Mobile login" in line.text


def sends(number, start, times=1, every=7, committed=False, channel="mail"):
    contact = ContactFact(1, channel, day(start), times, every)
    return request(number, number, contacts=(contact,), committed=committed)


def overload(limit, days, *requests):
    register = replace(REGISTER, policies=(PolicyFact(1, "P", "House rule", limit, days),))
    return find("contact-overload", *requests, register=register)[0]


def test_the_contact_that_waits_least_is_put_off():
    line = remedy_of(overload(1, 7, sends(1, 3), sends(2, 5)))
    assert line.text == (
        "If Retail began its contacts by mail on 14 January 2027 instead of 9 January 2027, “House rule” would be kept."
    )
    line = remedy_of(overload(1, 7, sends(1, 3), sends(2, 5, committed=True)))
    assert [(facts.id, facts.contacts[0].first_day) for facts in line.changed] == [(1, day(12))]


def test_a_series_that_breaks_the_policy_by_itself_is_left_out():
    line = remedy_of(overload(1, 7, sends(1, 3, times=5, every=2)))
    assert line.text == ("If Cards left out its 5 contacts by mail from 7 January 2027, “House rule” would be kept.")
    assert line.changed[0].contacts == ()


def test_of_a_series_that_has_begun_only_the_rest_can_be_stopped():
    line = remedy_of(overload(1, 7, sends(1, -4, times=5, every=8), sends(2, 5, committed=True)))
    assert line.changed[0].contacts == (ContactFact(1, "mail", day(-4), 1, 8),)


def test_what_has_been_sent_cannot_be_mended():
    assert remedy_of(overload(1, 7, sends(1, -2), sends(2, -3))).changed == ()


def test_several_are_left_out_when_one_is_not_enough():
    line = remedy_of(overload(1, 3, *(sends(n, 10, times=100, every=1) for n in (1, 2, 3))))
    assert len(line.changed) == 3  # each of them breaks it alone


def test_what_a_later_choice_made_needless_is_kept():
    late = sends(4, 100, times=3, every=1)
    line = remedy_of(overload(2, 3, sends(1, 10, times=3, every=1), sends(2, 12), late))
    assert {facts.id for facts in line.changed} == {1, 4}


def test_more_changes_than_fit_in_a_sentence_are_counted_and_each_follows():
    line = remedy_of(overload(1, 7, *(sends(n, 3, times=1 + n % 2, every=1) for n in range(1, 7))))
    assert line.text == (
        "If 5 of the 6 requests left out 8 contacts in all, “House rule” would be kept: "
        "2 of silo 5 by mail from 7 January 2027; 2 of Digital by mail from 7 January 2027; "
        "2 of Cards by mail from 7 January 2027; 1 of silo 6 by mail from 7 January 2027; "
        "1 of Risk by mail from 7 January 2027."
    )
    assert len(line.changed) == 5
    line = remedy_of(find("change-collision", *(changing(n, n, silo=n) for n in range(1, 6)))[0])
    assert line.text == (
        "If 4 of the 5 requests went live later, each at least 14 days from the next, they would no longer collide: "
        "Retail on 19 January 2027; Digital on 2 February 2027; Risk on 16 February 2027; silo 5 on 2 March 2027."
    )
    assert len(line.changed) == 4


def test_who_needs_another_starts_when_it_is_there():
    early = request(1, 1, start=day(0), go_live=day(10), needs=frozenset({2}))
    line = remedy_of(find("order", early, request(2, 2, go_live=day(30)))[0])
    assert line.text == (
        "If Cards started on 3 February 2027 or later instead of 4 January 2027, what it needs would be there in time. "
        "Its go-live would have to follow."
    )
    assert (line.changed[0].start, line.changed[0].go_live) == (day(30), day(30))
    line = remedy_of(find("order", replace(early, committed=True), request(2, 2, go_live=day(30)))[0])
    assert [(facts.id, facts.go_live) for facts in line.changed] == [(2, day(0))]


def test_a_circle_is_opened_at_the_need_that_is_shared_and_not_approved():
    # 1 -> 2 -> 3 -> 1 and 2 -> 1: giving up 1 -> 2 opens both; 1 is approved, but nothing else is as few.
    circle = [
        request(1, 1, needs=frozenset({2}), committed=True),
        request(2, 2, needs=frozenset({3, 1})),
        request(3, 3, needs=frozenset({1})),
    ]
    assert fewest_needs(circle) == [(1, 2)]
    line = remedy_of(find("order", *circle)[0])
    assert line.text == "If Cards did not need what Retail delivers, nobody would wait in a circle."
    assert fewest_needs([request(n, n, needs=frozenset({n % 3 + 1}), committed=n == 3) for n in (1, 2, 3)]) == [(2, 3)]
    assert fewest_needs([request(1, needs=frozenset({1}))]) == [(1, 1)]


def test_two_requests_of_one_silo_are_told_apart_by_their_references():
    (finding,) = find("change-collision", changing(1, 10, silo=1), changing(2, 12, silo=1))
    assert remedy_of(finding).text.startswith("If Cards (REQ-2) went live on")
    up, down = (ImpactFact(1, "changes", measure=1, sign=sign) for sign in (1, -1))
    one, other = (DataUseFact(1, "masters", system) for system in (1, 2))
    pair = [
        changing(number, 10 + number, silo=1, data_uses=(use,), impacts=(impact,))
        for number, impact, use in ((1, up, one), (2, down, other))
    ]
    for code in ("change-collision", "opposed-aim", "two-masters"):
        lines = find(code, *pair)[0].evidence[:2]
        assert sorted(line.text.split(")")[0] for line in lines) == ["Cards (REQ-1", "Cards (REQ-2"], code
