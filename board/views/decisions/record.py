"""The board's record: the decision log, each decision's own page, its Markdown record, and undoing it later."""

import json
import uuid
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from board.errors import BoardError
from board.forms.record import LogForm, MoveConditionForm, UndoForm
from board.models import Condition, Decision, Meeting
from board.packs.markdown import as_markdown
from board.permissions import can_move_condition, can_run, can_see_board
from board.selectors.decisions.decisions import condition_counts, conditions_for, seen, visible_lines
from board.selectors.decisions.log import logged
from board.selectors.decisions.log_rows import COLUMNS, log_rows
from board.selectors.decisions.record import decision_page, record_of
from board.services.decisions.conditions import move_condition
from board.services.decisions.undoing import take_back
from board.views.loading import me, say
from customers.asked import page_of
from customers.csv_file import stream_csv
from customers.sheets.xlsx import Sink, stream_xlsx
from customers.spreadsheets import safe_cell
from customers.toasts import toast
from portfolio.errors import PortfolioError
from portfolio.models import Person
from portfolio.tasks import wake_scanner

PER_PAGE = 25
MOST_RECORDS = 500
"""So many Markdown records go into one file."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def decision_list(request: HttpRequest) -> HttpResponse:
    """The decision log, narrowed by the address."""
    form = LogForm(request.GET)
    page = page_of(request, logged(request.user, form.wanted()), PER_PAGE)
    context = {
        "form": form,
        "page": page,
        "decisions": seen(page.object_list, request.user),
        "exports": _exports(request),
        "counts": condition_counts(request.user),
        "is_board": can_see_board(request.user),
    }
    return render(request, "board/decision_list.html", context)


def _exports(request: HttpRequest) -> list[dict[str, str]]:
    query = request.GET.copy()
    query.pop("page", None)
    tail = f"?{query.urlencode()}" if query else ""
    kinds = (("csv", "CSV"), ("xlsx", "XLSX"), ("json", "JSON"), ("zip", "Markdown records"))
    return [{"label": label, "url": f"{reverse('board:decision-export', args=[kind])}{tail}"} for kind, label in kinds]


@require_safe
def decision_export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The log as it is narrowed: CSV, XLSX, JSON, or its Markdown records in one zip."""
    form = LogForm(request.GET)
    rows = logged(request.user, form.wanted())
    if form.errors:
        # A file cannot say that it holds more than was asked for: the page does.
        return redirect(f"{reverse('board:decision-list')}?{request.GET.urlencode()}")
    if kind == "zip":
        return _records(request, list(rows.values_list("pk", flat=True)[: MOST_RECORDS + 1]))
    found = log_rows(rows, request.user)
    if kind == "json":
        return _sent(_json(found), "application/json", "decisions.json")
    headings = [column.heading for column in COLUMNS]
    cells = ([row[column.name] for column in COLUMNS] for row in found)
    if kind == "xlsx":
        safe = ([safe_cell(cell) for cell in row] for row in cells)
        return _sent(
            stream_xlsx("Decisions", headings, [column.width for column in COLUMNS], safe), XLSX, "decisions.xlsx"
        )
    return _sent(stream_csv(headings, cells), "text/csv; charset=utf-8", "decisions.csv")


