"""What a person typed is never lost: each form of the board that refuses something shows it again, with why."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, reverse
from django.utils import timezone

from board.models import AgendaItem, Meeting, Scenario, StandAside
from board.services.meetings.agenda import add_item
from board.services.meetings.meetings import plan_meeting
from board.services.meetings.own_items import add_own_item
from board.services.meetings.presence import say_aside
from board.services.meetings.series import start_series
from board.urls import plans, priorities, reports
from board.urls import urlpatterns as board_patterns
from portfolio.lifecycle import Status
from portfolio.models import Person, Role
from tests.factories import (
    ConditionFactory,
    CriterionFactory,
    DecidedRequestFactory,
    DecisionFactory,
    HoldFactory,
    ObjectionFactory,
    PackFactory,
    PlannedContactFactory,
    PlanRunFactory,
    ProposalFactory,
    QuestionFactory,
    RankingFactory,
    ScenarioFactory,
    SegmentFactory,
    WeightSetFactory,
    filed_request,
    person_with,
)

pytestmark = pytest.mark.django_db
ClientAs = Callable[[Person], Client]
WORDS = "Words that I typed"
LONG = WORDS + " and typed" * 1000


@dataclass
class Sent:
    """One form as somebody sends it: what is wrong with it, and what must stand on the page that answers."""

    args: list[Any]
    data: dict[str, Any]
    by: Person
    words: str = WORDS


NOTHING_TYPED = {
    "board:item-add", "board:item-restore", "board:item-pin", "board:item-take-out", "board:item-count",
    "board:clock-restart", "board:own-reopen",
    "board:meeting-open", "board:meeting-close", "board:meeting-invite", "board:decision-take-back",
    "board:change-finish", "board:pack-publish", "board:pack-link-revoke",
    "board:meeting-reply-file",  # a file: no browser shows one again
    "plan:scenario-discard", "plan:scenario-restore", "plan:scenario-run", "plan:scenario-stop",
    "plan:scenario-unpin", "plan:way-apply", "plan:adopt", "priorities:criterion-retire", "priorities:proposal-take",
    "reports:schedule", "reports:stop-by-link",
}  # fmt: skip
"""Addresses that take no words: what is sent is a button, a choice or a file."""


@pytest.fixture
def forms(session: Meeting, secretary: Person, cio: Person, architect: Person) -> dict[str, Sent]:
    return (
        dict(_meetings(session, secretary, cio))
        | dict(_record(secretary, cio, architect))
        | dict(_plans(cio, secretary))
    )


def _meetings(meeting: Meeting, secretary: Person, cio: Person) -> Iterator[tuple[str, Sent]]:
    first = timezone.localdate() + timedelta(days=1)
    series = start_series(
        person=secretary, frequency="weekly", weekday=first.weekday(), starts_on=first, starts_time=time(14), chair=cio
    )
    item, _ = (
        add_item(person=secretary, meeting=meeting, request=filed_request(status=Status.READY.value)) for _ in range(2)
    )
    why = f"because-{cio.pk}"
    yield "board:meeting-new", Sent([], {"title": WORDS}, secretary)
    yield "board:meeting-edit", Sent([meeting.pk], {"title": WORDS}, secretary)
    yield "board:meeting-cancel", Sent([meeting.pk], {"because": LONG, "version": 1}, secretary)
    yield "board:meeting-attendance", Sent([meeting.pk], {"present": [], why: LONG}, secretary)
    yield "board:meeting-reply", Sent([meeting.pk], {"reply": "declined", "because": LONG}, cio)
    yield "board:meeting-expect", Sent([meeting.pk], {"who": WORDS}, secretary)
    yield "board:meeting-waive", Sent([meeting.pk], {"because": WORDS}, secretary)
    yield "board:item-aside", Sent([item.pk], {"who": "", "because": WORDS}, secretary)
    yield "board:meeting-build", Sent([meeting.pk], {f"minutes-item:{item.pk}": WORDS}, secretary)
    yield "board:meeting-note", Sent([meeting.pk], {"note": LONG, "version": 1}, secretary)
    yield "board:minutes-correct", Sent([meeting.pk], {"text": LONG}, secretary)
    yield "board:series-new", Sent([], {"title": WORDS}, secretary)
    yield "board:series-edit", Sent([series.pk], {"title": WORDS}, secretary)
    yield "board:series-leave-out", Sent([series.pk], {"because": WORDS}, secretary)
    yield "board:series-end", Sent([series.pk], {"cancel": "on", "because": LONG}, secretary)
    yield "board:item-edit", Sent([item.pk], {"question": WORDS}, secretary)
    yield "board:item-move", Sent([item.pk], {"to": WORDS}, secretary)
    yield "board:own-add", Sent([meeting.pk], {"question": WORDS, "minutes": "no"}, secretary)
    own = add_own_item(person=secretary, meeting=meeting, title="Budget")
    yield "board:own-close", Sent([own.pk], {"outcome": WORDS, "version": 99}, secretary)
    yield "board:item-drop", Sent([item.pk], {"reason": LONG}, secretary)
    yield "board:item-decide", Sent([item.pk], {"choice": "approve", "reason": WORDS}, secretary)
    pack = PackFactory.create(meeting=meeting)
    yield "board:pack-links", Sent([meeting.pk], {"pack": pack.pk, "name": WORDS}, secretary)


def _record(secretary: Person, cio: Person, architect: Person) -> Iterator[tuple[str, Sent]]:
    condition, question, objection = ConditionFactory.create(), QuestionFactory.create(), ObjectionFactory.create()
    DecidedRequestFactory.create(decision=question.decision, request=question.decision.item.request)
    manager = person_with(Role.SEGMENT_MANAGER)
    about = PlannedContactFactory.create(
        request=filed_request(status=Status.READY.value), segment=SegmentFactory.create(manager=manager)
    ).request
    approved = filed_request(status=Status.APPROVED.value)
    decision = DecisionFactory.create()
    yield "board:condition-met", Sent([condition.pk], {"note": LONG}, secretary)
    yield "board:condition-move", Sent([condition.pk], {"reason": WORDS}, secretary)
    yield "board:hold-give", Sent([HoldFactory.create().pk], {"reason": WORDS}, secretary)
    yield "board:question-answer", Sent([question.pk], {"answer": LONG}, secretary)
    yield "board:objection-new", Sent([about.reference], {"reason": LONG}, manager)
    yield "board:objection-withdraw", Sent([objection.pk], {"reason": LONG}, objection.person)
    yield "board:decision-undo", Sent([decision.pk], {"reason": WORDS, "submission": "one"}, secretary)
    yield "board:change-open", Sent([approved.reference], {"reason": LONG}, architect)


def _plans(cio: Person, secretary: Person) -> Iterator[tuple[str, Sent]]:
    scenario, ready = ScenarioFactory.create(made_by=cio), filed_request(status=Status.READY.value)
    criterion = CriterionFactory.create()
    WeightSetFactory.create()
    RankingFactory.create()
    proposal = ProposalFactory.create(made_by=cio)
    pin = {"request": ready.reference, "kind": "out", "why": LONG}
    yield "plan:scenario-new", Sent([], {"name": WORDS}, cio)
    yield "plan:scenario-edit", Sent([scenario.pk], {"name": WORDS}, cio)
    yield "plan:scenario-copy", Sent([scenario.pk], {"name": LONG}, cio)
    yield "plan:scenario-pin", Sent([scenario.pk], pin, cio)
    proposed = PlanRunFactory.create(scenario=ScenarioFactory.create(made_by=cio))
    Scenario.objects.filter(pk=proposed.scenario_id).update(adopted_run=proposed)
    yield "plan:take-back", Sent([proposed.scenario_id], {"reason": LONG}, secretary)
    yield "priorities:score", Sent([ready.reference], {f"reason-{criterion.pk}": LONG}, cio)
    yield "priorities:weights", Sent([], {"new-name": WORDS}, cio)
    yield "priorities:weights-set", Sent([], {"why": LONG, "expected": 1}, cio)
    yield "priorities:propose", Sent([], {"first": 10, "note": LONG}, cio)
    yield "priorities:rank-place", Sent(["it", ready.reference], {"to": WORDS, "version": 1}, cio)
    yield "priorities:proposal-decline", Sent([proposal.pk], {"because": LONG}, secretary)


def test_a_form_that_refuses_something_shows_what_was_typed(client_as: ClientAs, forms: dict[str, Sent]) -> None:
    lost = []
    for name, sent in forms.items():
        answer = client_as(sent.by).post(reverse(name, args=sent.args), sent.data)
        page = answer.content.decode()
        says_why = 'class="err' in page or 'role="alert"' in page
        if answer.status_code not in {409, 422} or sent.words not in page or not says_why:
            lost.append(f"{name}: {answer.status_code}, {sent.words in page}, {says_why}")
    assert not lost, "; ".join(lost)


GIVEN = {"reference": "REQ-1", "register": "x", "slug": "x", "fmt": "csv", "side": "it", "quarter": "2026Q1",
         "column": "asked", "token": uuid4(), "key": "x", "form": "pdf", "kind": "csv", "figure": "spend"}  # fmt: skip


def _takes_posts(client: Client, pattern: URLPattern, space: str) -> bool:
    """Whether an address answers POST, as its view says of itself."""
    names = {*pattern.pattern.converters, *pattern.pattern.regex.groupindex} - set(pattern.default_args)
    given = {name: GIVEN.get(name, 1) for name in names}
    if pattern.name in {"stop-by-link", "roadmap-csv"}:
        given = dict.fromkeys(names, "x")
    answer = client.options(reverse(f"{space}:{pattern.name}", kwargs=given | pattern.default_args))
    return "POST" in answer.headers.get("Allow", "")


def test_every_form_of_the_board_is_among_them(client_as: ClientAs, cio: Person, forms: dict[str, Sent]) -> None:
    client = client_as(cio)
    every = {"board": board_patterns, "plan": plans.urlpatterns, "priorities": priorities.urlpatterns}
    every["reports"] = reports.urlpatterns
    taking = {
        f"{space}:{pattern.name}"
        for space, patterns in every.items()
        for pattern in patterns
        if _takes_posts(client, pattern, space)
    }
    assert taking == set(forms) | NOTHING_TYPED


@pytest.mark.parametrize("over_item", [False, True])
def test_too_long_a_reason_is_refused_and_kept_whole(
    client_as: ClientAs, meeting: Meeting, secretary: Person, over_item: bool
) -> None:
    Meeting.objects.filter(pk=meeting.pk).update(quorum=50)
    item = add_item(person=secretary, meeting=meeting, request=filed_request(status=Status.READY.value))
    reason = "w" * 301
    data = {"because": reason} | ({"item": item.pk} if over_item else {})
    answer = client_as(secretary).post(reverse("board:meeting-waive", args=[meeting.pk]), data)
    assert answer.status_code == 422
    assert f'value="{reason}"' in answer.content.decode()
    assert "at most 300 characters (it has 301)" in answer.content.decode()
    assert not meeting.quorum_waivers.exists()


def test_removing_somebody_keeps_the_reasons_that_were_typed_meanwhile(
    client_as: ClientAs, meeting: Meeting, secretary: Person, cio: Person, board_member: Person
) -> None:
    meeting = plan_meeting(person=secretary, starts_at=timezone.now(), chair=cio, secretary=secretary)
    data = {"remove": board_member.pk, "present": [cio.pk], f"because-{secretary.pk}": WORDS}
    answer = client_as(secretary).post(reverse("board:meeting-expect", args=[meeting.pk]), data)
    page = answer.content.decode()
    assert f'value="{WORDS}"' in page
    assert f'value="{cio.pk}" aria-label="{cio} is there" checked' in page
    assert not meeting.attendances.filter(person=board_member).exists()


@pytest.mark.parametrize("who", ["one more", ""])
def test_expecting_somebody_keeps_who_is_ticked_and_the_reasons_that_were_typed(
    client_as: ClientAs, secretary: Person, cio: Person, board_member: Person, who: str
) -> None:
    guest = person_with(Role.BOARD_MEMBER, name="One More")
    meeting = plan_meeting(person=secretary, starts_at=timezone.now(), chair=cio, secretary=secretary)
    meeting.attendances.filter(person=guest).delete()
    data = {"who": who, "present": [cio.pk], f"because-{board_member.pk}": WORDS}
    answer = client_as(secretary).post(reverse("board:meeting-expect", args=[meeting.pk]), data)
    page = answer.content.decode()
    assert f'value="{WORDS}"' in page
    assert f'value="{cio.pk}" aria-label="{cio} is there" checked' in page
    assert meeting.attendances.filter(person=guest).exists() is bool(who)


def test_saving_who_is_there_also_expects_who_was_typed(client_as: ClientAs, secretary: Person, cio: Person) -> None:
    guest = person_with(Role.BOARD_MEMBER, name="One More")
    meeting = plan_meeting(person=secretary, starts_at=timezone.now(), chair=cio, secretary=secretary)
    meeting.attendances.filter(person=guest).delete()
    address = reverse("board:meeting-attendance", args=[meeting.pk])
    unknown = client_as(secretary).post(address, {"who": "Nobody Known", "present": [cio.pk]})
    assert unknown.status_code == 422
    assert f'value="{cio.pk}" aria-label="{cio} is there" checked' in unknown.content.decode()
    assert client_as(secretary).post(address, {"who": "one more", "present": [cio.pk]}).status_code == 302
    assert meeting.attendances.filter(person=guest, present=False).exists()
    assert meeting.attendances.get(person=cio).present


def test_a_reason_that_is_too_long_loses_nobody_who_was_typed_beside_it(
    client_as: ClientAs, secretary: Person, cio: Person
) -> None:
    guest = person_with(Role.BOARD_MEMBER, name="One More")
    meeting = plan_meeting(person=secretary, starts_at=timezone.now(), chair=cio, secretary=secretary)
    meeting.attendances.filter(person=guest).delete()
    data = {"who": "one more", "votes": "on", f"because-{cio.pk}": "x" * 300}
    answer = client_as(secretary).post(reverse("board:meeting-attendance", args=[meeting.pk]), data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="one more"' in page
    assert re.search(r'name="votes"[^>]* checked', page)
    assert "x" * 300 in page
    assert not meeting.attendances.filter(person=guest).exists()


def test_words_about_an_item_that_was_taken_off_meanwhile_are_shown(
    client_as: ClientAs, meeting: Meeting, secretary: Person, cio: Person
) -> None:
    item = add_item(person=secretary, meeting=meeting, request=filed_request(status=Status.READY.value))
    AgendaItem.objects.filter(pk=item.pk).update(status=AgendaItem.Status.DROPPED)
    data = {"who": cio.pk, "stays": "no", "because": WORDS}
    answer = client_as(secretary).post(reverse("board:item-aside", args=[item.pk]), data)
    assert answer.status_code == 409
    assert WORDS in answer.content.decode()
    assert not StandAside.objects.exists()


def test_taking_back_a_word_about_a_decided_item_says_why_not(
    client_as: ClientAs, meeting: Meeting, secretary: Person, cio: Person
) -> None:
    item = add_item(person=secretary, meeting=meeting, request=filed_request(status=Status.READY.value))
    row = say_aside(person=secretary, item=item, who=cio, because="Knows the vendor.")
    AgendaItem.objects.filter(pk=item.pk).update(status=AgendaItem.Status.DROPPED)
    url = reverse("board:item-aside", args=[item.pk])
    answer = client_as(secretary).post(url, {"unsay": row.pk}, follow=True)
    assert "stays as it was" in answer.content.decode()
    assert StandAside.objects.filter(pk=row.pk).exists()
