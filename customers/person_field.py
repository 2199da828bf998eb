"""Picking one person of many: a line that is typed into and suggests names, with and without scripts.

The suggestions are a `<datalist>`; several fields of a page can share one. What was typed is understood as a whole
name, or as the beginnings of words by which there is only one: "anika", "sharma cards".
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_MOST_DIGITS = 18
_NAMED = 4


Source = Callable[[], "QuerySet[Any]"]


class People:
    """Those who can be picked, read once for all fields of a page. A field that stands in a form's class is given a
    function of no arguments instead of a list: who is here today is asked for on the day."""

    def __init__(self, source: "QuerySet[Any] | Source") -> None:
        self.source = source

    @cached_property
    def queryset(self) -> "QuerySet[Any]":
        """Them, as a query."""
        return self.source.all() if isinstance(self.source, QuerySet) else self.source()

    @cached_property
    def labels(self) -> dict[int, str]:
        """By id the name; where several have the same, with their address."""
        count = Counter(name for _, name, _, _ in self._rows)
        return {pk: f"{name} ({email})" if count[name] > 1 else name for pk, name, email, _ in self._rows}

    @cached_property
    def _rows(self) -> list[tuple[int, str, str, str]]:
        return list(self.queryset.values_list("pk", "name", "email", "job_title"))

    @cached_property
    def _words(self) -> dict[int, list[str]]:
        return {pk: _split(f"{name} {job} {email}") for pk, name, email, job in self._rows}

    def find(self, typed: str) -> list[int]:
        """The ids of those who are meant: by whole name or address, else by beginnings of words."""
        asked = _folded(typed)
        known = {pk: (self.labels[pk], name, email) for pk, name, email, _ in self._rows}
        whole = [pk for pk, texts in known.items() if asked in map(_folded, texts)]
        parts = _split(typed)
        return whole if whole or not parts else [pk for pk, words in self._words.items() if _begin(words, parts)]

    def options(self) -> SafeString:
        """The suggestions, each with what the person does."""
        rows = [(self.labels[pk], job) for pk, _, _, job in self._rows]
        return format_html_join("", '<option value="{}">{}</option>', rows)


def _folded(text: str) -> str:
    """Without accents, capitals and doubled spaces."""
    plain = unicodedata.normalize("NFKD", text.strip().casefold())
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split())


def _begin(words: list[str], parts: list[str]) -> bool:
    """Whether each part is the beginning of a word."""
    return all(any(word.startswith(part) for word in words) for part in parts)


def _split(text: str) -> list[str]:
    return re.findall(r"\w+", _folded(text))


class PersonInput(forms.TextInput):
    """A line that suggests people. With `list` among its attributes it uses suggestions that stand on the page already;
    else it brings its own."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", "placeholder": "Begin to type a name", **(attrs or {})})
        self.people: People | None = None

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """The line, and its suggestions."""
        given = dict(attrs or {})
        if "list" in self.attrs or "list" in given or self.people is None:
            return super().render(name, value, given, renderer)
        given["list"] = f"{given.get('id') or f'id_{name}'}_people"
        line = super().render(name, value, given, renderer)
        return format_html('{}<datalist id="{}">{}</datalist>', line, given["list"], self.people.options())


class PersonField(forms.Field):
    """One of these people. An id is understood as well, so that links and scripts can name somebody."""

    widget = PersonInput
    default_error_messages = {"required": "Name one person."}

    def __init__(self, people: "People | QuerySet[Any] | Source", **options: Any) -> None:
        super().__init__(**options)
        self.people = people if isinstance(people, People) else People(people)

    @property
    def people(self) -> People:
        """Who can be picked."""
        return self._people

    @people.setter
    def people(self, people: People) -> None:
        self._people = people
        line: Any = self.widget
        if isinstance(line, PersonInput):
            line.people = people

    def __deepcopy__(self, memo: dict[int, Any]) -> "PersonField":
        # A form's own copy reads the people anew: they change while the process runs.
        copied: PersonField = super().__deepcopy__(memo)
        copied.people = People(self._people.source)
        return copied

    def prepare_value(self, value: Any) -> Any:
        """The name of who is chosen; what was typed stays as it is."""
        pk = getattr(value, "pk", value)
        if isinstance(pk, int) or (isinstance(pk, str) and _is_id(pk)):
            return self.people.labels.get(int(pk)) or self._gone(int(pk))
        return value

    def _gone(self, pk: int) -> str:
        """The name of somebody who is chosen but can no longer be."""
        model = self.people.queryset.model
        return model._default_manager.filter(pk=pk).order_by().values_list("name", flat=True).first() or ""

    def to_python(self, value: Any) -> Any:
        """The person who is meant; None for an empty line. Raises ValidationError where there is none, or several."""
        typed = str(value or "").strip()
        if not typed:
            return None
        found = [int(typed)] if _is_id(typed) else self.people.find(typed[:300])
        if len(found) > 1:
            names = [self.people.labels[pk] for pk in found]
            more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
            raise ValidationError(
                f"“{typed[:60]}” can be {', '.join(names[:_NAMED])}{more}. Choose one of them.", code="several"
            )
        person = self.people.queryset.filter(pk=found[0]).first() if found else None
        if person is None:
            raise ValidationError(
                f"Nobody who can be chosen is called “{typed[:60]}”. Begin to type a name and choose one.",
                code="invalid_choice",
            )
        return person

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether another person is named than at first."""
        return str(self.prepare_value(initial) or "") != str(self.prepare_value(data) or "").strip()


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS


def pick_person(
    form: forms.BaseForm, name: str, people: "People | QuerySet[Any] | None" = None, *, shared: str = ""
) -> PersonField:
    """Let the field of this name, a list of people, be typed into instead; everything else about it stays. `people`
    takes the place of the field's own list; `shared` is the id of the suggestions that stand on the page already."""
    old: Any = form.fields[name]
    field = PersonField(
        people if people is not None else old.queryset,
        label=old.label,
        help_text=old.help_text,
        required=old.required,
        initial=old.initial,
        disabled=old.disabled,
    )
    field.error_messages |= {key: old.error_messages[key] for key in ("required",) if old.required}
    if shared:
        field.widget.attrs["list"] = shared
    form.fields[name] = field
    return field
