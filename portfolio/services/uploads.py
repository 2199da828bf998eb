"""Uploaded files on their way in: kept, matched, checked once, imported once, then emptied."""

import logging
from contextlib import suppress
from dataclasses import asdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from customers.amounts import money_text
from customers.days import day
from customers.errors import ImportRefused
from customers.sheets.reading import Table, doubt_about, read_table
from portfolio.errors import NotAllowed
from portfolio.imports.checking import Plan, Problem, Row, plan_import
from portfolio.imports.mapping import FIELDS, Mapping, mapping_from
from portfolio.imports.storing import carry_out
from portfolio.models import ImportFile, Objective, Person, Silo
from portfolio.permissions import can_import

logger = logging.getLogger(__name__)

#: So many problems are kept to be shown, and so many rows as a sample.
SHOWN, SAMPLE = 200, 8
BROKE_OFF = (
    "Something went wrong that Ombud did not expect. Nothing was imported, and the file is kept. The administrator can "
    "see what it was; once it is mended, start the import again."
)
#: Up to so many rows are imported while the person waits; more are left to the worker.
AT_ONCE = 1000
#: A run that began so many seconds ago and did not end was cut off (its transaction with it) and may start again.
LOST_AFTER = 900


def authorise(person: Person) -> None:
    """Raise NotAllowed for who may not import requests."""
    if not can_import(person):
        raise NotAllowed("Architects and administrators import requests.")


def keep_upload(*, person: Person, name: str, content: bytes, table: Table, mapping: Mapping | None) -> ImportFile:
    """Keep an uploaded file; with a mapping it is checked at once. Raises NotAllowed."""
    authorise(person)
    file = ImportFile(person=person, name=name[:200], content=content, size=len(content), rows=len(table.lines))
    file.full_clean(exclude=["content"])
    file.save()
    return match_columns(file=file, mapping=mapping) if mapping else file


def match_columns(*, file: ImportFile, mapping: Mapping) -> ImportFile:
    """Say which column is what, and check the whole file by it. Nothing is imported yet."""
    file.mapping = mapping.as_dict()
    file.problem = ""
    table = table_of(file)
    file.result = _as_data(plan_import(table, mapping)) | {"doubt": doubt_about(file.name, table)}
    file.save(update_fields=["mapping", "problem", "result"])
    return file


def table_of(file: ImportFile) -> Table:
    """The table in an uploaded file, read as its mapping expects it."""
    columns = mapping_from(file.mapping).headings() if file.mapping else ()
    return read_table(bytes(file.content), columns=columns)


def queue_import(*, file: ImportFile) -> bool:
    """Give a checked file to the worker. False where it is already on its way or done. Raises NotAllowed."""
    authorise(file.person)
    waiting = ImportFile.objects.filter(pk=file.pk, state=ImportFile.State.OPEN)
    return bool(waiting.update(state=ImportFile.State.WAITING, started_at=timezone.now(), problem=""))


def import_waiting() -> list[UUID]:
    """Import every file that waits, and those whose worker died on the way. Returns which were tried.

    A message only wakes the worker; this looks into the database, so a lost message loses nothing.
    """
    lost = timezone.now() - timedelta(seconds=LOST_AFTER)
    running = ImportFile.objects.filter(state=ImportFile.State.RUNNING, started_at__lt=lost)
    running.update(state=ImportFile.State.WAITING)
    waiting = ImportFile.objects.filter(state=ImportFile.State.WAITING).order_by("started_at", "token")
    tokens = list(waiting.values_list("pk", flat=True))
    return [token for token in tokens if import_upload(token=token)]


def import_upload(*, token: UUID) -> ImportFile | None:
    """Import a waiting file: claimed by a conditional update, so that a repeated message imports nothing twice.

    Returns the file with its result, or open again with its `problem`; None where somebody else has it.
    """
    claim = ImportFile.objects.filter(pk=token, state=ImportFile.State.WAITING)
    if not claim.update(state=ImportFile.State.RUNNING, started_at=timezone.now()):
        return None
    file = ImportFile.objects.select_related("person").get(pk=token)
    try:
        authorise(file.person)  # roles may have changed while it waited
        with transaction.atomic():
            plan = plan_import(table_of(file), mapping_from(file.mapping))
            done = carry_out(plan=plan, person=file.person)
            file.result = _as_data(plan) | {"silos": done.silos, "new": len(done.created), "changed": len(done.changed)}
            file.state, file.finished_at, file.content = ImportFile.State.DONE, timezone.now(), b""
            file.save()
    except NotAllowed as error:
        _open_again(file, f"{error} Nothing was imported.")
    except ImportRefused as error:
        _open_again(file, str(error))
        with suppress(ImportRefused):  # what the rows would do now; where the mapping is refused, what they did
            file.result = _as_data(plan_import(table_of(file), mapping_from(file.mapping)))
            file.save(update_fields=["result"])
    except Exception:
        # Tried again by itself it would fail again: this one is told to its person and to the log, others go on.
        logger.exception("Import %s broke off", token)
        _open_again(file, BROKE_OFF)
    return file


def _open_again(file: ImportFile, problem: str) -> None:
    """As it was before the import, with what is wrong."""
    ImportFile.objects.filter(pk=file.pk).update(state=ImportFile.State.OPEN, problem=problem)
    file.refresh_from_db()


def discard_upload(*, file: ImportFile) -> None:
    """Forget an uploaded file that was not imported. What was imported stays listed."""
    ImportFile.objects.filter(pk=file.pk, state=ImportFile.State.OPEN).delete()


def _as_data(plan: Plan) -> dict[str, Any]:
    """The plan as plain data, for the page."""
    sample = [*plan.new[:SAMPLE], *[change.row for change in plan.changed[:SAMPLE]]][:SAMPLE]
    names = [name for name in FIELDS if name in plan.mapping.columns or name in plan.mapping.defaults]
    return {
        "rows": plan.rows,
        "new": len(plan.new),
        "changed": len(plan.changed),
        "unchanged": plan.unchanged,
        "silos": plan.new_silos,
        "errors": [_problem(each) for each in plan.errors[:SHOWN]],
        "error_count": len(plan.errors),
        "warnings": [_problem(each) for each in plan.warnings[:SHOWN]],
        "warning_count": len(plan.warnings),
        "headings": [FIELDS[name][0] for name in names],
        "sample": _sample(sample, names),
    }


def _sample(rows: list[Row], names: list[str]) -> list[list[str]]:
    """The rows as they are understood, with the names of silos and objectives that are known by id."""
    silos, objectives = dict(Silo.objects.values_list("pk", "name")), dict(Objective.objects.values_list("pk", "name"))
    named: dict[str, dict[Any, str]] = {"silo": silos, "objective": objectives}
    return [
        [str(row.number), *[_shown(named.get(name, {}).get(row.values[name], row.values[name])) for name in names]]
        for row in rows
    ]


def _problem(problem: Problem) -> dict[str, Any]:
    return asdict(problem)


def _shown(value: Any) -> str:
    """As people read it: an amount with its currency, a day with its month."""
    if isinstance(value, Decimal):
        return money_text(value)
    text = day(value) if isinstance(value, date) else "" if value is None else str(value)
    return text if len(text) <= 120 else text[:119] + "…"
