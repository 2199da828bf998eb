"""freeze, channel-overload and over-capacity on hand-worked tables: days, weeks and quarters that are full."""

from dataclasses import replace
from datetime import date

import pytest

from impacts.engine.facts import (
    ChannelCapacityFact,
    ContactFact,
    FreezeFact,
    ImpactFact,
    SkillCapacityFact,
    SkillNeedFact,
)
from impacts.engine.quarters import last_day, quarter_name, quarter_of, spread
from tests.impacts.engine.making import REGISTER, TODAY, day, find, request

# TODAY is Monday 4 January 2027.


def texts(finding):
    return [line.text for line in finding.evidence]


def remedy_of(finding):
    (line,) = [line for line in finding.evidence if line.kind == "remedy"]
    return line


def ended_by_remedy(code, requests, register):
    """What the rule still finds when the change that its remedy names is made."""
    (finding,) = find(code, *requests, register=register)
    changed = {each.id: each for each in remedy_of(finding).changed}
    assert changed
    return find(code, *(changed.get(each.id, each) for each in requests), register=register)


# freeze

EVERYWHERE = FreezeFact(7, "YEAR", "Closing of the books", day(10), day(20))
AT_LOGIN = FreezeFact(8, "LOGIN", "Login release", day(20), day(30), frozenset({1}))
FROZEN = replace(REGISTER, freezes=(EVERYWHERE,))


@pytest.mark.parametrize(
    ("go_live", "fires"), [(9, False), (10, True), (20, True), (21, False), (None, False), (-1, False)]
)
def test_freeze_by_day(go_live, fires):
    found = find("freeze", request(3, go_live=None if go_live is None else day(go_live)), register=FROZEN)
    assert [f.identity for f in found] == ([("freeze", "freeze:7", "request:3")] if fires else [])


@pytest.mark.parametrize("effect", ["introduces", "changes", "replaces", "retires"])
def test_a_freeze_of_some_touchpoints_holds_only_for_what_changes_them(effect):
    register = replace(REGISTER, freezes=(AT_LOGIN,))
    here = request(1, impacts=(ImpactFact(1, effect),), go_live=day(25))
    there = request(2, impacts=(ImpactFact(2, effect),), go_live=day(25))
    nowhere = request(3, contacts=(ContactFact(1, "mail", day(25)),), go_live=day(25))
    assert [f.requests for f in find("freeze", here, there, nowhere, register=register)] == [(1,)]


def test_a_freeze_that_is_over_or_a_go_live_that_was_is_past():
    register = replace(REGISTER, freezes=(FreezeFact(7, "OLD", "Old freeze", day(-10), day(3)),))
    assert not find("freeze", request(1, go_live=day(-1)), register=register)
    assert find("freeze", request(1, go_live=TODAY), register=register)


def test_a_freeze_says_when_where_and_how_to_get_out_of_it_and_of_the_next():
    register = replace(REGISTER, freezes=(EVERYWHERE, AT_LOGIN))
    late = request(1, impacts=(ImpactFact(1, "changes"),), go_live=day(15))
    (finding,) = find("freeze", late, register=register)
    assert finding.title == "Cards goes live in the change freeze “Closing of the books”"
    assert texts(finding) == [
        "Cards goes live on 19 January 2027",
        "“Closing of the books”, 14 January 2027 to 24 January 2027: nothing goes live anywhere",
        "If Cards went live 16 days later, on 4 February 2027, no freeze would be in its way.",
    ]
    assert not ended_by_remedy("freeze", [late], register)


def test_a_day_in_two_freezes_is_two_findings_and_an_approved_date_is_serious():
    register = replace(REGISTER, freezes=(EVERYWHERE, AT_LOGIN))
    both = request(1, impacts=(ImpactFact(1, "changes"),), go_live=day(20), committed=True)
    found = find("freeze", both, register=register)
    assert [(f.identity[1], f.severity) for f in found] == [("freeze:7", "serious"), ("freeze:8", "serious")]
    assert {f.severity for f in find("freeze", replace(both, committed=False), register=register)} == {"look"}


def test_a_freeze_without_an_end_has_no_day_after_it():
    register = replace(REGISTER, freezes=(replace(EVERYWHERE, last=date.max),))
    (finding,) = find("freeze", request(1, go_live=day(15)), register=register)
    assert remedy_of(finding).text == "No day after the freeze is left in the calendar: give the freeze an end."


# channel-overload


def sized(**reach):
    segments = {1: replace(REGISTER.segments[1], reach=reach.get("cards", 100)), 2: REGISTER.segments[2]}
    limit = ChannelCapacityFact(5, "SMS", "Capacity of the text gateway", "sms", reach.get("limit", 200))
    return replace(REGISTER, segments=segments, channels={"sms": "Text message"}, channel_capacities=(limit,))


