"""`manage.py read_replies`: take the answers to invitations that came by mail; see docs/board.md."""

import sys
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from board.calendars.replies import MOST_BYTES
from board.errors import BoardError
from board.services.meetings.replies import take_replies


class Command(BaseCommand):
    """Reads each file, and says what became of it. Called by an organisation's mail server for each reply."""

    help = "Take answers to invitations from calendar files (.ics) or mails (.eml); “-” reads one from standard input."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which files."""
        parser.add_argument("files", nargs="+", metavar="FILE", help="a reply as .ics or .eml, or - for standard input")

    def handle(self, *_: object, **options: list[str]) -> None:
        """Take each file by itself. Raises `CommandError` when one could not be taken, after all were tried."""
        failed = 0
        for name in options["files"]:
            try:
                for said in take_replies(data=_content(name)):
                    self.stdout.write(f"{name}: {said}")
            except (BoardError, OSError) as error:
                failed += 1
                problem = f"cannot be read: {error.strerror}." if isinstance(error, OSError) else str(error)
                self.stderr.write(f"{name}: {problem}")
        if failed:
            raise CommandError(f"{failed} of {len(options['files'])} could not be taken.")


def _content(name: str) -> bytes:
    """The file, and no more of it than a reply can have."""
    if name == "-":
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    with Path(name).open("rb") as file:
        return file.read(MOST_BYTES + 1)
