"""Handing over what somebody who is gone answered for."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from customers.models import RegisterEntry
from portfolio.errors import HandOverProblem, NotAllowed
from portfolio.models import Person
from portfolio.permissions import can_hand_over
from portfolio.selectors.holdings import HELD, vacancy_of
from portfolio.services.notifications import notify


def hand_over(*, person: Person, successors: Mapping[RegisterEntry, Person], by: Person) -> list[RegisterEntry]:
    """Let successors answer for what `person`, who is gone, still held: all of it that is named, or nothing. Each line
    goes into the history of its entry, and each successor is told. Returns the entries.

    Raises NotAllowed for anybody but who stands next up the line and administrators; HandOverProblem, with a message
    for each entry by its key, where a successor cannot answer, or somebody else was quicker.
    """
    vacancy = vacancy_of(person)
    if not can_hand_over(by, vacancy.hands_over):
        who = vacancy.hands_over.name if vacancy.hands_over else "an administrator"
        raise NotAllowed(f"What {person} answered for is handed over by {who}, or by an administrator.")
    if not (person.accountability_problem):
        raise HandOverProblem(f"{person} is still here and answers for it. Change it in the register instead.")
    if not successors:
        raise HandOverProblem("Choose a successor for at least one of them.")
    problems = {
        key_of(entry): f"{successor.accountability_problem}. Name one living person."
        for entry, successor in successors.items()
        if successor.accountability_problem
    }
    still = {key_of(entry) for entry in vacancy.entries}
    for entry in successors:
        if key_of(entry) not in still:
            problems[key_of(entry)] = f"{entry} was handed over by somebody else in the meantime."
    if problems:
        raise HandOverProblem("Nothing was handed over: look at what is marked below.", problems)
    with transaction.atomic():
        for entry, successor in successors.items():
            _give(entry, person, successor, by)
        _tell(person, successors, by)
    return list(successors)


def key_of(entry: RegisterEntry) -> str:
    """How a form names the entry: "touchpoints-dispute-form"."""
    return f"{entry.register}-{entry.code}"


def _field_of(entry: RegisterEntry) -> str:
    return next(field for model, field in HELD if isinstance(entry, model))


def _give(entry: Any, person: Person, successor: Person, by: Person) -> None:
    field = _field_of(entry)
    fresh = type(entry).objects.filter(pk=entry.pk, **{field: person})
    if not fresh.update(**{field: successor}):
        message = f"{entry} was handed over by somebody else in the meantime."
        raise HandOverProblem("Nothing was handed over: look at what is marked below.", {key_of(entry): message})
    entry.refresh_from_db()
    entry._history_user, entry._change_reason = by, f"Handed over from {person}"[:100]
    entry.save()


def _tell(person: Person, successors: Mapping[RegisterEntry, Person], by: Person) -> None:
    mine: dict[int, list[RegisterEntry]] = {}
    for entry, successor in successors.items():
        mine.setdefault(successor.pk, []).append(entry)
    people = {successor.pk: successor for successor in successors.values()}
    for pk, entries in mine.items():
        names = ", ".join(entry.name for entry in entries)
        ids = "-".join(str(entry.pk) for entry in entries)[:40]
        notify(
            people=[people[pk]] if pk != by.pk else [],
            key=f"handover:{person.pk}:{entries[0].register}:{ids}",
            text=f"You answer for {names} from now on; {by} handed it over from {person}.",
            url=entries[0].get_absolute_url(),
        )
