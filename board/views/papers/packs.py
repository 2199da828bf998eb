"""The board's papers: as pages, as files in each form, published, and made in the background where they are long."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from board.errors import BoardError
from board.forms.papers import PackLinkForm
from board.models import Meeting, Pack, PaperFile
from board.packs.forms import FORMS
from board.permissions import can_run, can_see_board
from board.selectors.papers.minutes_paper import minutes_document
from board.selectors.papers.packs import published_pack
from board.selectors.papers.papers import (
    LONG,
    MOST_ITEMS,
    count_items,
    draft_of,
    file_name,
    files_on_their_way,
    links_of,
    minutes_key,
    published_document,
)
from board.services.papers.packs import check_newest, publish_pack
from board.services.papers.papers import ask_for_paper, paper_of
from board.tasks import wake_paper_maker
from board.views.loading import board_only, me, meeting_of, run_meeting
from board.views.papers.sheets import part_of
from customers.toasts import toast


def _asked_for(request: HttpRequest, meeting: Meeting) -> Pack | None:
    """The published pack whose number stands in the address; None for the draft."""
    number = request.GET.get("number", "")
    if not number:
        return None
    if not number.isdecimal() or len(number) > 4:
        raise Http404("No pack has this number.")
    return published_pack(meeting, int(number))


@require_safe
@board_only
def meeting_pack(request: HttpRequest, pk: int) -> HttpResponse:
    """The pack as a page, one sheet an item; of a long one so many items at a time."""
    meeting = meeting_of(pk)
    pack = _asked_for(request, meeting)
    items = 0 if pack else count_items(meeting)
    context: dict[str, Any] = {
        "meeting": meeting,
        "published": pack,
        "seal": pack.seal if pack else "",
        "forms": FORMS.values(),
        "packs": list(meeting.packs.select_related("published_by").defer("document").order_by("-number")),
        "can_publish": can_run(request.user, meeting) and meeting.status != Meeting.Status.CLOSED and not pack,
        "can_share": can_run(request.user, meeting),
        "items": items,
    }
    if items > LONG:
        files = files_on_their_way(meeting, request.user)
        context |= {"too_long": items > MOST_ITEMS, "most": MOST_ITEMS, "files": files}
        return render(request, "board/meeting_pack_long.html", context)
    document = published_document(pack) if pack else draft_of(meeting, request.user)
    number = f"number={document['number']}&" if pack else ""
    paper, part = part_of(document, request.GET.get("item", ""), f"?{number}item=")
    return render(request, "board/meeting_pack.html", context | {"pack": paper, "parts": part})


@require_safe
@board_only
def meeting_pack_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The pack as a file in one form; a long one is made in the background, and its page says how far it is."""
    if form not in FORMS:
        raise Http404("There is no such form.")
    meeting = meeting_of(pk)
    pack = _asked_for(request, meeting)
    items = len(pack.document.get("pages", ())) if pack else count_items(meeting)
    if items > MOST_ITEMS:
        return redirect("board:meeting-pack", pk=meeting.pk)
    if items > LONG:
        file = ask_for_paper(meeting=meeting, form=form, person=me(request), pack=pack)
        wake_paper_maker()
        return redirect("board:paper-file", token=file.pk)
    document = published_document(pack) if pack else draft_of(meeting, request.user)
    content = paper_of(document, form, pack.seal if pack else "")
    return sent_file(content, form, file_name("pack", meeting, pack.number if pack else 0, form))


