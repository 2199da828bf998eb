"""Scan what is marked, or everything, and say what came of it."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from impacts.services.scans.encoding import encode_requests
from impacts.services.scans.full_scan import scan_all
from impacts.services.scans.scanning import scan_until_done


class Command(BaseCommand):
    """`scan [--all] [--json]`."""

    help = "Finds overlaps, conflicts and gaps among the requests that changed, or (--all) among all that are live."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--all", action="store_true", help="scan the whole portfolio, not only what is marked")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Scan and print counts and seconds."""
        if options["all"]:
            encode_requests()
        done = scan_all() if options["all"] else scan_until_done()
        if options["json"]:
            answer = {"requests": done.requests, "seconds": round(done.seconds, 3), "counts": done.counts}
            self.stdout.write(json.dumps(answer, indent=2))
            return
        self.stdout.write(f"Scanned {done.requests} requests in {done.seconds:.2f} s.")
        for what, count in sorted(done.counts.items()):
            self.stdout.write(f"  {what.replace('_', ' ')}: {count}")
