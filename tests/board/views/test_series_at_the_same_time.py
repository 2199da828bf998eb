"""The page of a series where another meeting of the board is at the same time."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from board.models import Meeting, MeetingSeries
from board.services.meetings.meetings import plan_meeting
from board.services.meetings.series import start_series
from portfolio.models import Person

ClientAs = Callable[[Person], Client]


@pytest.fixture
def series(secretary: Person, cio: Person) -> MeetingSeries:
    """A weekly series."""
    first = timezone.localdate() + timedelta(days=1)
    return start_series(
        person=secretary, frequency="weekly", weekday=first.weekday(), starts_on=first, starts_time=time(14), chair=cio
    )


def test_a_series_says_which_of_its_meetings_is_at_the_hour_of_another(
    client_as: ClientAs, secretary: Person, series: MeetingSeries, django_assert_max_num_queries: Any
) -> None:
    client = client_as(secretary)
    with CaptureQueriesContext(connection) as counted:
        assert "At the same time" not in client.get(series.get_absolute_url()).content.decode()
    first, second = series.meetings.order_by("starts_at")[:2]
    during, after = first.starts_at + timedelta(minutes=30), second.starts_at + timedelta(minutes=second.minutes)
    budget = plan_meeting(person=secretary, starts_at=during, title="Budget round")
    plan_meeting(person=secretary, starts_at=after, title="Just behind it")
    with django_assert_max_num_queries(len(counted)):
        page = client.get(series.get_absolute_url()).content.decode()
    assert page.count("At the same time") == 1
    assert budget.get_absolute_url() in page
    assert "Just behind it" not in page
    Meeting.objects.filter(pk=budget.pk).update(status=Meeting.Status.CANCELLED)
    assert "At the same time" not in client.get(series.get_absolute_url()).content.decode()


def test_who_starts_a_series_at_the_hour_of_another_meeting_is_told_at_once(
    client_as: ClientAs, secretary: Person, cio: Person
) -> None:
    first = timezone.localdate() + timedelta(days=1)
    at = timezone.make_aware(datetime.combine(first, time(14, 30)))
    plan_meeting(person=secretary, starts_at=at, title="Budget round")
    data: dict[str, Any] = {
        "title": "Review board", "frequency": "weekly", "every": 1, "nth": 1, "weekday": first.weekday(),
        "starts_time": "14:00", "starts_on": first.isoformat(), "minutes": 90, "chair": cio.pk, "ahead": 2,
    }  # fmt: skip
    client = client_as(secretary)
    page = client.post(reverse("board:series-new"), data, follow=True).content.decode()
    assert "one of them is at the time of another meeting" in page
