"""From which change on the board looks again, and from which its approval is void: the table, field by field.

A change up to `look_above` is cosmetic and asks for nothing. None: never. Organisations may set other numbers (model
MaterialLimit); these are the ones they start with.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum


class Unit(StrEnum):
    """What a change is counted in."""

    WORDS = "words"  # per cent of the words that are others now
    COST = "cost"  # per cent of the amount
    DAYS = "days"
    EFFORT = "effort"  # per cent of the person-days of one skill
    COUNT = "count"  # how many were added, taken away or changed


UNIT_LABELS: Mapping[Unit, str] = {
    Unit.WORDS: "% of its words",
    Unit.COST: "% of the amount",
    Unit.DAYS: "days",
    Unit.EFFORT: "% of the days",
    Unit.COUNT: "of them",
}


@dataclass(frozen=True, slots=True)
class Limit:
    """One line of the table."""

    field: str
    label: str
    unit: Unit
    look_above: float | None
    void_above: float | None


LIMITS: Mapping[str, Limit] = {
    limit.field: limit
    for limit in (
        Limit("title", "Title", Unit.WORDS, 0, 50),
        Limit("problem", "What the trouble is", Unit.WORDS, 0, 50),
        Limit("proposal", "What it proposes", Unit.WORDS, 0, 30),
        Limit("promised_effect", "Promised effect", Unit.WORDS, 0, 0),
        Limit("kind", "Whom it is for", Unit.COUNT, 0, 0),
        Limit("sponsor", "Who answers for it", Unit.COUNT, 0, None),
        Limit("silo", "Department", Unit.COUNT, 0, None),
        Limit("one_off_up", "One-off cost, more", Unit.COST, 2, 10),
        Limit("one_off_down", "One-off cost, less", Unit.COST, 10, None),
        # What is not said any more may be any: the board approved an amount, and there is none to hold it to.
        Limit("one_off_gone", "One-off cost, not said any more", Unit.COUNT, 0, 0),
        Limit("yearly_up", "Yearly cost, more", Unit.COST, 2, 10),
        Limit("yearly_down", "Yearly cost, less", Unit.COST, 10, None),
        Limit("yearly_gone", "Yearly cost, not said any more", Unit.COUNT, 0, 0),
        Limit("skills_more", "Days of a skill, more", Unit.EFFORT, 10, None),
        Limit("skills_fewer", "Days of a skill, fewer", Unit.EFFORT, 50, None),
        Limit("start", "Start", Unit.DAYS, 14, 92),
        Limit("go_live", "Go-live", Unit.DAYS, 14, 92),
        Limit("promised_by", "Effect promised by", Unit.DAYS, 14, 92),
        Limit("touchpoints_more", "Touchpoint added", Unit.COUNT, 0, 0),
        Limit("touchpoints_fewer", "Touchpoint left out", Unit.COUNT, 0, None),
        Limit("touchpoint_effect", "Effect at a touchpoint", Unit.COUNT, 0, 0),
        Limit("touchpoint_measure", "Measure at a touchpoint", Unit.COUNT, 0, None),
        Limit("segments_more", "Segment added", Unit.COUNT, 0, 0),
        Limit("segments_fewer", "Segment left out", Unit.COUNT, 0, None),
        Limit("contacts_more", "More contacts", Unit.COUNT, 0, 0),
        Limit("contacts_fewer", "Fewer contacts", Unit.COUNT, 0, None),
        Limit("contacts_day", "Day of contacts", Unit.DAYS, 14, 92),
        Limit("data_more", "Use of data added", Unit.COUNT, 0, 0),
        Limit("data_fewer", "Use of data left out", Unit.COUNT, 0, None),
        Limit("systems_more", "System added", Unit.COUNT, 0, None),
        Limit("systems_fewer", "System left out", Unit.COUNT, 0, None),
    )
}


def with_changes(changes: Mapping[str, tuple[float | None, float | None]]) -> dict[str, Limit]:
    """The table with other numbers: field to (look_above, void_above). Fields that are not in the table are passed
    over."""
    table = dict(LIMITS)
    for field, (look, void) in changes.items():
        if field in table:
            table[field] = replace(table[field], look_above=look, void_above=void)
    return table
