"""The PDF: tagged, with bookmarks, one page an item, whatever people typed. Read by pypdf, and by pdftotext and qpdf
where they are."""

import io
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pypdf
import pytest

from board.packs.compose import compose
from board.packs.render_pdf import pdf_of
from board.packs.seal import plain
from tests.board.packs.test_compose import OTHER, finding, item, load, pack, request


def pdf(*items: Any, seal: str = "") -> bytes:
    return pdf_of(plain(compose(pack(*items))), seal)


def read(*items: Any, seal: str = "") -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf(*items, seal=seal)))


def text_of(reader: pypdf.PdfReader, page: int) -> str:
    return " ".join(reader.pages[page].extract_text().split())


def pages_of_items(reader: pypdf.PdfReader) -> list[int]:
    """The pages, by number from 0, whose head names an item."""
    return [index for index in range(len(reader.pages)) if " minutes Draft" in text_of(reader, index)[:160]]


def fonts_of(reader: pypdf.PdfReader) -> dict[str, bool]:
    """The name of each font, and whether its program is in the file."""
    found = {}
    for page in reader.pages:
        for reference in (page["/Resources"].get("/Font") or {}).values():
            font = reference.get_object()
            inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
            descriptor = inner["/FontDescriptor"].get_object()
            embedded = any(name in descriptor for name in ("/FontFile", "/FontFile2", "/FontFile3"))
            found[str(font["/BaseFont"])] = embedded
    return found


def test_cover_then_one_page_an_item_with_bookmarks_tags_and_labels() -> None:
    reader = read(item(request(1), loads=(load(),)), item(request(2)))
    assert pages_of_items(reader) == [1, 2]
    titles = [entry.title for entry in reader.outline if not isinstance(entry, list)]
    assert titles[:3] == ["Review board, Friday 22 January 2027", "Should we?", "Should we?"]
    assert "Accountability gaps" in titles
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"].startswith("en")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data()
    assert reader.page_labels[:3] == ["1", "2", "3"]
    assert f"Page 2 of {len(reader.pages)}" in text_of(reader, 1)
    assert "Draft" in text_of(reader, 1)


def test_every_font_is_in_the_file() -> None:
    fonts = fonts_of(read(item(request(1, title="通知"), question="تنبيهات 🙂 통지 हिन्दी?")))
    assert any("Inter" in name for name in fonts)
    assert any("CJK" in name for name in fonts)
    assert all(fonts.values())


def test_published_pack_prints_its_seal() -> None:
    reader = read(item(request(1)), seal="7f3a91c2" + "0" * 56)
    assert "Seal 7f3a 91c2" in text_of(reader, 0)


def test_empty_pack_is_one_page() -> None:
    reader = read()
    assert len(reader.pages) == 1
    assert "The agenda is empty" in text_of(reader, 0)


LONG = "Wörter über alles, die lang sind und weitergehen. " * 40


def longest(question: str = "Q" * 150 + " " + "q" * 349) -> Any:
    members = [
        request(number, title="T" * 500, problem=LONG, promised_effect=LONG, requester="N" * 120)
        for number in range(1, 9)
    ]
    findings = tuple(
        replace(
            finding("REQ-2026-0001", related=(OTHER,), pk=number), title=LONG, evidence=(LONG, LONG, LONG), remedy=LONG
        )
        for number in range(8)
    )
    return item(*members, question=question, findings=findings, loads=(load(),), advice=LONG)


@pytest.mark.parametrize("question", ["Q" * 150 + " " + "q" * 349, "W" * 500, "通" * 500, "ش" * 500, "🙂" * 250])
def test_the_longest_item_keeps_to_one_page(question: str) -> None:
    reader = read(longest(question), item(request(20)))
    assert pages_of_items(reader) == [1, 2]
    assert "What had no room here stands under “More on item 1”" in text_of(reader, 1)
    assert "Against, and why" in text_of(reader, 1)
    rest = " ".join(text_of(reader, index) for index in range(3, len(reader.pages)))
    assert "More on item 1" in rest


