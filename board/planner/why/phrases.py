"""What stands in the way, in words."""

from collections.abc import Iterable, Mapping, Sequence

from board.planner.scenario import AtLeast, AtMost, Before, Candidate, ExactlyOne, Exclude, Load, Requires, Share
from board.planner.why.ledger import Ledger
from board.planner.why.reasons import Limit, Passed
from board.planner.why.wording import Words, amount, listing, name, number, sentence, share

# Of more limits than so many, those of a kind share a line.
MOST_LINES = 12
LISTED = 3
TOGETHER = {
    "mandatory": "must go",
    "start": "have a fixed start",
    "earliest": "may not start before their earliest period",
    "latest": "may not start after their latest period",
    "barred": "may not start in some periods",
}


def stands_in_the_way(words: Words, passed: Passed, chosen: Mapping[str, int]) -> str:
    """Why a request cannot start where `passed` says: "App team has 2 weeks left in 2027Q1 and this needs 14 weeks".
    Ends without a full stop. `chosen` is the plan."""
    limit = passed.limit
    if limit.kind == "capacity":
        return _too_little(words, passed)
    if limit.rule >= 0:
        return _rule_in_the_way(words, passed, chosen)
    request = next(each for each in words.scenario.requests if each.id == limit.subject)
    match limit.kind:
        case "earliest":
            return f"it may not start before {words.period(request.earliest or 0)}"
        case "latest":
            return f"it may not start after {words.period(request.latest or 0)}"
        case "barred":
            why = request.barred.get(passed.start, "")
            return f"{words.period(passed.start)} is closed to it{f' ({name(why)})' if why else ''}"
        case "start":
            return f"its start is fixed to {words.period(request.start or 0)}"
        case "mandatory":
            return f"{words.request(limit.subject)} must go"
    return "it costs more than it brings"


def _too_little(words: Words, passed: Passed) -> str:
    limit, free = passed.limit, max(0.0, passed.free)
    what, needed = words.resource(limit.subject), words.of(limit.subject, passed.needed, up=True)
    when = f" in {words.period(limit.period)}"
    there_is = words.resources[limit.subject].capacity[limit.period]
    if free <= 1e-9 * max(1.0, there_is):
        return f"{what} has nothing{when} and this needs {needed}" if not there_is else f"{what} is full{when}"
    # Said alike, the two would look as if it fitted.
    left = words.of(limit.subject, free)
    if left == words.of(limit.subject, passed.needed):
        left = f"a little less than {left}"
    if limit.period != passed.start >= 0:
        # What lacks later on would else look as if it had nothing to do with the start.
        start = words.period(passed.start)
        return f"with a start in {start} it would need {needed} of {what}{when}, which has {left} left"
    return f"{what} has {left} left{when} and this needs {needed}"


def no_room(words: Words, resource: str, cells: Sequence[Passed], whenever: str = "") -> str:
    """The same of several starts that the resource does not allow; `whenever` says which, instead of the periods."""
    when = whenever or f"for a start in {words.spell(each.start for each in cells)}"
    if all(each.free <= 1e-9 for each in cells):
        return f"{words.resource(resource)} is full {when}"
    short: dict[int, float] = {}
    for each in cells:
        short[each.start] = short.get(each.start, 0.0) + each.needed - max(0.0, each.free)
    return f"{words.resource(resource)} is at least {words.of(resource, min(short.values()), up=True)} short {when}"


def _said(label: str, *names: str) -> str:
    """What a rule is called, in brackets, unless that says no more than the sentence does."""
    known = not label or all(each in name(label) for each in names)
    return "" if known else f" ({name(label)})"


def _rule_in_the_way(words: Words, passed: Passed, chosen: Mapping[str, int]) -> str:
    rule = words.scenario.rules[passed.limit.rule]
    label = f" ({name(rule.label)})" if rule.label else ""
    match rule:
        case Before(first, then, lag):
            gap = f" at least {words.later(lag)}" if lag > 1 else ""
            other, where = (first, "after") if passed.others == (first,) else (then, "before")
            when = f", which starts in {words.period(chosen[other])}" if other in chosen else ""
            label = _said(rule.label, words.request(first), words.request(then))
            return f"it comes{gap} {where} {words.request(other)}{when}{label}"
        case Requires(request, needs):
            label = _said(rule.label, words.request(request), words.request(needs))
            return f"it needs {words.request(needs)}, which does not go{label}"
        case Exclude():
            return f"it cannot go together with {words.named(passed.others)}, which goes{label}"
        case ExactlyOne():
            return f"{words.named(passed.others)} goes in its place, and only one of them may{label}"
        case AtMost(_, limit, window):
            span = "" if window is None else f" within {words.later(window)}"
            what = name(rule.label) if rule.label else f"of {words.named(rule.requests)}"
            already = f", and {words.named(passed.others)} already" if passed.others else ""
            return f"{what}: {f'at most {number(limit)}' if limit else 'none'} may start{span}{already}"
        case Load(_, limit):
            what = name(rule.label) if rule.label else "together with others"
            left = "nothing" if passed.free <= 1e-9 * max(1.0, limit) else amount(passed.free, rule.unit)
            needed = amount(passed.needed, rule.unit, up=True)
            return f"{what}: {left} left of {amount(limit, rule.unit)} and this needs {needed}"
        case AtLeast() | Share():
            return f"with it this would not hold: {rule_line(words, passed.limit)}"


