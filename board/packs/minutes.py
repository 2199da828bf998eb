"""Composes the minutes of a meeting: of the same model as the pack, and so in the same forms. No Django.

The facts are those that one reader may see (`board.selectors.papers.minutes_paper`), so nothing needs to be
redacted again.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from board.packs import words
from board.packs.document import Block, Column, Day, Document, Fact, Facts, Row, Section, Stat, Table, Words


@dataclass(frozen=True, slots=True)
class AttendedFact:
    """Somebody who was expected, or came."""

    person: str
    present: bool
    votes: bool
    because: str


@dataclass(frozen=True, slots=True)
class SetCondition:
    """A condition that a decision set."""

    text: str
    owner: str
    due: date
    met: bool


@dataclass(frozen=True, slots=True)
class MinutedDecision:
    """A decision as one reader may see it. `outcome` is what it comes to in a sentence; `requests` are references with
    what became of them; `dissent` words of who voted against, abstained or said something; `also` further labelled
    lines, such as a hold or who leads a family."""

    label: str
    outcome: str
    reason: str
    requests: tuple[str, ...]
    tally: str
    dissent: tuple[str, ...]
    conditions: tuple[SetCondition, ...]
    also: tuple[tuple[str, str], ...]
    at: datetime
    by: str
    taken_back: bool


@dataclass(frozen=True, slots=True)
class CorrectedFact:
    """What the minutes should say, added after they were closed: of the item of this number, 0 of the whole."""

    number: int
    text: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class MinutedItem:
    """An item with the decisions over it, the one that stands first; `aside` are who stood aside and why, `objections`
    who had objected and why, `left_out` why requests of it were not decided over, `undone` when and why a later meeting
    undid what was decided; `gone` which requests had ended before the board came to them, `moot` that all had. What is
    the board's own (`own`) has an `outcome` in words, empty while it is open, and who wrote it down when (`recorded`),
    its `note`."""

    number: int
    question: str
    over: str
    decisions: tuple[MinutedDecision, ...]
    aside: tuple[str, ...]
    objections: tuple[str, ...]
    undone: str = ""
    left_out: tuple[str, ...] = ()
    own: bool = False
    note: str = ""
    outcome: str = ""
    recorded: str = ""
    gone: tuple[str, ...] = ()
    moot: bool = False

    @property
    def undecided(self) -> tuple[str, str]:
        """What it came to without a decision, and more of that."""
        return ("Nothing left to decide", " ".join(self.gone)) if self.moot else ("Not decided", "It stays as it was.")


@dataclass(frozen=True, slots=True)
class MinutesFacts:
    """Everything that minutes are composed of. `waivers` are why the meeting went on without a quorum."""

    organisation: str
    title: str
    starts_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None
    minutes: int
    place: str
    chair: str
    secretary: str
    attended: tuple[AttendedFact, ...]
    waivers: tuple[str, ...]
    items: tuple[MinutedItem, ...]
    dropped: tuple[str, ...]
    note: str
    made_at: datetime
    corrections: tuple[CorrectedFact, ...] = ()


def compose_minutes(facts: MinutesFacts) -> Document:
    """The minutes' document."""
    starts = facts.opened_at or facts.starts_at
    standing = [_standing(item) for item in facts.items]
    decided = [each for each in standing if each is not None]
    return Document(
        kind="minutes",
        organisation=facts.organisation,
        title=facts.title,
        day=Day(f"{facts.starts_at:%A} {words.day(facts.starts_at.date())}", facts.starts_at.date().isoformat()),
        starts=f"{starts:%H:%M}",
        ends=f"{facts.closed_at:%H:%M}" if facts.closed_at else "still open",
        place=facts.place,
        number=0,
        made=f"{facts.made_at:%A} {words.day(facts.made_at.date())}, {facts.made_at:%H:%M}",
        summary=_summary(facts, decided),
        stats=(
            Stat(str(len(decided)), "decided"),
            Stat(str(len(facts.items) - len(decided) - len(_dealt_with(facts)) - len(_moot(facts))), "left open"),
            Stat(str(sum(len(each.conditions) for each in decided)), "conditions set"),
            Stat(str(sum(each.present for each in facts.attended)), "present"),
        ),
        facts=_meeting(facts),
        agenda=(),
        front=(
            _at_a_glance(facts),
            *_corrections(facts),
            *(_item(item, facts.corrections) for item in facts.items),
            *_ends(facts),
        ),
        pages=(),
        back=(),
    )


