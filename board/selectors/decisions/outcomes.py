"""A decision as one person may see it, and what it comes to in one plain sentence: for the room, askers and minutes."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from board.models import Ballot, Condition, Decision, Hold, Joining, Question, Vote
from board.packs.words import counted, cut, day, listed, order_words, quoted, sentence
from customers.words import isolated
from portfolio.lifecycle import Status
from portfolio.models import ProjectRequest

Kind = Decision.Kind
MOST_NAMED = 6
_YES = (Status.APPROVED, Status.APPROVED_WITH_CONDITIONS, Status.IN_DELIVERY)
_TONES: dict[str, str] = {
    Decision.Kind.APPROVE: Status.APPROVED,
    Decision.Kind.APPROVE_WITH_CONDITIONS: Status.APPROVED_WITH_CONDITIONS,
    Decision.Kind.JOIN: Status.APPROVED,
    Decision.Kind.HOLD: Status.ON_HOLD,
    Decision.Kind.RETURN: Status.RETURNED,
}


@dataclass(frozen=True, slots=True)
class DecidedLine:
    """What a decision did to one request that may be seen. `behind` are the references of what it goes after."""

    request: ProjectRequest
    after: str
    label: str
    position: int = 0
    behind: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SeenDecision:
    """A decision as one person may see it. `hidden` counts requests that they may not see; with any hidden, question
    and reason are a plain notice, and there are no conditions, hold, votes, questions and family. `until` is the day on
    which what was deferred comes back. `voided` when it was taken back."""

    pk: int
    decision: Decision
    kind: str
    label: str
    question: str
    reason: str
    requests: Sequence[DecidedLine]
    hidden: int
    conditions: Sequence[Condition]
    hold: Hold | None
    survivor: ProjectRequest | None
    voided: bool
    votes: Sequence[Vote] = ()
    questions: Sequence[Question] = ()
    until: date | None = None
    joining: Joining | None = None
    ballot: Ballot | None = None

    @property
    def tally(self) -> str:
        """ "4 for, 1 against, 1 abstained"; empty where votes in favour were not written down."""
        count = Counter(vote.choice for vote in self.votes)
        if not count[Vote.Choice.FOR]:
            return ""
        words = {Vote.Choice.FOR: "for", Vote.Choice.AGAINST: "against", Vote.Choice.ABSTAIN: "abstained"}
        return ", ".join(f"{count[choice]} {word}" for choice, word in words.items() if count[choice])

    @property
    def dissent(self) -> Sequence[Vote]:
        """Who voted against or abstained, or said something."""
        return [vote for vote in self.votes if vote.words or vote.choice != Vote.Choice.FOR]

    @property
    def outcome(self) -> str:
        """What it comes to, in one sentence."""
        return outcome_of(self)

    @property
    def order(self) -> str:
        """Of several that were put in order, the order in words: "A and B, then C"; empty otherwise."""
        if self.kind != Decision.Kind.SEQUENCE or len(self.requests) < 2:
            return ""
        return order_words({row.request.reference: row.position for row in self.requests})

    @property
    def tone(self) -> str:
        """The state whose colour its tag has."""
        return _TONES.get(self.kind, "")


def outcome_of(seen: SeenDecision, told: ProjectRequest | None = None) -> str:
    """ "REQ-2026-0007 is on hold until 3 March 2027, when it comes back by itself; Anna answers: “Who is master?”"

    `told` is the request that the sentence is read with: a decision over it alone then says "it". Of a decision that
    concerns hidden requests only the states of the others are said.
    """
    lines = seen.requests
    if not lines:
        return ""
    alone = told is not None and not seen.hidden and [line.request.pk for line in lines] == [told.pk]
    who = "it" if alone else _names(lines)
    make = _states if seen.hidden else _MAKERS.get(seen.kind, _states)
    said = make(seen, who)
    # Words that were quoted to their own full stop end the sentence too.
    return said[:1].upper() + said[1:] if said.endswith((".”", "?”", "!”", "…”")) else sentence(said)


def _names(lines: Sequence[DecidedLine]) -> str:
    return listed([line.request.reference for line in lines], MOST_NAMED)


def _are(lines: Sequence[DecidedLine]) -> str:
    return "is" if len(lines) == 1 else "are"


def _each(lines: Sequence[DecidedLine], one: str, many: str) -> str:
    return one if len(lines) == 1 else many


def _states(seen: SeenDecision, who: str) -> str:
    """What each request is now; those that are the same stand together."""
    states = list(dict.fromkeys(line.label for line in seen.requests))
    if len(states) == 1:
        return f"{who} {_are(seen.requests)} {states[0].lower()}"
    groups = [(state, [line for line in seen.requests if line.label == state]) for state in states]
    return listed([f"{_names(group)} {_are(group)} {state.lower()}" for state, group in groups])


def _approved(seen: SeenDecision, who: str) -> str:
    """Approved, with each condition, its owner and its day."""
    if not seen.conditions:
        return _states(seen, who)
    goes_on = all(line.after == Status.IN_DELIVERY for line in seen.requests)
    return f"{who} {_are(seen.requests)} {'in delivery' if goes_on else 'approved'}{_conditions(seen)}"


def _joined(seen: SeenDecision, who: str) -> str:
    if seen.joining is None:
        return _states(seen, who)
    place = _each(seen.requests, "goes into", "go together as")
    family = f"family {seen.joining.family.code}: {seen.joining.lead.reference} leads, {seen.joining.owner} owns it"
    approved = all(line.after in _YES for line in seen.requests)
    start = f"{who} {_are(seen.requests)} approved{_conditions(seen)} and" if approved else who
    return f"{start} {place} {family}"


def _conditions(seen: SeenDecision) -> str:
    """ " with one condition: “Ask first” (Anna, by 3 March 2027)"; empty without one."""
    made = [each.as_decided for each in seen.conditions]
    said = [f"{quoted(isolated(cut(each.text, 140)))} ({each.owner}, by {day(each.due)})" for each in made]
    return f" with {counted(len(said), 'condition')}: {listed(said)}" if said else ""


def _held(seen: SeenDecision, who: str) -> str:
    if seen.hold is None:
        return _states(seen, who)
    back = _each(seen.requests, "it comes back by itself", "they come back by themselves")
    asked = f"{seen.hold.as_decided.owner} answers: {quoted(isolated(cut(seen.hold.condition, 240)))}"
    return f"{who} {_are(seen.requests)} on hold until {day(seen.hold.expires_on)}, when {back}; {asked}"


def _merged(seen: SeenDecision, who: str) -> str:
    if seen.survivor is None:
        return _states(seen, who)
    gone = [line for line in seen.requests if line.request.pk != seen.survivor.pk]
    stays = [line for line in seen.requests if line.request.pk == seen.survivor.pk]
    names = who if not stays else _names(gone)
    into = (
        f"{names} {_are(gone)} merged into {seen.survivor.reference} {quoted(isolated(cut(seen.survivor.title, 120)))}"
    )
    open_still = f"; over {seen.survivor.reference} itself nothing is decided here: it stays as it was"
    return into + (f", which is approved{_conditions(seen)}" if stays else open_still)


def _ordered(seen: SeenDecision, who: str) -> str:
    if len(seen.requests) == 1:
        behind = seen.requests[0].behind
        return f"{who} is approved and waits for {listed(behind)}" if behind else _states(seen, who)
    places = sorted({line.position for line in seen.requests})
    first, *rest = ([line for line in seen.requests if line.position == place] for place in places)
    start = f"{_names(first)} {_are(first)} approved{_conditions(seen)} and {_each(first, 'goes', 'go')} first"
    then = ", then ".join(_names(group) for group in rest)
    return f"{start}, then {then}; each waits for what goes before it"


def _returned(seen: SeenDecision, who: str) -> str:
    asked = [
        f"{each.owner} answers {quoted(isolated(cut(each.text, 200)))} by {day(each.due)}" for each in seen.questions
    ]
    goes = _each(seen.requests, "goes", "go")
    return f"{who} {goes} back for information: {listed(asked)}" if asked else _states(seen, who)


def _deferred(seen: SeenDecision, who: str) -> str:
    back = _each(seen.requests, "it comes back by itself", "they come back by themselves")
    waits = f"somebody brings {_each(seen.requests, 'it', 'them')} back"
    return f"{who} {_are(seen.requests)} deferred until " + (f"{day(seen.until)}, when {back}" if seen.until else waits)


def _rejected(seen: SeenDecision, who: str) -> str:
    again = _each(seen.requests, "it", "them")
    return f"{who} {_are(seen.requests)} rejected; only the board can reopen {again}"


def _taken_back(seen: SeenDecision, who: str) -> str:
    earlier = seen.decision.supersedes
    return f"“{earlier.get_kind_display()}” is taken back: {_states(seen, who)}" if earlier else _states(seen, who)


_MAKERS: Mapping[str, Callable[[SeenDecision, str], str]] = {
    Kind.APPROVE: _approved,
    Kind.APPROVE_WITH_CONDITIONS: _approved,
    Kind.JOIN: _joined,
    Kind.HOLD: _held,
    Kind.MERGE: _merged,
    Kind.SEQUENCE: _ordered,
    Kind.RETURN: _returned,
    Kind.DEFER: _deferred,
    Kind.REJECT: _rejected,
    Kind.REOPEN: _taken_back,
}
