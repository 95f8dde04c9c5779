"""Parquet parts joined into one file without decoding them: row groups are copied, the footer is rewritten.

Every part is a whole file written by us, with the same columns. A part is written under another name
and renamed when it is complete, so a stopped run can go on behind the last part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from service.scoring.thrift import BINARY, I16, LIST, STRUCT, Reader, Struct, write_struct

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_MAGIC: Final = b"PAR1"
_TAIL: Final = 8
_COPIED: Final = 1 << 20
# Numbers of fields in the Parquet format.
_NUM_ROWS: Final = 3
_ROW_GROUPS: Final = 4
_KEY_VALUES: Final = 5
_GROUP_COLUMNS: Final = 1
_GROUP_OFFSET: Final = 5
_GROUP_ORDINAL: Final = 7
_CHUNK_OFFSET: Final = 2
_CHUNK_METADATA: Final = 3
_PAGE_INDEXES: Final = frozenset({4, 5, 6, 7})
_PAGE_OFFSETS: Final = frozenset({9, 10, 11, 14})


class PartError(ValueError):
    """A part is no whole Parquet file."""


def footer_of(path: Path) -> tuple[Struct, int]:
    """Return the footer of a Parquet file and the place where it begins."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        stream.seek(max(size - _TAIL, 0))
        tail = stream.read()
        start = size - _TAIL - int.from_bytes(tail[:4], "little")
        if tail[4:] != _MAGIC or start < len(_MAGIC):
            raise PartError(str(path))
        stream.seek(start)
        return Reader(stream.read(size - _TAIL - start)).struct(), start


def join(parts: Iterable[Path], out: Path, metadata: Mapping[str, str]) -> int:
    """Write the row groups of all parts into one file and return the number of rows; ``metadata`` is the file's own."""
    whole: Struct = []
    with out.open("wb") as stream:
        stream.write(_MAGIC)
        for part in parts:
            footer, end = footer_of(part)
            _shift(footer, stream.tell() - len(_MAGIC))
            _copy(part, end, stream)
            whole = _append(whole, footer)
        _set_metadata(whole, metadata)
        _number_groups(whole)
        data = write_struct(whole)
        stream.write(data + len(data).to_bytes(4, "little") + _MAGIC)
    return int(_get(whole, _NUM_ROWS))


def _copy(part: Path, end: int, stream: Any) -> None:  # noqa: ANN401 - a binary file
    with part.open("rb") as source:
        source.seek(len(_MAGIC))
        rest = end - len(_MAGIC)
        while rest:
            block = source.read(min(rest, _COPIED))
            if not block:
                raise PartError(str(part))
            stream.write(block)
            rest -= len(block)


def _get(fields: Struct, number: int) -> Any:  # noqa: ANN401 - any Thrift value
    return next((value for field, _, value in fields if field == number), None)


def _append(whole: Struct, footer: Struct) -> Struct:
    if not whole:
        return footer
    for field in whole:
        if field[0] == _NUM_ROWS:
            field[2] += _get(footer, _NUM_ROWS)
        elif field[0] == _ROW_GROUPS:
            field[2][1].extend(_get(footer, _ROW_GROUPS)[1])
    return whole


def _shift(footer: Struct, by: int) -> None:
    """Move every offset of a footer."""
    for group in _get(footer, _ROW_GROUPS)[1]:
        _move(group, {_GROUP_OFFSET}, by)
        for chunk in _get(group, _GROUP_COLUMNS)[1]:
            # Page indexes name places in their own part and are not decoded here, so none is passed on.
            chunk[:] = [field for field in chunk if field[0] not in _PAGE_INDEXES]
            _move(chunk, {_CHUNK_OFFSET}, by)
            _move(_get(chunk, _CHUNK_METADATA), _PAGE_OFFSETS, by)


def _move(fields: Struct, numbers: Iterable[int], by: int) -> None:
    """Move the offsets of the fields with these numbers; an offset of 0 means that there is none."""
    for field in fields:
        if field[0] in numbers and field[2]:
            field[2] += by


def _set_metadata(whole: Struct, metadata: Mapping[str, str]) -> None:
    pairs = [[[1, BINARY, key.encode()], [2, BINARY, value.encode()]] for key, value in metadata.items()]
    whole[:] = [field for field in whole if field[0] != _KEY_VALUES]
    whole.append([_KEY_VALUES, LIST, (STRUCT, pairs)])
    whole.sort(key=lambda field: field[0])


def _number_groups(whole: Struct) -> None:
    """Put row groups in order; their number has sixteen bits only and is left out where it does not fit."""
    groups = _get(whole, _ROW_GROUPS)[1]
    for place, group in enumerate(groups):
        group[:] = [field for field in group if field[0] != _GROUP_ORDINAL]
        if len(groups) < 1 << 15:
            group.append([_GROUP_ORDINAL, I16, place])
            group.sort(key=lambda field: field[0])
