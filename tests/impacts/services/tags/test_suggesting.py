"""Suggested tags: what is shown, what answers do, who is first, and what the worker brings up to date."""

from datetime import timedelta

import pytest
from django.utils import timezone

from impacts.engine.matching import spaces
from impacts.errors import ActNotPossible, NotAllowed
from impacts.models import DataUse, Effect, Impact, SystemUse, TagSuggestion
from impacts.selectors.scans.facts import facts_of
from impacts.selectors.tags.suggestions import Suggesting, SuggestionCard
from impacts.services.scans.index import held_index
from impacts.services.tags.suggesting import (
    accept_suggestion,
    decline_suggestion,
    refresh_suggestions,
    suggest_tags_for,
    undo_suggestion,
)
from impacts.services.tags.tagging import change_impact
from impacts.tasks import scan_marked_task
from portfolio.models import Person, ProjectRequest, ScanMark, Silo
from portfolio.services.requests import touch_request
from tests.factories import (
    DataDomainFactory,
    DataUseFactory,
    ImpactFactory,
    SegmentFactory,
    SystemFactory,
    SystemUseFactory,
    TagSuggestionFactory,
    TouchpointFactory,
    draft_request,
    filed_request,
)

pytestmark = pytest.mark.django_db


def shown(request: ProjectRequest) -> dict[tuple[str, str], SuggestionCard]:
    with held_index() as held:
        return {(card.register, card.name): card for card in Suggesting(held.index).cards(facts_of(request))}


def answer(request: ProjectRequest, register: str, entry: object, person: Person) -> dict[str, object]:
    return {"request": request, "register": register, "thing": entry.pk, "person": person}  # type: ignore[attr-defined]


def rewritten(request: ProjectRequest, **fields: str) -> None:
    fresh = ProjectRequest.objects.get(pk=request.pk)
    for name, value in fields.items():
        setattr(fresh, name, value)
    touch_request(request=fresh)
    ProjectRequest.objects.filter(pk=request.pk).update(**fields)


def test_suggestions_come_from_the_words_and_looking_stores_nothing(request_of_cards: ProjectRequest) -> None:
    TouchpointFactory.create(name="Push message")
    TouchpointFactory.create(name="Branch counter")
    TouchpointFactory.create(name="Push message of old", retired_on="2020-01-01")
    SegmentFactory.create(name="Card holders")
    found = shown(request_of_cards)
    assert set(found) == {("touchpoint", "Push message"), ("segment", "Card holders")}
    assert found["touchpoint", "Push message"].words[0] == "Push message"
    assert list(found.values()) == sorted(found.values(), key=lambda card: -card.confidence)
    assert not TagSuggestion.objects.exists()


def test_accepting_adds_the_line_and_undoing_takes_it_away(request_of_cards: ProjectRequest, requester: Person) -> None:
    push, holders = TouchpointFactory.create(name="Push message"), SegmentFactory.create(name="Card holders")
    consent, gate = DataDomainFactory.create(name="Consent"), SystemFactory.create(name="TextGate")
    with pytest.raises(ActNotPossible, match="touchpoint first"):
        accept_suggestion(**answer(request_of_cards, "segment", holders, requester))
    kept = accept_suggestion(**answer(request_of_cards, "touchpoint", push, requester))
    assert (kept.state, kept.decided_by, kept.words[0]) == ("accepted", requester, "Push message")
    assert Impact.objects.get().effect == Effect.CHANGES
    assert ScanMark.objects.filter(request=request_of_cards).exists()
    for register, entry in (("domain", consent), ("system", gate), ("segment", holders)):
        accept_suggestion(**answer(request_of_cards, register, entry, requester))
    assert list(Impact.objects.get().segments.all()) == [holders]
    assert shown(request_of_cards) == {}

    for register, entry in (("segment", holders), ("system", gate), ("domain", consent), ("touchpoint", push)):
        undo_suggestion(**answer(request_of_cards, register, entry, requester))
    assert [model.objects.count() for model in (Impact, DataUse, SystemUse)] == [0, 0, 0]
    assert set(TagSuggestion.objects.values_list("state", flat=True)) == {"open"}
    assert ("touchpoint", "Push message") in shown(request_of_cards)


