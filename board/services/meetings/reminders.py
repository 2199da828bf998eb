"""Reminders of what the board waits for: conditions that fall due, holds that are about to end, and what nobody sees to
because its person is gone. Each is told once a stage, on screen and by mail, however often the timetable runs."""

from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone

from board.models import Condition, Decision, Hold, Meeting, MeetingSeries
from board.packs.words import counted, cut, day, listed
from board.selectors.decisions.decisions import moved, visible_lines
from board.selectors.decisions.questions import open_questions
from board.selectors.meetings.meetings import OVER, secretaries
from portfolio.models import Person
from portfolio.models.people import gone
from portfolio.services.notifications import notify

#: Days before the day on which people are reminded; 0 is the day itself.
BEFORE = (7, 1, 0)
#: After it, every so many days, until it is met; the secretaries hear of it then, too.
EVERY = 7


def stage(due: date, today: date) -> str:
    """Which reminder is in place today; empty for none yet. It stays until the next one, so that a day on which the
    timetable did not run loses none."""
    left = (due - today).days
    if left < 0:
        return f"late-{(-left - 1) // EVERY}"
    reached = [before for before in BEFORE if left <= before]
    return f"before-{min(reached)}" if reached else ""


def remind(*, today: date | None = None) -> int:
    """Remind the owners of open conditions and running holds, and the secretaries of what has no owner who is here.
    Returns how many reminders are in place today, whether told now or before: running it twice tells nobody twice. A
    condition that is moved is reminded of again for its new day."""
    today = today or timezone.localdate()
    return _conditions(today) + _holds(today) + _left_alone() + _seats()


def _conditions(today: date) -> int:
    rows = Condition.objects.filter(met_at__isnull=True, replaced_by__isnull=True, decision__superseded_by__isnull=True)
    rows = rows.filter(due__lte=today + timedelta(days=max(BEFORE))).select_related("owner", "decision").order_by("id")
    rows = rows.prefetch_related(moved("decision__requests"))
    url, keepers, told = f"{reverse('board:condition-list')}?whose=mine", secretaries(), 0
    for condition in rows:
        at = stage(condition.due, today)
        late = at.startswith("late")
        text = f"A condition of the board{_over(condition.decision, condition.owner)} {_when(condition.due, today)}: "
        text += cut(condition.text, 300)
        key = f"condition-due:{condition.pk}:{condition.due}:{at}"
        told += notify(people=[condition.owner], key=key, text=text, url=url)
        if late:
            others = [person for person in keepers if person.pk != condition.owner_id]
            for person in others:
                text = f"A condition{_over(condition.decision, person)} that {condition.owner} sees to "
                text += f"{_when(condition.due, today)}: {cut(condition.text, 260)}"
                told += notify(
                    people=[person], key=key, text=text, url=f"{reverse('board:condition-list')}?state=overdue"
                )
    return told


def _over(decision: Decision, person: Person) -> str:
    """ " for REQ-2026-0048": what it is about, as far as the person may see it."""
    names = [request.reference for request in visible_lines(decision, person)]
    return f" for {listed(names, 3)}" if names else ""


def _holds(today: date) -> int:
    rows = Hold.objects.filter(released_at__isnull=True, decision__superseded_by__isnull=True)
    rows = rows.filter(expires_on__lte=today + timedelta(days=max(BEFORE)), expires_on__gt=today)
    url, told = f"{reverse('board:condition-list')}#holds", 0
    rows = rows.select_related("owner", "decision").prefetch_related(moved("decision__requests"))
    for hold in rows.order_by("id"):
        at = stage(hold.expires_on, today)
        left = counted((hold.expires_on - today).days, "day")
        text = f"A hold{_over(hold.decision, hold.owner)} ends in {left}, on {day(hold.expires_on)}. "
        text += f"The question is yours: {cut(hold.condition, 300)}"
        told += notify(people=[hold.owner], key=f"hold-due:{hold.pk}:{hold.expires_on}:{at}", text=text, url=url)
    return told


def _left_alone() -> int:
    """Tell the secretaries of each open condition, hold and question whose person is gone, once for that person."""
    keepers, told = secretaries(), 0
    open_conditions = Condition.objects.filter(
        met_at__isnull=True, replaced_by__isnull=True, decision__superseded_by__isnull=True
    )
    holds = Hold.objects.filter(released_at__isnull=True, decision__superseded_by__isnull=True)
    kinds = (
        (open_conditions, "condition", "Give it to somebody who is here", "text"),
        (holds, "hold", "Give it to somebody who is here; it returns by itself", "condition"),
        (open_questions(), "question", "Who asked for the request may answer it, or the secretary", "text"),
    )
    for rows, name, advice, words in kinds:
        for row in rows.filter(gone("owner")).select_related("owner").order_by("id"):
            text = f"Nobody sees to a {name} of the board: {row.owner.accountability_problem}. {advice}: "
            url = f"{reverse('board:condition-list')}#{name}s"
            key = f"{name}-alone:{row.pk}:{row.owner_id}"
            told += notify(people=keepers, key=key, text=text + cut(getattr(row, words), 260), url=url)
    return told


def _seats() -> int:
    """Tell the secretaries of each meeting to come whose chair, or who was to keep its minutes, is gone, and of each
    such series."""
    told, keepers = 0, secretaries()
    meetings = Meeting.objects.exclude(status__in=OVER).order_by("starts_at", "id")
    series = MeetingSeries.objects.filter(ended_at__isnull=True).order_by("id")
    for rows, kind in ((meetings, "meeting"), (series, "series")):
        for seat, does in (("chair", "chairs"), ("secretary", "keeps the minutes of")):
            for row in rows.filter(gone(seat)).select_related(seat):
                person = getattr(row, seat)
                text = f"Nobody {does} “{cut(str(row), 200)}”: {person.accountability_problem}. Name somebody else."
                key = f"{kind}-{seat}-gone:{row.pk}:{person.pk}"
                told += notify(people=keepers, key=key, text=text, url=row.get_absolute_url())
    return told


def _when(due: date, today: date) -> str:
    left = (due - today).days
    if left > 0:
        return f"is due in {counted(left, 'day')}, on {day(due)}"
    return "is due today" if left == 0 else f"was due on {day(due)} and is open still"
