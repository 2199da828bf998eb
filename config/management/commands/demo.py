"""./dev manage demo: Meridian Bank, a made-up bank, in an empty database."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.demo.load import DemoRefused, load_demo
from config.sign_ins import DEMO_PASSWORD


@contextmanager
def quiet(name: str) -> Iterator[None]:
    """Only warnings of this logger: who loads a demo wants no line for each of its decisions."""
    logger = logging.getLogger(name)
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(level)


class Command(BaseCommand):
    """Loads the demo."""

    help = "Loads Meridian Bank, the demo, into an empty database. Its dates are moved so that it is about now."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load it and say what was loaded. Raises CommandError where the database is not empty."""
        try:
            with quiet("board.services.decisions.sealing"):
                done = load_demo(timezone.localdate())
        except DemoRefused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Meridian Bank is loaded: {len(done.requests)} requests, {done.people} people, {done.findings} findings, "
            f"{done.decisions} decisions. Everybody's password is {DEMO_PASSWORD}"
        )
