"""Task sheets 检查任务单 (A4): who goes where, for what and when, with a code that leads to the task (扫码入企).

No class and no score stands on a sheet: the enterprise sees it.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

import orjson

from kernel.errors import InputError
from service.documents.wording import day_zh

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

LAYOUT: Final = resources.files("service.documents") / "templates" / "task_sheet.typ"
TEMPLATE: Final = resources.files("service.documents") / "templates" / "task_sheet.docx"
_QR_MILLIMETRES: Final = 30


@dataclass(frozen=True, slots=True)
class SheetCheck:
    """The lines of one department: its name, its people by name, its items as (code, name), whether it leads."""

    department: str
    people: tuple[str, ...]
    items: tuple[tuple[str, str], ...]
    initiating: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything on a sheet. ``address`` is where the code leads; ``record`` the digest of the draw's record."""

    number: str
    title: str
    draw_id: str
    record: str
    unit: str
    name: str
    place: str
    region: str
    since: str
    last: str
    day: str
    checks: tuple[SheetCheck, ...]
    address: str

    def context(self) -> dict[str, Any]:
        """Every name that a template may use."""
        return {
            "number": self.number,
            "title": self.title,
            "draw_id": self.draw_id,
            "record": self.record or "—",
            "unit": self.unit,
            "name": self.name,
            "place": self.place or "—",
            "region": self.region,
            "since": day_zh(self.since),
            "last": day_zh(self.last),
            "day": day_zh(self.day),
            "joint": len(self.checks) > 1,
            "address": self.address,
            "checks": [
                {
                    "department": one.department + ("（发起）" if one.initiating and len(self.checks) > 1 else ""),
                    "people": "、".join(one.people) or "（待派人）",
                    "items": [{"code": code, "name": name} for code, name in one.items],
                    "item_words": "；".join(f"{code} {name}" for code, name in one.items),
                }
                for one in self.checks
            ],
        }


def sheets_pdf(sheets: Sequence[Sheet]) -> bytes:
    """Return the sheets as one PDF, a page or more each."""
    import typst  # noqa: PLC0415  (takes a while to import)

    rows = [{**one.context(), "qr": _qr(one.address, "svg").decode()} for one in sheets]
    return bytes(typst.compile(LAYOUT.read_bytes(), sys_inputs={"sheets": orjson.dumps(rows).decode()}))


def sheet_word(sheet: Sheet, folder: Path | None = None) -> bytes:
    """Return a sheet as a .docx; ``folder`` holds the city's own template.

    Raises:
        InputError: the template names something that does not exist.
    """
    from docx.shared import Mm  # noqa: PLC0415  (takes a while to import)
    from docxtpl import DocxTemplate, InlineImage  # noqa: PLC0415  (as above)
    from jinja2 import StrictUndefined, TemplateError  # noqa: PLC0415  (as above)
    from jinja2.sandbox import SandboxedEnvironment  # noqa: PLC0415  (as above)

    own = folder / "task_sheet.docx" if folder else None
    data = own.read_bytes() if own is not None and own.is_file() else TEMPLATE.read_bytes()
    document = DocxTemplate(io.BytesIO(data))
    image = InlineImage(document, io.BytesIO(_qr(sheet.address, "png")), width=Mm(_QR_MILLIMETRES))
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    try:
        document.render({**sheet.context(), "qr": image}, jinja_env=environment)
    except TemplateError as error:
        raise InputError.at("", "template_wrong", title="检查任务单", why=str(error)) from error
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _qr(address: str, kind: str) -> bytes:
    """Return the code of an address; a quarter of it may be dirty."""
    import segno  # noqa: PLC0415  (not needed for anything else)

    out = io.BytesIO()
    segno.make(address, error="q", micro=False).save(out, kind=kind, scale=8, border=2)
    return out.getvalue()
