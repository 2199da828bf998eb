"""Bring requests in from a file. It stands here, not in portfolio, because it can also suggest what they touch."""

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from customers.errors import ImportRefused
from customers.models import DataDomain, Touchpoint
from customers.sheets.reading import read_table
from impacts.services.tags.suggesting import suggest_tags_for
from portfolio.imports.checking import Plan, Problem, plan_import
from portfolio.imports.mapping import load_mapping
from portfolio.imports.storing import carry_out
from portfolio.models import Membership, Person, Role
from portfolio.tasks import wake_scanner

SHOWN = 50


class Command(BaseCommand):
    """`import_requests FILE --mapping NAME|FILE [--dry-run] [--suggest-tags] [--as EMAIL]`."""

    help = "Imports requests from a CSV or XLSX file, all or nothing. The same file twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("file", help="the CSV or XLSX file")
        parser.add_argument(
            "--mapping", required=True, help="a shipped mapping (canada-2022, australia) or a YAML file"
        )
        parser.add_argument("--dry-run", action="store_true", help="check everything, write nothing")
        parser.add_argument("--suggest-tags", action="store_true", help="suggest what the imported requests touch")
        parser.add_argument("--as", dest="person", metavar="EMAIL", help="who imports; else the first administrator")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, check, import; print what came of it."""
        started = time.monotonic()
        person = self._person(options["person"])
        try:
            mapping = load_mapping(options["mapping"])
            table = read_table(_bytes(options["file"]), columns=mapping.headings())
            plan = plan_import(table, mapping)
            self._tell(plan)
            if options["dry_run"]:
                self.stdout.write("Nothing was written: this was a dry run.")
                return
            done = carry_out(plan=plan, person=person)
        except ImportRefused as error:
            raise CommandError(str(error)) from error
        wake_scanner()
        self.stdout.write(
            f"Imported in {time.monotonic() - started:.1f} s: {len(done.created)} new, {len(done.changed)} changed, "
            f"{done.unchanged} unchanged, {len(done.silos)} new silos."
        )
        if options["suggest_tags"]:
            count = suggest_tags_for(request_ids=done.created + done.changed)
            if not count and not (Touchpoint.objects.exists() or DataDomain.objects.exists()):
                self.stdout.write("No tags to suggest: the registers name no touchpoint and no data domain yet.")
            else:
                self.stdout.write(f"Suggested {count} tags. They wait at each request to be accepted.")

    def _tell(self, plan: Plan) -> None:
        """The counts, the doubts, then the errors; with errors that is the end."""
        for warning in plan.warnings[:SHOWN]:
            self.stdout.write(f"note   {warning}")
        self._rest(plan.warnings, "notes")
        self.stdout.write(
            f"{plan.rows} rows: {len(plan.new)} new, {len(plan.changed)} changed, {plan.unchanged} unchanged, "
            f"{len(plan.errors)} errors, {len(plan.warnings)} notes, {len(plan.new_silos)} silos to create."
        )
        if plan.errors:
            for error in plan.errors[:SHOWN]:
                self.stderr.write(f"error  {error}")
            self._rest(plan.errors, "errors")
            raise CommandError(f"{len(plan.errors)} errors. Nothing was imported. Mend them and run it again.")

    def _rest(self, problems: list[Problem], noun: str) -> None:
        if len(problems) > SHOWN:
            self.stdout.write(f"... and {len(problems) - SHOWN} more {noun}.")

    def _person(self, email: str | None) -> Person | None:
        """Who imports: as named; else the first administrator; else nobody, as in an installation without people."""
        if email:
            person = Person.objects.filter(email__iexact=email, is_active=True).first()
            if person is None:
                raise CommandError(f"Nobody here signs in as {email}. Name somebody who does, or leave --as out.")
            return person
        held = Membership.objects.filter(role=Role.ADMINISTRATOR, person__is_active=True).order_by("person_id")
        membership = held.select_related("person").first()
        return membership.person if membership else None


def _bytes(name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise CommandError(f"The file {name} cannot be read: {error.strerror}.") from error
