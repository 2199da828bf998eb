"""Seals the decisions that were recorded before there was a chain, in the order in which they were recorded.

What a seal covers is written out here as it was then; board/selectors/chain.py verifies it.
"""

import hashlib
import json
from datetime import UTC
from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def chain_earlier(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give each decision its entry, the first recorded first."""
    seals, heads = apps.get_model("board", "Seal"), apps.get_model("board", "ChainHead")
    count, previous = 0, "0" * 64
    rows = apps.get_model("board", "Decision").objects.order_by("id").prefetch_related("requests", "conditions")
    for decision in rows.iterator(chunk_size=500):
        count += 1
        own = _hash({"sequence": count, "previous": previous, "content": _content(decision)})
        seals.objects.create(decision=decision, sequence=count, previous_hash=previous, own_hash=own)
        previous = own
    if count:
        heads.objects.create(pk=1, count=count, own_hash=previous)


def unchain(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the chain away."""
    apps.get_model("board", "Seal").objects.all().delete()
    apps.get_model("board", "ChainHead").objects.all().delete()


def _content(decision: Any) -> dict[str, Any]:
    content = {
        "decision": decision.pk,
        "item": decision.item_id,
        "kind": decision.kind,
        "reason": decision.reason,
        "survivor": decision.survivor_id,
        "recorded_by": decision.recorded_by_id,
        "at": decision.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "submission": decision.submission,
        "supersedes": decision.supersedes_id,
        "snapshot": decision.snapshot_hash,
        "requests": [
            [row.request_id, row.position, row.status_before, row.status_after]
            for row in sorted(decision.requests.all(), key=lambda row: row.request_id)
        ],
        "conditions": [
            [row.text, row.owner_id, row.due.isoformat()]
            for row in sorted(decision.conditions.all(), key=lambda row: row.pk)
        ],
    }
    hold = getattr(decision, "hold", None)
    if hold is not None:
        content["hold"] = [hold.owner_id, hold.condition, hold.expires_on.isoformat()]
    return content


def _hash(document: dict[str, Any]) -> str:
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


class Migration(migrations.Migration):
    dependencies = [("board", "0005_chain")]

    operations = [migrations.RunPython(chain_earlier, unchain)]
