"""Links to packs: who may read by which, and what they open, for readers who need not sign in."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from board.errors import BoardError, CannotShare, OtherReader, TooMany
from board.forms.papers import PackLinkForm
from board.models import PackLink, PaperFile
from board.packs.forms import FORMS
from board.selectors.papers.papers import LONG, as_read, file_name, published_document
from board.services.papers.links import make_pack_link, open_pack_link, revoke_pack_link
from board.services.papers.papers import ask_for_paper, paper_of
from board.tasks import wake_paper_maker
from board.views.loading import board_only, me, run_meeting
from board.views.papers.packs import links_context, sent_file
from board.views.papers.sheets import part_of
from customers.toasts import toast

FRESH = "pack-link"


@require_http_methods(["GET", "POST"])
@board_only
def pack_links(request: HttpRequest, pk: int) -> HttpResponse:
    """The links to a meeting's packs, and a new one. Its address is shown once."""
    meeting = run_meeting(request, pk)
    form = PackLinkForm(request.POST or None, meeting=meeting)
    if request.method == "POST" and form.is_valid():
        try:
            link, key = make_pack_link(by=me(request), **form.cleaned())
        except CannotShare as error:
            form.add_error(next(iter(error.fields), None), str(error))
        else:
            address = request.build_absolute_uri(reverse("board:pack-read", args=[key]))
            request.session[FRESH] = {"address": address, "name": link.name}
            return redirect("board:pack-links", pk=meeting.pk)
    context = links_context(meeting, form, request.session.pop(FRESH, None))
    return render(request, "board/pack_links.html", context, status=422 if form.errors else 200)


@require_POST
@board_only
def pack_link_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a link open nothing any more."""
    link = get_object_or_404(PackLink.objects.select_related("pack__meeting", "person"), pk=pk)
    run_meeting(request, link.pack.meeting_id)
    try:
        revoke_pack_link(by=me(request), link=link)
    except BoardError as error:
        toast(request, str(error), level=messages.ERROR)
    else:
        toast(request, f"The link for {link.name} opens nothing any more.")
    return redirect("board:pack-links", pk=link.pack.meeting_id)


# --- for readers, who need not sign in ----------------------------------------------------------------------------


def _opened(request: HttpRequest, key: str, form: str) -> PackLink | HttpResponse:
    """The link that the key opens, else the page that says why not."""
    try:
        address = BaseThrottle().get_ident(cast(Request, request)) or ""
        reader = me(request) if request.user.is_authenticated else None
        link = open_pack_link(key=key, form=form, address=address, reader=reader)
    except OtherReader as error:
        if not request.user.is_authenticated:
            return _secret(redirect_to_login(request.get_full_path()))
        return _secret(render(request, "board/pack_read_closed.html", {"text": str(error)}, status=403))
    except TooMany as error:
        response = _secret(render(request, "board/pack_read_closed.html", {"text": str(error)}, status=429))
        response["Retry-After"] = "60"
        return response
    if link is None:
        text = "This link opens nothing. It has expired or was taken back. Ask the board’s secretary for a new one."
        return _secret(render(request, "board/pack_read_closed.html", {"text": text}, status=404))
    return link


def _secret(response: HttpResponse) -> HttpResponse:
    """Keep the address to who has it: no referrer, no search engine, no store."""
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "private, no-store"
    return response


@login_not_required
@never_cache
@require_safe
def pack_read(request: HttpRequest, key: str) -> HttpResponse:
    """A published pack as the reader named in the link may read it."""
    link = _opened(request, key, "html")
    if isinstance(link, HttpResponse):
        return link
    document = as_read(published_document(link.pack), link.person)
    paper, part = part_of(document, request.GET.get("item", ""), "?item=")
    context = {"link": link, "key": key, "pack": paper, "parts": part, "seal": link.pack.seal, "forms": FORMS.values()}
    return _secret(render(request, "board/pack_read.html", context))


@login_not_required
@never_cache
@require_safe
def pack_read_file(request: HttpRequest, key: str, form: str) -> HttpResponse:
    """The same as a file; a long one is made in the background."""
    if form not in FORMS:
        raise Http404("There is no such form.")
    link = _opened(request, key, form)
    if isinstance(link, HttpResponse):
        return link
    pack = link.pack
    if len(pack.document.get("pages", ())) > LONG:
        return _long_file(request, link, key, form)
    document = as_read(published_document(pack), link.person)
    return _secret(sent_file(paper_of(document, form, pack.seal), form, _name(link, form)))


def _long_file(request: HttpRequest, link: PackLink, key: str, form: str) -> HttpResponse:
    file = ask_for_paper(meeting=link.pack.meeting, form=form, pack=link.pack, link=link)
    if file.state == PaperFile.State.DONE:
        content = bytes(PaperFile.objects.get(pk=file.pk).content)
        return _secret(sent_file(content, form, _name(link, form)))
    wake_paper_maker()
    context: dict[str, Any] = {"link": link, "key": key, "file": file, "here": request.path}
    return _secret(render(request, "board/pack_read_file.html", context))


def _name(link: PackLink, form: str) -> str:
    return file_name("pack", link.pack.meeting, link.pack.number, form)
