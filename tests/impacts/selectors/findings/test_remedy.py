"""What would end a conflict is shown apart from the evidence, and only to who may see everyone it speaks of."""

from datetime import date

import pytest
from django.urls import reverse

from impacts.models import Finding
from impacts.selectors.findings.findings import findings_of_request
from impacts.services.scans.scanning import scan_until_done
from tests.factories import ImpactFactory, PersonFactory, SiloFactory, TouchpointFactory, filed_request

pytestmark = pytest.mark.django_db
REMEDY = "If Cards went live on 15 March 2027 instead of 1 March 2027, they would no longer collide."


@pytest.fixture
def pair(cards, retail, requester):
    """Retail's request of an outsider, and the requester's own of Cards, which comes later."""
    place = TouchpointFactory.create(name="Login")
    texts = ("Fingerprints at the door", "Terms in plain words")
    made = [
        filed_request(silo=retail, requester=PersonFactory.create(), title=texts[0], wanted_go_live=date(2027, 3, 1)),
        filed_request(silo=cards, requester=requester, title=texts[1], wanted_go_live=date(2027, 3, 1)),
    ]
    for request in made:
        ImpactFactory.create(request=request, touchpoint=place)
    scan_until_done()
    return made


def shown(request, person):
    return next(each for each in findings_of_request(request, person) if each.rule == "change-collision")


def test_the_remedy_stands_apart_from_the_evidence(pair, requester):
    finding = shown(pair[1], requester)
    assert finding.remedy == REMEDY
    assert [line.kind for line in finding.evidence] == ["dates", "dates"]


def test_who_may_not_see_one_of_the_requests_does_not_read_the_remedy(pair, requester, architect):
    pair[0].confidential = True
    pair[0].save()
    finding = shown(pair[1], requester)
    assert finding.is_redacted
    assert finding.remedy == ""
    assert shown(pair[1], architect).remedy == REMEDY


def test_triage_the_request_and_the_hold_on_card_say_what_would_end_it(pair, client_as, architect, requester):
    finding = Finding.objects.get(rule="change-collision")
    Finding.objects.update(severity="serious")
    reference = pair[1].reference
    pages = {
        architect: [finding.get_absolute_url()],
        requester: [
            reverse("impacts:panel-findings", args=[reference]),
            reverse("impacts:panel-hold-on", args=[reference]),
        ],
    }
    for person, addresses in pages.items():
        for address in addresses:
            page = client_as(person).get(address).content.decode()
            assert "What would end it:" in page
            assert page.count(REMEDY) == 1


def test_the_remedy_is_not_what_one_request_adds(client_as, architect):
    place = TouchpointFactory.create(name="Login")
    for _ in range(3):
        silo = SiloFactory.create()
        request = filed_request(silo=silo, requester=PersonFactory.create(), wanted_go_live=date(2027, 3, 1))
        ImpactFactory.create(request=request, touchpoint=place)
    scan_until_done()
    page = client_as(architect).get(Finding.objects.get(rule="change-collision").get_absolute_url()).content.decode()
    assert page.count("would no longer collide") == 1
