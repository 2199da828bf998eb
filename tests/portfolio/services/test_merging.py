"""Two windows on one request: what each verdict does."""

from datetime import date
from decimal import Decimal

import pytest

from portfolio.models import ProjectRequest
from portfolio.services.merging import Entry, canonical, fingerprint, fingerprints, merge


def entry(value: object, base: object = "", **more: str) -> Entry:
    return Entry(value=value, raw=str(value or ""), base=fingerprint(base), **more)


def a_draft(**fields: object) -> ProjectRequest:
    return ProjectRequest(title="Old title", problem="Old problem", **fields)


def test_field_changed_only_here_is_taken() -> None:
    request = a_draft()
    result = merge(request=request, entries={"title": entry("New", base="Old title")}, page="here")

    assert request.title == "New"
    assert (result.saved, result.conflicts) == (["title"], [])


def test_field_changed_only_elsewhere_is_left() -> None:
    request = a_draft()
    request.title = "From elsewhere"
    result = merge(request=request, entries={"title": entry("Old title", base="Old title")}, page="here")

    assert request.title == "From elsewhere"
    assert (result.saved, result.conflicts) == ([], [])


def test_field_changed_in_both_places_keeps_both() -> None:
    request = a_draft()
    request.title = "From elsewhere"
    entries = {"title": entry("From here", base="Old title"), "problem": entry("New problem", base="Old problem")}
    result = merge(request=request, entries=entries, page="here")

    assert (request.title, request.problem) == ("From elsewhere", "New problem")
    assert [(each.theirs, each.mine) for each in result.conflicts] == [("From elsewhere", "From here")]
    assert request.typed["kept"] == {"title": "From here"}


def test_same_change_in_both_places_is_no_conflict() -> None:
    request = a_draft()
    request.title = "Same"
    result = merge(request=request, entries={"title": entry("Same", base="Old title")}, page="here")

    assert (result.saved, result.conflicts) == ([], [])


@pytest.mark.parametrize(("choice", "title"), [("mine", "From here"), ("theirs", "From elsewhere")])
def test_choice_ends_the_conflict(choice: str, title: str) -> None:
    request = a_draft(typed={"kept": {"title": "From here"}})
    request.title = "From elsewhere"
    result = merge(request=request, entries={"title": entry("From here", base="Old title", choice=choice)}, page="x")

    assert request.title == title
    assert result.conflicts == []
    assert "kept" not in request.typed


def test_conflict_stays_until_somebody_chooses_even_after_loading_the_page_again() -> None:
    request = a_draft(typed={"kept": {"title": "From here"}})
    request.title = "From elsewhere"
    result = merge(request=request, entries={"title": entry("From here!", base="From elsewhere")}, page="new")

    assert request.title == "From elsewhere"
    assert request.typed["kept"] == {"title": "From here!"}
    assert len(result.conflicts) == 1


def test_page_goes_on_typing_though_the_answer_to_its_last_save_was_lost() -> None:
    request = a_draft()
    merge(request=request, entries={"title": entry("New", base="Old title")}, page="here")
    result = merge(request=request, entries={"title": entry("New words", base="Old title")}, page="here")

    assert request.title == "New words"
    assert result.conflicts == []


def test_page_takes_back_what_it_typed_though_the_answer_was_lost() -> None:
    request = a_draft()
    merge(request=request, entries={"title": entry("New", base="Old title")}, page="here")
    merge(request=request, entries={"title": entry("Old title", base="Old title")}, page="here")

    assert request.title == "Old title"


def test_what_is_not_valid_waits_as_typed_and_goes_when_mended() -> None:
    request = a_draft()
    wrong = Entry(value=None, raw="31/2/2027", problem="No such date.", base=fingerprint(None))
    result = merge(request=request, entries={"wanted_go_live": wrong}, page="here")

    assert request.wanted_go_live is None
    assert request.typed["values"] == {"wanted_go_live": {"raw": "31/2/2027", "problem": "No such date."}}
    assert result.problems == {"wanted_go_live": "No such date."}

    right = Entry(value=date(2027, 2, 28), raw="2027-02-28", base=fingerprint("31/2/2027"))
    result = merge(request=request, entries={"wanted_go_live": right}, page="later")

    assert request.wanted_go_live == date(2027, 2, 28)
    assert "values" not in request.typed
    assert result.problems == {}


def test_window_that_never_saw_the_typed_text_does_not_wipe_it() -> None:
    request = a_draft(typed={"values": {"wanted_go_live": {"raw": "soon", "problem": "No date."}}})
    untouched = Entry(value=None, raw="", base=fingerprint(None))
    merge(request=request, entries={"wanted_go_live": untouched}, page="other")

    assert request.typed["values"]["wanted_go_live"]["raw"] == "soon"


def test_same_meaning_has_the_same_fingerprint() -> None:
    assert canonical(None) == canonical("") == canonical(False)
    assert canonical(Decimal(5)) == canonical(Decimal("5.00"))
    assert fingerprint("a\r\nb") == fingerprint("a\nb ")
    assert fingerprint("a") != fingerprint("b")
    assert fingerprints(None, ["title"]) == {"title": fingerprint("")}


def test_same_text_is_stored_once_nothing_is_wrong_with_it_any_more() -> None:
    request = a_draft(typed={"values": {"wanted_go_live": {"raw": "2027-01-01", "problem": "Before the start."}}})
    mended = Entry(value=date(2027, 1, 1), raw="2027-01-01", base=fingerprint("2027-01-01"))
    result = merge(request=request, entries={"wanted_go_live": mended}, page="here")

    assert request.wanted_go_live == date(2027, 1, 1)
    assert (request.typed.get("values"), result.problems) == (None, {})
