"""Writing a folder of the catalogue so that nobody ever sees half of it.

All new files are first laid beside the old ones; then a list of what is to be done is put down in one
step, and only then are files replaced. While that list stands, the catalogue refuses to load; whoever
finds it finishes the work.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any, Final

import orjson

from rules.load import UNFINISHED
from service.errors import UsageError, reason

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

_STAGED: Final = ".staged"


def write_folder(folder: Path, written: Mapping[str, str], removed: Collection[str]) -> None:
    """Write files (name below the folder → text) and remove others, all or nothing.

    Raises:
        UsageError: the folder cannot be written; then nothing has changed.
    """
    try:
        resume(folder)
        folder.mkdir(parents=True, exist_ok=True)
        staged = folder / _STAGED
        shutil.rmtree(staged, ignore_errors=True)
        staged.mkdir()
        moves = []
        for number, (name, text) in enumerate(sorted(written.items())):
            part = staged / f"{number}.new"
            _write(part, text.encode("utf-8"))
            moves.append([f"{_STAGED}/{part.name}", name])
        plan = orjson.dumps({"moves": moves, "removed": sorted(removed)})
        draft = staged / "plan.new"
        _write(draft, plan)
        draft.replace(folder / UNFINISHED)  # from here on it will be done
    except OSError as error:
        raise UsageError("file_unwritable", file=str(folder), why=reason(error)) from error
    resume(folder)


def resume(folder: Path) -> bool:
    """Finish a write that was interrupted; False where there is none.

    Raises:
        UsageError: the folder cannot be written.
    """
    plan_file = folder / UNFINISHED
    if not plan_file.exists():
        return False
    try:
        plan: dict[str, Any] = orjson.loads(plan_file.read_bytes())
        for staged, name in plan["moves"]:
            _move(folder / staged, _inside(folder, name))
        for name in plan["removed"]:
            _inside(folder, name).unlink(missing_ok=True)
        plan_file.unlink()
        shutil.rmtree(folder / _STAGED, ignore_errors=True)
    except OSError as error:
        raise UsageError("file_unwritable", file=str(folder), why=reason(error)) from error
    return True


def _move(staged: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if staged.exists():  # moved already, when a second run finishes the first
        staged.replace(target)


def _inside(folder: Path, name: str) -> Path:
    """A file below the folder, whatever its name pretends to be."""
    target = (folder / name).resolve()
    if not target.is_relative_to(folder.resolve()):
        raise UsageError("file_unwritable", file=name, why="不在目录文件夹之内")
    return target


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
