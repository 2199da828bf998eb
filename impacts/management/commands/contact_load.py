"""Forecast the contact load of a file, without the database."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from impacts.engine.load_file import BadLoadFile, answer, read_load


class Command(BaseCommand):
    """`contact_load --file FILE [--json]`."""

    help = "Says of each policy and segment of a JSON file how full its fullest window is. It reads no database."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--file", type=Path, required=True, metavar="FILE", help="contacts and policies, as JSON")
        parser.add_argument("--json", action="store_true", help="print one JSON list")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, count, print."""
        rows = answer(_read(options["file"]))
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False))
            return
        for row in rows:
            self.stdout.write(_sentence(row))


def _read(path: Path) -> Any:
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise CommandError(f"{path}: it cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{path}: it is not UTF-8.") from error
    except json.JSONDecodeError as error:
        raise CommandError(f"{path}, line {error.lineno}: it is not JSON ({error.msg}).") from error
    except (ValueError, RecursionError) as error:
        raise CommandError(f"{path}: it is not JSON ({error}).") from error
    try:
        return read_load(data)
    except BadLoadFile as error:
        raise CommandError(f"{path}: {error}") from error


def _sentence(row: dict[str, Any]) -> str:
    what = f"Policy {row['policy']}" if "policy" in row else f"Quiet period {row['quiet']}"
    count = row["peak"] if "policy" in row else row["contacts"]
    span = f" from {row['from']} to {row['to']}" if row["from"] else ""
    requests = f", by {', '.join(map(str, row['requests']))}" if row["requests"] else ""
    return f"{what}, {row['segment']}: {'BREACH, ' if row['breach'] else ''}{count} contacts{span}{requests}"
