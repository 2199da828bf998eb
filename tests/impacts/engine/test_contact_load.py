"""Contact load: hand-worked days, and the exact forecast against counting every window."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from impacts.engine.contact_load import contact_days, forecast, forecasts, quiet_breaches, weekly
from impacts.engine.facts import ContactFact, PolicyFact, QuietFact
from tests.impacts.engine.making import POLICIES, TODAY, contacts, day, find, portfolios, request
from tests.impacts.engine.test_rules import with_policies

OFFERS = PolicyFact(1, "OFFERS", "Offers", limit=3, days=21)


def every_day(requests, policy, segment):
    """All contacts that the policy counts, one entry a contact: (day, request)."""
    return [
        (date.fromordinal(ordinal), facts.id)
        for facts in requests
        for contact in facts.contacts
        if contact.segment == segment
        and policy.segment in (None, segment)
        and policy.channel in (None, contact.channel)
        for ordinal in contact_days(contact).tolist()
    ]


def windows(requests, policy, segment):
    """Every window that holds a contact, by its last day, and the contacts in it: the slow and obvious way."""
    sent = [when for when, _ in every_day(requests, policy, segment)]
    if not sent:
        return {}
    ends = [min(sent) + timedelta(days=n) for n in range((max(sent) - min(sent)).days + policy.days)]
    return {end: sum(end - timedelta(days=policy.days) < when <= end for when in sent) for end in ends}


@settings(max_examples=150, deadline=None)
@given(portfolios(), st.sampled_from(POLICIES), st.integers(1, 3), st.none() | st.integers(-25, 60).map(day))
def test_the_forecast_equals_counting_every_window(requests, policy, segment, since):
    counted = {end: n for end, n in windows(requests, policy, segment).items() if since is None or end >= since}
    load = forecast(requests, policy, segment, since=since)
    peak = max(counted.values(), default=0)
    assert load.peak == peak
    assert load.breach == (peak > policy.limit)
    if peak:
        ends = [end for end, n in counted.items() if n == peak]
        begins = [end - timedelta(days=policy.days - 1) for end in ends]
        first_contact = min(when for when, _ in every_day(requests, policy, segment))
        begin = min(begin for begin in begins if begin >= first_contact)
        assert load.window == (begin, begin + timedelta(days=policy.days - 1))
        inside = Counter(
            who for when, who in every_day(requests, policy, segment) if load.window[0] <= when <= load.window[1]
        )
        assert dict(load.contributors) == inside
        assert sum(inside.values()) == peak
    breaching = {end for end, n in counted.items() if n > policy.limit}
    for episode in load.episodes:
        assert episode.peak > policy.limit
        assert episode.first <= episode.last
        assert sum(n for _, n in episode.contributors) >= episode.peak
    covered = {
        end
        for end in breaching
        for episode in load.episodes
        if end - timedelta(days=policy.days - 1) <= episode.last and end >= episode.first
    }
    assert covered == breaching
    assert bool(load.episodes) == bool(breaching)


@settings(max_examples=60, deadline=None)
@given(portfolios(), st.sampled_from(POLICIES), st.integers(1, 3))
def test_the_weeks_hold_every_contact_once_and_the_fullest_window(requests, policy, segment):
    first, last = day(-40), day(120)
    weeks = weekly(requests, policy, segment, first, last)
    sent = every_day(requests, policy, segment)
    assert weeks[0].monday <= first <= last < weeks[-1].monday + timedelta(days=7)
    assert sum(week.contacts for week in weeks) == len(sent)
    assert max(week.rolling for week in weeks) == forecast(requests, policy, segment).peak


def test_the_first_window_begins_with_the_first_contact_at_the_earliest():
    """Every day from the first contact to the last begins a window; the first of the fullest is meant."""
    early = [request(1, contacts=(ContactFact(1, "mail", day(0), times=2, every_days=1),))]
    assert forecast(early, OFFERS, 1).window == (day(0), day(20))
    late = [*early, request(2, contacts=(ContactFact(1, "mail", day(60), times=3, every_days=2),))]
    assert forecast(late, OFFERS, 1).window == (day(44), day(64))


def test_a_quiet_period_is_broken_by_each_contact_in_it_for_its_segment_and_channel():
    sent = [
        request(1, contacts=(ContactFact(1, "mail", day(0), times=3, every_days=7), ContactFact(2, "mail", day(7)))),
        request(2, contacts=(ContactFact(1, "phone", day(8)),)),
    ]
    all_of_one = QuietFact(1, "EASTER", "Easter", day(7), day(14), segment=1)
    mail = QuietFact(2, "MOVE", "Move", day(7), day(7), channel="mail")
    found = [
        (b.quiet.id, b.segment, b.contacts, b.contributors) for b in quiet_breaches(sent, [all_of_one, mail], [2, 1])
    ]
    assert found == [(1, 1, 3, ((1, 2), (2, 1))), (2, 1, 1, ((1, 1),)), (2, 2, 1, ((1, 1),))]
    assert [b.contacts for b in quiet_breaches(sent, [all_of_one], [1], since=day(9))] == [1]
    assert quiet_breaches(sent, [all_of_one], [1], since=day(15)) == []


def test_as_many_as_the_limit_is_within_it_and_one_more_is_not():
    three = [request(n, contacts=(ContactFact(1, "mail", day(7 * n)),)) for n in range(3)]
    assert not forecast(three, OFFERS, 1).breach
    load = forecast([*three, request(9, contacts=(ContactFact(1, "phone", day(20)),))], OFFERS, 1)
    assert load.breach
    assert load.peak == 4
    assert load.window == (day(0), day(20))


def test_a_contact_on_the_day_after_the_window_does_not_count():
    four = [request(n, contacts=(ContactFact(1, "mail", day(when)),)) for n, when in enumerate([0, 7, 14, 21])]
    assert forecast(four, OFFERS, 1).peak == 3


def test_two_stretches_of_breach_far_apart_are_two_episodes():
    crowd = (
        ContactFact(1, "mail", day(0), times=4, every_days=1),
        ContactFact(1, "mail", day(100), times=5, every_days=1),
    )
    load = forecast([request(1, contacts=crowd)], OFFERS, 1)
    assert [(e.first, e.last, e.peak) for e in load.episodes] == [(day(0), day(3), 4), (day(100), day(104), 5)]


def test_what_is_past_is_left_out_but_still_fills_windows_that_reach_into_the_future():
    past = request(1, contacts=(ContactFact(1, "mail", day(-5), times=4, every_days=1),))
    assert forecast([past], OFFERS, 1, since=day(60)).peak == 0
    assert forecast([past], OFFERS, 1, since=TODAY).peak == 4


def test_odd_contacts_do_no_harm():
    odd = (
        ContactFact(1, "mail", day(0), times=0),
        ContactFact(1, "mail", day(0), times=-3),
        ContactFact(1, "mail", day(0), times=2, every_days=0),
        ContactFact(1, "mail", date.max, times=3),
    )
    assert forecast([request(1, contacts=odd)], OFFERS, 1).peak == 2


def test_a_policy_for_each_segment_and_one_for_a_channel_apply_where_they_should():
    sent = [request(1, contacts=(ContactFact(1, "mail", day(0)), ContactFact(2, "phone", day(0))))]
    found = {(load.policy.id, load.segment): load.peak for load in forecasts(sent, POLICIES, [2, 1])}
    assert found == {(1, 1): 1, (1, 2): 1, (2, 1): 1}


def test_ten_thousand_contacts_over_two_years_are_counted_exactly():
    many = [
        request(n, contacts=(ContactFact(n % 3 + 1, "mail", day(n * 37 % 700), times=10, every_days=3),))
        for n in range(1000)
    ]
    load = forecast(many, OFFERS, 1)
    assert load.peak == max(windows(many, OFFERS, 1).values())


def test_the_customer_with_17_offers_in_three_weeks_from_17_requests():
    """Each department sent one; together they are 17 in three weeks, and nobody saw the sum."""
    offers = [
        request(n, silo=n % 4 + 1, contacts=(ContactFact(1, "mail" if n % 2 else "phone", day(n + n // 5)),))
        for n in range(1, 18)
    ]
    register = with_policies(OFFERS)
    (finding,) = find("contact-overload", *offers, register=register)
    assert finding.requests == tuple(range(1, 18))
    assert finding.identity == ("contact-overload", "policy:1", "segment:1")
    assert finding.severity == "serious"
    assert finding.title == "17 requests add up to 17 contacts to Card holders in 21 days, where 3 are allowed"
    assert len([line for line in finding.evidence if len(line.requests) == 1]) == 17


@given(contacts)
def test_the_days_of_a_contact_are_as_many_as_its_times(contact):
    days = contact_days(contact).tolist()
    assert len(days) == contact.times
    assert days[0] == contact.first_day.toordinal()
    assert all(b - a == contact.every_days for a, b in pairwise(days))
