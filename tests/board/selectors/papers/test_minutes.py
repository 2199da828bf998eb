"""The lines of the minutes as one person may read them."""

from collections.abc import Callable

from board.models import AgendaItem, Decision, Meeting
from board.selectors.papers.minutes import minutes_for
from board.services.meetings.presence import say_aside
from portfolio.lifecycle import Status
from portfolio.models import Person, ProjectRequest
from tests.factories import filed_request

Decide = Callable[..., Decision]


def test_an_item_merged_into_a_hidden_request_keeps_its_words_to_itself(
    item: AgendaItem, session: Meeting, ready: ProjectRequest, secretary: Person, cio: Person, reader: Person,
    decide: Decide,
) -> None:  # fmt: skip
    AgendaItem.objects.filter(pk=item.pk).update(question="Should it go into the secret merger?")
    say_aside(person=secretary, item=item, who=cio, because="He runs the secret merger.")
    decide(item, "merge", survivor=filed_request(status=Status.READY.value, confidential=True))
    (line,) = minutes_for(session, reader)
    assert (line.requests, line.hidden, line.asides) == ([ready], 1, ())
    assert "secret merger" not in line.question
    (whole,) = minutes_for(session, secretary)
    assert "secret merger" in whole.question
    assert len(whole.asides) == 1
