"""What the planner is asked: of a family that architects found one goes, of one that the board joined all may."""

from collections.abc import Callable

from django.utils import timezone

from board.models import AgendaItem, Decision
from board.selectors.plans.planning import read_asked
from board.services.decisions.rulings import NewFamily
from board.services.decisions.undoing import take_back
from impacts.models import Family
from portfolio.models import Person


def alternatives() -> list[str]:
    return [each.title for each in read_asked(timezone.localdate()).families]


def test_a_family_is_a_choice_of_one_until_the_board_joins_it(
    family: Family, family_item: AgendaItem, decide: Callable[..., Decision], secretary: Person, board_member: Person
) -> None:
    assert alternatives() == [f"One of the family “{family.title}”"]
    decision = decide(family_item, "join", family=NewFamily(family.lead, board_member))
    assert alternatives() == []
    take_back(person=secretary, decision=decision, submission="back")
    assert alternatives() == [f"One of the family “{family.title}”"]