def _dealt_with(facts: MinutesFacts) -> list[MinutedItem]:
    """What is the board's own and was dealt with."""
    return [item for item in facts.items if item.own and item.outcome]


def _moot(facts: MinutesFacts) -> list[MinutedItem]:
    """Items over which nothing was left to decide."""
    return [item for item in facts.items if item.moot]


def _standing(item: MinutedItem) -> MinutedDecision | None:
    return next((each for each in item.decisions if not each.taken_back), None)


#: What was done to an item, by the decision's label.
_DONE = {
    "Approve": "approved",
    "Approve with conditions": "approved with conditions",
    "Go together as a family": "joined as a family",
    "Hold": "held",
    "Merge": "merged",
    "Go in order": "put in order",
    "Return for information": "returned for information",
    "Defer": "deferred",
    "Reject": "rejected",
}


def _summary(facts: MinutesFacts, decided: list[MinutedDecision]) -> str:
    if not facts.items:
        return "Nothing was on the agenda."
    kinds = Counter(_DONE.get(decision.label, decision.label.lower()) for decision in decided)
    told = words.listed([f"{words.number_word(count)} {done}" for done, count in kinds.most_common()])
    own = sum(item.own for item in facts.items)
    dealt = _own_summary(own, len(_dealt_with(facts)))
    if own == len(facts.items):
        return words.sentence(dealt)
    besides = f"; {dealt}" if own else ""
    if _moot(facts):
        besides = f"; nothing left to decide over {words.number_word(len(_moot(facts)))}{besides}"
    whole = words.counted(len(facts.items) - own, "item")
    if not decided:
        return f"{words.sentence(whole)[:-1]} on the agenda, none decided{besides}."
    return f"{words.sentence(words.number_word(len(decided)))[:-1]} of {whole} decided: {told}{besides}."


def _own_summary(own: int, dealt: int) -> str:
    all_of_them = f"{words.counted(own, 'item')} of the board’s own"
    if dealt == 0:
        return f"{all_of_them} left open"
    return f"{all_of_them} dealt with" if dealt == own else f"{words.number_word(dealt)} of {all_of_them} dealt with"


def _meeting(facts: MinutesFacts) -> tuple[Fact, ...]:
    present = [each.person for each in facts.attended if each.present]
    absent = [
        f"{each.person} ({each.because})" if each.because else each.person
        for each in facts.attended
        if not each.present
    ]
    held = []
    if facts.opened_at and facts.closed_at:
        moved = facts.opened_at.date() != facts.starts_at.date()
        on = f"{words.day(facts.opened_at.date())}, " if moved else ""
        held.append(Fact("Held", f"{on}{facts.opened_at:%H:%M} to {facts.closed_at:%H:%M}"))
    return (
        Fact("Planned", f"{facts.starts_at:%H:%M}, {facts.minutes} minutes"),
        *held,
        Fact("Chair", facts.chair or "Nobody"),
        Fact("Minutes kept by", facts.secretary or "Nobody"),
        Fact("Present", words.listed(present) or "nobody was recorded"),
        *([Fact("Absent", words.listed(absent))] if absent else []),
        *(Fact("Without a quorum", text) for text in facts.waivers),
        *_corrected(facts),
    )


def _corrected(facts: MinutesFacts) -> list[Fact]:
    """That the minutes were corrected, where everybody reads it first."""
    if not facts.corrections:
        return []
    last = facts.corrections[-1].at
    times = words.counted(len(facts.corrections), "correction")
    return [Fact("Corrected since", f"{words.sentence(times)[:-1]}, the last on {words.day(last.date())}")]


def _corrections(facts: MinutesFacts) -> list[Section]:
    if not facts.corrections:
        return []
    rows = tuple(
        Row((f"Item {each.number}" if each.number else "The meeting", each.text, each.by, _on(each.at)))
        for each in facts.corrections
    )
    columns = (
        Column("Of", width=0.9), Column("What the minutes should say", width=4), Column("Corrected by", width=1.3),
        Column("On", "day", 1.1),
    )  # fmt: skip
    table = Table("Corrections", "What was corrected after the minutes were closed", columns, rows)
    return [Section("Corrections", "corrections", (table,), starts_page=False)]


def _on(at: datetime) -> Day:
    return Day(words.day(at.date()), at.date().isoformat())


