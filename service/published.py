"""The city's own part of the catalogue as files: laid out under the data folder, with a pointer to the one in force.

The database holds what was published (:mod:`service.releases`); commands and start-up read these files, so
that nobody needs the database to know the law in force. A folder is named by the digest of its content
and never changed; the pointer is one small file, replaced in one step.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kernel.canonical import digest

if TYPE_CHECKING:
    from collections.abc import Mapping

_FOLDER: Final = "catalogue"
_POINTER: Final = "current"


def pointer_of(data_dir: Path) -> Path:
    """The file that names the folder in force; it changes when something is published."""
    return data_dir / _FOLDER / _POINTER


def in_force(data_dir: Path | None) -> Path | None:
    """The folder of the city's own part in force; None where nothing was ever published."""
    if data_dir is None:
        return None
    try:
        name = pointer_of(data_dir).read_text("utf-8").strip()
    except FileNotFoundError:
        return None
    folder = data_dir / _FOLDER / name
    return folder if folder.is_dir() else None


def folder_of(data_dir: Path, files: Mapping[str, str]) -> Path:
    """Where these files lie once they are laid out."""
    return data_dir / _FOLDER / digest(dict(files)).removeprefix("sha256:")


def lay_out(data_dir: Path, files: Mapping[str, str]) -> Path:
    """Write the files, if they are not there yet, and point to them; returns their folder."""
    base, folder = data_dir / _FOLDER, folder_of(data_dir, files)
    if not folder.is_dir():
        _write(base, folder, files)
    draft = base / f".{_POINTER}.{os.getpid()}"
    draft.write_text(folder.name + "\n", "utf-8")
    draft.replace(pointer_of(data_dir))
    return folder


def _write(base: Path, folder: Path, files: Mapping[str, str]) -> None:
    base.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=base))
    draft.chmod(0o755)
    try:
        for name, text in files.items():
            file = draft / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        if not folder.is_dir():
            draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
