"""Every role walks every route of the API, as the router lists them; what each may do stands in one table."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from rest_framework.response import Response
from rest_framework.test import APIClient

from board.models import Pack
from config.api.routes import router
from customers.registers import REGISTERS
from portfolio.models import Person
from tests import factories
from tests.config.api.conftest import World

Connect = Callable[[Person | None], APIClient]

ALL = {
    *("requester", "colleague", "outsider", "architect", "board_member", "secretary", "cio"),
    *("segment_manager", "administrator", "reader", "it_manager"),
}
EDITORS = {"requester", "colleague", "architect"}
BOARD = {"board_member", "secretary", "cio"}
SEE_SECRET = {"requester", "architect", *BOARD}
RUN = {"secretary", "cio"}
PROPOSE = {*RUN, "architect"}
REGISTRARS = {"architect", "administrator"}
LINES = ("impacts", "data-uses", "system-uses", "contacts", "bets")

#: Who may do what, by name of the route and method. Everybody else gets 403.
MAY: dict[tuple[str, str], set[str]] = {
    ("request-list", "get"): ALL,
    ("request-list", "post"): {"requester", "colleague", "outsider", "architect", "administrator"},
    ("request-detail", "get"): ALL,
    ("request-detail", "patch"): EDITORS,
    ("request-transitions", "get"): ALL,
    ("request-transitions", "post"): {"requester", "colleague"},  # withdrawing it
    ("request-comments", "get"): ALL,
    ("request-comments", "post"): ALL - {"reader"},
    ("request-skills", "get"): ALL,
    ("request-skills", "post"): EDITORS,
    ("silo-list", "get"): ALL,
    ("silo-detail", "get"): ALL,
    ("finding-list", "get"): ALL,
    ("finding-detail", "get"): ALL,
    ("finding-triage", "post"): {"architect"},
    ("cluster-list", "get"): ALL,
    ("cluster-detail", "get"): ALL,
    ("family-list", "get"): ALL,
    ("family-detail", "get"): ALL,
    ("customer-year-days-list", "get"): ALL,
    ("customer-year-segments-list", "get"): ALL,
    ("data-map-systems-list", "get"): ALL,
    ("data-map-requests-list", "get"): ALL,
    ("data-map-touchpoints-list", "get"): ALL,
    ("silo-map-list", "get"): ALL,
    **{(f"{line}-list", "get"): ALL for line in LINES},
    **{(f"{line}-detail", "get"): ALL for line in LINES},
    **{(f"{line}-list", "post"): EDITORS for line in LINES},
    **{(f"{line}-detail", "patch"): EDITORS for line in LINES},
    **{(f"{line}-detail", "delete"): EDITORS for line in LINES},
    ("customer-time-list", "get"): ALL,
    ("customer-time-list", "post"): {"architect", "cio", "it_manager"},
    ("customer-time-detail", "get"): ALL,
    ("value-stories-list", "get"): ALL,
    ("value-stories-detail", "get"): ALL,
    ("service-tiers-list", "get"): ALL,
    ("service-tiers-detail", "get"): ALL,
    ("meeting-list", "get"): {*BOARD, "architect"},
    ("meeting-list", "post"): RUN,
    ("meeting-detail", "get"): {*BOARD, "architect"},
    ("meeting-detail", "patch"): RUN,
    ("meeting-open", "post"): RUN,
    ("meeting-close", "post"): RUN,
    ("item-list", "get"): {*BOARD, "architect"},
    ("item-list", "post"): PROPOSE,
    ("item-detail", "get"): {*BOARD, "architect"},
    ("item-detail", "patch"): PROPOSE,
    ("item-move", "post"): RUN,
    ("item-drop", "post"): RUN,
    ("item-close", "post"): RUN,
    ("item-reopen", "post"): RUN,
    ("item-restore", "post"): RUN,
    ("item-decide", "post"): RUN,
    ("plan-list", "get"): {*BOARD, "architect"},
    ("plan-detail", "get"): {*BOARD, "architect"},
    ("decision-list", "get"): ALL,
    ("decision-detail", "get"): ALL,
    ("decision-take-back", "post"): RUN,
    **{(f"pack-{name}", "get"): {*BOARD, "architect"} for name in ("list", "detail", "file")},
    ("backlog-list", "get"): {*BOARD, "architect"},
    ("meeting-people", "get"): {*BOARD, "architect"},
    ("meeting-proposal", "get"): {*BOARD, "architect"},
    **{(f"{name}-list", "get"): ALL for name in ("later-change", "condition", "merge", "minutes")},
    **{(f"{name}-detail", "get"): ALL for name in ("later-change", "condition", "minutes")},
    ("saved-list", "get"): {*BOARD, "architect"},
    ("objection-list", "get"): ALL,
    ("objection-list", "post"): ALL,  # each for the segments that they speak for: the service says whose they are
    ("objection-detail", "get"): ALL,
    ("objection-withdraw", "post"): {"segment_manager"},
    ("contribution-list", "get"): ALL,
    ("objective-reading-list", "get"): ALL,
    ("score-list", "get"): ALL,
    ("rank-list", "get"): {*BOARD, "architect"},
    ("queue-list", "get"): ALL,
    ("report-list", "get"): ALL,
    ("report-detail", "get"): ALL,
    ("holding-list", "get"): ALL,
    ("holding-detail", "get"): ALL,
    ("holding-list", "post"): REGISTRARS,
    ("holding-detail", "patch"): REGISTRARS,
    ("holding-detail", "delete"): REGISTRARS,
    ("asset-quarter-list", "get"): ALL,
    ("asset-quarter-detail", "get"): ALL,
    ("tier-movement-list", "get"): ALL,
    ("tier-movement-detail", "get"): ALL,
    ("skill-capacity-list", "get"): ALL,
    ("skill-capacity-list", "post"): REGISTRARS,
    **{(f"register-{slug}-list", "get"): ALL for slug in REGISTERS},
    **{(f"register-{slug}-detail", "get"): ALL for slug in REGISTERS},
    **{(f"register-{slug}-list", "post"): REGISTRARS for slug in REGISTERS},
    **{(f"register-{slug}-detail", "patch"): REGISTRARS for slug in REGISTERS},
}
#: What must be sent so that the answer tells permission from shape. Elsewhere nothing is sent: 400 means that one may.
BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("request-transitions", "post"): {"target": "withdrawn", "why": "We do it ourselves."},
    ("request-comments", "post"): {"text": "Good."},
}

ROWS: dict[str, Callable[[], Any]] = {
    "asset-quarter": factories.AssetQuarterFactory.create,
    "tier-movement": factories.TierMovementFactory.create,
    "plan": factories.ScenarioFactory.create,
    "holding": factories.DataHoldingFactory.create,
    "condition": factories.ConditionFactory.create,
    "later-change": factories.LaterChangeFactory.create,
    "minutes": lambda: factories.MeetingFactory.create(status="closed"),
    "customer-time": factories.CustomerTimeFactory.create,
    "value-stories": lambda: factories.ValueStoryFactory.create(status="published"),
    "service-tiers": factories.ServiceTierFactory.create,
}


@dataclass(frozen=True)
class Route:
    """A method at an address of the router."""

    name: str
    method: str
    url: str
    detail: bool


def routes() -> Iterator[Route]:
    """All that the router offers."""
    for _, viewset, basename in router.registry:
        for route in router.get_routes(viewset):
            for method, action in route.mapping.items():
                if method in viewset.http_method_names and hasattr(viewset, action):
                    yield Route(route.name.format(basename=basename), method, route.url, bool(route.detail))


ROUTES = list(routes())


def call(client: APIClient, route: Route, arguments: dict[str, Any], body: Any = None) -> Response:
    """Call the route, and take back what it wrote."""
    url = reverse(route.name, kwargs=arguments)
    with transaction.atomic():
        answer: Response = getattr(client, route.method)(url, body or {} if route.method != "get" else None)
        transaction.set_rollback(True)
    return answer


def arguments_of(route: Route, world: World) -> dict[str, Any]:
    """What fills the route's address, with something that everybody may see."""
    lines = {
        "impacts": world.impact,
        "data-uses": world.data_use,
        "system-uses": world.system_use,
        "contacts": world.contact,
        "bets": world.bet,
    }
    basename = route.name.rsplit("-list", 1)[0].rsplit("-detail", 1)[0]
    if basename in lines:
        line = {"pk": lines[basename].pk} if route.detail else {}
        return {"reference": world.open.reference, **line}
    if basename.startswith("item"):
        return {"meeting": world.meeting.pk, **({"pk": world.item.pk} if route.detail else {})}
    if not route.detail:
        return {}
    if route.name == "pack-file":
        return {"pk": pack_of(world).pk, "form": "html"}
    if basename == "pack":
        return {"pk": pack_of(world).pk}
    if basename in ROWS:
        return {"pk": ROWS[basename]().pk}
    if basename.startswith("register-"):
        slug = basename.removeprefix("register-")
        row = REGISTERS[slug].model._default_manager.order_by("pk").first() or register_entry(slug)
        return {"code": row.code}
    found: dict[str, dict[str, Any]] = {
        "request": {"reference": world.open.reference},
        "silo": {"code": world.open.silo.code},
        "finding": {"pk": world.pair.pk},
        "cluster": {"code": world.cluster.code},
        "family": {"code": world.family.code},
        "meeting": {"pk": world.meeting.pk},
        "decision": {"pk": world.decision.pk},
        "objection": {"pk": world.objection.pk},
        "report": {"slug": "holds"},
    }
    return found[basename.split("-")[0]]


