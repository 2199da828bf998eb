"""A long pack is set in parts and joined: the file is the same as one set whole, however its items are named."""

import io
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdf
import pytest

from board.packs import render_pdf
from board.packs.compose import compose
from board.packs.join_pdf import count_pages
from board.packs.render_pdf import pdf_of
from board.packs.seal import plain
from tests.board.packs.test_compose import finding, item, load, pack, request

NAMES = (
    "release 12 0 R",
    "(an unbalanced one",
    "balanced (and (nested)) \\ with 7 0 R /ID(U1x0y0)",
    ">>\nstream\nendobj 5 0 obj",
    "תנבيه 通知 🙂",
    "T" * 500,
    "/StructParent 3",
)


def document() -> dict[str, Any]:
    found: dict[str, Any] = plain(
        compose(
            pack(
                *(
                    item(
                        request(number, title=name),
                        question=f"Should we go on with {name}"[:500],
                        findings=(finding(f"REQ-2026-{number:04}", pk=number),),
                        loads=(load(),),
                    )
                    for number, name in enumerate(NAMES, start=1)
                )
            )
        )
    )
    return found


@pytest.fixture(scope="module")
def whole() -> bytes:
    """The pack set at once."""
    return pdf_of(document(), "7f3a91c2" + "0" * 56)


@pytest.fixture(scope="module")
def joined() -> Iterator[bytes]:
    """The same pack, set two items at a time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(render_pdf, "PART", 2)
        yield pdf_of(document(), "7f3a91c2" + "0" * 56)


def read(data: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(data), strict=True)


def bookmarks(reader: pypdf.PdfReader, rows: Any = None) -> list[Any]:
    return [
        bookmarks(reader, row) if isinstance(row, list) else (row.title, reader.get_destination_page_number(row))
        for row in (reader.outline if rows is None else rows)
    ]


def links(reader: pypdf.PdfReader) -> list[tuple[int, str, str]]:
    found = []
    for number, page in enumerate(reader.pages):
        for each in page.get("/Annots", []):
            link = each.get_object()
            found.append((number, str(link["/Dest"]), str(link["/Contents"])))
    return found


@dataclass(frozen=True)
class Tags:
    """The tag tree, flat: what kind each tag is, its title and its page; and what is wrong with it."""

    rows: list[tuple[str, str, int | None]]
    wrong: list[str]
    marks: int


def tags(reader: pypdf.PdfReader) -> Tags:
    """Walks the tag tree; each tag must name its parent, and each mark of a page must lead back to its tag."""
    root = reader.trailer["/Root"]["/StructTreeRoot"]
    numbers = root["/ParentTree"]["/Nums"]
    owners = {numbers[at]: numbers[at + 1].get_object() for at in range(0, len(numbers), 2)}
    pages = {page.indirect_reference.idnum: at for at, page in enumerate(reader.pages) if page.indirect_reference}
    found, waiting = Tags([], [], 0), [root["/K"][0].get_object()]
    marks = 0
    while waiting:
        tag = waiting.pop()
        page = pages[tag.raw_get("/Pg").idnum] if "/Pg" in tag else None
        found.rows.append((str(tag["/S"]), str(tag.get("/T", "")), page))
        for kid in (each.get_object() for each in tag.get("/K", [])):
            if isinstance(kid, int) or "/MCID" in kid:
                marks += 1
                mark, on = (kid, page) if isinstance(kid, int) else (kid["/MCID"], pages[kid.raw_get("/Pg").idnum])
                right = on is not None and owners[reader.pages[on]["/StructParents"]][mark].get_object() is tag
            elif "/S" in kid:
                waiting.append(kid)
                right = kid["/P"].get_object() is tag
            else:
                right = owners[kid["/Obj"].get_object()["/StructParent"]].get_object() is tag
            if not right:
                found.wrong.append(f"{tag['/S']} on page {page}: {kid}")
    return Tags(found.rows, found.wrong, marks)


def named(found: Tags) -> list[tuple[str, str, int | None]]:
    """All but plain runs of text: what ends one part and begins the next is one run in a whole file."""
    return [row for row in found.rows if row[0] != "/Span"]


def test_pages_say_the_same(whole: bytes, joined: bytes) -> None:
    one, other = read(whole), read(joined)
    assert len(other.pages) == len(one.pages) == count_pages(joined)
    assert [page.extract_text() for page in other.pages] == [page.extract_text() for page in one.pages]
    assert f"Page {len(one.pages)} of {len(one.pages)}" in " ".join(other.pages[-1].extract_text().split())
    assert other.page_labels == one.page_labels


def test_bookmarks_and_links_lead_to_the_same_pages(whole: bytes, joined: bytes) -> None:
    one, other = read(whole), read(joined)
    assert bookmarks(other) == bookmarks(one)
    assert len(links(other)) >= len(NAMES)
    assert links(other) == links(one)
    places = one.named_destinations
    for name, place in other.named_destinations.items():
        assert other.get_destination_page_number(place) == one.get_destination_page_number(places[name])
    assert set(other.named_destinations) == set(places)


def test_it_is_tagged_as_if_set_whole(whole: bytes, joined: bytes) -> None:
    one, other = tags(read(whole)), tags(read(joined))
    assert other.wrong == []
    assert named(other) == named(one)
    assert other.marks == one.marks


def test_the_cells_of_all_tables_have_names_of_their_own(joined: bytes) -> None:
    names = read(joined).trailer["/Root"]["/StructTreeRoot"]["/IDTree"]["/Names"]
    keys = [str(name) for name in names[::2]]
    assert keys == sorted(set(keys))
    assert all(cell.get_object()["/ID"] == key for key, cell in zip(keys, names[1::2], strict=True))


def test_it_says_of_itself_what_a_whole_one_says(whole: bytes, joined: bytes) -> None:
    one, other = read(whole), read(joined)
    assert other.metadata is not None
    assert one.metadata is not None
    assert (other.metadata.title, other.metadata.author) == (one.metadata.title, one.metadata.author)
    root = other.trailer["/Root"]
    about = root["/Metadata"].get_object().get_data()
    assert b"<pdfuaid:part>1</pdfuaid:part>" in about
    assert f"NPages>{len(one.pages)}<".encode() in about
    assert root["/Lang"] == one.trailer["/Root"]["/Lang"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert root["/MarkInfo"]["/Marked"]


@pytest.mark.skipif(not shutil.which("qpdf"), reason="qpdf is not on PATH")
def test_qpdf_finds_nothing_wrong(joined: bytes, tmp_path: Path) -> None:
    path = tmp_path / "pack.pdf"
    path.write_bytes(joined)
    done = subprocess.run(["qpdf", "--check", path], capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
