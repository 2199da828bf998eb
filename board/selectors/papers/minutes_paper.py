"""The minutes of a meeting as a document, as one person may read them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone

from board.models import AgendaItem, Meeting, Objection, QuorumWaiver, StandAside
from board.packs import words
from board.packs.minutes import (
    AttendedFact,
    CorrectedFact,
    MinutedDecision,
    MinutedItem,
    MinutesFacts,
    SetCondition,
    compose_minutes,
)
from board.packs.seal import plain
from board.permissions import can_see_board
from board.selectors.decisions.outcomes import SeenDecision
from board.selectors.meetings.meetings import agenda_items, attendance_of
from board.selectors.papers.minutes import MinutesLine, corrections_of, minutes_for
from portfolio.lifecycle import Status
from portfolio.permissions import can_see

SAYS = {"against": "is against", "abstain": "abstained", "for": "is for it"}


def minutes_document(meeting: Meeting, user: Any) -> dict[str, Any]:
    """The minutes as `user` may read them, in a fixed number of queries."""
    document: dict[str, Any] = plain(compose_minutes(minutes_facts(meeting, user)))
    return document


def minutes_facts(meeting: Meeting, user: Any) -> MinutesFacts:
    """What the minutes are composed of."""
    lines = minutes_for(meeting, user)
    corrections = corrections_of(meeting, lines)
    as_of = corrections[-1].made.at if corrections else meeting.closed_at
    aside = _aside(meeting)
    objections = _objections(meeting, user)
    hidden = [line.item.pk for line in lines if line.hidden]
    waivers = QuorumWaiver.objects.filter(meeting=meeting).exclude(item__in=hidden).select_related("person")
    dropped = [item for item in agenda_items(meeting, dropped=True) if _may_name(item, user)]
    return MinutesFacts(
        organisation=settings.OMBUD_ORGANISATION,
        title=meeting.title,
        starts_at=timezone.localtime(meeting.starts_at),
        opened_at=timezone.localtime(meeting.opened_at) if meeting.opened_at else None,
        closed_at=timezone.localtime(meeting.closed_at) if meeting.closed_at else None,
        minutes=meeting.minutes,
        place=meeting.place,
        chair=meeting.chair.get_full_name() if meeting.chair else "",
        secretary=meeting.secretary.get_full_name() if meeting.secretary else "",
        attended=tuple(
            AttendedFact(row.person.get_full_name(), row.present, row.votes, row.absent_because)
            for row in attendance_of(meeting)
        ),
        waivers=tuple(
            f"{each.present} of {each.needed} needed were present; {each.person} went on: {each.because}"
            for each in waivers.order_by("at", "id")
        ),
        items=tuple(_item(line, aside, objections) for line in lines),
        dropped=tuple(f"{item.question} {words.sentence(item.dropped_because)}".strip() for item in dropped),
        note=meeting.note,
        made_at=timezone.localtime(as_of) if as_of else timezone.localtime(),
        corrections=tuple(
            CorrectedFact(each.number, each.text, timezone.localtime(each.made.at), each.made.person.get_full_name())
            for each in corrections
        ),
    )


def _may_name(item: Any, user: Any) -> bool:
    """Whether the person may read the question of an item that was taken off: of one over several requests only the
    board may, since any of them may be confidential."""
    return can_see_board(user) or bool(item.request and can_see(user, item.request))


def _item(
    line: MinutesLine, aside: Mapping[int, Sequence[str]], objections: Mapping[int, Sequence[str]]
) -> MinutedItem:
    over = [f"{request.reference} {words.cut(request.title, 80)} ({request.silo})" for request in line.requests]
    if line.hidden:
        over.append(f"{line.hidden} confidential")
    seen = [*([line.decision] if line.decision else []), *line.taken_back]
    return MinutedItem(
        number=line.number,
        question=line.question,
        over=words.listed(over),
        own=line.item.is_own,
        note=line.item.note,
        outcome=line.item.resolved,
        recorded=_recorded(line.item),
        decisions=tuple(_decision(each) for each in seen),
        aside=() if line.hidden else tuple(aside.get(line.item.pk, ())),
        objections=() if line.hidden else tuple(objections.get(line.item.pk, ())),
        undone=_undone(line),
        left_out=() if line.hidden else tuple(line.left_out),
        gone=tuple(line.gone),
        moot=line.moot,
    )


def _recorded(item: AgendaItem) -> str:
    """When what was resolved over the board's own item was written down, and by whom."""
    at = item.closed_at and timezone.localtime(item.closed_at)
    return f"{at:%H:%M} by {item.closed_by.get_full_name()}" if at and item.closed_by else ""


