"""How cells of a pack's tables are written on a page."""

from board.templatetags.board_pack import cells_of


def test_days_and_references_keep_to_one_line() -> None:
    columns = [{"kind": "day"}, {"kind": "text"}, {"kind": "text"}, {"kind": "count"}]
    row = {"cells": [{"text": "2 Mar 2027", "iso": "2027-03-02"}, "REQ-2026-0001", "REQ-2026-0001 New cards", 7]}
    assert [cell["whole"] for cell in cells_of(row, columns)] == [True, True, False, False]
