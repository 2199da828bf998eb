"""Keeps what requesters said to suggested tags, and the suggestions that wait at filed requests.

A decision is a conditional update: of two people who answer at once one is first, the other is told who was. The same
answer twice changes nothing.
"""

from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from impacts.engine.suggest import Suggestion
from impacts.errors import ActNotPossible, NotAllowed
from impacts.models import DataUse, Effect, Impact, SystemUse, TagSuggestion
from impacts.permissions import can_tag
from impacts.selectors.scans.facts import facts_of, request_facts
from impacts.selectors.tags.suggestions import MODELS, Suggesting
from impacts.services.scans.index import held_index
from impacts.services.tags.tagging import touched
from portfolio.models import Person, ProjectRequest

Register = TagSuggestion.Register
State = TagSuggestion.State

LINES: dict[str, type[Impact] | type[DataUse] | type[SystemUse]] = {
    Register.TOUCHPOINT.value: Impact,
    Register.DOMAIN.value: DataUse,
    Register.SYSTEM.value: SystemUse,
}
"""What says that a request touches an entry of a register."""

BATCH = 100
"""Requests whose suggestions are brought up to date in one go."""


def suggest_tags_for(*, request_ids: Collection[int]) -> int:
    """Suggest tags for these live requests and store them as open suggestions. Returns how many are open.

    What was accepted or declined before stays so; open ones that no longer fit go. A request that cannot be read is
    passed over.
    """
    facts = request_facts(request_ids)
    with held_index(reread=request_ids) as held:
        suggesting = Suggesting(held.index)
        readable = [(pk, version[0], each) for pk, (version, each) in sorted(facts.items()) if pk not in held.odd]
        found = {pk: (version, suggesting.suggest(each)) for pk, version, each in readable}
    return sum(_store(request, version, tags) for request, (version, tags) in found.items())


def refresh_suggestions(*, limit: int = BATCH) -> int:
    """Bring the open suggestions up to date of live requests that have changed since they were suggested, at most
    `limit` of them. Returns how many requests were looked at. The worker calls it after a scan; a page never does."""
    stale = TagSuggestion.objects.filter(state=State.OPEN, request__in=ProjectRequest.objects.live())
    stale = stale.exclude(request_version=F("request__version"))
    ids = list(stale.order_by("request_id").values_list("request_id", flat=True).distinct()[:limit])
    if ids:
        suggest_tags_for(request_ids=ids)
    return len(ids)


def accept_suggestion(*, request: ProjectRequest, register: str, thing: int, person: Person) -> TagSuggestion:
    """Take an entry over: the line appears among what the request touches. A segment goes to every touchpoint that is
    named so far. Accepting again changes nothing; who declined it may accept it after all.

    Raises NotAllowed; ActNotPossible when it is no longer in the register, when somebody else declined it, and for a
    segment while no touchpoint is named.
    """
    suggestion = _row(request, register, thing, person)
    with transaction.atomic():
        if _decide(suggestion, State.ACCEPTED, person):
            touched(request)
            suggestion.added = _add_line(request, suggestion)
            suggestion.save(update_fields=["added"])
    return suggestion


def decline_suggestion(*, request: ProjectRequest, register: str, thing: int, person: Person) -> TagSuggestion:
    """Say that the request does not touch an entry; it is not suggested again, and similar requests learn from it.
    Declining again changes nothing. Raises NotAllowed; ActNotPossible when it was accepted."""
    suggestion = _row(request, register, thing, person)
    _decide(suggestion, State.DECLINED, person)
    return suggestion


def undo_suggestion(*, request: ProjectRequest, register: str, thing: int, person: Person) -> TagSuggestion:
    """Take an answer back: the suggestion is open again, and what accepting it added is gone; what stood there before
    stays.

    Raises NotAllowed; ActNotPossible when nobody answered it, or when the line was filled in since.
    """
    _check(person, request)
    suggestion = TagSuggestion.objects.filter(request=request, register=register, thing_id=thing).first()
    if suggestion is None:
        raise ActNotPossible("Nobody has answered this suggestion, so there is nothing to take back.")
    if suggestion.state == State.OPEN:
        return suggestion
    with transaction.atomic():
        changed = TagSuggestion.objects.filter(pk=suggestion.pk, state=suggestion.state).update(
            state=State.OPEN, decided_by=person, decided_at=timezone.now()
        )
        if changed and suggestion.state == State.ACCEPTED:
            touched(request)
            _remove_line(request, suggestion)
    suggestion.refresh_from_db()
    return suggestion


def _check(person: Person, request: ProjectRequest) -> None:
    if not can_tag(person, request):
        raise NotAllowed(f"What {request.reference} touches is not yours to say.")


