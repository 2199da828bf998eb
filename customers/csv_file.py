"""Tables as CSV that spreadsheets read as it is meant: UTF-8 with a byte order mark, without which Excel takes it for
another encoding, and no text that starts a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import HttpResponse

from customers.spreadsheets import safe_cell

CHUNK = 100_000
"""Characters that are held before they are sent."""


def stream_csv(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """The bytes of the file, a part at a time, so that a long table is never held as a whole."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow(headings)
    for row in rows:
        writer.writerow([safe_cell(value) for value in row])
        if buffer.tell() > CHUNK:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def csv_file(name: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """The answer that sends a short table whole, as `<name>.csv`."""
    response = HttpResponse(b"".join(stream_csv(headings, rows)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
