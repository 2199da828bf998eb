"""The minutes as a document: what is left out for whom."""

from collections.abc import Callable

from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localtime

from board.models import AgendaItem, Decision, Meeting, QuorumWaiver
from board.packs.document import Facts, Table
from board.packs.minutes import compose_minutes
from board.packs.words import day
from board.selectors.papers.minutes_paper import minutes_document, minutes_facts
from board.services.decisions.undoing import take_back
from board.services.meetings.agenda import Group, add_item, drop_item
from board.services.meetings.meetings import close_meeting, open_meeting, plan_meeting
from board.services.papers.corrections import correct_minutes
from portfolio.lifecycle import Status
from portfolio.models import Person
from portfolio.services.requests import move_request
from tests.factories import FamilyFactory, filed_request

Decide = Callable[..., Decision]


def test_why_a_confidential_item_went_without_a_quorum_is_not_for_everybody(
    session: Meeting, secretary: Person, reader: Person
) -> None:
    secret = filed_request(status=Status.READY.value, confidential=True)
    item = add_item(person=secretary, meeting=session, request=secret)
    why = {"because": "The merger cannot wait.", "present": 1, "needed": 3, "person": secretary, "at": timezone.now()}
    QuorumWaiver.objects.create(meeting=session, item=item, **why)
    QuorumWaiver.objects.create(meeting=session, **(why | {"because": "Snow."}))
    assert len(minutes_facts(session, secretary).waivers) == 2
    assert [text.endswith("Snow.") for text in minutes_facts(session, reader).waivers] == [True]


def test_without_a_chair_and_a_secretary_the_minutes_say_nobody_as_the_page_does(session: Meeting, cio: Person) -> None:
    session.chair = session.secretary = None
    session.save()
    said = {fact.label: fact.text for fact in compose_minutes(minutes_facts(session, cio)).facts}
    assert (said["Chair"], said["Minutes kept by"]) == ("Nobody", "Nobody")


def test_what_was_taken_off_stands_in_the_minutes_of_the_board(
    session: Meeting, secretary: Person, reader: Person
) -> None:
    family = FamilyFactory.create(lead=filed_request(status=Status.READY.value), with_members=[filed_request()])
    item = add_item(person=secretary, meeting=session, family=family)
    drop_item(person=secretary, item=item, reason="No time.")
    assert minutes_facts(session, secretary).dropped == (f"{item.question} No time.",)
    assert minutes_facts(session, reader).dropped == ()


def test_minutes_begin_with_what_each_item_came_to(
    session: Meeting, secretary: Person, item: AgendaItem, decide: Decide
) -> None:
    other = add_item(person=secretary, meeting=session, request=filed_request(status=Status.READY.value))
    open_one = add_item(person=secretary, meeting=session, request=filed_request(status=Status.READY.value))
    decide(item)
    decide(other, "reject", reason="Once is enough.")
    assert item.request is not None
    assert other.request is not None
    made = compose_minutes(minutes_facts(session, secretary))
    assert made.summary == "Two of three items decided: one approved and one rejected."
    table = made.front[0].blocks[0]
    assert isinstance(table, Table)
    assert [row.cells[2:4] for row in table.rows] == [
        ("Approve", f"{item.request.reference} is approved."),
        ("Reject", f"{other.request.reference} is rejected; only the board can reopen it."),
        ("Not decided", "It stays as it was."),
    ]
    assert table.rows[2].cells[1] == open_one.question


def test_corrections_stand_before_the_items_and_at_theirs(
    session: Meeting, secretary: Person, item: AgendaItem, decide: Decide
) -> None:
    decide(item)
    close_meeting(person=secretary, meeting=session)
    before = compose_minutes(minutes_facts(session, secretary))
    correct_minutes(person=secretary, meeting=session, item=item, text="Ruth voted too.", submission="a")
    correct_minutes(person=secretary, meeting=session, text="It began at nine.", submission="b")
    made = compose_minutes(minutes_facts(session, secretary))
    assert [each for each in made.front if each in before.front] == [before.front[0], *before.front[2:]]
    table = made.front[1].blocks[0]
    assert isinstance(table, Table)
    assert [row.cells[:3] for row in table.rows] == [
        ("Item 1", "Ruth voted too.", secretary.name),
        ("The meeting", "It began at nine.", secretary.name),
    ]
    lines = made.front[2].blocks[0]
    assert isinstance(lines, Facts)
    assert [str(each.text).endswith("Ruth voted too.") for each in lines.facts if each.label == "Corrected"] == [True]
    assert "Two corrections" in str([each.text for each in made.facts if each.label == "Corrected since"])


def test_a_correction_of_a_confidential_item_keeps_its_words_to_itself(
    session: Meeting, secretary: Person, reader: Person
) -> None:
    secret = filed_request(status=Status.READY.value, confidential=True)
    item = add_item(person=secretary, meeting=session, request=secret)
    close_meeting(person=secretary, meeting=session)
    correct_minutes(person=secretary, meeting=session, item=item, text="The merger is in May.", submission="a")
    assert [each.text for each in minutes_facts(session, secretary).corrections] == ["The merger is in May."]
    assert [each.text for each in minutes_facts(session, reader).corrections] == ["It concerns a confidential request."]