def _row(request: ProjectRequest, register: str, thing: int, person: Person) -> TagSuggestion:
    """The stored suggestion; made now, with what speaks for it, if it was only shown so far. Not in a transaction: the
    index may take a while. Raises NotAllowed, ActNotPossible."""
    _check(person, request)
    if register not in MODELS or not MODELS[register].objects.active().filter(pk=thing).exists():
        raise ActNotPossible("This is no longer in the register, so it can neither be added nor declined.")
    stored = TagSuggestion.objects.filter(request=request, register=register, thing_id=thing).first()
    if stored is not None:
        return stored
    with held_index() as held:
        shown = Suggesting(held.index).suggest(facts_of(request))
    told = next((each for each in shown if each.tag == (register, thing)), None)
    values = {
        "confidence": told.confidence if told else 0.0,
        "words": list(told.words) if told else [],
        "request_version": request.version,
    }
    return TagSuggestion.objects.get_or_create(request=request, register=register, thing_id=thing, defaults=values)[0]


def _decide(suggestion: TagSuggestion, state: TagSuggestion.State, person: Person) -> bool:
    """Store the answer; whether this call did it and nobody before. Raises ActNotPossible."""
    undecided = Q(state=State.OPEN)
    if state == State.ACCEPTED:
        undecided |= Q(state=State.DECLINED, decided_by=person)
    rows = TagSuggestion.objects.filter(undecided, pk=suggestion.pk)
    is_new = bool(rows.update(state=state, decided_by=person, decided_at=timezone.now()))
    suggestion.refresh_from_db()
    if suggestion.state != state:
        raise ActNotPossible(_already(suggestion, person))
    return is_new


def _already(suggestion: TagSuggestion, person: Person) -> str:
    """What was said before, by whom, and what to do."""
    by = suggestion.decided_by
    who = "You" if by == person else by.name if by else "Somebody"
    if suggestion.state == State.DECLINED:
        return f"{who} said that the request does not touch it. Take that back first, below, or talk to each other."
    return f"{who} added it already. If the request does not touch it, remove the line on step 3."


def _add_line(request: ProjectRequest, suggestion: TagSuggestion) -> list[int]:
    """Say that the request touches the entry. Returns the ids of the lines that this made; for a segment, those of the
    impacts that it was added to. A line that stands there already is left as it is, and not among them."""
    thing = suggestion.thing_id
    if suggestion.register == Register.SEGMENT:
        return _add_segment(request, thing)
    line: Impact | DataUse | SystemUse
    if suggestion.register == Register.TOUCHPOINT:
        line, is_new = Impact.objects.get_or_create(
            request=request, touchpoint_id=thing, defaults={"effect": Effect.CHANGES}
        )
    elif suggestion.register == Register.DOMAIN:
        if DataUse.objects.filter(request=request, domain_id=thing).exists():
            return []
        line, is_new = DataUse.objects.create(request=request, domain_id=thing, mode=DataUse.Mode.READS), True
    else:
        line, is_new = SystemUse.objects.get_or_create(
            request=request, system_id=thing, defaults={"effect": SystemUse.Effect.USES}
        )
    return [line.pk] if is_new else []


def _add_segment(request: ProjectRequest, segment: int) -> list[int]:
    impacts = Impact.objects.filter(request=request).order_by("id")
    if not impacts:
        raise ActNotPossible("Name a touchpoint first: the customers are noted where they meet it.")
    without = list(impacts.exclude(segments=segment))
    for impact in without:
        impact.segments.add(segment)
    return [impact.pk for impact in without]


def _remove_line(request: ProjectRequest, suggestion: TagSuggestion) -> None:
    """Take away what _add_line added, if it is still as it was added. What is gone already is passed over."""
    if suggestion.register == Register.SEGMENT:
        for impact in Impact.objects.filter(pk__in=suggestion.added, request=request).order_by("id"):
            impact.segments.remove(suggestion.thing_id)
        return
    for line in LINES[suggestion.register].objects.filter(pk__in=suggestion.added, request=request).order_by("id"):
        if not _is_as_added(line):
            raise ActNotPossible(f"“{line}” was filled in since it was added. Remove the line on step 3.")
        line.delete()


def _is_as_added(line: Impact | DataUse | SystemUse) -> bool:
    if isinstance(line, Impact):
        plain = (line.effect, line.direction, line.measure_id, line.note) == (
            Effect.CHANGES,
            Impact.Direction.NEUTRAL,
            None,
            "",
        )
        return plain and not line.segments.exists()
    if isinstance(line, DataUse):
        return line.mode == DataUse.Mode.READS and line.system_id is None
    return line.effect == SystemUse.Effect.USES


def _store(request: int, version: int, tags: Sequence[Suggestion]) -> int:
    """Replace the open suggestions of a request, as read at this version; returns how many are open now."""
    rows = [
        TagSuggestion(
            request_id=request,
            register=tag.register,
            thing_id=tag.thing,
            confidence=tag.confidence,
            words=list(tag.words),
            request_version=version,
        )
        for tag in tags
    ]
    keep = {tag.tag for tag in tags}
    with transaction.atomic():
        known = TagSuggestion.objects.filter(request=request, state=State.OPEN).order_by("id")
        gone = [pk for pk, *tag in known.values_list("id", "register", "thing_id") if tuple(tag) not in keep]
        TagSuggestion.objects.filter(pk__in=gone, state=State.OPEN).delete()
        TagSuggestion.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["request", "register", "thing_id"],
            update_fields=["confidence", "words", "request_version"],
        )
    return len(rows)
