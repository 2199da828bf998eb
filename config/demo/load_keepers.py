"""Loads how the demo's registers are kept: tiers, quiet days, what data is made of, a merge, and proposed terms."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.text import slugify

from config.demo.load_registers import Registers, saved
from config.demo.load_requests import Requests
from config.demo.story import Row, Story, at_hour
from customers.models import EntryMerge, QuietPeriod, Synonym, Tier
from customers.registers import REGISTERS
from customers.services import merge_entries
from impacts.models import ProposedTerm
from impacts.services.tags.proposing import decline_term, propose_term


def load_keepers(story: Story, registers: Registers, requests: Requests) -> None:
    """Enter it all, by who did it and when. Raises ValidationError for a wrong story."""
    rows, at = story.keepers, at_hour(story.anchor - timedelta(weeks=20), 12)
    for row in rows["tiers"]:
        _load_tiers(registers, row, at)
    for row in rows["quiet_periods"]:
        segment = registers.segments[row["segment"]] if row["segment"] else None
        saved(QuietPeriod(**{**row, "segment": segment, "code": slugify(row["name"])}), at)
    for code, names in rows["key_attributes"].items():
        domain = registers.domains[code]
        domain.key_attributes = "\n".join(names)
        saved(domain, at)
    for row in rows["merged"]:
        _merge(registers, row, at, at_hour(story.anchor - timedelta(weeks=row["weeks_ago"]), 15))
    for row in rows["proposed"]:
        _propose(registers, requests, row, at_hour(story.anchor - timedelta(weeks=row["weeks_ago"]), 10))


def _load_tiers(registers: Registers, row: Row, at: datetime) -> None:
    segment = registers.segments[row["segment"]]
    for rank, (name, worth) in enumerate(zip(row["names"], row["worth"], strict=True), start=1):
        code = f"{segment.code}-{rank}"
        saved(Tier(segment=segment, code=code, name=name, rank=rank, yearly_value=worth), at)


def _merge(registers: Registers, row: Row, entered: datetime, at: datetime) -> None:
    register = REGISTERS[row["register"]]
    entry: Any = saved(register.model(**row["entry"]), entered)
    for word in row["words"]:
        saved(Synonym(term=word, **{register.synonym_field: entry}), entered)
    kept = register.model._default_manager.get(code=row["into"])
    merge = merge_entries(kept=kept, merged=entry, by=registers.people[row["by"]])
    EntryMerge.objects.filter(pk=merge.pk).update(at=at)
    entry.history.filter(history_id=entry.history.latest().history_id).update(history_date=at)


def _propose(registers: Registers, requests: Requests, row: Row, at: datetime) -> None:
    request = requests[row["request"]]
    fields = {name: row[name] for name in ("kind", "name", "description", "values")}
    term = propose_term(request=request, person=request.requester, **fields).term
    if "declined" in row:
        decline_term(term=term, reason=row["declined"], by=registers.people[row["by"]])
        ProposedTerm.objects.filter(pk=term.pk).update(decided_at=at + timedelta(days=1))
    ProposedTerm.objects.filter(pk=term.pk).update(proposed_at=at)
