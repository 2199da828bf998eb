"""The customer's year as plain values: the rows of its CSV files, and the JSON that the command prints."""

from collections.abc import Iterable, Iterator
from typing import Any

from impacts.selectors.years.year_sums import CustomerYear, SegmentYear

WEEK_COLUMNS = ("week from", "contacts", "fullest window", "over policy", "from whom", "changes")
DAY_COLUMNS = (
    *("day", "until", "what", "department", "request", "title", "channel or touchpoint", "effect", "for them"),
    *("measure", "segments", "customers", "must be relearned", "in a freeze", "breaks a policy"),
)


def week_rows(year: CustomerYear) -> Iterator[list[Any]]:
    """One row a week."""
    for week in year.by_week:
        changes = "; ".join(mark.words for mark in week.changes)
        yield [week.monday, week.contacts, week.rolling, week.over, week.from_whom, changes]


def day_rows(year: CustomerYear) -> Iterator[list[Any]]:
    """One row for each contact, each change at a touchpoint, each freeze and quiet period, by day."""
    rows = [*_contact_rows(year), *_change_rows(year), *_freeze_rows(year)]
    yield from sorted(rows, key=lambda row: (row[0], row[2], row[4], str(row[6])))


def _contact_rows(year: CustomerYear) -> Iterable[list[Any]]:
    segments = {one.segment.pk: one.segment for one in year.segments}
    for mark in year.contacts:
        segment = segments[mark.segment]
        words, _, _ = mark.words.partition(":")
        head = [mark.day, mark.day, "contact", mark.silo, mark.request.reference, mark.request.title, words]
        yield [*head, "", "", "", segment.name, segment.customer_count, "", "", _yes(mark.breach)]


def _change_rows(year: CustomerYear) -> Iterable[list[Any]]:
    for mark in year.changes:
        for landing in mark.landings:
            head = [mark.day, mark.day, "change", mark.silo, mark.request.reference, mark.request.title]
            what = [landing.touchpoint.name, landing.effect, landing.direction, landing.measure]
            names = ", ".join(segment.name for segment in landing.segments)
            tail = [names, landing.customers, _yes(landing.relearned), landing.in_freeze, ""]
            yield [*head, *what, *tail]


def _freeze_rows(year: CustomerYear) -> Iterable[list[Any]]:
    for span in year.freezes:
        kind = "quiet period" if span.quiet else "freeze"
        yield [span.starts, span.ends, kind, "", "", span.name, *[""] * 9]


def _yes(value: bool) -> str:
    return "yes" if value else ""


def year_json(year: CustomerYear) -> dict[str, Any]:
    """The facts of the page."""
    columns = [name.replace(" ", "_") for name in DAY_COLUMNS]
    return {
        "title": year.title,
        "deck": year.deck,
        "segment": year.segment.code if year.segment else None,
        "from": year.starts.isoformat(),
        "to": year.ends.isoformat(),
        "weeks": year.weeks,
        "approved_only": year.committed_only,
        "requests": [request.reference for request in year.among],
        "hidden": year.hidden,
        "contacts": len(year.contacts),
        "changes": year.landings,
        "better": year.better,
        "worse": year.worse,
        "neutral": year.neutral,
        "relearned": year.habits,
        "in_freeze": year.frozen,
        "in_quiet_periods": year.in_quiet,
        "customers": year.customers,
        "yearly_value": str(year.value),
        "segments": [segment_json(one) for one in year.segments],
        "by_week": [_week(week) for week in year.by_week],
        "days": [_plain(dict(zip(columns, row, strict=True))) for row in day_rows(year)],
    }


def segment_json(one: SegmentYear) -> dict[str, Any]:
    """What one segment lives through, in sum."""
    return {
        "segment": one.segment.code,
        "customers": one.segment.customer_count,
        "yearly_value": None if one.segment.yearly_value is None else str(one.segment.yearly_value),
        "contacts": one.contacts,
        "changes": one.changes,
        "better": one.better,
        "worse": one.worse,
        "relearned": list(one.relearned),
        "customers_times_relearned": one.habits,
        "policies": [
            {
                "policy": policy.code,
                "limit": policy.limit,
                "days": policy.days,
                "peak": load.peak,
                "from": load.window[0].isoformat() if load.window else None,
                "to": load.window[1].isoformat() if load.window else None,
                "breach": load.breach,
            }
            for policy, load in one.loads
        ],
        "peak_with_everybody": one.everybody.peak if one.everybody else None,
    }


def _week(week: Any) -> dict[str, Any]:
    return {
        "week_from": week.monday.isoformat(),
        "contacts": week.contacts,
        "fullest_window": week.rolling,
        "over": week.over,
        "from_whom": week.from_whom,
        "changes": [mark.request.reference for mark in week.changes],
    }


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value.isoformat() if hasattr(value, "isoformat") else value for key, value in row.items()}
