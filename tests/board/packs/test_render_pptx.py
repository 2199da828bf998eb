"""The presentation, opened by python-pptx: one slide an item, with title, notes, alternative texts; nothing runs over
its place."""

import io
from dataclasses import replace
from typing import Any

import pytest
from pptx import Presentation
from pptx.util import Emu

from board.packs.compose import compose
from board.packs.fit import height_of
from board.packs.redact import Reader, as_read_by
from board.packs.render_pptx import pptx_of
from board.packs.seal import plain
from tests.board.packs.test_compose import OTHER, finding, item, load, pack, request

LONG = "Words that go on and on over everything. " * 60


def deck_of(*items: Any, reader: Reader | None = None) -> Any:
    document = plain(compose(pack(*items)))
    return Presentation(io.BytesIO(pptx_of(as_read_by(document, reader) if reader else document)))


def texts(slide: Any) -> str:
    return "\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)


def item_slides(deck: Any) -> list[Any]:
    return [slide for slide in deck.slides if "Who asks, for what" in texts(slide)]


def test_one_slide_an_item_with_its_question_as_title() -> None:
    deck = deck_of(item(request(1), question="First?"), item(request(2), question="Second?"))
    assert [slide.shapes.title.text_frame.text for slide in item_slides(deck)] == ["First?", "Second?"]
    assert all(slide.shapes.title.text_frame.text.strip() for slide in deck.slides)
    assert deck.core_properties.title == "Review board, Friday 22 January 2027"


def test_notes_hold_the_evidence_and_every_option() -> None:
    slide = item_slides(deck_of(item(request(1), findings=(finding("REQ-2026-0001"),))))[0]
    notes = slide.notes_slide.notes_text_frame.text
    assert "They share words." in notes
    assert "Nobody builds until one question is answered" in notes
    assert "If it waits: REQ-2026-0001 was to start" in notes


def test_pictures_and_tables_have_alternative_texts() -> None:
    deck = deck_of(item(request(1), loads=(load(),)))
    drawn = [shape for slide in deck.slides for shape in slide.shapes if shape.has_chart or shape.has_table]
    assert any(shape.has_chart for shape in drawn)
    for shape in drawn:
        assert shape._element.xpath(".//p:cNvPr")[0].get("descr")


def test_a_chart_holds_the_numbers() -> None:
    slide = item_slides(deck_of(item(request(1), loads=(load(),))))[0]
    chart = next(shape.chart for shape in slide.shapes if shape.has_chart)
    assert [list(series.values) for series in chart.plots[0].series] == [[17.0], [2.0]]


@pytest.mark.parametrize("question", ["Q" * 500, "word " * 100, "通" * 500, "ש" * 500, "🙂" * 200, "a\x07\ud800b"])
def test_long_texts_keep_to_their_places(question: str) -> None:
    found = tuple(
        replace(finding("REQ-2026-0001", related=(OTHER,), pk=pk), title=LONG, evidence=(LONG,)) for pk in range(5)
    )
    deck = deck_of(
        item(request(1, promised_effect=LONG), question=question, findings=found, advice=LONG, loads=(load(),))
    )
    slide = item_slides(deck)[0]
    for shape in slide.shapes:
        assert shape.left >= 0
        assert shape.top + shape.height <= deck.slide_height + Emu(10)
        if shape.has_text_frame and shape.text_frame.text:
            sizes = {run.font.size.pt for line in shape.text_frame.paragraphs for run in line.runs}
            room = sum(
                height_of(line.text or " ", shape.width.pt - 4, max(sizes), 1.2) for line in shape.text_frame.paragraphs
            )
            assert room <= shape.height.pt + 14, shape.text_frame.text[:60]


def test_a_right_to_left_title_runs_from_the_right() -> None:
    slide = item_slides(deck_of(item(request(1), question="התראות כרטיס?")))[0]
    assert slide.shapes.title.text_frame.paragraphs[0]._p.pPr.get("rtl") == "1"


def test_a_confidential_item_keeps_an_empty_slide() -> None:
    deck = deck_of(item(request(1, confidential=True, title="Secret"), question="Secret?"), reader=Reader())
    assert not any("Secret" in texts(slide) for slide in deck.slides)
    assert any(slide.shapes.title.text_frame.text.startswith("An item about a confidential") for slide in deck.slides)


def test_an_empty_agenda_makes_a_presentation_all_the_same() -> None:
    assert len(deck_of().slides) >= 1
