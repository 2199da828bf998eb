"""The steps of filing: autosave, two windows, and what cannot be stored."""

import json
import uuid
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portfolio.models import Person, ProjectRequest, Silo
from portfolio.services.merging import fingerprints
from tests.factories import (
    ObjectiveFactory,
    SkillFactory,
    draft_request,
    filed_request,
    person_with,
)

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def draft(requester: Person, cards: Silo) -> ProjectRequest:
    return draft_request(requester=requester, silo=cards, title="Call back", problem="They wait", proposal="")


def url(request: ProjectRequest, step: str) -> str:
    return reverse("portfolio:request-step", args=[request.reference, step])


def opened(request: ProjectRequest, *names: str, page: str = "", **fields: Any) -> dict[str, Any]:
    """What a page opened now would send, with these fields typed over."""
    shown = {name: getattr(request, name) or "" for name in names}
    return {
        "page": page or str(uuid.uuid4()),
        "base": json.dumps(fingerprints(request, list(names))),
        **shown,
        **fields,
    }


def what(request: ProjectRequest, **fields: Any) -> dict[str, Any]:
    return opened(request, "title", "problem", "proposal", **fields)


@pytest.mark.parametrize("step", ["what", "whom", "when"])
def test_each_step_shows_what_is_stored_and_why_we_ask(client_as: Any, draft: ProjectRequest, step: str) -> None:
    response = client_as(draft.requester).get(url(draft, step))

    assert response.status_code == 200
    assert "data-autosave" in response.text
    assert 'class="why"' in response.text
    assert "no-store" in response["Cache-Control"]


def test_autosave_stores_and_answers_with_the_new_base(client_as: Any, draft: ProjectRequest) -> None:
    response = client_as(draft.requester).post(url(draft, "what"), what(draft, title="Call back soon"), headers=HTMX)

    draft.refresh_from_db()
    assert draft.title == "Call back soon"
    assert "HX-Replace-Url" not in response
    assert fingerprints(draft, ["title"])["title"] in response.text
    assert 'hx-swap-oob="true"' in response.text
    assert "Call back soon</h1>" in response.text


@pytest.mark.parametrize(("days", "is_here"), [(365, True), (1, True), (0, False), (-1, False)])
def test_who_sponsors_is_still_here_today(client_as: Any, draft: ProjectRequest, days: int, is_here: bool) -> None:
    sponsor = person_with("reader", left_on=timezone.localdate() + timedelta(days=days))
    client_as(draft.requester).post(url(draft, "whom"), opened(draft, "sponsor", sponsor=sponsor.pk))

    draft.refresh_from_db()
    assert (draft.sponsor == sponsor) is is_here


def test_step_2_stores_people_and_choices(client_as: Any, draft: ProjectRequest) -> None:
    sponsor, objective = person_with("reader"), ObjectiveFactory.create()
    data = opened(
        draft, "kind", "objective", "sponsor", "first_heard", "confidential",
        kind="regulatory", objective=objective.pk, sponsor=sponsor.pk, first_heard="idea", confidential="on",
    )  # fmt: skip
    response = client_as(draft.requester).post(url(draft, "whom"), data)

    draft.refresh_from_db()
    assert response.status_code == 302
    assert (draft.kind, draft.objective, draft.sponsor, draft.first_heard, draft.confidential) == (
        "regulatory", objective, sponsor, "idea", True,
    )  # fmt: skip


def test_the_sponsor_is_typed_by_name_and_what_is_half_typed_is_kept(client_as: Any, draft: ProjectRequest) -> None:
    client, sponsor = client_as(draft.requester), person_with("reader", name="Ulla Underhill")
    client.post(url(draft, "whom"), opened(draft, "sponsor", sponsor="Zora"), headers=HTMX)
    page = client.get(url(draft, "whom")).text
    assert 'name="sponsor" value="Zora"' in page
    assert '<option value="Ulla Underhill">' in page
    draft.refresh_from_db()
    client.post(url(draft, "whom"), opened(draft, "sponsor", sponsor="ulla"), headers=HTMX)
    draft.refresh_from_db()
    assert draft.sponsor == sponsor
    assert 'name="sponsor" value="Ulla Underhill"' in client.get(url(draft, "whom")).text


