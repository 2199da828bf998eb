"""Families as one person may see them: confidential members are counted, and leave no word behind."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Prefetch, Q, QuerySet

from impacts.models import Family, FamilyMember
from portfolio.models import ProjectRequest
from portfolio.permissions import can_see

HIDDEN_TITLE = "A confidential request is in this family"


@dataclass(frozen=True, slots=True)
class SeenFamily:
    """A family as one person may see it: with any member `hidden` it has no title, and its lead only if visible."""

    family: Family
    title: str
    lead: ProjectRequest | None
    requests: Sequence[ProjectRequest]
    hidden: int

    @property
    def silo_names(self) -> list[str]:
        """The silos of the visible members."""
        return sorted({request.silo.name for request in self.requests})


def families_for(user: Any) -> QuerySet[Family]:
    """The families of which `user` may see a request, dissolved ones too, the newest first. Show by `seen_families`."""
    visible = ProjectRequest.objects.visible_to(user).order_by().values("pk")
    inside = Q(left_at__isnull=True) | Q(left_at=F("family__dissolved_at"))
    mine = FamilyMember.objects.filter(inside, request__in=visible).order_by().values("family_id")
    members = FamilyMember.objects.select_related("request__silo", "request__requester").order_by("joined_at", "id")
    rows = Family.objects.filter(pk__in=mine).select_related("lead__silo", "owner", "created_by")
    return rows.prefetch_related(Prefetch("members", members)).order_by("-created_at", "-id")


def open_families(user: Any) -> list[SeenFamily]:
    """The families that stand, the newest first, as `user` may see them. Two queries."""
    return seen_families(families_for(user).filter(dissolved_at__isnull=True), user)


def family_among(ids: Sequence[int], user: Any) -> SeenFamily | None:
    """The family that most of these requests are in, if any, as `user` may see it. Three queries at most."""
    rows = FamilyMember.objects.filter(request__in=ids, left_at__isnull=True).order_by("family_id")
    counts = Counter(rows.values_list("family_id", flat=True))
    if not counts:
        return None
    return next(iter(seen_families(families_for(user).filter(pk=counts.most_common(1)[0][0]), user)), None)


def seen_families(families: Iterable[Family], user: Any) -> list[SeenFamily]:
    """Each family as `user` may see it: its members of now, or those it had when it was dissolved. No queries."""
    shown = []
    for family in families:
        everything = [row.request for row in family.members.all() if row.left_at == family.dissolved_at]
        visible = [request for request in everything if can_see(user, request)]
        lead = family.lead if can_see(user, family.lead) else None
        hidden = len(everything) - len(visible)
        title = HIDDEN_TITLE if hidden or lead is None else family.title
        shown.append(SeenFamily(family, title, lead, visible, hidden))
    return shown
