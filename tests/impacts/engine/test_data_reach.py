"""What staff at a touchpoint must know, and whether it can be joined there."""

import pytest

from impacts.engine.data_map import data_map
from impacts.engine.data_reach import Reacher
from tests.impacts.engine.test_data_map import MAIL, NUMBER, TERMINAL, holding

SERVICE, WARRANTY, PURCHASE = 1, 2, 3

CARS = [
    holding(1, NUMBER, domain=SERVICE),
    holding(2, NUMBER, MAIL, domain=PURCHASE),
    holding(3, MAIL, domain=WARRANTY),
]


def reach(holdings, *domains):
    return Reacher(data_map(holdings)).reach(domains)


def test_the_customer_who_calls_expects_the_last_service_the_warranty_and_the_purchase_date():
    found = reach(CARS, SERVICE, WARRANTY, PURCHASE)
    assert (found.state, found.island) == ("joined", 1)
    warranty = found.needs[1]
    assert (warranty.system, warranty.by, warranty.through) == (3, (NUMBER, MAIL), (2,))


@pytest.mark.parametrize(
    ("warranty", "state"),
    [
        ([holding(3, MAIL, domain=WARRANTY)], "joined"),
        ([holding(3, -MAIL, domain=WARRANTY)], "weak"),
        ([holding(3, TERMINAL, domain=WARRANTY)], "apart"),
        ([holding(3, domain=WARRANTY)], "apart"),
        ([], "unheld"),
        ([holding(3, TERMINAL, domain=WARRANTY), holding(2, NUMBER, domain=WARRANTY, role="copy")], "copy"),
        # nobody is master: who holds it is as good as one
        ([holding(3, TERMINAL, domain=WARRANTY, role="copy"), holding(2, NUMBER, domain=WARRANTY, role="copy")],
         "joined"),
        # a second master apart takes nothing away from the one that is there
        ([holding(3, TERMINAL, domain=WARRANTY), holding(2, NUMBER, domain=WARRANTY)], "joined"),
    ],
)  # fmt: skip
def test_a_domain_is_as_near_as_its_master(warranty, state):
    found = reach([*CARS[:2], *warranty], SERVICE, WARRANTY, PURCHASE)
    assert found.state == state
    assert [need.state for need in found.needs] == ["joined", state, "joined"]


def test_what_stands_apart_is_named():
    found = reach([*CARS[:2], holding(3, TERMINAL, domain=WARRANTY)], SERVICE, WARRANTY)
    assert (found.needs[1].system, found.needs[1].apart) == (3, (3,))


def test_they_meet_where_most_masters_are_not_on_the_largest_island():
    small = [holding(8, TERMINAL, domain=SERVICE), holding(9, TERMINAL, domain=WARRANTY)]
    found = reach(
        [*small, holding(1, NUMBER, domain=PURCHASE), *(holding(n, NUMBER, domain=5) for n in (2, 3))], 1, 2, 3
    )
    assert [need.state for need in found.needs] == ["joined", "joined", "apart"]


def test_one_domain_that_can_be_looked_up_needs_no_join():
    assert reach(CARS, WARRANTY).state == "joined"


def test_a_touchpoint_that_needs_nothing_lacks_nothing():
    assert reach(CARS).needs == ()
