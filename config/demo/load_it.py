"""Loads IT and the customer: hours with customers, value stories in all states, service tiers of two touchpoints."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import yaml

from config.demo.load_registers import Registers, saved
from config.demo.story import FOLDER, Row, Story, at_hour
from customers.models import CustomerTime, ServiceTier, ValueStory

State = ValueStory.Status


def load_it(story: Story, registers: Registers) -> None:
    """Create all of it, as if written on its days. Raises ValidationError where the story is wrong."""
    rows: Row = yaml.safe_load((FOLDER / "it.yaml").read_text(encoding="utf-8"))
    for email, hours in rows["months"]["hours"].items():
        for place, number in enumerate(hours):
            day = _month_before(story.anchor, rows["months"]["first"] - place)
            if number:
                _write_hours(registers, person=email, day=day, whole_month=True, hours=number)
    for row in rows["days"]:
        day = _workday(_month_before(story.anchor, row["back"]), row["day"], story.anchor)
        _write_hours(
            registers,
            person=row["who"],
            day=day,
            hours=row["hours"],
            segment=row["segment"],
            touchpoint=row["touchpoint"],
            words=row["words"],
        )
    for row in rows["stories"]:
        _tell(row, registers, story.anchor)
    for row in rows["service_tiers"]:
        tier = ServiceTier(**{**row, "touchpoint": registers.touchpoints[row["touchpoint"]]})
        saved(tier, at_hour(story.anchor - timedelta(days=60), 11))


def _month_before(day: date, months: int) -> date:
    """The first day of the month so many months before."""
    number = 12 * day.year + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def _workday(first: date, day: int, latest: date) -> date:
    """That day of the month, or the nearest working day in the month; the story's present at the latest."""
    found = min(first + timedelta(days=day - 1), latest)
    if found.weekday() > 4:
        found -= timedelta(days=found.weekday() - 4)
    while found < first:
        found += timedelta(days=1)
    return found


def _write_hours(
    registers: Registers,
    *,
    person: str,
    day: date,
    hours: Any,
    segment: str | None = None,
    touchpoint: str | None = None,
    words: str = "",
    whole_month: bool = False,
) -> None:
    row = CustomerTime(
        person=registers.people[person],
        day=day,
        whole_month=whole_month,
        hours=Decimal(str(hours)),
        segment=registers.segments[segment] if segment else None,
        touchpoint=registers.touchpoints[touchpoint] if touchpoint else None,
        words=words,
    )
    row._history_user = row.person  # type: ignore[attr-defined]
    saved(row, at_hour(day, 17, 30))


def _tell(row: Row, registers: Registers, anchor: date) -> None:
    """Write the story, let its reviewer check it and its author publish it, as far as it has come."""
    plain = {name: row[name] for name in ("title", "what", "figure", "before", "after", "source")}
    author, reviewer = registers.people[row["author"]], registers.person(row["reviewer"])
    at = {step: at_hour(anchor - timedelta(days=row[step]), 10, 20) for step in _STEPS if row[step] is not None}
    story = ValueStory(author=author, **plain)
    _at(story, author, at["written"])
    story.segments.set([registers.segments[code] for code in row["segments"]])
    if "checked" in at:
        story.status, story.reviewer, story.reviewed_at = State.REVIEWED, reviewer, at["checked"]
        _at(story, reviewer, at["checked"])
    if "published" in at:
        story.status, story.published_at = State.PUBLISHED, at["published"]
        _at(story, author, at["published"])
    ValueStory.objects.filter(pk=story.pk).update(created_at=at["written"], updated_at=max(at.values()))


_STEPS = ("written", "checked", "published")


def _at(story: ValueStory, person: Any, at: Any) -> None:
    story._history_user = person  # type: ignore[attr-defined]
    saved(story, at)
