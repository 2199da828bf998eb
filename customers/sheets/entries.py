"""The sheet of a register: its fields, other words and retirement, found by code, name or another word."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import slug_re
from django.db.models import UniqueConstraint
from django.utils import timezone
from django.utils.text import slugify

from customers.models import ContactPolicy, EntryMerge, Synonym, Touchpoint
from customers.registers import Register
from customers.sheets.columns import BETWEEN, SheetColumn, entries, field_column, several, text
from customers.sheets.sheet import Finder, PlannedRow, Sheet

BATCH = 1000
#: Headings that say more than the field's name.
HEADINGS = {
    "customers_per_month": "Customers reached a month",
    "customer_count": "Customers",
    "yearly_value": "Value a year",
    "run_by_it": "Run by IT",
    "accountable": "Who answers",
    "manager": "Segment manager",
    "journey_stage": "Stage of the journey",
    "change_limit": "Changes a quarter",
    "limit": "Contacts at most",
    "days": "In days",
    "starts": "First day",
    "ends": "Last day",
    "retired_on": "Retired on",
    "owner": "Who answers",
    "parent": "Serves",
    "baseline": "From",
    "baseline_on": "From day",
    "target": "To",
    "due": "By day",
}


def entry_sheet(register: Register) -> Sheet:
    """The sheet of a register."""
    model = register.model
    return Sheet(
        slug=register.slug,
        title=register.title,
        noun=register.singular,
        plural=str(model._meta.verbose_name_plural),
        columns=partial(_columns, register),
        rows=partial(_rows, register),
        finder=partial(EntryFinder, register),
        store=partial(_store, register),
        is_register=True,
    )


def _rows(register: Register) -> Any:
    many = [name for name in ("synonyms", "touchpoints") if _has(register, name)]
    single = [f.name for f in register.model._meta.get_fields() if f.many_to_one and f.name in register.fields]
    return register.rows().select_related(None).select_related(*single).prefetch_related(*many)


def _has(register: Register, name: str) -> bool:
    return bool(register.synonym_field) if name == "synonyms" else name in register.fields


def _columns(register: Register) -> tuple[SheetColumn, ...]:
    columns = []
    for name in (*register.fields, "retired_on"):
        if name == "touchpoints":
            columns.append(_touchpoints())
            continue
        field: Any = register.model._meta.get_field(name)
        heading = HEADINGS.get(name, str(field.verbose_name).capitalize())
        columns.append(field_column(field, heading, what=name))
    by_name = {column.name: column for column in columns}
    code = by_name["code"]
    columns[columns.index(code)] = SheetColumn("code", "Code", text(60), code.show, "", width=24)
    if register.synonym_field:
        columns.append(_words())
    return tuple(columns)


def _words() -> SheetColumn:
    def show(row: Any) -> str:
        return f"{BETWEEN} ".join(each.term for each in row.synonyms.all())

    return SheetColumn("synonyms", "Other words", several(text(120)), show, [], beside=True, width=40)


def _touchpoints() -> SheetColumn:
    def show(row: Any) -> str:
        return f"{BETWEEN} ".join(sorted(each.code for each in row.touchpoints.all()))

    read = several(entries(Touchpoint, "touchpoint"))
    return SheetColumn("touchpoints", "Touchpoints", read, show, [], beside=True, width=40)


class EntryFinder(Finder):
    """Finds entries of one register by code, by name, by another word; codes of merged ones lead to their survivor."""

    def __init__(self, register: Register) -> None:
        self.register = register
        many = [name for name in ("synonyms", "touchpoints") if _has(register, name)]
        manager: Any = register.model._default_manager
        held = EntryMerge.objects.filter(register=register.slug, undone_at__isnull=True).order_by("id")
        self.leads = dict(held.values_list("merged_id", "kept_id"))
        everything = list(manager.prefetch_related(*many).order_by("-id"))
        self.by_pk = {each.pk: each for each in everything}
        self.stored = [each for each in everything if each.pk not in self.leads]
        self.by_code = {each.code: each for each in everything}
        self.by_name: dict[str, list[Any]] = defaultdict(list)
        self.by_word: dict[str, Any] = {}
        for each in self.stored:
            self.by_name[each.name.casefold()].append(each)
            for word in each.synonyms.all() if register.synonym_field else ():
                self.by_word[word.term.casefold()] = each
        self.codes = set(self.by_code)
        self._note = ""

    def find(self, values: dict[str, Any]) -> Any | None:
        """By code where the file has one, else by name, else by another word."""
        self._note = ""
        code, name = values.get("code") or "", values["name"]
        if code:
            if not slug_re.fullmatch(code):
                raise ValueError(f"“{code[:60]}” is no code: use the letters a to z, digits and hyphens.")
            return self._standing(self.by_code.get(code), values)
        named = self.by_name.get(name.casefold(), [])
        if len(named) > 1:
            raise ValueError(f"{len(named)} entries are called “{name}”. Give the code of the one that is meant.")
        if named:
            return self._standing(named[0], values)
        known = self.by_word.get(name.casefold())
        if known is not None:
            self._note = f"“{name}” is another word for “{known.name}”, and read as that."
            values["name"] = known.name
            return self._standing(known, values)
        return None

    def _standing(self, entry: Any | None, values: dict[str, Any]) -> Any | None:
        """The entry itself, or what it was merged into; an empty code in the file means the one it has."""
        if entry is None:
            return None
        merged = entry
        while entry.pk in self.leads:
            entry = self.by_pk[self.leads[entry.pk]]
        if merged is not entry:
            self._note = f"“{merged.code}” was merged into “{entry.name}”, and is read as that."
            values["name"] = entry.name
        if "code" in values:
            values["code"] = entry.code
        return entry

    def note(self) -> str:
        """What to tell about the last line."""
        return self._note

    def key(self, values: dict[str, Any], thing: Any | None) -> Any:
        """The entry, or the new one's code or name."""
        return thing.pk if thing is not None else (values.get("code") or "", values["name"].casefold())

    def new(self, values: dict[str, Any]) -> Any:
        """An entry with a code that nobody has."""
        code = values.get("code") or self._free(values["name"])
        values["code"] = code
        self.codes.add(code)
        return self.register.model(code=code)

    def _free(self, name: str) -> str:
        stem = slugify(name)[:50] or "entry"
        code, number = stem, 2
        while code in self.codes:
            code, number = f"{stem}-{number}", number + 1
        return code

    def beside(self, thing: Any, name: str) -> Any:
        """Other words, or the touchpoints of a freeze."""
        if name == "synonyms":
            return [each.term for each in thing.synonyms.all()]
        return list(thing.touchpoints.all())

    def check_all(self, planned: list[PlannedRow]) -> Iterator[tuple[PlannedRow, str, str]]:
        """Who can answer, what must be unique among all, policies that make each other pointless."""
        yield from self._people(planned)
        yield from self._words(planned)
        changed = {row.thing.pk for row in planned if row.thing.pk}
        others = [each for each in self.stored if each.pk not in changed]
        for constraint in self.register.model._meta.constraints:
            if isinstance(constraint, UniqueConstraint) and constraint.fields:
                yield from _doubles(constraint, planned, others)
        if self.register.model is ContactPolicy:
            yield from _pointless(planned, others)

    def _people(self, planned: list[PlannedRow]) -> Iterator[tuple[PlannedRow, str, str]]:
        field = self.register.person_field
        for row in planned if field else ():
            person = row.values.get(field)
            if person is not None and person.accountability_problem:
                yield row, field, f"{person.accountability_problem}. Name one living person, or leave it empty."

    def _words(self, planned: list[PlannedRow]) -> Iterator[tuple[PlannedRow, str, str]]:
        taken: dict[str, Any] = dict(self.by_word)
        for row in planned:
            for word in row.values.get("synonyms") or ():
                holder = taken.setdefault(word.casefold(), row.thing)
                if holder is not row.thing:
                    yield row, "synonyms", f"“{word}” is another word for “{holder.name}” already."


