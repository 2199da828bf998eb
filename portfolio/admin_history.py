"""What happened to a person, on the administration site: each change of them and of their roles, wherever it was made
and by whom. The site's own log knows only what was done on the site, and of that only which fields."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType

from customers.selectors.entries import changes_of
from portfolio.models import Membership, Person, Role

VERBS = {"+": "Is now", "~": "Is now", "-": "Is no longer"}


@dataclass(frozen=True, slots=True)
class Who:
    """Who did it, as the site's page asks for it; None is Ombud itself."""

    person: Person | None

    def get_username(self) -> str:
        """The name."""
        return self.person.name if self.person else "Ombud itself"

    def get_full_name(self) -> str:
        """The e-mail address, which tells two of one name apart."""
        return self.person.email if self.person else ""


@dataclass(frozen=True, slots=True)
class Act:
    """One change: when, who and what, in words."""

    action_time: datetime
    user: Who
    words: str

    def get_change_message(self) -> str:
        """What was done."""
        return self.words


def acts_of(person: Person) -> list[Act]:
    """What happened to the person and their roles, the latest first. A fixed number of queries."""
    acts = [*_changes(person), *_roles(person), *_passwords(person)]
    return sorted(acts, key=attrgetter("action_time"), reverse=True)


def _changes(person: Any) -> Iterator[Act]:
    for change in changes_of(person):
        said = "; ".join(f"{name}: {_said(before)} → {_said(after)}" for name, before, after in change["what"])
        if change["added"] or said:
            yield Act(change["at"], Who(change["by"]), "Added" if change["added"] else said)


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "nothing" if value in (None, "") else str(value)


def _roles(person: Person) -> Iterator[Act]:
    rows = Membership.history.filter(person_id=person.pk).select_related("history_user", "silo")
    for row in rows.order_by("-history_date", "-history_id")[:200]:
        where = f" of {row.silo}" if row.silo_id else ""
        words = f"{VERBS[row.history_type]} {Role(row.role).label.lower()}{where}"
        yield Act(row.history_date, Who(row.history_user), words)


def _passwords(person: Person) -> Iterator[Act]:
    """New passwords that were set for somebody here: no history keeps a password."""
    kind = ContentType.objects.get_for_model(Person)
    rows = LogEntry.objects.filter(content_type=kind, object_id=str(person.pk), change_message__icontains="password")
    for row in rows.select_related("user").order_by("-action_time", "-id")[:200]:
        yield Act(row.action_time, Who(row.user), "A new password was set")
