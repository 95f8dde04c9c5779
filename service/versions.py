"""Two people may not overwrite each other: a version with every record that people edit.

Through the interface the version travels as an entity tag; a change has to name the one it was made from.
"""

from __future__ import annotations

import re
from typing import Final

from service.errors import HttpError, StateError

_TAG: Final = re.compile(r'(?:W/)?"(\d{1,18})"')
HTTP_PRECONDITION_FAILED: Final = 412
HTTP_PRECONDITION_REQUIRED: Final = 428


def etag(version: int) -> str:
    """The entity tag of a version."""
    return f'"{version}"'


def wanted(if_match: str | None) -> int:
    """The version that ``If-Match`` names; HttpError 428 where it is missing or no tag of ours."""
    found = _TAG.fullmatch(if_match or "")
    if found is None:
        raise HttpError(HTTP_PRECONDITION_REQUIRED, "version_required")
    return int(found[1])


def expect(version: int, if_match: str | None) -> None:
    """Go on only if the record still is what the caller saw; HttpError 428 or 412 otherwise."""
    if wanted(if_match) != version:
        raise HttpError(HTTP_PRECONDITION_FAILED, "version_stale", version=version)


def expect_number(version: int, seen: int) -> None:
    """The same for a page, which carries the number in a hidden field; StateError 409."""
    if seen != version:
        raise StateError("version_stale", version=version)
