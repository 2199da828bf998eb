"""Decisions, conditions and minutes as different people see them: confidential requests are redacted."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from board.models import AgendaItem, Decision, Meeting
from board.selectors.decisions import (
    HIDDEN_REASON,
    DecisionFilter,
    conditions_for,
    decisions_for,
    decisions_over,
    seen_decision,
)
from board.selectors.minutes import minutes_for
from board.services.agenda import add_item
from board.services.decisions import take_back
from board.services.rulings import NewCondition
from portfolio.lifecycle import Status
from portfolio.models import Person, ProjectRequest
from tests.factories import FamilyFactory, PersonFactory, filed_request

Decide = Callable[..., Decision]


def secret_family(session: Meeting, secretary: Person) -> tuple[AgendaItem, ProjectRequest, ProjectRequest]:
    open_one = filed_request(status=Status.READY.value, title="Open plan")
    secret = filed_request(status=Status.READY.value, title="Secret merger", confidential=True)
    family = FamilyFactory.create(lead=open_one, with_members=[secret], title="Plan and merger")
    return add_item(person=secretary, meeting=session, family=family), open_one, secret


def test_decision_with_a_hidden_request_keeps_its_words_to_itself(
    session: Meeting, secretary: Person, reader: Person, decide: Decide
) -> None:
    item, open_one, secret = secret_family(session, secretary)
    decision = decide(item, reason="The secret merger needs it.")
    seen = seen_decision(decision, reader)
    assert [row.request for row in seen.requests] == [open_one]
    assert seen.hidden == 1
    assert seen.reason == HIDDEN_REASON
    assert "merger" not in seen.question
    for person in (secretary,):
        assert seen_decision(decision, person).reason == "The secret merger needs it."
    own = seen_decision(decision, secret.requester)
    assert own.hidden == 0


def test_search_does_not_tell_of_confidential_requests(
    session: Meeting, secretary: Person, reader: Person, decide: Decide
) -> None:
    item, *_ = secret_family(session, secretary)
    decision = decide(item, reason="The secret merger needs it.")
    assert list(decisions_for(reader, DecisionFilter(words="merger"))) == []
    assert list(decisions_for(secretary, DecisionFilter(words="merger"))) == [decision]
    assert list(decisions_for(reader, DecisionFilter())) == [decision]


def test_filters_narrow(session: Meeting, secretary: Person, reader: Person, decide: Decide) -> None:
    made = {}
    for kind in ("approve", "reject"):
        request = filed_request(status=Status.READY.value, title=f"Request to {kind}")
        made[kind] = decide(add_item(person=secretary, meeting=session, request=request), kind)
    assert list(decisions_for(reader, DecisionFilter(kind="reject"))) == [made["reject"]]
    silo = made["approve"].requests.get().request.silo_id
    assert list(decisions_for(reader, DecisionFilter(silo=silo))) == [made["approve"]]
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert not decisions_for(reader, DecisionFilter(since=tomorrow)).exists()
    assert list(decisions_for(reader, DecisionFilter(words="to reject"))) == [made["reject"]]


def test_what_was_taken_back_leaves_the_list_and_stays_in_the_record(
    item: AgendaItem, session: Meeting, ready: ProjectRequest, secretary: Person, reader: Person, decide: Decide
) -> None:
    decision = decide(item)
    take_back(person=secretary, decision=Decision.objects.get(pk=decision.pk), submission="x")
    assert not decisions_for(reader, DecisionFilter()).exists()
    record = decisions_over(ready, reader)
    assert [(seen.pk, seen.voided) for seen in record] == [(decision.pk, True)]
    line = minutes_for(session, secretary)[0]
    assert line.decision is None
    assert [seen.pk for seen in line.taken_back] == [decision.pk]


def test_survivor_shows_the_decision_that_merged_others_into_it(
    item: AgendaItem, ready: ProjectRequest, secretary: Person, decide: Decide
) -> None:
    survivor = filed_request(status=Status.APPROVED.value)
    decision = decide(item, "merge", survivor=survivor)
    assert [seen.pk for seen in decisions_over(survivor, secretary)] == [decision.pk]


def test_conditions_of_hidden_requests_show_only_to_their_owner(
    session: Meeting, secretary: Person, reader: Person, decide: Decide
) -> None:
    item, *_ = secret_family(session, secretary)
    owner = PersonFactory.create()
    due = timezone.localdate() + timedelta(days=1)
    decide(item, "approve_with_conditions", conditions=[NewCondition("Keep it quiet", owner, due)])
    assert not conditions_for(reader).exists()
    assert conditions_for(owner).count() == 1
    assert conditions_for(secretary).count() == 1
    assert not conditions_for(owner, state="overdue").exists()


def test_minutes_of_a_confidential_item_name_nothing(
    session: Meeting, secretary: Person, reader: Person, decide: Decide
) -> None:
    secret = filed_request(status=Status.READY.value, title="Secret merger", confidential=True)
    decide(add_item(person=secretary, meeting=session, request=secret), reason="The merger.")
    line = minutes_for(session, reader)[0]
    assert line.requests == []
    assert line.hidden == 1
    assert line.decision is not None
    assert "merger" not in f"{line.question} {line.decision.question} {line.decision.reason}".lower()
