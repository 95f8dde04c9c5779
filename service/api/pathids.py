"""The form of an id in an address, so that `/cases/check` is never taken for a case named "check"."""

from __future__ import annotations

from typing import Final

from starlette.convertors import StringConvertor, register_url_convertor

STORED: Final = "stored"
"""Write ``{id:stored}`` in a path; see :mod:`service.ids`."""


class StoredId(StringConvertor):
    """The id of something stored."""

    regex = "[a-z]+-[0-9A-HJKMNP-TV-Z]{26}"


register_url_convertor(STORED, StoredId())
