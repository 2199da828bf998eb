"""Carries out an import's plan: everything in one transaction, in batches, with history, steps and scan marks."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import slugify

from customers.errors import ImportRefused
from portfolio.errors import StaleVersion
from portfolio.imports.checking import Change, Plan, Row, mark_of
from portfolio.lifecycle import LIVE, Status
from portfolio.models import (
    ImportedRow,
    Membership,
    Person,
    ProjectRequest,
    ReferenceCounter,
    Role,
    Silo,
    Transition,
)
from portfolio.services.marks import mark_all_for_scan

BATCH = 1000
TEAM_EMAIL = "import@ombud.invalid"
#: A reference that can stand in an address, and is not one that Ombud gives or uses itself.
_OWN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_TAKEN = re.compile(r"REQ-\d{4}-\d+|new|export|import|heads-up|drafts", re.IGNORECASE)

Thing = TypeVar("Thing")


@dataclass(slots=True)
class Done:
    """What an import did."""

    created: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    unchanged: int = 0
    silos: list[str] = field(default_factory=list)


def import_team() -> Person:
    """The team that stands as requester where a silo has no head yet. It cannot sign in and gets no mail."""
    found = Person.objects.filter(email=TEAM_EMAIL).first()
    return found or Person.objects.create_user(
        TEAM_EMAIL, name="Imported requests", kind=Person.Kind.TEAM, is_active=False, wants_mail=False
    )


def carry_out(*, plan: Plan, person: Person | None) -> Done:
    """Do what the plan says, all or nothing. `person` is who imports; None where nobody is signed in.

    New requests are filed in the name of their silo's head, else of the import team. Raises ImportRefused for a plan
    with errors, and where somebody changed or imported the same requests in the meantime.
    """
    if plan.errors:
        raise ImportRefused("The file has errors. Mend them first; nothing was imported.")
    done = Done(unchanged=plan.unchanged)
    try:
        with transaction.atomic():
            silos = _create_silos(plan.new_silos, person)
            done.silos = plan.new_silos
            requesters = _Requesters()
            for rows in _batches(plan.new):
                done.created += _create(rows, plan, silos, requesters, person)
            for changes in _batches(plan.changed):
                done.changed += _update(changes, plan, silos, person)
            for changes in _batches(plan.noted):
                _note([(change.pk, change.row) for change in changes], silos)
    except (IntegrityError, StaleVersion) as error:
        raise ImportRefused(
            "Somebody imported or changed the same requests at this moment. Nothing was written. Check the file again."
        ) from error
    return done


def _create_silos(names: Iterable[str], person: Person | None) -> dict[str, int]:
    """The new silos by their name. Codes are made from the names, with a number where two are alike."""
    codes = set(Silo.objects.values_list("code", flat=True).order_by())
    silos = []
    for name in names:
        base = slugify(name)[:50].strip("-") or "silo"
        code = next(each for each in _numbered(base) if each not in codes)
        codes.add(code)
        silos.append(Silo(code=code, name=name))
    made = Silo.objects.bulk_create(silos)
    Silo.history.bulk_history_create(made, default_user=person, default_change_reason="Import")
    return {silo.name: silo.pk for silo in made}


def _numbered(base: str) -> Iterator[str]:
    yield base
    number = 2
    while True:
        yield f"{base}-{number}"
        number += 1


class _Requesters:
    """In whose name each silo's requests are filed."""

    def __init__(self) -> None:
        heads = Membership.objects.filter(role=Role.HEAD, person__is_active=True).order_by("-id")
        self._heads = dict(heads.values_list("silo_id", "person_id"))
        self._team: int | None = None

    def of(self, silo: int) -> int:
        """The person's id."""
        if silo in self._heads:
            return self._heads[silo]
        if self._team is None:
            self._team = import_team().pk
        return self._team


