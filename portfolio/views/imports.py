"""Importing requests in the browser: upload, match the columns, look at what would happen, import."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from customers.sheets.reading import doubt_about
from customers.toasts import toast
from portfolio.errors import NotAllowed
from portfolio.imports.forms import MatchForm, UploadForm, match_initial
from portfolio.models import ImportFile
from portfolio.services.uploads import (
    AT_ONCE,
    authorise,
    discard_upload,
    import_upload,
    keep_upload,
    match_columns,
    queue_import,
    table_of,
)
from portfolio.tasks import wake_importer, wake_scanner
from portfolio.views.who import person_of

State = ImportFile.State
_PAGES = {State.OPEN: "check", State.WAITING: "running", State.RUNNING: "running", State.DONE: "done"}


@require_http_methods(["GET", "HEAD", "POST"])
def request_import(http: HttpRequest) -> HttpResponse:
    """Choose a file."""
    _check(http)
    form = UploadForm(http.POST, http.FILES) if http.method == "POST" else UploadForm()
    if http.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        upload.seek(0)
        file = keep_upload(
            person=person_of(http), name=upload.name, content=upload.read(), table=form.cleaned_data["table"],
            mapping=form.chosen,
        )  # fmt: skip
        return redirect("portfolio:request-import-file", token=file.pk)
    recent = ImportFile.objects.filter(person=person_of(http)).defer("content").order_by("-uploaded_at")[:10]
    context = {"form": form, "recent": recent}
    return render(http, "portfolio/import_upload.html", context, status=422 if form.errors else 200)


@require_safe
def request_import_file(http: HttpRequest, token: UUID) -> HttpResponse:
    """Where the file stands: what it would do, that it is being imported, or what came of it."""
    file = _file(http, token)
    if file.state == State.OPEN and not file.mapping:
        return redirect("portfolio:request-import-match", token=file.pk)
    page = _PAGES[State(file.state)]
    return render(http, f"portfolio/import_{page}.html", {"file": file, "result": file.result})


@require_http_methods(["GET", "HEAD", "POST"])
def request_import_match(http: HttpRequest, token: UUID) -> HttpResponse:
    """Say which column is what."""
    file = _file(http, token)
    if file.state != State.OPEN:
        return redirect("portfolio:request-import-file", token=file.pk)
    table = table_of(file)
    form = MatchForm(
        http.POST if http.method == "POST" else None,
        headings=table.headings,
        initial=match_initial(file.mapping, file.name),
    )
    if http.method == "POST" and form.is_valid():
        match_columns(file=file, mapping=form.cleaned_data["mapping"])
        return redirect("portfolio:request-import-file", token=file.pk)
    context = {"form": form, "file": file, "headings": table.headings, "doubt": doubt_about(file.name, table)}
    return render(http, "portfolio/import_match.html", context, status=422 if form.errors else 200)


@require_POST
def request_import_run(http: HttpRequest, token: UUID) -> HttpResponse:
    """Import it: at once where it is short, else by the worker while the person goes on with something else."""
    file = _file(http, token)
    if queue_import(file=file):
        if file.rows <= AT_ONCE:
            import_upload(token=file.pk)
            wake_scanner()
        else:
            wake_importer()
    return redirect("portfolio:request-import-file", token=file.pk)


@require_POST
def request_import_discard(http: HttpRequest, token: UUID) -> HttpResponse:
    """Forget the file."""
    file = _file(http, token)
    discard_upload(file=file)
    toast(http, f"{file.name} is forgotten. Nothing of it was imported.")
    return redirect("portfolio:request-import")


def _check(http: HttpRequest) -> None:
    try:
        authorise(person_of(http))
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error


def _file(http: HttpRequest, token: UUID) -> ImportFile:
    _check(http)
    return get_object_or_404(ImportFile, pk=token, person=person_of(http))