@require_safe
def meeting_minutes_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The minutes as a file in one form, as the person may read them: for the board and architects as they grow, for
    everybody once the meeting is closed. Long ones are made in the background."""
    meeting = meeting_of(pk)
    if form not in FORMS or (meeting.status != Meeting.Status.CLOSED and not can_see_board(request.user)):
        raise Http404("There are no such minutes.")
    if count_items(meeting) > LONG:
        file = ask_for_paper(meeting=meeting, form=form, person=me(request), kind=PaperFile.Kind.MINUTES)
        wake_paper_maker()
        return redirect("board:paper-file", token=file.pk)
    content = paper_of(minutes_document(meeting, request.user), form)
    return sent_file(content, form, file_name("minutes", meeting, 0, form))


def sent_file(content: bytes, form: str, name: str) -> HttpResponse:
    """A file to keep; a PDF opens where the browser can show it."""
    response = HttpResponse(content, content_type=FORMS[form].media_type)
    shown = "inline" if form == "pdf" else "attachment"
    response["Content-Disposition"] = f'{shown}; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@board_only
def pack_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Freeze the pack under the next number, unless one came after the last that the form knew; a long one in the
    background."""
    meeting = run_meeting(request, pk)
    seen = request.POST.get("after", "")
    after = int(seen) if seen.isdecimal() and len(seen) < 5 else 0
    try:
        check_newest(meeting=meeting, after=after)
        if LONG < count_items(meeting) <= MOST_ITEMS:
            file = ask_for_paper(meeting=meeting, form=PaperFile.Form.PUBLISH, person=me(request))
            wake_paper_maker()
            return redirect("board:paper-file", token=file.pk)
        pack = publish_pack(person=me(request), meeting=meeting, after=after)
    except BoardError as error:
        toast(request, str(error), level=messages.ERROR)
        return redirect("board:meeting-pack", pk=meeting.pk)
    toast(request, f"Pack {pack.number} is published. It never changes.")
    return redirect(f"{reverse('board:meeting-pack', args=[meeting.pk])}?number={pack.number}")


def _paper(request: HttpRequest, token: Any) -> PaperFile:
    """The file with its meeting, for who asked for it, and those of the board for the board, as long as they are of the
    board; 404 for others."""
    file = get_object_or_404(PaperFile.objects.select_related("meeting", "pack").defer("content"), pk=token)
    shared = file.link_id is None and not file.readers and can_see_board(request.user)
    asked = file.person_id == request.user.pk and (can_see_board(request.user) or file.kind == PaperFile.Kind.MINUTES)
    if not asked and not shared:
        raise Http404("There is no such file.")
    return file


def _made_for_others(request: HttpRequest, file: PaperFile) -> HttpResponse | None:
    """Minutes that were made for who may read something else than this person may now: they are made again."""
    if file.kind != PaperFile.Kind.MINUTES or file.state != PaperFile.State.DONE:
        return None
    if file.readers == minutes_key(file.meeting, request.user):
        return None
    return redirect("board:meeting-minutes-file", pk=file.meeting_id, form=file.form)


@require_safe
def paper_file(request: HttpRequest, token: Any) -> HttpResponse:
    """How far papers in the background are; leads on when they are ready."""
    file = _paper(request, token)
    if again := _made_for_others(request, file):
        return again
    if file.state == PaperFile.State.DONE and file.form == PaperFile.Form.PUBLISH and file.pack:
        return redirect(f"{reverse('board:meeting-pack', args=[file.meeting_id])}?number={file.pack.number}")
    address = reverse("board:paper-file-content", args=[file.pk])
    return render(request, "board/paper_file.html", {"file": file, "meeting": file.meeting, "content_url": address})


@require_safe
def paper_file_content(request: HttpRequest, token: Any) -> HttpResponse:
    """The file itself; its page while it is not ready, or where it was made for other rights than the person has."""
    file = _paper(request, token)
    if again := _made_for_others(request, file):
        return again
    if file.state != PaperFile.State.DONE or file.form == PaperFile.Form.PUBLISH:
        return redirect("board:paper-file", token=file.pk)
    name = file_name(file.kind, file.meeting, file.pack.number if file.pack else 0, file.form)
    return sent_file(bytes(file.content), file.form, name)


def links_context(meeting: Meeting, form: PackLinkForm, fresh: dict[str, str] | None) -> dict[str, Any]:
    """What the page of a meeting's links shows."""
    packs = list(meeting.packs.defer("document").order_by("-number"))
    return {"meeting": meeting, "packs": packs, "links": list(links_of(packs)), "form": form, "fresh": fresh}
