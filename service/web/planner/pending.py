"""A file that was sent, looked at, and is not applied yet: kept in the store, named by a token of the session.

The token says which file and under which name it came, so that a form cannot name any other file of the store.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import xlsxwriter

from kernel.errors import InputError
from service.access.keys import same
from supervision.tablerows import REMARKS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from service.web.sent import Upload
    from service.work import Work

_WIDTH: Final = 16
_WIDE: Final = 60


def kept(work: Work, upload: Upload, key: str) -> dict[str, str]:
    """Keep the file of a form and return the fields that name it; InputError where none was chosen."""
    file = upload.files.get("file")
    if file is None or not file.filename:
        raise InputError.at("/file", "library_no_file")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        with path.open("wb") as stream:
            shutil.copyfileobj(file.file, stream)
        digest = work.files.put(path)
    name = Path(file.filename).name[:200]
    return {"file": digest, "file_name": name, "file_token": _token(key, digest, name)}


@contextmanager
def opened(work: Work, sent: Mapping[str, str], key: str) -> Iterator[tuple[str, Path]]:
    """The name and the path of the file that a form names, with the extension it came with.

    Raises:
        InputError: the token is not of this session.
    """
    digest, name = sent.get("file", ""), sent.get("file_name", "")
    if not digest or not same(sent.get("file_token", ""), _token(key, digest, name)):
        raise InputError.at("/file", "library_no_file")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"file{Path(name).suffix.lower()}"
        path.symlink_to(work.files.path(digest).resolve())
        yield name, path


def _token(key: str, digest: str, name: str) -> str:
    return hmac.new(key.encode(), f"pending\n{digest}\n{name}".encode(), hashlib.sha256).hexdigest()


def remarked_workbook(rows: Sequence[Sequence[Any]], remarks: Mapping[int, Sequence[str]]) -> bytes:
    """A workbook as it was sent with one more column: what is wrong with each row (counted from 1)."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet()
        bold, wrong = book.add_format({"bold": True}), book.add_format({"font_color": "#a3160d", "text_wrap": True})
        # A workbook that comes a second time has the column already.
        rows = [row[: rows[0].index(REMARKS)] for row in rows] if rows and REMARKS in rows[0] else rows
        width = max((len(row) for row in rows), default=0)
        sheet.set_column(0, max(width - 1, 0), _WIDTH)
        sheet.set_column(width, width, _WIDE)
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                sheet.write_string(number, place, str(cell), bold if number == 0 else None)
            said = "；".join(remarks.get(number + 1, ()))
            if said and number:
                sheet.write_string(number, width, said, wrong)
        sheet.write_string(0, width, REMARKS, bold)
        if 1 in remarks:
            sheet.write_comment(0, width, "；".join(remarks[1]))
    return out.getvalue()
