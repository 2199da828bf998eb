"""Value stories, their feed, and what customers get where they deal with IT: who may do what, and bad input."""

from datetime import date

import pytest
from django.utils import timezone

from customers.models import FeedLink, ServiceTier, ValueStory
from tests.factories import (
    SegmentFactory,
    ServiceTierFactory,
    TouchpointFactory,
    ValueStoryFactory,
)
from tests.impacts.views.letting_in import IT, REGISTRARS, REVIEW, text, who

pytestmark = pytest.mark.django_db


def month_before(day: date, months: int) -> date:
    number = 12 * day.year + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


# --- Stories ------------------------------------------------------------------------------------------------------


def story_form(**fields):
    return {
        "title": "Nobody waits",
        "what": "We took the queue away.",
        "segments": [str(SegmentFactory.create().pk)],
        "figure": "Minutes in the queue",
        "before": "12",
        "after": "0",
        "source": "Telephony",
        **fields,
    }


def test_people_from_it_tell_stories(client_as, everybody):
    assert who(client_as, everybody, lambda client: client.post("/customers/it/stories/new/", story_form())) == IT
    assert set(ValueStory.objects.values_list("status", flat=True)) == {"draft"}
    assert ValueStory.objects.get(author=everybody["cio"]).segments.count() == 1


@pytest.mark.parametrize("field", ["title", "what", "segments", "figure", "after", "source"])
def test_a_story_lacks_nothing(client_as, it_manager, field):
    form = story_form()
    del form[field]
    response = client_as(it_manager).post("/customers/it/stories/new/", form)
    assert response.status_code == 422
    assert not ValueStory.objects.exists()
    assert field == "title" or "Nobody waits" in text(response)


def test_who_sees_a_story_that_is_not_published(client_as, everybody):
    story = ValueStoryFactory.create(title="Unchecked")
    url = story.get_absolute_url()
    assert who(client_as, everybody, lambda client: client.get(url)) == {*REVIEW, "administrator"}
    for name, person in everybody.items():
        sees = name in {*REVIEW, "administrator"}
        assert ("Unchecked" in text(client_as(person).get("/customers/it/stories/"))) == sees, name


def move(client, story, target, **fields):
    story.refresh_from_db()
    data = {"expected": story.version, **fields}
    return client.post(f"/customers/it/stories/{story.pk}/move/{target}/", data)


def test_a_story_goes_its_way_and_never_by_its_author_alone(client_as, it_manager, segment_manager, reader):
    story = ValueStoryFactory.create(author=it_manager)
    assert move(client_as(it_manager), story, "reviewed").status_code == 403
    assert move(client_as(reader), story, "reviewed").status_code == 404
    move(client_as(segment_manager), story, "published")
    story.refresh_from_db()
    assert story.status == "draft"
    assert move(client_as(segment_manager), story, "reviewed").status_code == 302
    story.refresh_from_db()
    assert (story.status, story.reviewer) == ("reviewed", segment_manager)
    assert move(client_as(it_manager), story, "published").status_code == 302
    assert client_as(reader).get(story.get_absolute_url()).status_code == 200
    assert client_as(it_manager).get(f"/customers/it/stories/{story.pk}/edit/").status_code == 403
    move(client_as(it_manager), story, "draft")
    story.refresh_from_db()
    assert story.status == "published"  # without a reason nothing is taken back
    move(client_as(it_manager), story, "draft", why="The figure was of another month")
    story.refresh_from_db()
    assert (story.status, story.reviewer) == ("draft", None)
    page = text(client_as(it_manager).get(story.get_absolute_url()))
    assert "took it back to draft: The figure was of another month" in page
    assert "Mia Segment checked it" in page


def test_changed_words_are_checked_again(client_as, it_manager, cio):
    story = ValueStoryFactory.create(author=it_manager, status="reviewed")
    form = story_form(title="Other words", expected=story.version)
    assert client_as(it_manager).post(f"/customers/it/stories/{story.pk}/edit/", form).status_code == 302
    story.refresh_from_db()
    assert (story.title, story.status, story.reviewer) == ("Other words", "draft", None)


def test_two_who_change_a_story_at_once_do_not_overwrite_each_other(client_as, it_manager, cio):
    story = ValueStoryFactory.create(author=it_manager)
    first = story_form(title="First", expected=story.version)
    second = story_form(title="Second", expected=story.version)
    assert client_as(it_manager).post(f"/customers/it/stories/{story.pk}/edit/", first).status_code == 302
    response = client_as(cio).post(f"/customers/it/stories/{story.pk}/edit/", second)
    assert response.status_code == 422
    assert "Somebody changed this story meanwhile" in text(response)
    assert "Second" in text(response)
    story.refresh_from_db()
    assert story.title == "First"


def test_steps_that_there_are_not(client_as, architect):
    story = ValueStoryFactory.create()
    client = client_as(architect)
    assert client.post(f"/customers/it/stories/{story.pk}/move/burnt/", {"expected": 1}).status_code == 404
    assert client.post(f"/customers/it/stories/{story.pk}/move/reviewed/", {"expected": "x"}).status_code == 422
    assert client.get(f"/customers/it/stories/{story.pk}/move/reviewed/").status_code == 405
    assert client.get("/customers/it/stories/99999/").status_code == 404


