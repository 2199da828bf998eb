"""IT and the customer through the API: what is read, and hours that are written like on the page."""

import pytest
from django.utils import timezone

from customers.models import CustomerTime
from tests.factories import CustomerTimeFactory, SegmentFactory, ValueStoryFactory

pytestmark = pytest.mark.django_db

HOURS = "/api/v1/customer-time/"


def post(client, **fields):
    body = {"day": timezone.localdate().isoformat(), "hours": "2.5", **fields}
    return client.post(HOURS, body, content_type="application/json")


def test_hours_are_the_own_whoever_is_named(client_as, it_manager, reader):
    callers = SegmentFactory.create(code="callers")
    answer = post(client_as(it_manager), segment="callers", person=reader.email)
    assert answer.status_code == 201, answer.content
    assert answer.json()["person"] == it_manager.email
    entry = CustomerTime.objects.get()
    assert (entry.person, entry.segment) == (it_manager, callers)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"hours": "-1"}, "hours"),
        ({"hours": "25"}, "hours"),
        ({"day": "2150-01-01"}, "day"),
        ({"segment": "martians"}, "segment"),
        ({"hours": None}, "hours"),
    ],
)
def test_bad_hours_are_refused_by_field(client_as, it_manager, fields, field):
    answer = post(client_as(it_manager), **fields)
    assert answer.status_code == 400, answer.content
    assert field in answer.content.decode()
    assert not CustomerTime.objects.exists()


def test_a_whole_month_stands_at_its_first_day(client_as, it_manager):
    assert post(client_as(it_manager), day="2026-03-17", whole_month=True, hours="40").json()["day"] == "2026-03-01"


def test_stories_that_one_may_not_read_are_not_there(client_as, reader, segment_manager):
    draft, out = ValueStoryFactory.create(), ValueStoryFactory.create(status="published")

    def seen(person):
        return {row["id"] for row in client_as(person).get("/api/v1/value-stories/").json()["results"]}

    assert seen(reader) == {out.pk}
    assert seen(segment_manager) == {out.pk, draft.pk}
    assert client_as(reader).get(f"/api/v1/value-stories/{draft.pk}/").status_code == 404


def test_everybody_reads_hours(client_as, reader):
    entry = CustomerTimeFactory.create(words="Listened in")
    assert client_as(reader).get(f"{HOURS}{entry.pk}/").json()["words"] == "Listened in"
