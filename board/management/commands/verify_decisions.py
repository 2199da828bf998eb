"""Check that no decision of the board was changed or taken out since it was recorded."""

import dataclasses
import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from board.selectors.decisions.chain import Verified, verify_chain


class Command(BaseCommand):
    """`verify_decisions [--known SEAL] [--json]`: exit code 0 when the chain holds, 1 when it does not."""

    help = "Computes the seal of every decision again and names each entry that was changed or is missing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--known",
            default="",
            metavar="SEAL",
            help="a seal that was written down earlier (minutes, a decision's page): it must still be in the chain",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify, print, and say by the exit code whether all is well."""
        found = verify_chain(known=options["known"].strip().lower())
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(found), ensure_ascii=False))
        else:
            self._print(found)
        if found.faults:
            sys.exit(1)

    def _print(self, found: Verified) -> None:
        for fault in found.faults:
            self.stdout.write(self.style.ERROR(str(fault)))
        if found.faults:
            self.stdout.write(
                f"{len(found.faults)} fault{'s' if len(found.faults) > 1 else ''} in {found.count} entries. Compare "
                "with a backup: the decisions before the first fault are as they were recorded."
            )
        elif found.count:
            self.stdout.write(f"All {found.count} decisions are as they were recorded. Last seal: {found.head}")
        else:
            self.stdout.write("No decision has been recorded yet.")


def _as_json(found: Verified) -> dict[str, Any]:
    return {
        "ok": not found.faults,
        "count": found.count,
        "head": found.head if found.count else None,
        "faults": [dataclasses.asdict(fault) for fault in found.faults],
    }
