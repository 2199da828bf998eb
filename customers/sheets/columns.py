"""What the columns of a sheet are: how a cell is understood, and how a value is written."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.auth import get_user_model
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from customers.answering import nobody_in
from customers.models import RegisterEntry
from customers.sheets.values import read_day, read_yes
from customers.sheets.xlsx import Cell

Read = Callable[[Any], Any]
#: What separates several things in one cell.
BETWEEN = ";"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """One column. `read` turns a cell that is not empty into a value and raises ValueError with what to do; `empty` is
    what an empty cell means; `show` writes the value of a row. `beside`: the value is kept in rows of its own."""

    name: str
    heading: str
    read: Read
    show: Callable[[Any], Cell]
    empty: Any = ""
    needed: bool = False
    beside: bool = False
    width: int = 18

    def is_called(self, heading: str) -> bool:
        """Whether a file's heading means this column: its heading or its name, however written."""
        words = " ".join(heading.replace("_", " ").casefold().split())
        return words in (self.heading.casefold(), self.name.replace("_", " "))


class Lookup:
    """Finds rows by the words that people use for them; reads the table once, when it is first asked. `why_none` says
    in words why a text that finds nothing cannot stand for anything; empty where it is merely not known."""

    def __init__(
        self,
        what: str,
        rows: Callable[[], Iterable[tuple[Any, Iterable[str]]]],
        why_none: Callable[[str], str] = lambda _: "",
    ) -> None:
        self.what, self._rows, self._why_none = what, rows, why_none
        self._found: dict[str, list[Any]] | None = None

    def __call__(self, raw: Any) -> Any:
        """The row that is called so. Raises ValueError for none, and for more than one."""
        if self._found is None:
            self._found = {}
            for row, words in self._rows():
                for word in {each.casefold() for each in words if each}:
                    self._found.setdefault(word, []).append(row)
        text = " ".join(str(raw).split())
        found = self._found.get(text.casefold(), [])
        if not found and (why := self._why_none(text[:80])):
            raise ValueError(f"{why}. Name one living {self.what}, or leave it empty.")
        if not found:
            raise ValueError(f"There is no {self.what} “{text[:80]}”.")
        if len(found) > 1:
            raise ValueError(f"More than one {self.what} is called “{text[:80]}”. Write its code or address instead.")
        return found[0]


def people() -> Lookup:
    """People by e-mail address or name; what names everybody or nobody is told apart from somebody unknown."""
    manager: Any = get_user_model()._default_manager
    return Lookup("person", lambda: ((each, (each.email, each.name)) for each in manager.order_by("id")), nobody_in)


def entries(model: type[RegisterEntry], what: str) -> Lookup:
    """The entries in use of a register, by code, name or another word."""

    def rows() -> Iterable[tuple[Any, Iterable[str]]]:
        manager: Any = model._default_manager
        found = manager.filter(retired_on__isnull=True).order_by("id")
        has_words = hasattr(model, "synonyms")
        for each in found.prefetch_related("synonyms") if has_words else found:
            words = [synonym.term for synonym in each.synonyms.all()] if has_words else []
            yield each, (each.code, each.name, *words)

    return Lookup(what, rows)


def several(read: Read) -> Read:
    """Several things in one cell, with semicolons between."""
    return lambda raw: [read(each.strip()) for each in str(raw).split(BETWEEN) if each.strip()]


def text(longest: int, *, lines: bool = False) -> Read:
    """A text; the apostrophe that an export puts before what looks like a formula is taken off."""

    def read(raw: Any) -> str:
        found = str(raw).strip()
        if found.startswith("="):
            raise ValueError("This is a formula. Put its value in its place.")
        if found.startswith("'") and found[1:].startswith(_FORMULA):
            found = found[1:]
        found = found if lines else " ".join(found.split())
        if len(found) > longest:
            raise ValueError(f"The text has {len(found):,} characters; {longest:,} fit. Shorten it.")
        return found

    return read


