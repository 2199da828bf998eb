"""Who has left is switched off; who leaves later is not."""

from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from django.test import Client
from django.utils import timezone

from portfolio.models import Person
from portfolio.permissions import roles_of
from portfolio.roles import Role
from portfolio.services.leaving import switch_off_who_left
from portfolio.tasks import switch_off_who_left_task
from tests.factories import PASSWORD, person_with

pytestmark = pytest.mark.django_db


def leaving_in(days: int) -> Person:
    return person_with(Role.ARCHITECT, left_on=timezone.localdate() + timedelta(days))


def test_whose_day_has_come_is_switched_off_once_with_the_day_as_the_reason() -> None:
    gone, going = leaving_in(0), leaving_in(1)
    assert switch_off_who_left() == 1
    assert switch_off_who_left() == 0
    gone.refresh_from_db()
    going.refresh_from_db()
    assert (gone.is_active, going.is_active) == (False, True)
    assert gone.history.latest().history_change_reason.startswith("Left on ")


def test_what_they_answered_for_is_looked_for_on_the_day(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    leaving_in(0)
    sent: list[str] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **_: sent.append(name))
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            switch_off_who_left_task()
    assert sent == ["impacts.tasks.rescan_all_task"]


def test_who_was_switched_off_is_signed_out_and_cannot_sign_in(client: Client) -> None:
    person = leaving_in(0)
    client.force_login(person)
    switch_off_who_left()
    assert client.get("/").status_code == 302
    assert not client.login(username=person.email, password=PASSWORD)


def test_roles_end_on_the_day_whether_or_not_the_timetable_runs() -> None:
    assert roles_of(leaving_in(1)).is_architect
    assert not roles_of(leaving_in(0)).is_architect
