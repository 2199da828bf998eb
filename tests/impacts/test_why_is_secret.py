"""Why two requests overlap is told nobody who may not see one of them: not a word, a thing or a date of it."""

import io
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, NamedTuple

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from rest_framework.test import APIClient

from board.selectors.meetings.findings import findings_of
from impacts.models import Finding
from impacts.selectors.findings.comparing import beside, waterfall
from impacts.selectors.findings.presenting import present, with_members
from impacts.services.findings.clusters import refresh_clusters
from impacts.services.scans.index import held_index
from impacts.services.scans.scanning import scan_until_done
from portfolio.lifecycle import Status
from portfolio.models import Notification, Person, ProjectRequest, Silo
from portfolio.services.mail import send_due_mail
from tests.factories import DataUseFactory, ImpactFactory, SegmentFactory, TouchpointFactory, filed_request

pytestmark = pytest.mark.django_db

ClientAs = Callable[[Person], Client]

ALERTS = "Text messages to card holders when money leaves their account"
BODY = "Card holders learn of fraud from the statement, weeks late. A text message tells them at once."
SECRETS = ("nightingale", "kestrel", "ospreys", "Falconry desk", "Heron", "November 2031", "Nov 2031", "2031-11-03")
"""Words of the title, the problem and the proposal of the secret request, what it alone touches, and its date."""

TOLD = ("Both speak", "Both titles", "plans it for", "plan it for", "is planned for", "much the same", "What differs")
"""How an overlap is told."""


class Pair(NamedTuple):
    """A request that all may see, a secret one for the same thing, and their overlap."""

    open: ProjectRequest
    secret: ProjectRequest
    finding: Finding


@pytest.fixture
def pair(cards: Silo, retail: Silo, requester: Person, outsider: Person, architect: Person) -> Pair:
    for title in ("Payroll archive", "Lift maintenance", "Vendor onboarding", "Treasury forecast", "Broker portal"):
        filed_request(title=title, problem=f"{title} is slow.", proposal=f"Renew {title}.")
    shown = filed_request(silo=retail, requester=outsider, title=ALERTS, problem=BODY, wanted_go_live=date(2027, 3, 1))
    secret = filed_request(
        silo=cards,
        requester=requester,
        title=f"Nightingale: {ALERTS.lower()}",
        problem=f"{BODY} Kestrel waits.",
        proposal="Buy the ospreys before anybody knows.",
        wanted_go_live=date(2031, 11, 3),
        confidential=True,
    )
    both, alone = TouchpointFactory.create(name="Alerts page"), TouchpointFactory.create(name="Falconry desk")
    for request in (shown, secret):
        ImpactFactory.create(request=request, touchpoint=both)
    ImpactFactory.create(request=secret, touchpoint=alone).segments.add(SegmentFactory.create(name="Herons"))
    DataUseFactory.create(request=secret, domain__name="Heron ledger")
    scan_until_done()
    refresh_clusters()
    finding = Finding.objects.filter(rule="same-purpose", members__request=shown).get(members__request=secret)
    return Pair(shown, secret, finding)


def presented(finding: Finding, person: Person) -> Any:
    [found] = present(with_members(Finding.objects.filter(pk=finding.pk)), person)
    return found


def assert_secret(text: str, where: str, told: bool = True) -> None:
    for word in SECRETS + (TOLD if told else ()):
        # A number by itself: the same digits within a time or a made-up name are nobody's secret.
        inside = word.isdecimal() and not re.search(rf"(?<!\d){word}(?!\d)", text)
        assert inside or word.lower() not in text.lower(), (where, word)


