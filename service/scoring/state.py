"""The state of a scored population on disk: records that are patched in place when some rows change.

====================  ==================================================================
``about.json``        scheme, day, number of rows, enterprises by class
``rows``              records of :mod:`supervision.rowstate`; a row scored again gets a new one at the end
``results``           what came of each of these records
``where``             which record is a row's latest
``due``               the next day on which time alone may change a row (days since 1970)
``codes``             eighteen bytes a row; zero for codes of another length
``index``             hashes of the codes in rising order, ``places`` beside them
``odd.json``          rows that cannot be read as they came, other codes, problems
====================  ==================================================================

A patch is written whole before it is applied, and applied again when a stop came in between.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson
import polars as pl

from service.errors import StateError
from supervision.rowstate import RESULT, Records

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from supervision.scheme import Scheme

CODE: Final = np.dtype("S18")
_FORMAT: Final = 2
_MIX: Final = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0x165667B19E3779F9))
_RECORDS: Final = ("rows", "results")
_FILES: Final = ("where", "due", "codes")
_DIGESTED: Final = 1 << 16
_PAGE: Final = 1 << 12


@dataclass
class Odd:
    """What does not fit a record, by place: the row as it came, a code that has no eighteen bytes, what is wrong."""

    rows: dict[int, dict[str, Any]] = field(default_factory=dict)
    codes: dict[int, str | None] = field(default_factory=dict)
    problems: dict[int, str] = field(default_factory=dict)

    def joined(self, other: Odd, by: int) -> Odd:
        """Both together, the other's places shifted."""
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return Odd(*({**own, **{place + by: one for place, one in part.items()}} for own, part in pairs))

    def written(self) -> bytes:
        """As bytes of JSON."""
        return orjson.dumps(vars(self), option=orjson.OPT_NON_STR_KEYS)

    @classmethod
    def read(cls, data: bytes) -> Odd:
        """The other way round."""
        found = {name: {int(place): one for place, one in part.items()} for name, part in orjson.loads(data).items()}
        return cls(**found)


@dataclass(frozen=True)
class Piece:
    """Records of rows with everything that belongs to them."""

    rows: NDArray[Any]
    results: NDArray[Any]
    due: NDArray[np.int32]
    codes: NDArray[np.bytes_]


