"""Suggests what requests touch, and keeps what their requesters said to that."""

from collections.abc import Collection, Iterable, Sequence

from django.db import transaction
from django.utils import timezone

from customers.models import DataDomain, Segment, System, Touchpoint
from impacts.engine.facts import RegisterFacts, RequestFacts
from impacts.engine.suggest import Suggestion, TagSuggester
from impacts.errors import ActNotPossible, NotAllowed
from impacts.models import DataUse, Effect, Impact, SystemUse, TagSuggestion
from impacts.permissions import can_tag
from impacts.selectors.facts import facts_of, request_facts
from impacts.services.index import HeldIndex, held_index
from impacts.services.tagging import touched
from portfolio.models import Person, ProjectRequest

Register = TagSuggestion.Register
State = TagSuggestion.State


def suggest_tags_for(*, request_ids: Collection[int]) -> int:
    """Suggest tags for these live requests and store them as open suggestions. Returns how many are open.

    What was accepted or declined before stays so; open ones that no longer fit go.
    """
    with held_index(reread=request_ids) as held:
        suggester = TagSuggester(held.index.register)
        found = {pk: _suggest(held, suggester, facts) for pk, (_, facts) in sorted(request_facts(request_ids).items())}
    return sum(_store(request, tags) for request, tags in found.items())


def suggest_tags_of(*, request: ProjectRequest) -> list[TagSuggestion]:
    """The open suggestions for one request in any state, brought up to date with its text."""
    with held_index() as held:
        tags = _suggest(held, TagSuggester(held.index.register), facts_of(request))
    _store(request.pk, tags)
    return list(TagSuggestion.objects.filter(request=request, state=State.OPEN).order_by("-confidence", "id"))


def accept_suggestion(*, suggestion: TagSuggestion, person: Person) -> TagSuggestion:
    """Take a suggestion over: the line appears among what the request touches. A segment goes to every touchpoint that
    is named so far. Raises ActNotPossible when there is none yet, NotAllowed."""
    request = suggestion.request
    _check(person, request)
    with transaction.atomic():
        touched(request)
        _add(request, suggestion)
        return _decide(suggestion, State.ACCEPTED, person)


def decline_suggestion(*, suggestion: TagSuggestion, person: Person) -> TagSuggestion:
    """Say that the request does not touch it; it is not suggested again. Raises NotAllowed."""
    _check(person, suggestion.request)
    return _decide(suggestion, State.DECLINED, person)


def _check(person: Person, request: ProjectRequest) -> None:
    if not can_tag(person, request):
        raise NotAllowed(f"What {request.reference} touches is not yours to say.")


def _decide(suggestion: TagSuggestion, state: TagSuggestion.State, person: Person) -> TagSuggestion:
    suggestion.state, suggestion.decided_by, suggestion.decided_at = state, person, timezone.now()
    suggestion.save()
    return suggestion


def _add(request: ProjectRequest, suggestion: TagSuggestion) -> None:
    thing = suggestion.thing_id
    if suggestion.register == Register.TOUCHPOINT:
        Impact.objects.get_or_create(request=request, touchpoint_id=thing, defaults={"effect": Effect.CHANGES})
    elif suggestion.register == Register.DOMAIN:
        if not DataUse.objects.filter(request=request, domain_id=thing).exists():
            DataUse.objects.create(request=request, domain_id=thing, mode=DataUse.Mode.READS)
    elif suggestion.register == Register.SYSTEM:
        SystemUse.objects.get_or_create(request=request, system_id=thing, defaults={"effect": SystemUse.Effect.USES})
    else:
        impacts = list(Impact.objects.filter(request=request).order_by("id"))
        if not impacts:
            raise ActNotPossible("Name a touchpoint first: the customers are noted where they meet it.")
        for impact in impacts:
            impact.segments.add(thing)


def _suggest(held: HeldIndex, suggester: TagSuggester, facts: RequestFacts) -> list[Suggestion]:
    near = [pair for pair in held.index.neighbours(facts) if pair[1].id != facts.id]
    texts = (facts.title, facts.problem, facts.proposal)
    if not any(text.strip() for text in texts):
        return []
    there = _there(facts)
    return [tag for tag in suggester.suggest(texts, near, limit=20) if (tag.register, tag.thing) not in there]


def _there(facts: RequestFacts) -> set[tuple[str, int]]:
    found: set[tuple[str, int]] = {("touchpoint", impact.touchpoint) for impact in facts.impacts}
    found |= {("segment", segment) for impact in facts.impacts for segment in impact.segments}
    found |= {("segment", contact.segment) for contact in facts.contacts}
    found |= {("domain", use.domain) for use in facts.data_uses}
    found |= {("system", use.system) for use in facts.system_uses}
    return found | {("system", use.system) for use in facts.data_uses if use.system is not None}


def _store(request: int, tags: Sequence[Suggestion]) -> int:
    """Replace the open suggestions of a request; returns how many are open now."""
    active = _active({(tag.register, tag.thing) for tag in tags})
    rows = {
        (tag.register, tag.thing): TagSuggestion(
            request_id=request,
            register=tag.register,
            thing_id=tag.thing,
            confidence=tag.confidence,
            words=list(tag.words),
        )
        for tag in tags
        if (tag.register, tag.thing) in active
    }
    with transaction.atomic():
        known = TagSuggestion.objects.filter(request=request)
        decided = set(known.exclude(state=State.OPEN).values_list("register", "thing_id"))
        fitting = [row for key, row in rows.items() if key not in decided]
        keep = {(row.register, row.thing_id) for row in fitting}
        gone = [
            pk
            for pk, register, thing in known.filter(state=State.OPEN).values_list("id", "register", "thing_id")
            if (register, thing) not in keep
        ]
        TagSuggestion.objects.filter(pk__in=gone).delete()
        TagSuggestion.objects.bulk_create(
            fitting,
            update_conflicts=True,
            unique_fields=["request", "register", "thing_id"],
            update_fields=["confidence", "words"],
        )
    return len(fitting)


def _active(things: Iterable[tuple[str, int]]) -> set[tuple[str, int]]:
    """Those of the things that are not retired."""
    models: dict[str, type[Touchpoint] | type[DataDomain] | type[Segment] | type[System]] = {
        "touchpoint": Touchpoint,
        "domain": DataDomain,
        "segment": Segment,
        "system": System,
    }
    found: set[tuple[str, int]] = set()
    wanted = list(things)
    for register, model in models.items():
        ids = [thing for kind, thing in wanted if kind == register]
        if ids:
            rows = model.objects.active().filter(pk__in=ids).order_by("id").values_list("pk", flat=True)
            found |= {(register, pk) for pk in rows}
    return found


def register_names(register: RegisterFacts, suggestions: Iterable[TagSuggestion]) -> dict[int, str]:
    """The name of what each suggestion is about, by the suggestion's id."""
    things = {
        Register.TOUCHPOINT.value: register.touchpoints,
        Register.DOMAIN.value: register.domains,
        Register.SEGMENT.value: register.segments,
        Register.SYSTEM.value: register.systems,
    }
    return {
        each.pk: things[each.register][each.thing_id].name
        for each in suggestions
        if each.thing_id in things[each.register]
    }
