"""The forms that papers come in: HTML is set by the templates, the others here. No Django."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from board.packs.render_pdf import pdf_of
from board.packs.render_pptx import pptx_of
from board.packs.render_xlsx import xlsx_of

Set = Callable[[dict[str, Any], str], bytes]
_OFFICE = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True, slots=True)
class Form:
    """A form of papers: the end of its files' names, what it is called, its media type."""

    ending: str
    label: str
    media_type: str


HTML = Form("html", "HTML", "text/html; charset=utf-8")
PDF = Form("pdf", "PDF", "application/pdf")
XLSX = Form("xlsx", "Excel", f"{_OFFICE}.spreadsheetml.sheet")
PPTX = Form("pptx", "PowerPoint", f"{_OFFICE}.presentationml.presentation")
FORMS: dict[str, Form] = {form.ending: form for form in (PDF, PPTX, XLSX, HTML)}
SETTERS: dict[str, Set] = {"pdf": pdf_of, "xlsx": xlsx_of, "pptx": pptx_of}
