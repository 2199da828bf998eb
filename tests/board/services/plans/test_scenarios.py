"""Making, copying, changing, pinning and throwing away scenarios."""

import pytest
from django.core.exceptions import ValidationError

from board.errors import CannotPlan, NotAllowed, StaleScenario
from board.models import Scenario
from board.planning.settings import LeastShare, PlanSettings, Pot, Target, settings_from
from board.services.plans.scenarios import (
    change_scenario,
    copy_scenario,
    discard_scenario,
    make_scenario,
    pin_request,
    restore_scenario,
    unpin_request,
)
from portfolio.models import Person
from tests.factories import ScenarioFactory, filed_request

pytestmark = pytest.mark.django_db

FULL = PlanSettings(
    pots=(Pot("All", (1, 2, 3, 4)), Pot("Cards' own", (5, 5, 5, 5), ("cards",))),
    weights={"savers": 150},
    skills={"web": 80},
    targets=(Target("moves:gained", 10_000, 2),),
    shares=(LeastShare("silo:cards", "money", 20),),
    least_customers=500,
    approved="fixed",
)


def test_settings_come_back_as_they_were_stored(architect: Person) -> None:
    made = make_scenario(person=architect, name="Full", quarters=4, settings=FULL)
    assert Scenario.objects.get(pk=made.pk).plan_settings == FULL
    assert settings_from({}) == PlanSettings()


def test_a_name_is_given_once_until_the_other_is_thrown_away(architect: Person) -> None:
    first = make_scenario(person=architect, name="Same")
    with pytest.raises(CannotPlan, match="name already"):
        make_scenario(person=architect, name="Same ")
    discard_scenario(person=architect, scenario=first)
    make_scenario(person=architect, name="Same")
    with pytest.raises(CannotPlan, match="name already"):
        restore_scenario(person=architect, scenario=first)


@pytest.mark.parametrize("quarters", [3, 13])
def test_four_to_twelve_quarters_are_planned(architect: Person, quarters: int) -> None:
    with pytest.raises(ValidationError):
        make_scenario(person=architect, name="Too short or long", quarters=quarters)


def test_a_copy_has_the_settings_and_the_pins(architect: Person, board_member: Person) -> None:
    made = make_scenario(person=architect, name="First", quarters=4, settings=FULL)
    pin_request(person=architect, scenario=made, request=filed_request(), kind="at", period=2, why="A promise")
    copy = copy_scenario(person=board_member, scenario=made, name="Second")
    assert copy.plan_settings == FULL
    assert copy.copied_from == made
    assert [(pin.kind, pin.year, pin.quarter, pin.why) for pin in copy.pins.all()] == [
        ("at", *made.horizon.quarter(2), "A promise")
    ]


def test_longer_scenarios_go_on_with_the_last_quarter_of_a_pot_and_shorter_ones_cut_it(architect: Person) -> None:
    made = make_scenario(person=architect, name="Pots", quarters=6, settings=FULL)
    assert made.plan_settings.pots[0].amounts == (1, 2, 3, 4, 4, 4)
    change_scenario(
        person=architect, scenario=made, expected=made.version, name="Pots", note="",
        first=(2027, 1), quarters=4, settings=made.plan_settings,
    )  # fmt: skip
    assert made.plan_settings.pots[0].amounts == (1, 2, 3, 4)


def test_who_comes_second_is_told_and_changes_nothing(architect: Person) -> None:
    made = make_scenario(person=architect, name="Two at once")
    seen = made.version
    pin_request(person=architect, scenario=made, request=filed_request(), kind="in")
    with pytest.raises(StaleScenario, match="Somebody else"):
        change_scenario(
            person=architect, scenario=made, expected=seen, name="Lost", note="",
            first=(2027, 1), quarters=4, settings=PlanSettings(),
        )  # fmt: skip
    made.refresh_from_db()
    assert made.name == "Two at once"


def test_others_of_the_board_copy_instead_of_changing(board_member: Person, secretary: Person) -> None:
    made = ScenarioFactory.create()
    with pytest.raises(NotAllowed, match="Copy it"):
        pin_request(person=board_member, scenario=made, request=filed_request(), kind="out")
    pin_request(person=secretary, scenario=made, request=filed_request(), kind="out")


def test_a_department_makes_no_plans(requester: Person) -> None:
    with pytest.raises(NotAllowed):
        make_scenario(person=requester, name="Mine")


def test_a_later_pin_of_a_request_takes_the_place_of_the_first(architect: Person) -> None:
    made, about = ScenarioFactory.create(), filed_request()
    pin_request(person=architect, scenario=made, request=about, kind="at", period=3)
    pin_request(person=architect, scenario=made, request=about, kind="out")
    assert [str(pin) for pin in made.pins.all()] == [f"{about.reference} stays out"]
    unpin_request(person=architect, scenario=made, request=about)
    unpin_request(person=architect, scenario=made, request=about)
    assert not made.pins.exists()


def test_a_pin_to_no_quarter_says_which_there_are(architect: Person) -> None:
    made = ScenarioFactory.create(quarters=4)
    with pytest.raises(CannotPlan, match="from Q1 2027 to Q4 2027"):
        pin_request(person=architect, scenario=made, request=filed_request(), kind="by", period=4)