def rule_line(words: Words, limit: Limit) -> str:
    """What a rule asks, as a sentence without a full stop: "Card alerts comes after Customer Hub"."""
    rule = words.scenario.rules[limit.rule]
    match rule:
        case Before(first, then, lag):
            gap = f"at least {words.later(lag)} " if lag > 1 else ""
            # A lag of nothing: both may start together.
            relation = f"{gap}after" if lag > 0 else "not before"
            said = f"{words.request(then)} starts {relation} {words.request(first)}"
        case Requires(request, needs):
            said = f"{words.request(request)} needs {words.request(needs)}"
        case Exclude(requests):
            said = f"at most one goes of {words.named(requests)}"
        case ExactlyOne(requests):
            said = f"exactly one goes of {words.named(requests)}"
        case AtMost(requests, limit_, window):
            span = "" if window is None else f" within {words.later(window)}"
            said = f"at most {number(limit_)} of {words.named(requests)} may start{span}"
        case AtLeast(_, least) if name(rule.label).startswith(f"{number(least)} "):
            return f"At least {name(rule.label)}"
        case AtLeast(measure, least, by):
            said = f"at least {number(least)} of {name(measure)} by {words.period(by)}"
        case Share(requests, measure, least):
            said = f"at least {share(least)} of {name(measure)} comes from {words.named(requests)}"
        case Load(starts, most):
            requests = tuple(dict.fromkeys(request for request, _ in starts))
            said = f"{words.named(requests)} together stay within {amount(most, rule.unit)}"
    return f"{name(rule.label)}: {said}" if rule.label not in ("", said) else f"{said[0].upper()}{said[1:]}"


def conflict_lines(words: Words, limits: Sequence[Limit]) -> tuple[str, ...]:
    """What the limits of a conflict ask, each in its line; of very many those of a kind share one."""
    if len(limits) <= MOST_LINES:
        return tuple(sentence(limit_line(words, limit)) for limit in limits)
    groups: dict[tuple[str, str], list[Limit]] = {}
    for limit in limits:
        alone = str(limit.rule) if limit.kind in ("at_least", "share") else ""
        groups.setdefault((limit.kind, limit.subject if limit.kind == "capacity" else alone), []).append(limit)
    return tuple(sentence(_group_line(words, group)) for group in groups.values())


def _group_line(words: Words, group: Sequence[Limit]) -> str:
    kind, first = group[0].kind, group[0]
    if len(group) <= LISTED:
        return "; ".join(limit_line(words, limit) for limit in group)
    if kind == "capacity":
        capacity = words.resources[first.subject].capacity
        there = sum(capacity[limit.period] for limit in group)
        return (
            f"{words.resource(first.subject)} has no more than {words.of(first.subject, there)} together in "
            f"{words.spell(limit.period for limit in group)}"
        )
    if first.rule >= 0:
        return listing([limit_line(words, limit) for limit in group], "and", LISTED)
    return f"{words.named(limit.subject for limit in group)} {TOGETHER[kind]}"


def limit_name(words: Words, limit: Limit) -> str:
    """The limit in a few words: what the rule is called, or what it asks."""
    rule = words.scenario.rules[limit.rule] if limit.rule >= 0 else None
    return name(rule.label) if rule is not None and rule.label else limit_line(words, limit)


def limit_line(words: Words, limit: Limit) -> str:
    """What a limit asks, as a sentence without a full stop."""
    if limit.rule >= 0:
        return rule_line(words, limit)
    if limit.kind == "capacity":
        capacity = words.resources[limit.subject].capacity[limit.period]
        there = f"no more than {words.of(limit.subject, capacity)}" if capacity else "nothing"
        return f"{words.resource(limit.subject)} has {there} in {words.period(limit.period)}"
    request = next(each for each in words.scenario.requests if each.id == limit.subject)
    return f"{words.request(limit.subject)} {_own_line(words, limit.kind, request)}"


def _own_line(words: Words, kind: str, request: Candidate) -> str:
    match kind:
        case "mandatory":
            return "must go"
        case "start":
            return f"starts in {words.period(request.start or 0)}"
        case "earliest":
            return f"may not start before {words.period(request.earliest or 0)}"
        case "latest":
            return f"may not start after {words.period(request.latest or 0)}"
        case "barred":
            return f"may not start in {words.spell(request.barred)}{_why_barred(request.barred.values())}"
    return "must be worth more than it costs"


def _why_barred(reasons: Iterable[str]) -> str:
    known = sorted({name(reason) for reason in reasons if reason})
    return f" ({known[0]})" if len(known) == 1 else ""


def rule_mentions(ledger: Ledger, limit: Limit) -> tuple[str, ...]:
    """The requests that a line on this limit may name."""
    if limit.rule >= 0:
        return tuple(sorted(ledger.members(limit.rule)))
    return (limit.subject,) if limit.kind != "capacity" else ()


def all_mentions(ledger: Ledger, passed: Sequence[Passed], *more: str) -> tuple[str, ...]:
    """The requests that lines on these may name."""
    named = {id_ for each in passed for id_ in (*each.others, *rule_mentions(ledger, each.limit))}
    return tuple(sorted(named | {id_ for id_ in more if id_}))
