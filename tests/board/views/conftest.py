"""Plans and papers that the tests of their pages share."""

import pytest

from board.models import AgendaItem, Meeting, PlanRun
from board.services.meetings.agenda import add_item
from board.views.papers import links as link_views
from board.views.papers import packs as pack_views
from board.views.papers import sheets
from portfolio.lifecycle import Status
from portfolio.models import Person
from tests.factories import FindingFactory, PlannedRequestFactory, filed_request


@pytest.fixture
def many(run: PlanRun) -> PlanRun:
    """A hundred more that go and as many that wait, ready for the board."""
    first = run.requests.filter(period=0).first()
    assert first is not None
    for number in range(200):
        request = filed_request(status=Status.READY.value, silo=first.request.silo, requester=first.request.requester)
        dates = {"period": number % 4, "starts": first.starts, "live": first.live} if number < 100 else {"period": None}
        PlannedRequestFactory.create(run=run, request=request, **dates)
    return run


@pytest.fixture
def long_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pack of one item is long already."""
    monkeypatch.setattr(pack_views, "LONG", 0)
    monkeypatch.setattr(link_views, "LONG", 0)
    monkeypatch.setattr(sheets, "ITEMS_A_PART", 1)


@pytest.fixture
def secret_item(session: Meeting, secretary: Person) -> AgendaItem:
    """An item over a confidential request, beside which an open one stands."""
    secret = filed_request(
        status=Status.READY.value, title="Secret merger", problem="Nobody may know", confidential=True,
        one_off_cost=777_777,
    )  # fmt: skip
    open_one = filed_request(status=Status.READY.value, title="Open plan", one_off_cost=123_456)
    FindingFactory.create(between=[secret, open_one], title="Secret merger and open plan want the same")
    add_item(person=secretary, meeting=session, request=open_one, question="Go with the open plan?")
    return add_item(person=secretary, meeting=session, request=secret, question="Go with the secret merger?")
