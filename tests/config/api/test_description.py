"""The API keeps to its own description: it has no gaps, and whatever is sent, the answers are as it says."""

import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.conf import settings as settings_of_django
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from board.api.decisions import KINDS
from config.wsgi import application
from portfolio.models import Role
from tests.config.api.conftest import World
from tests.factories import person_with

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 8
QUIET = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def test_the_description_is_complete_and_valid() -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=StringIO())


def test_the_documentation_names_every_address() -> None:
    described = {
        (path.removeprefix("/api/v1/"), method)
        for path, operations in SchemaGenerator().get_schema(request=None, public=True)["paths"].items()
        for method in operations
        if method != "parameters"
    }
    page = (Path(settings_of_django.BASE_DIR) / "docs" / "api.md").read_text()
    rows = re.findall(r"^\| `([^`]+/)` \| ([A-Z ]+) \|", page, flags=re.MULTILINE)
    documented = {(path, method.lower()) for path, methods in rows for method in methods.split()}
    assert documented == described


def test_the_documentation_names_every_filter_and_every_kind_of_decision() -> None:
    page = (Path(settings_of_django.BASE_DIR) / "docs" / "api.md").read_text()
    rows = dict(
        re.findall(r"^\| (`[^|]+/`) \| (`[^|]*) \|$", page.split("## What you may not see")[0], flags=re.MULTILINE)
    )
    filters = {
        path: set(re.findall(r"`(\w+)", said))
        for paths, said in rows.items()
        for path in re.findall(r"`([^`]+)`", paths)
    }
    for path, operations in SchemaGenerator().get_schema(request=None, public=True)["paths"].items():
        parameters = operations.get("get", {}).get("parameters", [])
        named = {each["name"] for each in parameters if each["in"] == "query"} - {"limit", "offset", "format", "lang"}
        assert named <= filters.get(path.removeprefix("/api/v1/"), set()), path
    assert [kind for kind, _ in KINDS if f"`{kind}`" not in page] == []


@pytest.fixture
def token(world: World) -> str:
    """Of somebody who may do everything, so that no answer is a mere refusal."""
    person = person_with(
        Role.HEAD, Role.ARCHITECT, Role.SECRETARY, Role.ADMINISTRATOR, silo=world.open.silo, name="Pia Program"
    )
    return str(Token.objects.create(user=person).key)


@pytest.fixture
def one_connection() -> Iterator[None]:
    """The server's own handler closes the database connection around a request; here it must stay the test's."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def known(world: World) -> dict[str, Any]:
    """What exists, by the beginning of a path and the name of the parameter."""
    return {
        "reference": world.open.reference,
        "meeting": world.meeting.pk,
        "/api/v1/findings/": world.pair.pk,
        "/api/v1/clusters/": world.cluster.code,
        "/api/v1/families/": world.family.code,
        "/api/v1/decisions/": world.decision.pk,
        "/api/v1/objections/": world.objection.pk,
        "/api/v1/meetings/{id}": world.meeting.pk,
        "/api/v1/meetings/{meeting}/items/": world.item.pk,
        "/api/v1/requests/{reference}/impacts/": world.impact.pk,
        "/api/v1/requests/{reference}/data-uses/": world.data_use.pk,
        "/api/v1/requests/{reference}/system-uses/": world.system_use.pk,
        "/api/v1/requests/{reference}/contacts/": world.contact.pk,
        "/api/v1/registers/touchpoints/": world.impact.touchpoint.code,
        "/api/v1/registers/segments/": world.contact.segment.code,
        "/api/v1/silos/": world.open.silo.code,
    }


@pytest.mark.usefixtures("one_connection")
@pytest.mark.timeout(110)
def test_whatever_is_sent_the_answers_are_as_described(world: World, token: str) -> None:
    signed_in = {"Authorization": f"Token {token}"}
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", application, headers=signed_in)
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) >= 60
    wrong = []
    for operation in operations:
        try:
            walk(operation, known(world), signed_in)
        except (Failure, FailureGroup) as failure:
            wrong.append(f"{operation.label}: {failure} {getattr(failure, 'exceptions', '')}")
    assert wrong == [], "\n".join(wrong)


def walk(operation: Any, exists: dict[str, Any], headers: dict[str, str]) -> None:
    """Send one operation what hypothesis thinks of, half of it to something that exists; take back what it wrote."""
    here = next((value for path, value in exists.items() if operation.path.startswith(path)), None)

    @given(case=operation.as_strategy(), at_home=st.booleans())
    @QUIET
    def send(case: Any, at_home: bool) -> None:
        for name, value in case.path_parameters.items():
            case.path_parameters[name] = (exists.get(name) or here or value) if at_home else value
        with transaction.atomic():
            answer = case.call(headers=headers)
            transaction.set_rollback(True)
        case.validate_response(answer, checks=CHECKS)

    send()


@pytest.mark.parametrize(
    "body",
    [
        b'{"text": "\\u0000"}',
        b'{"text": "\\ud800"}',
        b"not json",
        b'{"text": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"text": ' + b"9" * 5_000 + b"}",
        b'{"text": NaN}',
        b"[]",
        b'"text"',
        b"\xff\xfe",
        b"",
    ],
)
def test_what_cannot_be_stored_is_refused(api: APIClient, world: World, body: bytes) -> None:
    url = f"/api/v1/requests/{world.open.reference}/comments/"
    answer = api.generic("POST", url, body, content_type="application/json")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert world.open.comments.count() == 0


def test_only_json_is_read(api: APIClient, world: World) -> None:
    url = f"/api/v1/requests/{world.open.reference}/comments/"
    answer = api.generic("POST", url, b"text=Hello", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 415
    assert answer.json()["status"] == 415


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("requests/%00/", 404),
        ("requests/REQ%2F..%2F1/", 404),
        ("requests/%F0%9F%A6%84/", 404),
        ("requests/?q=%00", 400),
        ("findings/?request=%00", 400),
        ("findings/?silo=nowhere", 400),
        ("findings/?state=asleep", 400),
        ("decisions/?since=yesterday", 400),
        ("requests/?status=asleep", 400),
        ("requests/?limit=99999999999999999999&offset=99999999999999999999", 200),
        ("findings/?limit=-1&offset=-1", 200),
    ],
)
def test_odd_addresses_are_answered(api: APIClient, world: World, url: str, code: int) -> None:
    answer = api.get(f"/api/v1/{url}")
    assert answer.status_code == code
    assert answer["Content-Type"] == ("application/json" if code == 200 else "application/problem+json")
