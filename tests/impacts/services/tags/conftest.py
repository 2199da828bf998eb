"""A request whose words speak of touchpoints, data and systems."""

import pytest

from portfolio.models import Person, ProjectRequest, ScanMark, Silo
from tests.factories import filed_request


@pytest.fixture
def request_of_cards(cards: Silo, requester: Person) -> ProjectRequest:
    """Filed and scanned: nothing marks it."""
    made = filed_request(
        silo=cards,
        requester=requester,
        title="Push message when money leaves",
        problem="Card holders learn of fraud too late.",
        proposal="Send a push message to card holders. Ask for consent. Texts leave through TextGate.",
    )
    ScanMark.objects.all().delete()
    return made