def test_unticked_box_is_stored(client_as: Any, draft: ProjectRequest) -> None:
    ProjectRequest.objects.filter(pk=draft.pk).update(confidential=True)
    draft.refresh_from_db()
    data = opened(draft, "kind", "objective", "sponsor", "first_heard", "confidential")
    del data["confidential"]
    client_as(draft.requester).post(url(draft, "whom"), data)

    draft.refresh_from_db()
    assert draft.confidential is False


def test_step_4_reads_money_and_dates_as_people_write_them(client_as: Any, draft: ProjectRequest) -> None:
    names = ("wanted_start", "wanted_go_live", "one_off_cost", "yearly_cost", "promised_effect", "promised_by")
    data = opened(draft, *names, wanted_start="1/12/2026", wanted_go_live="2027-03-02", one_off_cost="€ 420,000.50",
                  yearly_cost="95 000", promised_effect="Fewer calls", promised_by="")  # fmt: skip
    response = client_as(draft.requester).post(url(draft, "when"), data)

    draft.refresh_from_db()
    assert response["Location"] == url(draft, "check")
    assert (draft.wanted_start, draft.wanted_go_live) == (date(2026, 12, 1), date(2027, 3, 2))
    assert (draft.one_off_cost, draft.yearly_cost) == (Decimal("420000.50"), Decimal(95000))


@pytest.mark.parametrize(
    ("field", "text", "error"),
    [
        ("wanted_go_live", "31/02/2027", "not a date that exists"),
        ("wanted_go_live", "soon", "not a date that exists"),
        ("wanted_go_live", "0206-03-02", "cannot be meant"),
        ("one_off_cost", "a lot", "not an amount"),
        ("one_off_cost", "-5", "below nothing"),
        ("yearly_cost", "9" * 20, "more than Ombud can keep"),
        ("promised_effect", "x" * 2001, "at most 2000"),
    ],
)
def test_what_is_not_valid_is_kept_with_its_error_and_shown_again(
    client_as: Any, draft: ProjectRequest, field: str, text: str, error: str
) -> None:
    client = client_as(draft.requester)
    data = opened(draft, "promised_by", field, **{field: text, "promised_by": "2028-01-01"})
    saved = client.post(url(draft, "when"), data, headers=HTMX)

    draft.refresh_from_db()
    assert draft.promised_by == date(2028, 1, 1)
    assert getattr(draft, field) in (None, "")
    assert error in saved.text
    again = client.get(url(draft, "when"))
    assert text in again.text
    assert error in again.text
    whole = client.post(url(draft, "when"), opened(draft, field, **{field: text}))
    assert whole.status_code == 422
    assert error in whole.text


def test_go_live_before_start_is_kept_and_explained(client_as: Any, draft: ProjectRequest) -> None:
    data = opened(draft, "wanted_start", "wanted_go_live", wanted_start="2027-06-01", wanted_go_live="2027-01-01")
    response = client_as(draft.requester).post(url(draft, "when"), data)

    draft.refresh_from_db()
    assert response.status_code == 422
    assert "lies before the start" in response.text
    assert "2027-01-01" in response.text
    assert (draft.wanted_start, draft.wanted_go_live) == (date(2027, 6, 1), None)


def test_two_windows_keep_each_others_fields(client_as: Any, draft: ProjectRequest) -> None:
    client = client_as(draft.requester)
    one, two = what(draft, title="From one"), what(draft, proposal="From two")
    client.post(url(draft, "what"), one, headers=HTMX)
    client.post(url(draft, "what"), two, headers=HTMX)

    draft.refresh_from_db()
    assert (draft.title, draft.proposal) == ("From one", "From two")


def test_two_windows_on_one_field_show_both_until_one_is_chosen(client_as: Any, draft: ProjectRequest) -> None:
    client = client_as(draft.requester)
    one, two = what(draft, title="From one"), what(draft, title="From two <b>")
    client.post(url(draft, "what"), one, headers=HTMX)
    clash = client.post(url(draft, "what"), two, headers=HTMX)

    draft.refresh_from_db()
    assert draft.title == "From one"
    assert "was changed in another window too" in clash.text
    assert "From two &lt;b&gt;" in clash.text
    again = client.get(url(draft, "what"))
    assert "From one" in again.text
    assert "From two &lt;b&gt;" in again.text

    chosen = client.post(url(draft, "what"), {**two, "choice-title": "mine", "stay": "1"})
    draft.refresh_from_db()
    assert chosen.status_code == 302
    assert draft.title == "From two <b>"
    assert draft.typed.get("kept") is None


