"""What a merge does to who hears of a request: they hear of the survivor from then on, until the merge is undone."""

from board.models import CarriedWatch, Decision
from portfolio.lifecycle import Status
from portfolio.models import Watch
from portfolio.permissions import can_see
from portfolio.services.notifications import watchers


def carry_watchers(*, decision: Decision) -> None:
    """Let everybody who hears of the requests that were merged hear of the survivor, as far as they may see it. Call it
    in the decision's transaction. Nothing is taken from the merged requests."""
    survivor = decision.survivor
    if survivor is None:
        return
    own = {person.pk for person in watchers(survivor)}
    carried = set(CarriedWatch.objects.filter(survivor=survivor).order_by().values_list("person_id", flat=True))
    for row in decision.requests.filter(status_after=Status.MERGED.value).select_related("request").order_by("id"):
        for person in watchers(row.request):
            if not can_see(person, survivor) or (person.pk in own and person.pk not in carried):
                continue
            Watch.objects.get_or_create(request=survivor, person=person)
            CarriedWatch.objects.create(decision=decision, merged=row.request, survivor=survivor, person=person)
            own.add(person.pk)
            carried.add(person.pk)


def return_watchers(*, decision: Decision) -> None:
    """Undo `carry_watchers`: who heard of the survivor only because of this merge no longer does, nor of what the
    survivor was merged into since. Call it in the transaction that takes the decision back."""
    rows = list(CarriedWatch.objects.filter(decision=decision).select_related("survivor").order_by("id"))
    _let_go(rows)


def _let_go(rows: list[CarriedWatch]) -> None:
    for row in rows:
        CarriedWatch.objects.filter(pk=row.pk).delete()
        others = CarriedWatch.objects.filter(survivor=row.survivor_id, person=row.person_id)
        if others.exists():
            continue
        Watch.objects.filter(request=row.survivor_id, person=row.person_id).delete()
        if row.person_id in {person.pk for person in watchers(row.survivor)}:
            continue  # it is theirs: requester or sponsor
        further = CarriedWatch.objects.filter(merged=row.survivor_id, person=row.person_id)
        _let_go(list(further.select_related("survivor").order_by("id")))
