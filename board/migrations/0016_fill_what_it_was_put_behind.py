"""Says of earlier decisions what they put a request behind."""

from typing import Any

from django.db import migrations


def fill(apps: Any, schema_editor: Any) -> None:
    """From what the request goes after now; where that is gone, from its history after the decision."""
    decided = apps.get_model("board", "DecidedRequest").objects.filter(status_after="sequenced", after__isnull=True)
    history = apps.get_model("portfolio", "HistoricalProjectRequest").objects.filter(after_id__isnull=False)
    rows = decided.order_by("id").values_list("pk", "request_id", "request__after_id", "decision__at")
    for pk, request, now, at in list(rows):
        known = history.filter(id=request, history_date__gte=at).order_by("history_date").first()
        after = now or (known.after_id if known else None)
        if after:
            decided.filter(pk=pk).update(after=after)


class Migration(migrations.Migration):
    dependencies = [("board", "0015_what_it_was_put_behind")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
