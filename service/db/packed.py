"""Large JSON values kept compressed: the same value again, a sixth of the room."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import LargeBinary
from sqlalchemy.types import TypeDecorator

from kernel.canonical import canonical_bytes

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect


class Packed(TypeDecorator[Any]):
    """Any JSON value, kept as zlib over its canonical bytes."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:  # noqa: ARG002, ANN401
        """The bytes to keep; ValueError or TypeError where the value has no canonical form."""
        return None if value is None else pack(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:  # noqa: ARG002, ANN401
        """The value again."""
        return None if value is None else unpack(bytes(value))


def pack(value: object) -> bytes:
    """Canonical JSON, compressed."""
    return zlib.compress(canonical_bytes(value), 6)


def unpack(data: bytes) -> Any:  # noqa: ANN401 - any JSON value
    """What :func:`pack` was given."""
    return orjson.loads(zlib.decompress(data))
