"""Two people save the same form: the second is told, keeps what was typed, and can save again after looking."""

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest
from django.forms import BaseForm
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from board.models import AgendaItem, Meeting
from board.services.meetings.series import start_series
from portfolio.models import Person
from tests.factories import ScenarioFactory

pytestmark = pytest.mark.django_db
ClientAs = Callable[[Person], Client]


def shown(form: BaseForm) -> dict[str, Any]:
    """What a browser sends of a form that nobody touched."""
    rendered = {}
    for field in form:
        widget, value = field.field.widget, field.value()
        if value is None or value == [] or value is False:
            continue
        formatted = widget.format_value(value) if hasattr(widget, "format_value") else value
        chooses_one = isinstance(formatted, list) and not getattr(widget, "allow_multiple_selected", False)
        rendered[field.html_name] = formatted[0] if chooses_one else formatted
    return {name: value for name, value in rendered.items() if value is not None}


@pytest.fixture
def pages(meeting: Meeting, item: AgendaItem, secretary: Person, cio: Person) -> dict[str, tuple[str, str, str]]:
    """Of each form its address, a field, and the field's label."""
    first = timezone.localdate() + timedelta(days=1)
    series = start_series(
        person=secretary, frequency="weekly", weekday=first.weekday(), starts_on=first, starts_time=time(14), chair=cio
    )
    scenario = ScenarioFactory.create()
    return {
        "meeting": (reverse("board:meeting-edit", args=[meeting.pk]), "place", "Where"),
        "item": (reverse("board:item-edit", args=[item.pk]), "question", "The board is asked to decide"),
        "series": (reverse("board:series-edit", args=[series.pk]), "place", "Where"),
        "scenario": (reverse("plan:scenario-edit", args=[scenario.pk]), "note", "Note"),
    }


@pytest.mark.parametrize("page", ["meeting", "item", "series", "scenario"])
def test_who_saves_second_is_told_what_differs_and_saves_again(
    client_as: ClientAs, cio: Person, pages: dict[str, tuple[str, str, str]], page: str
) -> None:
    url, field, label = pages[page]
    client = client_as(cio)
    seen = shown(client.get(url).context["form"])
    assert client.post(url, seen | {field: "What the first one typed"}).status_code == 302
    late = client.post(url, seen | {field: "What the second one typed"})
    assert late.status_code == 409
    assert "What the second one typed" in late.content.decode()
    assert f"What you typed differs from theirs in: {label}." in late.content.decode()
    assert client.post(url, shown(late.context["form"])).status_code == 302
    again = client.get(url).context["form"]
    assert again[field].value() == "What the second one typed"
