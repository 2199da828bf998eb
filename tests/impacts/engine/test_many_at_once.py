"""What is computed for many requests at once is what it is for each alone."""

from datetime import date

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from impacts.engine.contact_load import all_contact_days, contact_days
from impacts.engine.facts import ContactFact, RequestFacts, SkillNeedFact
from impacts.engine.matching import space
from impacts.engine.matching.index import PortfolioIndex
from impacts.engine.quarters import spread, spread_all
from tests.impacts.engine.making import request

soon, last_years = st.dates(date(2026, 1, 1), date(2029, 12, 31)), st.dates(date(9996, 1, 1), date.max)
dates = soon | last_years
quick = settings(max_examples=50, deadline=None, derandomize=True)
QUARTERS = [(year, number) for year in (2026, 2027, 2028, 2029, 9999) for number in (1, 2, 3, 4)]
work = st.integers(0, 500)


@quick
@given(st.lists(st.tuples(work, soon, soon) | st.tuples(work, last_years, last_years), max_size=6))
def test_work_is_spread_over_quarters_alike(needs):
    parts = spread_all(*([need[at] for need in needs] for at in range(3)), QUARTERS)
    assert parts.tolist() == [[spread(*need).get(quarter, 0) for quarter in QUARTERS] for need in needs]


contacts = st.builds(
    ContactFact, st.just(1), st.just("letter"), dates, st.integers(-1, 5) | st.just(20_000), st.integers(-1, 30)
)


@quick
@given(st.lists(contacts, max_size=6))
def test_days_of_contact_are_counted_alike(planned):
    days, places = all_contact_days(planned)
    assert [days[places == at].tolist() for at in range(len(planned))] == [
        contact_days(each).tolist() for each in planned
    ]
    assert np.all(np.diff(places) >= 0)


def test_the_index_knows_who_sends_by_a_channel_and_who_needs_a_skill():
    letters, mails = (ContactFact(1, channel, date(2027, 1, 1)) for channel in ("letter", "email"))
    one = RequestFacts(1, "REQ-1", 1, "", contacts=(letters, letters, mails), skills=(SkillNeedFact(4, 10),))
    other = RequestFacts(2, "REQ-2", 1, "", contacts=(letters,), skills=(SkillNeedFact(4, 1), SkillNeedFact(5, 1)))
    index = PortfolioIndex([other, one])
    assert (index.senders("letter"), index.senders("email"), index.needing(4), index.needing(5)) == (
        *([1, 2], [1], [1, 2], [2]),
    )
    index.update(changed=[RequestFacts(1, "REQ-1", 1, "")], removed=[2])
    assert (index.senders("letter"), index.senders("email"), index.needing(4), index.needing(5)) == ([], [], [], [])


def test_lengths_are_the_same_however_many_rows_are_measured_at_a_time(monkeypatch):
    words = ("customer address", "branch letter", "mobile login", "records project", "consent warranty")
    requests = [
        request(each, silo=each, title=words[each % 5], problem=" ".join(words[: each % 4])) for each in range(30)
    ]
    found = []
    for rows in (1, 7, 2_000):
        monkeypatch.setattr(space, "LAID_OUT", rows)
        found.append([(pair.first, pair.second, pair.score) for pair in PortfolioIndex(requests).pairs(None, 0.1)])
    assert found[0] == found[1] == found[2]
    assert len(found[0]) > 20
