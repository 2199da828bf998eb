"""Step 3 of filing, and the lines that say what a request touches."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from impacts.models import DataUse, Impact, PlannedContact, SystemUse
from portfolio.models import Person, ProjectRequest, Silo
from tests.factories import (
    DataDomainFactory,
    IdentifyingAttributeFactory,
    ImpactFactory,
    MeasureFactory,
    SegmentFactory,
    SystemFactory,
    TouchpointFactory,
    draft_request,
)

pytestmark = pytest.mark.django_db

ClientAs = Callable[[Person], Client]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def draft(cards: Silo, requester: Person) -> ProjectRequest:
    made: ProjectRequest = draft_request(silo=cards, requester=requester, title="Alerts")
    return made


def url(request: ProjectRequest, kind: str) -> str:
    return reverse("impacts:touch-add", args=[request.reference, kind])


def test_the_page_lists_what_is_there_and_where_one_is(
    client_as: ClientAs, requester: Person, draft: ProjectRequest
) -> None:
    ImpactFactory.create(request=draft, touchpoint=TouchpointFactory.create(name="Push message"))
    page = client_as(requester).get(reverse("impacts:file-touches", args=[draft.reference])).content.decode()
    assert "Push message" in page
    assert 'aria-current="step"' in page


def test_lines_of_every_kind_are_added_at_once(client_as: ClientAs, requester: Person, draft: ProjectRequest) -> None:
    client = client_as(requester)
    segment, system = SegmentFactory.create(), SystemFactory.create()
    number = IdentifyingAttributeFactory.create(name="Customer number")
    posts: dict[str, dict[str, Any]] = {
        "touchpoints": {
            "touchpoint": TouchpointFactory.create().pk,
            "effect": "replaces",
            "direction": "better",
            "measure": MeasureFactory.create().pk,
            "measure_sign": "-1",
            "segments": [segment.pk],
        },
        "data": {
            "domain": DataDomainFactory.create().pk,
            "mode": "masters",
            "system": system.pk,
            "attributes": [number.pk],
        },
        "systems": {"system": system.pk, "effect": "changes"},
        "contacts": {
            "segment": segment.pk,
            "channel": "email",
            "first_day": "2027-03-02",
            "times": "2",
            "every_days": "7",
        },
    }
    for kind, posted in posts.items():
        answer = client.post(url(draft, kind), posted, headers=HTMX)
        assert answer.status_code == 200, answer.content.decode()
        assert answer["HX-Trigger"] == "autosaved"
    assert list(Impact.objects.get().segments.all()) == [segment]
    assert list(DataUse.objects.get().attributes.all()) == [number]
    assert "found by Customer number" in client.get(url(draft, "data"), headers=HTMX).content.decode()
    removed = client.post(f"{url(draft, 'data')}{DataUse.objects.get().pk}/remove/", headers=HTMX).content.decode()
    assert f'<input type="hidden" name="attributes" value="{number.pk}">' in removed
    client.post(url(draft, "data"), posts["data"], headers=HTMX)
    assert (DataUse.objects.count(), SystemUse.objects.count(), PlannedContact.objects.count()) == (1, 1, 1)

    other = TouchpointFactory.create().pk
    plain = client.post(url(draft, "touchpoints"), {"touchpoint": other, "effect": "changes", "direction": "neutral"})
    assert plain["Location"] == reverse("impacts:file-touches", args=[draft.reference])


@pytest.mark.parametrize(
    ("kind", "posted", "said"),
    [
        ("touchpoints", {}, "This field is required"),
        ("touchpoints", {"touchpoint": "0", "effect": "explodes"}, "Select a valid choice"),
        ("contacts", {"first_day": "31.02.2027", "times": "0", "channel": "email"}, "Enter a valid date"),
        ("contacts", {"first_day": "2027-01-01", "times": "99999999999", "every_days": "1"}, "less than or equal to"),
        ("data", {"mode": "<b>"}, "Select a valid choice"),
        ("touchpoints", {"effect": "changes", "segments": "9" * 40}, "Select a valid choice"),
    ],
)
def test_bad_input_is_said_and_kept(
    kind: str, posted: dict[str, str], said: str, client_as: ClientAs, requester: Person, draft: ProjectRequest
) -> None:
    for headers in (HTMX, {}):
        answer = client_as(requester).post(url(draft, kind), posted, headers=headers)
        assert answer.status_code == 422
        assert said in answer.content.decode()
        assert all(f'value="{value}"' in answer.content.decode() for name, value in posted.items() if name == "times")
    assert not Impact.objects.exists()
    assert not PlannedContact.objects.exists()


def test_a_second_line_for_the_same_touchpoint_is_refused(
    client_as: ClientAs, requester: Person, draft: ProjectRequest
) -> None:
    there = ImpactFactory.create(request=draft)
    posted = {"touchpoint": there.touchpoint_id, "effect": "changes", "direction": "neutral"}
    answer = client_as(requester).post(url(draft, "touchpoints"), posted, headers=HTMX)
    assert answer.status_code == 422
    assert "already listed" in answer.content.decode()


def test_a_measure_needs_its_sign(client_as: ClientAs, requester: Person, draft: ProjectRequest) -> None:
    posted = {
        "touchpoint": TouchpointFactory.create().pk,
        "effect": "changes",
        "direction": "better",
        "measure": MeasureFactory.create().pk,
    }
    answer = client_as(requester).post(url(draft, "touchpoints"), posted, headers=HTMX)
    assert answer.status_code == 422
    assert "up or down" in answer.content.decode()


def test_a_line_is_changed_removed_and_put_back(client_as: ClientAs, requester: Person, draft: ProjectRequest) -> None:
    client = client_as(requester)
    segment = SegmentFactory.create()
    impact = ImpactFactory.create(request=draft, note="as it was")
    impact.segments.add(segment)
    change = reverse("impacts:touch-change", args=[draft.reference, "touchpoints", impact.pk])
    assert "Change this line" in client.get(change, headers=HTMX).content.decode()
    posted = {"touchpoint": impact.touchpoint_id, "effect": "retires", "direction": "worse", "segments": [segment.pk]}
    assert client.post(change, posted, headers=HTMX).status_code == 200
    impact.refresh_from_db()
    assert (impact.effect, impact.direction) == ("retires", "worse")

    remove = reverse("impacts:touch-remove", args=[draft.reference, "touchpoints", impact.pk])
    answer = client.post(remove, headers=HTMX)
    assert not Impact.objects.exists()
    removed = answer.context["section"]["removed"]
    back: dict[str, list[Any]] = {}
    for name, value in removed["values"]:
        back.setdefault(name, []).append(value)
    assert client.post(removed["url"], back, headers=HTMX).status_code == 200
    again = Impact.objects.get()
    assert (again.touchpoint_id, again.effect) == (impact.touchpoint_id, "retires")
    assert list(again.segments.all()) == [segment]
    assert client.post(remove, headers=HTMX).status_code == 404


def test_retired_entries_are_not_offered_but_stay_where_they_are(
    client_as: ClientAs, requester: Person, draft: ProjectRequest
) -> None:
    client = client_as(requester)
    retired = TouchpointFactory.create(name="Fax", retired_on="2020-01-01")
    posted = {"touchpoint": retired.pk, "effect": "changes", "direction": "neutral"}
    assert client.post(url(draft, "touchpoints"), posted, headers=HTMX).status_code == 422
    impact = ImpactFactory.create(request=draft, touchpoint=retired)
    change = reverse("impacts:touch-change", args=[draft.reference, "touchpoints", impact.pk])
    assert client.post(change, posted | {"direction": "worse"}, headers=HTMX).status_code == 200


def test_who_may_not_edit_gets_no_form(
    client_as: ClientAs, outsider: Person, colleague: Person, architect: Person, draft: ProjectRequest
) -> None:
    page = reverse("impacts:file-touches", args=[draft.reference])
    posted = {"touchpoint": TouchpointFactory.create().pk, "effect": "changes", "direction": "neutral"}
    for person in (outsider, architect):
        assert client_as(person).get(page).status_code == 404
        assert client_as(person).post(url(draft, "touchpoints"), posted).status_code == 404
    assert client_as(colleague).get(page).status_code == 200
    ProjectRequest.objects.filter(pk=draft.pk).update(status="rejected", submitted_at="2026-01-01T00:00Z")
    assert client_as(colleague).post(url(draft, "touchpoints"), posted).status_code == 403
    assert client_as(outsider).get(page).status_code == 403
    assert client_as(colleague).post(url(draft, "nonsense"), posted).status_code == 403
    assert not Impact.objects.exists()
