"""Why each request goes, and why in its period."""

from board.planner.clock import Clock
from board.planner.scenario import Before, ExactlyOne, Requires
from board.planner.why.cover import cover, of_family
from board.planner.why.ledger import Ledger
from board.planner.why.phrases import all_mentions, limit_line, no_room, stands_in_the_way
from board.planner.why.reasons import Passed, Step
from board.planner.why.wording import Words

# How many placements are tried to find rivals, over all steps: some seconds at most.
RIVAL_TRIALS = 15_000


def explain_steps(ledger: Ledger, words: Words, clock: Clock) -> tuple[Step, ...]:
    """A step for each request that goes, by period, the most valuable first. Once the clock has run out, rivals are not
    looked for any more."""
    order = sorted(ledger.chosen, key=lambda id_: (ledger.chosen[id_], -ledger.worth(id_, ledger.chosen[id_]), id_))
    followers = _followers(ledger)
    most = max(2, RIVAL_TRIALS // max(1, len(order) * ledger.periods))
    rivals = Rivals(ledger, most, clock)
    return tuple(_Explained(ledger, words, id_, followers.get(id_, ()), rivals).step() for id_ in order)


def _followers(ledger: Ledger) -> dict[str, tuple[str, ...]]:
    """Who goes and comes later than whom by an order, or needs it."""
    found: dict[str, list[str]] = {}
    for rule in ledger.scenario.rules:
        match rule:
            case Before(first, then, lag) if lag > 0:
                pair = first, then
            case Requires(then, first):
                pair = first, then
            case _:
                continue
        if pair[0] in ledger.chosen and pair[1] in ledger.chosen:
            found.setdefault(pair[0], []).append(pair[1])
    return {first: tuple(dict.fromkeys(then)) for first, then in found.items()}


class Rivals:
    """Who holds the place that another request would rather have."""

    def __init__(self, ledger: Ledger, most: int, clock: Clock) -> None:
        self.ledger, self.most, self.clock = ledger, most, clock
        self.holders: dict[tuple[str, int], list[tuple[float, str]]] = {}
        for id_, start in ledger.chosen.items():
            for cell, amount in ledger.cells(id_, start):
                self.holders.setdefault(cell, []).append((-amount, id_))
        for held in self.holders.values():
            held.sort()

    def holding(self, passed: tuple[Passed, ...]) -> list[str]:
        """Those whose going might make room, the largest users first; none when one limit is nobody's to give up."""
        common: dict[str, None] | None = None
        for each in passed:
            if each.limit.kind == "capacity":
                cell = (each.limit.subject, each.limit.period)
                lacking = each.needed - each.free
                held = [id_ for used, id_ in self.holders.get(cell, ()) if -used >= lacking * (1 - 1e-9)]
            elif each.limit.kind == "load":
                held = sorted(self.ledger.members(each.limit.rule) & self.ledger.chosen.keys())
            else:
                held = list(each.others)
            common = dict.fromkeys(held if common is None else [id_ for id_ in common if id_ in set(held)])
        return list(common or ())

    def closest(self, id_: str, start: int, passed: tuple[Passed, ...]) -> tuple[str, float | None] | None:
        """The one that could make room for a start then and has the least reason to stay: its id and what it would lose
        by making room (None: it could not go at all). None when someone would lose less than the request gains, or
        nobody could make room alone."""
        if not self.clock.left:
            return None
        ledger = self.ledger
        gain = ledger.worth(id_, start) - ledger.worth(id_, ledger.chosen[id_])
        found: list[tuple[float, str]] = []
        for rival in [other for other in self.holding(passed) if other != id_][: self.most]:
            loss = self._loss(rival, {id_: start})
            if loss is not None:
                found.append((loss, rival))
        if not found:
            return None
        loss, rival = min(found)
        if loss <= gain:
            return None
        return rival, None if loss == float("inf") else loss

    def _loss(self, rival: str, put: dict[str, int]) -> float | None:
        """What the rival loses by making room for `put`: by its best other start, infinite without one; None when
        it makes no room."""
        ledger = self.ledger
        with ledger.tried(out=[rival], put=put) as passed:
            # What the rival itself must do is asked below; here only whether there is room.
            if any(
                each.limit.kind not in ("mandatory", "start", "requires", "at_least", "exactly_one") for each in passed
            ):
                return None
        now = ledger.worth(rival, ledger.chosen[rival])
        best = float("inf")
        for start in ledger.starts(rival):
            if start != ledger.chosen[rival] and now - ledger.worth(rival, start) < best:
                with ledger.tried(put={**put, rival: start}) as passed:
                    best = best if passed else now - ledger.worth(rival, start)
        return best


class _Explained:
    """One step while it is put into words."""

    def __init__(self, ledger: Ledger, words: Words, id_: str, followers: tuple[str, ...], rivals: Rivals) -> None:
        self.ledger, self.words, self.id, self.rivals = ledger, words, id_, rivals
        self.request, self.start = ledger.requests[id_], ledger.chosen[id_]
        self.worth = ledger.worth(id_, self.start)
        self.followers = sorted(followers, key=lambda other: (ledger.chosen[other], other))
        self.mentions: set[str] = set()

    def step(self) -> Step:
        """The step with its sentence."""
        if self.request.start is not None:
            text = f"Starts in {self.words.period(self.start)}: that is fixed."
            return Step(self.id, self.start, text, mentions=(self.id,))
        against = {start: self.ledger.against(self.id, start) for start in self._better()}
        earlier = tuple(each for found in against.values() for each in found)
        waiting = self._waiting()
        rival = self._rival(against)
        text = f"{self._why()}; {self._then(against, waiting)}{self._held_by(rival)}."
        mentions = all_mentions(self.ledger, earlier, rival[0] if rival else "", self.id, *self.mentions)
        return Step(self.id, self.start, text, earlier, rival[0] if rival else "", waiting, mentions)

    def _better(self) -> list[int]:
        """The periods that it would rather start in, the nearest first: earlier ones, or later ones for what costs
        more than it brings and gets cheaper by waiting. Only those it may start in, and the nearest that it may not."""
        before = self.ledger.worth(self.id, 1) <= self.ledger.worth(self.id, 0)
        towards = range(self.start - 1, -1, -1) if before else range(self.start + 1, self.ledger.periods)
        allowed = set(self.ledger.starts(self.id))
        return [start for start in towards if start in allowed or start == towards[0]]

    def _then(self, against: dict[int, tuple[Passed, ...]], waiting: float | None) -> str:
        """Why in this period."""
        when = self.words.period(self.start)
        followed = self._followed()
        if not against:
            if followed and all(self.ledger.chosen[other] > self.start for other in self.followers):
                return f"goes first, in {when}, because {followed}"
            if followed:
                return f"goes in {when}; {followed}"
            return f"goes at once, in {when}{self._later_would_cost(waiting)}"
        free = [start for start, passed in against.items() if not passed]
        waits = f"; {followed}" if followed else ""
        if free:
            return f"goes in {when}{self._could_elsewhere(free)}{waits}"
        word = "earlier" if min(against) < self.start else "later"
        return f"goes in {when}, not {word}: {'; '.join(self._parts(against))}{waits}"

    def _followed(self) -> str:
        if not self.followers:
            return ""
        self.mentions.update(self.followers)
        one = len(self.followers) == 1
        verb = "need" if all(self._needs(other) for other in self.followers) else "wait for"
        verb = verb if not one else {"need": "needs", "wait for": "waits for"}[verb]
        return f"{self.words.named(self.followers)} {verb} it"

    def _later_would_cost(self, waiting: float | None) -> str:
        if self.request.latest == self.start:
            only = len(self.ledger.starts(self.id)) == 1
            return ", the only one in which it may start" if only else ", the last in which it may start"
        if not waiting:
            return ""
        return f": {self.words.later(1)} later would cost {self.words.value(waiting)}"

    def _held_by(self, rival: tuple[str, float | None] | None) -> str:
        if rival is None:
            return ""
        other, loss = rival
        if loss is None:
            return f", and {self.words.request(other)}, which has the room, can go at no other time"
        lost = self.words.value(loss)
        return f", and {self.words.request(other)}, which has the room, would lose more by moving ({lost})"

    def _needs(self, other: str) -> bool:
        """Whether the other one may only go with this one."""
        concerned = (self.ledger.scenario.rules[place] for place in self.ledger.rules_of[self.id])
        return any(isinstance(rule, Requires) and (rule.request, rule.needs) == (other, self.id) for rule in concerned)

    def _could_elsewhere(self, free: list[int]) -> str:
        nearest = self.words.period(free[0])
        more = self.ledger.worth(self.id, free[0]) - self.worth
        if more > 1e-9 * max(1.0, abs(self.worth)):
            more_there = f"{nearest} has room too and would be worth {self.words.value(more)} more"
            return f", though {more_there}: the search ended before that"
        return f"; {nearest} would do as well"

    def _parts(self, against: dict[int, tuple[Passed, ...]]) -> list[str]:
        """What stands against the better periods, in at most two parts."""
        parts = []
        for family, starts in cover(against)[:2]:
            named = of_family(family, starts, against)
            if len(starts) > 1 and family[0] == "capacity":
                parts.append(no_room(self.words, family[1], named))
            else:
                parts.append(stands_in_the_way(self.words, named[0], self.ledger.chosen))
        return parts

    def _rival(self, against: dict[int, tuple[Passed, ...]]) -> tuple[str, float | None] | None:
        """Who holds the nearest better place, where that is what others use and no rule."""
        if not against or not all(against.values()):
            return None
        nearest, passed = next(iter(against.items()))
        if any(each.limit.kind not in ("capacity", "load", "at_most") for each in passed):
            return None
        return self.rivals.closest(self.id, nearest, passed)

    def _why(self) -> str:
        """Why it goes at all."""
        if self.request.mandatory:
            return "Must go"
        if self.worth > 0:
            return f"Worth {self.words.value(self.worth)}"
        with self.ledger.tried(out=[self.id]) as passed:
            forced = next((each.limit for each in passed if each.limit.rule >= 0), None)
        costs = (
            f"costs {self.words.value(-self.worth)} more than it brings"
            if self.worth < 0
            else "brings nothing by itself"
        )
        if forced is None:
            return costs[0].upper() + costs[1:]
        self.mentions.update(self.ledger.members(forced.rule))
        match self.ledger.scenario.rules[forced.rule]:
            case Requires(request):
                return f"Needed by {self.words.request(request)}, though it {costs}"
            case ExactlyOne(requests):
                return f"One must go of {self.words.named(requests)}, though it {costs}"
        return f"Needed for “{limit_line(self.words, forced)}”, though it {costs}"

    def _waiting(self) -> float | None:
        if self.start + 1 >= self.ledger.periods:
            return None
        lost = self.worth - self.ledger.worth(self.id, self.start + 1)
        return lost if lost > 0 else None
