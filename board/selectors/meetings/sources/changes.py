"""Requests that were changed after the board approved them: the approval is void, or the board looks again."""

from datetime import date

from board.models import LaterChange
from board.selectors.decisions.changes import open_changes, summary_of
from board.selectors.meetings.sources.base import Cause


def causes(day: date) -> list[Cause]:
    """What was changed after an approval and waits for the board. One query."""
    return [
        Cause(
            row.request_id,
            "change",
            f"{_WORDS[row.verdict]}: it was changed since ({summary_of(row)}).",
            row.at,
            review=row.verdict == LaterChange.Verdict.LOOK,
        )
        for row in open_changes()
    ]


_WORDS = {
    LaterChange.Verdict.VOID.value: "What the board approved is void",
    LaterChange.Verdict.LOOK.value: "The board should look again at what it approved",
}
