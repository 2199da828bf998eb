"""The log's export says exactly what a decision's own page says, to everybody, with few queries."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from board.models import AgendaItem, Decision, Meeting
from board.selectors.decisions import log_rows as export
from board.selectors.decisions.decisions import seen_decision, with_all
from board.selectors.decisions.log import LogFilter, logged
from board.selectors.decisions.log_rows import COLUMNS, log_rows
from board.services.decisions.rulings import NewCondition, NewHold
from board.services.decisions.undoing import take_back
from board.services.meetings.agenda import add_item
from portfolio.lifecycle import Status
from portfolio.models import Person, ProjectRequest, Silo
from tests.factories import filed_request

Decide = Callable[..., Decision]
SOON = timezone.localdate() + timedelta(days=30)


@pytest.fixture
def every_kind(
    session: Meeting, secretary: Person, cio: Person, decide: Decide, cards: Silo, retail: Silo, family_item: AgendaItem
) -> list[Decision]:
    """Decisions of several kinds, over one request, several and a family; one of them taken back."""

    def over(title: str, silo: Silo = cards) -> AgendaItem:
        request = filed_request(status=Status.READY.value, title=title, silo=silo)
        return add_item(person=secretary, meeting=session, request=request)

    def of(item: AgendaItem) -> ProjectRequest:
        assert item.request is not None
        return item.request

    survivor, gone = over("The one that stays"), over("Taken back", retail)
    made = [
        decide(survivor),
        decide(over("Merged away"), "merge", survivor=of(survivor)),
        decide(over("Goes later", retail), "sequence", after=[of(survivor)]),
        decide(
            over("On two conditions"),
            "approve_with_conditions",
            conditions=[NewCondition("Say who owns it.", cio, SOON), NewCondition("Test it.", secretary, SOON)],
        ),
        decide(over("Whoa"), "hold", hold=NewHold(cio, "Who keeps the address?", SOON)),
        decide(family_item),
    ]
    taken = decide(gone)
    take_back(person=secretary, decision=Decision.objects.get(pk=taken.pk), submission="back")
    return [*made, taken]


def shown(decision: Decision, user: Person) -> dict[str, Any]:
    """The row as the decision's own page shows it."""
    seen = seen_decision(decision, user)
    return {
        "entry": decision.seal.sequence,
        "id": decision.pk,
        "decided": timezone.localtime(decision.at).replace(tzinfo=None, microsecond=0),
        "meeting": str(decision.item.meeting),
        "question": seen.question,
        "decision": seen.label,
        "reason": seen.reason,
        "requests": "; ".join(f"{row.request.reference} {row.label.lower()}" for row in seen.requests),
        "departments": "; ".join(sorted({row.request.silo.name for row in seen.requests})),
        "survivor": seen.survivor.reference if seen.survivor else None,
        "conditions": "; ".join(f"{each.text} ({each.owner}, {each.due})" for each in seen.conditions),
        "hold": f"{seen.hold.condition} ({seen.hold.owner}, {seen.hold.expires_on})" if seen.hold else None,
        "confidential": seen.hidden or None,
        "recorded_by": str(decision.recorded_by),
        "stands": "no" if seen.voided else "yes",
        "seal": None if seen.hidden else decision.seal.own_hash,
    }


def rows_for(user: Person) -> list[dict[str, Any]]:
    return list(log_rows(logged(user, LogFilter(all_entries=True)), user))


def check(user: Person) -> None:
    decisions = with_all(Decision.objects.all()).order_by("-at", "-id")
    assert rows_for(user) == [shown(each, user) for each in decisions]


def test_rows_say_what_pages_say(every_kind: list[Decision], reader: Person, cio: Person) -> None:
    check(reader)
    check(cio)
    assert set(rows_for(reader)[0]) == {column.name for column in COLUMNS}


def test_rows_hide_what_pages_hide(every_kind: list[Decision], reader: Person, requester: Person, cio: Person) -> None:
    """Whichever request is confidential: moved, survivor, predecessor or a member of a family."""
    for request in ProjectRequest.objects.order_by("id"):
        ProjectRequest.objects.filter(pk=request.pk).update(confidential=True)
        for user in (reader, requester, cio):
            check(user)
        assert any(row["confidential"] for row in rows_for(reader))
        assert not any(row["confidential"] for row in rows_for(cio))
        ProjectRequest.objects.filter(pk=request.pk).update(confidential=False)


def test_a_part_takes_seven_queries_at_most(
    every_kind: list[Decision],
    reader: Person,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    rows_for(reader)
    with django_assert_max_num_queries(3 + 7):
        rows_for(reader)
    monkeypatch.setattr(export, "PART", 4)
    with django_assert_max_num_queries(3 + 7 * 2):
        assert len(rows_for(reader)) == 8
    monkeypatch.setattr(export, "PART", 1)
    with django_assert_max_num_queries(3 + 7):  # the first row comes before the second is read
        next(log_rows(logged(reader, LogFilter(all_entries=True)), reader))
