"""PDF with the text of the Word document, laid out like an official paper (GB/T 9704) by typst.

The Word template is the only place of the words: its rendered paragraphs, with their styles, are
handed to a typst layout as data, so an edited template changes both.
"""

from __future__ import annotations

import io
from importlib import resources
from typing import Final

import orjson

LAYOUT: Final = resources.files("service.documents") / "templates" / "layout.typ"
_STYLES: Final = {
    "Title": "title",
    "Heading 1": "heading",
    "Subtitle": "number",
    "Signature": "signature",
    "List Number": "item",
    "Quote": "note",
}


def render_pdf(word: bytes) -> bytes:
    """The PDF of a rendered .docx, with its fonts embedded."""
    import typst  # noqa: PLC0415  (takes a while to import)

    data = orjson.dumps(paragraphs(word)).decode()
    layout = LAYOUT.read_bytes()
    return bytes(typst.compile(layout, sys_inputs={"paragraphs": data}))


def paragraphs(word: bytes) -> list[dict[str, str]]:
    """The paragraphs of a .docx with the role that their style gives them; empty ones left out."""
    from docx import Document  # noqa: PLC0415  (takes a while to import)

    document = Document(io.BytesIO(word))
    rows = []
    for paragraph in document.paragraphs:
        text = paragraph.text.strip()
        style = paragraph.style.name if paragraph.style else ""
        if text:
            rows.append({"role": _STYLES.get(style or "", "body"), "text": text})
    return rows
