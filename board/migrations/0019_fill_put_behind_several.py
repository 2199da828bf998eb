"""Says of requests in an order that the board decided all that they go after: each of those in the place before."""

from collections import defaultdict
from typing import Any

from django.db import migrations
from django.utils import timezone


def fill(apps: Any, schema_editor: Any) -> None:
    """Where several share a place, what follows goes after all of them. The seal of that decision covers the places, so
    its own rows stay as they are; a request that a later decision put elsewhere stays there."""
    decided = apps.get_model("board", "DecidedRequest").objects
    requests = apps.get_model("portfolio", "ProjectRequest").objects
    orders: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    rows = decided.filter(decision__kind="sequence", decision__superseded_by__isnull=True).order_by("id")
    for decision, request, position in rows.values_list("decision_id", "request_id", "position"):
        orders[decision][position].append(request)
    waiting = rows.filter(status_after="sequenced", request__status="sequenced").select_related("request")
    for row in waiting:
        earlier = orders[row.decision_id][row.position - 1]
        if row.request.after_id in earlier:
            row.request.also_after.add(*(pk for pk in earlier if pk != row.request.after_id))
            # Whoever holds facts of it reads them again.
            requests.filter(pk=row.request_id).update(updated_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("board", "0018_put_behind_several")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