def test_the_same_answer_twice_changes_nothing(request_of_cards: ProjectRequest, requester: Person) -> None:
    push = answer(request_of_cards, "touchpoint", TouchpointFactory.create(name="Push message"), requester)
    first = accept_suggestion(**push)
    version = ProjectRequest.objects.get(pk=request_of_cards.pk).version
    again = accept_suggestion(**push)
    assert again.decided_at == first.decided_at
    assert ProjectRequest.objects.get(pk=request_of_cards.pk).version == version
    assert Impact.objects.count() == 1
    undo_suggestion(**push)
    undo_suggestion(**push)
    decline_suggestion(**push)
    decline_suggestion(**push)
    assert TagSuggestion.objects.get().state == "declined"
    assert not Impact.objects.exists()


def test_who_is_second_is_told_who_was_first(
    request_of_cards: ProjectRequest, requester: Person, colleague: Person
) -> None:
    push = TouchpointFactory.create(name="Push message")
    decline_suggestion(**answer(request_of_cards, "touchpoint", push, colleague))
    with pytest.raises(ActNotPossible, match=f"{colleague.name} said that the request does not touch it"):
        accept_suggestion(**answer(request_of_cards, "touchpoint", push, requester))
    assert not Impact.objects.exists()
    accept_suggestion(**answer(request_of_cards, "touchpoint", push, colleague))
    assert Impact.objects.count() == 1
    with pytest.raises(ActNotPossible, match=f"{colleague.name} added it already"):
        decline_suggestion(**answer(request_of_cards, "touchpoint", push, requester))
    assert TagSuggestion.objects.get().decided_by == colleague


def test_a_line_that_was_filled_in_is_not_undone_away(request_of_cards: ProjectRequest, requester: Person) -> None:
    push = answer(request_of_cards, "touchpoint", TouchpointFactory.create(name="Push message"), requester)
    accept_suggestion(**push)
    change_impact(impact=Impact.objects.get(), person=requester, segments=[], effect=Effect.RETIRES)
    with pytest.raises(ActNotPossible, match="filled in since"):
        undo_suggestion(**push)
    assert TagSuggestion.objects.get().state == "accepted"
    assert Impact.objects.get().effect == Effect.RETIRES


def test_undoing_takes_back_only_what_accepting_added(request_of_cards: ProjectRequest, requester: Person) -> None:
    holders = SegmentFactory.create(name="Card holders")
    stated, unstated = (ImpactFactory.create(request=request_of_cards) for _ in range(2))
    stated.segments.add(holders)
    segment = answer(request_of_cards, "segment", holders, requester)
    accept_suggestion(**segment)
    assert [list(line.segments.all()) for line in (stated, unstated)] == [[holders], [holders]]
    undo_suggestion(**segment)
    assert [list(line.segments.all()) for line in (stated, unstated)] == [[holders], []]


@pytest.mark.parametrize("register", ["touchpoint", "domain", "system"])
def test_undoing_leaves_a_line_that_stood_there_before(
    register: str, request_of_cards: ProjectRequest, requester: Person
) -> None:
    line: Impact | DataUse | SystemUse
    if register == "touchpoint":
        line = ImpactFactory.create(request=request_of_cards, effect=Effect.CHANGES)
    elif register == "domain":
        line = DataUseFactory.create(request=request_of_cards, mode=DataUse.Mode.READS, system=None)
    else:
        line = SystemUseFactory.create(request=request_of_cards, effect=SystemUse.Effect.USES)
    said = answer(request_of_cards, register, getattr(line, register), requester)
    accept_suggestion(**said)
    undo_suggestion(**said)
    assert type(line).objects.filter(pk=line.pk).exists()
    assert TagSuggestion.objects.get().state == "open"


def test_only_who_may_edit_answers_and_only_about_what_is_there(
    request_of_cards: ProjectRequest, requester: Person, outsider: Person
) -> None:
    push = TouchpointFactory.create(name="Push message")
    for act in (accept_suggestion, decline_suggestion, undo_suggestion):
        with pytest.raises(NotAllowed):
            act(**answer(request_of_cards, "touchpoint", push, outsider))
    with pytest.raises(ActNotPossible, match="nothing to take back"):
        undo_suggestion(**answer(request_of_cards, "touchpoint", push, requester))
    push.retired_on = timezone.localdate()
    push.save()
    for register in ("touchpoint", "measure"):
        with pytest.raises(ActNotPossible, match="no longer in the register"):
            accept_suggestion(**answer(request_of_cards, register, push, requester))
    assert not TagSuggestion.objects.exists()


