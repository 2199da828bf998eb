"""Reads the portfolio as a scenario asks for it, in a fixed number of queries however many requests there are."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from board.models import Hold, Joining
from board.planning.facts import KEEPS_APART, Against, Asked, Wish, Worth
from board.planning.freezes import freezes_of
from customers.amounts import currency_sign
from customers.models import Measure, Segment, Touchpoint
from impacts.engine.facts import RegisterFacts, RequestFacts
from impacts.models import Bet, Family, Finding
from impacts.selectors.scans.facts import engine_settings, register_facts, request_facts
from portfolio.lifecycle import LABELS, Status
from portfolio.models import Objective, ProjectRequest, Silo

DONE: Final = frozenset({Status.DELIVERED.value, Status.REVIEWED.value})
"""What a request needed and was delivered is there."""

MOVES: Final = {
    Bet.Moves.GAINED: "customers gained",
    Bet.Moves.LOST: "fewer customers lost",
    Bet.Moves.REFERRALS: "customers gained by referral",
    Bet.Moves.BETTER_TIER: "customers moved to a better tier",
}
VALUED: Final = frozenset({Bet.Moves.GAINED, Bet.Moves.LOST, Bet.Moves.REFERRALS})
"""Promises that are worth what a customer of the segment is worth."""


def read_asked(today: date) -> Asked:
    """Everything that is asked for today: live requests with what they touch, cost and promise, the registers, and what
    stands between requests."""
    facts = request_facts()
    register = register_facts()
    against, families, dismissed = _between()
    return Asked(
        wishes=_wishes({pk: fact for pk, (_, fact) in sorted(facts.items())}, register),
        register=register,
        rules=engine_settings(),
        today=today,
        worth=_worth(),
        silos=dict(Silo.objects.order_by("name", "id").values_list("code", "name")),
        objectives=dict(Objective.objects.order_by("name", "id").values_list("code", "name")),
        measures=measures(),
        change_limits={
            place: limit
            for place, limit in Touchpoint.objects.order_by("id").values_list("id", "change_limit")
            if limit is not None
        },
        against=against,
        families=families,
        dismissed=dismissed,
        currency=currency_sign().strip(),
    )


def _wishes(facts: Mapping[int, RequestFacts], register: RegisterFacts) -> tuple[Wish, ...]:
    """What each live request asks for, in the order of `facts`."""
    rows = {row["id"]: row for row in ProjectRequest.objects.live().order_by("id").values(*_FIELDS)}
    effects, gained = _bets()
    holds = _holds()
    blocked = _blocked({pk: fact.needs for pk, fact in facts.items()}, set(facts))
    return tuple(
        Wish(
            facts=fact,
            silo=rows[pk]["silo__code"],
            objective=rows[pk]["objective__code"] or "",
            money=round(rows[pk]["one_off_cost"] or 0),
            yearly=round(rows[pk]["yearly_cost"] or 0),
            effects=dict(sorted(effects.get(pk, {}).items())),
            gained=dict(sorted(gained.get(pk, {}).items())),
            running=rows[pk]["status"] == Status.IN_DELIVERY.value,
            not_before=holds.get(pk) if rows[pk]["status"] == Status.ON_HOLD.value else None,
            blocked=blocked.get(pk, ""),
            freezes=freezes_of(fact, register),
        )
        for pk, fact in facts.items()
        if pk in rows
    )


_FIELDS = ("id", "status", "silo__code", "objective__code", "one_off_cost", "yearly_cost")


def measures() -> dict[str, str]:
    """What requests promise and a target may ask for, by key, in words. One query."""
    moved = {f"moves:{move.value}": words for move, words in MOVES.items()}
    rows = Measure.objects.active().order_by("name", "id")
    return moved | {f"measure:{row.code}": f"{row.name} ({row.unit})" if row.unit else row.name for row in rows}


def _bets() -> tuple[dict[int, dict[str, float]], dict[int, dict[int, float]]]:
    """What each request promises by measure, and the customers it promises to gain or keep by segment. One query."""
    effects: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    gained: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for bet in Bet.objects.select_related("measure").order_by("id"):
        amount = float(bet.amount)
        key = f"measure:{bet.measure.code}" if bet.measure else f"moves:{bet.moves}"
        effects[bet.request_id][key] += amount
        if bet.moves in VALUED:
            gained[bet.request_id][bet.segment_id] += amount
    return effects, gained


def _holds() -> dict[int, date]:
    """Until when each request is on hold. One query."""
    rows = Hold.objects.filter(released_at__isnull=True, decision__superseded_by__isnull=True)
    return dict(rows.order_by("expires_on", "id").values_list("decision__requests__request_id", "expires_on"))


def _blocked(needs: Mapping[int, Iterable[int]], live: set[int]) -> dict[int, str]:
    """Requests that need one that will not come, with the words for it. One query."""
    gone = {needed for wanted in needs.values() for needed in wanted} - live
    rows = ProjectRequest.objects.filter(pk__in=gone).exclude(status__in=DONE).order_by("id")
    states = {pk: (reference, status) for pk, reference, status in rows.values_list("id", "reference", "status")}
    found = {}
    for request, wanted in needs.items():
        for needed in sorted(set(wanted) & states.keys()):
            reference, status = states[needed]
            found[request] = f"it needs {reference}, which is {LABELS[Status(status)].lower()}"
    return found


def _between() -> tuple[tuple[Against, ...], tuple[Against, ...], frozenset[tuple[str, ...]]]:
    """What works against each other, of what only one goes, and what architects dismissed. Four queries."""
    against, alike = [], []
    rows = Finding.objects.standing().filter(rule__in=[*KEEPS_APART, "same-purpose"]).prefetch_related("members")
    for finding in rows.order_by("id"):
        confirmed = finding.state == Finding.State.CONFIRMED
        members = tuple(sorted(member.request_id for member in finding.members.all()))
        where = f"finding:{finding.pk}"
        if finding.rule != "same-purpose":
            against.append(Against(finding.title, members, confirmed, where))
        elif confirmed:
            alike.append(Against(f"They want the same: {finding.title}", members, where=where))
    # What the board joined goes together under its lead, each member with its own words: they are no alternatives.
    joined = Joining.objects.filter(decision__superseded_by__isnull=True).order_by().values("family_id")
    families = Family.objects.filter(dissolved_at__isnull=True).exclude(pk__in=joined)
    for family in families.prefetch_related("members").order_by("id"):
        inside = tuple(sorted(row.request_id for row in family.members.all() if row.left_at is None))
        alike.append(Against(f"One of the family “{family.title}”", inside, where=f"family:{family.code}"))
    dismissed = Finding.objects.filter(state=Finding.State.DISMISSED).order_by("id").values_list("about", flat=True)
    return tuple(against), tuple(alike), frozenset(tuple(map(str, about)) for about in dismissed)


def _worth() -> dict[int, Worth]:
    rows = Segment.objects.active().order_by("id")
    return {row.pk: Worth(row.code, row.name, row.customer_count, round(row.yearly_value or 0)) for row in rows}
