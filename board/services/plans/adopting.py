"""Adopting a plan: what it proposes is put on an agenda, request by request, and can be taken back at once. The board
decides, never the plan."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from board.errors import CannotPlan, NotAllowed
from board.models import AgendaItem, Meeting, PlannedRequest, PlanProposal, PlanRun, Scenario
from board.packs.words import cut, quoted
from board.permissions import can_advise, can_manage_meetings, can_plan, can_propose
from board.selectors.meetings.items import absence
from board.selectors.plans.plan_sheets import standing_proposals
from board.services.meetings.agenda import advise, drop_item, place_item
from customers.words import isolated
from portfolio.models import Person, ProjectRequest
from portfolio.models.requests import REFERENCE
from portfolio.permissions import can_see


def proposal_words(line: PlannedRequest, run: PlanRun, secret: Collection[str] = ()) -> str:
    """What the plan proposes for one request, and why, in at most 1,000 characters. The references in `secret` are not
    named: the words also reach who may not know of those requests (packs by link)."""
    name = run.seen["name"]
    if line.period is None:
        text = f"Plan “{name}” lets it wait. {line.why} {line.fits_if}"
    else:
        when = run.horizon.name(line.period)
        days = f" ({line.starts:%-d %B %Y} to {line.live:%-d %B %Y})" if line.starts and line.live else ""
        moved = " Later than asked." if line.moved and (line.asked_period or 0) < line.period else ""
        text = f"Plan “{name}” proposes that it starts in {when}{days}.{moved} {line.why}"
    text = REFERENCE.sub(lambda found: "a confidential request" if found[0] in secret else found[0], text)
    return cut(" ".join(text.split()), 1000)


def question_words(line: PlannedRequest, run: PlanRun) -> str:
    """The decision asked for, in one sentence of at most 300 characters."""
    title = quoted(isolated(cut(line.request.title, 150)))
    if line.period is None:
        return f"Should {line.request.silo.name} wait with {title}, which does not fit into the plan?"
    return f"Should {line.request.silo.name} go ahead with {title}, starting in {run.horizon.name(line.period)}?"


def adopt_plan(*, person: Person, run: PlanRun, meeting: Meeting, requests: Collection[int]) -> list[PlanProposal]:
    """Put these requests of a plan on the agenda, each with what the plan proposes, and mark the scenario as the one
    adopted. A request on the agenda already keeps its item and its question. Advice is written where `person` is an
    architect and nobody has advised yet. Returns the proposals.

    Raises NotAllowed, CannotPlan where there is no plan or nothing to propose, the errors of the agenda.
    """
    if not can_plan(person) or not can_propose(person, meeting):
        raise NotAllowed("Only the board's secretary, the chair and architects put things on the agenda.")
    lines = _lines(run, requests)
    if not lines:
        raise CannotPlan(["Choose at least one request that the board can decide over."])
    secret = set(ProjectRequest.objects.filter(confidential=True).order_by().values_list("reference", flat=True))
    with transaction.atomic():
        made = [_propose(person, run, meeting, line, secret) for line in lines]
        _mark(person, run)
    return made


def _lines(run: PlanRun, requests: Collection[int]) -> list[PlannedRequest]:
    rows = run.requests.filter(request__in=requests).select_related("request__silo", "request__survivor")
    rows = rows.order_by(F("period").asc(nulls_last=True), "starts", "id")
    return [line for line in rows if not absence(line.request)]


def _propose(
    person: Person, run: PlanRun, meeting: Meeting, line: PlannedRequest, secret: Collection[str]
) -> PlanProposal:
    if not can_see(person, line.request):
        raise NotAllowed("There is no such request.")
    text = proposal_words(line, run, {*secret} - {line.request.reference})
    item = place_item(meeting=meeting, request=line.request, question=question_words(line, run), why=text)
    if not item.advice and item.status == AgendaItem.Status.OPEN and can_advise(person, meeting):
        advise(person=person, item=item, expected=item.version, advice=text)
    kind = PlanProposal.Kind.WAIT if line.period is None else PlanProposal.Kind.GO
    proposal, _ = PlanProposal.objects.update_or_create(
        run=run, request=line.request, defaults={"item": item, "kind": kind, "text": text}
    )
    return proposal


def _mark(person: Person, run: PlanRun) -> None:
    """One scenario is the adopted one: the one before is not any more. All are locked: of two who adopt at once each
    would leave the other's, which is not adopted yet."""
    for other in Scenario.objects.select_for_update().order_by("id"):
        if other.adopted_run_id and other.pk != run.scenario_id:
            other.adopted_run, other.adopted_by, other.adopted_at = None, None, None
            other.save(update_fields=["adopted_run", "adopted_by", "adopted_at"])
    scenario = run.scenario
    scenario.adopted_run, scenario.adopted_by, scenario.adopted_at = run, person, timezone.now()
    scenario.save(update_fields=["adopted_run", "adopted_by", "adopted_at"])


def take_back_plan(*, person: Person, scenario: Scenario, reason: str) -> tuple[int, int]:
    """Take what the adopted plan of a scenario put on agendas off them, all or nothing, and let the scenario be a draft
    again. What the board decided, and what was on an agenda before, stays. How many came off, and stay.

    Raises NotAllowed, CannotPlan where no plan of it is proposed, the errors of the agenda.
    """
    if not can_plan(person):
        raise NotAllowed("Only the board and architects see plans.")
    with transaction.atomic():
        scenario = Scenario.objects.select_for_update().get(pk=scenario.pk)
        if scenario.adopted_run is None:
            raise CannotPlan(["Nothing of it stands before the board: somebody took it back already."])
        own, stay = standing_proposals(scenario.adopted_run)
        if not own and not can_manage_meetings(person):
            raise NotAllowed("Only the board's secretary and the CIO say that nothing of it is proposed any more.")
        for proposal in own:
            drop_item(person=person, item=proposal.item, reason=reason)
        scenario.adopted_run, scenario.adopted_by, scenario.adopted_at = None, None, None
        scenario.save(update_fields=["adopted_run", "adopted_by", "adopted_at"])
    return len(own), len(stay)
