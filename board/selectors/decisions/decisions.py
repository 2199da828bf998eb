"""Decisions, conditions and holds as somebody may see them: what touches a confidential request is redacted.

A decision over several requests of which one may not be seen keeps its date and kind, names the requests that may be
seen, counts the others, and keeps its question, reason and conditions to itself: they may speak of the hidden one.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.utils import timezone

from board.models import (
    Condition,
    DecidedRequest,
    Decision,
    Hold,
    ItemRequest,
    Joining,
    Meeting,
    Question,
    Vote,
)
from board.selectors.decisions.outcomes import DecidedLine, SeenDecision
from impacts.models import FamilyMember
from portfolio.lifecycle import LABELS, Status
from portfolio.models import ProjectRequest
from portfolio.models.people import gone
from portfolio.permissions import can_see

HIDDEN_QUESTION = "A decision over a confidential request"
HIDDEN_REASON = "It concerns a confidential request. The board's secretary can tell you if it matters to you."


def moved(lookup: str = "requests") -> "Prefetch[Any]":
    """The requests that decisions moved, for `prefetch_related`, in one query.

    Joined and not fetched by key: of more than 1,000 keys Django makes a chain of ORs that SQLite refuses.
    """
    return Prefetch(lookup, DecidedRequest.objects.select_related("request__silo", "after"))


def _members(lookup: str) -> "Prefetch[Any]":
    model = ItemRequest if lookup.endswith("item__members") else FamilyMember
    return Prefetch(lookup, model._default_manager.select_related("request"))


def with_all(decisions: QuerySet[Decision]) -> QuerySet[Decision]:
    """The decisions with what `seen_decision` reads, in a fixed number of queries."""
    return decisions.select_related(
        "item__meeting",
        "item__family",
        "recorded_by",
        "survivor",
        "hold__owner",
        "superseded_by__item",
        "supersedes__item__family",
        "supersedes__survivor",
        "supersedes__joining__family",
        "seal",
        "deferral",
        "joining__family",
        "joining__lead",
        "joining__owner",
        "ballot__overridden_by",
    ).prefetch_related(
        moved(),
        "requests__also_after",
        Prefetch("conditions", Condition.objects.select_related("owner", "met_by")),
        "conditions__moves__owner_before",
        "hold__moves__owner_before",
        _members("item__family__members"),
        _members("item__members"),
        _members("joining__family__members"),
        moved("supersedes__requests"),
        "supersedes__requests__also_after",
        _members("supersedes__item__family__members"),
        _members("supersedes__item__members"),
        _members("supersedes__joining__family__members"),
        Prefetch("votes", Vote.objects.select_related("person")),
        Prefetch("questions", Question.objects.select_related("owner", "answered_by")),
    )


def parties(decision: Decision) -> list[ProjectRequest]:
    """Every request that the words of a decision may speak of: those it moved, the survivor of a merge, those that
    others were put behind, and all that were ever in the family it was over (its question is the family's title) or
    made. Of a taking back also those that the decision it takes back may speak of."""
    rows = list(decision.requests.all())
    found = {row.request_id: row.request for row in rows}
    others = [decision.survivor, *(row.after for row in rows), *(each for row in rows for each in row.also_after.all())]
    if decision.kind == Decision.Kind.REOPEN and decision.supersedes is not None:
        others += parties(decision.supersedes)
    if decision.item.family is not None:
        others += [member.request for member in decision.item.family.members.all()]
    others += [member.request for member in decision.item.members.all()]
    joining = getattr(decision, "joining", None)
    if joining is not None:
        others += [member.request for member in joining.family.members.all()]
    return list((found | {request.pk: request for request in others if request is not None}).values())


def hidden_from(user: Any) -> QuerySet[Decision]:
    """The decisions with a party (see `parties`) that `user` may not see: their words are not for them."""
    visible = ProjectRequest.objects.visible_to(user).order_by().values("pk")
    secret = ProjectRequest.objects.filter(confidential=True).exclude(pk__in=visible).order_by().values("pk")
    moved = DecidedRequest.objects.filter(Q(request__in=secret) | Q(after__in=secret) | Q(also_after__in=secret))
    decided = moved.order_by().values("decision_id")
    families = FamilyMember.objects.filter(request__in=secret).order_by().values("family_id")
    items = ItemRequest.objects.filter(request__in=secret).order_by().values("item_id")
    joined = Joining.objects.filter(family__in=families).order_by().values("decision_id")
    rows = Decision.objects.filter(
        Q(pk__in=decided) | Q(survivor__in=secret) | Q(item__in=items) | Q(item__family__in=families) | Q(pk__in=joined)
    )
    taken_back = Q(kind=Decision.Kind.REOPEN, supersedes__in=rows.order_by().values("pk"))
    return Decision.objects.filter(Q(pk__in=rows.order_by().values("pk")) | taken_back).order_by()


def seen_decision(decision: Decision, user: Any) -> SeenDecision:
    """The decision as `user` may see it. Needs what `with_all` loads."""
    rows = list(decision.requests.all())
    hidden = sum(1 for request in parties(decision) if not can_see(user, request))
    survivor = decision.survivor if decision.survivor and can_see(user, decision.survivor) else None
    return SeenDecision(
        pk=decision.pk,
        decision=decision,
        kind=decision.kind,
        label=decision.get_kind_display(),
        question=HIDDEN_QUESTION if hidden else decision.item.question,
        reason=HIDDEN_REASON if hidden else decision.reason,
        requests=[_line(row, hidden) for row in rows if can_see(user, row.request)],
        hidden=hidden,
        conditions=[] if hidden else list(decision.conditions.all()),
        hold=None if hidden else getattr(decision, "hold", None),
        survivor=survivor,
        voided=hasattr(decision, "superseded_by"),
        **({} if hidden else _parts(decision)),
    )


def _line(row: DecidedRequest, hidden: int) -> DecidedLine:
    """What became of a request; what it was put behind, the last to go live at the end, where nothing is hidden."""
    ahead = [] if hidden else [*row.also_after.all(), *([row.after] if row.after else [])]
    label = LABELS[Status(row.status_after)]
    return DecidedLine(row.request, row.status_after, label, row.position, tuple(each.reference for each in ahead))


def _parts(decision: Decision) -> dict[str, Any]:
    deferral = getattr(decision, "deferral", None)
    return {
        "votes": list(decision.votes.all()),
        "questions": list(decision.questions.all()),
        "until": deferral.until if deferral else None,
        "joining": getattr(decision, "joining", None),
        "ballot": getattr(decision, "ballot", None),
    }


def decision_as_seen(pk: int, user: Any) -> SeenDecision:
    """The decision of this id, standing or taken back, as `user` may see it. Raises Decision.DoesNotExist."""
    return seen_decision(with_all(Decision.objects.filter(pk=pk)).get(), user)


def decisions_as_seen(pks: Iterable[int], user: Any) -> dict[int, SeenDecision]:
    """The decisions of these ids, standing or taken back, as `user` may see them. A fixed number of queries."""
    ids = set(pks)
    rows = with_all(Decision.objects.filter(pk__in=ids)).order_by("id") if ids else []
    return {decision.pk: seen_decision(decision, user) for decision in rows}


def standing_queryset() -> QuerySet[Decision]:
    """Decisions that stand: not superseded, and not a taking back."""
    return Decision.objects.filter(superseded_by__isnull=True).exclude(kind=Decision.Kind.REOPEN)


def decisions_over(request: ProjectRequest, user: Any) -> list[SeenDecision]:
    """All decisions over a request, those taken back among them, the latest first, as `user` may see them."""
    mine = DecidedRequest.objects.filter(request=request).order_by().values("decision_id")
    rows = with_all(Decision.objects.filter(Q(pk__in=mine) | Q(survivor=request))).exclude(kind=Decision.Kind.REOPEN)
    return [seen_decision(decision, user) for decision in rows.order_by("-at", "-id")]


def merges_for(user: Any) -> QuerySet[DecidedRequest]:
    """What was merged by decisions that stand, of requests that `user` may see, the latest first."""
    visible = ProjectRequest.objects.visible_to(user).order_by().values("pk")
    rows = DecidedRequest.objects.filter(request__in=visible, status_after=Status.MERGED.value)
    rows = rows.filter(decision__superseded_by__isnull=True, request__status=Status.MERGED.value)
    related = rows.select_related("request__survivor", "decision__survivor").defer("decision__snapshot")
    return related.order_by("-decision__at", "-id")


def decisions_of_meeting(meeting: Meeting) -> dict[int, list[Decision]]:
    """The decisions of a meeting by item, in the order they were made, those taken back among them."""
    found: dict[int, list[Decision]] = {}
    for decision in with_all(Decision.objects.filter(item__meeting=meeting)).order_by("at", "id"):
        found.setdefault(decision.item_id, []).append(decision)
    return found


def conditions_for(user: Any, *, whose: str = "", state: str = "open") -> QuerySet[Condition]:
    """Conditions of standing decisions, by due date: "mine" or everybody's; "open", "overdue", "met" or "all". Those of
    a decision that may speak of a request that `user` may not see are left out, unless the condition is theirs."""
    rows = Condition.objects.filter(decision__superseded_by__isnull=True)
    rows = rows.filter(~Q(decision__in=hidden_from(user).values("pk")) | Q(owner=user))
    if whose == "mine":
        rows = rows.filter(owner=user)
    if state in ("open", "overdue"):
        rows = rows.filter(met_at__isnull=True, replaced_by__isnull=True)
    if state == "overdue":
        rows = rows.filter(due__lt=timezone.localdate())
    if state == "met":
        rows = rows.filter(met_at__isnull=False)
    related = rows.select_related("owner", "met_by", "decision__item__meeting")
    return related.prefetch_related(moved("decision__requests")).order_by("due", "id")


def condition_counts(user: Any) -> dict[str, int]:
    """How many conditions are open and overdue, of how many the owner is gone (`nobody`), and of the person's own
    (`mine`, `mine_overdue`). One query."""
    today = timezone.localdate()
    rows = conditions_for(user, state="open").select_related(None).prefetch_related(None).order_by()
    return rows.aggregate(
        open=Count("pk"),
        overdue=Count("pk", filter=Q(due__lt=today)),
        nobody=Count("pk", filter=gone("owner")),
        mine=Count("pk", filter=Q(owner=user)),
        mine_overdue=Count("pk", filter=Q(owner=user, due__lt=today)),
    )


def active_holds(user: Any) -> list[Hold]:
    """Holds that are not released, as far as `user` may see them, the next to end first."""
    return list(holds_for(user).filter(released_at__isnull=True))


def holds_for(user: Any) -> QuerySet[Hold]:
    """Holds of standing decisions, also released ones, that speak only of requests that `user` may see or that they
    answer, the next to end first."""
    rows = Hold.objects.filter(decision__superseded_by__isnull=True)
    rows = rows.filter(~Q(decision__in=hidden_from(user).values("pk")) | Q(owner=user))
    related = rows.select_related("owner", "decision__item").prefetch_related(moved("decision__requests"))
    return related.order_by("expires_on", "id")


def open_conditions(limit: int = 40) -> list[Condition]:
    """The board's open conditions, the first due first: for the pack."""
    rows = Condition.objects.filter(met_at__isnull=True, replaced_by__isnull=True).select_related("owner", "decision")
    rows = rows.filter(decision__superseded_by__isnull=True)
    return list(rows.prefetch_related(moved("decision__requests")).order_by(F("due").asc(), "id")[:limit])


def visible_lines(decision: Decision, user: Any) -> list[ProjectRequest]:
    """The requests of a decision that `user` may see. Needs requests__request prefetched."""
    return [row.request for row in decision.requests.all() if can_see(user, row.request)]


def seen(decisions: Iterable[Decision], user: Any) -> list[SeenDecision]:
    """Each decision as `user` may see it."""
    return [seen_decision(decision, user) for decision in decisions]
