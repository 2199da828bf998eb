"""What an item's page leaves out so that it keeps to one page, and where that stands instead."""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from board.packs.compose import compose
from board.packs.fit import lines_of, width_of
from board.packs.paper import on_paper
from board.packs.seal import plain
from board.packs.trim import BROWSER, PDF, Layout, Sheet, fitted, more_on
from tests.board.packs.test_compose import finding, item, load, pack, request


def page(*requests: Any, **fields: Any) -> dict[str, Any]:
    made: dict[str, Any] = plain(compose(pack(item(*(requests or (request(1),)), **fields))))["pages"][0]
    return made


def height(shown: dict[str, Any]) -> float:
    return sum(Layout(BROWSER.pitch).parts(shown).values())


def many_findings(number: int, words: int) -> tuple[Any, ...]:
    return tuple(
        replace(finding("REQ-2026-0001", pk=pk), title=f"Finding {pk}", evidence=("word " * words,) * 4)
        for pk in range(number)
    )


def test_a_short_page_is_left_whole() -> None:
    whole = page()
    shown = fitted(whole)
    assert shown["continued"] == ""
    assert {name: shown[name] for name in whole} == whole


def test_a_long_page_keeps_its_strongest_findings_and_counts_the_rest() -> None:
    whole = page(findings=many_findings(12, 40), loads=(load(),))
    shown = fitted(whole)
    assert shown["continued"] == "What had no room here stands under “More on item 1” at the end."
    assert height(shown) <= BROWSER.height
    kept = len(shown["findings"])
    assert 0 < kept < 12
    assert shown["more"] == 12 - kept
    assert shown["findings"][0]["title"] == "Finding 0"
    assert shown["charts"]


def test_the_room_that_is_there_is_used() -> None:
    shown = fitted(page(findings=many_findings(12, 40)))
    assert height(shown) > BROWSER.height * 0.85


def test_what_is_left_out_stands_at_the_end() -> None:
    whole = page(request(1, problem="The problem " * 60), findings=many_findings(12, 40), advice="Advice " * 90)
    blocks = more_on(whole)
    listed = next(block["findings"] for block in blocks if block["kind"] == "findings")
    assert [found["title"] for found in listed] == [f"Finding {number}" for number in range(12)]
    assert any(block["kind"] == "words" and block["text"].startswith("The problem: The problem") for block in blocks)


def test_more_fits_the_pdf_than_a_browser_s_page() -> None:
    whole = page(findings=many_findings(12, 40))
    assert len(fitted(whole, PDF)["findings"]) >= len(fitted(whole)["findings"])


TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=700)


@settings(max_examples=40, deadline=None)
@given(question=TEXTS, problem=TEXTS, advice=TEXTS, count=st.integers(1, 20), found=st.integers(0, 9))
def test_whatever_people_type_the_page_is_not_reckoned_higher_than_the_sheet(
    question: str, problem: str, advice: str, count: int, found: int
) -> None:
    requests = [request(number, problem=problem, title=question[:500]) for number in range(1, count + 1)]
    fields = {"advice": advice, "findings": many_findings(found, 30), "loads": (load(),)}
    shown = fitted(page(*requests, question=question[:500] or "?", **fields))
    assert height(shown) <= BROWSER.height


def test_widths_are_those_of_the_face() -> None:
    assert width_of("iiii", 10) < width_of("mmmm", 10)
    assert lines_of("word " * 40, 200, 9) > lines_of("word " * 40, 400, 9)
    assert lines_of("W" * 500, 200, 9) > 15
    assert lines_of("", 200, 9) == 0


def test_options_and_what_it_does_are_cut_to_whole_sentences() -> None:
    long = " ".join(["Customers have it in March.", *["The policy allows 3, and so it is broken again."] * 8])
    whole = page(findings=many_findings(12, 60)) | {"effect": long, "gone": ["word " * 200] * 6}
    shown = fitted(whole | {"options": [{**row, "customer": long} for row in whole["options"]]})
    texts = [shown["effect"], *(row["customer"] for row in shown["options"])]
    assert all(len(text) < len(long) and text.endswith(".") for text in texts)


def test_who_disagrees_takes_the_room_that_no_advice_needs() -> None:
    layout, said = Layout(PDF.pitch), ["word " * 80] * 2
    without = layout.parts(page() | {"advice": "", "adviser": "", "against": said})["said"]
    assert without < layout.parts(page() | {"advice": "Go.", "adviser": "Ina", "against": said})["said"]


def test_days_in_tables_are_short_so_that_they_keep_to_one_line() -> None:
    document = on_paper(plain(compose(pack(item(request(1), request(2))))))
    (table,) = (
        block
        for section in document["back"]
        for block in section["blocks"]
        if block["kind"] == "table" and block["name"] == "Requests"
    )
    assert [row["cells"][-1]["text"] for row in table["rows"]] == ["2 Mar 2027", "3 Mar 2027"]
    assert [each["live"]["text"] for each in document["pages"][0]["members"]] == ["2 Mar 2027", "3 Mar 2027"]


def test_the_strongest_finding_keeps_its_evidence_longer_than_what_would_end_it() -> None:
    found = replace(finding("REQ-2026-0001"), evidence=("They share words.",), remedy="word " * 60)
    whole = page(findings=(found,) * 3, advice="word " * 120)
    rows = [{**row, "customer": "word " * 40} for row in whole["options"]]
    heights = range(380, 700, 10)
    shown = [fitted(whole | {"options": rows}, Sheet(height, 1.3))["findings"][0] for height in heights]
    assert any(each["evidence"] and not each["remedy"] for each in shown)
    assert not any(each["remedy"] and not each["evidence"] for each in shown)
