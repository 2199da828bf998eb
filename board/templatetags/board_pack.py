"""Tags of the board's papers: guarded texts, cells of tables, charts as SVG. Layout is worked out here, templates only
write it down."""

import re
from collections.abc import Mapping
from typing import Any

from django import template

from board.packs.trim import text_of

register = template.Library()

_REFERENCE = re.compile(r"[A-Z]{1,5}(-\d{1,6}){1,2}")

TOP, FOOT = 22, 14
BESIDE, WIDE = (330, 42), (690, 56)
"""Width of a panel and height of its columns: beside another one, or alone."""

MOST_NUMBERED = 20
"""Charts with more columns have no numbers on them: they would run into each other."""


@register.filter
def say(value: Any) -> str:
    """The words of a text, a guarded text, a day or a number; a count has its thousands grouped."""
    if isinstance(value, int):
        return f"{value:,}".replace("-", "\u2212")
    return text_of(value)


@register.filter
def cells_of(row: Mapping[str, Any], columns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The cells of a table's row with their columns' kinds; `whole` keep to one line: days and references."""
    told = [(column["kind"], say(cell), cell) for column, cell in zip(columns, row["cells"], strict=True)]
    return [
        {"kind": kind, "text": text, "value": cell, "whole": kind == "day" or bool(_REFERENCE.fullmatch(text))}
        for kind, text, cell in told
    ]


@register.inclusion_tag("board/_pack_panel.html")
def chart_panel(chart: Mapping[str, Any], panel: Mapping[str, Any]) -> dict[str, object]:
    """One panel of a chart of columns, drawn at its real size. Both come from the plain document."""
    width, tall = WIDE if chart["wide"] else BESIDE
    bars = panel["bars"]
    step, scale = width / max(len(bars), 1), tall / max(chart["top"], 1)
    highest = max((bar["value"] for bar in bars), default=0)
    numbered = len(bars) <= MOST_NUMBERED
    drawn = [
        {
            **bar,
            "x": round(index * step, 1),
            "middle": round(index * step + step * 0.34, 1),
            "width": round(step * 0.68, 1),
            "y": round(TOP + tall - bar["value"] * scale, 1),
            "height": round(bar["value"] * scale, 1),
            "label_y": round(TOP + tall - bar["value"] * scale - 3, 1),
            "numbered": numbered and bool(bar["value"]) and (bar["over"] or bar["value"] == highest),
        }
        for index, bar in enumerate(bars)
    ]
    limit_y = round(TOP + tall - chart["limit"] * scale, 1)
    return {
        "chart": chart,
        "panel": panel,
        "bars": drawn,
        "width": width,
        "height": TOP + tall + FOOT,
        "base": TOP + tall,
        "foot": TOP + tall + FOOT - 2,
        "limit_y": limit_y,
        "limit_text_y": limit_y - 4,
    }


@register.inclusion_tag("board/_pack_lying.html")
def lying_bars(chart: Mapping[str, Any]) -> dict[str, object]:
    """A chart of lying bars with names and numbers, drawn at its real size."""
    bars = chart["panels"][0]["bars"]
    drawn = [
        {**bar, "y": 16 * index, "text_y": 16 * index + 10, "width": round(470 * bar["value"] / chart["top"], 1)}
        for index, bar in enumerate(bars)
    ]
    for bar in drawn:
        bar["number_x"] = bar["width"] + 166
    return {"chart": chart, "bars": drawn, "height": 16 * len(bars)}
