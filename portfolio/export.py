"""The requests list as CSV and XLSX: exactly what is filtered, in its order, streamed and never cut.

CSV is UTF-8 with a byte order mark (without it Excel reads it as another encoding), commas, CRLF, ISO dates, and a
leading apostrophe where a text would start a formula. Who may not see a request's money, or the request that it was
merged into or comes after, finds those cells empty.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.functions import Length
from django.utils import timezone

from customers.sheets.xlsx import MAX_TEXT, Cell, stream_xlsx
from customers.spreadsheets import safe_cell
from portfolio.lifecycle import LABELS
from portfolio.models import ProjectRequest
from portfolio.permissions import can_see_all_money, roles_of

CHUNK = 1000
#: The columns whose text somebody typed.
_TYPED = frozenset(
    {"reference", "title", "silo__name", "objective__name", "requester__name", "sponsor__name", "problem", "proposal",
     "promised_effect", "survivor__reference", "after__reference", "source", "source_reference"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, the field it reads, its width in characters, and how the value is written. `names`: the
    value is the reference of another request, or of several."""

    heading: str
    field: str
    width: int = 14
    write: Callable[[Any], Cell] | None = None
    money: bool = False

    @property
    def text(self) -> bool:
        """Whether somebody typed what stands in it."""
        return self.field in _TYPED

    names: bool = False


def _label(choices: Iterable[tuple[str, str]]) -> Callable[[Any], Cell]:
    return dict(choices).get


def _yes(value: bool) -> str:
    return "yes" if value else ""


def _moment() -> Callable[[dt.datetime | None], Cell]:
    zone = timezone.get_current_timezone()
    return lambda value: value.astimezone(zone).replace(tzinfo=None, microsecond=0) if value else None


def columns() -> list[Column]:
    """The columns of an export, left to right."""
    money, moment = settings.OMBUD_CURRENCY, _moment()
    return [
        Column("Reference", "reference", 16),
        Column("Title", "title", 50),
        Column("Silo", "silo__name", 26),
        Column("Status", "status", 18, {status.value: label for status, label in LABELS.items()}.get),
        Column("Kind", "kind", 16, _label(ProjectRequest.Kind.choices)),
        Column("Objective", "objective__name", 26),
        Column("Requester", "requester__name", 22),
        Column("Sponsor", "sponsor__name", 22),
        Column("Heads-up", "heads_up", 10, _yes),
        Column("Confidential", "confidential", 12, _yes),
        Column("Filed", "submitted_at", 17, moment),
        Column("Wanted start", "wanted_start"),
        Column("Wanted go-live", "wanted_go_live"),
        Column(f"One-off cost ({money})", "one_off_cost", 18, money=True),
        Column(f"Yearly cost ({money})", "yearly_cost", 18, money=True),
        Column("IT first heard", "first_heard", 26, _label(ProjectRequest.FirstHeard.choices)),
        Column("Problem", "problem", 60),
        Column("Proposal", "proposal", 60),
        Column("Promised effect", "promised_effect", 40),
        Column("Promised by", "promised_by"),
        Column("Merged into", "survivor__reference", 16, names=True),
        Column("After", "after__reference", 16, names=True),
        Column("Source", "source", 16),
        Column("Source reference", "source_reference", 18),
        Column("Last change", "updated_at", 17, moment),
    ]


