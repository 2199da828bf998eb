"""Files of papers, read by other programs' libraries."""

import io

import openpyxl
import pypdf
from pptx import Presentation


def opened(form: str, content: bytes) -> str:
    """The text of a file, read by another program's library."""
    if form == "pdf":
        return " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    if form == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content))
        return " ".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    if form == "pptx":
        shapes = [shape for slide in Presentation(io.BytesIO(content)).slides for shape in slide.shapes]
        return " ".join(shape.text_frame.text for shape in shapes if shape.has_text_frame)
    return content.decode()
