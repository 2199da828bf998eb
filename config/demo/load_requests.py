"""Loads the demo's requests with their tags, needs and discussion, and takes them along the steps before the board."""

from datetime import date, datetime, timedelta
from typing import Any

from config.demo.load_registers import Registers, saved
from config.demo.story import Row, Story, at_hour
from impacts.models import DataUse, Impact, PlannedContact, SystemUse
from portfolio.lifecycle import Status
from portfolio.models import Comment, Need, Person, ProjectRequest, RequestSkill, Watch
from portfolio.services.requests import move_request, next_reference

Requests = dict[str, ProjectRequest]

PLAIN = ("title", "problem", "proposal", "kind", "first_heard", "one_off_cost", "yearly_cost", "promised_by")
SIGNS = {"up": Impact.Sign.UP, "down": Impact.Sign.DOWN, None: None}
#: How far a request has come before the board decides over it.
UNDECIDED = ("draft", "submitted", "in_triage", "ready", "withdrawn")


def load_requests(story: Story, registers: Registers) -> Requests:
    """Create all requests, the one filed first with the lowest number, as far as they come without the board.

    Raises ValidationError where the story is wrong.
    """
    found: Requests = {}
    for row in sorted(story.requests, key=lambda row: (row.get("filed") or story.anchor, row["key"])):
        day = row.get("filed") or story.anchor - timedelta(days=4)
        # Nobody files two requests in the same minute.
        at = at_hour(day, 8 + len(found) * 7 % 9, len(found) * 13 % 60)
        found[row["key"]] = _create(row, registers, at)
    for row in story.requests:
        for need in row.get("needs", []):
            Need.objects.create(request=found[row["key"]], needs=found[need["key"]], why=need["why"])
    for row in story.requests:
        _advance(found[row["key"]], row, registers)
    for row in story.board["comments"]:
        author, request = registers.people[row["by"]], found[row["request"]]
        saved(Comment(request=request, author=author, text=row["text"], at=row["at"]), row["at"])
        Watch.objects.get_or_create(request=request, person=author)
    return found


def _create(row: Row, registers: Registers, at: datetime) -> ProjectRequest:
    request = ProjectRequest(
        reference=next_reference(year=at.year),
        silo=registers.silos[row["silo"]],
        requester=registers.people[row["requester"]],
        sponsor=registers.person(row.get("sponsor")),
        objective=registers.objectives[row["objective"]] if row.get("objective") else None,
        wanted_start=row.get("start"),
        wanted_go_live=row.get("go_live"),
        confidential=row.get("confidential", False),
        heads_up=row.get("heads_up", False),
        promised_effect=row.get("promised_effect", ""),
        **{name: _tidy(row[name]) for name in PLAIN if name in row},
    )
    saved(request, at)
    for line in row.get("skills", []):
        RequestSkill.objects.create(request=request, skill=registers.skills[line["skill"]], days=line["days"])
    _create_tags(request, row, registers, at)
    return request


def _tidy(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _create_tags(request: ProjectRequest, row: Row, registers: Registers, at: datetime) -> None:
    for line in row.get("impacts", []):
        impact = Impact(
            request=request,
            touchpoint=registers.touchpoints[line["touchpoint"]],
            effect=line["effect"],
            direction=line["direction"],
            measure=registers.measures[line["measure"]] if line.get("measure") else None,
            measure_sign=SIGNS[line.get("sign")],
            note=line["note"],
        )
        saved(impact, at).segments.set([registers.segments[code] for code in line["segments"]])
    for line in row.get("data_uses", []):
        system = registers.systems[line["system"]] if line.get("system") else None
        domain = registers.domains[line["domain"]]
        saved(DataUse(request=request, domain=domain, mode=line["mode"], system=system), at)
    for line in row.get("system_uses", []):
        saved(SystemUse(request=request, system=registers.systems[line["system"]], effect=line["effect"]), at)
    for line in row.get("contacts", []):
        saved(PlannedContact(request=request, **{**line, "segment": registers.segments[line["segment"]]}), at)


def _advance(request: ProjectRequest, row: Row, registers: Registers) -> None:
    """Take the request along the steps before the board's: the head of its silo files it, an architect looks at it."""
    filed: date | None = row.get("filed")
    if filed is None:
        return
    # What the board decides over must have been made ready for it.
    target = row["status"] if row.get("status") in UNDECIDED else "ready"
    at = request.history.earliest().history_date
    move_request(request=request, target=Status.SUBMITTED, person=registers.head_of(row["silo"]), at=at)
    people = {pk for pk in (request.requester_id, request.sponsor_id) if pk}
    Watch.objects.bulk_create([Watch(request=request, person_id=pk) for pk in sorted(people)])
    if target in ("in_triage", "ready"):
        architect = _architect_for(request, registers)
        move_request(
            request=request,
            target=Status.IN_TRIAGE,
            person=architect,
            at=at_hour(_workday(filed + timedelta(1)), 9, 20),
        )
        if target == "ready":
            when = at_hour(_workday(filed + timedelta(days=4)), 16, 5)
            move_request(request=request, target=Status.READY, person=architect, at=when)
    elif target == "withdrawn":
        why = "Payroll brings the same with its next release; we need no project of our own."
        when = at_hour(filed + timedelta(days=23), 11, 40)
        move_request(request=request, target=Status.WITHDRAWN, person=request.requester, why=why, at=when)


def _workday(day: date) -> date:
    """The day itself, or the Monday after it."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() > 4 else day


def _architect_for(request: ProjectRequest, registers: Registers) -> Person:
    """The three architects share the silos among them."""
    architects = registers.with_role("architect")
    return architects[request.silo_id % len(architects)]
