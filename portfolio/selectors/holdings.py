"""What people who are gone still hold, and who hands it over: their manager, or who is next up the line. Their requests
are their department head's."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from customers.models import DataDomain, RegisterEntry, Segment, Touchpoint
from customers.words import listed
from portfolio.models import Person
from portfolio.models.people import gone
from portfolio.permissions import can_administer, roles_of

#: What somebody answers for: the register's model, the field that names them.
HELD: tuple[tuple[Any, str], ...] = ((Segment, "manager"), (Touchpoint, "accountable"), (DataDomain, "steward"))


@dataclass(frozen=True, slots=True)
class Vacancy:
    """Somebody who is gone and is still named for `entries`; `hands_over` is who decides over them now, None for the
    administrators: nobody is left up the line."""

    person: Person
    entries: tuple[RegisterEntry, ...]
    hands_over: Person | None

    @property
    def words(self) -> str:
        """ "2 touchpoints and 1 data domain", in the order of the registers."""
        counts = [(sum(isinstance(entry, model) for entry in self.entries), model) for model, _ in HELD]
        parts = [
            f"{count} {model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural}"
            for count, model in counts
            if count
        ]
        return listed(parts)

    @property
    def names(self) -> str:
        """What it is, by name."""
        return ", ".join(entry.name for entry in self.entries)


def gone_with_holdings() -> QuerySet[Person]:
    """People who are gone and are still named for something that is in use."""
    held = Q()
    for model, field in HELD:
        held |= Q(Exists(model.objects.active().filter(**{field: OuterRef("pk")})))
    return Person.objects.filter(gone(), held, kind=Person.Kind.PERSON).order_by("name", "id")


def vacancies(people: Iterable[Person]) -> list[Vacancy]:
    """What these people still hold, and who hands it over, in the same order. Three queries, and one for each step up
    the line that somebody's managers are gone."""
    rows = list(people)
    if not rows:
        return []
    ids = [person.pk for person in rows]
    held: dict[int, list[RegisterEntry]] = {pk: [] for pk in ids}
    for model, field in HELD:
        for entry in model.objects.active().filter(**{f"{field}__in": ids}).order_by("name", "id"):
            held[getattr(entry, f"{field}_id")].append(entry)
    above = _above(rows)
    return [Vacancy(person, tuple(held[person.pk]), above[person.pk]) for person in rows]


def _above(people: Iterable[Person]) -> dict[int, Person | None]:
    """Of each person the first up the line who is here; None where nobody is."""
    known: dict[int, Person] = {person.pk: person for person in people}
    wanted = {person.manager_id for person in known.values() if person.manager_id} - set(known)
    first = list(known.values())
    while wanted:
        found = Person.objects.in_bulk(wanted)
        known |= found
        wanted = {p.manager_id for p in found.values() if p.manager_id and p.accountability_problem} - set(known)
    return {person.pk: _first_here(person, known) for person in first}


def _first_here(person: Person, known: dict[int, Person]) -> Person | None:
    seen, step = {person.pk}, person.manager_id
    while step and step not in seen:
        above = known[step]
        if not above.accountability_problem:
            return above
        seen.add(step)
        step = above.manager_id
    return None


def waiting_for(user: Any) -> list[Vacancy]:
    """What waits for this person to hand over: of who reported to them, directly or through people who are gone too;
    for administrators also that of people with nobody left above them. One query where nobody is gone."""
    found = vacancies(gone_with_holdings())
    administers = can_administer(user)
    return [each for each in found if _is_for(each, user, administers)]


def _is_for(vacancy: Vacancy, user: Any, administers: bool) -> bool:
    if vacancy.hands_over is None:
        return administers
    return bool(vacancy.hands_over.pk == user.pk)


def vacancy_of(person: Person) -> Vacancy:
    """What one person who is gone still holds, and who hands it over."""
    return vacancies([person])[0]


def speaks_for(user: Any, request: str = "") -> Q:
    """The condition on requests that wait for `user`: those they asked for, and for the head of a silo those whose
    requester is gone. `request` leads to the request from elsewhere ("decision__requests__request")."""
    at = f"{request}__" if request else ""
    left = gone(f"{at}requester") & Q(**{f"{at}silo__in": roles_of(user).silos})
    return Q(**{f"{at}requester": user}) | left
