"""Loads what the demo's board did and will do: families, meetings, advice, decisions and what followed from them."""

from datetime import timedelta

from board.models import AgendaItem, Decision, Meeting, Vote
from board.selectors.meetings.presence import asides_of
from board.services.decisions.conditions import close_condition
from board.services.decisions.decisions import record_decision
from board.services.decisions.questions import answer_question
from board.services.decisions.rulings import NewCondition, NewFamily, NewHold, NewQuestion, NewVote, Ruling
from board.services.meetings.agenda import add_item, advise
from board.services.meetings.meetings import close_meeting, open_meeting, plan_meeting, write_note
from board.services.meetings.presence import record_attendance
from config.demo.load_registers import Registers
from config.demo.load_requests import Requests
from config.demo.story import Row, Story, at_hour
from impacts.models import Family
from impacts.services.findings.families import found_family
from portfolio.lifecycle import Status
from portfolio.models import ProjectRequest
from portfolio.services.requests import move_request

#: A family is made so many days before the meeting that speaks of it.
FAMILY_LEAD_TIME = timedelta(days=8)


def load_board(story: Story, registers: Registers, requests: Requests) -> None:
    """Found the families, hold the past meetings, put the next one's agenda together, start what was approved.

    Raises the errors of the services where the story asks for what Ombud does not allow.
    """
    families = {row["key"]: _found(row, story, registers, requests) for row in story.board["families"]}
    for row in story.board["meetings"]:
        _hold_meeting(row, registers, requests, families)
    for row in story.requests:
        if row.get("status") in ("in_delivery", "delivered", "reviewed"):
            _deliver(row, registers, requests[row["key"]])


def _found(row: Row, story: Story, registers: Registers, requests: Requests) -> Family:
    meeting = next(
        each for each in story.board["meetings"] if any(item.get("family") == row["key"] for item in each["items"])
    )
    said_by = next(item["advised_by"] for item in meeting["items"] if item.get("family") == row["key"])
    at = min(meeting["starts"] - FAMILY_LEAD_TIME, at_hour(story.anchor - timedelta(days=3), 10, 15))
    return found_family(
        members=[requests[key] for key in row["members"]],
        lead=requests[row["lead"]],
        owner=registers.people[row["owner"]],
        title=row["title"],
        person=registers.people[said_by],
        at=at,
    )


def _hold_meeting(row: Row, registers: Registers, requests: Requests, families: dict[str, Family]) -> None:
    secretary = registers.people[row["secretary"]]
    meeting = plan_meeting(
        person=secretary,
        starts_at=row["starts"],
        title=row["title"],
        minutes=row["minutes"],
        place=row["place"],
        chair=registers.people[row["chair"]],
        secretary=secretary,
        deciding=row.get("deciding", ""),
    )
    items = [_put_on_agenda(entry, meeting, registers, requests, families) for entry in row["items"]]
    if row["status"] != "closed":
        return
    open_meeting(person=secretary, meeting=meeting, at=row["starts"])
    record_attendance(
        person=secretary, meeting=meeting, present=[registers.people[email].pk for email in row["present"]]
    )
    clock = row["starts"]
    for entry, item in zip(row["items"], items, strict=True):
        clock += timedelta(minutes=entry["minutes"])
        decision = record_decision(
            person=secretary,
            item=item,
            expected=item.version,
            submission=f"demo-{meeting.pk}-{item.pk}",
            ruling=_ruling(entry, registers, requests, _votes(entry, item, registers)),
            at=clock,
        )
        _close_conditions(decision, entry["decision"].get("conditions", []), registers)
        _answer_questions(decision, entry["decision"].get("questions", []), registers)
    meeting.refresh_from_db()
    write_note(person=secretary, meeting=meeting, expected=meeting.version, note=row["minutes_note"].strip())
    close_meeting(person=secretary, meeting=meeting, at=clock + timedelta(minutes=4))
    for request in requests.values():
        request.refresh_from_db()


