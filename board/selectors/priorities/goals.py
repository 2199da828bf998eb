"""The tree of objectives with what serves it: money, customer effect and progress by objective, segment and silo."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet

from board.priorities.tree import BetFigures, Group, RequestFigures, Sums, rolled_up, whole
from customers.models import Segment, Touchpoint
from customers.words import part_of
from impacts.models import Bet, Impact, PlannedContact
from portfolio.lifecycle import COMMITTED, Status
from portfolio.models import Contribution, Objective, ProjectRequest, Silo
from portfolio.permissions import can_see_all_money
from portfolio.selectors.objectives import Standing, objectives_in_use, served_by, standings

#: Requests that wait for the board.
WAITING = frozenset(
    {Status.SUBMITTED, Status.IN_TRIAGE, Status.READY, Status.ON_HOLD, Status.DEFERRED, Status.RETURNED}
)
STAGE_OF = {
    **dict.fromkeys(WAITING, "asked"),
    **dict.fromkeys(COMMITTED, "taken"),
    Status.DELIVERED: "delivered",
    Status.REVIEWED: "delivered",
}
SHOWN = 50
"""So many requests that serve nothing are named; the requests' list has them all."""


@dataclass(frozen=True, slots=True)
class GoalRow:
    """One objective in the tree: how deep it stands, how far it is, what serves it and what stands below it."""

    objective: Objective
    depth: int
    standing: Standing
    sums: Sums
    set_back: int
    reached_below: str

    @property
    def unserved(self) -> bool:
        """Whether no request serves it or anything below it."""
        return not self.sums.count


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One segment or silo, or what stands in none of them."""

    label: str
    url: str
    sums: Sums


@dataclass(frozen=True, slots=True)
class Goals:
    """The whole page. `silent` serve no objective (at most SHOWN of `silent_count`); `sizes` and `visits` say how many
    customers a segment and a touchpoint have."""

    rows: list[GoalRow]
    groups: list[GroupRow]
    none: Sums
    total: Sums
    silent: list[ProjectRequest]
    sizes: Mapping[int, int]
    visits: Mapping[int, int]
    shows_money: bool

    @property
    def silent_count(self) -> int:
        """How many requests serve no objective."""
        return self.none.count

    @property
    def unserved(self) -> list[GoalRow]:
        """Objectives that nobody serves."""
        return [row for row in self.rows if row.unserved]

    @property
    def title(self) -> str:
        """The finding, as a sentence."""
        if not self.rows:
            return "Nobody has said yet what we want to reach"
        alone, silent, every = len(self.unserved), self.none.count, self.total.count
        first = part_of(alone, len(self.rows), "objective", "served by no request")
        second = f"{silent:,} of {every:,} request{'' if every == 1 else 's'} serve{'s' if silent == 1 else ''} none"
        if alone and silent:
            return f"{first}, and {second}"
        if silent:
            return f"Every objective is served, and {second}"
        return first if alone else "Every objective is served, and every request serves one"


def asked_for(user: Any) -> QuerySet[ProjectRequest]:
    """The requests that count: filed, and not turned away or merged into another, which counts instead."""
    states = [status.value for status in STAGE_OF]
    return ProjectRequest.objects.visible_to(user).filter(status__in=states)


def goals_for(user: Any, *, by: str = "objective") -> Goals:
    """The tree of objectives with its sums as `user` may see them; `groups` by "segment" or "silo". A fixed number of
    queries."""
    rows = asked_for(user)
    figures = figures_of(rows)
    objectives = list(objectives_in_use())
    parents: dict[int, Group] = {each.pk: each.parent_id for each in objectives}
    sums = rolled_up(figures, lambda each: tuple(o for o in each.objectives if o in parents), parents)
    none = sums.get(None, Sums())
    silent = rows.filter(pk__in=sorted(none.requests)[:SHOWN]).select_related("silo").order_by("reference", "id")
    return Goals(
        rows=_tree(objectives, sums, standings(objectives), _set_back(user)),
        groups=_groups(figures, by),
        none=none,
        total=whole(figures),
        silent=list(silent),
        sizes=dict(Segment.objects.order_by("id").values_list("id", "customer_count")),
        visits=dict(Touchpoint.objects.order_by("id").values_list("id", "customers_per_month")),
        shows_money=can_see_all_money(user),
    )


def _tree(
    objectives: list[Objective], sums: Mapping[Group, Sums], far: Mapping[int, Standing], back: Mapping[int, int]
) -> list[GoalRow]:
    """The objectives from the top down, each followed by what serves it."""
    below: dict[int | None, list[Objective]] = defaultdict(list)
    known = {each.pk for each in objectives}
    for each in objectives:
        below[each.parent_id if each.parent_id in known else None].append(each)
    rows: list[GoalRow] = []

    def walk(parent: int | None, depth: int) -> list[str]:
        states = []
        for each in below[parent]:
            at = len(rows)
            under = walk_under(each, depth, at)
            states += [far[each.pk].state, *under]
        return states

    def walk_under(each: Objective, depth: int, at: int) -> list[str]:
        blank = GoalRow(each, depth, far[each.pk], sums.get(each.pk, Sums()), back.get(each.pk, 0), "")
        rows.append(blank)
        under = walk(each.pk, depth + 1)
        rows[at] = GoalRow(each, depth, blank.standing, blank.sums, blank.set_back, _below_words(under))
        return under

    walk(None, 0)
    return rows


def _below_words(states: list[str]) -> str:
    """How far what stands below is, in words; empty where nothing is counted there."""
    counted = [state for state in states if state not in ("uncounted", "no_reading")]
    good = sum(state in ("reached", "on_track") for state in counted)
    return f"{good} of {len(counted)} below on track" if counted else ""


def _set_back(user: Any) -> dict[int, int]:
    """How many requests set each objective back. One query."""
    found: dict[int, int] = defaultdict(int)
    rows = Contribution.objects.filter(direction=Contribution.Direction.BACK, request__in=asked_for(user).values("pk"))
    for objective in rows.order_by("id").values_list("objective_id", flat=True):
        found[objective] += 1
    return found


def _groups(figures: list[RequestFigures], by: str) -> list[GroupRow]:
    if by == "segment":
        sums = rolled_up(figures, lambda each: each.segments, narrow=True)
        names = {each.pk: (each.name, each.get_absolute_url()) for each in Segment.objects.order_by("name", "id")}
    elif by == "silo":
        sums = rolled_up(figures, lambda each: (each.silo,))
        names = {silo.pk: (silo.name, f"/requests/?silo={silo.code}") for silo in Silo.objects.order_by("name", "id")}
    else:
        return []
    rows = [GroupRow(*names[pk], sums[pk]) for pk in names if pk in sums]
    return [*rows, GroupRow("No customers named", "", sums[None])] if None in sums else rows


def figures_of(rows: QuerySet[ProjectRequest]) -> list[RequestFigures]:
    """What each request brings to the sums. Seven queries however many there are."""
    ids = rows.order_by().values("pk")
    served = served_by()
    everybody = tuple(Segment.objects.active().order_by("id").values_list("id", flat=True))
    places, better, worse, segments = _places(ids, everybody)
    contacts: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    planned = PlannedContact.objects.filter(request__in=ids).order_by("id")
    for request, segment, times in planned.values_list("request_id", "segment_id", "times"):
        contacts[request][segment] += times
    bets: dict[int, list[BetFigures]] = defaultdict(list)
    rows_of_bets = Bet.objects.filter(request__in=ids).order_by("id")
    promised: Any = rows_of_bets.values_list("id", "request_id", "segment_id", "amount", "answer__delivered")
    for pk, request, segment, amount, came in promised:
        bets[request].append(BetFigures(pk, segment, None if came is None else came >= amount))
    found = []
    for pk, silo, status, one_off, yearly in rows.order_by("id").values_list(
        "id", "silo_id", "status", "one_off_cost", "yearly_cost"
    ):
        touched = segments.get(pk, set()) | set(contacts[pk]) | {bet.segment for bet in bets[pk]}
        found.append(
            RequestFigures(
                id=pk,
                silo=silo,
                one_off=one_off,
                yearly=yearly,
                objectives=tuple(served.get(pk, ())),
                segments=tuple(sorted(touched)),
                touchpoints=tuple(sorted(places.get(pk, ()))),
                better=better.get(pk, 0),
                worse=worse.get(pk, 0),
                contacts=tuple(sorted(contacts[pk].items())),
                bets=tuple(bets[pk]),
                stage=STAGE_OF[Status(status)],
            )
        )
    return found


Counted = dict[int, int]


def _places(
    ids: Any, everybody: tuple[int, ...]
) -> tuple[Mapping[int, set[int]], Counted, Counted, Mapping[int, set[int]]]:
    """Of each request its touchpoints, how many get better and worse, and the segments; who names none means all."""
    places: dict[int, set[int]] = defaultdict(set)
    better: Counted = defaultdict(int)
    worse: Counted = defaultdict(int)
    segments: dict[int, set[int]] = defaultdict(set)
    seen: set[int] = set()
    impacts = Impact.objects.filter(request__in=ids).annotate(segment=F("segments")).order_by("id", "segment")
    rows: Any = impacts.values_list("id", "request_id", "touchpoint_id", "direction", "segment")
    for pk, request, place, direction, segment in rows:
        segments[request].update((segment,) if segment else everybody)
        if pk not in seen:
            seen.add(pk)
            places[request].add(place)
            better[request] += direction == Impact.Direction.BETTER
            worse[request] += direction == Impact.Direction.WORSE
    return places, better, worse, segments
