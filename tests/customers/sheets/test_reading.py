"""Reading files as people have them."""

import io
import zipfile

import pytest
from openpyxl import Workbook

from customers.errors import ImportRefused
from customers.sheets.reading import MAX_COLUMNS, doubt_about, read_table

TEXT = "Reference,Silo,Title\nA1,Cards,Grüße für „Ümläut“\nA2,Cards,Plain\n"


def workbook(rows: list[list[object]]) -> bytes:
    """An XLSX file."""
    book = Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_encodings(encoding: str) -> None:
    table = read_table(TEXT.encode(encoding))
    assert table.headings == ("Reference", "Silo", "Title")
    assert table.lines[0].cells == ("A1", "Cards", "Grüße für „Ümläut“")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends(separator: str, end: str) -> None:
    data = f'Reference{separator}Title{end}A1{separator}"One, two; three"{end}A2{separator}"x{separator}y"{end}'
    table = read_table(data.encode())
    assert [line.cells for line in table.lines] == [("A1", "One, two; three"), ("A2", f"x{separator}y")]


def test_expected_headings_decide_between_separators() -> None:
    table = read_table(b"a,b;Title, long;c,d\n1,2;x,y;3,4\n", columns=["Title, long"])
    assert table.headings == ("a,b", "Title, long", "c,d")


def test_rows_keep_their_numbers_over_blank_and_long_rows() -> None:
    table = read_table(b'Ref,Title\nA1,"two\nlines"\n\n,\nA2,x\n')
    assert [(line.number, line.cells) for line in table.lines] == [(2, ("A1", "two\nlines")), (6, ("A2", "x"))]


def test_html_emoji_and_formulas_stay_text() -> None:
    table = read_table("Ref,Title\nA1,<script>🚀</script>\nA2,=1+1\n".encode())
    assert [line.cells[1] for line in table.lines] == ["<script>🚀</script>", "=1+1"]


def test_workbooks_with_days_numbers_and_formulas() -> None:
    import datetime as dt

    rows = [
        ["Ref", "Cost", "Live", "Sum"],
        ["A1", 1400000.0, dt.datetime(2027, 3, 1), "=1+1"],
        [],
        ["A2", 1.5, None, "x"],
    ]
    table = read_table(workbook(rows))  # type: ignore[arg-type]
    assert table.headings == ("Ref", "Cost", "Live", "Sum")
    assert table.lines[0].cells == ("A1", 1400000, dt.datetime(2027, 3, 1), "=1+1")
    assert (table.lines[1].number, table.lines[1].cells) == (4, ("A2", 1.5, None, "x"))


def test_a_hundred_columns_can_be_read_and_absurdly_many_cannot() -> None:
    table = read_table((",".join(f"c{n}" for n in range(100)) + "\n" + ",".join("1" * 100) + "\n").encode())
    assert len(table.headings) == 100
    with pytest.raises(ImportRefused, match="columns"):
        read_table((",".join(f"c{n}" for n in range(MAX_COLUMNS + 1)) + "\n").encode())


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b" \r\n\r\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b",,,\n,,\n", "no row with headings"),
        (b"%PDF-1.7 ...", "a PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "a picture"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 99, "old Excel"),
        (b"\x7fELF\x02\x01\x01", "a program"),
        (b"PK\x03\x04 broken", "packed like an Excel workbook"),
        (bytes(range(1, 256)) * 40, "not text"),
        (bytes(range(256)) * 40, "not text"),
        (b'Ref,Title\nA1,"' + b"never closed " * 20_000, "quotation mark"),
        (b'Ref,Title\nA1,"never closed\nA2,One\nA3,Two\n', "Row 2 opens a quotation mark"),
        (b'Ref,"Title\nA1,One\n', "Row 1 opens a quotation mark"),
        (b",".join(b"c%d" % n for n in range(201)), "more than 200 columns, and no more"),
    ],
)
def test_what_is_not_a_table_is_refused_with_what_to_do(data: bytes, said: str) -> None:
    with pytest.raises(ImportRefused, match=said):
        read_table(data)


def _with_sheet(rows: str) -> bytes:
    """A workbook whose sheet has these rows, written by hand."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook([["Title"]]))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            is_sheet = name == "xl/worksheets/sheet1.xml"
            new.writestr(
                name,
                f'<worksheet xmlns="{SPACE}"><sheetData>{rows}</sheetData></worksheet>' if is_sheet else old.read(name),
            )
    return out.getvalue()


SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TITLE = '<row r="1"><c r="A1" t="inlineStr"><is><t>Title</t></is></c></row>'


@pytest.mark.timeout(60)
def test_a_cell_below_the_last_row_of_excel_does_not_keep_the_reader_busy() -> None:
    with pytest.raises(ImportRefused, match="last row of Excel"):
        read_table(_with_sheet(TITLE + '<row r="2000000000"><c r="A2000000000"><v>1</v></c></row>'))


def test_cells_far_to_the_right_take_no_room() -> None:
    far = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="XFD{n}"><v>1</v></c></row>' for n in range(2, 20))
    assert max(len(line.cells) for line in read_table(_with_sheet(TITLE + far)).lines) <= MAX_COLUMNS + 1


def test_another_office_file_in_a_zip_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    with pytest.raises(ImportRefused, match="cannot be read as one"):
        read_table(out.getvalue())


@pytest.mark.parametrize(
    "page", ["<html><body><table>", "\n<!DOCTYPE html>", "<table border=1><tr><td>A", "<?xml version='1.0'?>"]
)
def test_a_web_page_under_the_name_of_a_workbook_is_refused_with_what_to_do(page: str) -> None:
    with pytest.raises(ImportRefused, match=r"web page.*save it as an Excel workbook"):
        read_table(page.encode())


@pytest.mark.parametrize("name", ["list.xlsx", "LIST.XLS", "list.ods"])
def test_a_text_under_the_name_of_a_workbook_says_how_it_was_read_and_what_to_do(name: str) -> None:
    said = doubt_about(name, read_table(b"Reference;Title\nA1;One\n"))
    assert "read as CSV, UTF-8, separated by semicolon" in said
    assert "save it as an Excel workbook (.xlsx), and choose that file" in said


def test_what_is_named_as_what_it_is_raises_no_doubt() -> None:
    assert not doubt_about("list.csv", read_table(b"Reference,Title\nA1,One\n"))
    assert not doubt_about("list.xlsx", read_table(workbook([["Reference"], ["A1"]])))
    assert not doubt_about("list.csv", read_table(workbook([["Reference"], ["A1"]])))
