"""What the board sent back for: answered, and then back on the board's table; reminders when nobody answers."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from board.errors import CannotDecide, NotAllowed
from board.models import Question
from board.packs.words import cut, day
from board.permissions import can_answer_question
from board.selectors.decisions.decisions import parties
from board.selectors.decisions.questions import open_questions
from board.selectors.meetings.meetings import secretaries
from board.services.decisions.notices import reason_for, tell_return
from portfolio.lifecycle import Status
from portfolio.models import Person
from portfolio.services.notifications import notify
from portfolio.services.requests import move_request

#: Somebody who has not answered is reminded so many days before the day, and once more when it has passed.
REMIND_AHEAD = timedelta(days=3)


def answer_question(*, person: Person, question: Question, answer: str, at: datetime | None = None) -> Question:
    """Answer what the board wanted to know. With the last answer the requests are ready for the board again. A second
    time changes nothing. Raises NotAllowed, CannotDecide without words or when the decision was taken back."""
    if not can_answer_question(person, question):
        raise NotAllowed(f"{question.owner} answers this, or whoever asked for the request.")
    if not answer.strip():
        raise CannotDecide("Write down the answer.", {"answer": "Write down the answer."})
    if hasattr(question.decision, "superseded_by"):
        raise CannotDecide("The board took this back, so nobody needs to answer any more. Nothing was changed.")
    now = at or timezone.now()
    with transaction.atomic():
        # Claimed by a conditional update: of two people at once one answers.
        rows = Question.objects.filter(pk=question.pk, answered_at__isnull=True)
        claimed = rows.update(answered_at=now, answer=answer.strip(), answered_by=person)
        question.refresh_from_db()
        if claimed:
            question.full_clean()
            question.save()
            _bring_back(question, now)
    return question


def _bring_back(question: Question, now: datetime) -> None:
    """Make the requests ready for the board, once nothing that it asked is open."""
    decision = question.decision
    # Whoever answers last sees the others' answers: the decision's item is the lock that both take.
    type(decision.item).objects.filter(pk=decision.item_id).update(version=F("version"))
    answers = list(decision.questions.select_related("answered_by").order_by("id"))
    if any(each.answered_at is None for each in answers):
        return
    why = " ".join(f"{cut(each.text, 200)} {each.answered_by} answered: {cut(each.answer, 400)}" for each in answers)
    concerned = parties(decision)
    for row in decision.requests.select_related("request").order_by("position", "id"):
        request = row.request
        if request.state is not Status.RETURNED:
            continue
        shown = reason_for(request, concerned, why)
        move_request(request=request, target=Status.READY, person=None, why=shown, at=now)
        tell_return(request=request, people=secretaries(), key=f"answered:{decision.pk}:{request.pk}", why=shown)


def remind_of_questions(*, today: date | None = None) -> int:
    """Remind who still owes the board an answer: once before its day, once when it has passed, then also the
    secretaries. Returns how many questions somebody is reminded of. Running it twice reminds once."""
    now = today or timezone.localdate()
    done = 0
    for question in open_questions().filter(due__lte=now + REMIND_AHEAD):
        late = question.due < now
        url = reverse("board:question-answer", args=[question.pk])
        when = f"was due on {day(question.due)}" if late else f"is due on {day(question.due)}"
        text = f"The board waits for your answer, which {when}: {cut(question.text, 300)}"
        notify(people=[question.owner], key=f"question-{'late' if late else 'due'}:{question.pk}", text=text, url=url)
        if late:
            text = f"{question.owner} has not answered the board, due on {day(question.due)}: {cut(question.text, 300)}"
            notify(people=secretaries(), key=f"question-missing:{question.pk}", text=text, url=url)
        done += 1
    return done
