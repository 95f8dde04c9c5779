"""Bulk files beside the database: each under the digest of its bytes, never changed, never half written."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from service.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Iterator

_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")
_PIECE: Final = 1 << 20


class FileStore:
    """A folder of files named by their SHA-256."""

    def __init__(self, folder: Path) -> None:
        """The folder is made when something is first put into it."""
        self.folder = folder

    def put(self, data: bytes | Path) -> str:
        """Keep the bytes, or a copy of the file; returns ``sha256:…``. The same bytes are kept once."""
        if isinstance(data, Path):
            return self._put_file(data)
        digest = "sha256:" + hashlib.sha256(data).hexdigest()
        if not self._place(digest).exists():
            with self._writing(digest) as made:
                made.write_bytes(data)
        return digest

    def path(self, digest: str) -> Path:
        """Where the file lies; StateError if it is not there."""
        place = self._place(digest)
        if not place.is_file():
            raise StateError("stored_file_missing", digest=digest)
        return place

    def check(self, digest: str) -> bool:
        """Whether the file is there and still has its digest."""
        place = self._place(digest)
        return place.is_file() and _digest_of(place) == digest

    def digests(self) -> list[str]:
        """Every digest kept, sorted."""
        return sorted(f"sha256:{file.name}" for file in self.folder.glob("??/*") if not file.name.startswith("."))

    def _put_file(self, source: Path) -> str:
        digest = _digest_of(source)
        if not self._place(digest).exists():
            with self._writing(digest) as made:
                shutil.copyfile(source, made)
        return digest

    def _place(self, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise StateError("stored_file_missing", digest=digest)
        name = digest.removeprefix("sha256:")
        return self.folder / name[:2] / name

    @contextmanager
    def _writing(self, digest: str) -> Iterator[Path]:
        """A file beside the place, moved there once it is complete and on the disk."""
        place = self._place(digest)
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".", dir=place.parent)
        os.close(handle)
        made = Path(name)
        try:
            yield made
            with made.open("rb+") as stream:
                os.fsync(stream.fileno())
            made.replace(place)
        finally:
            made.unlink(missing_ok=True)


def _digest_of(file: Path) -> str:
    found = hashlib.sha256()
    with file.open("rb") as stream:
        while piece := stream.read(_PIECE):
            found.update(piece)
    return "sha256:" + found.hexdigest()
