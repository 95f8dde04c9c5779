"""Does a published draw hold? Names every file, and every place of the result, that does not match."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kernel import messages
from kernel.errors import InputError
from supervision.drawchain import CANCEL, read_cancelled
from supervision.drawdoc import read_document
from supervision.drawfaults import traces
from supervision.drawlog import check_changes
from supervision.drawrecord import COMMIT, RESULT, REVEAL, ROSTER, read_record, read_reveal, seed_text
from supervision.drawrun import MADE_BY, Folder, result_bytes, run
from supervision.drawtext import sha256_hex
from supervision.verifyblind import check_changes_blind, run_blind, unpublished

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kernel.errors import FieldError
    from supervision.drawrecord import Record

_COMPARED: Final = ("seed_text", "key", "plans", "demands", "unfilled", "load")
_OURS: Final = ("made_by", "made_from")
_GAP: Final = ("rank", "full")
"""Members of a gap that the specification fixes; the words beside them are each program's own."""
_MOST: Final = 20


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One thing that does not match: the file, the place in it ("" is the whole), the code, the words."""

    file: str
    place: str
    code: str
    detail: str

    def as_dict(self) -> dict[str, str]:
        """Return the members as JSON shows them."""
        return {"file": self.file, "place": self.place, "code": self.code, "detail": self.detail}


def verify(folder: Folder) -> list[Mismatch]:
    """Check a whole folder: files, nonces, key, sizes, tickets, selections, teams.

    Frames that the record says are not published may be missing (:func:`supervision.verifyblind.unpublished`); then
    all is checked but whether somebody with a smaller ticket was left out.

    Returns:
        What does not match, in the order of checking; empty when everything does.
    """
    try:
        record = read_record(folder.bytes_of(COMMIT))
    except InputError as error:
        return [*_told(error), *_unreadable_result(folder)]
    if folder.has(CANCEL):
        return [*_files(record, folder), *_cancelled(record, folder)]
    try:
        hidden = unpublished(folder)
    except InputError as error:
        return list(_told(error))
    found = [*_files(record, folder, hidden), *_reveal(record, folder)]
    found += _claims(record, folder)
    return found or list(_recomputed(folder, hidden)) or list(_changed(folder, hidden))


def _cancelled(record: Record, folder: Folder) -> Iterator[Mismatch]:
    """A record that was cancelled has its files and its notice, and no result."""
    try:
        read_cancelled(folder.bytes_of(CANCEL), record)
    except InputError as error:
        yield from _told(error)
    if folder.has(RESULT):
        yield _mismatch(RESULT, "", "draw_cancel_result")


def _changed(folder: Folder, hidden: Sequence[str]) -> Iterator[Mismatch]:
    try:
        (check_changes_blind if hidden else check_changes)(folder)
    except InputError as error:
        yield from _told(error)


def _told(error: InputError) -> Iterator[Mismatch]:
    yield from _told_one_by_one(error.errors)


def _told_one_by_one(errors: Iterable[FieldError]) -> Iterator[Mismatch]:
    for one in errors:
        name, _, place = one.pointer.removeprefix("/").partition("/")
        yield Mismatch(name.replace("~1", "/").replace("~0", "~"), place, one.code, one.detail)


def _mismatch(file: str, place: str, code: str, **params: object) -> Mismatch:
    return Mismatch(file, place, code, messages.text(code, {"file": file, "place": place, **params}))


def _unreadable_result(folder: Folder) -> Iterator[Mismatch]:
    try:
        read_document(RESULT, folder.bytes_of(RESULT))
    except InputError as error:
        yield from _told(error)


def _files(record: Record, folder: Folder, hidden: Sequence[str] = ()) -> Iterator[Mismatch]:
    for name in dict.fromkeys((*record.files, *record.frames, ROSTER)):
        if name in hidden:
            continue
        try:
            folder.committed(name, record)
        except InputError as error:
            yield from _told(error)
            if error.code == "draw_digest":
                yield from _told_one_by_one(traces(name, folder.bytes_of(name), record))


def _reveal(record: Record, folder: Folder) -> Iterator[Mismatch]:
    try:
        read_reveal(folder.bytes_of(REVEAL), record)
    except InputError as error:
        yield from _told(error)


def _claims(record: Record, folder: Folder) -> Iterator[Mismatch]:
    """Hold what the result says it was made from against the record and what was revealed."""
    try:
        result = read_document(RESULT, folder.bytes_of(RESULT))
        seed, key = result["seed_text"].value, result["key"].value
    except InputError as error:
        yield from _told(error)
        return
    if not isinstance(seed, str) or sha256_hex(seed) != key:
        yield _mismatch(RESULT, "key", "draw_key")
        return
    if f"\ncommit:{record.digest}\n" not in seed:
        yield _mismatch(COMMIT, "", "draw_other_record")
    try:
        expected = seed_text(record, read_reveal(folder.bytes_of(REVEAL), record))
    except InputError:
        return  # told already
    ours = expected.splitlines()[2:]
    if seed.splitlines()[2:] != ours:
        yield _mismatch(REVEAL, "", "draw_other_values")


def _recomputed(folder: Folder, hidden: Sequence[str]) -> Iterator[Mismatch]:
    try:
        expected = run_blind(folder, hidden) if hidden else run(folder)
    except InputError as error:
        yield from _told(error)
        return
    data = folder.bytes_of(RESULT)
    if data == result_bytes(expected):
        return
    result = read_document(RESULT, data).value
    if not isinstance(result, dict):
        yield _mismatch(RESULT, "", "draw_result_differs")
        return
    yield from list(_differences(_as_read(expected), result))[:_MOST] or _form(result)


def _as_read(expected: Mapping[str, object]) -> dict[str, object]:
    read = read_document(RESULT, result_bytes(expected)).value
    return read if isinstance(read, dict) else {}


def _form(result: Mapping[str, object]) -> Iterator[Mismatch]:
    """A result that we wrote is there byte for byte; one from elsewhere may be laid out as it likes."""
    source = result.get("made_from")
    if result.get("made_by") == MADE_BY or isinstance(source, dict) or "check" in result:
        yield _mismatch(RESULT, "", "draw_result_bytes")


def _differences(expected: Mapping[str, object], result: Mapping[str, object]) -> Iterator[Mismatch]:
    for name in _COMPARED:
        own, other = expected[name], result.get(name)
        if name == "unfilled":
            own, other = _gaps(own), _gaps(other)
        if name == "load":
            own, other = _seats(own), _seats(other)
        yield from (_mismatch(RESULT, place, "draw_result_differs") for place in _places(own, other, name))
    for name in _OURS:
        if name in result and result[name] != expected[name]:
            yield from _source(expected[name], result[name], name)


def _source(own: object, other: object, name: str) -> Iterator[Mismatch]:
    places = list(_places(own, other, name))
    if any(place.endswith(REVEAL) for place in places):
        # Its values are right, so either its bytes or the digest that the result gives have been changed.
        yield _mismatch(REVEAL, "", "draw_reveal_bytes")
    yield from (_mismatch(RESULT, place, "draw_result_differs") for place in places)


def _gaps(value: object) -> object:
    if not isinstance(value, list):
        return value
    return [{name: gap.get(name) for name in _GAP} if isinstance(gap, dict) else gap for gap in value]


def _seats(value: object) -> object:
    """A person without seats may be left out."""
    return {name: seats for name, seats in value.items() if seats != 0} if isinstance(value, dict) else value


def _places(own: object, other: object, place: str) -> Iterator[str]:
    """Yield the smallest places in which two values differ; extra members of objects are no difference."""
    if isinstance(own, dict) and isinstance(other, dict):
        closed = place == "load" or (place.startswith("plans") and place.count("/") <= 1)
        names = [*own, *(name for name in other if name not in own and closed)]
        for name in names:
            yield from _places(own.get(name), other.get(name), f"{place}/{name}")
    elif isinstance(own, list) and isinstance(other, list) and len(own) == len(other):
        for index, (one, another) in enumerate(zip(own, other, strict=True)):
            yield from _places(one, another, f"{place}/{index}")
    elif own != other or isinstance(own, bool) != isinstance(other, bool):
        yield place
