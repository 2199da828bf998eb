"""What belongs to a decision beside its words: conditions, hold, questions, deferral, votes, the family that it makes.
Written with the decision, and ended when it is taken back or followed by another."""

from collections.abc import Sequence
from datetime import datetime

from board.errors import CannotDecide
from board.models import Condition, Decision, Deferral, Hold, Joining, Question, Vote
from board.services.decisions.rulings import NewFamily, Ruling
from impacts.errors import ImpactsError
from impacts.models import Family, FamilyMember
from impacts.services.findings.families import (
    change_family,
    current_members,
    dissolve_family,
    found_family,
    join_requests,
    take_out,
)
from portfolio.lifecycle import Status
from portfolio.models import Person, ProjectRequest


def write_parts(*, decision: Decision, ruling: Ruling, members: Sequence[ProjectRequest]) -> None:
    """Write all that the ruling says beside kind and reason. Call it in the decision's transaction. Raises CannotDecide
    where the requests cannot become one family, ValidationError."""
    for row in ruling.conditions:
        _save(Condition(decision=decision, text=row.text.strip(), owner=row.owner, due=row.due))
    for question in ruling.questions if ruling.kind == Decision.Kind.RETURN else ():
        _save(Question(decision=decision, text=question.text.strip(), owner=question.owner, due=question.due))
    for vote in ruling.votes:
        _save(Vote(decision=decision, person=vote.person, choice=vote.choice, words=vote.words.strip()))
    if ruling.kind == Decision.Kind.HOLD and ruling.hold is not None:
        hold = ruling.hold
        _save(Hold(decision=decision, owner=hold.owner, condition=hold.condition.strip(), expires_on=hold.expires_on))
    if ruling.kind == Decision.Kind.DEFER and ruling.until is not None:
        _save(Deferral(decision=decision, until=ruling.until))
    if ruling.kind == Decision.Kind.JOIN and ruling.family is not None:
        try:
            _join(decision, ruling.family, members)
        except ImpactsError as error:
            raise CannotDecide(f"Nothing was recorded. {error}", {"lead": str(error)}) from error


def _save(row: Condition | Question | Vote | Hold | Deferral | Joining) -> None:
    row.full_clean()
    row.save()


def _join(decision: Decision, wanted: NewFamily, members: Sequence[ProjectRequest]) -> None:
    """Found the family, or confirm the one that some of the requests are in already."""
    requests = [*members, *([wanted.partner] if wanted.partner else [])]
    person, now = decision.recorded_by, decision.at
    family = decision.item.family or _family_of(requests)
    if family is None:
        family = found_family(
            members=requests,
            lead=wanted.lead,
            owner=wanted.owner,
            title=decision.item.title or wanted.lead.title,
            person=person,
            at=now,
            decided=True,
        )
        _save(Joining(decision=decision, family=family, founded=True, lead=wanted.lead, owner=wanted.owner))
        return
    inside = set(current_members(family))
    new = [request for request in requests if request.pk not in inside]
    joining = Joining(
        decision=decision,
        family=family,
        lead=wanted.lead,
        owner=wanted.owner,
        lead_before=family.lead,
        owner_before=family.owner,
    )
    if new:
        join_requests(family=family, requests=new, person=person, at=now, decided=True)
    _lead(family, wanted.lead, wanted.owner, person)
    _save(joining)
    joining.joined.set(new)


def _family_of(requests: Sequence[ProjectRequest]) -> Family | None:
    """The one family that some of the requests are in; None where they are in none. Raises CannotDecide where they are
    in several."""
    rows = FamilyMember.objects.filter(request__in=[each.pk for each in requests], left_at__isnull=True)
    families = {row.family_id: row.family for row in rows.select_related("family__lead", "family__owner")}
    if len(families) > 1:
        codes = " and ".join(sorted(family.code for family in families.values()))
        text = f"They are in different families already, {codes}. Let an architect dissolve one of them first."
        raise CannotDecide(f"Nothing was recorded. {text}", {"lead": text})
    return next(iter(families.values()), None)


def _lead(family: Family, lead: ProjectRequest, owner: Person, person: Person) -> None:
    if (family.lead_id, family.owner_id) == (lead.pk, owner.pk):
        return
    change_family(
        family=family,
        lead=lead,
        owner=owner,
        title=family.title,
        version=family.version,
        person=person,
        decided=True,
    )


def end_parts(*, request: ProjectRequest, before: Status, decision: Decision) -> None:
    """End what an earlier decision left open over the request, which was `before`, now that `decision` follows: its
    hold or its deferral, unless that still keeps other requests."""
    if before is Status.ON_HOLD:
        holds = Hold.objects.filter(released_at__isnull=True, decision__requests__request=request)
        for hold in holds.exclude(decision=decision).order_by("id"):
            if not _keeps_others(hold.decision, request, before):
                hold.released_at = decision.at
                hold.save()
    if before is Status.DEFERRED:
        rows = Deferral.objects.filter(ended_at__isnull=True, decision__requests__request=request)
        for deferral in rows.exclude(decision=decision).order_by("id"):
            if not _keeps_others(deferral.decision, request, before):
                deferral.ended_at = decision.at
                deferral.save()


def _keeps_others(earlier: Decision, request: ProjectRequest, state: Status) -> bool:
    return earlier.requests.filter(request__status=state.value).exclude(request=request).exists()


def take_parts_back(*, decision: Decision, person: Person, at: datetime) -> None:
    """End the hold or deferral of a decision that is taken back, and undo the family that it made. Its conditions,
    questions and votes are void with it. Raises CannotDecide where the family cannot be undone."""
    Hold.objects.filter(decision=decision, released_at__isnull=True).update(released_at=at)
    Deferral.objects.filter(decision=decision, ended_at__isnull=True).update(ended_at=at)
    rows = Joining.objects.filter(decision=decision)
    joining = rows.select_related("family", "lead_before", "owner_before").first()
    if joining is None or joining.family.dissolved_at is not None:
        return
    try:
        _unjoin(joining, person, at)
    except ImpactsError as error:
        raise CannotDecide(f"The decision stands. {error}") from error


def _unjoin(joining: Joining, person: Person, at: datetime) -> None:
    family = joining.family
    if joining.founded:
        dissolve_family(family=family, person=person, at=at, decided=True)
        return
    if joining.lead_before is not None and joining.owner_before is not None and family.lead_id == joining.lead_id:
        _lead(family, joining.lead_before, joining.owner_before, person)
    inside = set(current_members(family))
    for request in joining.joined.order_by("id"):
        if request.pk in inside and request.pk != family.lead_id:
            take_out(family=family, request=request, person=person, decided=True)
