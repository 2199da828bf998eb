"""The decision log, decisions one by one, what was changed after them, what was saved: as pages and files."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from board.models import AgendaItem, Condition, Decision, LaterChange, Meeting
from board.selectors.decisions.log import LogFilter, logged
from board.selectors.decisions.saved import saved_page
from board.services.decisions.rulings import NewCondition
from board.services.decisions.undoing import take_back
from board.services.meetings.agenda import add_item
from board.services.meetings.meetings import close_meeting, open_meeting, plan_meeting
from portfolio.lifecycle import Status
from portfolio.models import Person, ProjectRequest
from portfolio.services.editing import edit_request
from tests.factories import (
    ClusterFactory,
    FamilyFactory,
    ImpactFactory,
    PersonFactory,
    PlannedContactFactory,
    SegmentFactory,
    TouchpointFactory,
    filed_request,
)

Decide = Callable[..., Decision]
ClientAs = Callable[[Person], Client]


@pytest.fixture
def made(session: Meeting, secretary: Person, decide: Decide) -> dict[str, Decision]:
    """An approval, a rejection, and one that was taken back."""
    requests = [filed_request(status=Status.READY.value, title=f"Request of {name}") for name in ("one", "two", "six")]
    items = [add_item(person=secretary, meeting=session, request=request) for request in requests]
    gone = decide(items[2])
    take_back(person=secretary, decision=Decision.objects.get(pk=gone.pk), submission="back")
    return {
        "approve": decide(items[0], reason="Fraud calls fall."),
        "reject": decide(items[1], "reject", reason="Too dear."),
        "gone": gone,
    }


def ids(user: Person, **wanted: Any) -> set[int]:
    return set(logged(user, LogFilter(**wanted)).values_list("pk", flat=True))


def test_log_holds_what_stands_and_on_demand_everything(made: dict[str, Decision], reader: Person) -> None:
    standing = {made["approve"].pk, made["reject"].pk}
    assert ids(reader) == standing
    everything = ids(reader, all_entries=True)
    assert everything > standing | {made["gone"].pk}
    assert len(everything) == 4


def test_log_is_narrowed_by_what_decisions_are_over(made: dict[str, Decision], reader: Person) -> None:
    request = made["approve"].requests.get().request
    segment, touchpoint = SegmentFactory.create(), TouchpointFactory.create()
    ImpactFactory.create(request=request, touchpoint=touchpoint).segments.set([segment])
    other = SegmentFactory.create()
    PlannedContactFactory.create(request=made["reject"].requests.get().request, segment=other)
    family = FamilyFactory.create(lead=request, with_members=[filed_request()])
    cluster = ClusterFactory.create(holding=[made["reject"].requests.get().request, filed_request()])
    one, two = {made["approve"].pk}, {made["reject"].pk}
    assert ids(reader, touchpoint=touchpoint.pk) == one
    assert ids(reader, segment=segment.pk) == one
    assert ids(reader, segment=other.pk) == two
    assert ids(reader, group=family.code) == one
    assert ids(reader, group=cluster.code.lower()) == two
    assert ids(reader, group="F-999") == set()
    assert ids(reader, silo=request.silo_id) == one
    assert ids(reader, words="fraud") == one
    assert ids(reader, words=request.reference) == one
    assert ids(reader, kind="reject") == two
    assert ids(reader, since=timezone.localdate() + timedelta(days=1)) == set()


def test_no_filter_tells_of_a_confidential_request(made: dict[str, Decision], reader: Person, cio: Person) -> None:
    request = made["approve"].requests.get().request
    ProjectRequest.objects.filter(pk=request.pk).update(confidential=True)
    touchpoint = ImpactFactory.create(request=request).touchpoint
    for wanted in ({"touchpoint": touchpoint.pk}, {"silo": request.silo_id}, {"words": "fraud"}, {"words": "one"}):
        assert ids(reader, **wanted) == set()
        assert ids(cio, **wanted) == {made["approve"].pk}


def test_list_shows_filters_and_files(client_as: ClientAs, reader: Person, made: dict[str, Decision]) -> None:
    page = client_as(reader).get("/board/decisions/", {"q": "fraud"}).content.decode()
    assert "Fraud calls fall." in page
    assert "Too dear." not in page
    assert "/board/decisions/log.csv?q=fraud" in page


def test_exports_hold_what_is_filtered(client_as: ClientAs, reader: Person, made: dict[str, Decision]) -> None:
    client = client_as(reader)
    text = b"".join(client.get("/board/decisions/log.csv", {"kind": "reject"}).streaming_content).decode("utf-8-sig")
    assert text.splitlines()[0].startswith("Entry,Decision,Decided")
    assert len(text.splitlines()) == 2
    rows = json.loads(b"".join(client.get("/board/decisions/log.json", {"entries": "all"}).streaming_content))
    assert sorted(row["entry"] for row in rows) == [1, 2, 3, 4]
    assert {row["stands"] for row in rows} == {"yes", "no"}
    sheet = openpyxl.load_workbook(
        io.BytesIO(b"".join(client.get("/board/decisions/log.xlsx").streaming_content))
    ).active
    assert sheet is not None
    assert sheet.max_row == 3
    assert isinstance(sheet["A2"].value, int)


def test_markdown_records_come_one_by_one_and_in_a_zip(
    client_as: ClientAs, secretary: Person, made: dict[str, Decision]
) -> None:
    client = client_as(secretary)
    one = client.get(f"/board/decisions/{made['approve'].pk}/record.md")
    assert one["Content-Type"].startswith("text/markdown")
    assert "## Consequences" in one.content.decode()
    assert "(chosen)" in one.content.decode()
    with zipfile.ZipFile(io.BytesIO(b"".join(client.get("/board/decisions/log.zip").streaming_content))) as file:
        assert len(file.namelist()) == 2
        assert all(name.endswith(".md") for name in file.namelist())


def test_each_decision_has_its_page(client_as: ClientAs, secretary: Person, made: dict[str, Decision]) -> None:
    page = client_as(secretary).get(f"/board/decisions/{made['approve'].pk}/").content.decode()
    for text in ("The seal holds", "Fraud calls fall.", "What else was laid out", "It still says what the board saw."):
        assert text in page
    gone = client_as(secretary).get(f"/board/decisions/{made['gone'].pk}/").content.decode()
    assert "It no longer stands" in gone
    assert client_as(secretary).get("/board/decisions/999999/").status_code == 404


def test_page_shows_what_differs_now(client_as: ClientAs, secretary: Person, made: dict[str, Decision]) -> None:
    request = made["approve"].requests.get().request
    ProjectRequest.objects.filter(pk=request.pk).update(promised_effect="A million fewer calls.")
    page = client_as(secretary).get(f"/board/decisions/{made['approve'].pk}/").content.decode()
    assert "A million fewer calls." in page
    assert "Approval void" in page


def test_a_broken_seal_is_said_on_the_page(client_as: ClientAs, secretary: Person, made: dict[str, Decision]) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE board_decision SET reason = 'Because.' WHERE id = %s", [made["approve"].pk])
    assert "The seal is broken" in client_as(secretary).get(f"/board/decisions/{made['approve'].pk}/").content.decode()


def test_hidden_decisions_keep_to_themselves(client_as: ClientAs, reader: Person, made: dict[str, Decision]) -> None:
    request = made["approve"].requests.get().request
    ProjectRequest.objects.filter(pk=request.pk).update(confidential=True)
    for address in ("", "record.md"):
        page = client_as(reader).get(f"/board/decisions/{made['approve'].pk}/{address}").content.decode()
        assert "Fraud calls fall." not in page
        assert request.title not in page
        assert request.reference not in page


def test_who_sees_no_money_reads_none(client_as: ClientAs, reader: Person, item: AgendaItem, decide: Decide) -> None:
    ProjectRequest.objects.filter(pk=item.request_id).update(one_off_cost=Decimal("123456"))
    decision = decide(item)
    for address in ("", "record.md"):
        page = client_as(reader).get(f"/board/decisions/{decision.pk}/{address}").content.decode()
        assert "123,456" not in page
        assert "What else was laid out" not in page


def test_pages_need_as_many_queries_for_few_as_for_many(
    client_as: ClientAs, secretary: Person, session: Meeting, decide: Decide
) -> None:
    client = client_as(secretary)

    def decide_some(count: int) -> None:
        for _ in range(count):
            request = filed_request(status=Status.READY.value)
            decide(add_item(person=secretary, meeting=session, request=request), "reject")

    def queries(address: str) -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    decide_some(2)
    addresses = ("/board/decisions/", "/board/saved/", "/board/changes/")
    few = [queries(address) for address in addresses]
    decide_some(4)
    assert [queries(address) for address in addresses] == few


def test_the_board_undoes_a_decision_from_its_page_in_a_later_meeting(
    client_as: ClientAs, secretary: Person, cio: Person, session: Meeting, made: dict[str, Decision]
) -> None:
    session.refresh_from_db()
    close_meeting(person=secretary, meeting=session)
    address = f"/board/decisions/{made['reject'].pk}/"
    client = client_as(secretary)
    assert "Undo the decision" not in client.get(address).content.decode()
    later = plan_meeting(person=secretary, starts_at=timezone.now(), chair=cio, secretary=secretary)
    open_meeting(person=secretary, meeting=later)
    assert "Undo the decision" in client.get(address).content.decode()
    assert client.post(f"{address}undo/", {"submission": "a", "reason": ""}).status_code == 422
    assert client.post(f"{address}undo/", {"submission": "a", "reason": "It was right."}).status_code == 302
    assert made["reject"].requests.get().request.status == "ready"
    assert "It was taken back" in client.get(address).content.decode()
    room = client.get(f"/board/{later.pk}/meeting/").content.decode()
    assert 'class="recorded"' in room, "the item that undid it is done, not asked again"
    assert 'name="kind"' not in room
    assert "Take it back" not in room
    undone = Decision.objects.get(item__meeting=later)
    client.post(f"/board/decisions/{undone.pk}/take-back/", {"submission": "b"})
    assert not Decision.objects.filter(supersedes=undone).exists()
    assert made["reject"].requests.get().request.status == "ready"


def test_others_do_not_undo(client_as: ClientAs, outsider: Person, made: dict[str, Decision]) -> None:
    address = f"/board/decisions/{made['reject'].pk}/undo/"
    assert client_as(outsider).post(address, {"submission": "a", "reason": "Mine."}).status_code == 403


def test_what_was_approved_is_changed_through_its_pages(
    client_as: ClientAs, requester: Person, outsider: Person, session: Meeting, secretary: Person, decide: Decide
) -> None:
    request = filed_request(
        status=Status.READY.value,
        requester=requester,
        silo=requester.memberships.get().silo,
        one_off_cost=Decimal(1000),
    )
    decide(add_item(person=secretary, meeting=session, request=request))
    address, client = f"/board/changes/{request.reference}/", client_as(requester)
    assert "Open it for a change" in client.get(address).content.decode()
    assert "Open it for a change" not in client_as(outsider).get(address).content.decode()
    assert client_as(outsider).post(f"{address}open/", {"reason": "Mine."}).status_code == 403
    assert client.post(f"{address}open/", {"reason": ""}).status_code == 422
    assert client.post(f"{address}open/", {"reason": "The price."}).status_code == 302
    opened = ProjectRequest.objects.get(pk=request.pk)
    assert "It is open for a change" in client.get(opened.get_absolute_url()).content.decode()
    edit_request(request=opened, person=requester, expected=opened.version, one_off_cost=Decimal(5000))
    assert "the approval is void and the board decides again" in client.get(address).content.decode()
    assert client.post(f"{address}finish/").status_code == 302
    assert LaterChange.objects.get().verdict == "void"
    assert "It is no longer what the board approved" in client.get(address).content.decode()
    assert request.reference in client.get("/board/changes/").content.decode()


def test_change_pages_answer_whatever_is_asked(client_as: ClientAs, reader: Person) -> None:
    client = client_as(reader)
    request = filed_request(status=Status.READY.value)
    assert "The board has not approved it" in client.get(f"/board/changes/{request.reference}/").content.decode()
    assert client.get("/board/changes/REQ-0000-0000/").status_code == 404
    assert "above 10 % of the amount" in client.get("/board/changes/limits/").content.decode()
    assert "as the board saw it" in client.get("/board/changes/").content.decode()


def test_conditions_move_through_their_page(
    client_as: ClientAs, secretary: Person, outsider: Person, item: AgendaItem, decide: Decide
) -> None:
    due = timezone.localdate() + timedelta(days=20)
    decide(item, "approve_with_conditions", conditions=[NewCondition("Name one.", PersonFactory.create(), due)])
    condition = Condition.objects.get()
    address, client = f"/board/conditions/{condition.pk}/move/", client_as(secretary)
    assert client_as(outsider).get(address).status_code == 403
    sent = {"owner": condition.owner_id, "due": due + timedelta(days=9), "reason": "Late.",
            "seen_owner": condition.owner_id, "seen_due": due}  # fmt: skip
    assert client.post(address, sent | {"reason": ""}).status_code == 422
    assert client.post(address, sent).status_code == 302
    assert client.post(address, sent).status_code == 422  # somebody was quicker
    later = sent | {"due": due + timedelta(days=19), "reason": "Later still."}
    refused = client.post(address, later)
    assert "Somebody else moved or met this condition" in refused.content.decode()
    looked = {name: refused.context["form"][name].value() for name in ("seen_owner", "seen_due")}
    assert client.post(address, later | {"due": "9999-12-31"} | looked).status_code == 422
    assert client.post(address, later | looked).status_code == 302
    assert "Late." in client.get(f"/board/decisions/{condition.decision_id}/").content.decode()


def test_what_was_saved_is_the_boards_to_see_and_adds_up(
    client_as: ClientAs, secretary: Person, reader: Person, session: Meeting, decide: Decide
) -> None:
    survivor = filed_request(status=Status.READY.value, one_off_cost=Decimal(500))
    merged = filed_request(status=Status.READY.value, one_off_cost=Decimal(40_000))
    segment = SegmentFactory.create(customer_count=1000)
    PlannedContactFactory.create(request=merged, segment=segment, times=3)
    decision = decide(add_item(person=secretary, meeting=session, request=merged), "merge", survivor=survivor)
    ProjectRequest.objects.filter(pk=survivor.pk).update(one_off_cost=Decimal(10_500))
    page = saved_page()
    assert (page.spend.total, page.not_sent.total, page.put_off.total) == (30_000, 3000, 0)
    assert client_as(reader).get("/board/saved/").status_code == 403
    shown = client_as(secretary).get("/board/saved/").content.decode()
    assert "€30,000 was not spent twice and 3,000 contacts were not sent" in shown
    assert merged.reference in shown
    rows = client_as(secretary).get("/board/saved/spend.csv").content.decode("utf-8-sig").splitlines()
    assert rows[1].endswith("40000.00,10000.00,30000.00")
    take_back(person=secretary, decision=Decision.objects.get(pk=decision.pk), submission="back")
    assert saved_page().spend.rows == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"since": "yesterday"},
        {"since": "2027-01-01", "until": "2026-01-01"},
        {"kind": "perhaps"},
        {"silo": "99999"},
        {"group": "X-1"},
    ],
)
def test_a_filter_that_is_not_understood_is_said_and_files_lead_there(
    client_as: ClientAs, reader: Person, made: dict[str, Decision], wrong: dict[str, str]
) -> None:
    client = client_as(reader)
    page = client.get(reverse("board:decision-list"), wrong).content.decode()
    assert "Part of the filter was not understood" in page
    assert "take it away" in page
    answer = client.get(reverse("board:decision-export", args=["csv"]), wrong)
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("board:decision-list"))


def test_the_headline_counts_the_readers_own_conditions_where_these_are_listed(
    client_as: ClientAs, secretary: Person, cio: Person, item: AgendaItem, decide: Decide
) -> None:
    soon = timezone.localdate() + timedelta(days=9)
    theirs = [NewCondition("Ask first.", cio, soon), NewCondition("Tell them.", cio, soon)]
    decide(item, "approve_with_conditions", conditions=theirs)
    url = reverse("board:condition-list")
    client = client_as(secretary)
    assert "2 conditions open, none overdue" in client.get(url).content.decode()
    mine = client.get(url, {"whose": "mine"}).content.decode()
    assert "No condition of yours is open" in mine
    assert "2 conditions open" not in mine
    Condition.objects.filter(text="Ask first.").update(due=timezone.localdate() - timedelta(days=2))
    assert "1 of 2 open conditions of yours is overdue" in client_as(cio).get(url, {"whose": "mine"}).content.decode()
