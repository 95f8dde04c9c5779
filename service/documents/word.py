"""Word documents from templates that staff can edit (docxtpl: ``{{ name }}`` and ``{%p for … %}``)."""

from __future__ import annotations

import io
from importlib import resources
from typing import TYPE_CHECKING, Final

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from kernel.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from service.documents.draft import Draft

TEMPLATES: Final = resources.files("service.documents") / "templates"


def render_word(draft: Draft, folder: Path | None = None) -> bytes:
    """Fill a draft into its template and return the .docx.

    ``folder`` holds the city's own templates; the delivered one serves where it has none. Raises
    InputError (``template_wrong``) where a template names something that does not exist.
    """
    from docxtpl import DocxTemplate  # noqa: PLC0415  (takes a while to import)

    document = DocxTemplate(io.BytesIO(template_bytes(draft.kind.name, folder)))
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    try:
        document.render(draft.context, jinja_env=environment)
    except TemplateError as error:
        raise InputError.at("", "template_wrong", title=draft.kind.title, why=str(error)) from error
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def template_bytes(name: str, folder: Path | None = None) -> bytes:
    """The template of a kind: the city's own, else the delivered one."""
    own = folder / f"{name}.docx" if folder else None
    if own is not None and own.is_file():
        return own.read_bytes()
    return (TEMPLATES / f"{name}.docx").read_bytes()
