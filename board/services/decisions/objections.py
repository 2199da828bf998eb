"""Objecting to a request for its customers, withdrawing that, and answering it by a decision."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from board.errors import AlreadyObjected, CannotObject, NotAllowed
from board.models import AgendaItem, Decision, Meeting, Objection
from board.packs.words import cut, day, in_sentence, quoted
from board.permissions import can_object_for, can_withdraw
from board.selectors.decisions.decisions import seen_decision, with_all
from board.selectors.decisions.material import YES
from board.selectors.decisions.objections import touched_segments, why_nothing_to_object
from board.selectors.meetings.meetings import next_meeting, next_meeting_of, secretaries
from board.services.meetings.agenda import place_item
from board.services.wording import in_full
from customers.models import Segment
from customers.words import isolated
from impacts.models import Family, FamilyMember
from portfolio.models import Person, ProjectRequest
from portfolio.permissions import can_see
from portfolio.services.notifications import notify, watchers

MOST_REASON = 2000
#: Decisions that settle a request and so answer what was objected. A hold or a deferral settles nothing; going together
#: as a family does where it says yes as well.
SETTLING = frozenset(
    {
        Decision.Kind.APPROVE,
        Decision.Kind.APPROVE_WITH_CONDITIONS,
        Decision.Kind.MERGE,
        Decision.Kind.SEQUENCE,
        Decision.Kind.REJECT,
    }
)


def object_to(
    *, person: Person, request: ProjectRequest, segment: Segment, reason: str, at: datetime | None = None
) -> Objection:
    """Object to a request for the customers of a segment, and say why. It becomes an item of the next meeting that is
    planned, unless the request is on an agenda already; without a planned meeting it waits for one. The people of the
    request and the board's secretaries are told.

    Raises NotAllowed for who does not speak for these customers, CannotObject where it does not fit the request (not
    touched, decided, withdrawn) or gives no reason, AlreadyObjected for a second one.
    """
    _check(person, request, segment, reason)
    objection = Objection(
        request=request, segment=segment, person=person, reason=reason.strip(), at=at or timezone.now()
    )
    objection._change_reason = f"Objects to {request.reference}"  # type: ignore[attr-defined]
    try:
        with transaction.atomic():
            objection.full_clean(validate_unique=False, validate_constraints=False)
            objection.save()
            objection.item = _put_on_agenda(objection)
            if objection.item is not None:
                objection.save(update_fields=["item"])
            _tell_objection(objection)
    except IntegrityError as error:
        raise AlreadyObjected(_twice(request, segment)) from error
    return objection


def _check(person: Person, request: ProjectRequest, segment: Segment, reason: str) -> None:
    if not can_see(person, request):
        raise NotAllowed("You may not see this request.")
    whom = in_sentence(segment.name)
    if not can_object_for(person, segment):
        manager = segment.manager
        problem = manager.accountability_problem if manager else "nobody is named"
        nobody = f"nobody does now ({problem}), so the customer leader may"
        who = f"{manager} does" if manager and not problem else nobody
        raise NotAllowed(f"Only who speaks for {whom} objects for them: {who}.")
    if why_not := why_nothing_to_object(request):
        raise CannotObject(why_not)
    if not touched_segments(request).filter(pk=segment.pk).exists():
        raise CannotObject(
            f"{request.reference} does not touch {whom}: it changes nothing for them and does not contact them."
        )
    if not reason.strip():
        raise CannotObject("Say why, in words that the board can decide on.", {"reason": "Say why."})
    try:
        MaxLengthValidator(MOST_REASON)(reason.strip())
    except ValidationError as error:
        raise CannotObject(f"Say it in at most {MOST_REASON:,} characters.", {"reason": error.messages[0]}) from error
    if Objection.objects.open().filter(request=request, segment=segment).exists():
        raise AlreadyObjected(_twice(request, segment))


def _twice(request: ProjectRequest, segment: Segment) -> str:
    known = Objection.objects.open().filter(request=request, segment=segment).select_related("person").first()
    said = f"{known.person} objected on {day(timezone.localdate(known.at))}" if known else "Somebody has objected"
    return (
        f"{said} to {request.reference} for {in_sentence(segment.name)} already, and that waits for the board. To say "
        "something else, withdraw it and object again."
    )


def _put_on_agenda(objection: Objection) -> AgendaItem | None:
    """The item that the objection makes on the next meeting; None where the request is on an agenda, or none is
    planned."""
    if next_meeting_of(objection.request) is not None:
        return None
    meeting = next_meeting(planned=True)
    return _item_of(objection, meeting) if meeting else None


def _item_of(objection: Objection, meeting: Meeting) -> AgendaItem:
    request = objection.request
    member = FamilyMember.objects.filter(request=request, left_at__isnull=True, family__dissolved_at__isnull=True)
    row = member.select_related("family").order_by("id").first()
    family: Family | None = row.family if row else None
    title = family.title if family else request.title
    question = f"{objection}: should {request.silo.name} go ahead with {quoted(isolated(cut(title, 150)))}?"
    return place_item(meeting=meeting, request=None if family else request, family=family, question=cut(question, 300))


def put_waiting_on_next_meeting() -> int:
    """Put the objections that no agenda has on the next meeting that is planned. Call it when a meeting is planned or
    closed. Returns how many became items."""
    meeting = next_meeting(planned=True)
    made = 0
    rows = Objection.objects.open().select_related("request__silo", "request__survivor", "segment", "person")
    for objection in rows.order_by("at", "id") if meeting else []:
        if meeting and not why_nothing_to_object(objection.request) and next_meeting_of(objection.request) is None:
            objection.item = _item_of(objection, meeting)
            objection.save(update_fields=["item"])
            made += 1
    return made


def _tell_objection(objection: Objection) -> None:
    request = objection.request
    people = [each for each in [*watchers(request), *secretaries()] if each.pk != objection.person_id]
    notify(
        people=[each for each in people if can_see(each, request)],
        key=f"objection:{objection.pk}",
        text=f"{objection} to {request.reference} {cut(request.title, 120)}: {cut(objection.reason, 240)}",
        url=objection.get_absolute_url(),
        request=request,
    )


def withdraw_objection(
    *, person: Person, objection: Objection, reason: str = "", at: datetime | None = None
) -> Objection:
    """Take an open objection back. The agenda item that it made goes too, as long as its meeting has not begun, nobody
    has advised on it and nobody else objects. The people of the request are told.

    Raises NotAllowed for anybody but who raised it and who speaks for these customers now; CannotObject for one that
    was withdrawn or answered already; CannotDecide for a reason longer than 500 characters.
    """
    if not can_withdraw(person, objection):
        raise NotAllowed(f"{objection.person} raised it, or who speaks for {objection.whom} now, withdraws it.")
    now, why = at or timezone.now(), in_full(reason, most=500, field="reason")
    with transaction.atomic():
        claimed = Objection.objects.filter(pk=objection.pk, state=Objection.State.OPEN)
        if not claimed.update(state=Objection.State.WITHDRAWN, withdrawn_at=now):
            objection.refresh_from_db()
            what = "withdrawn" if objection.state == Objection.State.WITHDRAWN else "answered by the board"
            raise CannotObject(f"This objection was {what} already. Nothing was changed.")
        objection.refresh_from_db()
        objection.withdrawn_because = why
        objection._change_reason = "Withdrawn"  # type: ignore[attr-defined]
        objection.save()
        _drop_item(objection, person)
        request = objection.request
        people = [each for each in watchers(request) if each.pk != person.pk and can_see(each, request)]
        what = f"{request.reference} {cut(request.title, 120)}"
        text = f"{person} withdrew the objection for {objection.whom} to {what}. {cut(reason, 240)}".strip()
        key, url = f"objection-withdrawn:{objection.pk}", objection.get_absolute_url()
        notify(people=people, key=key, text=text, url=url, request=request)
    return objection


def _drop_item(objection: Objection, person: Person) -> None:
    item = objection.item
    if item is None or item.advice or item.status != AgendaItem.Status.OPEN:
        return
    others = Objection.objects.open().filter(request=objection.request)
    if item.meeting.status != Meeting.Status.PLANNED or others.exists():
        return
    fresh = AgendaItem.objects.filter(pk=item.pk, status=AgendaItem.Status.OPEN, version=item.version)
    if fresh.update(version=F("version") + 1):
        item.refresh_from_db()
        item.status = AgendaItem.Status.DROPPED
        item.dropped_because = f"{person} withdrew the objection that made it an item."
        item.save()


def answer_objections(*, decision: Decision) -> list[Objection]:
    """Answer what was objected to the requests that a decision moved, and tell who objected what was decided. A hold or
    a deferral is told and answers nothing. Call it in the decision's transaction. Returns the objections."""
    after = dict(decision.requests.order_by("id").values_list("request_id", "status_after"))
    rows = Objection.objects.open().filter(request__in=after)
    objections = list(rows.select_related("request", "segment__manager", "person").order_by("at", "id"))
    for objection in objections:
        joined = decision.kind == Decision.Kind.JOIN and after[objection.request_id] in YES
        if joined or decision.kind in SETTLING:
            objection.state, objection.answered_by = Objection.State.ANSWERED, decision
            objection._change_reason = f"Answered: {decision.get_kind_display()}"  # type: ignore[attr-defined]
            objection.save()
    whole = with_all(Decision.objects.filter(pk=decision.pk)).get() if objections else decision
    for objection in objections:
        _tell_answer(objection, whole)
    return objections


