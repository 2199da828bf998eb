"""Who waits for whom: what the board decided to go after others, and what needs another."""

from collections.abc import Iterable, Mapping

from portfolio.lifecycle import LIVE, Status
from portfolio.models import Need, ProjectRequest

ALSO_AFTER = ProjectRequest.also_after.through


def waits(ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """What these requests wait for, directly and through others, by request: those that each goes after, and those
    that it needs, as far as they are still to be delivered; what was merged waits for its survivor. Four queries for
    each step of the longest chain."""
    found: dict[int, tuple[int, ...]] = {}
    new = set(ids)
    while new:
        direct = _direct(new)
        found |= {pk: direct.get(pk, ()) for pk in new}
        new = {other for others in direct.values() for other in others} - set(found)
    return found


def _direct(ids: set[int]) -> dict[int, tuple[int, ...]]:
    targets: dict[int, set[int]] = {}
    requests = ProjectRequest.objects.filter(pk__in=ids).order_by("id")
    rows = list(requests.values_list("pk", "status", "after_id", "survivor_id"))
    for pk, status, after, survivor in rows:
        if status == Status.SEQUENCED and after:
            targets.setdefault(pk, set()).add(after)
        if status == Status.MERGED and survivor:
            targets.setdefault(pk, set()).add(survivor)
    behind = ALSO_AFTER.objects.filter(from_projectrequest__in=ids, from_projectrequest__status=Status.SEQUENCED.value)
    for pk, earlier in behind.order_by("id").values_list("from_projectrequest_id", "to_projectrequest_id"):
        targets.setdefault(pk, set()).add(earlier)
    for pk, needed in Need.objects.filter(request__in=ids).order_by("id").values_list("request_id", "needs_id"):
        targets.setdefault(pk, set()).add(needed)
    everything = {other for others in targets.values() for other in others}
    kept = [*LIVE, Status.MERGED]
    standing = set(
        ProjectRequest.objects.filter(pk__in=everything, status__in=[state.value for state in kept])
        .order_by()
        .values_list("pk", flat=True)
    )
    return {pk: tuple(sorted(others & standing)) for pk, others in targets.items()}


def chain_between(waiting: Mapping[int, tuple[int, ...]], first: int, last: int) -> list[int]:
    """The shortest chain by which `first` waits for `last`, both included; empty where it does not."""
    before: dict[int, int] = {}
    here, seen = [first], {first}
    while here:
        following = []
        for pk in here:
            for other in waiting.get(pk, ()):
                if other in seen:
                    continue
                seen.add(other)
                before[other] = pk
                following.append(other)
        if last in before:
            chain = [last]
            while chain[-1] != first:
                chain.append(before[chain[-1]])
            return chain[::-1]
        here = following
    return []


def live_survivor(request: ProjectRequest) -> ProjectRequest | None:
    """The request that lives on of one that was merged, through any number of merges; None where none is live."""
    seen: set[int] = set()
    here: ProjectRequest | None = request
    while here is not None and here.pk not in seen:
        if here.state in LIVE:
            return here
        seen.add(here.pk)
        here = here.survivor
    return None
