"""Terms that a register lacks: proposed while filing, decided in a queue; the request gets the line it waits for."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from customers.models import Synonym, Touchpoint
from customers.selectors import synonyms_of
from impacts.errors import ActNotPossible, NotAllowed
from impacts.models import DataUse, Impact, PlannedContact, ProposedTag, ProposedTerm
from impacts.services.tags import proposing
from portfolio.models import Notification
from tests.factories import DataDomainFactory, SegmentFactory, TouchpointFactory, draft_request, filed_request

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(requester, cards):
    """A draft of Cards."""
    return draft_request(requester=requester, silo=cards, title="Lockers")


def propose(item, person, kind="touchpoints", name="Parcel locker", **values):
    """A proposal with what the request does there."""
    said = values or {"effect": "introduces", "direction": "better", "note": ""}
    return proposing.propose_term(
        request=item, person=person, kind=kind, name=name, description="At stations", values=said
    )


def test_requester_proposes_without_leaving_the_filing_and_the_step_shows_it(item, requester, client_as, architect):
    client = client_as(requester)
    step = reverse("impacts:file-touches", args=[item.reference])
    assert reverse("impacts:term-propose", args=[item.reference, "touchpoints"]) in client.get(step).content.decode()
    url = reverse("impacts:term-propose", args=[item.reference, "touchpoints"])
    assert client.post(url, {"name": ""}).status_code == 422
    form = {"name": "Parcel locker", "description": "", "effect": "introduces", "direction": "better", "note": ""}
    assert client.post(url, form).headers["Location"] == step
    assert "Parcel locker" in client.get(step).content.decode()
    assert Notification.objects.get(person=architect).url == reverse(
        "impacts:proposal-detail", args=[ProposedTerm.objects.get().pk]
    )


def test_a_new_entry_brings_the_line_to_every_request_that_misses_it(
    item, requester, architect, outsider, retail, client_as
):
    other = filed_request(requester=outsider, silo=retail)
    propose(item, requester)
    propose(other, outsider, name="parcel LOCKER")
    term = ProposedTerm.objects.get()
    form = {"act": "new", "name": "Parcel locker", "description": "", "channel": "partner", "journey_stage": "use"}
    url = reverse("impacts:proposal-detail", args=[term.pk])
    assert client_as(architect).post(url, form).status_code == 302
    locker = Touchpoint.objects.get()
    assert set(Impact.objects.values_list("request", "touchpoint", "effect")) == {
        (item.pk, locker.pk, "introduces"),
        (other.pk, locker.pk, "introduces"),
    }
    told = Notification.objects.filter(person__in=[requester, outsider]).values_list("text", flat=True)
    assert sorted(text.split(". ")[0] for text in told) == ["“Parcel locker” is now a touchpoint"] * 2


def test_as_another_word_the_request_is_tagged_with_the_entry_that_is_there(item, requester, architect):
    centre = TouchpointFactory.create(name="Call centre")
    Synonym.objects.create(term="hotline", touchpoint=centre)
    tag = propose(item, requester, name="Customer care desk")
    assert proposing.accept_as_synonym(term=tag.term, entry=centre, by=architect) == []
    assert Impact.objects.get().touchpoint == centre
    assert synonyms_of(centre) == ["Customer care desk", "hotline"]


def test_every_kind_of_line_can_wait_for_its_term(item, requester, architect):
    domain, segment = DataDomainFactory.create(), SegmentFactory.create()
    tag = propose(item, requester, "data", "Weather", mode="reads")
    proposing.accept_as_synonym(term=tag.term, entry=domain, by=architect)
    assert DataUse.objects.get().domain == domain
    said = {"channel": "email", "first_day": "2027-03-01", "times": 3, "every_days": 7, "purpose": "Tips"}
    tag = propose(item, requester, "contacts", "Night owls", **said)
    proposing.accept_as_synonym(term=tag.term, entry=segment, by=architect)
    assert PlannedContact.objects.get().first_day.isoformat() == "2027-03-01"


def test_a_declined_term_tells_the_proposer_why_and_needs_a_reason(item, requester, architect, client_as):
    tag = propose(item, requester)
    url = reverse("impacts:proposal-detail", args=[tag.term.pk])
    assert client_as(architect).post(url, {"act": "decline", "reason": " "}).status_code == 422
    client_as(architect).post(url, {"act": "decline", "reason": "Use Partner shop."})
    assert "Use Partner shop." in Notification.objects.get(person=requester).text
    assert not Impact.objects.exists()
    with pytest.raises(ActNotPossible):
        proposing.accept_as_new(term=tag.term, entry=Touchpoint(name="Parcel locker"), by=architect)
    assert not Touchpoint.objects.exists()


def test_what_the_register_has_under_any_word_is_not_proposed_again(item, requester):
    centre = TouchpointFactory.create(name="Call centre")
    Synonym.objects.create(term="contact center", touchpoint=centre)
    with pytest.raises(ValidationError, match="Call centre"):
        propose(item, requester, name="Contact  Center")


def test_a_line_that_cannot_be_added_is_said_and_the_term_is_taken_in_all_the_same(item, requester, architect):
    centre = TouchpointFactory.create(name="Call centre")
    tag = propose(item, requester, name="Care desk")
    Impact.objects.create(request=item, touchpoint=centre, effect="changes")
    problems = proposing.accept_as_synonym(term=tag.term, entry=centre, by=architect)
    assert len(problems) == 1
    assert item.reference in problems[0]
    assert Impact.objects.count() == 1


def test_a_proposal_is_taken_back_by_its_department_alone(item, requester, outsider, client_as):
    tag = propose(item, requester)
    url = reverse("impacts:term-withdraw", args=[item.reference, tag.pk])
    assert client_as(outsider).post(url).status_code == 404
    client_as(requester).post(url)
    assert not ProposedTerm.objects.exists()


def test_only_those_who_keep_registers_see_the_queue_and_no_draft_of_others(item, requester, architect, client_as):
    tag = propose(item, requester)
    for name, args in (("proposal-list", []), ("proposal-detail", [tag.term.pk])):
        assert client_as(requester).get(reverse(f"impacts:{name}", args=args)).status_code == 403
    page = client_as(architect).get(reverse("impacts:proposal-detail", args=[tag.term.pk])).content.decode()
    assert item.reference not in page
    assert "1 draft or confidential request" in page
    with pytest.raises(NotAllowed):
        proposing.decline_term(term=tag.term, reason="No", by=requester)


@pytest.mark.parametrize("size", [1, 12])
def test_the_queue_costs_the_same_queries_at_any_size(size, architect, client_as, django_assert_num_queries):
    for number in range(size):
        request = filed_request()
        propose(request, request.requester, name=f"Place {number}")
    client = client_as(architect)
    client.get(reverse("impacts:proposal-list"))
    with django_assert_num_queries(10):
        client.get(reverse("impacts:proposal-list"))
    assert ProposedTag.objects.count() == size
