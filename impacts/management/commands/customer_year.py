"""Print a customer's year: the facts of its page."""

import json
from argparse import ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from customers.models import Segment
from impacts.selectors.years.customer_year import EVERYTHING, MAX_WEEKS, MIN_WEEKS, YearAsked, years_compared
from impacts.selectors.years.year_export import year_json
from impacts.year_address import references
from portfolio.models import Person


class Command(BaseCommand):
    """`customer_year --segment CODE | --request REF... [--from DAY] [--weeks N] [--approved-only] [--with REF...]
    [--without REF...] [--as EMAIL] [--json]`."""

    help = "Prints what a segment, or whoever some requests reach, will live through: the facts of its page."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--segment", metavar="CODE", help="whose year; with --request: only what reaches them")
        parser.add_argument("--request", nargs="+", default=[], metavar="REF", help="only these requests")
        parser.add_argument("--from", dest="starts", type=_day, metavar="DAY", help="such as 2027-03-01; else today")
        parser.add_argument("--weeks", type=_weeks, default=52, help=f"{MIN_WEEKS} to {MAX_WEEKS}; else 52")
        parser.add_argument("--approved-only", action="store_true", help="leave out what is only asked for")
        parser.add_argument(
            "--with", nargs="+", default=[], metavar="REF", dest="added", help="the year with these too"
        )
        parser.add_argument("--without", nargs="+", default=[], metavar="REF", help="the year without these")
        parser.add_argument("--as", dest="person", metavar="EMAIL", help="as this person sees it; else everything")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, add up, print."""
        asked = _asked(options)
        before, after = years_compared(user=_eyes(options["person"]), asked=asked)
        facts = year_json(after or before)
        if after is not None:
            facts["before"] = year_json(before)
        if options["json"]:
            self.stdout.write(json.dumps(facts, indent=2, ensure_ascii=False))
            return
        self.stdout.write(facts["title"])
        self.stdout.write(facts["deck"])
        for row in facts["days"]:
            where = row["channel_or_touchpoint"] or row["title"]
            self.stdout.write(f"{row['day']}  {row['what']:<12}  {where}  {row['request']}  {row['for_them']}".rstrip())


def _asked(options: dict[str, Any]) -> YearAsked:
    picked = references(options["request"])
    if not options["segment"] and not picked:
        raise CommandError("Say whose year: --segment CODE or --request REF.")
    segment = Segment.objects.filter(code=options["segment"]).first() if options["segment"] else None
    if options["segment"] and segment is None:
        codes = ", ".join(Segment.objects.active().order_by("code").values_list("code", flat=True))
        raise CommandError(f"There is no segment “{options['segment']}”. There are: {codes or 'none yet'}.")
    return YearAsked(
        starts=options["starts"] or timezone.localdate(),
        weeks=options["weeks"],
        segment=segment,
        picked=picked,
        committed_only=options["approved_only"],
        added=references(options["added"]),
        without=references(options["without"]),
    )


def _eyes(email: str | None) -> Any:
    if email is None:
        return EVERYTHING
    person = Person.objects.filter(email__iexact=email).first()
    if person is None:
        raise CommandError(f"Nobody signs in as {email}.")
    return person


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"“{text}” is no day such as 2027-03-01.") from None


def _weeks(text: str) -> int:
    if text.isdecimal() and len(text) < 5 and MIN_WEEKS <= int(text) <= MAX_WEEKS:
        return int(text)
    raise ArgumentTypeError(f"“{text}” is no number from {MIN_WEEKS} to {MAX_WEEKS}.")
