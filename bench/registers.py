# ruff: noqa: PLC0415 # Django is set up by the process that measures, with the database of its environment.
"""How long a register with 100,000 rows takes to come in, to go out and to be looked through.

    ./dev bench registers [--rows 100000]

Runs in a database of its own in a throw-away folder. Prints seconds of processor and wall time for each step: reading
and checking a CSV file (the dry run), importing it, checking it again (nothing new), exporting CSV and XLSX, and a page
of the list, searched.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from typing import Any


def _timed(what: str, act: Callable[[], Any]) -> Any:
    wall, processor = time.perf_counter(), time.process_time()
    result = act()
    print(f"{what:44}{time.perf_counter() - wall:8.2f} s wall{time.process_time() - processor:8.2f} s processor")
    return result


def _content(rows: int) -> bytes:
    lines = ["Name,Code,Description,Channel,Stage of the journey,Customers reached a month,Other words"]
    lines += [
        f'Place {number},place-{number},"What happens here, at {number}",Branch,Uses,{number % 9000},word {number}'
        for number in range(rows)
    ]
    return "\n".join(lines).encode()


def main(rows: int) -> None:
    """Measure each step and print it."""
    from django.core.management import call_command
    from django.test import RequestFactory

    from customers.models import Touchpoint
    from customers.registers import REGISTERS
    from customers.selectors import find_entries
    from customers.services import imports
    from customers.sheets.catalog import sheet_of
    from customers.sheets.writing import in_chunks, sheet_csv, sheet_xlsx
    from customers.views.entries import entry_list
    from portfolio.models import Membership, Person, Role

    call_command("migrate", verbosity=0)
    person = Person.objects.create_user("keeper@bench.example", name="Keeper")
    Membership.objects.create(person=person, role=Role.ARCHITECT)
    sheet, content = sheet_of("touchpoints"), _content(rows)
    assert sheet is not None
    print(f"{rows:,} touchpoints with another word each, {len(content) / 1e6:.1f} MB, load {os.getloadavg()[0]:.1f}")
    file = imports.keep_file(sheet=sheet, by=person, name="places.csv", content=content)
    _timed("reading and checking the file", lambda: imports.check_file(file=file))
    assert imports.queue_file(file=file, by=person)
    _timed("checking again and importing, with history", lambda: imports.import_file(token=file.pk))
    assert Touchpoint.objects.count() == Touchpoint.history.count() == rows
    again = imports.keep_file(sheet=sheet, by=person, name="places.csv", content=content)
    _timed("checking the same file once more", lambda: imports.check_file(file=again))
    assert again.result["unchanged"] == rows
    _timed("export as CSV", lambda: sum(map(len, sheet_csv(sheet, in_chunks(sheet.rows())))))
    _timed("export as XLSX", lambda: sum(map(len, sheet_xlsx(sheet, in_chunks(sheet.rows())))))
    _timed("finding by another word", lambda: list(find_entries(REGISTERS["touchpoints"], words="word 77777")[:100]))
    request = RequestFactory().get("/registers/touchpoints/", {"find": "77", "sort": "-customers_per_month"})
    request.user = person
    _timed("a page of the list, searched and sorted", lambda: entry_list(request, register="touchpoints"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["OMBUD_VAR_DIR"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import django

        django.setup()
        main(options.rows)
