"""The pages of the agenda builder, the backlog, who is there, series and calendar files."""

import re
from collections.abc import Callable
from datetime import time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from board.models import AgendaItem, Meeting, MeetingSeries, QuorumWaiver, StandAside
from board.services.meetings.agenda import add_item, drop_item
from board.services.meetings.series import start_series
from impacts.models import Family
from impacts.services.findings.families import dissolve_family
from portfolio.lifecycle import Status
from portfolio.models import Person, Role
from tests.board.calendars.reading import read
from tests.factories import ClusterFactory, FindingFactory, ObjectionFactory, filed_request, person_with

ClientAs = Callable[[Person], Client]
READY = Status.READY.value


def more(meeting: Meeting, secretary: Person) -> None:
    """Something of each kind that waits, and something on the agenda."""
    ClusterFactory.create(holding=[filed_request(status=READY) for _ in range(2)])
    FindingFactory.create(between=[filed_request(status=READY) for _ in range(2)], kind="conflict", severity="serious")
    ObjectionFactory.create(request=filed_request(status=READY))
    filed_request(status=READY, kind="internal")
    add_item(person=secretary, meeting=meeting, request=filed_request(status=READY))


@pytest.fixture
def series(secretary: Person, cio: Person) -> MeetingSeries:
    """A weekly series."""
    first = timezone.localdate() + timedelta(days=1)
    return start_series(
        person=secretary, frequency="weekly", weekday=first.weekday(), starts_on=first, starts_time=time(14), chair=cio
    )


@pytest.mark.parametrize("name", ["meeting-detail", "meeting-build", "meeting-people", "backlog", "meeting-minutes"])
def test_pages_make_as_many_queries_however_much_waits(
    client_as: ClientAs, meeting: Meeting, secretary: Person, name: str, django_assert_max_num_queries: Any
) -> None:
    client = client_as(secretary)
    url = reverse(f"board:{name}", args=[] if name == "backlog" else [meeting.pk])
    more(meeting, secretary)
    more(meeting, secretary)
    assert client.get(url).status_code == 200
    with CaptureQueriesContext(connection) as counted:
        client.get(url)
    for _ in range(3):
        more(meeting, secretary)
    with django_assert_max_num_queries(len(counted)):
        assert client.get(url).status_code == 200


def test_the_proposal_is_shown_and_taken_as_far_as_it_is_wanted(
    client_as: ClientAs, meeting: Meeting, secretary: Person
) -> None:
    first, second = filed_request(status=READY), filed_request(status=READY)
    client, url = client_as(secretary), reverse("board:meeting-build", args=[meeting.pk])
    page = client.get(url).content.decode()
    assert first.title in page
    assert "Two items would take" in page
    data = {"take": [f"request:{second.pk}"], f"minutes-request:{second.pk}": "13"}
    answer = client.post(url, data, follow=True)
    assert "One item came to the agenda" in answer.content.decode()
    [item] = meeting.items.all()
    assert (item.request, item.minutes, item.minutes_by_hand) == (second, 13, True)


@pytest.mark.parametrize("typed", ["0", "999", "-3", "abc", "１２x"])
def test_minutes_that_are_none_are_refused_and_nothing_changes(
    client_as: ClientAs, meeting: Meeting, secretary: Person, typed: str
) -> None:
    request = filed_request(status=READY)
    url = reverse("board:meeting-build", args=[meeting.pk])
    data = {"take": [f"request:{request.pk}"], f"minutes-request:{request.pk}": typed}
    answer = client_as(secretary).post(url, data)
    assert answer.status_code == 422
    assert "Nothing was changed" in answer.content.decode()
    assert not meeting.items.exists()


@pytest.mark.parametrize("least", ["", "0", "-1", "x", "99999999999999", "12"])
def test_any_least_is_understood_or_passed_over(
    client_as: ClientAs, meeting: Meeting, secretary: Person, least: str
) -> None:
    url = reverse("board:meeting-build", args=[meeting.pk])
    assert client_as(secretary).get(url, {"least": least}).status_code == 200


def test_an_empty_meeting_says_that_nothing_waits(client_as: ClientAs, meeting: Meeting, secretary: Person) -> None:
    client = client_as(secretary)
    page = client.get(reverse("board:meeting-build", args=[meeting.pk])).content.decode()
    assert "Nothing waits for the board, so nothing is proposed" in page
    assert "Nothing waits for the board" in client.get(reverse("board:backlog")).content.decode()