def test_choosing_the_other_window_keeps_its_words(client_as: Any, draft: ProjectRequest) -> None:
    client = client_as(draft.requester)
    one, two = what(draft, title="From one"), what(draft, title="From two")
    client.post(url(draft, "what"), one, headers=HTMX)
    client.post(url(draft, "what"), two, headers=HTMX)
    client.post(url(draft, "what"), {**two, "choice-title": "theirs", "stay": "1"})

    draft.refresh_from_db()
    assert draft.title == "From one"
    assert "was changed in another window" not in client.get(url(draft, "what")).text


def test_two_people_on_a_filed_request(client_as: Any, requester: Person, architect: Person, cards: Silo) -> None:
    request = filed_request(requester=requester, silo=cards, title="Old")
    one, two = what(request, title="Architect's"), what(request, title="Head's", proposal="New")
    assert client_as(architect).post(url(request, "what"), one).status_code == 302

    response = client_as(requester).post(url(request, "what"), two)

    request.refresh_from_db()
    assert response.status_code == 422
    assert "Architect&#x27;s" in response.text
    assert "Head&#x27;s" in response.text
    assert (request.title, request.proposal) == ("Architect's", "New")


def test_filed_request_does_not_save_itself(client_as: Any, requester: Person, cards: Silo) -> None:
    request = filed_request(requester=requester, silo=cards, title="Old")
    client = client_as(requester)
    assert "data-autosave" not in client.get(url(request, "what")).text

    response = client.post(url(request, "what"), what(request, title="New"), headers=HTMX)

    request.refresh_from_db()
    assert response.status_code == 422
    assert "is filed now" in response.text
    assert request.title == "Old"


def test_filed_request_refuses_to_lose_its_title_and_keeps_what_was_typed(
    client_as: Any, requester: Person, cards: Silo
) -> None:
    request = filed_request(requester=requester, silo=cards, title="Old")
    response = client_as(requester).post(url(request, "what"), what(request, title="", proposal="Brand new"))

    request.refresh_from_db()
    assert response.status_code == 422
    assert "Give it a name" in response.text
    assert "Brand new" in response.text
    assert request.title == "Old"


@pytest.mark.parametrize("base", ["", "{", "[]", '{"title": 5}'])
def test_broken_memory_of_the_page_does_no_harm(client_as: Any, draft: ProjectRequest, base: str) -> None:
    data = {**what(draft, proposal="New"), "base": base, "page": "not a token"}
    response = client_as(draft.requester).post(url(draft, "what"), data, headers=HTMX)

    assert response.status_code == 200


def test_unknown_choices_are_refused_but_not_lost(client_as: Any, draft: ProjectRequest) -> None:
    data = opened(draft, "kind", "sponsor", kind="for fun", sponsor="999999")
    response = client_as(draft.requester).post(url(draft, "whom"), data)

    draft.refresh_from_db()
    assert response.status_code == 422
    assert draft.kind == "customer_facing"
    assert draft.typed["values"]["kind"]["raw"] == "for fun"


def test_skills_are_added_and_taken_off_without_losing_the_rest(client_as: Any, draft: ProjectRequest) -> None:
    client, skill = client_as(draft.requester), SkillFactory.create(name="Baking")
    data = opened(draft, "promised_effect", promised_effect="Typed beside it")
    wrong = client.post(url(draft, "when"), {**data, "add_skill": "1", "skill-skill": skill.pk, "skill-days": "0"})
    assert wrong.status_code == 422
    assert "Typed beside it" in wrong.text

    client.post(url(draft, "when"), {**data, "add_skill": "1", "skill-skill": skill.pk, "skill-days": "12"})
    draft.refresh_from_db()
    assert draft.promised_effect == "Typed beside it"
    row = draft.skills.get()
    assert (row.skill, row.days) == (skill, 12)

    client.post(url(draft, "when"), {"remove_skill": row.pk})
    assert not draft.skills.exists()


