"""Merging two entries that are the same: nothing is lost, the old code leads on, and all of it can be undone."""

import threading
from datetime import date

import pytest
from django.db import connections, transaction
from django.urls import reverse

from customers.errors import CannotBe, NotAllowed
from customers.models import DataHolding, Synonym, Touchpoint
from customers.selectors import changes_of, merge_preview, synonyms_of
from customers.services import merge_entries, undo_merge
from customers.services.entries import delete_entry
from impacts.models import Impact, TagSuggestion
from tests.factories import (
    ChangeFreezeFactory,
    DataDomainFactory,
    DataHoldingFactory,
    HoldingAttributeFactory,
    IdentifyingAttributeFactory,
    ImpactFactory,
    MeasureFactory,
    SegmentFactory,
    SystemFactory,
    TagSuggestionFactory,
    TouchpointFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre():
    """The entry that stays."""
    return TouchpointFactory.create(name="Call centre", code="call-centre")


@pytest.fixture
def center():
    """The same under another name, with one other word."""
    entry = TouchpointFactory.create(name="Contact center", code="contact-center")
    Synonym.objects.create(term="hotline", touchpoint=entry)
    return entry


def test_all_that_points_at_one_changes_over_and_its_words_find_the_other(centre, center, architect):
    impact, freeze = ImpactFactory.create(touchpoint=center), ChangeFreezeFactory.create()
    freeze.touchpoints.add(center)
    guess = TagSuggestionFactory.create(register=TagSuggestion.Register.TOUCHPOINT, thing_id=center.pk)
    elsewhere = TagSuggestionFactory.create(register=TagSuggestion.Register.SYSTEM, thing_id=center.pk)
    merge_entries(kept=centre, merged=center, by=architect)
    for row in (impact, guess, elsewhere):
        row.refresh_from_db()
    assert impact.touchpoint == centre
    assert (guess.thing_id, elsewhere.thing_id) == (centre.pk, center.pk)
    assert list(freeze.touchpoints.all()) == [centre]
    assert synonyms_of(centre) == ["Contact center", "hotline"]
    assert not Touchpoint.objects.active().filter(pk=center.pk).exists()


def test_what_stands_at_both_stays_once(centre, center, architect):
    mine = ImpactFactory.create(touchpoint=centre)
    twin = ImpactFactory.create(request=mine.request, touchpoint=center)
    segment = SegmentFactory.create()
    twin.segments.add(segment)
    assert merge_preview(kept=centre, merged=center).lines == ["1 impact stands at both, and stays once"]
    merge = merge_entries(kept=centre, merged=center, by=architect)
    assert list(Impact.objects.all()) == [mine]
    assert list(mine.segments.all()) == [segment], "what the dropped row said besides goes to its twin"
    undo_merge(merge=merge, by=architect)
    assert set(Impact.objects.values_list("pk", "touchpoint")) == {(mine.pk, centre.pk), (twin.pk, center.pk)}
    assert list(mine.segments.all()) == []
    assert list(Impact.objects.get(pk=twin.pk).segments.all()) == [segment]


def test_holdings_of_both_systems_become_one_with_all_their_attributes(architect):
    kept, merged, domain = SystemFactory.create(), SystemFactory.create(), DataDomainFactory.create()
    number, mail = IdentifyingAttributeFactory.create(), IdentifyingAttributeFactory.create()
    HoldingAttributeFactory.create(holding=DataHoldingFactory.create(system=kept, domain=domain), attribute=number)
    other = DataHoldingFactory.create(system=merged, domain=domain)
    HoldingAttributeFactory.create(holding=other, attribute=number)
    HoldingAttributeFactory.create(holding=other, attribute=mail)
    before = sorted(DataHolding.objects.values_list("pk", "system", "attributes__attribute"))
    merge = merge_entries(kept=kept, merged=merged, by=architect)
    holding = DataHolding.objects.get()
    assert {row.attribute for row in holding.attributes.all()} == {number, mail}
    undo_merge(merge=merge, by=architect)
    assert sorted(DataHolding.objects.values_list("pk", "system", "attributes__attribute")) == before


def test_undo_brings_everything_back_but_keeps_what_was_changed_since(centre, center, architect):
    moved, changed = ImpactFactory.create(touchpoint=center), ImpactFactory.create(touchpoint=center)
    merge = merge_entries(kept=centre, merged=center, by=architect)
    third = TouchpointFactory.create()
    Impact.objects.filter(pk=changed.pk).update(touchpoint=third)
    undo_merge(merge=merge, by=architect)
    moved.refresh_from_db()
    changed.refresh_from_db()
    assert (moved.touchpoint, changed.touchpoint) == (center, third)
    assert synonyms_of(centre) == []
    assert synonyms_of(center) == ["hotline"]
    assert Touchpoint.objects.active().filter(pk=center.pk).exists()
    with pytest.raises(CannotBe, match="undone already"):
        undo_merge(merge=merge, by=architect)


def test_merges_upon_each_other_are_undone_last_first(centre, center, architect):
    middle, moved = TouchpointFactory.create(name="Phone desk"), ImpactFactory.create(touchpoint=center)
    first = merge_entries(kept=middle, merged=center, by=architect)
    second = merge_entries(kept=centre, merged=middle, by=architect)
    with pytest.raises(CannotBe, match=r"Phone desk was merged into another entry since\. Undo that first"):
        undo_merge(merge=first, by=architect)
    first.refresh_from_db()
    assert first.undone_at is None
    undo_merge(merge=second, by=architect)
    undo_merge(merge=first, by=architect)
    moved.refresh_from_db()
    assert moved.touchpoint == center


def test_an_entry_that_was_retired_before_is_retired_again_after_undoing(centre, center, architect):
    Touchpoint.objects.filter(pk=center.pk).update(retired_on=date(2025, 1, 2))
    center.refresh_from_db()
    merge = merge_entries(kept=centre, merged=center, by=architect)
    center.refresh_from_db()
    assert center.retired_on == date(2025, 1, 2)
    assert undo_merge(merge=merge, by=architect).retired_on == date(2025, 1, 2)


def test_a_reader_neither_undoes_nor_deletes_past_the_page(centre, center, architect, reader):
    merge = merge_entries(kept=centre, merged=center, by=architect)
    with pytest.raises(NotAllowed):
        undo_merge(merge=merge, by=reader)
    merge.refresh_from_db()
    assert merge.undone_at is None
    with pytest.raises(NotAllowed):
        delete_entry(entry=TouchpointFactory.create(name="Unused", code="unused"), by=reader)
    assert Touchpoint.objects.filter(code="unused").exists()


def test_history_says_who_merged(centre, center, architect):
    impact = ImpactFactory.create(touchpoint=center)
    merge_entries(kept=centre, merged=center, by=architect)
    newest = impact.history.first()
    assert (newest.history_user, newest.history_change_reason) == (
        architect,
        "Contact center merged into Call centre",
    )
    assert changes_of(center)[0]["by"] == architect


def test_old_code_leads_on_through_several_merges_and_writes_nothing(centre, center, architect, client_as):
    middle = TouchpointFactory.create(name="Phone desk")
    merge_entries(kept=middle, merged=center, by=architect)
    merge_entries(kept=centre, merged=middle, by=architect)
    client = client_as(architect)
    response = client.get(center.get_absolute_url())
    assert response.headers["Location"] == centre.get_absolute_url()
    url = reverse("customers:entry-edit", args=["touchpoints", center.code])
    form = {"name": "Overwritten", "channel": "phone", "journey_stage": "use", "customers_per_month": "1"}
    assert client.post(url, form).status_code == 302
    assert not Touchpoint.objects.filter(name="Overwritten").exists()
    assert client.get(f"/api/v1/registers/touchpoints/{center.code}/").json()["code"] == "call-centre"
    listed = client.get(reverse("customers:entry-list", args=["touchpoints"])).content.decode()
    assert "contact-center" not in listed


def test_pages_show_what_will_happen_merge_and_undo(centre, center, architect, client_as):
    ImpactFactory.create(touchpoint=center)
    client = client_as(architect)
    url = reverse("customers:entry-merge", args=["touchpoints", center.code])
    assert "1 impact changes over" in client.get(f"{url}?into=call-centre").content.decode()
    assert Impact.objects.get().touchpoint == center, "looking changes nothing"
    response = client.post(url, {"into": "call-centre"})
    assert response.headers["Location"] == centre.get_absolute_url()
    page = client.get(centre.get_absolute_url()).content.decode()
    assert "Merged into it" in page
    assert Impact.objects.get().touchpoint == centre


def test_what_cannot_be_merged_is_refused_with_the_reason(centre, center, architect, reader, client_as):
    with pytest.raises(CannotBe, match="into itself"):
        merge_entries(kept=centre, merged=centre, by=architect)
    with pytest.raises(CannotBe, match="same register"):
        merge_entries(kept=MeasureFactory.create(), merged=centre, by=architect)
    with pytest.raises(CannotBe, match="is retired"):
        merge_entries(kept=TouchpointFactory.create(retired_on=date(2026, 1, 1)), merged=centre, by=architect)
    with pytest.raises(NotAllowed):
        merge_entries(kept=centre, merged=center, by=reader)
    url = reverse("customers:entry-merge", args=["touchpoints", center.code])
    assert client_as(reader).post(url, {"into": "call-centre"}).status_code == 403
    assert client_as(architect).post(url, {"into": "nowhere"}).status_code == 422
    merge_entries(kept=centre, merged=center, by=architect)
    with pytest.raises(CannotBe, match="merged into another"):
        merge_entries(kept=centre, merged=center, by=architect)


@pytest.mark.django_db(transaction=True)
def test_of_two_merges_that_cross_only_the_first_is_done(centre, center, architect):
    refused = []

    def other_way() -> None:
        try:
            merge_entries(kept=center, merged=centre, by=architect)
        except CannotBe as error:
            refused.append(str(error))
        finally:
            connections.close_all()

    second = threading.Thread(target=other_way)
    with transaction.atomic():
        merge_entries(
            kept=Touchpoint.objects.get(pk=centre.pk), merged=Touchpoint.objects.get(pk=center.pk), by=architect
        )
        second.start()
        second.join(timeout=0.5)  # it waits for this transaction
    second.join(timeout=60)

    assert refused == ["Contact center is merged into another entry already. Choose that one."]
    assert list(Touchpoint.objects.active()) == [centre]


def test_undo_page_brings_the_entry_back(centre, center, architect, client_as):
    merge = merge_entries(kept=centre, merged=center, by=architect)
    response = client_as(architect).post(reverse("customers:merge-undo", args=[merge.pk]))
    assert response.headers["Location"] == center.get_absolute_url()
    assert client_as(architect).get(center.get_absolute_url()).status_code == 200


def test_an_unused_entry_is_deleted_and_one_in_use_offers_to_merge_or_retire(centre, center, architect, client_as):
    ImpactFactory.create(touchpoint=centre)
    client = client_as(architect)
    url = reverse("customers:entry-delete", args=["touchpoints", centre.code])
    page = client.get(url).content.decode()
    assert "1 impact" in page
    assert "Merge it into another" in page
    assert "Retire it" in page
    assert client.post(url).status_code == 409
    assert Touchpoint.objects.filter(pk=centre.pk).exists()
    client.post(reverse("customers:entry-delete", args=["touchpoints", center.code]))
    assert not Touchpoint.objects.filter(pk=center.pk).exists()
    assert Touchpoint.history.filter(id=center.pk, history_type="-").exists()
