"""The smallest shifts that end a breach: against trying everything on small cases, and by hand."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impacts.engine import contact_shifts
from impacts.engine.contact_load import contact_days, quiet_breaches
from impacts.engine.contact_shifts import Shifts, after, own_way_out, smallest_shifts
from impacts.engine.facts import ContactFact, PolicyFact, QuietFact
from tests.impacts.engine.making import TODAY, day, request

REACH = 6
"""By so many days the contacts of small cases may move, so that everything can be tried."""

small_contacts = st.builds(
    ContactFact, st.just(1), st.sampled_from(["mail", "phone"]), st.integers(-1, 5).map(day), st.integers(1, 2),
    st.integers(1, 3),
)  # fmt: skip
small_policies = st.lists(
    st.builds(
        PolicyFact, st.just(1), st.just("P"), st.just("P"), st.integers(0, 2), st.integers(1, 4), st.just(None),
        st.sampled_from([None, "mail"]),
    ),
    min_size=1, max_size=2,
)  # fmt: skip
small_quiet = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 2)).map(
        lambda pair: QuietFact(1, "Q", "Q", day(pair[0]), day(pair[0] + pair[1]), None, None)
    ),
    max_size=1,
)


@pytest.fixture(autouse=True)
def _short_moves(monkeypatch):
    monkeypatch.setattr(contact_shifts, "MOST_DAYS", REACH)
    monkeypatch.setattr(contact_shifts, "MOST_PLANS", 100_000)


def too_full(requests, policy):
    """The windows, by their last day, that end today or later and hold too many, with the requests in them."""
    sent = [
        (date.fromordinal(when), facts.id)
        for facts in requests
        for contact in facts.contacts
        if policy.channel in (None, contact.channel)
        for when in contact_days(contact).tolist()
    ]
    found = {}
    for number in range(-20, 60):
        end = day(number)
        inside = [who for when, who in sent if end - timedelta(days=policy.days) < when <= end]
        if end >= TODAY and len(inside) > policy.limit:
            found[end] = set(inside)
    return found


def is_way_out(before, requests, moved, policies, quiet):
    """Whether one's own and what moved keep every rule, and the windows that one's own were in keep the policies."""
    for policy in policies:
        ended = {end for end, who in too_full(before, policy).items() if 1 in who}
        for end, _ in too_full(requests, policy).items():
            sent = [
                facts.id for facts in requests for place, contact in enumerate(facts.contacts)
                if policy.channel in (None, contact.channel) and (facts.id == 1 or (facts.id, place) in moved)
                for when in contact_days(contact).tolist()
                if end - timedelta(days=policy.days) < date.fromordinal(when) <= end
            ]  # fmt: skip
            if end in ended or sent:
                return False
    own = [
        replace(
            facts,
            contacts=tuple(c for at, c in enumerate(facts.contacts) if facts.id == 1 or (facts.id, at) in moved),
        )
        for facts in requests
    ]
    return not quiet_breaches(own, quiet, [1], since=TODAY)


def by_trying(requests, policies, quiet):
    """The fewest days, by trying all shifts of one's own, then of the pending ones, then of all; None: no way."""
    if is_way_out(requests, requests, set(), policies, quiet):
        return 0
    pools = ([1], [1, *(r.id for r in requests if not r.committed)], [r.id for r in requests])
    for pool in pools:
        places = [
            (facts.id, place) for facts in requests for place, contact in enumerate(facts.contacts)
            if facts.id in pool and contact.first_day >= TODAY
        ]  # fmt: skip
        best = None
        for shifts in product(range(-REACH, REACH + 1), repeat=len(places)):
            cost = sum(map(abs, shifts))
            if best is not None and cost >= best:
                continue
            by_place = dict(zip(places, shifts, strict=True))
            moved_to = [
                replace(facts, contacts=tuple(
                    replace(contact, first_day=contact.first_day + timedelta(days=by_place.get((facts.id, place), 0)))
                    for place, contact in enumerate(facts.contacts)))
                for facts in requests
            ]  # fmt: skip
            if any(by_place[at] and moved_to[k].contacts[at[1]].first_day < TODAY
                   for at in places for k, facts in enumerate(requests) if facts.id == at[0]):  # fmt: skip
                continue
            moved = {at for at, days in by_place.items() if days}
            if is_way_out(requests, moved_to, moved, policies, quiet):
                best = cost
        if best is not None:
            return best
    return None