def export_rows(queryset: QuerySet[ProjectRequest], user: Any) -> Iterator[list[Cell]]:
    """The rows of the requests of `queryset`, in its order, CHUNK requests in memory at a time.

    The order is fixed first, as a list of ids: the database then never sorts whole texts.
    """
    wanted = columns()
    ids = list(queryset.values_list("pk", flat=True))
    fields = ["pk", "silo_id", "requester_id", "sponsor_id", *(column.field for column in wanted)]
    writers = [(place, column.write) for place, column in enumerate(wanted) if column.write]
    amounts = [place for place, column in enumerate(wanted) if column.money]
    named = [place for place, column in enumerate(wanted) if column.names]
    after = next(place for place in named if wanted[place].field == "after__reference")
    shows_money = _money_test(user)
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        found = ProjectRequest.objects.visible_to(user).filter(pk__in=chunk).order_by().values_list(*fields)
        by_id = {row[0]: row for row in found}
        names = {(row[0], place): [row[place + 4]] for row in by_id.values() for place in named}
        for pk, reference in _also_after(chunk):
            names.get((pk, after), []).insert(-1, reference)
        seen = _seen_references({each for group in names.values() for each in group if each}, user)
        for row in filter(None, map(by_id.get, chunk)):
            cells = list(row[4:])
            for place in named:
                cells[place] = ", ".join(each for each in names[row[0], place] if each in seen) or None
            for place, write in writers:
                cells[place] = write(cells[place])
            if not shows_money(row):
                for place in amounts:
                    cells[place] = None
            yield cells


def _also_after(chunk: Sequence[int]) -> Iterable[tuple[int, str]]:
    """What requests go after besides the one that goes live last: their ids, each with the reference of another."""
    rows = ProjectRequest.also_after.through.objects.filter(from_projectrequest__in=chunk)
    named = rows.values_list("from_projectrequest_id", "to_projectrequest__reference")
    return named.order_by("to_projectrequest__reference", "id")


def _seen_references(named: set[str], user: Any) -> set[str]:
    """Of these references the ones of requests that `user` may see. One query at most."""
    if not named:
        return set()
    return set(ProjectRequest.objects.visible_to(user).filter(reference__in=named).values_list("reference", flat=True))


def _money_test(user: Any) -> Callable[[tuple[Any, ...]], bool]:
    """The rule of permissions.can_see_money for a row of values."""
    if can_see_all_money(user):
        return lambda row: True
    silos, person = roles_of(user).silos, user.pk
    return lambda row: row[1] in silos or person in (row[2], row[3])


def stream_csv(queryset: QuerySet[ProjectRequest], user: Any) -> Iterator[bytes]:
    """The bytes of the CSV file. Every text stands in quotation marks: written so, a hundred thousand requests take a
    third of the time that customers.csv_file takes, which looks at each cell."""
    wanted = columns()
    texts = [place for place, column in enumerate(wanted) if column.text]
    lines = ["\ufeff" + _csv_line([column.heading for column in wanted])]
    for row in export_rows(queryset, user):
        for place in texts:
            row[place] = safe_cell(row[place])
        lines.append(_csv_line(row))
        if len(lines) >= 500:
            yield "".join(lines).encode()
            lines.clear()
    yield "".join(lines).encode()


def _csv_line(row: Sequence[Cell]) -> str:
    quote, twice = '"', '""'
    cells = [
        "" if cell is None or cell == "" else f'"{cell.replace(quote, twice)}"' if type(cell) is str else str(cell)
        for cell in row
    ]
    return ",".join(cells) + "\r\n"


def stream_requests_xlsx(queryset: QuerySet[ProjectRequest], user: Any) -> Iterator[bytes]:
    """The bytes of the XLSX file. A text longer than a cell can hold goes on in a further column at the right."""
    wanted = columns()
    headings = [column.heading for column in wanted]
    widths = [column.width for column in wanted]
    rows: Iterator[Sequence[Cell]] = export_rows(queryset, user)
    long = Q(problem_length__gt=MAX_TEXT) | Q(proposal_length__gt=MAX_TEXT)
    lengths = queryset.annotate(problem_length=Length("problem"), proposal_length=Length("proposal"))
    if lengths.filter(long).exists():
        at = [place for place, column in enumerate(wanted) if column.field in {"problem", "proposal"}]
        headings += [f"{headings[place]}, continued" for place in at]
        widths += [60] * len(at)
        rows = (_continued(list(row), at) for row in rows)
    return stream_xlsx("Requests", headings, widths, rows)


def _continued(row: list[Cell], at: list[int]) -> list[Cell]:
    """The row with its long texts split; the rest of each stands at the end."""
    rests: list[Cell] = []
    for place in at:
        text = str(row[place] or "")
        row[place] = text[:MAX_TEXT]
        rests.append(text[MAX_TEXT:])
    return row + rests
