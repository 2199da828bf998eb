"""Terms that a register lacks: proposed while filing, taken in or declined; the requests that miss them get the tag."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from customers.models import RegisterEntry
from customers.permissions import can_change_registers
from customers.registers import REGISTERS
from customers.selectors import synonyms_of
from customers.services import save_entry
from impacts.errors import ActNotPossible, ImpactsError, NotAllowed
from impacts.models import DataUse, Impact, PlannedContact, ProposedTag, ProposedTerm, SystemUse
from impacts.permissions import can_tag
from impacts.selectors.tags.proposals import entry_called
from impacts.services.tags import tagging
from portfolio.models import Person, ProjectRequest, Role
from portfolio.services.notifications import notify

State = ProposedTerm.State


@dataclass(frozen=True, slots=True)
class Missing:
    """What a kind of line names, and what else it says: the register, the field, its model, how it is added."""

    register: str
    field: str
    model: Any
    add: Any
    values: tuple[str, ...]


#: By the code of the kind of line. Systems at which data is used are chosen later, once the domain is there.
KINDS: dict[str, Missing] = {
    "touchpoints": Missing("touchpoints", "touchpoint", Impact, tagging.add_impact, ("effect", "direction", "note")),
    "data": Missing("data-domains", "domain", DataUse, tagging.add_data_use, ("mode",)),
    "systems": Missing("systems", "system", SystemUse, tagging.add_system_use, ("effect",)),
    "contacts": Missing(
        "segments",
        "segment",
        PlannedContact,
        tagging.add_contact,
        ("channel", "first_day", "times", "every_days", "purpose"),
    ),
}
_BY_REGISTER = {kind.register: kind for kind in KINDS.values()}


def propose_term(
    *, request: ProjectRequest, person: Person, kind: str, name: str, description: str, values: Mapping[str, Any]
) -> ProposedTag:
    """Propose a term that a register lacks, for a request that will do `values` there. Who proposes the same word joins
    those who did. Raises NotAllowed, and ValidationError at `name` where the register has it already.
    """
    if not can_tag(person, request):
        raise NotAllowed("What this request touches is not yours to change.")
    missing, name = KINDS[kind], " ".join(name.split())
    if there := entry_called(missing.register, name):
        words = "" if there.name.casefold() == name.casefold() else f" as “{there.name}”"
        raise ValidationError({"name": f"“{name}” is in the list already{words}. Choose it there."})
    kept = {key: each.isoformat() if isinstance(each, date) else each for key, each in values.items()}
    with transaction.atomic():
        term = _waiting_term(missing.register, name, description, person)
        tag = ProposedTag.objects.filter(term=term, request=request).first() or ProposedTag(term=term, request=request)
        tag.person, tag.values = person, kept
        tag.full_clean(exclude=["values"])
        tag.save()
        _tell_keepers(term, person)
    return tag


def _waiting_term(register: str, name: str, description: str, person: Person) -> ProposedTerm:
    found = ProposedTerm.objects.filter(register=register, name__iexact=name, state=State.WAITING).first()
    if found is not None:
        return found
    term = ProposedTerm(
        register=register, name=name, description=description, proposer=person, proposed_at=timezone.now()
    )
    term.full_clean()
    term.save()
    return term


def _tell_keepers(term: ProposedTerm, person: Person) -> None:
    roles = Q(memberships__role=Role.ARCHITECT) | Q(memberships__role=Role.ADMINISTRATOR)
    keepers = Person.objects.filter(roles, is_active=True).exclude(pk=person.pk).distinct().order_by("id")
    text = f"{person.name} misses a {term.get_register_display().lower()}: “{term.name}”."
    notify(people=keepers, key=f"term-{term.pk}", text=text, url=reverse("impacts:proposal-detail", args=[term.pk]))


def withdraw_proposal(*, tag: ProposedTag, person: Person) -> None:
    """Take a proposal back from a request; with the last one the term goes too. Raises NotAllowed, ActNotPossible."""
    if not can_tag(person, tag.request):
        raise NotAllowed("What this request touches is not yours to change.")
    if tag.term.state != State.WAITING:
        raise ActNotPossible("It was decided a moment ago. Look again.")
    with transaction.atomic():
        tag.delete()
        if not tag.term.tags.exists():
            tag.term.delete()


def accept_as_new(*, term: ProposedTerm, entry: RegisterEntry, by: Person) -> list[str]:
    """Take a term in as a new entry. Returns what could not be added to which request, in words. Raises NotAllowed,
    ActNotPossible where it was decided already, and ValidationError by field."""
    with transaction.atomic():
        _claim(term, State.NEW, by)
        saved = save_entry(entry=entry, by=by, synonyms=_other_words(term, entry))
        return _settle(term, saved, f"is now a {term.get_register_display().lower()}")


def _other_words(term: ProposedTerm, entry: RegisterEntry) -> list[str]:
    return [] if entry.name.casefold() == term.name.casefold() else [term.name]


def accept_as_synonym(*, term: ProposedTerm, entry: RegisterEntry, by: Person) -> list[str]:
    """Take a term in as another word for an entry that is there. Returns and raises as accept_as_new does."""
    with transaction.atomic():
        _claim(term, State.SYNONYM, by)
        save_entry(entry=entry, by=by, synonyms=[*synonyms_of(entry), *_other_words(term, entry)])
        return _settle(term, entry, f"is another word for “{entry.name}”")


def decline_term(*, term: ProposedTerm, reason: str, by: Person) -> None:
    """Decline a term, saying why. Raises NotAllowed, ActNotPossible, and ValidationError without a reason."""
    if not reason.strip():
        raise ValidationError({"reason": "Say why, so that the proposer knows what to do."})
    with transaction.atomic():
        _claim(term, State.DECLINED, by, reason=reason.strip())
        for tag in _tags(term):
            _tell(tag, f"Your proposal “{term.name}” was declined: {reason.strip()}")


def _claim(term: ProposedTerm, state: State, by: Person, reason: str = "") -> None:
    """Decide over a term that still waits, once."""
    if not can_change_registers(by):
        raise NotAllowed("Only architects and administrators decide over proposed terms.")
    waiting = ProposedTerm.objects.filter(pk=term.pk, state=State.WAITING)
    if not waiting.update(state=state):
        raise ActNotPossible("Somebody decided over this term a moment ago. Look again.")
    term.state, term.decided_by, term.decided_at, term.reason = state, by, timezone.now(), reason
    term.save()


def _tags(term: ProposedTerm) -> list[ProposedTag]:
    return list(term.tags.select_related("request__silo", "person").order_by("id"))


def _settle(term: ProposedTerm, entry: RegisterEntry, what: str) -> list[str]:
    """Give the tag to every request that waits for it, and tell who proposed it."""
    term.entry_code = entry.code
    term.save()
    problems = []
    for tag in _tags(term):
        problem = _give(tag, entry)
        about = f"{tag.request.reference} is tagged with it." if not problem else f"{tag.request.reference}: {problem}"
        problems += [about] if problem else []
        _tell(tag, f"“{term.name}” {what}. {about}")
    return problems


def _give(tag: ProposedTag, entry: RegisterEntry) -> str:
    """Add the line that the request waits for. Returns why not, or nothing."""
    kind = _BY_REGISTER[tag.term.register]
    values = {name: kind.model._meta.get_field(name).to_python(value) for name, value in tag.values.items()}
    try:
        with transaction.atomic():
            kind.add(request=tag.request, person=tag.person, **values, **{kind.field: entry})
    except ValidationError as error:
        return " ".join(error.messages)
    except (ImpactsError, IntegrityError) as error:
        return str(error) if isinstance(error, ImpactsError) else "it names this entry already."
    return ""


def _tell(tag: ProposedTag, text: str) -> None:
    url = reverse("impacts:file-touches", args=[tag.request.reference])
    key = f"term-{tag.term_id}-{tag.term.state}-{tag.request_id}"
    notify(people=[tag.person], key=key, text=text, url=url, request=tag.request)


def register_model(term: ProposedTerm) -> type[RegisterEntry]:
    """The model of the register that lacks the term."""
    return REGISTERS[term.register].model