def test_the_backlog_says_why_and_how_long(client_as: ClientAs, meeting: Meeting, secretary: Person) -> None:
    Meeting.objects.filter(pk=meeting.pk).update(minutes=5, starts_at=timezone.now() + timedelta(days=3))
    old, _ = filed_request(status=READY), filed_request(status=READY)
    # By the calendar, so that the clocks may have been put back in between.
    long_ago = timezone.localtime() - timedelta(days=40)
    old.transitions.update(at=long_ago)
    type(old).objects.filter(pk=old.pk).update(submitted_at=long_ago)
    page = client_as(secretary).get(reverse("board:backlog"), {"order": "age"}).content.decode()
    assert "There is time for it on" in page
    assert "It needs 5 minutes; none is left after what weighs more." in page
    assert "40 days" in page
    assert page.index(old.reference) < page.index("since today")
    narrowed = client_as(secretary).get(reverse("board:backlog"), {"q": "zzz"}).content.decode()
    assert old.reference not in narrowed
    assert "Nothing waits for the board" not in narrowed
    assert "that wait" in narrowed
    assert "says <bdi>“zzz”</bdi>" in narrowed


def test_the_backlog_says_a_reason_once_with_how_many_wait_for_it(
    client_as: ClientAs, meeting: Meeting, secretary: Person
) -> None:
    Meeting.objects.filter(pk=meeting.pk).update(minutes=5, starts_at=timezone.now() + timedelta(days=3))
    for _ in range(30):
        filed_request(status=READY, one_off_cost=Decimal(10) ** (_ % 7))
    url = reverse("board:backlog")
    first, second = (client_as(secretary).get(url, {"page": page}).content.decode() for page in (1, 2))
    assert first.count("What weighs more takes the time of the next meeting.") == 1
    assert "29 wait" in first
    assert "29 wait" in second
    assert first.index("There is time for it on") < first.index("29 wait")
    assert first.count("none is left after what weighs more.") == 24


def test_a_group_that_is_offered_can_be_put_on(client_as: ClientAs, meeting: Meeting, secretary: Person) -> None:
    cluster = ClusterFactory.create(holding=[filed_request(status=READY) for _ in range(2)])
    client, url = client_as(secretary), reverse("board:item-add", args=[meeting.pk])
    client.post(url, {"key": f"cluster:{cluster.pk}"})
    assert meeting.items.get().cluster == cluster
    answer = client.post(url, {"key": f"cluster:{cluster.pk}"}, follow=True)
    assert "no longer offered" in answer.content.decode()


def test_what_is_put_on_is_told_the_number_that_people_read(
    client_as: ClientAs, meeting: Meeting, secretary: Person
) -> None:
    for _ in range(2):
        item = add_item(person=secretary, meeting=meeting, request=filed_request(status=READY))
    drop_item(person=secretary, item=item, reason="Later")
    request = filed_request(status=READY)
    answer = client_as(secretary).post(
        reverse("board:item-add", args=[meeting.pk]), {"request": request.reference}, follow=True
    )
    assert "On the agenda as item 2." in answer.content.decode()


def test_pinning_is_shown(client_as: ClientAs, meeting: Meeting, secretary: Person) -> None:
    item = add_item(person=secretary, meeting=meeting, request=filed_request(status=READY))
    client = client_as(secretary)
    answer = client.post(reverse("board:item-pin", args=[item.pk]), {"pinned": "yes"}, follow=True)
    assert "Pinned." in answer.content.decode()
    client.post(reverse("board:item-pin", args=[item.pk]), {"pinned": "no"})
    item.refresh_from_db()
    assert not item.pinned