# --- The feed -----------------------------------------------------------------------------------------------------


def make_link(client):
    client.post("/customers/it/stories/feed-link/make/")
    page = text(client.get("/customers/it/stories/"))
    start = page.index("http://testserver/customers/it/stories/feed/")
    return page[start : page.index("<", start)]


def test_a_feed_reader_finds_published_stories_by_a_personal_link(client, client_as, reader):
    ValueStoryFactory.create(title="Out & about", status="published")
    ValueStoryFactory.create(title="Still a draft")
    ValueStoryFactory.create(title="Only checked", status="reviewed")
    url = make_link(client_as(reader))
    response = client.get(url)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/atom+xml")
    assert "no-store" in response["Cache-Control"]
    body = text(response)
    assert "Out &amp; about" in body
    assert "900 before, 640 now" in body
    assert "Still a draft" not in body
    assert "Only checked" not in body
    assert url.rsplit("/", 2)[1] not in body


def test_the_link_is_shown_once_and_kept_as_a_hash(client_as, reader):
    url = make_link(client_as(reader))
    key = url.rsplit("/", 2)[1]
    assert key not in text(client_as(reader).get("/customers/it/stories/"))
    assert key not in FeedLink.objects.get().key_hash
    assert len(key) >= 43


def test_a_link_that_was_revoked_or_replaced_opens_nothing(client, client_as, reader):
    first = make_link(client_as(reader))
    second = make_link(client_as(reader))
    assert (client.get(first).status_code, client.get(second).status_code) == (404, 200)
    client_as(reader).post("/customers/it/stories/feed-link/revoke/")
    assert client.get(second).status_code == 404
    assert client_as(reader).post("/customers/it/stories/feed-link/burn/").status_code == 404


def test_the_link_of_who_has_left_opens_nothing(client, client_as, reader):
    url = make_link(client_as(reader))
    reader.left_on = timezone.localdate()
    reader.save()
    assert client.get(url).status_code == 404
    reader.left_on, reader.is_active = None, False
    reader.save()
    assert client.get(url).status_code == 404


# --- Service tiers ------------------------------------------------------------------------------------------------


def service_form(**fields):
    return {
        "name": "Standard",
        "included": "A person",
        "response": "4",
        "response_unit": "hours",
        "borne_by": "Digital",
        **fields,
    }


def test_who_answers_for_a_touchpoint_says_what_customers_get_there(client_as, everybody):
    touchpoint = TouchpointFactory.create(run_by_it=True, accountable=everybody["reader"])
    url = f"/customers/it/service/{touchpoint.code}/new/"
    assert who(client_as, everybody, lambda client: client.get(url)) == {"reader", *REGISTRARS}
    assert client_as(everybody["reader"]).post(url, service_form()).status_code == 302
    tier = ServiceTier.objects.get()
    assert "Borne by Digital" in text(client_as(everybody["outsider"]).get("/customers/it/service/"))
    change = f"/customers/it/service/{touchpoint.code}/{tier.pk}/"
    assert client_as(everybody["outsider"]).post(change, service_form()).status_code == 403
    assert client_as(everybody["outsider"]).post(f"{change}remove/").status_code == 403
    assert client_as(everybody["reader"]).post(change, service_form(name="Better")).status_code == 302
    assert client_as(everybody["reader"]).post(f"{change}remove/").status_code == 302
    assert not ServiceTier.objects.exists()
    assert set(ServiceTier.history.values_list("history_type", flat=True)) == {"+", "~", "-"}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"borne_by": ""}, "Say what it costs, or who bears the cost."),
        ({"price": "-1"}, "greater than or equal to 0"),
        ({"response": "0"}, "greater than or equal to 1"),
        ({"response": "-3"}, "greater than or equal to"),
        ({"response_unit": "years"}, "Select a valid choice"),
        ({"name": ""}, "This field is required"),
        ({"name": "Taken"}, "has a service tier of this name already"),
    ],
)
def test_bad_service_tiers_are_refused(client_as, architect, fields, message):
    tier = ServiceTierFactory.create(name="Taken")
    url = f"/customers/it/service/{tier.touchpoint.code}/new/"
    response = client_as(architect).post(url, service_form(**fields))
    assert response.status_code == 422
    assert message in text(response)
    assert ServiceTier.objects.count() == 1


def test_a_touchpoint_that_it_does_not_run_has_no_service_tier(client_as, architect):
    touchpoint = TouchpointFactory.create()
    response = client_as(architect).post(f"/customers/it/service/{touchpoint.code}/new/", service_form())
    assert response.status_code == 422
    assert "Customers do not deal with IT at" in text(response)
    assert client_as(architect).get("/customers/it/service/nowhere/new/").status_code == 404


def test_the_touchpoints_page_lists_its_service_tiers(client_as, reader):
    tier = ServiceTierFactory.create(name="Round the clock", price=0, borne_by="Cards")
    page = text(client_as(reader).get(tier.touchpoint.get_absolute_url()))
    panel = f"/customers/it/service/{tier.touchpoint.code}/"
    assert panel in page
    part = text(client_as(reader).get(panel, headers={"HX-Request": "true"}))
    assert "Round the clock" in part
    assert "Free to the customer" in part
    assert "<html" not in part
    assert "<html" in text(client_as(reader).get(panel))