@settings(max_examples=60, deadline=None)
@given(small_contacts, st.lists(small_contacts, max_size=1), st.booleans(), small_policies, small_quiet)
def test_the_shifts_are_the_smallest_that_trying_everything_finds(mine, theirs, committed, policies, quiet):
    own = request(1, contacts=(mine,))
    others = [request(2 + n, contacts=(contact,), committed=committed) for n, contact in enumerate(theirs)]
    found = smallest_shifts(own, others, [*policies, *quiet], 1, TODAY)
    tried = by_trying([own, *others], policies, quiet)
    assert found.days == (tried or 0)
    if tried:
        assert found.smallest
        moved = {(move.request.id, move.place) for move in found.moves}
        then = [after(facts, found.moves) for facts in (own, *others)]
        assert is_way_out([own, *others], then, moved, policies, quiet)


OFFERS = PolicyFact(1, "OFFERS", "Offers", limit=3, days=21)


@pytest.fixture
def _long_moves(monkeypatch):
    monkeypatch.setattr(contact_shifts, "MOST_DAYS", 92)
    monkeypatch.setattr(contact_shifts, "MOST_PLANS", 400)


def once(number, when, **fields):
    """A request with one contact to segment 1."""
    return request(number, contacts=(ContactFact(1, "mail", day(when)),), **fields)


def told(found: Shifts):
    """(request, days) of each move."""
    return [(move.request.id, move.days) for move in found.moves]


@pytest.mark.usefixtures("_long_moves")
def test_ones_own_date_is_moved_before_that_of_others_though_theirs_would_move_less():
    others = [once(2, 10), once(3, 11), once(4, 12), once(5, 60)]
    assert told(smallest_shifts(once(1, 20), others, [OFFERS], 1, TODAY)) == [(1, 11)]


@pytest.mark.usefixtures("_long_moves")
def test_earlier_is_proposed_where_that_is_nearer_but_never_before_today():
    others = [once(2, 40), once(3, 41), once(4, 42)]
    assert told(smallest_shifts(once(1, 22), others, [OFFERS], 1, TODAY)) == [(1, -1)]
    near = [once(2, 10), once(3, 11), once(4, 12)]
    assert told(smallest_shifts(once(1, 5), near, [OFFERS], 1, TODAY)) == [(1, 26)]


@pytest.mark.usefixtures("_long_moves")
def test_what_is_approved_moves_last():
    crowd = [once(2, 30, committed=True), once(3, 31, committed=True), once(4, 32, committed=True), once(5, 33)]
    found = smallest_shifts(once(1, 34), crowd, [OFFERS], 1, TODAY)
    assert {who for who, _ in told(found)} == {1, 5}


@pytest.mark.usefixtures("_long_moves")
def test_where_others_are_too_many_alone_ones_own_can_still_leave_them():
    crowd = [once(n, 30 + n, committed=True) for n in range(2, 8)]
    mine = once(1, 33)
    (move,) = own_way_out(mine, crowd, [OFFERS], 1, TODAY).moves
    assert move.request.id == 1
    assert abs(move.days) == 20


@pytest.mark.usefixtures("_long_moves")
def test_17_offers_in_three_weeks_can_be_spread_and_then_keep_the_policy():
    offers = [once(n, 100 + n) for n in range(1, 18)]
    found = smallest_shifts(offers[0], offers[1:], [OFFERS], 1, TODAY)
    then = [after(offer, found.moves) for offer in offers]
    assert too_full(then, OFFERS) == {}
    assert len(found.moves) >= 14
    assert not found.smallest


@pytest.mark.usefixtures("_long_moves")
def test_a_quiet_period_is_left_by_the_nearer_end():
    quiet = QuietFact(1, "EASTER", "Easter", day(10), day(20))
    assert told(smallest_shifts(once(1, 12), [], [quiet], 1, TODAY)) == [(1, -3)]
    assert told(smallest_shifts(once(1, 18), [], [quiet], 1, TODAY)) == [(1, 3)]


@pytest.mark.usefixtures("_long_moves")
def test_what_has_begun_or_keeps_the_policy_is_not_moved():
    assert smallest_shifts(once(1, 5), [], [OFFERS], 1, TODAY) == Shifts()
    begun = request(1, contacts=(ContactFact(1, "mail", day(-2), times=5, every_days=2),))
    assert smallest_shifts(begun, [], [OFFERS], 1, TODAY) == Shifts()