def test_a_meeting_without_quorum_leads_to_who_is_there(
    client_as: ClientAs, board_member: Person, meeting: Meeting, secretary: Person, cio: Person
) -> None:
    Meeting.objects.filter(pk=meeting.pk).update(quorum=2)
    client = client_as(secretary)
    answer = client.post(reverse("board:meeting-open", args=[meeting.pk]), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("board:meeting-people", args=[meeting.pk])
    assert "No quorum: 0 with a vote are there, 2 needed" in answer.content.decode()
    url = reverse("board:meeting-attendance", args=[meeting.pk])
    client.post(url, {"present": [cio.pk], f"because-{board_member.pk}": "Ill"})
    assert meeting.attendances.get(person=board_member).absent_because == "Ill"
    client.post(reverse("board:meeting-waive", args=[meeting.pk]), {"because": "It cannot wait."})
    client.post(reverse("board:meeting-open", args=[meeting.pk]))
    meeting.refresh_from_db()
    assert meeting.status == Meeting.Status.IN_SESSION
    page = client.get(reverse("board:meeting-minutes", args=[meeting.pk])).content.decode()
    assert "The board went on without: It cannot wait." in page
    assert "(Ill)" in page


def test_too_many_who_stand_aside_are_seen_days_before_the_meeting(
    client_as: ClientAs, board_member: Person, cio: Person, meeting: Meeting, secretary: Person
) -> None:
    Meeting.objects.filter(pk=meeting.pk).update(quorum=2, starts_at=timezone.now() + timedelta(days=9))
    add_item(person=secretary, meeting=meeting, request=filed_request(status=Status.READY.value))
    page = reverse("board:meeting-people", args=[meeting.pk])
    assert "At most" not in client_as(secretary).get(page).content.decode()
    own = filed_request(status=Status.READY.value, sponsor=board_member)
    add_item(person=secretary, meeting=meeting, request=own)
    assert "At most 1 of those who are expected may vote on it, 2 are needed." in (
        client_as(secretary).get(page).content.decode()
    )


def test_standing_aside_by_hand_and_replies(
    client_as: ClientAs, meeting: Meeting, secretary: Person, cio: Person
) -> None:
    item = add_item(person=secretary, meeting=meeting, request=filed_request(status=READY))
    client = client_as(secretary)
    url = reverse("board:item-aside", args=[item.pk])
    client.post(url, {"who": cio.pk, "stays": "no", "because": "Knows the vendor."})
    row = StandAside.objects.get()
    page = client.get(reverse("board:meeting-people", args=[meeting.pk])).content.decode()
    assert "(knows the vendor)" in page
    assert "(knows the vendor)" in client.get(reverse("board:meeting-minutes", args=[meeting.pk])).content.decode()
    client.post(url, {"unsay": row.pk})
    assert not StandAside.objects.exists()
    client_as(cio).post(reverse("board:meeting-reply", args=[meeting.pk]), {"reply": "declined", "because": "Away"})
    assert meeting.attendances.get(person=cio).absent_because == "Away"


def test_calendar_files_open_elsewhere(
    client_as: ClientAs, meeting: Meeting, secretary: Person, series: MeetingSeries
) -> None:
    client = client_as(secretary)
    answer = client.get(reverse("board:meeting-calendar", args=[meeting.pk]))
    assert answer["Content-Type"].startswith("text/calendar")
    [event] = read(answer.content.decode()).walk("VEVENT")
    assert event["UID"].text == f"{meeting.uid}@ombud"
    many = read(client.get(reverse("board:series-calendar", args=[series.pk])).content.decode())
    assert len(many.walk("VEVENT")) == 4
    assert many["METHOD"].value == "PUBLISH"


def test_a_meeting_is_cancelled_with_a_reason(client_as: ClientAs, meeting: Meeting, secretary: Person) -> None:
    client, url = client_as(secretary), reverse("board:meeting-cancel", args=[meeting.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {"because": "", "version": meeting.version}).status_code == 422
    assert client.post(url, {"because": "Two are ill.", "version": 99}).status_code == 409
    assert client.post(url, {"because": "Two are ill.", "version": meeting.version}).status_code == 302
    page = client.get(meeting.get_absolute_url()).content.decode()
    assert "The meeting is cancelled: Two are ill." in page
    assert "Two are ill." in client.get(reverse("board:meeting-list")).content.decode()


def test_a_series_is_started_changed_left_out_and_ended(client_as: ClientAs, secretary: Person, cio: Person) -> None:
    client = client_as(secretary)
    first = timezone.localdate() + timedelta(days=1)
    data: dict[str, Any] = {
        "title": "Review board", "frequency": "weekly", "every": 1, "nth": 1, "weekday": first.weekday(),
        "starts_time": "14:00", "starts_on": first.isoformat(), "minutes": 90, "chair": cio.pk, "ahead": 2,
    }  # fmt: skip
    assert client.get(reverse("board:series-new")).status_code == 200
    assert client.post(reverse("board:series-new"), data | {"every": 0}).status_code == 422
    assert client.post(reverse("board:series-new"), data).status_code == 302
    again = client.post(reverse("board:series-new"), data)
    assert again.status_code == 422
    assert "This series runs already" in again.content.decode()
    series = MeetingSeries.objects.get()
    change = reverse("board:series-edit", args=[series.pk])
    assert client.post(change, data | {"place": "Room 7", "version": series.version}).status_code == 302
    assert client.post(change, data | {"place": "Room 8", "version": series.version}).status_code == 409
    assert set(series.meetings.values_list("place", flat=True)) == {"Room 7"}
    leave = reverse("board:series-leave-out", args=[series.pk])
    wrong = {"day": (first + timedelta(days=1)).isoformat(), "because": "Holiday"}
    assert client.post(leave, wrong).status_code == 422
    assert client.post(leave, {"day": first.isoformat(), "because": "Holiday"}).status_code == 302
    page = client.get(series.get_absolute_url()).content.decode()
    assert "Holiday" in page
    end = reverse("board:series-end", args=[series.pk])
    assert client.post(end, {"cancel": "on"}).status_code == 422
    assert client.post(end, {"cancel": "on", "because": "The board is dissolved."}).status_code == 302
    assert not series.meetings.filter(status="planned").exists()
    assert client.get(reverse("board:series-list")).status_code == 200


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_series_from_a_year_that_cannot_be_meant_is_refused(client_as: ClientAs, secretary: Person, day: str) -> None:
    data: dict[str, Any] = {
        "title": "Review board", "frequency": "weekly", "every": 1, "nth": 1, "weekday": 3, "starts_time": "14:00",
        "starts_on": day, "minutes": 90, "ahead": 2,
    }  # fmt: skip
    page = client_as(secretary).post(reverse("board:series-new"), data)
    assert page.status_code == 422
    assert "cannot be meant" in page.content.decode()


def test_a_series_says_nothing_of_how_the_board_decides_and_keeps_to_consensus(
    client_as: ClientAs, secretary: Person
) -> None:
    data: dict[str, Any] = {
        "title": "Review board", "frequency": "weekly", "every": 1, "nth": 1, "weekday": 3, "starts_time": "14:00",
        "starts_on": "2026-12-03", "minutes": 90, "ahead": 2, "deciding": "",
    }  # fmt: skip
    assert client_as(secretary).post(reverse("board:series-new"), data).status_code == 302
    assert MeetingSeries.objects.get().deciding == "consensus"


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("meeting-build", "get"), ("meeting-build", "post"), ("meeting-attendance", "post"),
        ("meeting-invite", "post"), ("meeting-expect", "post"), ("meeting-waive", "post"), ("meeting-cancel", "get"),
    ],
)  # fmt: skip
def test_only_who_runs_the_meeting_changes_it(
    client_as: ClientAs, meeting: Meeting, architect: Person, requester: Person, name: str, method: str
) -> None:
    for person in (architect, requester):
        answer = getattr(client_as(person), method)(reverse(f"board:{name}", args=[meeting.pk]))
        assert answer.status_code == 403


