"""The pack's chart of contacts as SVG: the layout is worked out here, the template only writes it down."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()

WIDTH, HEIGHT, TOP, FOOT = 660, 62, 14, 14


@register.inclusion_tag("board/_contact_bars.html")
def contact_bars(chart: Mapping[str, Any]) -> dict[str, object]:
    """The chart of one item's contacts against policy, drawn at its real size. `chart` is compose's as plain data."""
    bars = chart["bars"]
    step = WIDTH / max(len(bars), 1)
    scale = HEIGHT / max(chart["top"], 1)
    drawn = [
        {
            "x": round(index * step, 1),
            "middle": round(index * step + step * 0.3, 1),
            "width": round(step * 0.6, 1),
            "y": round(TOP + HEIGHT - bar["value"] * scale, 1),
            "height": round(bar["value"] * scale, 1),
            "without_x": round(index * step + step * 0.4, 1),
            "without_width": round(step * 0.2, 1),
            "without_y": round(TOP + HEIGHT - bar["without"] * scale, 1),
            "without_height": round(bar["without"] * scale, 1),
            "label_y": round(TOP + HEIGHT - bar["value"] * scale - 3, 1),
            **bar,
        }
        for index, bar in enumerate(bars)
    ]
    limit_y = round(TOP + HEIGHT - chart["limit"] * scale, 1)
    return {
        "chart": chart,
        "bars": drawn,
        "width": WIDTH,
        "height": TOP + HEIGHT + FOOT,
        "base": TOP + HEIGHT,
        "foot": TOP + HEIGHT + FOOT - 2,
        "limit_y": limit_y,
        "limit_text_y": limit_y - 4,
    }