def _create(
    rows: list[Row], plan: Plan, silos: dict[str, int], requesters: _Requesters, person: Person | None
) -> list[int]:
    now, source = timezone.now(), plan.mapping.source
    requests = []
    for row, reference in zip(rows, _references(rows), strict=True):
        values = _values(row.values, silos)
        requests.append(
            ProjectRequest(
                **values,
                reference=reference,
                source=source,
                requester_id=requesters.of(values["silo_id"]),
                status=Status.SUBMITTED.value,
                submitted_at=now,
            )
        )
    made = ProjectRequest.objects.bulk_create(requests)
    _remember(made, person, source, update=False)
    Transition.objects.bulk_create(
        Transition(request=request, source=Status.DRAFT.value, target=Status.SUBMITTED.value, person=person, at=now,
                   why=f"Imported from {source}.")
        for request in made
    )  # fmt: skip
    _note([(request.pk, row) for request, row in zip(made, rows, strict=True)], silos)
    mark_all_for_scan(requests=made)
    return [request.pk for request in made]


def _update(changes: list[Change], plan: Plan, silos: dict[str, int], person: Person | None) -> list[int]:
    now = timezone.now()
    for change in changes:
        claimed = ProjectRequest.objects.filter(pk=change.pk, version=change.version).update(
            version=F("version") + 1, updated_at=now, **_values(change.values, silos)
        )
        if not claimed:
            raise StaleVersion(change.reference)
    made = list(ProjectRequest.objects.filter(pk__in=[change.pk for change in changes]).order_by("id"))
    _remember(made, person, plan.mapping.source, update=True)
    mark_all_for_scan(requests=[request for request in made if request.state in LIVE])
    _note([(change.pk, change.row) for change in changes], silos)
    return [request.pk for request in made]


def _note(rows: Iterable[tuple[int, Row]], silos: dict[str, int]) -> None:
    """Keep what the file said of each field; a silo by its id, which a new one has only now."""
    ImportedRow.objects.bulk_create(
        [ImportedRow(request_id=pk, marks=_marks(row, silos)) for pk, row in rows],
        update_conflicts=True, unique_fields=["request"], update_fields=["marks"],
    )  # fmt: skip


def _marks(row: Row, silos: dict[str, int]) -> dict[str, str]:
    silo = row.values["silo"]
    return row.marks | {"silo": mark_of(silos[silo] if isinstance(silo, str) else silo)}


def _remember(requests: Sequence[ProjectRequest], person: Person | None, source: str, *, update: bool) -> None:
    ProjectRequest.history.bulk_history_create(
        requests, batch_size=BATCH, default_user=person, default_change_reason=f"Import: {source}", update=update
    )


def _values(values: dict[str, Any], silos: dict[str, int]) -> dict[str, Any]:
    """The values under the names of the model's columns."""
    stored = {name: value for name, value in values.items() if name not in {"silo", "objective"}}
    if "silo" in values:
        stored["silo_id"] = silos[values["silo"]] if isinstance(values["silo"], str) else values["silo"]
    if "objective" in values:
        stored["objective_id"] = values["objective"]
    return stored


def _references(rows: list[Row]) -> Iterator[str]:
    """A reference for each row: the file's own where it is free and fit for an address, else Ombud's next."""
    wanted = [row.values["source_reference"] for row in rows]
    fit = [each for each in wanted if _OWN.fullmatch(each) and not _TAKEN.fullmatch(each)]
    taken = set(ProjectRequest.objects.filter(reference__in=fit).order_by().values_list("reference", flat=True))
    free = set(fit) - taken
    given = _given(timezone.localdate().year, sum(each not in free for each in wanted))
    return (each if each in free else next(given) for each in wanted)


def _given(year: int, count: int) -> Iterator[str]:
    """`count` references of Ombud's own, taken from the counter in one step."""
    if not count:
        return iter(())
    ReferenceCounter.objects.get_or_create(year=year)
    ReferenceCounter.objects.filter(year=year).update(last=F("last") + count)
    last = ReferenceCounter.objects.get(year=year).last
    return iter([f"REQ-{year}-{number:04d}" for number in range(last - count + 1, last + 1)])


def _batches(things: list[Thing]) -> Iterator[list[Thing]]:
    return (things[start : start + BATCH] for start in range(0, len(things), BATCH))
