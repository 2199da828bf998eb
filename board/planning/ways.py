"""What a way out of a conflict, or what would let a request in, changes of the scenario: edits that can be applied as
they are, and the places where everything else is changed."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from board.planner.scenario import AtLeast, Before, Exclude, Load, Requires, Scenario, Share
from board.planner.why.reasons import Change, Limit, Relaxation
from board.planner.why.wording import amount, number, said_amount
from board.planning.build import AT, BY, IN, OUT, OVER, QUIET, Pin, Question, must_go, pin_words
from board.planning.dates import asked_period
from board.planning.facts import Asked, Wish
from board.planning.horizon import Horizon
from board.planning.money import carried_quarters
from board.planning.settings import PlanSettings

MOST_PERCENT = 10_000


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of what the scenario sets, and `said`, a sentence with what is and what will be. `what` is "money"
    (`key` the place of the pot), "skill" (its code, per cent), "target" or "share" (its place; without `to` it goes),
    "slack", "least_customers", "may_run_over" (without `to`), "pin" (`key` the request's id; `kind`, `period`) or
    "unpin". `to` is the new value."""

    what: str
    said: str
    key: str = ""
    period: int | None = None
    to: float | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is changed that is not the scenario's own: "request:REQ-2026-0001", "register:contact-policies",
    "finding:12", "family:cards", "rules" or "settings", and how it is called."""

    where: str
    label: str


@dataclass(frozen=True, slots=True)
class Way:
    """What is to be done: all of `edits`, and what has to be changed elsewhere. Nothing but edits can be applied."""

    edits: tuple[Edit, ...] = ()
    places: tuple[Place, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As it is stored; `edits` only where they are all that it takes."""
        edits = [] if self.places else [asdict(edit) for edit in self.edits]
        return {"edits": edits, "places": [asdict(place) for place in self.places]}


def edits_from(stored: Mapping[str, Any]) -> list[Edit]:
    """The edits of a stored way."""
    return [Edit(**row) for row in stored.get("edits", ())]


def with_edits(settings: PlanSettings, edits: Iterable[Edit]) -> PlanSettings:
    """The settings as they are after these edits; pins are no settings."""
    pots, skills = list(settings.pots), dict(settings.skills)
    targets = dict(enumerate(settings.targets))
    shares = dict(enumerate(settings.shares))
    plain: dict[str, int | bool] = {}
    for edit in edits:
        if edit.what == "money" and edit.period is not None:
            pot = pots[int(edit.key)]
            amounts = [*pot.amounts, *[0] * (edit.period + 1 - len(pot.amounts))]
            amounts[edit.period] = int(edit.to or 0)
            pots[int(edit.key)] = replace(pot, amounts=tuple(amounts))
        elif edit.what == "skill":
            skills[edit.key] = int(edit.to or 0)
        elif edit.what == "target" and edit.to:
            targets[int(edit.key)] = replace(targets[int(edit.key)], amount=edit.to)
        elif edit.what == "target":
            del targets[int(edit.key)]
        elif edit.what == "share":
            del shares[int(edit.key)]
        elif edit.what in ("slack", "least_customers"):
            plain[edit.what] = int(edit.to or 0)
        elif edit.what == "may_run_over":
            plain[edit.what] = True
    changed = replace(
        settings, pots=tuple(pots), skills=skills, targets=tuple(targets.values()), shares=tuple(shares.values())
    )
    return replace(changed, **plain)  # type: ignore[arg-type]