def number(least: int, most: int) -> Read:
    """A whole number in these bounds; 1,940,000 and 1 940 000 are understood."""

    def read(raw: Any) -> int:
        plain = str(raw).strip().replace("\u00a0", " ").replace("\u202f", " ")
        for sign in (",", " ", "'", "’"):
            whole = plain.lstrip("-").split(sign)
            if len(whole) > 1 and all(len(part) == 3 for part in whole[1:]):
                plain = plain.replace(sign, "")
        if isinstance(raw, bool) or not plain.lstrip("-").isdecimal() or len(plain) > 18:
            raise ValueError(f"“{str(raw)[:40]}” is not a whole number.")
        found = int(plain)
        if not least <= found <= most:
            raise ValueError(f"{found:,} is not between {least:,} and {most:,}.")
        return found

    return read


def amount(field: "models.DecimalField[Any, Any]") -> Read:
    """An amount that the field can hold, with a point before the cents."""

    def read(raw: Any) -> Decimal:
        plain = str(raw).strip().replace(",", "").replace(" ", "").replace("\u00a0", "").replace("'", "")
        try:
            found = Decimal(plain).quantize(Decimal("0.01"))
        except ArithmeticError:
            raise ValueError(f"“{str(raw)[:40]}” is not an amount. Write a number such as 1400000.50.") from None
        if not found.is_finite() or abs(found) >= Decimal(10) ** (field.max_digits - field.decimal_places):
            raise ValueError(f"“{str(raw)[:40]}” is too large.")
        return found

    return read


def choice(options: Iterable[tuple[Any, Any]]) -> Read:
    """One of the options, by its code or its words."""
    known = {str(word).casefold(): value for value, label in options for word in (value, label)}
    labels = [str(label) for _, label in options]

    def read(raw: Any) -> Any:
        found = known.get(" ".join(str(raw).split()).casefold())
        if found is None:
            raise ValueError(f"“{str(raw)[:80]}” is not known. Write one of: {', '.join(labels)}.")
        return found

    return read


def field_column(field: "models.Field[Any, Any]", heading: str, *, what: str = "") -> SheetColumn:
    """The column of a model's plain field, foreign key or choice. `what` says what a foreign key leads to."""
    name = field.name
    needed = not field.blank and not field.has_default()

    def value(row: Any) -> Any:
        return getattr(row, name)

    if isinstance(field, models.ForeignKey):
        target: Any = field.related_model
        if issubclass(target, RegisterEntry):
            return SheetColumn(name, heading, entries(target, what or name), _code_of(name), None, needed, width=24)
        return SheetColumn(
            name, heading, people(), lambda row: getattr(value(row), "email", ""), None, needed, width=30
        )
    if field.choices:
        labels = dict(field.flatchoices)
        return SheetColumn(name, heading, choice(field.flatchoices), lambda row: labels.get(value(row), ""), "", needed)
    if isinstance(field, models.BooleanField):
        return SheetColumn(name, heading, read_yes, lambda row: "yes" if value(row) else "no", False)
    if isinstance(field, models.DateField):
        return SheetColumn(name, heading, read_day, value, None, needed, width=12)
    empty = None if field.null else (field.get_default() if field.has_default() else "")
    return SheetColumn(name, heading, _plain(field), value, empty, needed, width=60 if _is_long(field) else 28)


def _is_long(field: Any) -> bool:
    return isinstance(field, models.TextField)


def _plain(field: Any) -> Read:
    if isinstance(field, models.DecimalField):
        return amount(field)
    if isinstance(field, models.IntegerField):
        lows = [int(each.limit_value) for each in field.validators if isinstance(each, MinValueValidator)]
        highs = [int(each.limit_value) for each in field.validators if isinstance(each, MaxValueValidator)]
        most = 32_767 if isinstance(field, models.PositiveSmallIntegerField) else 2_147_483_647
        return number(max(lows, default=0), min([*highs, most]))
    return text(field.max_length or 300, lines=_is_long(field))


def _code_of(name: str) -> Callable[[Any], Cell]:
    return lambda row: getattr(getattr(row, name), "code", "")


def same(one: Any, other: Any) -> bool:
    """Whether two values of a column mean the same: empty is empty, lists in any order."""
    if isinstance(one, list) and isinstance(other, list):
        return sorted(map(str, one)) == sorted(map(str, other))
    if one in (None, "") and other in (None, ""):
        return True
    if isinstance(one, dt.date) or isinstance(other, dt.date):
        return str(one) == str(other)
    return bool(one == other)