def test_what_was_declined_for_similar_requests_is_suggested_with_less_confidence(
    request_of_cards: ProjectRequest, requester: Person
) -> None:
    TouchpointFactory.create(name="Payroll")
    push = TouchpointFactory.create(name="Push message")
    other = filed_request(title="Push message when money comes")
    before = shown(request_of_cards)["touchpoint", "Push message"].confidence
    TagSuggestionFactory.create(request=other, thing=push, state="declined", decided_by=requester)
    assert shown(request_of_cards)["touchpoint", "Push message"].confidence < before


def test_nothing_is_learned_from_confidential_requests(request_of_cards: ProjectRequest, architect: Person) -> None:
    secret = TouchpointFactory.create(name="Payroll")
    for _ in range(3):
        filed_request(title="Lift maintenance")
    same = {"title": request_of_cards.title, "problem": request_of_cards.problem, "proposal": request_of_cards.proposal}
    twins = [filed_request(confidential=True, **same) for _ in range(3)]
    for twin in twins:
        ImpactFactory.create(request=twin, touchpoint=secret)
    assert shown(request_of_cards) == {}
    ProjectRequest.objects.filter(pk__in=[twin.pk for twin in twins]).update(
        confidential=False, updated_at=timezone.now()
    )
    assert shown(request_of_cards)["touchpoint", "Payroll"].similar == 3


def test_stored_suggestions_keep_what_was_said(request_of_cards: ProjectRequest, requester: Person) -> None:
    push, holders = TouchpointFactory.create(name="Push message"), SegmentFactory.create(name="Card holders")
    assert suggest_tags_for(request_ids=[request_of_cards.pk]) == 2
    accept_suggestion(**answer(request_of_cards, "touchpoint", push, requester))
    decline_suggestion(**answer(request_of_cards, "segment", holders, requester))
    assert suggest_tags_for(request_ids=[request_of_cards.pk]) == 0
    assert dict(TagSuggestion.objects.values_list("register", "state")) == {
        "touchpoint": "accepted",
        "segment": "declined",
    }


def test_the_worker_brings_waiting_suggestions_up_to_date(request_of_cards: ProjectRequest) -> None:
    push, letter = TouchpointFactory.create(name="Push message"), TouchpointFactory.create(name="Letter")
    suggest_tags_for(request_ids=[request_of_cards.pk])
    assert refresh_suggestions() == 0
    assert [each.thing_id for each in TagSuggestion.objects.all()] == [push.pk]
    rewritten(request_of_cards, title="A letter when money leaves", proposal="Send a letter.")
    scan_marked_task()
    assert [each.thing_id for each in TagSuggestion.objects.all()] == [letter.pk]
    assert refresh_suggestions() == 0


def test_drafts_and_requests_without_suggestions_give_the_worker_nothing_to_do(
    cards: Silo, requester: Person, request_of_cards: ProjectRequest
) -> None:
    TagSuggestionFactory.create(request=draft_request(silo=cards, requester=requester, title="Push message"))
    TouchpointFactory.create(name="Push message")
    rewritten(request_of_cards, title="Push message again")
    assert refresh_suggestions() == 0
    assert TagSuggestion.objects.count() == 1


def test_refreshing_goes_in_batches_and_gets_through(request_of_cards: ProjectRequest) -> None:
    TouchpointFactory.create(name="Push message")
    others = [filed_request(title=f"Push message {number}") for number in range(3)]
    for each in (request_of_cards, *others):
        TagSuggestionFactory.create(request=each, decided_at=timezone.now() - timedelta(1))
    assert [refresh_suggestions(limit=3), refresh_suggestions(limit=3), refresh_suggestions(limit=3)] == [3, 1, 0]


def test_a_request_that_cannot_be_read_does_not_keep_the_others_waiting(
    request_of_cards: ProjectRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = filed_request(title="Odd", problem="", proposal="")
    for request in (odd, request_of_cards):
        TagSuggestionFactory.create(request=request, request_version=0)
    read = spaces.request_counts
    monkeypatch.setattr(spaces, "request_counts", lambda facts: 1 / 0 if facts.title == "Odd" else read(facts))
    assert refresh_suggestions() == 2
    assert TagSuggestion.objects.filter(request=odd).exists()
    assert not TagSuggestion.objects.filter(request=request_of_cards, request_version=0).exists()
