"""What the hold-on card still says after the board has spoken."""

import pytest

from impacts.selectors.findings.hold_on import hold_on
from portfolio.lifecycle import Status
from portfolio.models import Person, ProjectRequest
from tests.factories import FamilyFactory, FindingFactory, filed_request

pytestmark = pytest.mark.django_db


@pytest.fixture
def joined() -> list[ProjectRequest]:
    """Two requests of different departments that overlap and are a family."""
    pair = [filed_request(status=Status.READY.value), filed_request(status=Status.READY.value)]
    FindingFactory.create(between=pair, severity="serious", state="confirmed")
    FamilyFactory.create(lead=pair[0], with_members=pair[1:])
    return pair


def test_a_family_holds_on_until_the_board_has_said_yes(joined: list[ProjectRequest], reader: Person) -> None:
    assert len(hold_on(joined[0], reader).overlaps) == 1
    ProjectRequest.objects.update(status=Status.APPROVED.value)
    joined[0].refresh_from_db()
    assert hold_on(joined[0], reader).is_empty


def test_an_approved_family_still_holds_on_for_somebody_who_asks_later(
    joined: list[ProjectRequest], reader: Person
) -> None:
    ProjectRequest.objects.update(status=Status.APPROVED.value)
    joined[0].refresh_from_db()
    later = filed_request()
    FindingFactory.create(between=[joined[0], later], severity="serious")
    card = hold_on(joined[0], reader)
    assert card.others == (later,)


def test_approved_alone_holds_on_as_before(reader: Person) -> None:
    pair = [filed_request(status=Status.APPROVED.value), filed_request()]
    FindingFactory.create(between=pair, severity="serious")
    assert hold_on(pair[0], reader).others == (pair[1],)
