"""One decision's page and its Markdown record, as one person may see them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from board.material.compare import Difference
from board.models import ChainHead, Condition, Decision, LaterChange, Seal, Vote
from board.packs import words
from board.packs.facts import FindingFact, RequestFact
from board.packs.markdown import DecisionRecord, RecordOption, RecordRequest
from board.packs.options import Option, options_for
from board.packs.seal import seal_of
from board.permissions import can_see_board
from board.selectors.decisions.chain import MANY_PARTS, ONE_PART, content_of, link
from board.selectors.decisions.changes import MONEY
from board.selectors.decisions.decisions import seen_decision, with_all
from board.selectors.decisions.material import differences_from, seen_by_board
from board.selectors.decisions.outcomes import SeenDecision
from board.selectors.decisions.snapshots import seen_facts
from customers.amounts import currency_sign
from portfolio.models import ProjectRequest
from portfolio.permissions import can_see_money


@dataclass(frozen=True, slots=True)
class SeenSeal:
    """A decision's place in the chain, and whether it still fits. `intact`: what was decided and what the board saw are
    as they were sealed, and the seal before it is the one that it follows."""

    sequence: int
    count: int
    own_hash: str
    previous_hash: str
    before: int | None
    after: int | None
    intact: bool


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """One decided request then and now. `saw` is what the board saw of it, None where the snapshot has nothing;
    `differences` what is no longer so, `hidden` those in what it costs that the person may not see."""

    request: ProjectRequest
    after: str
    saw: RequestFact | None
    shows_money: bool
    differences: Sequence[Difference]
    hidden: int


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """Everything on a decision's page. Options, findings and advice are the board's and the architects' to see; with a
    hidden request in it there is nothing but its date, kind and seal."""

    seen: SeenDecision
    seal: SeenSeal | None
    requests: Sequence[SeenRequest]
    conditions: Sequence[Condition]
    options: Sequence[Option]
    findings: Sequence[FindingFact]
    advice: str
    later: Sequence[LaterChange]
    supersedes: SeenDecision | None
    superseded_by: SeenDecision | None


def decision_page(pk: int, user: Any) -> DecisionPage:
    """The page of the decision of this id. Raises Decision.DoesNotExist. A fixed number of queries for each request."""
    rows = with_all(Decision.objects.filter(pk=pk)).select_related(*ONE_PART).prefetch_related(*MANY_PARTS)
    decision = rows.get()
    seen = seen_decision(decision, user)
    facts = None if seen.hidden else seen_facts(decision)
    saw = {each.id: each for each in facts.requests} if facts else {}
    board = can_see_board(user) and not seen.hidden
    conditions = decision.conditions.select_related("owner", "met_by").prefetch_related(
        "moves__owner_after", "moves__owner_before"
    )
    later = [] if seen.hidden else decision.later_changes.select_related("request", "answered_by", "item__meeting")
    return DecisionPage(
        seen=seen,
        seal=_seal(decision),
        requests=[] if seen.hidden else list(_requests(seen, saw, user)),
        conditions=[] if seen.hidden else list(conditions.order_by("due", "id")),
        options=options_for(facts, currency_sign(), money=True) if board and facts else (),
        findings=facts.findings if board and facts else (),
        advice=facts.advice if board and facts else "",
        later=list(later),
        supersedes=_other(decision.supersedes, user),
        superseded_by=_other(getattr(decision, "superseded_by", None), user),
    )


def _other(decision: Decision | None, user: Any) -> SeenDecision | None:
    return seen_decision(with_all(Decision.objects.filter(pk=decision.pk)).get(), user) if decision else None


def _seal(decision: Decision) -> SeenSeal | None:
    seal = getattr(decision, "seal", None)
    if seal is None:
        return None
    around = Seal.objects.filter(sequence__in=(seal.sequence - 1, seal.sequence + 1)).order_by("sequence")
    beside = {each.sequence: each for each in around}
    before = beside.get(seal.sequence - 1)
    holds = link(content_of(decision), seal.sequence, seal.previous_hash) == seal.own_hash
    follows = before is None or before.own_hash == seal.previous_hash
    after = beside.get(seal.sequence + 1)
    head = ChainHead.objects.order_by("id").first()
    return SeenSeal(
        sequence=seal.sequence,
        count=head.count if head else seal.sequence,
        own_hash=seal.own_hash,
        previous_hash=seal.previous_hash,
        before=before.decision_id if before else None,
        after=after.decision_id if after else None,
        intact=holds and follows and seal_of(decision.snapshot) == decision.snapshot_hash,
    )


def _requests(seen: SeenDecision, saw: dict[int, RequestFact], user: Any) -> Iterable[SeenRequest]:
    requests = [row.request for row in seen.requests]
    known = {request.pk for request in requests if seen_by_board(seen.decision, request)}
    differences = differences_from(seen.decision, requests)
    for row in seen.requests:
        request, money = row.request, can_see_money(user, row.request)
        found = differences[request.pk] if request.pk in known else []
        shown = [each for each in found if money or each.field not in MONEY]
        hidden = len(found) - len(shown)
        yield SeenRequest(request, row.label, saw.get(request.pk), money, shown, hidden)


def record_of(page: DecisionPage) -> DecisionRecord:
    """What the Markdown record of the decision says, with exactly what its page shows."""
    seen, decision = page.seen, page.seen.decision
    return DecisionRecord(
        number=page.seal.sequence if page.seal else None,
        title=seen.question,
        kind=seen.kind,
        label=seen.label,
        status=_status(page),
        at=timezone.localtime(decision.at),
        meeting=str(decision.item.meeting),
        recorded_by=str(decision.recorded_by),
        reason=seen.reason,
        requests=[_record_request(each) for each in page.requests],
        findings=[finding.title for finding in page.findings],
        options=[RecordOption(each.kind, each.label, each.customer, each.rest, each.cost) for each in page.options],
        conditions=[(each.text, str(each.owner), each.due) for each in _as_decided(page)],
        votes=[*_ballot(seen), *(_vote(vote) for vote in seen.votes)],
        followed=_followed(page),
        seal=page.seal.own_hash if page.seal and not seen.hidden else "",
    )


def _ballot(seen: SeenDecision) -> Iterable[str]:
    """Whether it was carried, and the chair's word where it was not."""
    if seen.ballot:
        yield seen.ballot.count.words
        if seen.ballot.overridden_by:
            yield f"Against the vote, by {seen.ballot.overridden_by} in the chair: {seen.ballot.override_because}"


