"""Drafts that save themselves, filing, and the trash."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from portfolio.errors import NotAllowed, NotComplete, StaleVersion, StepNotPossible
from portfolio.models import Person, ProjectRequest, ScanMark, Silo
from portfolio.services import filing
from portfolio.services.filing import (
    create_draft,
    discard_draft,
    file_heads_up,
    restore_draft,
    save_step,
    submit_request,
)
from portfolio.services.merging import Entry, fingerprint
from portfolio.services.requests import claim_version
from tests.factories import ObjectiveFactory, draft_request, filed_request, person_with

pytestmark = pytest.mark.django_db


def entry(value: Any, base: Any = "") -> Entry:
    return Entry(value=value, raw=str(value or ""), base=fingerprint(base))


def test_one_page_makes_one_draft(requester: Person, cards: Silo) -> None:
    first = create_draft(person=requester, silo=cards, token="t")

    assert create_draft(person=requester, silo=cards, token="t") == first
    assert create_draft(person=requester, silo=cards, token="u") != first


def test_draft_for_a_foreign_department_is_refused(requester: Person, retail: Silo) -> None:
    with pytest.raises(NotAllowed):
        create_draft(person=requester, silo=retail, token="t")


def test_draft_writes_no_history_until_it_is_filed(requester: Person, cards: Silo) -> None:
    draft = create_draft(person=requester, silo=cards, token="t")
    entries = {"title": entry("A title"), "problem": entry("Trouble"), "kind": entry("internal")}
    draft, _ = save_step(request=draft, person=requester, entries=entries, page="p")
    assert draft.history.count() == 0  # type: ignore[attr-defined]

    submit_request(request=draft, person=requester)

    assert draft.history.count() == 1  # type: ignore[attr-defined]


def test_two_windows_on_a_draft_save_different_fields(requester: Person, cards: Silo) -> None:
    draft = create_draft(person=requester, silo=cards, token="t")
    save_step(request=draft, person=requester, entries={"title": entry("A"), "problem": entry("")}, page="one")
    save_step(request=draft, person=requester, entries={"title": entry(""), "problem": entry("B")}, page="two")

    draft.refresh_from_db()
    assert (draft.title, draft.problem, draft.version) == ("A", "B", 3)


def test_two_windows_on_the_same_field_keep_both(requester: Person, colleague: Person, cards: Silo) -> None:
    draft = create_draft(person=requester, silo=cards, token="t")
    save_step(request=draft, person=requester, entries={"title": entry("Mine")}, page="one")
    _, result = save_step(request=draft, person=colleague, entries={"title": entry("Theirs")}, page="two")

    draft.refresh_from_db()
    assert draft.title == "Mine"
    assert draft.typed["kept"] == {"title": "Theirs"}
    assert [each.field for each in result.conflicts] == ["title"]


def test_nothing_new_writes_nothing(requester: Person, cards: Silo) -> None:
    draft = create_draft(person=requester, silo=cards, token="t")
    save_step(request=draft, person=requester, entries={"title": entry("")}, page="one")

    draft.refresh_from_db()
    assert draft.version == 1


def test_write_between_read_and_save_is_followed(
    requester: Person, cards: Silo, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = create_draft(person=requester, silo=cards, token="t")
    others: Iterator[str] = iter(["B"])

    def claim_after_another(*, request: ProjectRequest, expected: int | None = None) -> None:
        for problem in others:
            now = ProjectRequest.objects.get(pk=request.pk)
            ProjectRequest.objects.filter(pk=now.pk).update(problem=problem, version=now.version + 1)
        claim_version(request=request, expected=expected)

    monkeypatch.setattr(filing, "claim_version", claim_after_another)
    # On this one connection the other's write goes with the first try; what counts is that a second try is made.
    save_step(request=draft, person=requester, entries={"title": entry("A")}, page="one")

    draft.refresh_from_db()
    assert draft.title == "A"


def test_stale_for_ever_is_said(requester: Person, cards: Silo, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = create_draft(person=requester, silo=cards, token="t")

    def never(*, request: ProjectRequest, expected: int | None = None) -> None:
        claim_version(request=request, expected=request.version + 100)

    monkeypatch.setattr(filing, "claim_version", never)
    with pytest.raises(StaleVersion):
        save_step(request=draft, person=requester, entries={"title": entry("A")}, page="one")
    draft.refresh_from_db()
    assert draft.title == ""


def test_dates_from_two_windows_that_do_not_go_together_wait_as_typed(requester: Person, cards: Silo) -> None:
    draft = create_draft(person=requester, silo=cards, token="t")
    save_step(request=draft, person=requester, entries={"wanted_go_live": entry(date(2027, 1, 1))}, page="one")
    late = Entry(value=date(2027, 6, 1), raw="2027-06-01", base=fingerprint(None))
    draft, result = save_step(request=draft, person=requester, entries={"wanted_start": late}, page="two")

    assert (draft.wanted_start, draft.wanted_go_live) == (None, date(2027, 1, 1))
    assert draft.typed["values"]["wanted_start"]["raw"] == "2027-06-01"
    assert "before the start" in result.problems["wanted_start"]


def test_filed_request_is_changed_marked_and_remembered(requester: Person, cards: Silo) -> None:
    request = filed_request(silo=cards, requester=requester)
    ScanMark.objects.all().delete()
    changed, _ = save_step(
        request=request,
        person=requester,
        entries={"one_off_cost": entry(Decimal("42.50")), "objective": entry(ObjectiveFactory.create(), None)},
        page="p",
    )

    changed.refresh_from_db()
    assert (changed.one_off_cost, changed.version) == (Decimal("42.50"), 2)
    assert changed.scan_mark.version == 2
    assert changed.history.count() == 2  # type: ignore[attr-defined]


def test_filed_request_refuses_what_is_not_valid_and_what_it_needs(requester: Person, cards: Silo) -> None:
    request = filed_request(silo=cards, requester=requester, title="Keep me")
    wrong = Entry(value=None, raw="soon", problem="No date.", base=fingerprint(None))
    with pytest.raises(NotComplete) as caught:
        save_step(request=request, person=requester, entries={"wanted_start": wrong}, page="p")
    assert caught.value.fields == {"wanted_start": "No date."}

    with pytest.raises(NotComplete) as caught:
        save_step(request=request, person=requester, entries={"title": entry("", "Keep me")}, page="p")
    assert set(caught.value.fields) == {"title"}
    request.refresh_from_db()
    assert (request.title, request.typed, request.version) == ("Keep me", {}, 1)


def test_two_editors_of_a_filed_request(requester: Person, architect: Person, cards: Silo) -> None:
    request = filed_request(silo=cards, requester=requester, title="Old", proposal="Old")
    save_step(request=request, person=architect, entries={"title": entry("Architect", "Old")}, page="one")
    entries = {"title": entry("Head", "Old"), "proposal": entry("New", "Old")}
    changed, result = save_step(request=request, person=requester, entries=entries, page="two")

    changed.refresh_from_db()
    assert (changed.title, changed.proposal) == ("Architect", "New")
    assert [(each.theirs, each.mine) for each in result.conflicts] == [("Architect", "Head")]
    assert changed.typed == {}


@pytest.mark.parametrize("status", ["approved", "rejected", "in_delivery", "withdrawn"])
def test_decided_request_is_no_longer_edited(requester: Person, cards: Silo, status: str) -> None:
    request = filed_request(silo=cards, requester=requester, status=status)
    with pytest.raises(NotAllowed):
        save_step(request=request, person=requester, entries={"problem": entry("x")}, page="p")


def test_architect_does_not_write_into_somebody_elses_draft(architect: Person) -> None:
    with pytest.raises(NotAllowed):
        save_step(request=draft_request(), person=architect, entries={"title": entry("x")}, page="p")


def test_filing_makes_it_watched_marked_and_recorded(requester: Person, cards: Silo) -> None:
    sponsor = person_with("reader")
    draft = draft_request(silo=cards, requester=requester, sponsor=sponsor)

    filed = submit_request(request=draft, person=requester)

    filed.refresh_from_db()
    assert filed.status == "submitted"
    assert filed.submitted_at is not None
    assert set(filed.watches.values_list("person_id", flat=True)) == {requester.pk, sponsor.pk}
    assert filed.scan_mark.version == filed.version
    assert [(row.source, row.target, row.person) for row in filed.transitions.all()] == [
        ("draft", "submitted", requester)
    ]


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ({"title": " "}, {"title"}),
        ({"problem": "", "proposal": ""}, {"problem"}),
        ({"problem": ""}, set()),
        ({"kind": ""}, {"kind"}),
        ({"typed": {"values": {"wanted_start": {"raw": "soon", "problem": "No."}}}}, {"wanted_start"}),
        ({"typed": {"kept": {"proposal": "mine"}}}, {"proposal"}),
    ],
)
def test_what_is_missing_is_said_before_filing(
    requester: Person, cards: Silo, fields: dict[str, Any], missing: set[str]
) -> None:
    draft = draft_request(silo=cards, requester=requester, **fields)
    if not missing:
        assert submit_request(request=draft, person=requester).status == "submitted"
        return
    with pytest.raises(NotComplete) as caught:
        submit_request(request=draft, person=requester)
    assert set(caught.value.fields) == missing
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_filing_twice_is_refused(requester: Person, cards: Silo) -> None:
    draft = draft_request(silo=cards, requester=requester)
    submit_request(request=draft, person=requester)

    with pytest.raises(StepNotPossible):
        submit_request(request=draft, person=requester)


def test_heads_up_is_filed_at_once_and_once(requester: Person, cards: Silo) -> None:
    fields: dict[str, Any] = {"title": "Idea", "problem": "Trouble", "kind": "internal"}
    first = file_heads_up(person=requester, silo=cards, token="t", **fields)
    again = file_heads_up(person=requester, silo=cards, token="t", **fields)

    assert first == again
    assert (first.status, first.heads_up, first.first_heard) == ("submitted", True, "idea")
    assert ProjectRequest.objects.count() == 1


def test_heads_up_that_cannot_be_filed_leaves_nothing(requester: Person, cards: Silo) -> None:
    with pytest.raises(NotComplete):
        file_heads_up(person=requester, silo=cards, token="t", title="", problem="", kind="internal")
    assert not ProjectRequest.objects.exists()


def test_draft_goes_to_the_trash_and_comes_back(requester: Person, colleague: Person, cards: Silo) -> None:
    draft = draft_request(silo=cards, requester=requester)
    discard_draft(request=draft, person=colleague)
    assert not ProjectRequest.objects.visible_to(requester).exists()

    restore_draft(request=draft, person=requester)

    assert ProjectRequest.objects.visible_to(requester).get() == draft


def test_trash_is_closed_after_thirty_days_and_to_others(requester: Person, outsider: Person, cards: Silo) -> None:
    draft = draft_request(silo=cards, requester=requester, discarded_at=timezone.now() - timedelta(days=31))
    with pytest.raises(StepNotPossible):
        restore_draft(request=draft, person=requester)
    with pytest.raises(NotAllowed):
        restore_draft(request=draft, person=outsider)


def test_what_is_filed_is_not_thrown_away(requester: Person, cards: Silo) -> None:
    with pytest.raises(StepNotPossible):
        discard_draft(request=filed_request(silo=cards, requester=requester), person=requester)


def test_draft_of_others_is_not_thrown_away(outsider: Person) -> None:
    with pytest.raises(NotAllowed):
        discard_draft(request=draft_request(), person=outsider)


def test_what_lies_in_the_trash_is_not_filed(requester: Person, cards: Silo) -> None:
    draft = draft_request(silo=cards, requester=requester, title="T", problem="P", kind="internal")
    discard_draft(request=draft, person=requester)
    with pytest.raises(StepNotPossible, match="in the trash"):
        submit_request(request=draft, person=requester)
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_a_draft_cannot_be_moved_to_a_silo_that_one_may_not_file_for(
    requester: Person, cards: Silo, retail: Silo
) -> None:
    draft = create_draft(person=requester, silo=cards, token="t")
    with pytest.raises(NotAllowed, match="may not file requests for"):
        save_step(request=draft, person=requester, entries={"silo": entry(retail, cards)}, page="p")
    draft.refresh_from_db()
    assert draft.silo == cards


def test_two_dates_in_the_wrong_order_both_wait_as_typed(requester: Person, cards: Silo) -> None:
    draft = create_draft(person=requester, silo=cards, token="t")
    entries = {"wanted_start": entry(date(2027, 6, 1)), "wanted_go_live": entry(date(2027, 1, 1))}
    draft, result = save_step(request=draft, person=requester, entries=entries, page="p")

    assert (draft.wanted_start, draft.wanted_go_live, result.saved) == (None, None, [])
    assert set(result.problems) == set(entries)


def test_who_has_a_draft_open_while_it_is_thrown_away_is_stale(requester: Person, cards: Silo) -> None:
    draft = draft_request(silo=cards, requester=requester)
    open_elsewhere = ProjectRequest.objects.get(pk=draft.pk)
    discard_draft(request=draft, person=requester)
    with pytest.raises(StaleVersion):
        claim_version(request=open_elsewhere)
