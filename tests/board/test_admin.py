"""The board on the administration site: to administer is not to see what is confidential."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from portfolio.models import Person, ProjectRequest
from tests.factories import (
    AgendaItemFactory,
    ConditionFactory,
    DecidedRequestFactory,
    DecisionFactory,
    FamilyFactory,
    HoldFactory,
    MeetingFactory,
    PackFactory,
    filed_request,
)

pytestmark = pytest.mark.django_db

ClientAs = Callable[[Person], Client]
SECRET = "The secret sale of a branch"


@pytest.fixture
def secret() -> ProjectRequest:
    request: ProjectRequest = filed_request(title=SECRET)
    decision = DecisionFactory.create(item__request=request, reason=SECRET)
    DecidedRequestFactory.create(decision=decision)
    ConditionFactory.create(decision=decision, text=SECRET)
    HoldFactory.create(decision=decision, condition=SECRET)
    return request


@pytest.mark.parametrize("model", ["agendaitem", "decision", "condition", "hold"])
def test_rows_about_a_confidential_request_are_not_shown(
    client_as: ClientAs, administrator: Person, secret: ProjectRequest, model: str
) -> None:
    url = reverse(f"admin:board_{model}_changelist")
    assert SECRET in client_as(administrator).get(url).content.decode()
    ProjectRequest.objects.filter(pk=secret.pk).update(confidential=True)
    assert SECRET not in client_as(administrator).get(url).content.decode()


def test_an_item_over_a_family_is_shown_only_with_all_its_members(client_as: ClientAs, administrator: Person) -> None:
    member = filed_request()
    family = FamilyFactory.create(with_members=[member], title=SECRET)
    AgendaItemFactory.create(family=family)
    url = reverse("admin:board_agendaitem_changelist")
    assert SECRET in client_as(administrator).get(url).content.decode()
    ProjectRequest.objects.filter(pk=member.pk).update(confidential=True)
    assert SECRET not in client_as(administrator).get(url).content.decode()


@pytest.mark.parametrize("model", ["meeting", "pack"])
def test_administrators_open_meetings_and_packs(client_as: ClientAs, administrator: Person, model: str) -> None:
    PackFactory.create()
    assert client_as(administrator).get(reverse(f"admin:board_{model}_changelist")).status_code == 200


@pytest.mark.parametrize("model", ["decision", "condition"])
def test_what_was_put_behind_a_confidential_request_is_not_shown(
    client_as: ClientAs, administrator: Person, model: str
) -> None:
    decision = DecisionFactory.create(kind="sequence", item__question=SECRET, reason=SECRET)
    row = DecidedRequestFactory.create(decision=decision, after=filed_request())
    ConditionFactory.create(decision=decision, text=SECRET)
    page = reverse(f"admin:board_{model}_changelist")
    assert SECRET in client_as(administrator).get(page).content.decode()
    ProjectRequest.objects.filter(pk=row.after_id).update(confidential=True)
    assert SECRET not in client_as(administrator).get(page).content.decode()


def test_meetings_are_changed_on_their_own_pages_only(client_as: ClientAs, administrator: Person) -> None:
    meeting = MeetingFactory.create(note="As it was.")
    page = reverse("admin:board_meeting_change", args=[meeting.pk])
    client = client_as(administrator)
    assert client.get(page).status_code == 200
    assert client.post(page, {"note": "Rewritten"}).status_code == 403
    meeting.refresh_from_db()
    assert meeting.note == "As it was."
