"""Decisions, conditions and minutes as different people see them: confidential requests are redacted."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from board.models import AgendaItem, DecidedRequest, Decision, Meeting
from board.selectors.decisions.decisions import (
    HIDDEN_REASON,
    conditions_for,
    decision_as_seen,
    decisions_over,
    seen_decision,
)
from board.selectors.decisions.log import LogFilter, logged
from board.selectors.decisions.secrets import secrets_of
from board.selectors.papers.minutes import minutes_for
from board.services.decisions.holds import return_expired_holds
from board.services.decisions.rulings import NewCondition, NewFamily, NewHold
from board.services.decisions.undoing import take_back
from board.services.meetings.agenda import add_item
from portfolio.lifecycle import Status
from portfolio.models import Notification, Person, ProjectRequest
from tests.factories import (
    AgendaItemFactory,
    DecisionFactory,
    FamilyFactory,
    PersonFactory,
    WatchFactory,
    filed_request,
)

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
    assert list(logged(reader, LogFilter(words="merger"))) == []
    assert list(logged(secretary, LogFilter(words="merger"))) == [decision]
    assert list(logged(reader, LogFilter())) == [decision]


def test_filters_narrow(session: Meeting, secretary: Person, reader: Person, decide: Decide) -> None:
    made = {}
    for kind in ("approve", "reject"):
        request = filed_request(status=Status.READY.value, title=f"Request to {kind}")
        made[kind] = decide(add_item(person=secretary, meeting=session, request=request), kind)
    assert list(logged(reader, LogFilter(kind="reject"))) == [made["reject"]]
    silo = made["approve"].requests.get().request.silo_id
    assert list(logged(reader, LogFilter(silo=silo))) == [made["approve"]]
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert not logged(reader, LogFilter(since=tomorrow)).exists()
    assert list(logged(reader, LogFilter(words="to reject"))) == [made["reject"]]


def test_what_was_taken_back_leaves_the_list_and_stays_in_the_record(
    item: AgendaItem, session: Meeting, ready: ProjectRequest, secretary: Person, reader: Person, decide: Decide
) -> None:
    decision = decide(item)
    take_back(person=secretary, decision=Decision.objects.get(pk=decision.pk), submission="x")
    assert not logged(reader, LogFilter()).exists()
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


def secret_request() -> ProjectRequest:
    return filed_request(status=Status.READY.value, title="Secret merger", confidential=True)


def follow(request: ProjectRequest, person: Person) -> None:
    WatchFactory.create(request=request, person=person)


def test_request_put_behind_a_hidden_one_tells_no_reason(
    item: AgendaItem, ready: ProjectRequest, reader: Person, secretary: Person, decide: Decide
) -> None:
    follow(ready, reader)
    decision = decide(item, "sequence", reason="The secret merger goes first.", after=[secret_request()])
    seen = seen_decision(decision, reader)
    assert (seen.reason, seen.hidden) == (HIDDEN_REASON, 1)
    assert seen_decision(decision, secretary).reason == "The secret merger goes first."
    assert list(logged(reader, LogFilter(words="merger"))) == []
    assert list(logged(secretary, LogFilter(words="merger"))) == [decision]


def test_search_does_not_tell_into_what_a_request_was_merged(item: AgendaItem, reader: Person, decide: Decide) -> None:
    decide(item, "merge", reason="The secret merger carries it.", survivor=secret_request())
    assert list(logged(reader, LogFilter(words="merger"))) == []


@pytest.mark.parametrize("kind", ["merge", "sequence"])
def test_what_a_hidden_request_has_to_do_with_it_stands_neither_in_the_history_nor_in_a_message(
    item: AgendaItem, ready: ProjectRequest, reader: Person, requester: Person, decide: Decide, kind: str
) -> None:
    secret = secret_request()
    for person in (reader, secret.requester):
        follow(ready, person)
    other = {"survivor": secret} if kind == "merge" else {"after": [secret]}
    decide(item, kind, reason="The secret merger needs it.", **other)
    assert ready.transitions.order_by("-id")[0].why == HIDDEN_REASON
    told = {note.person_id: note.text for note in Notification.objects.filter(request=ready)}
    assert HIDDEN_REASON in told[reader.pk]
    assert "secret merger" in told[secret.requester_id]


def test_the_end_of_a_hold_keeps_quiet_about_a_hidden_request_too(
    session: Meeting, secretary: Person, reader: Person, decide: Decide
) -> None:
    item, open_one, secret = secret_family(session, secretary)
    hold = NewHold(secretary, "May the secret merger be told?", timezone.localdate() + timedelta(days=3))
    decide(item, "hold", reason="The secret merger needs it.", hold=hold)
    return_expired_holds(today=timezone.localdate() + timedelta(days=4))
    assert {row.why for row in open_one.transitions.order_by("-id")[:2]} == {HIDDEN_REASON}
    assert "secret merger" in secret.transitions.order_by("-id")[0].why


def test_decision_over_a_family_says_nothing_to_who_may_not_see_one_of_its_members(reader: Person) -> None:
    shown = filed_request(title="Tell card holders")
    secret = filed_request(title="Sale of the card book", confidential=True)
    family = FamilyFactory.create(lead=secret, with_members=[shown], title="Sale of the card book")
    item = AgendaItemFactory.create(family=family, question="Should the sale of the card book go on?")
    decision = DecisionFactory.create(item=item, reason="Because of the sale.")
    DecidedRequest.objects.create(decision=decision, request=shown, status_before="ready", status_after="approved")
    seen = decision_as_seen(decision.pk, reader)
    assert seen.hidden == 1
    assert "sale" not in f"{seen.question} {seen.reason}".lower()


@pytest.mark.parametrize("kind", ["merge", "sequence"])
def test_taking_back_keeps_quiet_about_a_hidden_request_too(
    item: AgendaItem, ready: ProjectRequest, reader: Person, secretary: Person, decide: Decide, kind: str
) -> None:
    follow(ready, reader)
    secret = secret_request()
    decision = decide(
        item, kind, reason="The merger.", **{"merge": {"survivor": secret}}.get(kind, {"after": [secret]})
    )
    again = Decision.objects.get(pk=decision.pk)
    back = take_back(person=secretary, decision=again, submission="x", reason="The merger is off.")
    for each in (decision, back):
        seen = decision_as_seen(each.pk, reader)
        assert (seen.hidden, seen.reason) == (1, HIDDEN_REASON)
        assert "merger" in decision_as_seen(each.pk, secretary).reason
    assert not logged(reader, LogFilter(words="merger", all_entries=True)).exists()
    told = Notification.objects.filter(person=reader, request=ready)
    assert [note for note in told if "merger" in note.text] == []


def test_what_joins_a_family_with_a_hidden_request_tells_no_reason(
    item: AgendaItem, ready: ProjectRequest, reader: Person, secretary: Person, decide: Decide
) -> None:
    open_one, secret = filed_request(status=Status.READY.value), secret_request()
    FamilyFactory.create(lead=open_one, with_members=[secret])
    family = NewFamily(lead=open_one, owner=secretary, partner=open_one)
    decision = decide(item, "join", reason="It goes with the merger.", family=family)
    assert decision_as_seen(decision.pk, reader).reason == HIDDEN_REASON
    assert list(logged(reader, LogFilter(words="merger"))) == []
    assert list(logged(secretary, LogFilter(words="merger"))) == [decision]
    assert secrets_of([decision])[decision.pk] == (secret.pk,)
    back = take_back(person=secretary, decision=Decision.objects.get(pk=decision.pk), submission="x", reason="Merger!")
    assert decision_as_seen(back.pk, reader).reason == HIDDEN_REASON