@pytest.mark.parametrize("word", ["W" * 300, "https://example.org/" + "a-path/" * 40, "ж" * 300])
def test_a_word_longer_than_its_line_stays_on_the_paper(word: str) -> None:
    page = read(item(request(1), question=word, advice=word)).pages[1]
    rights: list[float] = []
    page.extract_text(visitor_text=lambda text, *at: rights.append(at[1][4] + len(text) * 2) if text.strip() else None)
    assert max(rights) < float(page.mediabox.width)


def test_a_consent_item_of_many_requests_keeps_to_one_page() -> None:
    many = [request(number, title="An internal change " * 6, absent="It is withdrawn.") for number in range(1, 61)]
    reader = read(item(*many, kind="consent", family="", lead=""))
    assert pages_of_items(reader) == [1]
    assert "REQ-2026-0001" in text_of(reader, 1)
    assert " more" in text_of(reader, 1)


def test_a_finding_says_what_would_end_it() -> None:
    late = replace(finding("REQ-2026-0001", kind="conflict"), remedy="If Cards went live on 15 March, it would end.")
    page = text_of(read(item(request(1), findings=(late,))), 1)
    assert "What would end it: If Cards went live on 15 March, it would end." in " ".join(page.split())


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("تنبيهات البطاقة", "ط"),
        ("התראות כרטיס", "התראות"),
        ("Alerts 🙂 for all 👩\u200d👩\u200d👧 🇩🇪", "🙂"),
        ("通知サービス", "通知"),
        ("알림 서비스", "알림"),
        ("हिन्दी ไทย ελληνικά Русский", "ελληνικά"),
        ("བོད་ཡིག 🀄 x", "signs, Tibetan]"),
        ('#import "x" $math$ *bold* <label> @ref \\ `raw`', "#import"),
        ("control \x07 and \x1b", "control"),
        ("private \ue123 and unassigned \u0378", "private and unassigned"),
        ("surrogate \ud800 alone", "surrogate alone"),
    ],
)
def test_any_script_and_any_sign_is_set(title: str, expected: str) -> None:
    reader = read(item(request(1, title=title), question=f"Should we: {title}?", advice=title))
    assert pages_of_items(reader) == [1]
    shown = text_of(reader, 1)
    assert any(form in shown for form in (expected, expected[::-1]))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext (poppler) is not on PATH")
def test_pdftotext_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "pack.pdf"
    path.write_bytes(pdf(item(request(1), question="Should התראות go?")))
    text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True, text=True).stdout
    assert "התראות" in text
    assert "Can be undone" in text


@pytest.mark.skipif(not shutil.which("qpdf"), reason="qpdf is not on PATH")
def test_qpdf_finds_nothing_wrong(tmp_path: Path) -> None:
    path = tmp_path / "pack.pdf"
    path.write_bytes(pdf(item(request(1))))
    assert subprocess.run(["qpdf", "--check", path], capture_output=True, check=False).returncode == 0


def test_a_right_to_left_title_stands_at_the_right() -> None:
    starts: list[float] = []

    def look(text: str, page: Any, place: Any, _font: Any, size: float) -> None:
        if any("\u0590" <= sign <= "\u05ff" for sign in text):
            starts.append(page[4] + page[0] * place[4])

    read(replace(item(request(1)), question="האם כן?")).pages[1].extract_text(visitor_text=look)
    assert starts
    assert min(starts) > 300, "the right half of an A4 page, which is 595 points wide"


def test_days_and_amounts_of_the_appendix_keep_to_one_line() -> None:
    days = {"start": date(2027, 9, 27), "go_live": date(2028, 9, 28)}
    reader = read(item(request(1, "Contact Centre", 1_600_000, yearly=Decimal(1_400_000), **days)))
    appendix = next(page.extract_text() for page in reader.pages if "Appendix: requests" in page.extract_text())
    for said in ("27 Sep 2027", "28 Sep 2028", "€1,600,000", "€1,400,000", "REQ-2026-0001"):
        assert said in appendix


def test_a_compound_longer_than_its_cell_is_hyphenated() -> None:
    title = "Unternehmensübergreifende Kundenstammdatenverwaltung"
    reader = read(item(replace(request(1), title=title)))
    appendix = next(page.extract_text() for page in reader.pages if "Appendix: requests" in page.extract_text())
    assert "Kundenstammdatenverwaltung" not in appendix
    assert "datenverwaltung" in appendix