def _put_on_agenda(
    entry: Row, meeting: Meeting, registers: Registers, requests: Requests, families: dict[str, Family]
) -> AgendaItem:
    item = add_item(
        person=registers.people[entry["advised_by"]] if entry["advised_by"] else registers.with_role("secretary")[0],
        meeting=meeting,
        request=requests[entry["request"]] if "request" in entry else None,
        family=families[entry["family"]] if "family" in entry else None,
        question=entry["question"],
        minutes=entry["minutes"],
    )
    if entry["advice"]:
        advise(person=registers.people[entry["advised_by"]], item=item, expected=item.version, advice=entry["advice"])
    return item


def _votes(entry: Row, item: AgendaItem, registers: Registers) -> list[NewVote]:
    """How each voted who was there, has a vote and did not stand aside: for it, where the story says nothing else.
    Nothing where the meeting decides by consensus."""
    if not item.meeting.by_vote:
        return []
    aside = {each.person.pk for each in asides_of([item])[item.pk]}
    there = item.meeting.attendances.filter(present=True, votes=True).exclude(person__in=aside)
    said = {registers.people[email].pk: vote for email, vote in entry["decision"].get("votes", {}).items()}
    rows = there.select_related("person").order_by("person__name", "id")
    return [NewVote(row.person, *said.get(row.person_id, [Vote.Choice.FOR])) for row in rows]


def _ruling(entry: Row, registers: Registers, requests: Requests, votes: list[NewVote]) -> Ruling:
    """The decision as the secretary typed it. A survivor is approved with the merge; of a sequence over one request the
    first in order is the one that it waits for."""
    row = entry["decision"]
    hold = row.get("hold")
    return Ruling(
        kind=row["kind"],
        reason=row["reason"].strip(),
        conditions=[
            NewCondition(each["text"], registers.people[each["owner"]], each["due"])
            for each in row.get("conditions", [])
        ],
        hold=NewHold(registers.people[hold["owner"]], hold["condition"], hold["expires"]) if hold else None,
        survivor=requests[row["survivor"]] if "survivor" in row else None,
        approve_survivor="survivor" in row,
        after=[requests[row["order"][0]]] if "order" in row else [],
        until=row.get("until"),
        questions=[
            NewQuestion(each["text"], registers.people[each["owner"]], each["due"]) for each in row.get("questions", [])
        ],
        family=NewFamily(requests[row["family"]["lead"]], registers.people[row["family"]["owner"]])
        if "family" in row
        else None,
        votes=votes,
    )


def _deliver(row: Row, registers: Registers, request: ProjectRequest) -> None:
    """Start what was approved on the day it wanted to start, and finish what went live before now."""
    head = registers.head_of(row["silo"])
    move_request(request=request, target=Status.IN_DELIVERY, person=head, at=at_hour(row["start"], 9))
    if row["status"] in ("delivered", "reviewed"):
        move_request(request=request, target=Status.DELIVERED, person=head, at=at_hour(row["go_live"], 17, 30))
    if row["status"] == "reviewed":
        why = f"What was promised came: {row['promised_effect'][0].lower()}{row['promised_effect'][1:]}."
        at = at_hour(row["promised_by"] + timedelta(days=2), 10, 45)
        move_request(request=request, target=Status.REVIEWED, person=head, why=why, at=at)


def _close_conditions(decision: Decision, rows: list[Row], registers: Registers) -> None:
    """Close the conditions that the story says are met; they stand in the order in which they were set."""
    for row, condition in zip(rows, decision.conditions.order_by("id"), strict=True):
        if row.get("met"):
            owner = registers.people[row["owner"]]
            close_condition(person=owner, condition=condition, note=row["met"]["note"], at=row["met"]["at"])


def _answer_questions(decision: Decision, rows: list[Row], registers: Registers) -> None:
    """Give the answers that the story knows; they stand in the order in which they were asked."""
    for row, question in zip(rows, decision.questions.order_by("id"), strict=True):
        if row.get("answered"):
            owner, said = registers.people[row["owner"]], row["answered"]
            answer_question(person=owner, question=question, answer=said["text"], at=said["at"])
