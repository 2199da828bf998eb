"""What somebody may read of a document, and the names of its files."""

from datetime import UTC, datetime

import pytest

from board.models import AgendaItem, LaterChange, Meeting
from board.selectors.papers.pack_parts import changed_facts
from board.selectors.papers.papers import file_name, reader_of
from board.selectors.papers.stylesheets import paper_styles
from portfolio.models import Person, Silo
from tests.factories import DecisionFactory, LaterChangeFactory, filed_request


def test_a_file_has_the_day_of_the_organisation_in_its_name() -> None:
    """Half past midnight in Amsterdam is still the day before in UTC."""
    meeting = Meeting(starts_at=datetime(2026, 1, 21, 23, 30, tzinfo=UTC))
    assert file_name("pack", meeting, 3, "pdf") == "pack-2026-01-22-3.pdf"


@pytest.mark.django_db
def test_a_head_reads_no_sum_in_which_a_confidential_request_of_the_department_stands(
    requester: Person, colleague: Person, cards: Silo
) -> None:
    """Else the request's cost is the sum less what they know."""
    open_one = filed_request(silo=cards, requester=requester)
    secret = filed_request(silo=cards, requester=colleague, confidential=True)
    document = {"total": {"text": "9", "requests": [open_one.pk, secret.pk]}}
    assert reader_of(requester, document).money == {open_one.pk}
    assert reader_of(colleague, document).money == {open_one.pk, secret.pk}


def test_an_item_about_a_later_change_says_what_was_changed(item: AgendaItem) -> None:
    differences = [
        {"field": "one_off_up", "label": "One-off cost, more", "before": "480,000", "after": "508,800", "size": 6.0,
         "verdict": "look"},
        {"field": "title", "label": "Title", "before": "A", "after": "B", "size": 1.0, "verdict": "none"},
        {"field": "go_live", "label": "Go-live", "before": "2027-03-01", "after": "", "size": 9.0, "verdict": "void"},
    ]  # fmt: skip
    change = LaterChangeFactory.create(decision=DecisionFactory.create(), item=item, differences=differences)
    told = [(each.item, each.request, each.words, each.is_money) for each in changed_facts([item])]
    assert told == [
        (item.pk, change.request_id, "one-off cost, more (€480,000 before, €508,800 now)", True),
        (item.pk, change.request_id, "go-live (1 Mar 2027 before, nothing now)", False),
    ]
    LaterChange.objects.update(put_back_at=change.at)
    assert changed_facts([item]) == ()


def test_a_pack_saved_as_one_file_brings_along_how_tables_look() -> None:
    styles = paper_styles()
    assert ".table thead th.r { text-align: right; }" in styles
    assert ".table :is(td, tbody th, tfoot th) {" in styles
    assert ".sheet.item { zoom: 0.95; }" in styles, "room for a face that is wider than ours"
    assert "@font-face" not in styles
    assert "url(" not in styles
