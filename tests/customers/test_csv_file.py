import csv
import io

import pytest

from customers.csv_file import CHUNK, csv_file, stream_csv
from customers.spreadsheets import safe_cell


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_a_table_comes_back_as_it_was_and_excel_reads_its_accents() -> None:
    answer = csv_file("silos", ["name", "requests"], [["Zürich, Cards", 3], ['"Retail"\nand more', None]])
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert answer["Content-Disposition"] == 'attachment; filename="silos.csv"'
    assert read(answer.content) == [["name", "requests"], ["Zürich, Cards", "3"], ['"Retail"\nand more', ""]]


def test_a_long_table_is_sent_in_parts_with_one_byte_order_mark() -> None:
    rows = [[str(number), "x" * 1000] for number in range(250)]
    parts = list(stream_csv(["number", "text"], rows))
    assert len(parts) == 250_000 // CHUNK + 1
    assert b"".join(parts).count(b"\xef\xbb\xbf") == 1
    assert read(b"".join(parts))[1:] == rows


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_text_starts_a_formula(first: str) -> None:
    assert safe_cell(f"{first}1+1") == f"'{first}1+1"
    assert safe_cell(f"1{first}") == f"1{first}"


def test_numbers_keep_their_sign() -> None:
    assert safe_cell(-5) == -5