def sends(number, start=0, silo=1, times=1, every=7, channel="sms", segment=1, **fields):
    contact = ContactFact(segment, channel, day(start), times, every)
    return request(number, silo, contacts=(contact,), **fields)


@pytest.mark.parametrize(
    ("days", "fires"),
    [
        ((0, 6), False),  # as much as the capacity is within it
        ((0, 3, 6), True),  # Monday to Sunday
        ((0, 3, 7), False),  # the next Monday is another week
        ((-1, 0, 6), False),
        ((-7, -7, -7), False),  # last week is past
    ],
)
def test_channel_overload_by_week(days, fires):
    found = find("channel-overload", *(sends(n, start) for n, start in enumerate(days, 1)), register=sized())
    assert [f.identity for f in found] == ([("channel-overload", "capacity:5")] if fires else [])


def test_the_week_of_today_counts_from_its_monday():
    found = find("channel-overload", sends(1, 0, times=3, every=1), register=sized(), today=day(6))
    assert len(found) == 1
    assert not find("channel-overload", sends(1, 0, times=3, every=1), register=sized(), today=day(7))


def test_only_the_channel_itself_and_segments_of_known_size_count():
    three = [sends(1), sends(2)]
    assert not find("channel-overload", *three, sends(3, channel="mail"), register=sized())
    assert not find("channel-overload", *three, sends(3, segment=2), register=sized())
    assert not find("channel-overload", *three, sends(3, segment=9), register=sized())
    assert find("channel-overload", *three, sends(3), register=sized())


def test_channel_overload_names_who_adds_to_a_full_week_and_tells_weeks_in_a_row_together():
    requests = [sends(1, 0, times=2), sends(2, 2, silo=2, times=2), sends(3, 8, silo=3), sends(4, 70, silo=4)]
    (finding,) = find("channel-overload", *requests, register=sized(limit=150))
    assert finding.requests == (1, 2, 3)
    assert finding.title == (
        "Text message: 300 contacts in the week from 11 January 2027, where 150 can be made, "
        "and too many in another week"
    )
    assert texts(finding)[:-1] == [
        "From 4 January 2027 to 17 January 2027: up to 300 contacts a week; Capacity of the text gateway is 150",
        "Cards adds 200 contacts from 4 January 2027 to 17 January 2027",
        "Retail adds 200 contacts from 4 January 2027 to 17 January 2027",
        "Digital adds 100 contacts from 4 January 2027 to 17 January 2027",
    ]


def test_channel_overload_is_serious_when_what_is_approved_passes_it_alone():
    def severity(*approved):
        requests = [sends(n, committed=n in approved) for n in (1, 2, 3)]
        return find("channel-overload", *requests, register=sized())[0].severity

    assert severity(1, 2) == "look"
    assert severity(1, 2, 3) == "serious"


def test_the_remedy_of_a_full_channel_puts_off_the_smallest_that_is_not_approved():
    register = sized(limit=250)
    requests = [sends(1, silo=1), sends(2, silo=2, times=2, every=1, committed=True), sends(3, silo=3, start=5)]
    (finding,) = find("channel-overload", *requests, register=sized(limit=150))
    assert remedy_of(finding).text == (
        "If Cards left out its contact from 4 January 2027, Retail left out the last of its 2 contacts from 4 January "
        "2027 and Digital left out its contact from 9 January 2027, the channel could make them all."
    )
    (finding,) = find("channel-overload", *requests[:2], register=register)
    assert remedy_of(finding).text == (
        "If Cards began its contacts a week later, on 11 January 2027, the channel could make them all."
    )
    assert not ended_by_remedy("channel-overload", requests[:2], register)


def test_an_approved_contact_waits_only_where_no_other_can():
    approved, asked = sends(2, silo=2, times=5, every=3, committed=True), sends(1, times=3, every=1)
    (finding,) = find("channel-overload", approved, asked, register=sized(limit=300))
    # The approved one need wait for a week only.
    assert remedy_of(finding).text == (
        "If Cards began its contacts 2 weeks later, on 18 January 2027, the channel could make them all."
    )
    (finding,) = find("channel-overload", approved, replace(asked, committed=True), register=sized(limit=300))
    assert "If Retail began its contacts a week later" in remedy_of(finding).text