@dataclass
class State:
    """An opened state; :meth:`part` maps a file, so only what is touched is read."""

    folder: Path
    records: Records
    about: dict[str, Any]
    odd: Odd
    maps: dict[str, Any] = field(default_factory=dict)
    """Files mapped so far: mapping one again would fetch every page again."""

    @property
    def scheme(self) -> Scheme:
        """The scheme it was scored under."""
        return self.records.scheme

    @property
    def count(self) -> int:
        """How many rows there are."""
        return int(self.about["rows"])

    @property
    def on(self) -> int:
        """The day it was scored on, in days since 1970."""
        return int(self.about["on"])

    def rows(self, places: NDArray[np.int64]) -> NDArray[Any]:
        """The latest records of some rows."""
        return _picked(self.folder / "rows", self.records.type, self.part("where")[places])

    def results(self, places: NDArray[np.int64] | slice) -> NDArray[Any]:
        """What came of some rows last."""
        if "results" not in self.maps:
            self.maps["results"] = _mapped(self.folder / "results", RESULT, int(self.about["records"]))
        found: NDArray[Any] = self.maps["results"][self.part("where")[places]]
        return found

    def part(self, name: str) -> Any:  # noqa: ANN401 - a mapped array
        """``where``, ``due`` or ``codes`` as an array, a row each."""
        if name not in self.maps:
            self.maps[name] = _mapped(self.folder / name, TYPES[name], self.count)
        return self.maps[name]

    def find(self, codes: NDArray[np.bytes_]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Places of codes of eighteen bytes (-1: not there), and which of them stand more than once."""
        index, places = _index(self.folder)
        wanted, known = hashed(codes), self.part("codes")
        order = np.argsort(wanted)  # neighbours are looked up one after the other
        at = np.empty(len(codes), dtype=np.int64)
        at[order] = np.searchsorted(index, wanted[order])
        found, times = np.full(len(codes), -1, dtype=np.int64), np.zeros(len(codes), dtype=np.int64)
        open_rows = np.arange(len(codes))
        while len(open_rows):
            open_rows = open_rows[at[open_rows] < len(index)]
            open_rows = open_rows[index[at[open_rows]] == wanted[open_rows]]
            here = places[at[open_rows]]
            same = known[here] == codes[open_rows]
            times[open_rows[same]] += 1
            found[open_rows[same]] = here[same]
            at[open_rows] += 1
        return found, times > 1

    def due_by(self, on: int) -> NDArray[np.int64]:
        """Places of rows that time alone may have changed by a day."""
        return np.flatnonzero(self.part("due") <= on)

    def digest(self) -> str:
        """``sha256:…`` over codes, results and problems of all rows in order: equal for equal results."""
        codes, hasher = self.part("codes"), sha256()
        for start in range(0, self.count, _DIGESTED):
            rows = slice(start, start + _DIGESTED)
            hasher.update(np.ascontiguousarray(codes[rows]).tobytes())
            hasher.update(self.results(rows).tobytes())
        special = {"codes": sorted(self.odd.codes.items()), "problems": sorted(self.odd.problems.items())}
        hasher.update(orjson.dumps(special))
        return f"sha256:{hasher.hexdigest()}"


TYPES: Final = {"where": np.dtype("u4"), "due": np.dtype("i4"), "codes": CODE}
"""What a row has in each file that has a place for every row."""


def _mapped(path: Path, kind: np.dtype[Any], count: int) -> Any:  # noqa: ANN401 - a mapped array
    return np.memmap(path, dtype=kind, mode="r+", shape=(count,)) if count else np.zeros(0, dtype=kind)


def _picked(path: Path, kind: np.dtype[Any], at: NDArray[Any]) -> NDArray[Any]:
    """Records that lie far apart: reading each costs less than mapping the pages around it."""
    found = np.empty(len(at), dtype=kind)
    size, into = kind.itemsize, found.view(np.uint8).data
    with path.open("rb", buffering=0) as stream:
        for number, place in enumerate(at.tolist()):
            os.preadv(stream.fileno(), [into[number * size : (number + 1) * size]], place * size)
    return found


def _index(folder: Path) -> tuple[Any, Any]:
    """Hashes in rising order and the places they belong to."""
    kinds = {"index": np.dtype("u8"), "places": np.dtype("i8")}
    index, places = (
        _mapped(folder / name, kind, (folder / name).stat().st_size // kind.itemsize) for name, kind in kinds.items()
    )
    return index, places


def hashed(codes: NDArray[np.bytes_]) -> NDArray[np.uint64]:
    """A hash of eighteen bytes that is the same everywhere and for ever."""
    wide = np.zeros((len(codes), 24), dtype=np.uint8)
    wide[:, : CODE.itemsize] = np.ascontiguousarray(codes).view(np.uint8).reshape(-1, CODE.itemsize)
    words = wide.view("<u8")
    mixed = np.zeros(len(codes), dtype=np.uint64)
    for place, factor in enumerate(_MIX):
        mixed = (mixed ^ words[:, place]) * factor
        mixed ^= mixed >> np.uint64(29)
    return mixed


def as_codes(texts: pl.Series) -> tuple[NDArray[np.bytes_], dict[int, str | None]]:
    """Codes as records, and those of another length by place."""
    is_plain = texts.to_frame("code").select(
        (pl.col("code").str.len_bytes() == CODE.itemsize)
        & (pl.col("code").str.len_chars() == CODE.itemsize)
        & ~pl.col("code").str.contains("\0", literal=True)
    )
    odd = ~is_plain.to_series().fill_null(value=False)
    plain = texts.set(odd, "\0" * CODE.itemsize) if odd.any() else texts
    # All have eighteen bytes now and lie one behind the other.
    found = np.frombuffer("".join(plain.to_list()).encode(), dtype=CODE).copy()
    return found, {int(place): texts[int(place)] for place in odd.arg_true().to_list()}


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Nobody else writes the state meanwhile.

    Raises:
        StateError: ``state_busy``.
    """
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StateError("state_busy", folder=str(folder)) from error
        yield


def open_state(folder: Path, scheme: Scheme) -> State:
    """Open a state; a patch that was stopped is finished first.

    Raises:
        StateError: ``state_wrong``: no state, or one of another scheme.
    """
    records = Records(scheme)
    try:
        if (folder / "patch").is_dir():
            _apply(folder, records)
        about = orjson.loads((folder / "about.json").read_bytes())
        odd = Odd.read((folder / "odd.json").read_bytes())
    except (OSError, ValueError, TypeError) as error:
        raise StateError("state_wrong", folder=str(folder), why="不是完整的评分状态") from error
    if about.get("format") != _FORMAT:
        raise StateError("state_wrong", folder=str(folder), why="由另一版本的程序保存，请用全表重新评分")
    if about.get("digest") != scheme.digest:
        raise StateError("state_wrong", folder=str(folder), why="方案已经改变，请用全表重新评分")
    return State(folder, records, about, odd)


def create(folder: Path, records: Records, on: int, pieces: Iterator[tuple[Piece, Odd]]) -> State:
    """Write a new state over whatever state was there."""
    odd, count, scheme = Odd(), 0, records.scheme
    classes = np.zeros(len(scheme.classes) + 1, dtype=np.int64)
    (folder / "about.json").unlink(missing_ok=True)
    with contextlib.ExitStack() as stack:
        files = {name: stack.enter_context((folder / name).open("wb")) for name in (*_RECORDS, *_FILES)}
        for piece, own in pieces:
            parts = vars(piece) | {"where": np.arange(count, count + len(piece.rows), dtype=TYPES["where"])}
            for name, stream in files.items():
                stream.write(np.ascontiguousarray(parts[name]).tobytes())
            odd = odd.joined(own, count)
            classes += class_counts(piece.results, len(scheme.classes))
            count += len(piece.rows)
    about = {"format": _FORMAT, "scheme": scheme.id, "version": scheme.version, "digest": scheme.digest}
    about |= {"on": on, "rows": count, "records": count, "classes": classes.tolist()}
    state = State(folder, records, about, odd)
    _write_index(folder, state.part("codes"))
    (folder / "odd.json").write_bytes(odd.written())
    _replace(folder / "about.json", orjson.dumps(about))
    return state


def class_counts(results: NDArray[Any], classes: int) -> NDArray[np.int64]:
    """How many rows each class has, and in the last place how many have none."""
    places = np.where(results["unscored"], classes, results["place"])
    return np.bincount(places, minlength=classes + 1)


def _write_index(folder: Path, codes: NDArray[np.bytes_]) -> None:
    places = np.flatnonzero(codes != b"")
    hashes = hashed(codes[places])
    order = np.argsort(hashes, kind="stable")
    hashes[order].tofile(folder / "index")
    places[order].astype(np.int64).tofile(folder / "places")


def _replace(path: Path, data: bytes) -> None:
    draft = path.with_suffix(".tmp")
    with draft.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)


