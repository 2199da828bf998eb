"""Measure the matcher on a labelled portfolio, without the database."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from impacts.engine.evaluation.labelled import BadLabels, LabelledSet, read_labelled
from impacts.engine.evaluation.measuring import measure
from impacts.engine.matching.encoder import Encoder, ModelUnusable
from impacts.services.scans.encoding import load_encoder


class Command(BaseCommand):
    """`evaluate_matching --items FILE --pairs FILE [--cross-silo] [--text-only] [--json]`."""

    help = "Measures how well the engine finds known pairs of a portfolio. It reads two files and no database."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--items", type=Path, required=True, metavar="FILE", help='lines of {"id", "silo", "title", "text"}'
        )
        parser.add_argument("--pairs", type=Path, required=True, metavar="FILE", help='lines of {"a", "b"[, "label"]}')
        parser.add_argument("--cross-silo", action="store_true", help="only pairs of different silos count")
        parser.add_argument("--text-only", action="store_true", help="leave the titles out")
        parser.add_argument("--no-model", action="store_true", help="leave meaning out: words and spelling alone")
        parser.add_argument("--model", type=Path, metavar="FOLDER", help="the language model's folder (OMBUD_MODEL)")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, measure, print."""
        try:
            labelled = read_labelled(options["items"], options["pairs"])
        except BadLabels as error:
            raise CommandError(str(error)) from error
        if options["cross_silo"]:
            _check_across(labelled, options["pairs"])
        if options["text_only"]:
            labelled = labelled.without_titles()
        encoder = None if options["no_model"] else self._encoder(options["model"])
        figures = measure(labelled, cross_silo=options["cross_silo"], encoder=encoder)
        if options["json"]:
            self.stdout.write(json.dumps(figures))
            return
        width = max(map(len, figures))
        for name, value in figures.items():
            self.stdout.write(f"{name:<{width}}  {value:>9}")

    def _encoder(self, folder: Path | None) -> Encoder | None:
        """The model that is named, or the organisation's. Without that one words alone are measured, which is said."""
        try:
            return load_encoder(folder) if folder is not None else load_encoder()
        except ModelUnusable as error:
            if folder is not None:
                raise CommandError(str(error)) from error
            self.stderr.write(f"Measured without meaning: {error}")
            return None


def _check_across(labelled: LabelledSet, file: Path) -> None:
    if not labelled.across_silos().positives:
        raise CommandError(f"{file}: no pair joins two silos. Run it without --cross-silo, or add such pairs.")
