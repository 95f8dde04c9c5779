"""What a browser's form sends, read with a limit."""

from __future__ import annotations

from collections.abc import AsyncIterator  # noqa: TC003  (FastAPI reads the annotation of a dependency)
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request  # noqa: TC002  (FastAPI reads the annotation of a dependency)

from service.errors import HttpError
from service.uploads import MAX_BYTES as MAX_FILE_BYTES
from service.uploads import check_file

Pairs = list[tuple[str, str]]
MAX_BYTES: Final = 400_000
"""Every fact of the vocabulary with its longest text still fits."""
_MOST_FIELDS: Final = 2000
_TOO_LARGE: Final = 413
_WRONG_TYPE: Final = 415
_FORM: Final = "application/x-www-form-urlencoded"
_MULTIPART: Final = "multipart/form-data"
MAX_UPLOAD_BYTES: Final = 2 * MAX_FILE_BYTES
"""A register of a whole city as a workbook fits; each import has a limit of its own below this."""
_MOST_FILES: Final = 5
_OVERHEAD: Final = 100_000


@dataclass(frozen=True, slots=True)
class Upload:
    """A form with files: its other fields, and the files by the name of their field."""

    pairs: Pairs
    files: dict[str, UploadFile]


async def sent_form(request: Request) -> Pairs:
    """The controls of a form in their order, after what the button's address adds.

    Raises HttpError 413 for more than a form can hold, 415 for anything that is not a plain form.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in {_FORM, ""}:
        raise HttpError(_WRONG_TYPE, "unsupported_media_type", media_type=media_type)
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MAX_BYTES:
            raise HttpError(_TOO_LARGE, "body_too_large", max_bytes=MAX_BYTES)
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise HttpError(_TOO_LARGE, "body_too_large", max_bytes=MAX_BYTES) from error
    # No field of ours holds a NUL, and PostgreSQL takes none.
    return [*request.query_params.multi_items(), *((name, value.replace("\0", "")) for name, value in pairs)]


async def sent_upload(request: Request) -> AsyncIterator[Upload]:
    """A form that sends files, each looked through; kept open until the answer is sent.

    Raises HttpError 413 where it is too large, 415 for any other kind of form, InputError for a file that is
    not taken (:mod:`service.uploads`).
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != _MULTIPART:
        raise HttpError(_WRONG_TYPE, "unsupported_media_type", media_type=media_type)
    announced = request.headers.get("content-length", "")
    if not (announced.isascii() and announced.isdigit()) or int(announced[:20]) > MAX_UPLOAD_BYTES + _OVERHEAD:
        raise HttpError(_TOO_LARGE, "body_too_large", max_bytes=MAX_UPLOAD_BYTES)
    form = await request.form(max_files=_MOST_FILES, max_fields=_MOST_FIELDS)
    items = form.multi_items()
    pairs = [(name, value.replace("\0", "")) for name, value in items if isinstance(value, str)]
    files = {name: value for name, value in items if isinstance(value, UploadFile)}
    try:
        for name, file in files.items():
            if file.filename:
                await run_in_threadpool(check_file, file.filename, file.file, f"/{name}")
        yield Upload([*request.query_params.multi_items(), *pairs], files)
    finally:
        await form.close()
