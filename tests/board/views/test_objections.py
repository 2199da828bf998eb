"""The pages of objections: who may raise and withdraw one, what they show, to whom."""

from collections.abc import Callable

import pytest
from django.test import Client

from board.models import Objection
from board.services.decisions.objections import object_to
from board.services.meetings.meetings import open_meeting
from portfolio.models import Person, ProjectRequest
from tests.factories import FindingFactory, ObjectionFactory, PlannedContactFactory, SegmentFactory, filed_request

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]
WHY = "They have heard from us 17 times."


@pytest.fixture
def campaign(segment_manager: Person, requester: Person, cards) -> ProjectRequest:
    """A filed request that contacts card holders, for whom Mia speaks."""
    request = filed_request(silo=cards, requester=requester, title="Offers of the season")
    segment = SegmentFactory.create(code="card-holders", name="Card holders", manager=segment_manager)
    PlannedContactFactory.create(request=request, segment=segment)
    return request


def test_a_segment_manager_objects_and_lands_on_the_request(client_as: SignIn, campaign, segment_manager, meeting):
    client, url = client_as(segment_manager), f"/board/objections/new/{campaign.reference}/"
    assert "for your customers" in client.get(url).content.decode()
    answer = client.post(url, {"segment": "card-holders", "reason": WHY})
    assert answer.headers["Location"] == f"/requests/{campaign.reference}/#objections"
    panel = client.get(f"/board/panels/{campaign.reference}/objections/").content.decode()
    assert "Mia Segment, for card holders" in panel
    assert "On the agenda of" in panel
    assert "Object for card holders" not in panel


def test_an_objection_without_a_reason_keeps_the_form(client_as: SignIn, campaign, segment_manager):
    page = client_as(segment_manager).post(f"/board/objections/new/{campaign.reference}/", {"segment": "card-holders"})
    assert page.status_code == 422
    assert "Say why, in words that the board can decide on" in page.content.decode()


def test_a_second_one_says_that_there_is_one_and_keeps_what_was_typed(client_as: SignIn, campaign, segment_manager):
    client, url = client_as(segment_manager), f"/board/objections/new/{campaign.reference}/"
    client.post(url, {"segment": "card-holders", "reason": WHY})
    page = client.post(url, {"segment": "card-holders", "reason": "And besides."})
    assert page.status_code == 409
    assert "for card holders already" in page.content.decode()
    assert "And besides." in page.content.decode()
    assert client.get(url).status_code == 403


def test_one_on_a_withdrawn_request_says_why_not(client_as: SignIn, campaign, segment_manager):
    ProjectRequest.objects.filter(pk=campaign.pk).update(status="withdrawn")
    client, url = client_as(segment_manager), f"/board/objections/new/{campaign.reference}/"
    assert "there is nothing left to object to" in client.get(url).content.decode()
    page = client.post(url, {"segment": "card-holders", "reason": WHY})
    assert (page.status_code, "there is nothing left to object to" in page.content.decode()) == (409, True)


@pytest.mark.parametrize("who", ["requester", "outsider", "architect", "secretary", "cio", "administrator", "reader"])
def test_nobody_else_objects_or_withdraws(client_as: SignIn, campaign, segment_manager, who, request):
    made = object_to(
        person=segment_manager, request=campaign, segment=segment_manager.segments_managed.get(), reason=WHY
    )
    client = client_as(request.getfixturevalue(who))
    url = f"/board/objections/new/{campaign.reference}/"
    assert client.get(url).status_code == 403
    assert client.post(url, {"segment": "card-holders", "reason": WHY}).status_code == 403
    assert client.get(f"/board/objections/{made.pk}/withdraw/").status_code == 403
    assert client.post(f"/board/objections/{made.pk}/withdraw/").status_code == 403
    assert Objection.objects.get().state == "open"
    assert "/withdraw/" not in client.get("/board/objections/").content.decode()


def test_withdrawing_asks_once_and_shows_it(client_as: SignIn, campaign, segment_manager):
    segment = segment_manager.segments_managed.get()
    made = object_to(person=segment_manager, request=campaign, segment=segment, reason=WHY)
    client, url = client_as(segment_manager), f"/board/objections/{made.pk}/withdraw/"
    assert WHY in client.get(url).content.decode()
    client.post(url, {"reason": "They moved it."})
    shown = client.get("/board/objections/?state=withdrawn").content.decode()
    assert "They moved it." in shown
    assert "was withdrawn already" in client.post(url, follow=True).content.decode()


def test_a_confidential_request_and_what_is_said_of_it_are_not_there(client_as: SignIn, reader, architect):
    made = ObjectionFactory.create(request=filed_request(confidential=True, title="Nightingale"), reason="Nightingale!")
    finding = FindingFactory.create(between=[made.request, filed_request()])
    paths = (
        "/board/objections/",
        f"/board/panels/segments/{made.segment.code}/objections/",
        f"/board/panels/findings/{finding.pk}/objections/",
    )
    for path in paths:
        assert "ightingale" not in client_as(reader).get(path).content.decode(), path
        assert "Nightingale!" in client_as(architect).get(path).content.decode(), path
    client = client_as(reader)
    for path in (f"new/{made.request.reference}/", f"{made.pk}/withdraw/"):
        assert client.get(f"/board/objections/{path}").status_code == 404
    assert client.get(f"/board/panels/{made.request.reference}/objections/").status_code == 404


def test_the_board_reads_it_on_the_agenda_in_the_room_and_in_the_pack(
    client_as: SignIn, campaign, segment_manager, secretary, meeting, decide
):
    made = object_to(
        person=segment_manager, request=campaign, segment=segment_manager.segments_managed.get(), reason=WHY
    )
    client = client_as(secretary)
    for path in ("", f"meeting/?item={made.item_id}", "pack/"):
        page = client.get(f"/board/{meeting.pk}/{path}").content.decode()
        assert "Mia Segment objects for card holders" in page, path
        assert WHY in page, path
    open_meeting(person=secretary, meeting=meeting)
    decide(made.item, "reject", reason="Once is enough.")
    shown = client_as(segment_manager).get(f"/board/panels/{campaign.reference}/objections/").content.decode()
    assert "The board decided: reject" in shown
    assert "Once is enough." in shown


def test_triage_shows_the_objections_to_the_requests_of_a_finding(client_as: SignIn, architect):
    made = ObjectionFactory.create(reason=WHY)
    finding = FindingFactory.create(between=[made.request, filed_request()])
    assert (
        f"/board/panels/findings/{finding.pk}/objections/"
        in client_as(architect).get(f"/triage/{finding.pk}/").content.decode()
    )
    assert WHY in client_as(architect).get(f"/board/panels/findings/{finding.pk}/objections/").content.decode()


def test_a_finding_with_a_number_beyond_all_has_no_objections(client_as: SignIn, architect):
    assert client_as(architect).get(f"/board/panels/findings/{'9' * 30}/objections/").status_code == 200