def _at_a_glance(facts: MinutesFacts) -> Section:
    rows = []
    for item in facts.items:
        decision = _standing(item)
        open_ = (*item.undecided, "")
        label, outcome, reason = (decision.label, decision.outcome, decision.reason) if decision else open_
        if item.own:
            label, outcome = ("Dealt with", item.outcome) if item.outcome else ("Not dealt with", "")
            reason = ""
        cells = (item.number, words.cut(item.question, 200), label, words.cut(outcome, 300), words.cut(reason, 300))
        rows.append(Row(cells))
    columns = (
        Column("Item", "count", 0.5), Column("Question", width=2.4), Column("Decision", width=1.1),
        Column("What it comes to", width=2.4), Column("Because", width=2),
    )  # fmt: skip
    table = Table("Decisions", "What was decided", columns, tuple(rows), "Nothing was on the agenda.")
    return Section("Decisions", "decisions", (table,), starts_page=False)


def _item(item: MinutedItem, corrections: tuple[CorrectedFact, ...]) -> Section:
    decision = _standing(item)
    lines = [Fact("Over", item.over)] if item.over else []
    blocks: list[Block] = []
    if item.own:
        lines += _own(item)
    elif decision is None:
        label, why = item.undecided
        lines.append(Fact("Decision", f"{label}. {why}"))
    else:
        lines += _decision(decision)
    lines += [Fact("Left out", text) for text in (item.left_out if item.moot else (*item.left_out, *item.gone))]
    lines += [Fact("Objected before", text) for text in item.objections]
    lines += [Fact("Stood aside", text) for text in item.aside]
    lines += [
        Fact("Taken back", f"{each.label}, {each.at:%H:%M}: {words.cut(each.reason, 300)}")
        for each in item.decisions
        if each.taken_back
    ]
    lines += [Fact("Undone later", item.undone)] if item.undone else []
    lines += [
        Fact("Corrected", f"{words.day(each.at.date())}, {each.by}: {words.cut(each.text, 500)}")
        for each in corrections
        if each.number == item.number
    ]
    blocks.append(Facts(tuple(lines)))
    if decision and decision.conditions:
        blocks.append(_conditions(item.number, decision))
    return Section(f"{item.number}. {item.question}", f"item-{item.number}", tuple(blocks), starts_page=False)


def _own(item: MinutedItem) -> list[Fact]:
    about = [Fact("About", item.note)] if item.note else []
    if not item.outcome:
        return [*about, Fact("Dealt with", "No; it was left open")]
    return [*about, Fact("Said and resolved", item.outcome), Fact("Recorded", item.recorded)]


def _decision(decision: MinutedDecision) -> list[Fact]:
    lines = [Fact("Decision", decision.label)]
    if decision.outcome:
        lines.append(Fact("Comes to", decision.outcome))
    lines.append(Fact("Because", decision.reason))
    if len(decision.requests) > 1:
        lines.append(Fact("Requests", words.listed(decision.requests)))
    if decision.tally:
        lines.append(Fact("Votes", decision.tally))
    lines += [Fact("Said", text) for text in decision.dissent]
    lines += [Fact(label, text) for label, text in decision.also]
    return [*lines, Fact("Recorded", f"{decision.at:%H:%M} by {decision.by}")]


def _conditions(number: int, decision: MinutedDecision) -> Table:
    rows = tuple(_condition(number, each) for each in decision.conditions)
    columns = (
        Column("Item", "count", 0.5), Column("Condition", width=3.4), Column("Who sees to it", width=1.3),
        Column("Due", "day", 1.1), Column("State", "mark", 0.7),
    )  # fmt: skip
    return Table("Conditions", "Conditions", columns, rows)


def _condition(number: int, each: SetCondition) -> Row:
    due = Day(words.day(each.due), each.due.isoformat())
    return Row((number, words.cut(each.text, 500), each.owner, due, "Met" if each.met else "Open"))


def _ends(facts: MinutesFacts) -> list[Section]:
    """What was taken off the agenda, who was there, and the notes."""
    found = []
    if facts.dropped:
        blocks = tuple(Words(text) for text in facts.dropped)
        found.append(Section("Taken off the agenda", "dropped", blocks, starts_page=False))
    rows = tuple(
        Row((each.person, "Present" if each.present else "Absent", "Votes" if each.votes else "Listens", each.because))
        for each in facts.attended
    )
    columns = (
        Column("Person", width=2),
        Column("Was", width=1),
        Column("Role", width=1),
        Column("Why absent", width=2.4),
    )
    table = Table("Attendance", "Who was there", columns, rows, "Nobody was expected.")
    found.append(Section("Attendance", "attendance", (table,), starts_page=False))
    note = tuple(Words(text) for text in facts.note.split("\n") if text.strip()) or (Words("None."),)
    return [*found, Section("Notes", "notes", note, starts_page=False)]
