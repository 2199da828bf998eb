"""The address of a customer's year: it holds the whole view, so that a link opens exactly this one."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from customers.models import Segment
from impacts.selectors.years.customer_year import MAX_WEEKS, MIN_WEEKS, MOST_PICKED, YearAsked

FIRST_YEAR, LAST_YEAR = 2000, 2100
VIEWS = ("before", "after", "both")


def references(values: Iterable[str]) -> tuple[str, ...]:
    """The references in these texts, parted by commas or spaces; each once, in their order."""
    found = (word for value in values for word in re.split(r"[\s,;]+", value) if 0 < len(word) <= 40)
    return tuple(dict.fromkeys(found))[:MOST_PICKED]


def parse_day(text: str, default: date) -> date:
    """The day, or `default` where it is none. A calendar ends at both ends, and a year is counted on from here."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return default
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else default


def parse_asked(query: QueryDict, segment: Segment | None) -> YearAsked:
    """What the address asks for. What cannot be read is as if it were not there."""
    weeks = query.get("weeks", "")
    number = int(weeks) if weeks.isdecimal() and len(weeks) < 5 else 52
    return YearAsked(
        starts=parse_day(query.get("from", ""), timezone.localdate()),
        weeks=min(max(number, MIN_WEEKS), MAX_WEEKS),
        segment=segment,
        picked=references(query.getlist("request")),
        committed_only=query.get("include") == "approved",
        added=references(query.getlist("with")),
        without=references(query.getlist("without")),
    )


def parse_view(query: QueryDict) -> str:
    """Which of the two years is shown: the one after, unless the address says otherwise."""
    view = query.get("view", "")
    return view if view in VIEWS else "after"


def year_query(asked: YearAsked, view: str = "") -> str:
    """The part of the address after the question mark, without the segment of a segment's own page."""
    fields: dict[str, str] = {}
    if asked.picked:
        fields["request"] = ",".join(asked.picked)
        if asked.segment:
            fields["segment"] = asked.segment.code
    fields |= {"from": asked.days[0].isoformat(), "weeks": str(asked.weeks)}
    fields["include"] = "approved" if asked.committed_only else "asked"
    for name, values in (("with", asked.added), ("without", asked.without)):
        if values:
            fields[name] = ",".join(values)
    if asked.compares and view:
        fields["view"] = view
    return urlencode(fields, safe=",")


def year_url(asked: YearAsked, view: str = "", *, csv: str = "") -> str:
    """The address of exactly this view, or of its CSV, by "weeks" or "days"."""
    of_one = asked.segment is not None and not asked.picked
    name = "impacts:customer-year" if of_one else "impacts:customer-year-default"
    if csv:
        name = "impacts:customer-year-csv" if of_one else "impacts:customer-year-picked-csv"
    path = reverse(name, args=[asked.segment.code] if of_one and asked.segment else [])
    rows = f"&rows={csv}" if csv else ""
    return f"{path}?{year_query(asked, view)}{rows}"


def without_one(asked: YearAsked, reference: str) -> YearAsked:
    """The same with one more request left out, or taken in again when it was."""
    if reference in asked.without:
        return replace(asked, without=tuple(each for each in asked.without if each != reference))
    return replace(asked, without=(*asked.without, reference))
