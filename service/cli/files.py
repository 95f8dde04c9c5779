"""Files named on the command line; ``-`` is standard input or output."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from service.errors import UsageError, reason

if TYPE_CHECKING:
    from collections.abc import Iterator

STANDARD: Final = "-"
_PROCESSES: Final = "/proc/"
"""Where the streams of a process have names, such as that behind ``/dev/stdout``."""
MAX_BYTES: Final = 4_000_000
"""The strict JSON reader takes no more; one byte more is read so that it can say so."""


@contextlib.contextmanager
def opened(name: str) -> Iterator[BinaryIO]:
    """Open a file for reading, or standard input; UsageError says what is wrong with it."""
    if name == STANDARD:
        yield sys.stdin.buffer
        return
    try:
        stream = Path(name).open("rb")  # noqa: SIM115  (closed below; errors of opening differ from those of use)
    except (OSError, ValueError) as error:
        raise reading_error(name, error) from error
    with stream:
        yield stream


def read_whole(name: str) -> bytes:
    """The bytes of a file or of standard input, at most one more than the JSON reader takes."""
    with opened(name) as stream:
        try:
            return stream.read(MAX_BYTES + 1)
        except OSError as error:
            raise reading_error(name, error) from error


def reading_error(name: str, error: OSError | ValueError) -> UsageError:
    """The error of a file that cannot be read."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return UsageError("file_not_found", file=name)
    if isinstance(error, IsADirectoryError):
        return UsageError("file_is_folder", file=name)
    return UsageError("file_unreadable", file=name, why=reason(error))


def writing_error(path: Path, error: OSError | ValueError) -> UsageError:
    """The error of a file that cannot be written."""
    if isinstance(error, IsADirectoryError):
        return UsageError("file_is_folder", file=str(path))
    return UsageError("file_unwritable", file=str(path), why=reason(error))


def refuse_special(name: str) -> None:
    """UsageError for an output that is no ordinary file: a finished file would take the place of the device."""
    path = Path(name)
    if name == STANDARD:
        return
    if not path.name:
        raise UsageError("file_is_folder", file=name)
    try:
        special = path.exists() and not (path.is_file() or path.is_dir())
        stream = path.is_symlink() and str(path.readlink()).startswith(_PROCESSES)
        if special or stream or f"{path.parent.resolve()}/".startswith(_PROCESSES):
            raise UsageError("file_special", file=name)
    except (OSError, ValueError) as error:
        raise writing_error(path, error) from error


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there complete or not at all."""
    try:
        with whole_file(path) as stream:
            stream.write(data)
    except (OSError, ValueError) as error:
        raise writing_error(path, error) from error


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write that gets its name once it is complete; OSError or ValueError where it cannot."""
    if path.is_dir():
        raise IsADirectoryError
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with draft.open("wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
    finally:
        with contextlib.suppress(OSError, ValueError):
            draft.unlink(missing_ok=True)
