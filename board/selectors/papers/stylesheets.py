"""The styles that a paper brings along when it is saved as one HTML file."""

from functools import cache

from django.contrib.staticfiles import finders

SHEETS = ("tokens", "base", "layout", "components", "forms", "charts", "board", "pack")

WIDER = "@media print { .sheet.item { zoom: 0.95; } }"
"""A file by itself has a face of the reader's machine, which may be wider than that by which pages were fitted."""


@cache
def paper_styles() -> str:
    """The style sheets as one text, without the address of the face, which a file by itself cannot reach."""
    texts = []
    for name in SHEETS:
        path = finders.find(f"css/{name}.css")
        if path:
            with open(path, encoding="utf-8") as sheet:
                texts.append(sheet.read())
    lines = "\n".join(texts).splitlines()
    return "\n".join([*(line for line in lines if not line.startswith("@font-face")), WIDER])