def _sent(content: Iterable[bytes], kind: str, name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _json(rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    yield b"["
    for number, row in enumerate(rows):
        yield (b",\n" if number else b"\n") + json.dumps(row, ensure_ascii=False, default=str).encode()
    yield b"\n]\n"


def _records(request: HttpRequest, ids: list[int]) -> HttpResponseBase:
    if len(ids) > MOST_RECORDS:
        text = f"Narrow the log first: records of at most {MOST_RECORDS} decisions go into one file."
        toast(request, text, level=messages.ERROR)
        query = request.GET.urlencode()
        return redirect(f"{reverse('board:decision-list')}?{query}")
    return _sent(_zipped(ids, request.user), "application/zip", "decision-records.zip")


def _zipped(ids: Iterable[int], user: Any) -> Iterator[bytes]:
    """The records one after the other, each sent when it is written."""
    sink = Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as file:  # type: ignore[call-overload]
        for pk in ids:
            record = record_of(decision_page(pk, user))
            file.writestr(_name(record.number, pk), as_markdown(record))
            yield sink.take()
    yield sink.take()


def _name(number: int | None, pk: int) -> str:
    return f"decision-{number:05d}.md" if number else f"decision-id-{pk}.md"


@require_safe
def decision_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One decision: its seal and place in the chain, what the board saw, what differs now, what became of it."""
    return _shown(request, pk, UndoForm(initial={"submission": uuid.uuid4().hex}))


def _shown(request: HttpRequest, pk: int, form: UndoForm, status: int = 200) -> HttpResponse:
    try:
        page = decision_page(pk, request.user)
    except Decision.DoesNotExist as error:
        raise Http404("There is no such decision.") from error
    context = {
        "page": page,
        "decision": page.seen.decision,
        "session": _session_to_undo(request.user, page.seen.decision),
        "form": form,
        "moves_conditions": any(can_move_condition(request.user, each) for each in page.conditions),
    }
    return render(request, "board/decision_detail.html", context, status=status)


def _session_to_undo(user: Any, decision: Decision) -> Meeting | None:
    """The meeting in session in which the person may undo this decision of a closed one; None where there is none."""
    closed = decision.item.meeting.status == Meeting.Status.CLOSED
    if decision.kind == Decision.Kind.REOPEN or hasattr(decision, "superseded_by") or not closed:
        return None
    running = Meeting.objects.filter(status=Meeting.Status.IN_SESSION).order_by("starts_at", "id")
    return next((meeting for meeting in running if can_run(user, meeting)), None)


@require_POST
def decision_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """The board undoes a decision of an earlier meeting, in the meeting that is in session."""
    decision = get_object_or_404(Decision.objects.select_related("item__meeting"), pk=pk)
    session = _session_to_undo(request.user, decision)
    form = UndoForm(request.POST)
    if session is None:
        if not can_see_board(request.user):
            raise PermissionDenied
        form.add_error(None, "A decision of a closed meeting is undone, once, in a meeting that is in session.")
        return _shown(request, pk, form, 409)
    if not form.is_valid():
        return _shown(request, pk, form, 422)
    try:
        take_back(person=me(request), decision=decision, session=session, **form.cleaned_data)
    except (BoardError, PortfolioError) as error:
        form.add_error(None, str(error))
        return _shown(request, pk, form, 409)
    wake_scanner()
    toast(request, "The decision is undone. Its requests are where they were before.")
    return redirect("board:decision-detail", pk=pk)


@require_safe
def decision_markdown(request: HttpRequest, pk: int) -> HttpResponse:
    """The decision as a Markdown record."""
    try:
        record = record_of(decision_page(pk, request.user))
    except Decision.DoesNotExist as error:
        raise Http404("There is no such decision.") from error
    response = HttpResponse(as_markdown(record), content_type="text/markdown; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{_name(record.number, pk)}"'
    return response


@require_http_methods(["GET", "POST"])
def condition_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a condition to another owner or day, and say why."""
    condition = get_object_or_404(conditions_for(request.user, state="all"), pk=pk)
    if not can_move_condition(request.user, condition):
        raise PermissionDenied("The board's secretary and the CIO move conditions.")
    form = MoveConditionForm(request.POST) if request.method == "POST" else MoveConditionForm.of(condition)
    if request.method == "POST" and form.is_valid():
        try:
            _move(me(request), condition, form.cleaned_data)
        except BoardError as error:
            _say(form, error, condition)
        else:
            toast(request, "The condition has moved. Both people are told.")
            return redirect("board:condition-list")
    context = {
        "condition": condition,
        "form": form,
        "requests": visible_lines(condition.decision, request.user),
        "moves": condition.moves.select_related("owner_before", "owner_after", "person").order_by("at", "id"),
        "overdue": condition.met_at is None and condition.due < timezone.localdate(),
    }
    return render(request, "board/condition_move.html", context, status=422 if form.errors else 200)


def _move(person: Person, condition: Any, data: dict[str, Any]) -> None:
    seen_before = (data["seen_owner"], data["seen_due"])
    move_condition(
        person=person,
        condition=condition,
        owner=data["owner"],
        due=data["due"],
        reason=data["reason"],
        seen=seen_before,
    )


def _say(form: MoveConditionForm, error: BoardError, condition: Condition) -> None:
    """Why it did not move; the next try counts against what the page shows now."""
    newest: Any = form.data.copy()  # type: ignore[attr-defined]
    newest["seen_owner"], newest["seen_due"] = condition.owner_id, condition.due.isoformat()
    form.data = newest
    say(form, error)
