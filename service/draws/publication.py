"""What everybody may read of a draw, and when; and the whole of it as one archive."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from service.db.repositories import draws
from supervision.drawchain import CANCEL
from supervision.drawlog import CHANGES
from supervision.drawrecord import COMMIT, RESULT, REVEAL

if TYPE_CHECKING:
    from service.db.tables.draws import DrawRow
    from service.draws.model import DrawFile
    from service.work import Work

ARCHIVE: Final = "publication.zip"
_ALWAYS: Final = frozenset({COMMIT, CANCEL})
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
