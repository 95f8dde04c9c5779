"""What everybody may read of a draw, and when; and the whole of it as one archive."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from service.access.permissions import Permission
from service.db.repositories import draws
from service.errors import HttpError
from supervision.drawchain import CANCEL
from supervision.drawlog import CHANGES
from supervision.drawrecord import COMMIT, RESULT, REVEAL

if TYPE_CHECKING:
    from service.db.tables.draws import DrawRow
    from service.draws.model import DrawFile
    from service.work import Work

ARCHIVE: Final = "publication.zip"
_ALWAYS: Final = frozenset({COMMIT, CANCEL})
LISTS: Final = frozenset({"frame", "roster", "recusal", "attachment"})
"""Kinds of files that tell of enterprises or people."""
_NOT_FOUND: Final = 404
_AFTERWARDS: Final = frozenset({REVEAL, RESULT, CHANGES, ARCHIVE, "roster.tsv", "recusal.tsv"})


def is_public(row: DrawRow, file: DrawFile) -> bool:
    """Whether everybody may read a file now.

    The record and a cancellation always; nonces, values, result and staff once the draw is published; frames only
    then, and only where the tiers in them are public.
    """
    if row.number is None:
        return False
    if file.name in _ALWAYS:
        return True
    if row.state != "published":
        return False
    return file.name in _AFTERWARDS or (file.kind == "frame" and row.frames_public)


def public_files(work: Work, row: DrawRow) -> list[DrawFile]:
    """The files that everybody may read now."""
    return [one for one in draws.files(work.session, row.id) if is_public(row, one)]


def publication(work: Work, row: DrawRow) -> bytes:
    """The archive of everything published: unpacked, it is a folder that ``xinheng draw verify`` takes."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / ARCHIVE
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for one in public_files(work, row):
                if one.name != ARCHIVE:
                    archive.write(work.files.path(one.file), f"{row.draw_id}/{one.name}")
        return made.read_bytes()


def readable(work: Work, row: DrawRow, name: str) -> DrawFile:
    """A file that the actor may read at his desk.

    Lists that are not published go to those who prepare and make draws, not to witnesses.

    Raises:
        HttpError: 404, there is no such file.
        PermissionDeniedError: the right to prepare draws is missing.
    """
    found = next((one for one in draws.files(work.session, row.id) if one.name == name), None)
    if found is None:
        raise HttpError(_NOT_FOUND, "draw_file_unknown", name=name)
    if found.kind in LISTS and not is_public(row, found):
        work.actor.require(Permission.DRAW_COMMIT, row.department, row.region)
    return found


def find_row(path: Path, unit: str) -> list[str] | None:
    """The fields of a unit in a sorted frame file, found by halving: a frame may have tens of millions of lines."""
    wanted = unit.encode()
    with path.open("rb") as stream:
        low, high = 0, stream.seek(0, 2)
        while low < high:
            middle = (low + high) // 2
            stream.seek(middle)
            if middle:
                stream.seek(middle - 1)
                stream.readline()
            start, line = stream.tell(), stream.readline()
            key = line.split(b"\t", 1)[0]
            if line and key == wanted:
                return line.decode().rstrip("\n").split("\t")
            if line and start < high and key < wanted:
                low = start + len(line)
            else:
                high = middle
    return None