def patch(state: State, places: NDArray[np.int64], piece: Piece, about: dict[str, Any], odd: Odd) -> State:
    """Put results into their places; those behind the last row are new ones, in order."""
    folder, records = state.folder, int(state.about["records"])
    about |= {"records": records + len(piece.rows)}
    draft = folder / "patch.tmp"
    draft.mkdir(exist_ok=True)
    where = np.arange(records, about["records"], dtype=TYPES["where"])
    parts = vars(piece) | {"where": where, "codes": piece.codes[places >= state.count], "at": places}
    for name in ("at", *_RECORDS, *_FILES):
        np.ascontiguousarray(parts[name]).tofile(draft / name)
    (draft / "odd.json").write_bytes(odd.written())
    _replace(draft / "about.json", orjson.dumps(about))
    if (folder / "patch").is_dir():
        raise StateError("state_wrong", folder=str(folder), why="上一次更新没有完成")
    draft.rename(folder / "patch")
    _apply(folder, state.records)
    return State(folder, state.records, about, odd)


def _apply(folder: Path, records: Records) -> None:
    """Apply the patch that lies there: assigning twice does no harm."""
    lying = folder / "patch"
    about = orjson.loads((lying / "about.json").read_bytes())
    places, count = np.fromfile(lying / "at", dtype=np.int64), int(about["rows"])
    for name, kind in (("rows", records.type), ("results", RESULT)):
        _append(folder / name, (lying / name).read_bytes(), int(about["records"]) * kind.itemsize)
    for name in _FILES:
        given = np.fromfile(lying / name, dtype=TYPES[name])
        _put(folder / name, count, places[places >= count - len(given)] if name == "codes" else places, given)
    _extend_index(folder, count)
    _replace(folder / "odd.json", (lying / "odd.json").read_bytes())
    _replace(folder / "about.json", orjson.dumps(about))
    for name in ("about.json", "odd.json", "at", *_RECORDS, *_FILES):
        (lying / name).unlink(missing_ok=True)
    lying.rmdir()


def _put(path: Path, count: int, places: NDArray[np.int64], given: NDArray[Any]) -> None:
    """Assign to some places of a file: page by page, or to all of it where nearly every page is touched."""
    os.truncate(path, count * given.itemsize)
    if len(given) * _PAGE < count * given.itemsize:
        if len(given):
            _mapped(path, given.dtype, count)[places] = given
        return
    whole = np.fromfile(path, dtype=given.dtype)
    whole[places] = given
    with path.open("r+b") as stream:
        stream.write(whole.data)


def _append(path: Path, data: bytes, end: int) -> None:
    """Write bytes so that the file ends with them at this place."""
    with path.open("r+b") as stream:
        stream.seek(end - len(data))
        stream.write(data)
        stream.truncate(end)


def _extend_index(folder: Path, count: int) -> None:
    """Take up codes of rows that the index does not know yet."""
    before = orjson.loads((folder / "about.json").read_bytes())["rows"]
    if before == count:
        return
    codes, (index, places) = _mapped(folder / "codes", CODE, count), _index(folder)
    if len(index) * 8 != (folder / "places").stat().st_size or (len(places) and places.max() >= before):
        _write_index(folder, codes)  # a stop came in between
        return
    new = before + np.flatnonzero(codes[before:] != b"")
    hashes = hashed(codes[new])
    order = np.argsort(hashes, kind="stable")
    at = np.searchsorted(index, hashes[order], side="right")
    np.insert(index, at, hashes[order]).tofile(folder / "index.tmp")
    np.insert(places, at, new[order]).tofile(folder / "places.tmp")
    for name in ("index", "places"):
        (folder / f"{name}.tmp").replace(folder / name)