def test_finish_later_goes_to_the_drafts(client_as: Any, draft: ProjectRequest) -> None:
    response = client_as(draft.requester).post(url(draft, "what"), {**what(draft), "later": "1"})

    assert response["Location"] == reverse("portfolio:draft-list")


def test_step_that_does_not_exist_is_not_found(client_as: Any, draft: ProjectRequest) -> None:
    assert client_as(draft.requester).get(f"/requests/{draft.reference}/file/nowhere/").status_code == 404


def test_draft_of_others_is_not_found(client_as: Any, draft: ProjectRequest, outsider: Person) -> None:
    assert client_as(outsider).get(url(draft, "what")).status_code == 404
    assert client_as(outsider).post(url(draft, "what"), what(draft, title="x")).status_code == 404


@pytest.mark.parametrize("status", ["submitted", "approved"])
def test_filed_request_is_not_changed_by_others_or_after_the_decision(
    client_as: Any, outsider: Person, requester: Person, cards: Silo, status: str
) -> None:
    request = filed_request(requester=requester, silo=cards, status=status)
    person = outsider if status == "submitted" else requester

    assert client_as(person).get(url(request, "what")).status_code == 403
    assert client_as(person).post(url(request, "what"), what(request, title="x")).status_code == 403


def test_other_methods_and_anonymous_are_refused(client_as: Any, client: Client, draft: ProjectRequest) -> None:
    assert client_as(draft.requester).delete(url(draft, "what")).status_code == 405
    assert client.post(url(draft, "what"), {}).status_code == 302


def test_go_live_is_stored_as_soon_as_the_start_is_mended(client_as: Any, draft: ProjectRequest) -> None:
    client, dates = client_as(draft.requester), {"wanted_start": "2027-06-01", "wanted_go_live": "2027-01-01"}
    client.post(url(draft, "when"), opened(draft, "wanted_start", "wanted_go_live", **dates), headers=HTMX)
    draft.refresh_from_db()
    assert draft.wanted_go_live is None

    dates["wanted_start"] = "2026-06-01"
    client.post(url(draft, "when"), opened(draft, "wanted_start", "wanted_go_live", **dates), headers=HTMX)

    draft.refresh_from_db()
    assert (draft.wanted_start, draft.wanted_go_live) == (date(2026, 6, 1), date(2027, 1, 1))
    assert draft.typed.get("values") is None


def test_page_that_saves_itself_does_not_choose_between_two_windows(client_as: Any, draft: ProjectRequest) -> None:
    client = client_as(draft.requester)
    one, two = what(draft, title="From one"), what(draft, title="From two")
    client.post(url(draft, "what"), one, headers=HTMX)
    clash = client.post(url(draft, "what"), {**two, "choice-title": "theirs"}, headers=HTMX)

    draft.refresh_from_db()
    assert draft.typed["kept"] == {"title": "From two"}
    assert 'value="theirs" id="choice-title-theirs" checked' in clash.text


def test_nul_characters_do_no_harm(client_as: Any, draft: ProjectRequest) -> None:
    client = client_as(draft.requester)
    client.post(url(draft, "what"), what(draft, title="Null\x00char"), headers=HTMX)
    draft.refresh_from_db()
    assert draft.typed["values"]["title"]["raw"] == "Nullchar"

    client.post(url(draft, "what"), what(draft, title="Nullchar"), headers=HTMX)
    draft.refresh_from_db()
    assert draft.title == "Nullchar"


@pytest.mark.parametrize("button", ["remove_skill", "remove_need"])
def test_id_that_no_database_holds_removes_nothing(
    client_as: Any, requester: Person, draft: ProjectRequest, button: str
) -> None:
    answer = client_as(requester).post(url(draft, "when"), {**opened(draft), button: "9" * 40})
    assert answer.status_code < 500


def test_what_a_page_remembers_may_be_nonsense(client_as: Any, requester: Person, draft: ProjectRequest) -> None:
    data = {**opened(draft), "title": "Call back soon", "base": "[" * 100_000}
    assert client_as(requester).post(url(draft, "what"), data, headers=HTMX).status_code == 200
