"""What the registers list, and what the page of one entry says."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q
from simple_history.models import DeletedObject

from customers.models import (
    ContactPolicy,
    DataDomain,
    DataHolding,
    HoldingAttribute,
    IdentifyingAttribute,
    QuietPeriod,
    RegisterEntry,
    Segment,
    Synonym,
    System,
    Tier,
)
from customers.registers import REGISTERS, Register


@dataclass(frozen=True, slots=True)
class RegisterCount:
    """A register, how many entries are in use and how many of them nobody answers for (None: nobody has to)."""

    register: Register
    active: int
    unowned: int | None


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a list. `person` is set where it is somebody, `problem` where nobody answers."""

    value: Any
    number: bool = False
    person: Any = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a register's list."""

    entry: RegisterEntry
    cells: tuple[Cell, ...]


def person_problem(person: Any) -> str:
    """Why nobody answers where `person` is named, in words; empty for a living, active person. None is nobody."""
    return "Nobody is named" if person is None else str(person.accountability_problem)


def register_counts() -> list[RegisterCount]:
    """Every register with its counts, in the order of the table: two queries a register at most."""
    counts = []
    for register in REGISTERS.values():
        entries: list[Any] = list(register.rows().filter(retired_on__isnull=True))
        unowned = None
        if register.person_field:
            unowned = sum(bool(person_problem(getattr(entry, register.person_field))) for entry in entries)
        counts.append(RegisterCount(register, len(entries), unowned))
    return counts


def find_entries(register: Register, *, words: str = "", state: str = "", sort: str = "") -> Any:
    """The entries whose name, code, description or other words hold `words`; of `state` "active" or "retired", or all;
    in the order of `sort`."""
    rows = register.rows()
    if words := " ".join(words.split()):
        found = Q(name__icontains=words) | Q(code__icontains=words) | Q(description__icontains=words)
        if kind := register.synonym_field:
            named = Synonym.objects.filter(term__icontains=words, **{f"{kind}__isnull": False})
            found |= Q(pk__in=named.order_by().values(f"{kind}_id"))
        rows = rows.filter(found)
    if state in ("active", "retired"):
        rows = rows.filter(retired_on__isnull=state == "active")
    return rows.order_by(*register.order(sort))


def register_rows(register: Register, entries: Iterable[RegisterEntry]) -> list[Row]:
    """Entries of a register as its list shows them."""
    return [
        Row(
            entry,
            tuple(_cell(entry, column.field, column.number, register.person_field) for column in register.columns),
        )
        for entry in entries
    ]


def _cell(entry: RegisterEntry, field: str, number: bool, person_field: str) -> Cell:
    value = getattr(entry, field)
    if callable(value):
        value = value()
    if field == person_field:
        return Cell(value, person=value, problem=person_problem(value))
    if field == "segment" and value is None:
        return Cell("Each segment")
    if field == "get_channel_display" and not value:
        return Cell("All channels together")
    return Cell(value, number=number)


def entry_facts(register: Register, entry: RegisterEntry) -> list[tuple[str, Cell]]:
    """What the entry's page lists: a label and a value for each field of its form but the name."""
    facts = []
    for name in register.fields:
        if name in ("name", "touchpoints"):
            continue
        shown = f"get_{name}_display" if hasattr(entry, f"get_{name}_display") else name
        column = next((each for each in register.columns if each.field == shown), None)
        label = column.label if column else _label(entry, name)
        facts.append((label, _cell(entry, shown, bool(column and column.number), register.person_field)))
    if hasattr(entry, "touchpoints"):
        named = ", ".join(touchpoint.name for touchpoint in entry.touchpoints.order_by("name"))
        facts.append(("Touchpoints", Cell(named or "Everywhere")))
    return facts


def entry_warnings(entry: RegisterEntry) -> list[str]:
    """What to know of an entry that is right by itself: others in use for the same customers and channel."""
    if entry.retired_on is not None or not isinstance(entry, ContactPolicy | QuietPeriod):
        return []
    others: Any = type(entry)._default_manager.filter(retired_on__isnull=True).exclude(pk=entry.pk)
    others = others.filter(segment=entry.segment_id, channel=entry.channel).order_by("name", "id")
    if isinstance(entry, QuietPeriod):
        others = others.filter(starts__lte=entry.ends, ends__gte=entry.starts)
        return [f"Some of these days are quiet already: {other.name}." for other in others[:3]]
    return [
        f"For the same customers and channel there is also “{other.name}”: at most {other.limit} in {other.days} days. "
        "Both hold."
        for other in others[:3]
    ]


def synonyms_of(entry: RegisterEntry) -> list[str]:
    """The other words for an entry, in order; none for a register that has no synonyms."""
    synonyms = getattr(entry, "synonyms", None)
    return list(synonyms.order_by("term").values_list("term", flat=True)) if synonyms is not None else []


FOUND_BY = Prefetch("attributes", HoldingAttribute.objects.select_related("attribute"))
"""By what the records of a holding are found: joined, as SQLite refuses the keys of more than 1,000 rows at once."""


def holdings_of(entry: RegisterEntry) -> list[DataHolding]:
    """Which system holds which data and by what it is found: of a system, its domains; of a domain, its systems; of an
    identifying attribute, where it is. Two queries."""
    if isinstance(entry, System | DataDomain):
        held = entry.holdings.all()
    elif isinstance(entry, IdentifyingAttribute):
        held = DataHolding.objects.filter(attributes__attribute=entry)
    else:
        return []
    rows = held.select_related("system", "domain").prefetch_related(FOUND_BY)
    return list(rows.order_by("role", "system__name", "domain__name"))


def tiers_of(entry: RegisterEntry) -> list[Tier]:
    """The profitability tiers in use of a segment, the best first; none for any other entry."""
    if not isinstance(entry, Segment):
        return []
    return list(entry.tiers.filter(retired_on__isnull=True).order_by("rank", "id"))


def changes_of(entry: RegisterEntry) -> list[dict[str, Any]]:
    """Who changed what and when, newest first: [{at, by, what: [(field label, before, after)]}]."""
    history: Any = getattr(entry, "history")  # noqa: B009 - simple-history adds it to the concrete classes
    records = list(history.select_related("history_user").order_by("-history_date", "-history_id")[:200])
    changes = []
    for newer, older in zip(records, [*records[1:], None], strict=True):
        what = []
        if older is not None:
            delta = newer.diff_against(older, foreign_keys_are_objs=True)
            what = [(_label(entry, change.field), _of(change.old), _of(change.new)) for change in delta.changes]
        changes.append({"at": newer.history_date, "by": newer.history_user, "what": what, "added": older is None})
    return changes


def _of(value: Any) -> Any:
    """What a field held; nothing where it named nobody, which the history knows as somebody deleted."""
    return None if isinstance(value, DeletedObject) and value.pk is None else value


_LABELS = {
    "run_by_it": "Run by IT",
    "change_limit": "Changes a quarter that customers can take",
    "key_attributes": "What it is made of",
}


def _label(entry: RegisterEntry, field: str) -> str:
    if field in _LABELS:
        return _LABELS[field]
    return str(getattr(entry._meta.get_field(field), "verbose_name", field)).capitalize()
