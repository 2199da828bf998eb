"""Meeting mode: one item at a time, its options, the time, and what others in the room did meanwhile."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from board.agenda.voting import Count
from board.errors import CannotDecide
from board.forms.decisions import DecisionForm, Table
from board.forms.meetings import OwnWordsForm
from board.models import Meeting
from board.packs.facts import ItemFacts
from board.packs.options import Option, options_for
from board.permissions import can_decide, can_override_vote, can_run
from board.selectors.decisions.decisions import decision_as_seen
from board.selectors.meetings.items import item_facts
from board.selectors.meetings.meetings import AgendaLine, agenda_lines, attendance_of
from board.selectors.meetings.presence import quorums_of
from board.selectors.meetings.room import around, asides_from, pace_of, present_with_vote, stamp_of
from board.services.decisions.voting import count_votes
from board.services.meetings.clocks import restart_clock, start_clock
from board.views.loading import board_only, me, meeting_of, run_item
from board.views.meetings.room_links import back_to_room
from customers.amounts import currency_sign
from portfolio.models import ProjectRequest
from portfolio.permissions import can_see_all_money

KEYS = (
    {"key": "1 … 9", "does": "choose an option"},
    {"key": "r", "does": "record the decision"},
    {"key": "c", "does": "conditions"},
    {"key": "v", "does": "votes"},
    {"key": "j", "does": "next item"},
    {"key": "k", "does": "previous item"},
)


@require_safe
@never_cache
@board_only
def meeting_mode(request: HttpRequest, pk: int) -> HttpResponse:
    """One item at a time (`item`, by default the first that is open), readable from the back of the room."""
    meeting = meeting_of(pk)
    lines = agenda_lines(meeting)
    line = chosen_line(lines, request.GET.get("item", ""))
    if line is None:
        return render(request, "board/meeting_room_empty.html", {"meeting": meeting, **_rights(request, meeting)})
    start_clock(person=me(request), item=line.item)
    if line.item.is_own:
        return render(request, "board/meeting_room_own.html", own_context(request, meeting, lines, line))
    return render(request, "board/meeting_room.html", room_context(request, meeting, lines, line))


@require_safe
@never_cache
@board_only
def meeting_pulse(request: HttpRequest, pk: int) -> HttpResponse:
    """What changed in the room since the page was shown (`item`, `stamp`): nothing (204), or its side and the news of
    the item."""
    meeting = meeting_of(pk)
    lines = agenda_lines(meeting)
    line = chosen_line(lines, request.GET.get("item", ""))
    if line is None or str(line.item.pk) != request.GET.get("item", ""):
        return render(request, "board/_room_pulse.html", {"meeting": meeting, "is_gone": True})
    context = _side(request, meeting, lines, line)
    if context["stamp"] == request.GET.get("stamp", ""):
        return HttpResponse(status=204)
    return render(request, "board/_room_pulse.html", context)


@require_POST
@board_only
def clock_restart(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the item its time again."""
    item = run_item(request, pk)
    restart_clock(person=me(request), item=item)
    return back_to_room(item.meeting, item)


def chosen_line(lines: list[AgendaLine], wanted: str) -> AgendaLine | None:
    """The line of the item with this id, else the first that is open, else the first."""
    if wanted.isdecimal() and len(wanted) < 18:
        for line in lines:
            if line.item.pk == int(wanted):
                return line
    waiting = [line for line in lines if line.is_open]
    return next(iter(waiting or lines), None)


def room_context(
    request: HttpRequest,
    meeting: Meeting,
    lines: list[AgendaLine],
    line: AgendaLine,
    form: DecisionForm | None = None,
) -> dict[str, Any]:
    """All that the room shows of an item. `form` holds what was typed, where it could not be recorded."""
    facts = item_facts([line.item], request.user)[line.item.pk]
    options = laid_out(request, facts)
    form = form or decision_form(request, line, facts, options)
    return {
        **_side(request, meeting, lines, line),
        **_beside(lines, line),
        "facts": facts,
        "options": options,
        "form": form,
        "count": votes_counted(line, form),
        "token": uuid.uuid4().hex,
        "page_keys": KEYS,
        "recorded": decision_as_seen(line.decision.pk, request.user) if line.decision else None,
    }