def _vote(vote: Vote) -> str:
    words_of_it = f". {vote.words}" if vote.words else ""
    return f"{vote.person}: {vote.get_choice_display()}{words_of_it}"


def _status(page: DecisionPage) -> str:
    if page.superseded_by is None:
        return "stands"
    when = timezone.localtime(page.superseded_by.decision.at)
    return f"taken back on {words.day(when.date())}"


def _record_request(each: SeenRequest) -> RecordRequest:
    saw = each.saw
    lines = []
    if saw:
        lines = [f"Start {words.day(saw.start)}, go-live {words.day(saw.go_live)}"]
        if each.shows_money:
            sign = currency_sign()
            lines.append(f"Costs {words.amount(saw.one_off, sign)} once, {words.amount(saw.yearly, sign)} a year")
        if saw.promised_effect:
            lines.append(f"Promised: {saw.promised_effect}")
    return RecordRequest(
        reference=each.request.reference,
        title=saw.title if saw else each.request.title,
        silo=saw.silo if saw else each.request.silo.name,
        problem=saw.problem if saw else "",
        proposal=saw.proposal if saw else "",
        lines=lines,
        after=each.after,
    )


def _as_decided(page: DecisionPage) -> list[Condition]:
    return [each.as_decided for each in page.conditions]


def _on(at: datetime) -> str:
    return words.day(timezone.localdate(at))


def _followed(page: DecisionPage) -> list[str]:
    seen, lines = page.seen, []
    if seen.survivor:
        lines.append(f"What was merged goes on in {seen.survivor.reference}; each keeps its own words.")
    if seen.hold:
        hold = seen.hold
        lines.append(f"{hold.as_decided.owner} answers by {words.day(hold.expires_on)}: {hold.condition}")
        lines += [f"Given on {_on(move.at)} to {move.owner_after}: {move.reason}" for move in hold.moves.all()]
    for condition in page.conditions:
        for moved in condition.moves.all():
            to = f"{moved.owner_after}, by {words.day(moved.due_after)}"
            lines.append(f"Moved on {_on(moved.at)} to {to}: {condition.text} ({moved.reason})")
        if condition.met_at:
            met = words.day(timezone.localdate(condition.met_at))
            lines.append(f"Met on {met}: {condition.text} ({condition.met_note})")
    for change in page.later:
        when = words.day(timezone.localdate(change.at))
        lines.append(f"{change.request.reference} was changed on {when}: {change.get_verdict_display().lower()}.")
    if page.superseded_by:
        lines.append(f"It was taken back: {page.superseded_by.reason}")
    return lines