def _undone(line: MinutesLine) -> str:
    """When a later meeting undid what was decided, and why, as far as the reader may know."""
    if line.undone is None:
        return ""
    when = words.day(timezone.localdate(line.undone.at))
    return when if line.hidden else f"{when}: {words.cut(line.undone.reason, 300)}"


def _decision(seen: SeenDecision) -> MinutedDecision:
    into = f" into {seen.survivor.reference}" if seen.survivor else ""
    requests = [
        f"{row.request.reference} {row.label.lower()}{into if row.after == Status.MERGED else ''}"
        for row in seen.requests
    ]
    return MinutedDecision(
        label=seen.label,
        outcome=seen.outcome,
        reason=seen.reason,
        requests=tuple(requests),
        tally=seen.tally,
        dissent=tuple(
            f"{vote.person} {SAYS[vote.choice]}" + (f": “{vote.words}”" if vote.words else "") for vote in seen.dissent
        ),
        conditions=tuple(
            SetCondition(each.text, each.owner.get_full_name(), each.due, each.met_at is not None)
            for each in (condition.as_decided for condition in seen.conditions)
        ),
        also=tuple(_also(seen)),
        at=timezone.localtime(seen.decision.at),
        by=seen.decision.recorded_by.get_full_name(),
        taken_back=seen.voided,
    )


def _also(seen: SeenDecision) -> list[tuple[str, str]]:
    """What a decision of its kind says besides."""
    found: list[tuple[str, str]] = []
    if seen.order:
        found.append(("In this order", seen.order))
    if seen.joining:
        family, lead = seen.joining.family, seen.joining.lead
        found.append(("Together as", f"family {family.code}, led by {lead.reference}; {seen.joining.owner} owns it"))
    if seen.hold:
        until = words.day(seen.hold.expires_on)
        found.append(("On hold until", f"{until}. {seen.hold.as_decided.owner} answers: {seen.hold.condition}"))
    if seen.until:
        found.append(("Comes back", words.day(seen.until)))
    if seen.ballot:
        found.append(("By vote", seen.ballot.count.words))
    if seen.ballot and seen.ballot.overridden_by:
        found.append(("Against the vote", f"{seen.ballot.overridden_by}, in the chair: {seen.ballot.override_because}"))
    for question in seen.questions:
        found.append(("To be answered", f"{question.text} {question.owner}, by {words.day(question.due)}"))
    return found


def _aside(meeting: Meeting) -> dict[int, list[str]]:
    """Of each item who stood aside, and why. One query."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = StandAside.objects.filter(item__meeting=meeting, stays=False).select_related("person")
    for row in rows.order_by("person__name", "id"):
        found[row.item_id].append(f"{row.person}: {row.because}")
    return found


def _objections(meeting: Meeting, user: Any) -> dict[int, list[str]]:
    """Of each item the objections that its decisions answered and that `user` may see. One query."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = Objection.objects.filter(answered_by__item__meeting=meeting)
    for row in rows.select_related("person", "segment", "request", "answered_by").order_by("at", "id"):
        if row.answered_by and can_see(user, row.request):
            found[row.answered_by.item_id].append(f"{row.person} for {row.whom}: “{words.cut(row.reason, 400)}”")
    return found
