"""Open clusters: requests that the engine holds together by strong overlaps."""

from datetime import date

from board.selectors.meetings.sources.base import UNDECIDED, Tie
from impacts.models import Cluster


def ties(day: date) -> list[Tie]:
    """Each open cluster with two or more undecided requests, the strongest first. Two queries."""
    through = Cluster.requests.through.objects.filter(
        cluster__closed_at__isnull=True, projectrequest__status__in=UNDECIDED
    )
    members: dict[int, list[int]] = {}
    for cluster, request in through.order_by("projectrequest_id").values_list("cluster_id", "projectrequest_id"):
        members.setdefault(cluster, []).append(request)
    rows = Cluster.objects.filter(closed_at__isnull=True).order_by("-score", "id")
    return [
        Tie(
            key=f"cluster:{row.pk}",
            requests=tuple(members[row.pk]),
            source="cluster",
            title=row.title,
            text=f"Cluster {row.code}: {len(members[row.pk])} requests want much the same.",
            since=row.found_at,
            cluster=row,
        )
        for row in rows
        if len(members.get(row.pk, ())) > 1
    ]