def texts_in(value: Any) -> Iterator[str]:
    """Every text anywhere in an answer of the API."""
    if isinstance(value, dict):
        for each in value.values():
            yield from texts_in(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from texts_in(each)
    else:
        yield str(value)


def test_who_may_see_both_is_told_everything(pair: Pair, architect: Person, client_as: ClientAs) -> None:
    shown = presented(pair.finding, architect)
    assert shown.summary.startswith("Both speak of “")
    assert shown.summary.endswith("Retail plans it for March 2027, Cards for November 2031.")
    found = waterfall(shown)
    assert found is not None
    assert found.score == pytest.approx(sum(step.weight for part in found.parts for step in part.steps), abs=1e-9)
    page = client_as(architect).get(shown.url).content.decode()
    assert shown.summary in page
    assert "Where they say it most alike" in page
    assert "Falconry desk" in page
    assert "What differs" in page
    for url in (reverse("impacts:triage"), reverse("home")):
        assert shown.summary in client_as(architect).get(url).content.decode(), url
    item = findings_of({1: [pair.open]}, architect)[1]
    assert shown.summary in [fact.evidence[0] for fact in item]


def test_the_presenter_tells_nothing_of_a_hidden_member(pair: Pair, outsider: Person) -> None:
    shown = presented(pair.finding, outsider)
    assert shown.is_redacted
    assert (shown.summary, shown.evidence, shown.reasons, shown.words, shown.remedy) == ("", (), (), (), "")
    assert waterfall(shown) is None
    with held_index() as held:
        assert beside(shown, held.index) is None
    assert_secret(shown.title, "title")
    [fact, *_] = [each for each in findings_of({1: [pair.open]}, outsider)[1] if each.id == pair.finding.pk]
    assert fact.evidence == ()
    assert_secret(" ".join(texts_in([fact.title, *fact.references])), "board")


@pytest.mark.parametrize("who", ["outsider", "segment_manager", "reader"])
def test_no_page_or_panel_tells_it(who: str, pair: Pair, client_as: ClientAs, request: pytest.FixtureRequest) -> None:
    person = request.getfixturevalue(who)
    client = client_as(person)
    panels = ("panel-findings", "panel-hold-on", "panel-look-alikes")
    urls = [
        reverse("impacts:triage"),
        reverse("impacts:finding-detail", args=[pair.finding.pk]),
        reverse("impacts:cluster-list"),
        reverse("home"),
        pair.open.get_absolute_url(),
        *(reverse(f"impacts:{name}", args=[pair.open.reference]) for name in panels),
        reverse("portfolio:request-list"),
    ]
    for url in urls:
        answer = client.get(url)
        assert answer.status_code == 200, url
        assert_secret(answer.content.decode(), url)


def test_what_is_typed_is_not_told_it_either(pair: Pair, outsider: Person, client_as: ClientAs) -> None:
    ProjectRequest.objects.filter(pk=pair.open.pk).update(status=Status.WITHDRAWN.value)
    answer = client_as(outsider).post(reverse("impacts:live-look-alikes"), {"title": ALERTS, "problem": BODY})
    text = answer.content.decode()
    assert "confidential request" in text
    assert_secret(text, "look-alikes")


def test_no_answer_of_the_api_tells_it(pair: Pair, outsider: Person) -> None:
    api = APIClient()
    api.force_authenticate(outsider)
    one, several = (f"/api/v1/findings/{pair.finding.pk}/", "/api/v1/findings/?state=all")
    for url in (one, several, "/api/v1/clusters/", "/api/v1/requests/"):
        answer = api.get(url)
        assert answer.status_code == 200, url
        assert_secret(" ".join(texts_in(answer.json())), url)
    shown = api.get(one).json()
    assert (shown["summary"], shown["remedy"], shown["evidence"]) == ("", "", [])


def test_the_api_tells_who_may_see_both(pair: Pair, architect: Person) -> None:
    api = APIClient()
    api.force_authenticate(architect)
    shown = api.get(f"/api/v1/findings/{pair.finding.pk}/").json()
    assert shown["summary"] == presented(pair.finding, architect).summary
    assert sum(line["weight"] for line in shown["evidence"]) == pytest.approx(shown["score"], abs=1e-9)


@pytest.mark.parametrize("fmt", ["csv", "xlsx"])
def test_no_export_tells_it(fmt: str, pair: Pair, outsider: Person, client_as: ClientAs) -> None:
    answer = client_as(outsider).get(reverse("portfolio:request-export", args=[fmt]))
    assert answer.status_code == 200
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    if fmt == "xlsx":
        sheet = load_workbook(io.BytesIO(body)).worksheets[0]
        text = " ".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)
    else:
        text = body.decode()
    assert pair.open.reference in text
    assert_secret(text, fmt)


def test_no_message_or_mail_tells_it(pair: Pair, outsider: Person, architect: Person, mailoutbox: list[Any]) -> None:
    Notification.objects.update(mail_due=True)
    send_due_mail()
    texts = [note.text for note in Notification.objects.filter(person=outsider)]
    assert texts
    for text in texts:
        assert_secret(text, "message")
    mails = [f"{mail.subject}\n{mail.body}" for mail in mailoutbox if outsider.email in mail.to]
    for text in mails:
        assert_secret(text, "mail")
