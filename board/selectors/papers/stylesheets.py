"""The styles that a paper brings along when it is saved as one HTML file."""

from functools import cache

from django.contrib.staticfiles import finders

SHEETS = ("tokens", "base", "layout", "components", "charts", "board", "pack")


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
    return "\n".join(line for line in lines if not line.startswith("@font-face"))
