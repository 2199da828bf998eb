"""What changed against the plan before, and why."""

from collections.abc import Iterator, Mapping, Sequence

from board.planner.check import value_of
from board.planner.why.ledger import Ledger
from board.planner.why.phrases import all_mentions, limit_line, stands_in_the_way
from board.planner.why.reasons import LeftOut, Moved, Passed, Step
from board.planner.why.wording import Words, listing, number, sentence


def explain_changes(
    ledger: Ledger,
    words: Words,
    previous: Mapping[str, int],
    steps: Sequence[Step],
    left_out: Sequence[LeftOut],
) -> tuple[Moved, ...]:
    """Each request that starts elsewhere than before, goes now, or goes no more: in the order of its new, then its old
    start."""
    why = {step.id: step for step in steps}
    left = {each.id: each for each in left_out}
    changed = [
        id_
        for id_ in sorted({*previous, *ledger.chosen})
        if id_ in ledger.requests and previous.get(id_) != ledger.chosen.get(id_)
    ]
    end = ledger.periods
    changed.sort(key=lambda id_: (ledger.chosen.get(id_, end), previous.get(id_, end), id_))
    return tuple(_moved(ledger, words, previous, id_, why.get(id_) or left[id_]) for id_ in changed)


def _moved(ledger: Ledger, words: Words, previous: Mapping[str, int], id_: str, now: Step | LeftOut) -> Moved:
    before, after = previous.get(id_), ledger.chosen.get(id_)
    if isinstance(now, LeftOut):
        return Moved(id_, before, None, f"Goes no more. {now.because}", now.mentions)
    if before is None or after is None:
        return Moved(id_, None, after, f"New in the plan. {now.text}", now.mentions)
    passed = ledger.against(id_, before)
    moves = f"moves from {words.period(before)} to {words.period(after)}"
    gain = ledger.worth(id_, after) - ledger.worth(id_, before)
    if passed:
        why = f": {stands_in_the_way(words, passed[0], ledger.chosen)}"
    elif gain > 0:
        why = f", which is worth {words.value(gain)} more"
    else:
        why = f"; {words.period(before)} would do as well"
    return Moved(id_, before, after, sentence(moves + why), all_mentions(ledger, passed[:1], id_))


def summary_of_changes(
    ledger: Ledger, words: Words, previous: Mapping[str, int], changes: Sequence[Moved]
) -> Iterator[str]:
    """How much changed, and whether the plan before would still do."""
    if not changes:
        yield "Nothing changed against the plan before."
        return
    moved = sum(each.before is not None and each.after is not None for each in changes)
    new = sum(each.before is None for each in changes)
    gone = len(changes) - moved - new
    parts = [
        said for many, said in ((moved, f"{moved} moved"), (new, f"{new} came in"), (gone, f"{gone} went out")) if many
    ]
    yield f"Against the plan before {listing(parts)}; {number(len(ledger.chosen) - moved - new)} stayed."
    known = {id_: start for id_, start in previous.items() if id_ in ledger.requests and 0 <= start < ledger.periods}
    before = Ledger(ledger.scenario, known)
    broken = list(before.all_passed())
    if broken:
        told = listing([_no_longer(words, before, each) for each in broken], most=2)
        yield f"The plan before no longer holds: {told}."
        return
    less = value_of(ledger.scenario, ledger.chosen) - value_of(ledger.scenario, known)
    worth = f"and would be worth {words.value(less)} less" if less > 0 else "and would be worth as much"
    yield f"The plan before would still hold, {worth}."


def _no_longer(words: Words, before: Ledger, passed: Passed) -> str:
    limit = passed.limit
    if limit.kind == "capacity":
        cell = (limit.subject, limit.period)
        needs, has = before.used[cell], before.capacity[cell]
        return (
            f"it needs {words.of(limit.subject, needs, up=True)} of {words.resource(limit.subject)} in"
            f" {words.period(limit.period)}, which has {words.of(limit.subject, has)}"
        )
    return f"“{limit_line(words, limit)}” is not kept"
