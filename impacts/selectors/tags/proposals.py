"""Terms that wait to be taken into a register, and what is there already under such a name."""

from typing import Any

from django.db.models import Count, QuerySet

from customers.models import RegisterEntry, Synonym
from customers.registers import REGISTERS
from impacts.models import ProposedTag, ProposedTerm
from portfolio.models import ProjectRequest


def entry_called(register: str, name: str) -> RegisterEntry | None:
    """The entry in use that has this name or other word; None where there is none. Two queries at most."""
    rows = REGISTERS[register].rows().filter(retired_on__isnull=True)
    found: RegisterEntry | None = rows.filter(name__iexact=name).first()
    if found is None and (kind := REGISTERS[register].synonym_field):
        ids = Synonym.objects.filter(term__iexact=name, **{f"{kind}__isnull": False}).order_by("id")
        found = rows.filter(pk__in=ids.values(f"{kind}_id")).first()
    return found


def terms(state: str) -> QuerySet[ProposedTerm]:
    """Proposed terms, those that wait oldest first, those decided newest first, with how many requests miss each."""
    rows = ProposedTerm.objects.select_related("proposer", "decided_by").annotate(missed_by=Count("tags"))
    if state == ProposedTerm.State.WAITING:
        return rows.filter(state=state).order_by("proposed_at", "id")
    return rows.exclude(state=ProposedTerm.State.WAITING).order_by("-decided_at", "-id")


def waiting_count() -> int:
    """How many terms wait."""
    return ProposedTerm.objects.filter(state=ProposedTerm.State.WAITING).count()


def proposed_on(request: ProjectRequest, register: str) -> list[ProposedTag]:
    """What a request waits for in a register."""
    rows = ProposedTag.objects.filter(request=request, term__register=register)
    waiting = rows.filter(term__state=ProposedTerm.State.WAITING)
    return list(waiting.select_related("term").order_by("id"))


def requests_missing(term: ProposedTerm, user: Any) -> tuple[list[ProjectRequest], int]:
    """The requests that miss a term and that `user` may see, and how many they may not see."""
    ids = list(term.tags.order_by("id").values_list("request_id", flat=True))
    seen = list(ProjectRequest.objects.visible_to(user).filter(pk__in=ids).select_related("silo").order_by("id"))
    return seen, len(ids) - len(seen)


def near_entries(term: ProposedTerm) -> list[RegisterEntry]:
    """Entries in use that share a word with a term, so that nobody adds a second one by mistake; five at most."""
    words = {word for word in term.name.casefold().split() if len(word) > 2}
    kind = REGISTERS[term.register].synonym_field
    found = []
    for entry in REGISTERS[term.register].rows().filter(retired_on__isnull=True).prefetch_related("synonyms"):
        names = [entry.name, *(synonym.term for synonym in entry.synonyms.all())] if kind else [entry.name]
        shared = max(len(words & set(name.casefold().split())) for name in names)
        if shared:
            found.append((-shared, entry.name, entry))
    return [entry for _, _, entry in sorted(found, key=lambda each: each[:2])[:5]]
