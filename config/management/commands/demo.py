"""./dev manage demo: Meridian Bank, a made-up bank, in an empty database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.demo.load import DemoRefused, load_demo
from config.sign_ins import DEMO_PASSWORD


class Command(BaseCommand):
    """Loads the demo."""

    help = "Loads Meridian Bank, the demo, into an empty database. Its dates are moved so that it is about now."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load it and say what was loaded. Raises CommandError where the database is not empty."""
        try:
            done = load_demo(timezone.localdate())
        except DemoRefused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Meridian Bank is loaded: {len(done.requests)} requests, {done.people} people, {done.findings} findings, "
            f"{done.decisions} decisions. Everybody's password is {DEMO_PASSWORD}"
        )