def own_context(
    request: HttpRequest, meeting: Meeting, lines: list[AgendaLine], line: AgendaLine, form: OwnWordsForm | None = None
) -> dict[str, Any]:
    """All that the room shows of what is the board's own. `form` holds what was typed, where it was not recorded."""
    item = line.item
    initial = {"outcome": item.outcome, "version": item.version, "submission": uuid.uuid4().hex}
    return {
        **_side(request, meeting, lines, line),
        **_beside(lines, line),
        "form": form or OwnWordsForm(initial=initial),
        "page_keys": [key for key in KEYS if key["key"] in ("r", "j", "k")],
    }


def _beside(lines: list[AgendaLine], line: AgendaLine) -> dict[str, AgendaLine | None]:
    place = lines.index(line)
    return {
        "previous": lines[place - 1] if place else None,
        "next": lines[place + 1] if place + 1 < len(lines) else None,
    }


def _side(request: HttpRequest, meeting: Meeting, lines: list[AgendaLine], line: AgendaLine) -> dict[str, Any]:
    """What changes while the page stands: the time, the agenda, who is there, and what became of the item."""
    pace = pace_of(meeting, lines, line, timezone.now())
    asides = asides_from(line)
    quorum = quorums_of(meeting, {line.item.pk: asides})[line.item.pk]
    own, stamp = stamp_of(meeting, lines, line, pace and (pace.words, pace.started), quorum.words, quorum.holds)
    attendance = attendance_of(meeting)
    rights = _rights(request, meeting)
    return {
        **rights,
        "meeting": meeting,
        "lines": lines,
        "line": line,
        "item": line.item,
        "pace": pace,
        "stamp": stamp,
        "own_stamp": own,
        "around": around(lines, line),
        "attendance": attendance,
        "present": sum(1 for row in attendance if row.present),
        "asides": asides,
        "quorum": quorum,
        "can_decide": rights["may_decide"] and line.is_open,
        "can_take_out": rights["can_run"] and not meeting.is_over and line.can_take_out,
        "is_last": line is lines[-1],
        "open_items": sum(1 for each in lines if each.is_open),
    }


def _rights(request: HttpRequest, meeting: Meeting) -> dict[str, bool]:
    return {"can_run": can_run(request.user, meeting), "may_decide": can_decide(request.user, meeting)}


def laid_out(request: HttpRequest, facts: ItemFacts) -> tuple[Option, ...]:
    """The options over the item, with money where the person may see all of it."""
    return options_for(facts, currency_sign(), money=can_see_all_money(request.user))


def decision_form(
    request: HttpRequest, line: AgendaLine, facts: ItemFacts, options: tuple[Option, ...], data: Any = None
) -> DecisionForm:
    """The form of the item's decision, filled in as far as it can be: so that one choice and one key record it."""
    meeting = line.item.meeting
    may_override = can_override_vote(request.user, meeting)
    able = {request.id for request in facts.decidable}
    members = [request for request in line.requests if request.pk in able]
    ids = [other.id for other in facts.related]
    related = list(ProjectRequest.objects.filter(pk__in=ids).order_by("reference")) if ids else []
    same = {other.id for other in facts.twins}
    twins = [request for request in related if request.pk in same]
    aside = {each.person.pk for each in asides_from(line)}
    voters = [person for person in present_with_vote(meeting) if person.pk not in aside]
    voting = Meeting.Voting.VOTES if meeting.by_vote else meeting.voting
    chair = str(meeting.chair or "")
    table = Table(members, options, twins, related, voters, voting, meeting.by_vote, chair, may_override)
    return DecisionForm(data, initial=_initial(line, facts, table), table=table)


def votes_counted(line: AgendaLine, form: DecisionForm) -> Count | None:
    """How the votes that were typed stand; None by consensus, once it is decided, and where one of them cannot be."""
    if not form.table.by_vote or line.decision is not None:
        return None
    try:
        return count_votes(item=line.item, votes=form.votes_cast)
    except CannotDecide:
        return None


def _initial(line: AgendaLine, facts: ItemFacts, table: Table) -> dict[str, Any]:
    seen = ",".join(f"{request.pk}:{request.version}" for request in table.members)
    initial = {"submission": uuid.uuid4().hex, "version": line.item.version, "seen": seen}
    lead = facts.lead_request
    if lead is not None:
        owner = line.item.family.owner if line.item.family else None
        led = next(request for request in table.members if request.pk == lead.id)
        initial |= {"lead": lead.id, "family_owner": owner.pk if owner else led.requester_id}
        initial["survivor"] = lead.id if len(table.members) > 1 else _only(table.twins)
        initial |= {"partner": _only(table.twins), "after": [_only(table.related)]}
    return initial


def _only(requests: Any) -> int | None:
    """The one request that there is to choose; None where there are several."""
    return requests[0].pk if len(requests) == 1 else None
