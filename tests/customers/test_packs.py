"""Seed packs: each is plausible in size and legal in content, adds only what is missing, and says what."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from customers.errors import NotAllowed
from customers.models import DataDomain, Measure, Segment, Synonym, Touchpoint
from customers.services.packs import load_pack, missing_from, pack_named, read_packs
from tests.factories import TouchpointFactory

pytestmark = pytest.mark.django_db

PACKS = ["car-maker", "government", "insurer", "retail-bank", "retailer"]


def test_there_is_a_pack_for_each_kind_of_organisation():
    assert sorted(read_packs()) == PACKS


@pytest.mark.parametrize("code", PACKS)
def test_a_pack_loads_whole_and_a_second_time_adds_nothing(code, architect):
    pack = pack_named(code)
    load_pack(pack=pack, by=architect)
    assert 20 <= Touchpoint.objects.count() <= 40
    assert 10 <= DataDomain.objects.count() <= 20
    assert 5 <= Segment.objects.count() <= 8
    assert Measure.objects.count() >= 5
    for model in (Touchpoint, DataDomain, Segment, Measure):
        for entry in model.objects.order_by("id"):
            entry.full_clean()
    words = sum(len(row["synonyms"]) for rows in pack.entries.values() for row in rows)
    assert Synonym.objects.count() == words, "no word of a pack stands for two of its entries"
    assert all(not each.new for each in load_pack(pack=pack, by=architect))


def test_what_is_there_under_any_word_stays_as_it_is(architect):
    desk = TouchpointFactory.create(name="Telephone service", channel="phone", customers_per_month=7)
    Synonym.objects.create(term="call centre", touchpoint=desk)
    Synonym.objects.create(term="Hotline", touchpoint=desk)
    taken = TouchpointFactory.create(name="Vending machine")
    Synonym.objects.create(term="ATM", touchpoint=taken)
    found = {each.register.slug: each for each in missing_from(pack_named("retail-bank"))}
    assert found["touchpoints"].there == [("Call centre", desk)]
    load_pack(pack=pack_named("retail-bank"), by=architect)
    desk.refresh_from_db()
    assert (desk.name, desk.customers_per_month) == ("Telephone service", 7)
    assert Synonym.objects.get(term="ATM").touchpoint == taken, "a word stays with whom it has"
    assert Touchpoint.objects.filter(name="Cash machine").exists()


def test_page_shows_what_would_be_added_and_adds_it(client_as, architect, reader):
    TouchpointFactory.create(name="Branch counter")
    url = reverse("customers:pack-detail", args=["retail-bank"])
    assert client_as(reader).get(url).status_code == 403
    assert client_as(reader).post(url).status_code == 403
    client = client_as(architect)
    assert "Retail bank" in client.get(reverse("customers:pack-list")).content.decode()
    page = client.get(url).content.decode()
    assert "1 there already" in page
    assert "BIAN" in page
    assert Touchpoint.objects.count() == 1, "looking adds nothing"
    assert client.post(url).status_code == 302
    assert Touchpoint.objects.count() > 20
    assert client.get(reverse("customers:pack-detail", args=["dragons"])).status_code == 404


def test_command_previews_and_loads_in_somebodys_name(architect, reader):
    out = StringIO()
    call_command("seed_pack", "insurer", "--dry-run", stdout=out)
    assert "Touchpoints: 34 would be added, 0 there already" in out.getvalue()
    assert not Touchpoint.objects.exists()
    call_command("seed_pack", "insurer", "--by", architect.email, stdout=out)
    assert Touchpoint.objects.count() == 34
    assert Touchpoint.history.filter(history_user=architect).count() == 34
    with pytest.raises(CommandError, match="There are: "):
        call_command("seed_pack", "bakery", "--by", architect.email)
    with pytest.raises(CommandError, match="--by"):
        call_command("seed_pack", "insurer")
    with pytest.raises(CommandError, match="Only architects"):
        call_command("seed_pack", "insurer", "--by", reader.email)
    with pytest.raises(NotAllowed):
        load_pack(pack=pack_named("insurer"), by=reader)