def test_others_than_the_board_see_none_of_it(
    client_as: ClientAs, meeting: Meeting, requester: Person, series: MeetingSeries
) -> None:
    client = client_as(requester)
    for url in (
        reverse("board:backlog"),
        reverse("board:series-list"),
        series.get_absolute_url(),
        reverse("board:meeting-people", args=[meeting.pk]),
        reverse("board:meeting-calendar", args=[meeting.pk]),
        reverse("board:series-calendar", args=[series.pk]),
    ):
        assert client.get(url).status_code == 403


def test_the_api_tells_what_waits_what_is_proposed_and_who_comes(
    client_as: ClientAs, meeting: Meeting, secretary: Person, requester: Person
) -> None:
    request = filed_request(status=READY)
    client = client_as(secretary)
    [row] = client.get("/api/v1/backlog/").json()["results"]
    assert (row["key"], row["requests"], row["days"]) == (f"request:{request.pk}", [request.reference], 0)
    proposal = client.get(f"/api/v1/meetings/{meeting.pk}/proposal/").json()
    assert [line["key"] for line in proposal["lines"]] == [f"request:{request.pk}"]
    people = client.get(f"/api/v1/meetings/{meeting.pk}/people/").json()
    assert secretary.email in {row["person"] for row in people}
    assert client.get(f"/api/v1/meetings/{meeting.pk}/").json()["uid"] == str(meeting.uid)
    assert client_as(requester).get("/api/v1/backlog/").status_code == 403
    assert not AgendaItem.objects.exists()
    assert not QuorumWaiver.objects.exists()


def test_a_typed_name_stays_where_attendance_is_refused(
    client_as: ClientAs, meeting: Meeting, secretary: Person
) -> None:
    guest = person_with(Role.READER, name="Wilhelmina Quist")
    Meeting.objects.filter(pk=meeting.pk).update(status=Meeting.Status.CANCELLED)
    answer = client_as(secretary).post(
        reverse("board:meeting-attendance", args=[meeting.pk]), {"present": [], "who": guest.name}
    )
    assert answer.status_code == 409
    assert f'value="{guest.name}"' in re.sub(r"<option[^>]*>", "", answer.content.decode())


def test_an_item_over_a_family_that_was_dissolved_says_what_to_do(
    client_as: Callable[[Person], Client], meeting: Meeting, secretary: Person, architect: Person, family: Family
) -> None:
    add_item(person=secretary, meeting=meeting, family=family)
    dissolve_family(family=family, person=architect)
    page = " ".join(client_as(secretary).get(meeting.get_absolute_url()).text.split())
    assert f"{family.code}, 0 requests</a></p>" in page
    assert "The family was dissolved on" in page
    assert "its requests can go on the agenda by themselves" in page