def test_where_waiting_is_not_enough_the_remedy_of_a_full_channel_leaves_the_fewest_out():
    def remedy_by_hand(*requests, limit=150, today=TODAY):
        register = sized(limit=limit)
        (finding,) = find("channel-overload", *requests, register=register, today=today)
        line = remedy_of(finding)
        after = {facts.id: facts for facts in (*requests, *line.changed)}.values()
        assert not line.changed or not find("channel-overload", *after, register=register, today=today)
        return line.text

    daily = sends(1, times=5, every=3)  # thrice in the first week, twice in the second
    assert remedy_by_hand(daily, sends(2, 7, silo=2)) == (
        "If Cards left out the last 4 of its 5 contacts from 4 January 2027, the channel could make them all."
    )
    assert remedy_by_hand(daily, limit=250) == (
        "If Cards left out the last 3 of its 5 contacts from 4 January 2027, the channel could make them all."
    )
    approved = sends(2, -7, silo=2, times=40, committed=True)  # it has begun
    assert remedy_by_hand(sends(1, times=3, every=1), approved, limit=300) == (
        "If Cards left out the last of its 3 contacts from 4 January 2027, the channel could make them all."
    )
    many = [sends(n, silo=n) for n in range(1, 7)]
    assert remedy_by_hand(*many, limit=199) == (
        "If 5 of the 6 requests left out 5 contacts in all, the channel could make them all: 1 of Retail "
        "from 4 January 2027; 1 of Digital from 4 January 2027; 1 of Risk from 4 January 2027; 1 of silo 5 "
        "from 4 January 2027; 1 of silo 6 from 4 January 2027."
    )
    crowd = [sends(n, silo=n) for n in range(1, 20)]
    assert remedy_by_hand(*crowd) == (
        "No single request can make room by waiting: 1,750 contacts too many are planned in the fullest week."
    )


def test_what_a_channel_has_sent_is_not_left_out():
    sent = sends(1, times=5, every=1)
    (finding,) = find("channel-overload", sent, register=sized(limit=350), today=day(2))
    assert [facts.contacts[0].times for facts in remedy_of(finding).changed] == [3]
    (finding,) = find("channel-overload", sent, register=sized(limit=150), today=day(2))
    assert remedy_of(finding).changed == ()


def test_one_request_may_pass_a_channel_alone_and_many_are_summed_up():
    (alone,) = find("channel-overload", sends(1, times=3, every=1), register=sized())
    assert alone.requests == (1,)
    (crowd,) = find("channel-overload", *(sends(n) for n in range(1, 45)), register=sized())
    assert len(crowd.requests) == 44
    assert "4 more requests add 400 contacts from 4 January 2027 to 10 January 2027" in texts(crowd)


# quarters


@pytest.mark.parametrize(
    ("day_", "quarter", "last"),
    [
        (date(2027, 1, 1), (2027, 1), date(2027, 3, 31)),
        (date(2027, 3, 31), (2027, 1), date(2027, 3, 31)),
        (date(2027, 4, 1), (2027, 2), date(2027, 6, 30)),
        (date(2027, 12, 31), (2027, 4), date(2027, 12, 31)),
    ],
)
def test_quarters_are_those_of_the_calendar(day_, quarter, last):
    assert quarter_of(day_) == quarter
    assert last_day(quarter) == last


def test_work_is_spread_by_days_and_its_parts_sum_to_the_whole():
    # 10 days from 22 March to 10 April: 10 of 20 calendar days lie in each quarter.
    assert spread(10, date(2027, 3, 22), date(2027, 4, 10)) == {(2027, 1): 50, (2027, 2): 50}
    # 1 day over 29 March to 4 April: 3 of 7 days, rounded down to tenths, and the rest.
    assert spread(1, date(2027, 3, 29), date(2027, 4, 4)) == {(2027, 1): 4, (2027, 2): 6}
    assert spread(7, date(2027, 1, 5), date(2027, 1, 5)) == {(2027, 1): 70}
    assert spread(7, date(2027, 1, 5), date(2026, 1, 5)) == {(2027, 1): 70}
    assert sum(spread(97, date(2026, 2, 3), date(2029, 11, 30)).values()) == 970
    assert quarter_name((2027, 3)) == "Q3 2027"


# over-capacity

Q1, Q2 = (date(2027, 1, 4), date(2027, 3, 31)), (date(2027, 4, 1), date(2027, 6, 30))


def there(first=60, second=60, skill=1):
    capacities = (SkillCapacityFact(skill, (2027, 1), first), SkillCapacityFact(skill, (2027, 2), second))
    return replace(REGISTER, skill_capacities=capacities)


def needs(number, days, span=Q1, silo=1, skill=1, **fields):
    return request(number, silo, start=span[0], go_live=span[1], skills=(SkillNeedFact(skill, days),), **fields)


@pytest.mark.parametrize(("days", "fires"), [((30, 30), False), ((30, 31), True), ((61,), True), ((60,), False)])
def test_over_capacity_by_days(days, fires):
    found = find("over-capacity", *(needs(n, each) for n, each in enumerate(days, 1)), register=there())
    assert [f.identity for f in found] == ([("over-capacity", "skill:1")] if fires else [])


