"""Registers on the administration site."""

from collections.abc import Callable
from typing import Any

import pytest
from celery import current_app
from django.test import Client
from django.urls import reverse

from portfolio.models import Person
from tests.factories import DataHoldingFactory, MeasureFactory, SkillFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the tasks that workers were asked for."""
    names: list[str] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **_: names.append(name))
    return names


@pytest.mark.parametrize(
    ("factory", "act"),
    [
        (MeasureFactory, "change"),
        (MeasureFactory, "delete"),
        (DataHoldingFactory, "change"),
        (DataHoldingFactory, "delete"),
        (SkillFactory, "change"),
    ],
)
def test_what_is_changed_there_is_scanned_as_what_is_changed_on_the_pages(
    factory: Any,
    act: str,
    client_as: Callable[..., Client],
    administrator: Person,
    sent: list[str],
    django_capture_on_commit_callbacks: Any,
) -> None:
    entry = factory.create()
    name = f"{entry._meta.app_label}_{entry._meta.model_name}"
    client, page = client_as(administrator), reverse(f"admin:{name}_{act}", args=[entry.pk])
    shown = client.get(page).context
    typed = {"post": "yes"} if act == "delete" else _typed(shown["adminform"].form, shown["inline_admin_formsets"])
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(page, typed)
    assert (answer.status_code, sent) == (302, ["impacts.tasks.rescan_all_task"])


def _typed(form: Any, inlines: Any) -> dict[str, Any]:
    """What the page would send as it stands."""
    fields = [*form, *(field for each in inlines for field in each.formset.management_form)]
    return {field.html_name: "" if field.value() is None else field.value() for field in fields}