def _doubles(
    constraint: UniqueConstraint, planned: list[PlannedRow], others: Iterable[Any]
) -> Iterator[tuple[PlannedRow, str, str]]:
    """Rows that share with another what must be unique among entries in use."""

    def key(thing: Any) -> tuple[Any, ...]:
        return tuple(getattr(thing, name) for name in constraint.fields)

    seen = {key(each) for each in others if each.retired_on is None}
    for row in planned:
        if row.thing.retired_on is None:
            if key(row.thing) in seen:
                yield row, constraint.fields[-1], str(constraint.violation_error_message)
            seen.add(key(row.thing))


def _pointless(planned: list[PlannedRow], others: list[Any]) -> Iterator[tuple[PlannedRow, str, str]]:
    standing: dict[tuple[Any, str], list[Any]] = defaultdict(list)
    for each in others:
        if each.retired_on is None:
            standing[each.segment_id, each.channel].append(each)
    for row in planned:
        beside = standing[row.thing.segment_id, row.thing.channel]
        try:
            row.thing.refuse_pointless(beside)
        except ValidationError as error:
            yield row, "limit", " ".join(error.messages)
        if row.thing.retired_on is None:
            beside.append(row.thing)


def _store(register: Register, new: list[PlannedRow], changed: list[PlannedRow], columns: set[str], by: Any) -> None:
    """Write the planned rows, in batches, with their history."""
    model: Any = register.model
    why = "Import"
    for start in range(0, len(new), BATCH):
        made = model._default_manager.bulk_create([row.thing for row in new[start : start + BATCH]])
        model.history.bulk_history_create(made, default_user=by, default_change_reason=why)
    plain = sorted(columns - {"synonyms", "touchpoints"})
    now = timezone.now()
    for start in range(0, len(changed), BATCH):
        things = [row.thing for row in changed[start : start + BATCH]]
        for thing in things:
            thing.updated_at = now
        model._default_manager.bulk_update(things, [*plain, "updated_at"])
        model.history.bulk_history_create(things, update=True, default_user=by, default_change_reason=why)
    if "touchpoints" in columns:
        for row in (*new, *changed):
            row.thing.touchpoints.set(row.values["touchpoints"])
    if "synonyms" in columns:
        _store_words(register.synonym_field, [*new, *changed])


def _store_words(field: str, rows: list[PlannedRow]) -> None:
    """Set the other words of these entries: what is no longer named goes, what is new comes."""
    added = []
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        stored: dict[int, dict[str, int]] = defaultdict(dict)
        held = Synonym.objects.filter(**{f"{field}__in": [row.thing.pk for row in batch]}).order_by("id")
        for pk, term, entry in held.values_list("pk", "term", f"{field}_id"):
            stored[entry][term.casefold()] = pk
        gone: list[int] = []
        for row in batch:
            wanted = {word.casefold(): word for word in row.values["synonyms"]}
            there = stored.get(row.thing.pk, {})
            gone += [pk for word, pk in there.items() if word not in wanted]
            added += [Synonym(term=word, **{field: row.thing}) for key, word in wanted.items() if key not in there]
        Synonym.objects.filter(pk__in=gone).delete()
    Synonym.objects.bulk_create(added, batch_size=BATCH)
