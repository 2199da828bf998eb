"""Measure how good suggested tags are, without the database."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from config.demo.facts import demo_facts
from config.demo.story import read_story
from impacts.engine.evaluation.labelled import BadLabels
from impacts.engine.evaluation.tags import TaggedSet, evaluate
from impacts.engine.evaluation.topics import read_topics

ALONE = 500
"""Up to so many requests each is left out alone; larger sets are left out in FOLDS parts."""

FOLDS = 10
TOPICS = Path(settings.BASE_DIR) / "bench" / "data" / "us_ai_2024_topics.csv"
USUAL = (("reference/banking77_customer_questions.csv", None), ("us-ai-2024/items.jsonl", TOPICS))


class Command(BaseCommand):
    """`evaluate_tags [--demo] [--items FILE ...] [--labels FILE] [--data FOLDER] [--json]`."""

    help = (
        "Leaves out what requests touch and measures what is suggested instead, against the most frequent tags and "
        "those of the nearest requests. Without --demo and --items: on the demo bank and on the sets of --data."
    )
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--demo", action="store_true", help="on the demo bank, as its story tells it")
        parser.add_argument(
            "--items", type=Path, nargs="+", default=[], metavar="FILE", help="on texts with topics (.csv or .jsonl)"
        )
        parser.add_argument("--labels", type=Path, metavar="FILE", help="the topics of the items, by their id")
        parser.add_argument("--data", type=Path, metavar="FOLDER", help="the folder of real portfolios")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, measure, print."""
        if options["data"] and not options["data"].is_dir():
            raise CommandError(f"{options['data']}: there is no such folder. Name the one that holds {USUAL[0][0]}.")
        if options["labels"] and not options["items"]:
            raise CommandError("--labels says the topics of items. Name these with --items.")
        found: dict[str, Any] = {}
        for tagged in self._sets(options):
            folds = FOLDS if len(tagged.requests) > ALONE else None
            started = time.monotonic()
            figures = evaluate(tagged, folds)
            seconds = round(time.monotonic() - started, 1)
            found[tagged.name] = {
                "requests": len(tagged.requests),
                "folds": folds or len(tagged.requests),
                "seconds": seconds,
                "figures": figures,
            }
            if not options["json"]:
                self._print(tagged.name, found[tagged.name])
        if options["json"]:
            self.stdout.write(json.dumps(found))

    def _sets(self, options: dict[str, Any]) -> Iterator[TaggedSet]:
        usual = not options["demo"] and not options["items"]
        if options["demo"] or usual:
            register, requests = demo_facts(read_story(timezone.localdate()))
            yield TaggedSet("demo", register, tuple(requests))
        for file in options["items"]:
            yield _read(file, options["labels"])
        if usual:
            yield from self._usual_sets(options["data"])

    def _usual_sets(self, given: Path | None) -> Iterator[TaggedSet]:
        folder = given or Path(os.environ.get("OMBUD_DATA_DIR") or Path(settings.BASE_DIR).parent / "shared" / "data")
        for name, labels in USUAL:
            if (folder / name).is_file():
                yield _read(folder / name, labels)
            else:
                self.stderr.write(f"Not measured: {folder / name} is not there. --data names another folder.")

    def _print(self, name: str, of: dict[str, Any]) -> None:
        self.stdout.write(f"{name}: {of['requests']} requests, left out in {of['folds']} parts, {of['seconds']} s")
        names = ("precision@3", "recall@3", "precision@5", "recall@5")
        self.stdout.write(f"  {'':<12}{'':<12}{'asked':>6}" + "".join(f"{name:>13}" for name in names))
        for method, registers in of["figures"].items():
            for register, figures in registers.items():
                values = "".join(f"{figures[name]:>13.3f}" for name in names)
                self.stdout.write(f"  {method:<12}{register:<12}{figures['requests']:>6}{values}")


def _read(items: Path, labels: Path | None) -> TaggedSet:
    try:
        return read_topics(items, labels)
    except BadLabels as error:
        raise CommandError(str(error)) from error
