"""The frame of a plan: up to tens of millions of lines, held as columns.

A quick reader takes what is plainly in order; whatever looks odd to it goes through the strict
reader line by line, which either finds the fault and names its line or accepts the file. So the
quick one can only save time, never decide.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
from pyarrow import csv

from kernel.errors import InputError
from supervision.drawlines import FRAME, Lines, line_error
from supervision.drawtext import LONGEST, identifier_fault, unit_fault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

OK: Final = "ok"
_NAMES: Final = ("unit", "stratum", "status", "region")
_TYPES: Final = {"unit": pa.binary()} | {name: pa.dictionary(pa.int32(), pa.binary()) for name in _NAMES[1:]}
_PLAIN: Final = bytes(set(range(0x21, 0x7F)) - set(b"/:,*") - set(range(ord("a"), ord("z") + 1)))
"""Characters that need no second look in a unit's identifier."""
_ASCII_FAULTS: Final = re.compile(rb"[\x00-\x7f]")
_BLOCK: Final = 1 << 24
_BOM: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Coded:
    """A column with few values: ``names[codes[i]]`` is the value of row i."""

    names: tuple[str, ...]
    codes: NDArray[np.int32]

    def counts(self) -> NDArray[np.int64]:
        """Return how many rows have each of the names."""
        return np.bincount(self.codes, minlength=len(self.names)).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame in the order of its file; ``units`` are the bytes of the identifiers."""

    file: str
    units: NDArray[np.bytes_]
    strata: Coded
    status: Coded
    regions: Coded

    def drawable(self) -> NDArray[np.bool_]:
        """Say for each row whether its status is ``ok``."""
        code = self.status.names.index(OK) if OK in self.status.names else -1
        found: NDArray[np.bool_] = self.status.codes == code
        return found

    def find(self, unit: str) -> int | None:
        """Return the row of a unit, or None."""
        place = int(np.searchsorted(self.units, unit.encode()))
        return place if place < len(self.units) and self.units[place] == unit.encode() else None

    def counts(self) -> dict[str, dict[str, int]]:
        """Return per stratum its size N and the number of rows of each status, as a record shows them."""
        wide = len(self.status.names) or 1
        cells = self.strata.codes.astype(np.int64) * wide + self.status.codes
        both = np.bincount(cells, minlength=wide * len(self.strata.names))
        found: dict[str, dict[str, int]] = {}
        for stratum, code in sorted((name, code) for code, name in enumerate(self.strata.names)):
            row = both[code * wide : (code + 1) * wide]
            shown = {name: int(n) for name, n in sorted(zip(self.status.names, row, strict=True)) if n}
            found[stratum] = {"N": int(row.sum()), **shown}
        return found


def read_frame(file: str, data: bytes) -> Frame:
    """Read a frame file.

    Raises:
        InputError: names file and line of up to 20 faults.
    """
    return _quick(file, data) or _strict(file, data)


def check_regions(one: Frame, other: Frame) -> None:
    """Refuse a unit that has different regions in two frames.

    Raises:
        InputError: ``draw_two_regions`` with the lines of both files.
    """
    here, there = _shared_rows(one, other)
    names = {name: code for code, name in enumerate(one.regions.names)}
    recoded = np.array([names.get(name, -1) for name in other.regions.names] or [-1], dtype=np.int32)
    differ = np.flatnonzero(one.regions.codes[here] != recoded[other.regions.codes[there]])
    if len(differ):
        row, line = int(there[differ[0]]), int(here[differ[0]]) + 1
        unit = other.units[row].decode()
        error = line_error(other.file, row + 1, "draw_two_regions", value=unit, other=one.file, other_line=line)
        raise InputError(error, error.code, **error.params)


def regions_agree(frames: Sequence[Frame]) -> bool:
    """Say whether every unit has one region in all frames, by one sort: hundreds compared in pairs take minutes."""
    names = {name: code for code, name in enumerate({name for frame in frames for name in frame.regions.names})}
    some = [frame for frame in frames if len(frame.units)]
    if not some:
        return True
    units = np.concatenate([frame.units for frame in some])
    codes = [np.array([names[one] for one in frame.regions.names], np.int32)[frame.regions.codes] for frame in some]
    order = np.argsort(units, kind="stable")
    units, regions = units[order], np.concatenate(codes)[order]
    return not bool(((units[1:] == units[:-1]) & (regions[1:] != regions[:-1])).any())


def _shared_rows(one: Frame, other: Frame) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    if np.array_equal(one.units, other.units):
        rows = np.arange(len(one.units))
        return rows, rows
    if not len(one.units):
        return np.empty(0, np.intp), np.empty(0, np.intp)
    places = np.searchsorted(one.units, other.units)
    places[places == len(one.units)] = 0
    there = np.flatnonzero(one.units[places] == other.units)
    return places[there], there


def _quick(file: str, data: bytes) -> Frame | None:
    """Return the frame when nothing about the file is odd, else None."""
    # Arrow takes a lone CR for the end of a line and drops a byte order mark; here both are faults.
    if not data.endswith(b"\n") or b"\r" in data or data.startswith(_BOM):
        return None
    try:
        table = _table(data)
    except pa.ArrowInvalid:
        return None
    coded = [_coded(table.column(name)) for name in _NAMES[1:]]
    units = _units(table.column("unit").combine_chunks())
    if units is None or None in coded:
        return None
    strata, status, regions = (one for one in coded if one is not None)
    return Frame(file, units, strata, status, regions)


def _table(data: bytes) -> Any:  # noqa: ANN401 - pyarrow publishes no types
    # The names are given here, so that the first line is a line like the others.
    return csv.read_csv(
        pa.BufferReader(data),
        read_options=csv.ReadOptions(column_names=list(_NAMES), block_size=_BLOCK),
        parse_options=csv.ParseOptions(
            delimiter="\t", quote_char=False, double_quote=False, escape_char=False, ignore_empty_lines=False
        ),
        convert_options=csv.ConvertOptions(column_types=_TYPES, strings_can_be_null=False, check_utf8=False),
    )


def _coded(column: Any) -> Coded | None:  # noqa: ANN401 - pyarrow publishes no types
    array = column.unify_dictionaries().combine_chunks()
    try:
        names = tuple(name.decode() for name in array.dictionary.to_pylist())
    except UnicodeDecodeError:
        return None
    if any(map(identifier_fault, names)):
        return None
    # Not to_numpy(): it would import pandas where that is installed.
    indices = array.indices
    codes = np.frombuffer(indices.buffers()[1], np.int32)[indices.offset : indices.offset + len(indices)]
    return Coded(names, codes)


def _units(array: Any) -> NDArray[np.bytes_] | None:  # noqa: ANN401 - pyarrow publishes no types
    """Return the identifiers as bytes of one width, or None when one is odd or out of order."""
    _, where, what = array.buffers()
    ends = np.frombuffer(where, np.int32)[array.offset : array.offset + len(array) + 1]
    values = np.frombuffer(what, np.uint8)[ends[0] : ends[-1]]
    lengths = np.diff(ends)
    if lengths.min() < 1 or lengths.max() > LONGEST:
        return None
    rest = values.tobytes().translate(None, _PLAIN)
    if _ASCII_FAULTS.search(rest):
        return None
    units = _of_one_width(values, lengths)
    if rest and not _in_order(units):
        return None
    return units if bool((units[1:] > units[:-1]).all()) else None


def _of_one_width(values: NDArray[np.uint8], lengths: NDArray[np.int32]) -> NDArray[np.bytes_]:
    # No identifier holds a NUL, so padding with NULs keeps the order of the bytes.
    width = int(lengths.max())
    if int(lengths.min()) == width:
        return values.view(f"S{width}")
    padded = np.zeros((len(lengths), width), np.uint8)
    padded[np.arange(width) < lengths[:, None]] = values
    return padded.view(f"S{width}").ravel()


def _in_order(units: NDArray[np.bytes_]) -> bool:
    """Say whether the identifiers beyond ASCII keep the rules of an identifier."""
    try:
        return not any(unit_fault(unit.decode()) for unit in units.tolist() if not unit.isascii())
    except UnicodeDecodeError:
        return False


def _strict(file: str, data: bytes) -> Frame:
    rows = Lines(file, data, FRAME, keys=1).checked()
    units = [row[0].encode() for row in rows]
    coded = [_code([row[place] for row in rows]) for place in (1, 2, 3)]
    return Frame(file, np.array(units, dtype=f"S{max(map(len, units), default=1)}"), *coded)


def _code(values: list[str]) -> Coded:
    names = tuple(dict.fromkeys(values))
    codes = {name: code for code, name in enumerate(names)}
    return Coded(names, np.array([codes[value] for value in values], dtype=np.int32))
