"""Triage in the browser's eyes: the inbox, one finding, the acts."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from impacts.models import Finding, TriageAct
from impacts.selectors.findings.presenting import EvidenceLine, as_reasons, present, with_members
from portfolio.models import Person, ProjectRequest, Role, ScanMark, Silo
from tests.factories import FindingFactory, ImpactFactory, TouchpointFactory, filed_request, person_with

pytestmark = pytest.mark.django_db

ClientAs = Callable[[Person], Client]


@pytest.fixture
def pair(cards: Silo, retail: Silo, requester: Person, outsider: Person) -> list[ProjectRequest]:
    touchpoint = TouchpointFactory.create(name="Push message")
    texts = {"problem": "Answer the customer at once.", "one_off_cost": 420_000}
    made = [
        filed_request(silo=cards, requester=requester, title="Spend alerts", **texts),
        filed_request(silo=retail, requester=outsider, title="Notification centre", **texts),
    ]
    for request in made:
        ImpactFactory.create(request=request, touchpoint=touchpoint)
    return made


@pytest.fixture
def finding(pair: list[ProjectRequest]) -> Finding:
    made: Finding = FindingFactory.create(between=pair, title="Cards and Retail ask for the same", severity="serious")
    return made


def act_url(finding: Finding, kind: str) -> str:
    return reverse("impacts:finding-act", args=[finding.pk, kind])


def test_the_inbox_shows_two_requests_side_by_side_with_marks(
    client_as: ClientAs, architect: Person, finding: Finding
) -> None:
    page = client_as(architect).get(reverse("impacts:triage")).content.decode()
    assert "Spend alerts" in page
    assert "Notification centre" in page
    assert "<mark>Answer</mark>" in page
    assert "<mark>Push message</mark>" in page
    assert "€420,000" in page
    assert 'data-key="c"' in page


def test_a_closed_finding_says_that_the_rules_may_have_changed_and_asks_for_nothing(
    client_as: ClientAs, architect: Person, finding: Finding, pair: list[ProjectRequest]
) -> None:
    line = {"kind": "remedy", "text": "If Cards waited, all would be well.", "weight": None, "words": []}
    finding.evidence = [line | {"requests": [request.pk for request in pair]}]
    finding.save()
    client, url = client_as(architect), reverse("impacts:finding-detail", args=[finding.pk])
    assert "If Cards waited" in client.get(url).content.decode()
    finding.state = Finding.State.CLOSED
    finding.save()
    page = client.get(url).content.decode()
    assert "a register or the rules have changed since" in page
    assert "If Cards waited" not in page


def test_an_empty_inbox_says_so(client_as: ClientAs, architect: Person) -> None:
    assert "The inbox is empty" in client_as(architect).get(reverse("impacts:triage")).content.decode()


def test_filters_stand_in_the_address(
    client_as: ClientAs, architect: Person, finding: Finding, pair: list[ProjectRequest]
) -> None:
    FindingFactory.create(rule="order", kind="conflict", severity="look", title="Something starts too early")
    client = client_as(architect)

    def titles(**query: Any) -> set[str]:
        shown = client.get(reverse("impacts:triage"), query).context["inbox"].shown
        return {each.title for each in shown}

    both = {finding.title, "Something starts too early"}
    assert titles() == both
    assert titles(rule="same-purpose") == {finding.title}
    assert titles(severity="look") == {"Something starts too early"}
    assert titles(silo=pair[0].silo_id) == {finding.title}
    assert titles(request=pair[1].reference.lower()) == {finding.title}
    assert titles(state="dismissed") == set()
    assert titles(state="all") == both
    assert titles(rule="no-such-rule") == both
    assert titles(mine="on") == set()


def test_an_overlap_names_both_requests(client_as: ClientAs, architect: Person, finding: Finding) -> None:
    page = client_as(architect).get(reverse("impacts:triage")).content.decode()
    titles = [member.request.title for member in finding.members.select_related("request").order_by("request_id")]
    assert escape(" · ".join(titles)) in page
    assert escape(" · ".join(titles)) in client_as(architect).get(reverse("home")).content.decode()


def test_an_overlap_with_a_hidden_request_names_none(finding: Finding, reader: Person) -> None:
    ProjectRequest.objects.filter(pk=finding.members.order_by("request_id")[0].request_id).update(confidential=True)
    [shown] = present(with_members(Finding.objects.filter(pk=finding.pk)), reader)
    assert shown.subtitle == ""


def test_phrases_of_one_kind_are_told_as_one_reason_that_weighs_what_they_do() -> None:
    lines = [
        EvidenceLine("titles", "“a”", 0.1, ("a",)),
        EvidenceLine("titles", "“b”", 0.05, ("b",)),
        EvidenceLine("words", "“c”", 0.02, ("c",)),
        EvidenceLine("words", "“d e”", 0.01, ("d", "e")),
        EvidenceLine("words", "3 more words", 0.01, ("f",)),
        EvidenceLine("silo", "Less weight", -0.03, ()),
    ]
    titles, words, silo = as_reasons(lines)
    assert titles == EvidenceLine("titles", "Both titles say “a” and “b”", 0.15, ("a", "b"))
    assert words == EvidenceLine("words", "Both speak of “c”, “d e” and 3 more words", 0.04, ("c", "d", "e", "f"))
    assert silo == lines[-1]


def test_only_mine_shows_the_findings_of_ones_own_requests(
    client_as: ClientAs, requester: Person, finding: Finding
) -> None:
    FindingFactory.create(title="Of others")
    shown = client_as(requester).get(reverse("impacts:triage"), {"mine": "on"}).context["inbox"].shown
    assert [each.title for each in shown] == [finding.title]


def test_confirming_goes_on_to_the_next_with_an_undo(client_as: ClientAs, architect: Person, finding: Finding) -> None:
    following = FindingFactory.create(weight=1.5, title="The next one")
    client = client_as(architect)
    answer = client.post(act_url(finding, "confirm") + "?rule=same-purpose", {"version": finding.version}, follow=True)
    assert answer.redirect_chain == [(following.get_absolute_url() + "?rule=same-purpose", 302)]
    page = answer.content.decode()
    assert reverse("impacts:finding-undo", args=[finding.pk]) in page
    assert "Confirmed" in page
    finding.refresh_from_db()
    assert finding.state == "confirmed"

    undo_url = reverse("impacts:finding-undo", args=[finding.pk])
    back = client.post(undo_url, {"next": following.get_absolute_url() + "?rule=same-purpose"})
    assert back["Location"] == finding.get_absolute_url() + "?rule=same-purpose"
    finding.refresh_from_db()
    assert finding.state == "open"


def test_an_undo_button_never_takes_back_what_somebody_else_did_since(
    client_as: ClientAs, architect: Person, finding: Finding
) -> None:
    client = client_as(architect)
    page = client.post(act_url(finding, "confirm"), {"version": finding.version}, follow=True).content.decode()
    undo_url = f"{reverse('impacts:finding-undo', args=[finding.pk])}?act={TriageAct.objects.get().pk}"
    assert f'action="{undo_url}"' in page
    finding.refresh_from_db()
    other = client_as(person_with(Role.ARCHITECT))
    other.post(act_url(finding, "dismiss"), {"version": finding.version, "reason": "Two different things."})

    late = client.post(undo_url, follow=True).content.decode()
    assert "somebody was quicker" in late
    finding.refresh_from_db()
    assert finding.state == "dismissed"
    for unknown in ("999", "x"):
        assert client.post(f"{reverse('impacts:finding-undo', args=[finding.pk])}?act={unknown}").status_code == 404


def test_undo_does_not_lead_to_other_sites(client_as: ClientAs, architect: Person, finding: Finding) -> None:
    undo_url = reverse("impacts:finding-undo", args=[finding.pk])
    answer = client_as(architect).post(undo_url, {"next": "https://evil.example/?x=1"})
    assert answer["Location"] == finding.get_absolute_url()


def test_a_dismissal_without_reason_keeps_the_page(client_as: ClientAs, architect: Person, finding: Finding) -> None:
    answer = client_as(architect).post(act_url(finding, "dismiss"), {"version": finding.version, "reason": " "})
    assert answer.status_code == 422
    assert "Say why you dismiss it" in answer.content.decode()
    finding.refresh_from_db()
    assert finding.state == "open"


def test_the_second_architect_is_told_and_keeps_what_was_typed(
    client_as: ClientAs, architect: Person, finding: Finding
) -> None:
    other = person_with(Role.ARCHITECT, name="Ben Second")
    client_as(other).post(act_url(finding, "confirm"), {"version": finding.version})
    answer = client_as(architect).post(act_url(finding, "dismiss"), {"version": finding.version, "reason": "Two <b>"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Ben Second was quicker" in page
    assert "Two &lt;b&gt;" in page
    assert TriageAct.objects.count() == 1


@pytest.mark.parametrize("kind", ["merge", "family", "order"])
def test_the_other_acts_work_without_a_script(
    kind: str, client_as: ClientAs, architect: Person, finding: Finding, pair: list[ProjectRequest]
) -> None:
    client = client_as(architect)
    assert client.get(act_url(finding, kind)).status_code == 200
    posted = {
        "version": finding.version,
        "survivor": pair[0].pk,
        "lead": pair[0].pk,
        "owner": architect.pk,
        "first": pair[0].pk,
        "later": pair[1].pk,
    }
    ScanMark.objects.all().delete()
    assert client.post(act_url(finding, kind), posted).status_code == 302
    act = TriageAct.objects.get()
    assert act.kind == kind
    assert set(ScanMark.objects.values_list("request_id", flat=True)) == {request.pk for request in pair}


def test_one_and_the_same_request_cannot_come_first_and_later(
    client_as: ClientAs, architect: Person, finding: Finding, pair: list[ProjectRequest]
) -> None:
    posted = {"version": finding.version, "first": pair[0].pk, "later": pair[0].pk}
    answer = client_as(architect).post(act_url(finding, "order"), posted)
    assert answer.status_code == 422
    assert "Choose another request" in answer.content.decode()


def test_everybody_looks_and_only_architects_act(
    client_as: ClientAs, reader: Person, requester: Person, cio: Person, finding: Finding
) -> None:
    for person in (reader, requester, cio):
        client = client_as(person)
        page = client.get(finding.get_absolute_url())
        assert page.status_code == 200
        assert 'data-key="c"' not in page.content.decode()
        for kind in ("confirm", "dismiss", "merge", "family", "order"):
            assert client.post(act_url(finding, kind), {"version": finding.version}).status_code == 403
        assert client.post(reverse("impacts:finding-undo", args=[finding.pk])).status_code == 403
    finding.refresh_from_db()
    assert finding.state == "open"


def test_a_reader_sees_no_money(client_as: ClientAs, reader: Person, finding: Finding) -> None:
    assert "€420,000" not in client_as(reader).get(finding.get_absolute_url()).content.decode()


def test_a_confidential_request_is_not_shown_to_others(
    client_as: ClientAs, architect: Person, outsider: Person, finding: Finding, pair: list[ProjectRequest]
) -> None:
    ProjectRequest.objects.filter(pk=pair[0].pk).update(confidential=True)
    page = client_as(outsider).get(finding.get_absolute_url()).content.decode()
    assert "A confidential request overlaps with this one" in page
    assert architect.name in page
    for secret in ("Spend alerts", pair[0].reference, "Cards and Retail", "They share words"):
        assert secret not in page
    assert "Spend alerts" in client_as(architect).get(finding.get_absolute_url()).content.decode()


def test_who_sees_none_of_its_requests_does_not_find_it(client_as: ClientAs, reader: Person, finding: Finding) -> None:
    ProjectRequest.objects.update(confidential=True)
    client = client_as(reader)
    assert client.get(finding.get_absolute_url()).status_code == 404
    assert client.get(reverse("impacts:triage")).context["inbox"].shown == []


def test_unknown_things_are_not_found(client_as: ClientAs, architect: Person, finding: Finding) -> None:
    client = client_as(architect)
    assert client.get(reverse("impacts:finding-detail", args=[finding.pk + 999])).status_code == 404
    assert client.post(act_url(finding, "burn")).status_code == 404
    assert client.get(reverse("impacts:finding-undo", args=[finding.pk])).status_code == 405
    assert Client().get(reverse("impacts:triage")).status_code == 302


def test_html_in_a_request_stays_text(client_as: ClientAs, architect: Person, finding: Finding) -> None:
    ProjectRequest.objects.update(title="<script>alert(1)</script> 🎈", problem="<img src=x onerror=1>")
    page = client_as(architect).get(finding.get_absolute_url()).content.decode()
    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page
    assert "🎈" in page


def test_the_inbox_takes_the_same_queries_for_few_and_many(
    client_as: ClientAs, architect: Person, finding: Finding, django_assert_max_num_queries: Any
) -> None:
    client = client_as(architect)
    client.get(reverse("impacts:triage"))

    def queries() -> int:
        with django_assert_max_num_queries(60) as captured:
            assert client.get(finding.get_absolute_url()).status_code == 200
        return len(captured)

    for _ in range(3):
        FindingFactory.create()
    few = queries()
    for _ in range(9):
        FindingFactory.create()
    assert queries() == few


def test_a_collision_of_many_says_each_go_live_once(client_as: ClientAs, architect: Person) -> None:
    several = [filed_request(wanted_go_live=date(2027, 3, day)) for day in (1, 2, 3)]
    lines = [
        {"kind": "dates", "text": f"Cards goes live on {n} March 2027", "requests": [each.pk], "words": []}
        for n, each in enumerate(several, 1)
    ]
    found = FindingFactory.create(between=several, rule="change-collision", kind="conflict", evidence=lines)
    page = client_as(architect).get(f"/triage/{found.pk}/").content.decode()
    assert "2\xa0Mar\xa02027" in page
    assert "goes live on" not in page
    assert "What it adds" not in page


def large(silo: Silo, requester: Person, many: int = 40) -> Finding:
    requests = [filed_request(silo=silo, requester=requester, title=f"Wish {number:02d}") for number in range(many)]
    evidence = [
        {"kind": "contacts", "text": f"{each.title} adds two", "requests": [each.pk], "words": [], "weight": None}
        for each in requests
    ]
    about = [
        {"kind": "gap", "text": f"Reason {number:02d}", "requests": [each.pk for each in requests[:2]], "words": []}
        for number in range(15)
    ]
    made: Finding = FindingFactory.create(
        between=requests, rule="contact-overload", kind="conflict", title="Too much at once", evidence=evidence + about
    )
    return made


def test_a_large_finding_shows_its_first_requests_and_a_way_to_all(
    client_as: ClientAs, architect: Person, cards: Silo, requester: Person
) -> None:
    client, finding = client_as(architect), large(cards, requester)
    page = client.get(finding.get_absolute_url(), {"severity": "look"})
    seen = page.content.decode()
    assert "40 requests take part" in seen
    assert [member.request.title for member in page.context["members"]] == [f"Wish {number:02d}" for number in range(8)]
    assert "and 32 more" in seen
    assert "severity=look&amp;members=all#members" in seen
    everything = client.get(finding.get_absolute_url(), {"severity": "look", "members": "all"})
    assert len(everything.context["members"]) == 40
    assert "Wish 39" in everything.content.decode()
    assert everything.context["inbox"].query == "?severity=look"


def test_one_more_request_than_is_shown_is_shown_too(
    client_as: ClientAs, architect: Person, cards: Silo, requester: Person
) -> None:
    page = client_as(architect).get(large(cards, requester, 9).get_absolute_url())
    assert len(page.context["members"]) == 9
    assert "members=all" not in page.content.decode()


def test_the_reasons_of_a_large_finding_are_the_first_and_the_rest_on_demand(
    client_as: ClientAs, architect: Person, cards: Silo, requester: Person
) -> None:
    seen = client_as(architect).get(large(cards, requester).get_absolute_url()).content.decode()
    assert "and 5 more</summary>" in seen
    assert seen.index("Reason 09") < seen.index("and 5 more") < seen.index("Reason 10")


def test_of_many_requests_one_is_chosen_from_a_list_on_a_page_of_its_own(
    client_as: ClientAs, architect: Person, cards: Silo, requester: Person
) -> None:
    client, finding = client_as(architect), large(cards, requester)
    seen = client.get(finding.get_absolute_url()).content.decode()
    assert 'id="dismiss"' in seen
    assert 'id="merge"' not in seen
    assert act_url(finding, "merge") in seen
    form = client.get(act_url(finding, "merge")).content.decode()
    assert '<select name="survivor"' in form
    survivor = finding.members.order_by("request_id")[20].request_id
    done = client.post(act_url(finding, "merge"), {"version": finding.version, "survivor": survivor})
    assert done.status_code == 302
    assert TriageAct.objects.get(finding=finding).kind == "merge"
