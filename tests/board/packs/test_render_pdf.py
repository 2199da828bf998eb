"""The PDF: tagged, with bookmarks, one page an item, whatever people typed."""

import io
from dataclasses import replace

import pypdf
import pytest

from board.packs.compose import compose
from board.packs.render_pdf import pdf_of
from board.packs.seal import plain
from tests.board.packs.test_compose import OTHER, finding, item, load, pack, request


def read(*items: object, seal: str = "") -> pypdf.PdfReader:
    document = plain(compose(pack(*items)))  # type: ignore[arg-type]
    return pypdf.PdfReader(io.BytesIO(pdf_of(document, seal)))


def text_of(reader: pypdf.PdfReader, page: int) -> str:
    return " ".join(reader.pages[page].extract_text().split())


def test_cover_then_one_page_an_item_with_bookmarks_and_tags() -> None:
    reader = read(item(request(1), loads=(load(),)), item(request(2)))
    assert len(reader.pages) == 3
    titles = [entry.title for entry in reader.outline if not isinstance(entry, list)]
    assert titles == ["Review board, Friday 22 January 2027", "Should we?", "Should we?"]
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("en")
    assert "Page 2 of 3" in text_of(reader, 1)
    assert "Draft" in text_of(reader, 1)


def test_published_pack_prints_its_seal() -> None:
    reader = read(item(request(1)), seal="7f3a91c2" + "0" * 56)
    assert "Seal 7f3a 91c2" in text_of(reader, 0)


def test_empty_pack_is_one_page() -> None:
    reader = read()
    assert len(reader.pages) == 1
    assert "The agenda is empty" in text_of(reader, 0)


def test_the_longest_item_keeps_to_one_page() -> None:
    long = "Wörter über alles, die lang sind und weitergehen. " * 40
    members = [
        request(number, title="T" * 300, problem=long, promised_effect=long, requester="N" * 120)
        for number in range(1, 9)
    ]
    findings = tuple(
        replace(
            finding("REQ-2026-0001", related=(OTHER,), pk=number), title=long, evidence=(long, long, long), remedy=long
        )
        for number in range(8)
    )
    page = item(*members, question="Q" * 150 + " " + "q" * 148, findings=findings, loads=(load(),), advice=long)
    reader = read(page, item(request(20)))
    assert len(reader.pages) == 3
    assert "The rest of what is known stands in" in " ".join(text_of(reader, 1).split())
    assert "Because" in text_of(reader, 1)


def test_a_finding_says_what_would_end_it() -> None:
    late = replace(finding("REQ-2026-0001", kind="conflict"), remedy="If Cards went live on 15 March, it would end.")
    page = text_of(read(item(request(1), findings=(late,))), 1)
    assert "What would end it: If Cards went live on 15 March, it would end." in " ".join(page.split())


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("تنبيهات البطاقة", "تنبيهات"),
        ("התראות כרטיס", "התראות"),
        ("Alerts 🙂 for all 👩\u200d👩\u200d👧", "slightly smiling face"),
        ("通知サービス", "Should"),
        ('#import "x" $math$ *bold* <label> @ref \\ `raw`', "#import"),
        ("control \x07 and \x1b", "control"),
    ],
)
def test_any_script_and_any_sign_is_set(title: str, expected: str) -> None:
    reader = read(item(request(1), question=f"Should we: {title}?"))
    assert len(reader.pages) == 2
    assert expected in text_of(reader, 1) or expected[::-1] in text_of(reader, 1)
