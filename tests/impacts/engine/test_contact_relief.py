"""The smallest change after which a contact policy is kept, against trying everything."""

from itertools import combinations

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from impacts.engine.contact_load import contact_days
from impacts.engine.contact_relief import after, relief
from impacts.engine.facts import ContactFact, PolicyFact, RequestFacts
from tests.impacts.engine.making import TODAY, day, request

contacts = st.builds(
    lambda first, times, days: ContactFact(
        segment=1, channel="mail", first_day=day(first), times=times, every_days=days
    ),
    st.integers(0, 20),
    st.integers(1, 3),
    st.integers(1, 5),
)
senders = st.lists(contacts, min_size=1, max_size=8).map(
    lambda made: [request(number, contacts=(each,)) for number, each in enumerate(made, 1)]
)


def is_kept(requests: list[RequestFacts], policy: PolicyFact) -> bool:
    """Whether no window of the policy's days holds more contacts than it allows."""
    every = [contact_days(contact) for each in requests for contact in each.contacts]
    days = np.concatenate([np.empty(0, np.int64), *every])
    ends = np.arange(TODAY.toordinal(), TODAY.toordinal() + 60)
    return all(((days > end - policy.days) & (days <= end)).sum() <= policy.limit for end in ends)


def fewest(requests: list[RequestFacts], policy: PolicyFact) -> int:
    """How many of the requests, each with one contact, must leave it out, by trying all."""
    for count in range(len(requests) + 1):
        for gone in combinations(requests, count):
            if is_kept([each for each in requests if each not in gone], policy):
                return count
    raise AssertionError


def runs(*each: tuple[int, int]) -> list[RequestFacts]:
    """A request for each contact: its first day, and on how many days running."""
    made = (ContactFact(segment=1, channel="mail", first_day=day(first), times=n, every_days=1) for first, n in each)
    return [request(number, contacts=(contact,)) for number, contact in enumerate(made, 1)]


@given(senders, st.integers(2, 8), st.integers(0, 2))
@example(runs((0, 2), (0, 2), (1, 1), (1, 1)), 2, 2)
def test_what_is_left_out_is_enough_and_no_fewer_would_be(requests: list[RequestFacts], days: int, limit: int) -> None:
    policy = PolicyFact(1, "house", "House rule", limit, days)
    if is_kept(requests, policy):
        return
    found = relief(requests, policy, 1, TODAY)
    changed = {each.id: each for each in after(found, TODAY)}
    assert is_kept([changed.get(each.id, each) for each in requests], policy)
    if found.left_out:
        assert len(found.left_out) == fewest(requests, policy)
