"""`manage.py seed_pack retail-bank`: adds what is missing of a seed pack to the registers."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from customers.errors import RegisterError
from customers.services.packs import Missing, load_pack, missing_from, pack_named, read_packs


class Command(BaseCommand):
    """Lists the packs, previews one, or loads one in somebody's name."""

    help = "Add what is missing of a seed pack (touchpoints, data domains, segments, measures) to the registers."

    def add_arguments(self, parser: CommandParser) -> None:
        """The pack, in whose name, and whether to look only."""
        parser.add_argument("pack", nargs="?", help="Code of the pack; without it they are listed.")
        parser.add_argument("--by", help="E-mail address of the administrator or architect who adds it.")
        parser.add_argument("--dry-run", action="store_true", help="Say what would be added; add nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        """List, preview or load."""
        if not options["pack"]:
            for pack in read_packs().values():
                self.stdout.write(f"{pack.code:16}{pack.name}: {pack.summary}")
            return
        try:
            pack = pack_named(options["pack"])
            found = missing_from(pack) if options["dry_run"] else load_pack(pack=pack, by=_person(options["by"]))
        except RegisterError as error:
            raise CommandError(str(error)) from error
        for each in found:
            self._report(each, "would be added" if options["dry_run"] else "added")

    def _report(self, each: Missing, done: str) -> None:
        self.stdout.write(f"{each.register.title}: {len(each.new)} {done}, {len(each.there)} there already")
        for row in each.new:
            self.stdout.write(f"  + {row['name']}")
        for name, entry in each.there:
            self.stdout.write(f"  = {name}" + (f" ({entry.name})" if entry.name != name else ""))


def _person(email: str | None) -> Any:
    if not email:
        raise CommandError("Say in whose name: --by with the e-mail address of an administrator or architect.")
    manager: Any = get_user_model()._default_manager
    person = manager.filter(email__iexact=email, is_active=True).order_by("pk").first()
    if person is None:
        raise CommandError(f"There is no active person with the address {email}.")
    return person