def reopen_objections(*, decision: Decision) -> list[Objection]:
    """Open again what a decision answered that was taken back, and tell who objected. Call it in that transaction."""
    rows = Objection.objects.filter(answered_by=decision, state=Objection.State.ANSWERED)
    objections = list(rows.select_related("request", "segment__manager", "person").order_by("at", "id"))
    for objection in objections:
        objection.state, objection.answered_by = Objection.State.OPEN, None
        objection._change_reason = "The decision was taken back"  # type: ignore[attr-defined]
        objection.save()
        _tell(objection, f"objection-open-again:{decision.pk}:{objection.pk}", "The board took its decision back", "")
    return objections


def _tell_answer(objection: Objection, decision: Decision) -> None:
    """Tell who objected what it comes to, and why. `decision` with all that `with_all` loads."""
    key = f"objection-answer:{decision.pk}:{objection.pk}"
    for person in _objectors(objection):
        own = seen_decision(decision, person)
        _tell(objection, key, f"The board decided: {cut(own.outcome, 180).rstrip('.')}", own.reason, [person])


def _objectors(objection: Objection) -> list[Person]:
    """Who raised it, and who speaks for its customers now."""
    people = {objection.person_id: objection.person}
    if objection.segment.manager is not None:
        people.setdefault(objection.segment.manager_id or 0, objection.segment.manager)
    return [person for person in people.values() if can_see(person, objection.request)]


def _tell(objection: Objection, key: str, said: str, reason: str, people: list[Person] | None = None) -> None:
    request = objection.request
    what = f"{request.reference} {cut(request.title, 80)}"
    text = cut(f"{said}. You objected to {what} for {objection.whom}. {reason}".strip(), 500)
    chosen = _objectors(objection) if people is None else people
    notify(people=chosen, key=key, text=text, url=objection.get_absolute_url(), request=request)
