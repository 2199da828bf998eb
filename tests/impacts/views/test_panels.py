"""The panels beside and below other pages: fragments for htmx, pages without a script."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers.models import Channel
from impacts.models import Answer, Finding
from impacts.services.scans.scanning import scan_until_done
from portfolio.models import Notification, Person, ProjectRequest, ScanMark, Silo
from portfolio.services.requests import touch_request
from tests.factories import (
    ContactPolicyFactory,
    FindingFactory,
    ImpactFactory,
    PlannedContactFactory,
    QuietPeriodFactory,
    SegmentFactory,
    TouchpointFactory,
    draft_request,
    filed_request,
)

pytestmark = pytest.mark.django_db

ClientAs = Callable[[Person], Client]
HTMX = {"HX-Request": "true"}
ALERTS = "Push message alerts when money leaves the card"


@pytest.fixture
def filed(retail: Silo, outsider: Person) -> ProjectRequest:
    for title in ("Payroll archive", "Lift maintenance", "Vendor onboarding", "Treasury forecast"):
        filed_request(title=title, problem=f"{title} is slow.", proposal=f"Renew {title}.")
    made: ProjectRequest = filed_request(silo=retail, requester=outsider, title=ALERTS, one_off_cost=610_000)
    return made


@pytest.fixture
def draft(cards: Silo, requester: Person) -> ProjectRequest:
    made: ProjectRequest = draft_request(silo=cards, requester=requester, title=f"{ALERTS} at once")
    return made


def panel(client: Client, name: str, request: ProjectRequest, **query: Any) -> Any:
    return client.get(reverse(f"impacts:{name}", args=[request.reference]), query, headers=HTMX)


PANELS = (
    "panel-look-alikes",
    "panel-suggestions",
    "panel-contact-load",
    "panel-contacts",
    "panel-effects",
    "panel-findings",
    "panel-hold-on",
)


@pytest.mark.parametrize("name", PANELS)
def test_every_panel_is_a_fragment_a_page_and_hidden_with_its_request(
    name: str, client_as: ClientAs, requester: Person, outsider: Person, draft: ProjectRequest
) -> None:
    client = client_as(requester)
    url = reverse(f"impacts:{name}", args=[draft.reference])
    fragment = client.get(url, headers=HTMX)
    assert fragment.status_code == 200
    assert "<html" not in fragment.content.decode()
    assert "<html" in client.get(url).content.decode()
    assert client_as(outsider).get(url, headers=HTMX).status_code == 404
    assert client.post(url, headers=HTMX).status_code == 405


def test_look_alikes_say_why_and_show_no_money_of_other_silos(
    client_as: ClientAs, requester: Person, architect: Person, filed: ProjectRequest, draft: ProjectRequest
) -> None:
    page = panel(client_as(requester), "panel-look-alikes", draft).content.decode()
    assert filed.title in page
    assert "Both speak of “" in page
    assert "Retail, Otto Outsider" in page
    assert "610,000" not in page
    seen = client_as(architect).get(reverse("impacts:panel-look-alikes", args=[filed.reference]), headers=HTMX)
    assert seen.status_code == 200


def test_look_alikes_mark_what_both_say_and_not_the_department_of_that_name(
    client_as: ClientAs, requester: Person, filed: ProjectRequest, draft: ProjectRequest
) -> None:
    ProjectRequest.objects.filter(pk=filed.pk).update(silo=draft.silo)
    scan_until_done()
    page = panel(client_as(requester), "panel-look-alikes", draft).content.decode()
    assert "Both come from Cards, and speak of “<mark>" in page


def test_look_alikes_while_typing_need_no_draft_and_store_nothing(
    client_as: ClientAs, requester: Person, reader: Person, filed: ProjectRequest
) -> None:
    url = reverse("impacts:live-look-alikes")
    typed = {"title": ALERTS, "problem": "", "proposal": "", "silo": ""}
    client = client_as(requester)
    assert filed.title in client.post(url, typed, headers=HTMX).content.decode()
    assert "As soon as there are" in client.post(url, {"title": "P"}, headers=HTMX).content.decode()
    trouble = {"title": "", "problem": filed.problem}
    assert filed.title in client.post(url, trouble, headers=HTMX).content.decode()
    assert "As soon as there are" in client.post(url, {"problem": "Too many letters"}, headers=HTMX).content.decode()
    assert client.post(url, {"title": "🎈" * 30_000, "silo": "x"}, headers=HTMX).status_code == 200
    assert client_as(reader).post(url, typed, headers=HTMX).status_code == 404
    assert ProjectRequest.objects.filter(status="draft").count() == 0


def test_a_confidential_look_alike_is_counted_not_shown(
    client_as: ClientAs, requester: Person, architect: Person, filed: ProjectRequest, draft: ProjectRequest
) -> None:
    ProjectRequest.objects.filter(pk=filed.pk).update(confidential=True, updated_at=timezone.now())
    page = panel(client_as(requester), "panel-look-alikes", draft).content.decode()
    assert filed.title not in page
    assert filed.reference not in page
    assert "confidential request" in page
    assert architect.name in page


def test_contact_load_counts_others_and_ones_own_against_the_policy(
    client_as: ClientAs, requester: Person, draft: ProjectRequest, filed: ProjectRequest
) -> None:
    segment = SegmentFactory.create(name="Card holders")
    ContactPolicyFactory.create(segment=segment, channel="", limit=1, days=21, name="Once in three weeks")
    day = timezone.localdate() + timedelta(days=10)
    for request in (draft, filed):
        PlannedContactFactory.create(request=request, segment=segment, channel=Channel.EMAIL, first_day=day, times=1)
    page = panel(client_as(requester), "panel-contact-load", draft).content.decode()
    assert "1 yours, 2 in all" in page
    assert "1 over" in page
    assert f"{reverse('impacts:customer-year', args=[segment.code])}?without={draft.reference}" in page
    assert filed.reference in page
    assert "21 days earlier" not in page
    assert "21 days later" in page
    assert "21 days moved in all; nothing less does it" in " ".join(page.split())


def test_contact_load_says_that_a_contact_falls_into_a_quiet_period_and_how_it_leaves_it(
    client_as: ClientAs, requester: Person, draft: ProjectRequest
) -> None:
    segment = SegmentFactory.create(name="Card holders")
    day = timezone.localdate() + timedelta(days=10)
    QuietPeriodFactory.create(name="Easter", starts=day, ends=day + timedelta(days=3))
    PlannedContactFactory.create(request=draft, segment=segment, channel=Channel.EMAIL, first_day=day, times=1)
    page = " ".join(panel(client_as(requester), "panel-contact-load", draft).content.decode().split())
    assert "1 of its contacts to Card holders falls into “Easter”" in page
    assert "1 day earlier" in page


def test_where_no_shift_helps_the_panel_says_so(client_as: ClientAs, requester: Person, draft: ProjectRequest) -> None:
    segment = SegmentFactory.create(name="Card holders")
    ContactPolicyFactory.create(segment=segment, channel="", limit=0, days=21)
    day = timezone.localdate() + timedelta(days=10)
    PlannedContactFactory.create(request=draft, segment=segment, channel=Channel.EMAIL, first_day=day, times=1)
    page = panel(client_as(requester), "panel-contact-load", draft).content.decode()
    assert "No shift of dates within a quarter ends it for Card holders" in page


def test_contact_load_leaves_out_what_a_confidential_request_sends_and_says_so(
    client_as: ClientAs, requester: Person, architect: Person, draft: ProjectRequest, filed: ProjectRequest
) -> None:
    segment = SegmentFactory.create(name="Card holders")
    ContactPolicyFactory.create(segment=segment, channel="", limit=1, days=21)
    day = timezone.localdate() + timedelta(days=10)
    for request in (draft, filed):
        PlannedContactFactory.create(request=request, segment=segment, channel=Channel.EMAIL, first_day=day, times=1)
    ProjectRequest.objects.filter(pk=filed.pk).update(confidential=True, updated_at=timezone.now())
    page = panel(client_as(requester), "panel-contact-load", draft).content.decode()
    assert "1 yours, 1 in all" in page
    assert "1 over" not in page
    assert "One confidential request also contacts them and is not counted here" in page
    ProjectRequest.objects.filter(pk=draft.pk).update(status="submitted", submitted_at=timezone.now())
    page = panel(client_as(architect), "panel-contact-load", draft).content.decode()
    assert "1 yours, 2 in all" in page
    assert "confidential" not in page


def test_effects_show_what_it_does_and_who_answers(client_as: ClientAs, reader: Person, filed: ProjectRequest) -> None:
    ImpactFactory.create(request=filed, touchpoint=TouchpointFactory.create(name="Text message", accountable=None))
    page = panel(client_as(reader), "panel-effects", filed).content.decode()
    assert "Text message" in page
    assert "Nobody" in page
    assert "Change what it touches" not in page


def test_findings_panel_keeps_the_secret_of_a_confidential_request(
    client_as: ClientAs, outsider: Person, filed: ProjectRequest
) -> None:
    secret = filed_request(title="Project Nightfall", confidential=True)
    FindingFactory.create(between=[filed, secret], title="Retail and Silo X ask for the same")
    page = panel(client_as(outsider), "panel-findings", filed).content.decode()
    assert "A confidential request overlaps" in page
    assert "Nightfall" not in page
    assert secret.reference not in page
    assert "Silo X" not in page


def hold(client: Client, request: ProjectRequest, **query: Any) -> Any:
    return panel(client, "panel-hold-on", request, **query)


def test_the_hold_on_card_comes_by_itself_to_both_requesters_and_the_architect(
    client_as: ClientAs, requester: Person, outsider: Person, architect: Person, reader: Person, filed: ProjectRequest,
    cards: Silo,
) -> None:  # fmt: skip
    scan_until_done()
    before = hold(client_as(outsider), filed)
    assert "Hold on" not in before.content.decode()
    mine = filed_request(silo=cards, requester=requester, title=ALERTS)
    assert "comparing" in hold(client_as(requester), mine).content.decode()
    scan_until_done()
    for person, request in ((requester, mine), (outsider, filed), (architect, mine)):
        assert "Hold on. One other department is asking for this." in hold(client_as(person), request).content.decode()
    assert hold(client_as(reader), mine).content == b""


def test_the_hold_on_card_claims_no_more_than_is_known(
    client_as: ClientAs, outsider: Person, filed: ProjectRequest
) -> None:
    finding = FindingFactory.create(
        between=[filed, filed_request()], rule="same-purpose", kind="overlap", severity="look"
    )
    client = client_as(outsider)
    assert "Hold on. One other department may be asking for this." in hold(client, filed).content.decode()
    Finding.objects.filter(pk=finding.pk).update(state="confirmed")
    assert "Hold on. One other department is asking for this." in hold(client, filed).content.decode()


def test_polling_swaps_nothing_while_nothing_has_changed(
    client_as: ClientAs, outsider: Person, filed: ProjectRequest
) -> None:
    scan_until_done()
    client = client_as(outsider)
    stamp = hold(client, filed).context["card"].stamp
    assert hold(client, filed, seen=stamp).status_code == 204
    with transaction.atomic():
        FindingFactory.create(between=[filed, filed_request()], severity="serious")
    assert hold(client, filed, seen=stamp).status_code == 200


def test_it_asks_often_only_while_the_request_is_fresh_or_marked(
    client_as: ClientAs, outsider: Person, filed: ProjectRequest
) -> None:
    client = client_as(outsider)
    ProjectRequest.objects.update(submitted_at=timezone.now() - timedelta(days=3))
    assert "every 2s" in hold(client, filed).content.decode()
    ScanMark.objects.all().delete()
    assert "every 15s" in hold(client, filed).content.decode()
    with transaction.atomic():
        touch_request(request=ProjectRequest.objects.get(pk=filed.pk))
    assert "every 2s" in hold(client, filed).content.decode()


@pytest.fixture
def overlap(filed: ProjectRequest, cards: Silo, requester: Person) -> Finding:
    mine = filed_request(silo=cards, requester=requester, title=ALERTS)
    made: Finding = FindingFactory.create(between=[filed, mine], severity="serious")
    return made


def answer_url(request: ProjectRequest, kind: str) -> str:
    return reverse("impacts:hold-on-answer", args=[request.reference, kind])


def test_an_answer_is_kept_shown_and_told(
    client_as: ClientAs, requester: Person, outsider: Person, filed: ProjectRequest, overlap: Finding
) -> None:
    client = client_as(outsider)
    page = client.post(answer_url(filed, "join"), {"text": "If alerts come first."}, headers=HTMX).content.decode()
    assert "If alerts come first." in page
    answer = Answer.objects.get()
    assert (answer.kind, answer.person, answer.finding) == ("join", outsider, overlap)
    assert Notification.objects.filter(person=requester, text__contains="If alerts come first.").count() == 1
    assert client.post(answer_url(filed, "talk")).status_code == 302


def test_who_differs_says_how_and_others_do_not_answer(
    client_as: ClientAs, outsider: Person, colleague: Person, architect: Person, filed: ProjectRequest, overlap: Finding
) -> None:
    client = client_as(outsider)
    wrong = client.post(answer_url(filed, "differs"), {"text": " "}, headers=HTMX)
    assert wrong.status_code == 422
    assert "Say how yours differs" in wrong.content.decode()
    for person in (colleague, architect):
        assert client_as(person).post(answer_url(filed, "join"), headers=HTMX).status_code == 403
    assert client.post(answer_url(filed, "maybe"), headers=HTMX).status_code == 404
    assert not Answer.objects.exists()


def test_the_card_names_the_first_of_many_others_and_conflicts(
    client_as: ClientAs, filed: ProjectRequest, outsider: Person
) -> None:
    for number in range(9):
        other = filed_request(title=f"The same again {number}")
        FindingFactory.create(between=[filed, other], kind="overlap", severity="serious", state="confirmed")
        FindingFactory.create(
            between=[filed, other], rule="order", kind="conflict", severity="serious", title=f"Against it {number}"
        )
    seen = client_as(outsider).get(reverse("impacts:panel-hold-on", args=[filed.reference])).content.decode()
    assert (seen.count("The same again"), seen.count("Against it")) == (6, 4)
    assert "and 3 more, among the" in seen
    assert "and 5 more conflicts, among the" in seen
