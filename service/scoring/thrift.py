"""The compact form of Thrift, as far as the footer of a Parquet file needs it: read, change, write.

A struct is a list of fields ``(number, type, value)``; a list is ``(type of its members, members)``.
Source: Apache Thrift compact protocol encoding; Apache Parquet format, ``FileMetaData``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

TRUE: Final = 1
FALSE: Final = 2
BYTE: Final = 3
DOUBLE: Final = 7
BINARY: Final = 8
LIST: Final = 9
STRUCT: Final = 12
I16: Final = 4
I64: Final = 6
_INTEGERS: Final = frozenset({I16, 5, I64})
_SHORT_LIST: Final = 15
_SHORT_STEP: Final = 15

Field = list[Any]
Struct = list[Field]


class ThriftError(ValueError):
    """The bytes are no struct of the kinds known here."""


@dataclass(slots=True)
class Reader:
    """Reads values from bytes, front to back."""

    data: bytes
    place: int = 0

    def struct(self) -> Struct:
        """Read fields up to the stop byte."""
        fields: Struct = []
        number = 0
        while head := self._byte():
            step, kind = head >> 4, head & 15
            number = number + step if step else self._zigzag()
            fields.append([number, kind, self._value(kind)])
        return fields

    def _value(self, kind: int) -> Any:  # noqa: ANN401 - any Thrift value
        if kind in {TRUE, FALSE}:
            return kind == TRUE
        if kind in _INTEGERS:
            return self._zigzag()
        if kind in {BYTE, DOUBLE}:
            return self._take(1 if kind == BYTE else 8)
        if kind == BINARY:
            return self._take(self._unsigned())
        if kind not in {STRUCT, LIST}:
            raise ThriftError(f"type {kind}")
        return self.struct() if kind == STRUCT else self._list()

    def _list(self) -> tuple[int, list[Any]]:
        head = self._byte()
        count, kind = head >> 4, head & 15
        count = self._unsigned() if count == _SHORT_LIST else count
        if kind in {TRUE, FALSE}:  # members of a list are written out, unlike fields
            return kind, [self._byte() for _ in range(count)]
        return kind, [self._value(kind) for _ in range(count)]

    def _byte(self) -> int:
        return self._take(1)[0]

    def _take(self, count: int) -> bytes:
        taken = self.data[self.place : self.place + count]
        if len(taken) < count:
            raise ThriftError("the bytes end too early")
        self.place += count
        return taken

    def _unsigned(self) -> int:
        value = shift = 0
        while True:
            byte = self._byte()
            value |= (byte & 127) << shift
            if byte < 128:  # noqa: PLR2004 - no further byte
                return value
            shift += 7

    def _zigzag(self) -> int:
        value = self._unsigned()
        return (value >> 1) ^ -(value & 1)


def write_struct(fields: Struct) -> bytes:
    """Return the bytes of a struct."""
    out = bytearray()
    before = 0
    for number, kind, value in fields:
        written = (TRUE if value else FALSE) if kind in {TRUE, FALSE} else kind
        step = number - before
        if 0 < step <= _SHORT_STEP:
            out.append(step << 4 | written)
        else:
            out.append(written)
            out += _zigzag(number)
        out += b"" if kind in {TRUE, FALSE} else _value(kind, value)
        before = number
    out.append(0)
    return bytes(out)


def _value(kind: int, value: Any) -> bytes:  # noqa: ANN401 - any Thrift value
    if kind in _INTEGERS:
        return _zigzag(value)
    if kind == BINARY:
        return b"".join([_unsigned(len(value)), value])
    if kind == STRUCT:
        return write_struct(value)
    if kind == LIST:
        return _list(*value)
    kept: bytes = value  # a byte or a double, as it came
    return kept


def _list(kind: int, members: list[Any]) -> bytes:
    count = len(members)
    head = bytes([count << 4 | kind]) if count < _SHORT_LIST else bytes([_SHORT_LIST << 4 | kind]) + _unsigned(count)
    if kind in {TRUE, FALSE}:
        return head + bytes(members)
    return b"".join([head, *(_value(kind, member) for member in members)])


def _unsigned(value: int) -> bytes:
    out = bytearray()
    while value > 127:  # noqa: PLR2004 - seven bits a byte
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def _zigzag(value: int) -> bytes:
    return _unsigned(value << 1 if value >= 0 else (-value << 1) - 1)