def pack_of(world: World) -> Any:
    """A published pack of the world's meeting."""
    found = Pack.objects.order_by("pk").first()
    return found or factories.PackFactory.create(meeting=world.meeting)


def register_entry(slug: str) -> Any:
    """An entry of a register of which the world has none."""
    name = REGISTERS[slug].model.__name__
    return getattr(factories, f"{name}Factory").create()


def test_the_table_says_who_may_for_every_route_and_no_other() -> None:
    assert {(route.name, route.method) for route in ROUTES} == set(MAY)


@pytest.mark.parametrize("who", sorted(ALL))
def test_a_role_may_do_what_the_table_says_and_no_more(
    who: str, world: World, everybody: dict[str, Person], api_as: Connect
) -> None:
    client = api_as(everybody[who])
    wrong = []
    for route in ROUTES:
        key = (route.name, route.method)
        answer = call(client, route, arguments_of(route, world), BODIES.get(key))
        may = answer.status_code in (200, 201, 204, 400, 409)
        refused = answer.status_code == 403 and answer["Content-Type"] == "application/problem+json"
        if may != (who in MAY[key]) or not (may or refused):
            wrong.append((*key, answer.status_code, answer.content[:200]))
    assert wrong == []


@pytest.mark.parametrize("who", sorted(ALL))
def test_what_one_may_not_see_is_not_there(
    who: str, world: World, everybody: dict[str, Person], api_as: Connect
) -> None:
    client = api_as(everybody[who])
    impact = factories.ImpactFactory.create(request=world.secret)
    wrong = []
    for route in ROUTES:
        arguments = arguments_of(route, world)
        if "reference" in arguments:
            hidden = [arguments | {"reference": world.secret.reference}]
            if "pk" in arguments:
                hidden = [arguments | {"reference": world.secret.reference, "pk": impact.pk}]
            sees = {0: who in SEE_SECRET}
            hidden.append(arguments | {"reference": world.draft.reference})
            sees[1] = who in ("requester", "colleague")
        elif route.name.startswith("finding-") and route.detail:
            hidden, sees = [{"pk": world.secret_only.pk}], {0: who in SEE_SECRET}
        else:
            continue
        for at, each in enumerate(hidden):
            code = call(client, route, each, BODIES.get((route.name, route.method))).status_code
            lines_of_another = "pk" in each and "reference" in each
            if (code == 404) != (not sees[at]) and not (lines_of_another and code == 404):
                wrong.append((route.name, route.method, each, code))
    assert wrong == []


def test_nobody_is_told_to_sign_in_first(world: World, api_as: Connect) -> None:
    client = api_as(None)
    for route in ROUTES:
        answer = call(client, route, arguments_of(route, world))
        assert answer.status_code == 401, route
        assert answer["Content-Type"] == "application/problem+json"
        assert answer["WWW-Authenticate"] == "Token"
        assert answer.json()["status"] == 401
    for url in ("/api/v1/", "/api/v1/schema/", "/api/v1/docs/", "/api/v1/nothing/here/"):
        assert client.get(url).status_code == 401, url
    assert client.delete("/api/v1/token/").status_code == 401


def test_nothing_is_found_where_nothing_is(api: APIClient) -> None:
    for url in (
        "nothing/",
        "requests",
        "findings/x/",
        "findings/99999999999999999999/",
        "findings/999999999999999999/",
    ):
        answer = api.get(f"/api/v1/{url}")
        assert answer.status_code == 404, url
        assert answer["Content-Type"] == "application/problem+json"
