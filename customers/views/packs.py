"""Pages of the seed packs: what there is to start from, what one would add, adding it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from customers.errors import CannotBe
from customers.services.packs import load_pack, missing_from, pack_named, read_packs
from customers.tasks import wake_full_scan
from customers.views.which import must_change


@require_GET
def pack_list(request: HttpRequest) -> HttpResponse:
    """What there is to start from."""
    must_change(request)
    packs = [(pack, {kind: len(rows) for kind, rows in pack.entries.items()}) for pack in read_packs().values()]
    return render(request, "customers/pack_list.html", {"packs": packs})


@require_http_methods(["GET", "POST"])
def pack_detail(request: HttpRequest, code: str) -> HttpResponse:
    """What a pack would add, and what is there already; POST adds it."""
    must_change(request)
    try:
        pack = pack_named(code)
    except CannotBe as error:
        raise Http404(str(error)) from error
    if request.method == "POST":
        added = sum(len(each.new) for each in load_pack(pack=pack, by=request.user))
        wake_full_scan()
        messages.success(request, f"{added} entries added from “{pack.name}”. What was there stayed as it is.")
        return redirect("customers:register-list")
    found = missing_from(pack)
    context = {"pack": pack, "found": found, "new": sum(len(each.new) for each in found)}
    context["there"] = sum(len(each.there) for each in found)
    return render(request, "customers/pack_detail.html", context)
