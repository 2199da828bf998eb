"""Sheets out and in: a register as CSV or XLSX, and a file that is looked at before it is imported."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from customers import selectors
from customers.errors import ImportRefused
from customers.forms import FindForm, UploadForm
from customers.models import RegisterImport
from customers.registers import REGISTERS
from customers.services.imports import AT_ONCE, discard_file, import_file, keep_file, queue_file
from customers.sheets.catalog import sheet_of
from customers.sheets.sheet import Sheet
from customers.sheets.writing import in_chunks, sheet_csv, sheet_xlsx
from customers.tasks import wake_full_scan, wake_register_imports
from customers.toasts import toast
from customers.views.which import must_change

State = RegisterImport.State
_FORMATS = {
    "csv": (sheet_csv, "text/csv; charset=utf-8"),
    "xlsx": (sheet_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def _sheet(slug: str) -> Sheet:
    sheet = sheet_of(slug)
    if sheet is None:
        raise Http404("There is no such register.")
    return sheet


@require_GET
def sheet_export(request: HttpRequest, sheet: str, fmt: str) -> HttpResponseBase:
    """A register as its list shows it with the same address, all pages of it. The file can be imported again. An
    address that is not understood leads to the list, which says what is wrong with it."""
    shown = _sheet(sheet)
    if fmt not in _FORMATS:
        raise Http404("Registers are exported as CSV or XLSX.")
    if shown.is_register and not FindForm(request.GET).is_valid():
        return redirect(f"{reverse('customers:entry-list', args=[shown.slug])}?{request.GET.urlencode()}")
    stream, content_type = _FORMATS[fmt]
    response = StreamingHttpResponse(stream(shown, in_chunks(_rows(request, shown))), content_type=content_type)
    name = f"{shown.slug}-{timezone.localdate().isoformat()}.{fmt}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _rows(request: HttpRequest, sheet: Sheet) -> Any:
    rows = sheet.rows()
    form = FindForm(request.GET)
    if not sheet.is_register or not form.is_valid():
        return rows
    asked = form.cleaned_data
    register, sort = REGISTERS[sheet.slug], request.GET.get("sort", "")
    found = selectors.find_entries(register, words=asked["find"], state=asked["state"])
    return rows.filter(pk__in=found.order_by().values("pk")).order_by(*register.order(sort))


@require_http_methods(["GET", "POST"])
def sheet_import(request: HttpRequest, sheet: str) -> HttpResponse:
    """Choose a file. It is checked; nothing is written yet."""
    must_change(request)
    shown = _sheet(sheet)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            file = keep_file(sheet=shown, by=request.user, name=upload.name, content=upload.read())
        except ImportRefused as error:
            form.add_error("file", str(error))
        else:
            if file.state == State.CHECKING:
                wake_register_imports()
            return redirect("customers:import-detail", token=file.pk)
    mine = RegisterImport.objects.filter(person=request.user.pk, sheet=shown.slug).defer("content")
    context = {"sheet": shown, "form": form, "columns": shown.columns(), "recent": mine[:5]}
    return render(request, "customers/import_upload.html", context, status=422 if form.errors else 200)


@require_GET
def import_detail(request: HttpRequest, token: UUID) -> HttpResponse:
    """Where the file stands: what it would do, that it is on its way, or what came of it."""
    file = _file(request, token)
    context = {"file": file, "sheet": _sheet(file.sheet), "result": file.result}
    page = {State.OPEN: "check", State.DONE: "done"}.get(State(file.state), "running")
    return render(request, f"customers/import_{page}.html", context)


@require_POST
def import_run(request: HttpRequest, token: UUID) -> HttpResponse:
    """Import it: at once where it is short, else by the worker."""
    file = _file(request, token)
    if queue_file(file=file, by=request.user):
        if file.size <= AT_ONCE:
            import_file(token=file.pk)
            wake_full_scan()
        else:
            wake_register_imports()
    return redirect("customers:import-detail", token=file.pk)


@require_POST
def import_discard(request: HttpRequest, token: UUID) -> HttpResponse:
    """Forget the file."""
    file = _file(request, token)
    discard_file(file=file)
    toast(request, f"{file.name} is forgotten. Nothing of it was imported.")
    return redirect("customers:sheet-import", sheet=file.sheet)


def _file(request: HttpRequest, token: UUID) -> RegisterImport:
    must_change(request)
    return get_object_or_404(RegisterImport.objects.defer("content"), pk=token, person=request.user.pk)
