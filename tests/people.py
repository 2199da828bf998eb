"""The stock people of the tests: three department heads of two silos, and one person for each other role."""

import pytest

from portfolio.models import Person, Role, Silo
from tests.factories import SiloFactory, person_with


@pytest.fixture
def cards(db: None) -> Silo:
    """The silo of `requester` and `colleague`."""
    return SiloFactory.create(code="cards", name="Cards")


@pytest.fixture
def retail(db: None) -> Silo:
    """The silo of `outsider`."""
    return SiloFactory.create(code="retail", name="Retail")


@pytest.fixture
def requester(cards: Silo) -> Person:
    """Head of Cards."""
    return person_with(Role.HEAD, silo=cards, name="Rita Requester")


@pytest.fixture
def colleague(cards: Silo) -> Person:
    """Second head of Cards."""
    return person_with(Role.HEAD, silo=cards, name="Carl Colleague")


@pytest.fixture
def outsider(retail: Silo) -> Person:
    """Head of Retail."""
    return person_with(Role.HEAD, silo=retail, name="Otto Outsider")


@pytest.fixture
def architect(db: None) -> Person:
    """IT architect."""
    return person_with(Role.ARCHITECT, name="Anna Architect")


@pytest.fixture
def board_member(db: None) -> Person:
    """Member of the board."""
    return person_with(Role.BOARD_MEMBER, name="Bo Boardmember")


@pytest.fixture
def secretary(db: None) -> Person:
    """Secretary of the board."""
    return person_with(Role.SECRETARY, name="Sam Secretary")


@pytest.fixture
def cio(db: None) -> Person:
    """CIO."""
    return person_with(Role.CIO, name="Chris Cio")


@pytest.fixture
def it_manager(db: None) -> Person:
    """IT manager, who counts hours with customers."""
    return person_with(Role.IT_MANAGER, name="Ivo Itmanager")


@pytest.fixture
def segment_manager(db: None) -> Person:
    """Segment manager."""
    return person_with(Role.SEGMENT_MANAGER, name="Mia Segment")


@pytest.fixture
def administrator(db: None) -> Person:
    """Administrator, who may enter the administration site."""
    return person_with(Role.ADMINISTRATOR, name="Ada Administrator", is_staff=True)


@pytest.fixture
def reader(db: None) -> Person:
    """Reader."""
    return person_with(Role.READER, name="Ray Reader")
