"""What somebody may not see leaves no trace in the API: not by name, by count, by search, by filter or by order."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from board.models import DecidedRequest, LaterChange, Meeting
from portfolio.models import Person, ProjectRequest
from tests import factories
from tests.config.api.conftest import SECRET, World

Connect = Callable[[Person | None], APIClient]

LISTS = (
    *("requests/", "requests/?status=draft", "requests/?q=Nightingale", "findings/?state=all"),
    *(
        "clusters/",
        "families/",
        "data-map/systems/",
        "data-map/requests/",
        "data-map/touchpoints/",
        "silo-map/",
        "decisions/",
        "decisions/?q=Nightingale",
        "objections/",
        "changes/",
        "conditions/?state=all",
        "merges/",
        "minutes/",
        "silos/",
        "registers/segments/",
    ),
)


def references(client: APIClient, url: str) -> set[str]:
    """The references on a page of requests."""
    return {row["reference"] for row in client.get(f"/api/v1/{url}").json()["results"]}


@pytest.mark.parametrize("who", ["outsider", "colleague", "segment_manager", "administrator", "reader"])
def test_no_list_names_what_is_confidential(
    who: str, world: World, everybody: dict[str, Person], api_as: Connect
) -> None:
    client = api_as(everybody[who])
    for url in LISTS:
        answer = client.get(f"/api/v1/{url}")
        assert answer.status_code == 200, url
        text = answer.content.decode()
        assert SECRET not in text, url
        assert "ightingale" not in text.replace("q=Nightingale", ""), url
        assert world.secret.reference not in text, url


def test_an_architect_sees_all_of_it(world: World, api: APIClient) -> None:
    for url in ("requests/", "findings/?state=all", "clusters/", "families/", "decisions/"):
        assert SECRET in api.get(f"/api/v1/{url}").content.decode(), url


def test_the_list_of_requests_has_what_one_may_see(
    world: World, requester: Person, outsider: Person, api_as: Connect
) -> None:
    seen = references(api_as(outsider), "requests/")
    assert {world.open.reference, world.other.reference} <= seen
    assert seen.isdisjoint({world.secret.reference, world.draft.reference})
    assert world.secret.reference in references(api_as(requester), "requests/")


def test_drafts_are_their_silos(
    world: World, colleague: Person, outsider: Person, architect: Person, api_as: Connect
) -> None:
    url = "requests/?status=draft"
    assert references(api_as(colleague), url) == {world.draft.reference}
    assert references(api_as(outsider), url) == set()
    assert references(api_as(architect), url) == set()


def test_a_finding_with_a_confidential_request_says_only_that_and_whom_to_ask(
    world: World, outsider: Person, architect: Person, api_as: Connect
) -> None:
    shown = api_as(outsider).get(f"/api/v1/findings/{world.secret_pair.pk}/").json()
    assert shown["is_redacted"] is True
    assert shown["requests"] == [world.other.reference]
    assert (shown["hidden"], shown["ask"]) == (1, architect.email)
    assert [shown[name] for name in ("score", "weight", "first_seen", "last_seen")] == [None] * 4
    assert (shown["evidence"], shown["said"]) == ([], [])
    assert shown["title"].startswith("A confidential request overlaps with this one")
    whole = api_as(architect).get(f"/api/v1/findings/{world.secret_pair.pk}/").json()
    assert whole["requests"] == [world.other.reference, world.secret.reference]
    assert (whole["hidden"], whole["ask"], whole["title"]) == (0, None, world.secret_pair.title)
    assert (whole["score"], whole["weight"]) == (world.secret_pair.score, world.secret_pair.weight)
    assert whole["first_seen"]


def test_clusters_and_families_count_what_is_hidden(world: World, outsider: Person, api_as: Connect) -> None:
    client = api_as(outsider)
    cluster = client.get(f"/api/v1/clusters/{world.secret_cluster.code}/").json()
    assert world.open.reference in cluster["requests"]
    assert (cluster["hidden"], cluster["terms"], cluster["score"]) == (1, [], None)
    family = client.get(f"/api/v1/families/{world.secret_family.code}/").json()
    assert (family["requests"], family["hidden"], family["lead"]) == ([world.open.reference], 1, None)
    assert SECRET not in str((cluster, family))


def test_a_decision_over_a_confidential_request_keeps_its_words(
    world: World, outsider: Person, board_member: Person, api_as: Connect
) -> None:
    url = f"/api/v1/decisions/{world.secret_decision.pk}/"
    shown = api_as(outsider).get(url).json()
    assert (shown["requests"], shown["hidden"], shown["conditions"], shown["hold"]) == ([], 1, [], None)
    assert SECRET not in str(shown)
    assert SECRET in api_as(board_member).get(url).json()["reason"]


def test_later_changes_are_those_of_requests_one_may_see(
    world: World, outsider: Person, requester: Person, architect: Person, api_as: Connect
) -> None:
    rows = [
        {"field": "one_off_up", "label": "One-off cost, more", "before": "100", "after": "765432", "verdict": "void"},
        {"field": "title", "label": "Title", "before": "Phone", "after": "Phones", "verdict": "look"},
    ]
    open_one = factories.LaterChangeFactory.create(decision=world.decision, differences=rows)
    secret = factories.LaterChangeFactory.create(decision=world.secret_decision, differences=rows)
    url = f"/api/v1/changes/{open_one.pk}/"
    shown = api_as(outsider).get(url).json()
    assert ([row["field"] for row in shown["differences"]], shown["hidden"]) == (["title"], 1)
    assert "765432" not in api_as(outsider).get("/api/v1/changes/").content.decode()
    assert "765432" in api_as(requester).get(url).content.decode()
    assert api_as(outsider).get(f"/api/v1/changes/{secret.pk}/").status_code == 404
    assert api_as(architect).get(f"/api/v1/changes/{secret.pk}/").json()["hidden"] == 0
    LaterChange.objects.filter(pk=open_one.pk).update(put_back_at=timezone.now())
    assert api_as(outsider).get("/api/v1/changes/?state=open").json()["count"] == 0
    assert api_as(outsider).get("/api/v1/changes/").json()["count"] == 1


def test_conditions_come_with_their_moves_to_who_may_see_the_decision(
    world: World, outsider: Person, architect: Person, api_as: Connect
) -> None:
    factories.ConditionMoveFactory.create(condition=world.condition, reason="The supplier was late.")
    secret = factories.ConditionFactory.create(decision=world.secret_decision, text=f"{SECRET} is paid for.")
    shown = api_as(outsider).get(f"/api/v1/conditions/{world.condition.pk}/").json()
    assert [move["reason"] for move in shown["moves"]] == ["The supplier was late."]
    assert shown["requests"] == [row.request.reference for row in world.decision.requests.all()]
    assert api_as(outsider).get(f"/api/v1/conditions/{secret.pk}/").status_code == 404
    assert api_as(architect).get("/api/v1/conditions/").json()["count"] == 2
    assert api_as(architect).get("/api/v1/conditions/?state=met").json()["count"] == 0
    assert api_as(architect).get("/api/v1/conditions/?state=wrong").status_code == 400


def test_a_merge_into_a_confidential_request_does_not_name_it(
    world: World, outsider: Person, architect: Person, api_as: Connect
) -> None:
    gone, secret = world.other, world.secret
    item = factories.AgendaItemFactory.create(request=gone, status="decided")
    decision = factories.DecisionFactory.create(item=item, kind="merge", survivor=secret)
    DecidedRequest.objects.create(decision=decision, request=gone, status_before="submitted", status_after="merged")
    ProjectRequest.objects.filter(pk=gone.pk).update(status="merged", survivor=secret)
    (row,) = api_as(outsider).get("/api/v1/merges/").json()["results"]
    assert (row["request"], row["survivor"], row["goes_on_in"]) == (gone.reference, None, None)
    (row,) = api_as(architect).get("/api/v1/merges/").json()["results"]
    assert (row["survivor"], row["goes_on_in"]) == (secret.reference, secret.reference)


def test_minutes_keep_the_words_about_a_confidential_request(
    world: World, outsider: Person, board_member: Person, api_as: Connect
) -> None:
    url = f"/api/v1/minutes/{world.meeting.pk}/"
    assert api_as(outsider).get(url).status_code == 404
    assert SECRET in api_as(board_member).get(url).content.decode()
    Meeting.objects.filter(pk=world.meeting.pk).update(status="closed", closed_at=timezone.now())
    shown = api_as(outsider).get(url)
    assert SECRET not in shown.content.decode()
    lines = shown.json()["lines"]
    assert [line["decision"]["id"] for line in lines if line["decision"]] == [
        world.decision.pk, world.secret_decision.pk,
    ]  # fmt: skip
    assert [line["hidden"] for line in lines if line["decision"]] == [0, 1]


def test_what_was_saved_is_the_boards_and_each_figure_the_sum_of_its_rows(
    world: World, board_member: Person, outsider: Person, api_as: Connect
) -> None:
    figures = api_as(board_member).get("/api/v1/saved/").json()["results"]
    assert [each["figure"] for each in figures] == ["spend", "not_sent", "put_off"]
    assert all(Decimal(each["total"]) == sum(Decimal(row["amount"]) for row in each["rows"]) for each in figures)
    assert api_as(outsider).get("/api/v1/saved/").status_code == 403


def test_money_is_null_where_it_may_not_be_seen(
    world: World, requester: Person, outsider: Person, board_member: Person, api_as: Connect
) -> None:
    url = f"/api/v1/requests/{world.open.reference}/"
    for person in (requester, board_member):
        shown = api_as(person).get(url).json()
        assert (shown["one_off_cost"], shown["yearly_cost"]) == ("1234.50", "77.25")
    shown = api_as(outsider).get(url).json()
    assert (shown["one_off_cost"], shown["yearly_cost"]) == (None, None)
    assert "1234.50" not in api_as(outsider).get("/api/v1/requests/").content.decode()


def test_neither_filter_nor_order_tells_money(
    world: World, outsider: Person, architect: Person, api_as: Connect
) -> None:
    everything = references(api_as(outsider), "requests/")
    assert references(api_as(outsider), "requests/?cost_from=1000000") == everything
    assert references(api_as(architect), "requests/?cost_from=1000") == {world.open.reference}

    def order(person: Person, sort: str) -> list[str]:
        rows = api_as(person).get(f"/api/v1/requests/?sort={sort}").json()["results"]
        return [row["reference"] for row in rows]

    assert order(outsider, "cost") == order(outsider, "-cost") == order(outsider, "")
    assert order(architect, "-cost")[0] == world.open.reference


def test_what_one_may_not_see_cannot_be_named(world: World, outsider: Person, api_as: Connect) -> None:
    client = api_as(outsider)
    world.other.after = world.secret
    world.other.save()
    world.other.also_after.set([world.secret, world.open])
    shown = client.get(f"/api/v1/requests/{world.other.reference}/").json()
    assert (shown["after"], shown["also_after"]) == (None, [world.open.reference])
    named = client.get("/api/v1/findings/", {"request": world.secret.reference, "state": "all"}).json()
    assert named["count"] == 0


def test_what_is_hidden_and_what_is_not_there_are_answered_alike(
    world: World, outsider: Person, api_as: Connect
) -> None:
    client = api_as(outsider)
    hidden = client.get(f"/api/v1/requests/{world.secret.reference}/")
    nothing = client.get("/api/v1/requests/REQ-1999-0001/")
    assert (hidden.status_code, hidden.content) == (404, nothing.content)
    assert "matches" not in hidden.json()["detail"], "no class of the program is named"


def test_a_session_needs_the_csrf_token_and_a_token_does_not(world: World, requester: Person) -> None:
    url = f"/api/v1/requests/{world.open.reference}/comments/"
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(requester)
    refused = browser.post(url, '{"text": "Hello"}', content_type="application/json")
    assert refused.status_code == 403
    assert "CSRF" in refused.json()["detail"]
    who = {"email": requester.email, "password": factories.PASSWORD}
    answer = Client(enforce_csrf_checks=True).post("/api/v1/token/", who, content_type="application/json")
    program = Client(enforce_csrf_checks=True, headers={"authorization": f"Token {answer.json()['token']}"})
    assert program.post(url, '{"text": "Hello"}', content_type="application/json").status_code == 201


def test_who_left_is_shut_out_with_their_token(requester: Person, api_as: Connect) -> None:
    client = api_as(None)
    body = {"email": requester.email, "password": factories.PASSWORD}
    token = client.post("/api/v1/token/", body).json()["token"]
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    assert client.get("/api/v1/requests/").status_code == 200
    requester.is_active, requester.left_on = False, date(2026, 1, 1)
    requester.save()
    assert client.get("/api/v1/requests/").status_code == 401
    client.credentials()
    assert client.post("/api/v1/token/", body).status_code == 400