class Ways:
    """Reads what the planner says of limits as changes of the scenario that was asked."""

    def __init__(
        self, asked: Asked, horizon: Horizon, settings: PlanSettings, pins: Iterable[Pin], question: Question
    ) -> None:
        self.asked, self.horizon, self.settings = asked, horizon, settings
        self.pins = {pin.request: pin for pin in pins}
        self.scenario: Scenario = question.scenario
        self.shares = question.shares
        self.wishes = {str(wish.id): wish for wish in asked.wishes}
        self.capacity = {each.id: each.capacity for each in self.scenario.resources}
        self.carried = list(carried_quarters(settings, horizon))

    def out(self, way: Relaxation) -> Way:
        """What a way out of a conflict takes."""
        pairs = zip(way.limits, way.amounts, strict=True)
        return _joined(each for limit, by in pairs for each in self._of(limit, by))

    def lets_in(self, request: str, change: Change) -> Way:
        """What lets in a request that is left out: the change, and that it goes."""
        wish = self.wishes[request]
        found: list[Edit | Place] = []
        for resource, period, more in change.extra:
            found += self._capacity(resource, period, more)
        for rule in change.drop:
            found += self._rule(rule, None)
        if change.widen:
            found += self._widened(wish, change.start)
        elif not any(isinstance(each, Place) for each in found):
            pin = self.pins.get(wish.id)
            found.append(self._pin(wish, AT, change.start) if pin and pin.kind == BY else self._pin(wish, IN))
        return _joined(found)

    def all_the_same(self, request: str) -> Way:
        """That a request goes although the plan is worth more without it: it is pinned, and others make room."""
        wish = self.wishes[request]
        pin = self.pins.get(wish.id)
        return Way((self._pin(wish, AT, pin.period) if pin and pin.kind == BY else self._pin(wish, IN),))

    def _of(self, limit: Limit, by: float | None) -> Iterator[Edit | Place]:
        if limit.kind == "capacity":
            yield from self._capacity(limit.subject, limit.period, by)
        elif limit.rule >= 0:
            yield from self._rule(limit.rule, by)
        else:
            yield from self._own(self.wishes[limit.subject], limit.kind, by)

    def _capacity(self, resource: str, period: int, by: float | None) -> Iterator[Edit | Place]:
        kind, _, key = resource.partition(":")
        if by is None:
            yield Place("settings", "Settings of this scenario")
        elif kind == "pot":
            yield self._money(int(key), period, by)
        else:
            yield self._skill(int(key), period, by)

    def _money(self, place: int, period: int, by: float) -> Edit:
        pot = self.settings.pots[place]
        there = pot.amounts[period] if period < len(pot.amounts) else 0
        to = there + math.ceil(max(by, said_amount(by)))
        sign = self.asked.currency
        said = f"{pot.name} in {self.horizon.name(period)}: {_exact(to, sign)} instead of {_exact(there, sign)}"
        return Edit("money", said, str(place), period, to)

    def _skill(self, skill: int, period: int, by: float) -> Edit | Place:
        thing = self.asked.register.skills[skill]
        percent = self.settings.skills.get(thing.code, 100)
        there = self.capacity[f"skill:{skill}"][period]
        to = math.ceil((there + max(by, said_amount(by))) / there * percent - 1e-9) if there and percent else 0
        if not 0 < to <= MOST_PERCENT:
            return Place("register:skills", f"Days of {thing.name}")
        said = f"{thing.name}: {to:,} % of its days instead of {percent:,} %, in every quarter"
        return Edit("skill", said, thing.code, None, to)

    def _rule(self, place: int, by: float | None) -> Iterator[Edit | Place]:
        rule = self.scenario.rules[place]
        match rule:
            case AtLeast():
                yield self._target(sum(isinstance(each, AtLeast) for each in self.scenario.rules[:place]), by)
            case Share():
                share = sum(isinstance(each, Share) for each in self.scenario.rules[:place])
                yield Edit("share", f"The least share “{rule.label}” is taken out", str(self.shares[share]))
            case Before(then=request) | Requires(request=request):
                yield self._request(self.wishes[request], "What {} needs")
            case Exclude():
                yield self._against(rule)
            case Load():
                yield self._load(place, rule, by)

    def _target(self, place: int, by: float | None) -> Edit:
        target = self.settings.targets[place]
        to = 0.0 if by is None else -said_amount(by - target.amount)
        until = self.horizon.name(min(target.by, self.horizon.number - 1))
        name = f"{self.asked.measures.get(target.measure, target.measure)} by {until}"
        if to <= 0:
            return Edit("target", f"The target of {number(target.amount)} {name} is taken out", str(place))
        said = f"Target of {name}: {number(to)} instead of {number(target.amount)}"
        return Edit("target", said, str(place), None, to)

    def _against(self, rule: Exclude) -> Place:
        known = (each for each in (*self.asked.against, *self.asked.families) if each.title == rule.label)
        found = next((each for each in known if each.where), None)
        return Place(found.where if found else "settings", f"“{rule.label}”")

    def _load(self, place: int, rule: Load, by: float | None) -> Edit | Place:
        first = len(self.scenario.rules) - len(self.carried)
        if place >= first:
            pot, last = self.carried[place - first]
            return Place("settings", "Settings of this scenario") if by is None else self._money(pot, last, by)
        if rule.unit == "contacts":
            return Place("register:contact-policies", "Contact policies")
        if rule.unit == "single contacts":
            return Place("register:channel-capacities", "What channels can carry")
        if "days apart" in rule.label:
            return Place("rules", "Rules of the organisation")
        return Place("register:touchpoints", "Changes that a touchpoint takes")

    def _own(self, wish: Wish, kind: str, by: float | None) -> Iterator[Edit | Place]:
        pin = self.pins.get(wish.id)
        candidate = next(each for each in self.scenario.requests if each.id == str(wish.id))
        if kind == "barred":
            yield from self._barred(wish, candidate.barred, None if by is None else int(by))
        elif wish.running:
            yield self._request(wish, "{}, which is being delivered")
        elif kind == "mandatory":
            own = pin is not None and pin.kind in (IN, AT) and not must_go(wish, self.settings)
            yield self._unpin(wish) if own else Place("settings", "What must go, in the settings")
        elif kind == "start" and by is not None:
            yield self._pin(wish, AT, (candidate.start or 0) + int(by))
        elif kind == "start":
            yield self._unpin(wish) if pin else Place("settings", "What the board approved, in the settings")
        elif kind == "earliest" and by is not None:
            yield self._pin(wish, AT, (candidate.earliest or 0) - int(by))
        elif kind == "latest" and pin is not None and pin.kind == BY:
            yield self._unpin(wish) if by is None else self._pin(wish, BY, (candidate.latest or 0) + int(by))
        else:
            yield self._late(wish, candidate.latest, by) if kind == "latest" else self._request(wish, "Dates of {}")

    def _late(self, wish: Wish, latest: int | None, by: float | None) -> Edit | Place:
        """A regulatory request may start later than its deadline."""
        asked = asked_period(wish, self.horizon)
        if by is None or latest is None or asked is None:
            return Place("settings", "How late a regulatory request may be, in the settings")
        to = latest + int(by) - asked
        now = self.settings.slack
        said = f"Every regulatory request may start {_quarters(to)} after it was asked for, instead of {now}"
        return Edit("slack", said, "", None, to)

    def _widened(self, wish: Wish, start: int) -> Iterator[Edit | Place]:
        """It may start in a period that its own limits keep it out of."""
        candidate = next(each for each in self.scenario.requests if each.id == str(wish.id))
        if start in candidate.barred:
            yield from self._barred(wish, candidate.barred, start)
        else:
            yield self._pin(wish, AT, start)

    def _barred(self, wish: Wish, barred: Mapping[int, str], only: int | None) -> Iterator[Edit | Place]:
        pin, least = self.pins.get(wish.id), self.settings.least_customers
        worth = self.asked.worth
        sizes = [worth[each.segment].customers for each in wish.facts.contacts if each.segment in worth]
        if pin is not None and pin.kind == OUT:
            yield self._unpin(wish)
        elif wish.blocked or any("circle" in why for why in barred.values()):
            yield self._request(wish, "What {} needs")
        elif sizes and min(sizes) < least:
            said = f"Fewest customers to contact: {min(sizes):,} instead of {least:,}"
            yield Edit("least_customers", said, "", None, min(sizes))
        else:
            whys = [why for period, why in barred.items() if only in (None, period)]
            if any(why.startswith(OVER) for why in whys):
                yield Edit("may_run_over", "Requests may be moved past the end of the plan")
                return
            quiet = any(why.startswith(QUIET) for why in whys)
            which = ("quiet-periods", "Quiet periods") if quiet else ("change-freezes", "Change freezes")
            yield Place(f"register:{which[0]}", which[1])

    def _pin(self, wish: Wish, kind: str, period: int | None = None) -> Edit:
        words = pin_words(kind, "" if period is None else self.horizon.name(period))
        return Edit("pin", f"{wish.facts.reference} is pinned: it {words}", str(wish.id), period, None, kind)

    def _unpin(self, wish: Wish) -> Edit:
        pin = self.pins[wish.id]
        words = pin_words(pin.kind, "" if pin.period is None else self.horizon.name(pin.period))
        return Edit("unpin", f"{wish.facts.reference} is no longer pinned ({words})", str(wish.id))

    def _request(self, wish: Wish, label: str) -> Place:
        return Place(f"request:{wish.facts.reference}", label.format(wish.facts.reference))


def _exact(value: float, sign: str) -> str:
    """The whole amount: what is set is not rounded."""
    return amount(0, sign).replace("0", f"{value:,.0f}")


def _quarters(count: int) -> str:
    return f"{count} quarter{'' if count == 1 else 's'}"


def _joined(found: Iterable[Edit | Place]) -> Way:
    """Each once; of several edits of the same value the largest."""
    edits: dict[tuple[str, str, int | None], Edit] = {}
    places: list[Place] = []
    for each in found:
        if isinstance(each, Place):
            places.append(each)
            continue
        key = (each.what, each.key, each.period if each.what == "money" else None)
        if key not in edits or (each.to or 0) > (edits[key].to or 0):
            edits[key] = each
    return Way(tuple(edits.values()), tuple(dict.fromkeys(places)))
