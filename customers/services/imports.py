"""Uploaded files with register entries: kept, checked, looked at, imported once, then emptied."""

import logging
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from customers.errors import ImportRefused, NotAllowed
from customers.models import RegisterImport
from customers.services.entries import authorise
from customers.sheets.catalog import sheet_of
from customers.sheets.reading import MAX_BYTES, doubt_about, read_table
from customers.sheets.sheet import Plan, Sheet

logger = logging.getLogger(__name__)

State = RegisterImport.State
#: The most rows of a file, and the bytes up to which it is checked and imported while the person waits.
MAX_ROWS, AT_ONCE = 100_000, 150_000
BROKE_OFF = (
    "Something went wrong that Ombud did not expect. Nothing was imported, and the file is kept. The administrator can "
    "see what it was; once it is mended, start again."
)
#: What began so many seconds ago and did not end was cut off (its transaction with it) and may start again.
LOST_AFTER = 900


def keep_file(*, sheet: Sheet, by: Any, name: str, content: bytes) -> RegisterImport:
    """Keep an uploaded file. A short one is checked at once; a long one waits for the worker in state CHECKING.

    Raises NotAllowed, and ImportRefused for what is too big or no table.
    """
    authorise(by)
    if len(content) > MAX_BYTES:
        raise ImportRefused(
            f"The file has {len(content) / 1024 / 1024:.0f} MB; 25 MB can be uploaded. Split it in two."
        )
    if len(content) <= AT_ONCE:
        read_table(content)
    file = RegisterImport(sheet=sheet.slug, person=by, name=name[:200], content=content, size=len(content))
    file.full_clean(exclude=["content", "result"])
    file.save()
    return check_file(file=file) if len(content) <= AT_ONCE else file


def check_file(*, file: RegisterImport) -> RegisterImport:
    """Say what the file would do. Nothing is imported."""
    try:
        file.result, file.problem = _planned(file).as_data(), ""
    except ImportRefused as error:
        file.result, file.problem = {}, str(error)
    except Exception:
        # Nobody waits for it with a page open: it is told to its person and to the log, and other files are checked.
        logger.exception("Register file %s could not be checked", file.pk)
        file.result, file.problem = {}, BROKE_OFF
    file.state = State.OPEN
    file.save(update_fields=["result", "problem", "state"])
    return file


def _planned(file: RegisterImport) -> Plan:
    sheet = _sheet(file)
    table = read_table(bytes(file.content), columns=[column.heading for column in sheet.columns()])
    if len(table.lines) > MAX_ROWS:
        raise ImportRefused(f"The file has {len(table.lines):,} rows; {MAX_ROWS:,} can be imported at once. Split it.")
    plan = sheet.plan(table)
    plan.doubt = doubt_about(file.name, table)
    return plan


def _sheet(file: RegisterImport) -> Sheet:
    sheet = sheet_of(file.sheet)
    if sheet is None:
        raise ImportRefused(f"There is no register “{file.sheet}” any more.")
    return sheet


def queue_file(*, file: RegisterImport, by: Any) -> bool:
    """Let a checked file be imported. False where it is on its way or done, or has errors."""
    authorise(by)
    if file.result.get("error_count") or not (file.result.get("new") or file.result.get("changed")):
        return False
    waiting = RegisterImport.objects.filter(pk=file.pk, state=State.OPEN)
    return bool(waiting.update(state=State.WAITING, started_at=timezone.now(), problem=""))


def work_off_files() -> list[UUID]:
    """Check and import every file that waits, and those whose worker died on the way. Returns which were tried."""
    for file in RegisterImport.objects.filter(state=State.CHECKING).order_by("uploaded_at", "token"):
        check_file(file=file)
    lost = timezone.now() - timedelta(seconds=LOST_AFTER)
    RegisterImport.objects.filter(state=State.RUNNING, started_at__lt=lost).update(state=State.WAITING)
    waiting = RegisterImport.objects.filter(state=State.WAITING).order_by("started_at", "token")
    tokens = list(waiting.values_list("pk", flat=True))
    return [token for token in tokens if import_file(token=token)]


def import_file(*, token: UUID) -> RegisterImport | None:
    """Import a waiting file, all rows or none; claimed by a conditional update, so that nothing is imported twice.
    Returns the file with its result, or open again with its problem; None where somebody else has it."""
    claim = RegisterImport.objects.filter(pk=token, state=State.WAITING)
    if not claim.update(state=State.RUNNING, started_at=timezone.now()):
        return None
    file = RegisterImport.objects.select_related("person").get(pk=token)
    try:
        with transaction.atomic():
            authorise(file.person)
            plan = _planned(file)
            file.result = plan.as_data()
            if plan.errors:
                raise ImportRefused("The registers changed since the file was checked. Mend the errors first.")
            _carry_out(file, plan)
            file.state, file.finished_at, file.content, file.problem = State.DONE, timezone.now(), b"", ""
            file.save()
    except (ImportRefused, NotAllowed, IntegrityError) as error:
        said = "Somebody changed the same entries at this moment." if isinstance(error, IntegrityError) else str(error)
        file.state, file.problem = State.OPEN, f"{said} Nothing was imported."
        file.save(update_fields=["state", "problem", "result"])
    except Exception:
        # Tried again by itself it would fail again, and hold up the files of others.
        logger.exception("Register import %s broke off", token)
        RegisterImport.objects.filter(pk=token).update(state=State.OPEN, problem=BROKE_OFF)
        file.refresh_from_db()
    return file


def _carry_out(file: RegisterImport, plan: Plan) -> None:
    columns = {name for row in (*plan.new, *plan.changed) for name in row.values}
    _sheet(file).store(plan.new, plan.changed, columns, file.person)


def discard_file(*, file: RegisterImport) -> None:
    """Forget a file that was not imported."""
    RegisterImport.objects.filter(pk=file.pk, state__in=(State.OPEN, State.CHECKING)).delete()
