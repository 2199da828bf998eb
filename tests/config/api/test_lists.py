"""Lists of the API: pages, the filters of the screens, and as many queries however long they are."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from board.api.decisions import DecisionQuery
from board.forms.record import LogForm
from board.models import AgendaItem
from impacts.api.findings import FindingQuery
from impacts.forms.triage import FindingFilterForm
from portfolio.lifecycle import Status
from portfolio.models import Person, ProjectRequest, Silo
from tests import factories
from tests.config.api.conftest import World, decided

Connect = Callable[[Person | None], APIClient]


def grow(world: World) -> dict[str, Callable[[], Any]]:
    """What makes each list one row longer."""

    def filed() -> ProjectRequest:
        return factories.filed_request(silo=world.open.silo, requester=world.open.requester)

    return {
        "requests/": filed,
        "findings/": lambda: factories.FindingFactory.create(between=[filed(), filed(), world.secret]),
        "clusters/": lambda: factories.ClusterFactory.create(holding=[filed(), filed(), filed()]),
        "families/": lambda: factories.FamilyFactory.create(lead=filed(), with_members=[filed()]),
        "decisions/": lambda: decided(
            factories.filed_request(silo=world.open.silo, status=Status.APPROVED.value), meeting=world.meeting
        ),
        "meetings/": factories.MeetingFactory.create,
        f"meetings/{world.meeting.pk}/items/": lambda: factories.AgendaItemFactory.create(
            meeting=world.meeting, request=filed()
        ),
        "silos/": factories.SiloFactory.create,
        "registers/touchpoints/": lambda: factories.TouchpointFactory.create(
            accountable=factories.PersonFactory.create()
        ),
        "asset-quarters/": lambda: factories.AssetQuarterFactory.create(tier=factories.TierFactory.create()),
        "tier-movements/": factories.TierMovementFactory.create,
        "customer-time/": lambda: factories.CustomerTimeFactory.create(segment=factories.SegmentFactory.create()),
        "value-stories/": lambda: factories.ValueStoryFactory.create(status="published"),
        "service-tiers/": factories.ServiceTierFactory.create,
        "registers/change-freezes/": factories.ChangeFreezeFactory.create,
        f"requests/{world.open.reference}/comments/": lambda: factories.CommentFactory.create(request=world.open),
        f"requests/{world.open.reference}/impacts/": lambda: factories.ImpactFactory.create(request=world.open),
        f"requests/{world.open.reference}/data-uses/": lambda: factories.DataUseFactory.create(request=world.open),
        f"requests/{world.open.reference}/system-uses/": lambda: factories.SystemUseFactory.create(request=world.open),
        f"requests/{world.open.reference}/bets/": lambda: factories.BetFactory.create(request=world.open),
        f"requests/{world.open.reference}/contacts/": lambda: factories.PlannedContactFactory.create(
            request=world.open
        ),
    }


def queries(client: APIClient, url: str) -> int:
    """How many queries the list takes."""
    with CaptureQueriesContext(
        connection,
    ) as context:
        assert client.get(f"/api/v1/{url}").status_code == 200
    return len(context)


def test_every_list_takes_as_many_queries_for_ten_rows_as_for_three(
    world: World, secretary: Person, api_as: Connect
) -> None:
    more = {}
    for url, make in grow(world).items():
        for _ in range(2):
            make()
        few = queries(api_as(secretary), url)
        for _ in range(7):
            make()
        many = queries(api_as(secretary), url)
        if many != few:
            more[url] = (few, many)
    assert more == {}


def test_the_filters_are_those_of_the_pages() -> None:
    assert set(FindingQuery().fields) == set(FindingFilterForm.base_fields)
    assert set(DecisionQuery().fields) == set(LogForm.base_fields)


def test_findings_are_narrowed(world: World, api: APIClient) -> None:
    def found(**query: Any) -> set[int]:
        return {row["id"] for row in api.get("/api/v1/findings/", query).json()["results"]}

    assert found() == {world.pair.pk, world.secret_pair.pk, world.secret_only.pk}
    assert found(rule="unowned") == {world.secret_only.pk}
    assert found(request=world.open.reference.lower()) == {world.pair.pk}
    assert found(silo=world.other.silo.code) == {world.pair.pk, world.secret_pair.pk}
    assert found(state="dismissed") == found(mine="true") == set()


def test_requests_are_searched_and_narrowed(world: World, api: APIClient) -> None:
    def found(**query: Any) -> list[str]:
        answer = api.get("/api/v1/requests/", query).json()
        assert "results" in answer, answer
        return [row["reference"] for row in answer["results"]]

    assert found(q="shop") == [world.other.reference]
    assert found(status=["ready", "approved"], sort="-title")[1] == world.open.reference
    assert set(found(silo="retail")) == {world.other.reference, world.family.lead.reference}


def test_an_order_that_does_not_exist_is_said(world: World, api: APIClient) -> None:
    answer = api.get("/api/v1/requests/?sort=colour")
    assert (answer.status_code, "sorted by reference, title" in answer.json()["errors"]["sort"][0]) == (400, True)
    assert api.get(f"/api/v1/requests/{world.open.reference}/?sort=colour").status_code == 200


def test_describing_the_api_does_not_spoil_its_filters(world: World, api: APIClient) -> None:
    assert api.get("/api/v1/schema/").status_code == 200
    assert api.get("/api/v1/requests/?silo=retail").json()["count"] == 2


def test_decisions_are_narrowed(world: World, api: APIClient) -> None:
    def found(**query: Any) -> list[int]:
        return [row["id"] for row in api.get("/api/v1/decisions/", query).json()["results"]]

    assert set(found()) == {world.decision.pk, world.secret_decision.pk}
    assert found(q="phone") == [world.decision.pk]
    assert found(kind="reject") == found(until="2001-01-01") == []


def test_pages_are_bounded_and_linked(cards: Silo, requester: Person, api: APIClient) -> None:
    for _ in range(3):
        factories.filed_request(silo=cards, requester=requester)
    first = api.get("/api/v1/requests/?limit=2").json()
    assert (first["count"], len(first["results"]), first["previous"]) == (3, 2, None)
    second = api.get(first["next"]).json()
    assert (len(second["results"]), second["next"]) == (1, None)
    assert {row["reference"] for row in second["results"]}.isdisjoint({row["reference"] for row in first["results"]})


@pytest.mark.parametrize("limit", ["201", "100000"])
def test_no_page_is_longer_than_two_hundred(world: World, api: APIClient, limit: str) -> None:
    for number in range(205):
        factories.SiloFactory.create(code=f"s-{number}")
    assert len(api.get(f"/api/v1/silos/?limit={limit}").json()["results"]) == 200


def test_the_agenda_leaves_out_what_was_taken_off(world: World, secretary: Person, api_as: Connect) -> None:
    gone = factories.AgendaItemFactory.create(
        meeting=world.meeting, status=AgendaItem.Status.DROPPED, dropped_because="Too early."
    )
    client = api_as(secretary)
    url = f"/api/v1/meetings/{world.meeting.pk}/items/"
    assert gone.pk not in {row["id"] for row in client.get(url).json()["results"]}
    shown = client.get(f"{url}{gone.pk}/").json()
    assert (shown["number"], shown["dropped_because"]) == (None, "Too early.")


def test_a_state_that_does_not_exist_is_refused(world: World, api: APIClient) -> None:
    answer = api.get("/api/v1/changes/?state=zzz")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["state"])
