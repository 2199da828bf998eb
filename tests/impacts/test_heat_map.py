"""Where everything lands at once: the heat map, and what lands on a register entry."""

from datetime import date

import pytest

from impacts.selectors.tags.landing import requests_on_entry
from impacts.selectors.years.heat_map import heat_map
from tests.factories import ImpactFactory, TouchpointFactory, filed_request

pytestmark = pytest.mark.django_db


def test_heat_map_counts_requests_by_touchpoint_and_quarter_and_frames_what_is_over_the_limit(reader):
    page = TouchpointFactory.create(name="Card payment page", change_limit=1)
    for day in (date(2027, 4, 1), date(2027, 6, 30), date(2027, 7, 1)):
        ImpactFactory.create(touchpoint=page, request=filed_request(wanted_go_live=day))
    shown = heat_map(user=reader, starts=(2027, 2))
    assert [cell.count for cell in shown.rows[0].cells] == [2, 1, 0, 0, 0]
    assert [cell.over for cell in shown.rows[0].cells][:2] == [True, False]
    assert shown.title == "Card payment page changes 2 times in Q2 2027"


def test_each_number_of_the_heat_map_opens_its_requests(client_as, reader):
    page = TouchpointFactory.create(code="card-page")
    request = filed_request(wanted_go_live=date(2027, 4, 1))
    ImpactFactory.create(touchpoint=page, request=request)
    html = client_as(reader).get("/heat-map/?from=2027Q2&touchpoint=card-page&quarter=2027Q2").content.decode()
    assert request.reference in html


def test_of_a_confidential_request_the_heat_map_tells_that_there_is_one_and_nothing_else(client_as, reader, architect):
    page = TouchpointFactory.create(code="card-page")
    secret = filed_request(wanted_go_live=date(2027, 4, 2), confidential=True, title="Sale of the card book")
    for request in (filed_request(wanted_go_live=date(2027, 7, 1)), secret):
        ImpactFactory.create(touchpoint=page, request=request)
    for starts in ((2027, 2), (2027, 3)):
        shown = heat_map(user=reader, starts=starts)
        assert (sum(shown.totals), shown.requests, shown.hidden) == (1, 1, 1)
        assert shown.title.startswith("As far as you may see, ")
    assert heat_map(user=architect, starts=(2027, 2)).totals[0] == 1
    html = client_as(reader).get("/heat-map/?from=2027Q2&touchpoint=card-page&quarter=2027Q2").content.decode()
    assert "Sale of the card book" not in html
    assert "2 Apr" not in html
    assert "One confidential request also lands somewhere and is in none of these figures" in html


def test_the_heat_map_leads_over_the_year_and_understands_every_way_to_write_a_quarter(client_as, reader):
    ImpactFactory.create(request=filed_request(wanted_go_live=date(2027, 1, 1)))
    for written in ("2026Q4", "Q4 2026", "2026-q4"):
        html = client_as(reader).get("/heat-map/", {"from": written}).content.decode()
        assert [f"Q{number} {year}" in html for number, year in ((4, 2026), (1, 2027), (4, 2027))] == [True] * 3
        assert "from=2026Q3" in html
        assert "from=2027Q1" in html
    assert client_as(reader).get("/heat-map/?from=2026Q5").status_code == 200  # the map from today on


def test_what_goes_live_on_the_last_day_of_the_map_is_on_it_and_the_day_after_is_not(reader):
    page = TouchpointFactory.create()
    for day in (date(2026, 9, 30), date(2026, 10, 1), date(2027, 12, 31), date(2028, 1, 1)):
        ImpactFactory.create(touchpoint=page, request=filed_request(wanted_go_live=day))
    assert heat_map(user=reader, starts=(2026, 4)).totals == (1, 0, 0, 0, 1)


def test_requests_on_an_entry_hide_the_confidential_ones(reader):
    page = TouchpointFactory.create()
    shown = filed_request()
    for request in (shown, filed_request(confidential=True)):
        ImpactFactory.create(touchpoint=page, request=request)
    assert requests_on_entry(user=reader, entry=page) == ([shown], 1)