def test_what_a_later_meeting_undid_still_stands_in_the_minutes_of_its_own(
    session: Meeting, secretary: Person, item: AgendaItem, decide: Decide
) -> None:
    decision = decide(item)
    close_meeting(person=secretary, meeting=session)
    before = compose_minutes(minutes_facts(session, secretary))
    later = plan_meeting(person=secretary, starts_at=timezone.now(), secretary=secretary)
    open_meeting(person=secretary, meeting=later)
    take_back(person=secretary, decision=decision, submission="a", reason="The vendor is gone.", session=later)
    made = compose_minutes(minutes_facts(session, secretary))
    assert (made.summary, made.front[0]) == (before.summary, before.front[0])
    lines = made.front[1].blocks[0]
    assert isinstance(lines, Facts)
    assert [str(each.text) for each in lines.facts if each.label == "Undone later"] == [
        f"{day(timezone.localdate())}: The vendor is gone."
    ]


def test_of_a_merge_the_minutes_say_which_request_went_into_which(
    session: Meeting, secretary: Person, decide: Decide
) -> None:
    stays, goes = (filed_request(status=Status.READY.value) for _ in range(2))
    family = FamilyFactory.create(lead=stays, with_members=[goes])
    item = add_item(person=secretary, meeting=session, family=family)
    decide(item, "merge", reason="One is enough.", survivor=stays)
    (made,) = minutes_facts(session, secretary).items
    assert f"{goes.reference} merged into {stays.reference}" in made.decisions[0].requests
    assert not any(said.startswith("into") for said in made.decisions[0].requests)


def test_minutes_of_a_group_name_what_was_withdrawn_before_the_decision(
    session: Meeting, secretary: Person, reader: Person, decide: Callable[..., Decision]
) -> None:
    stays, gone, secret = (filed_request(status=Status.READY.value, title=title) for title in ("A", "B", "C"))
    item = add_item(person=secretary, meeting=session, group=Group("Alerts", [stays, gone, secret]))
    move_request(request=gone, target=Status.WITHDRAWN, person=gone.requester, why="We buy it.")
    decide(item)
    why = f"{gone.reference} is withdrawn."
    (made,) = minutes_facts(session, secretary).items
    assert made.left_out == (why,)
    assert why in str(minutes_document(session, reader))
    type(gone).objects.filter(pk=gone.pk).update(confidential=True)
    assert gone.reference not in str(minutes_document(session, reader))


def test_of_what_was_withdrawn_during_the_meeting_the_minutes_say_when_by_whom_and_why(
    session: Meeting, secretary: Person, reader: Person, item: AgendaItem, client: Client
) -> None:
    gone = item.request
    assert gone is not None
    move_request(request=gone, target=Status.WITHDRAWN, person=gone.requester, why="We buy it.")
    stays, leaves = (filed_request(status=Status.READY.value) for _ in range(2))
    add_item(person=secretary, meeting=session, group=Group("Alerts", [stays, leaves]))
    move_request(request=leaves, target=Status.WITHDRAWN, person=leaves.requester, why="No money.")
    close_meeting(person=secretary, meeting=session)
    before = minutes_document(session, reader)
    at = localtime(gone.transitions.latest("at").at)
    said = f"{gone.reference} was withdrawn during the meeting, at {at:%H:%M}, by {gone.requester.name}: We buy it."
    whole, part = minutes_facts(session, reader).items
    assert (whole.moot, whole.gone) == (True, (said,))
    assert (part.moot, len(part.gone)) == (False, 1)
    assert part.undecided == ("Not decided", "It stays as it was.")
    made = compose_minutes(minutes_facts(session, reader))
    assert made.summary == "Two items on the agenda, none decided; nothing left to decide over one."
    assert ("1", "left open") in [(each.value, each.label) for each in made.stats]
    client.force_login(reader)
    page = client.get(reverse("board:meeting-minutes", args=[session.pk])).content.decode()
    assert f"Nothing left to decide. {said}" in page
    move_request(request=stays, target=Status.WITHDRAWN, person=stays.requester, why="No people.")
    assert minutes_document(session, reader) == before


def test_a_withdrawn_request_that_is_confidential_keeps_its_reasons_to_itself(
    session: Meeting, secretary: Person, reader: Person
) -> None:
    secret = filed_request(status=Status.READY.value, confidential=True)
    add_item(person=secretary, meeting=session, request=secret)
    move_request(request=secret, target=Status.WITHDRAWN, person=secret.requester, why="The merger is off.")
    assert "The merger is off." in str(minutes_document(session, secretary))
    (made,) = minutes_facts(session, reader).items
    assert (made.gone, made.moot) == ((), False)


def test_what_a_later_meeting_undid_is_not_gone_in_the_minutes_of_its_own(
    session: Meeting, secretary: Person, item: AgendaItem, decide: Decide
) -> None:
    decision = decide(item, "reject", reason="Once is enough.")
    close_meeting(person=secretary, meeting=session)
    later = plan_meeting(person=secretary, starts_at=timezone.now(), secretary=secretary)
    open_meeting(person=secretary, meeting=later)
    take_back(person=secretary, decision=decision, submission="a", reason="The vendor is back.", session=later)
    (made,) = minutes_facts(session, secretary).items
    assert (made.gone, made.moot, made.decisions[0].label) == ((), False, "Reject")
