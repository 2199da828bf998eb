"""Two meetings in session that decide over the same requests: what crosses is decided once."""

import uuid
from collections.abc import Callable

import pytest
from django.utils import timezone

from board.errors import CannotDecide
from board.models import AgendaItem, Decision
from board.services.decisions.decisions import record_decision
from board.services.decisions.rulings import Ruling
from board.services.meetings.agenda import add_item
from board.services.meetings.meetings import open_meeting, plan_meeting
from portfolio.lifecycle import Status
from portfolio.models import Person, ProjectRequest
from tests.at_once import at_once
from tests.factories import filed_request

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def acts(secretary: Person, cio: Person) -> dict[str, list[Callable[[], Decision]]]:
    """By kind two acts of two meetings: each puts one request into, or behind, the other."""
    pair = [filed_request(status=Status.READY.value, title=title) for title in ("First", "Second")]
    items = []
    for request in pair:
        meeting = plan_meeting(person=secretary, starts_at=timezone.now(), chair=cio, secretary=secretary)
        items.append(
            add_item(person=secretary, meeting=open_meeting(person=secretary, meeting=meeting), request=request)
        )

    def act(item: AgendaItem, ruling: Ruling) -> Callable[[], Decision]:
        return lambda: record_decision(
            person=secretary, item=item, expected=item.version, submission=uuid.uuid4().hex, ruling=ruling
        )

    others = [ProjectRequest.objects.get(pk=request.pk) for request in reversed(pair)]
    merges = [
        act(item, Ruling("merge", "One is enough.", survivor=other)) for item, other in zip(items, others, strict=True)
    ]
    orders = [
        act(item, Ruling("sequence", "That first.", after=[other])) for item, other in zip(items, others, strict=True)
    ]
    return {"merge": merges, "sequence": orders}


@pytest.mark.parametrize("kind", ["merge", "sequence"])
def test_what_crosses_one_after_another_is_refused_the_second_time(
    acts: dict[str, list[Callable[[], Decision]]], kind: str
) -> None:
    first, second = acts[kind]
    first()
    with pytest.raises(CannotDecide):
        second()
    assert Decision.objects.count() == 1


@pytest.mark.parametrize("kind", ["merge", "sequence"])
def test_what_crosses_at_the_same_moment_is_decided_once(
    acts: dict[str, list[Callable[[], Decision]]], kind: str
) -> None:
    (error,) = at_once(*acts[kind])
    assert isinstance(error, CannotDecide)
    assert Decision.objects.count() == 1
    after = Status.MERGED if kind == "merge" else Status.SEQUENCED
    assert ProjectRequest.objects.filter(status=after.value).count() == 1
