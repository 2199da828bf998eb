"""What the board sent back for: the page on which somebody answers it."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from board.errors import BoardError
from board.forms.meetings import AnswerForm
from board.models import Question
from board.permissions import can_answer_question
from board.selectors.decisions.decisions import seen_decision
from board.selectors.decisions.questions import answerable
from board.services.decisions.questions import answer_question
from board.views.loading import me
from customers.toasts import toast
from portfolio.tasks import wake_scanner


@require_http_methods(["GET", "POST"])
def question_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer what the board wanted to know, or read the answer."""
    question = get_object_or_404(answerable(), pk=pk)
    seen = seen_decision(question.decision, request.user)
    if seen.hidden and question.owner_id != me(request).pk:
        raise Http404
    can_answer = can_answer_question(request.user, question) and question.answered_at is None and not seen.voided
    form = AnswerForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if not can_answer_question(request.user, question):
            raise PermissionDenied
        if form.is_valid():
            return _answer(request, question, form)
        status = 422
    context = {"question": question, "seen": seen, "form": form, "can_answer": can_answer}
    return render(request, "board/question_answer.html", context, status=status)


def _answer(request: HttpRequest, question: Question, form: AnswerForm) -> HttpResponse:
    try:
        answered = answer_question(person=me(request), question=question, answer=form.cleaned_data["answer"])
    except BoardError as error:
        form.add_error(None, str(error))
        seen = seen_decision(question.decision, request.user)
        context = {"question": question, "seen": seen, "form": form, "can_answer": True}
        return render(request, "board/question_answer.html", context, status=422)
    wake_scanner()
    left = answered.decision.questions.filter(answered_at__isnull=True).count()
    text = "The board has your answer, and takes it up again." if not left else f"Kept. {left} more to be answered."
    if answered.answer != form.cleaned_data["answer"].strip():
        text = f"{answered.answered_by} had answered already. Nothing was changed."
    toast(request, text)
    return redirect("board:question-answer", pk=question.pk)
