"""The board's papers: as a page, as a PDF, and publishing them."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from board.errors import BoardError
from board.models import Meeting
from board.packs.compose import compose
from board.packs.paper import on_paper
from board.packs.render_pdf import pdf_of
from board.packs.seal import plain
from board.permissions import can_run
from board.selectors.packs import pack_facts, published_pack
from board.services.packs import publish_pack
from board.views.loading import board_only, me, meeting_of, run_meeting
from customers.toasts import toast


def _document(request: HttpRequest, meeting: Meeting) -> tuple[dict[str, Any], str]:
    """The pack asked for (`number`: a published one; none: the draft as it is now) and its seal, empty for a draft."""
    number = request.GET.get("number", "")
    if not number:
        return plain(compose(pack_facts(meeting, request.user))), ""
    if not number.isdecimal() or len(number) > 4:
        raise Http404("No pack has this number.")
    pack = published_pack(meeting, int(number))
    return pack.document, pack.seal


@require_safe
@board_only
def meeting_pack(request: HttpRequest, pk: int) -> HttpResponse:
    """The pack as a page, one sheet an item."""
    meeting = meeting_of(pk)
    document, seal = _document(request, meeting)
    context = {
        "meeting": meeting,
        "pack": on_paper(document),
        "seal": seal,
        "packs": list(meeting.packs.select_related("published_by").defer("document").order_by("-number")),
        "can_publish": can_run(request.user, meeting) and not meeting.is_over and not seal,
    }
    return render(request, "board/meeting_pack.html", context)


@require_safe
@board_only
def meeting_pack_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The pack as a PDF."""
    meeting = meeting_of(pk)
    document, seal = _document(request, meeting)
    name = f"pack-{meeting.starts_at:%Y-%m-%d}" + (f"-{document['number']}" if seal else "-draft")
    response = HttpResponse(pdf_of(document, seal), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


@require_POST
@board_only
def pack_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Freeze the pack under the next number."""
    meeting = run_meeting(request, pk)
    try:
        pack = publish_pack(person=me(request), meeting=meeting)
    except BoardError as error:
        toast(request, str(error), level=messages.ERROR)
        return redirect("board:meeting-pack", pk=meeting.pk)
    toast(request, f"Pack {pack.number} is published. It never changes.")
    return redirect(f"{reverse('board:meeting-pack', args=[meeting.pk])}?number={pack.number}")