def test_only_this_skill_in_quarters_that_the_register_knows_and_that_are_not_over():
    year_after = (date(2028, 1, 1), date(2028, 1, 31))
    assert not find("over-capacity", needs(1, 40), needs(2, 40, skill=2), register=there())
    assert not find("over-capacity", needs(1, 400, year_after), register=there())
    assert not find("over-capacity", needs(1, 400), register=there(), today=date(2027, 4, 1))
    assert find("over-capacity", needs(1, 400), register=there(), today=date(2027, 3, 31))
    assert find("over-capacity", needs(1, 1), register=there(first=0))


@pytest.mark.parametrize(
    ("start", "go_live", "fires"), [(Q1[0], None, True), (None, Q1[1], True), (None, None, False), (Q2[0], None, False)]
)
def test_a_need_without_both_dates_counts_where_one_is_known(start, go_live, fires):
    wanted = replace(needs(1, 61), start=start, go_live=go_live)
    assert bool(find("over-capacity", wanted, register=there(second=61))) == fires


def test_approved_requests_take_first_and_then_who_filed_first():
    requests = [
        needs(1, 20, silo=1),
        needs(2, 30, silo=2),
        needs(3, 30, silo=3, committed=True),
        needs(4, 5, silo=4),
        needs(5, 9, Q2),
    ]
    (finding,) = find("over-capacity", *requests, register=there())
    # 30 approved + 20 = 50 fit; with 30 more it is 80, and what comes after fits no more either.
    assert finding.requests == (1, 2, 3, 4)
    assert finding.title == "Interfaces: 85 person-days are needed in Q1 2027, where 60 are there"
    assert texts(finding)[:-1] == [
        "Q1 2027: 85 person-days needed, 60 there; approved requests take 30",
        "Retail needs 30 person-days of Interfaces in Q1 2027 and no longer fits",
        "Risk needs 5 person-days of Interfaces in Q1 2027 and no longer fits",
        "Digital, approved, needs 30 person-days of Interfaces in Q1 2027 and comes first",
        "Cards needs 20 person-days of Interfaces in Q1 2027 and fits",
    ]
    assert finding.material == ("in Q1 2027 request:2 no longer fits", "in Q1 2027 request:4 no longer fits")
    assert finding.severity == "look"


def test_over_capacity_is_serious_when_approved_requests_pass_it_alone():
    (finding,) = find("over-capacity", needs(1, 61, committed=True), needs(2, 5, Q2), register=there())
    assert finding.severity == "serious"
    assert finding.material == ("in Q1 2027 approved requests alone pass what is there",)


def test_two_full_quarters_are_one_finding():
    (finding,) = find("over-capacity", needs(1, 70), needs(2, 61, Q2), register=there())
    assert finding.title == (
        "Interfaces: 70 person-days are needed in Q1 2027, where 60 are there, and too many in another quarter"
    )


def test_the_remedy_of_a_full_quarter_puts_off_the_smallest_that_is_not_approved():
    requests = [needs(1, 40, silo=1), needs(2, 35, silo=2), needs(3, 10, silo=3, committed=True)]
    (finding,) = find("over-capacity", *requests, register=there())
    assert remedy_of(finding).text == (
        "If Retail started and went live 13 weeks later, on 5 April 2027 and 30 June 2027, all of them would fit."
    )
    assert not ended_by_remedy("over-capacity", requests, there())


@pytest.mark.parametrize(
    ("gone", "words"),
    [("go_live", "started 13 weeks later, on 5 April 2027"), ("start", "went live 13 weeks later, on 30 June 2027")],
)
def test_the_remedy_of_a_full_quarter_names_each_date_that_moves(gone, words):
    requests = [needs(1, 40, silo=1), replace(needs(2, 35, silo=2), **{gone: None})]
    (finding,) = find("over-capacity", *requests, register=there())
    assert remedy_of(finding).text == f"If Retail {words}, all of them would fit."
    assert not ended_by_remedy("over-capacity", requests, there())


def test_where_nobody_can_wait_the_remedy_says_what_is_missing():
    requests = [needs(1, 40), needs(2, 35), needs(3, 55, Q2)]
    (finding,) = find("over-capacity", *requests, register=there())
    assert remedy_of(finding).text == (
        "No single request can make room by waiting: 15 person-days in Q1 2027 would have to be found or given up."
    )
    assert not remedy_of(finding).changed


def test_what_has_begun_is_not_put_off():
    begun = needs(1, 61, (date(2027, 1, 1), date(2027, 1, 31)))
    (finding,) = find("over-capacity", begun, register=there())
    assert not remedy_of(finding).changed
