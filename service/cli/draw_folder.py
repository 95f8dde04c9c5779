"""The folder of a draw on disk, as the commands ``draw …`` find it."""

from __future__ import annotations

from pathlib import Path

from service.cli.files import reading_error
from service.errors import UsageError
from supervision.drawrun import Folder


def folder_of(name: str) -> tuple[Path, Folder]:
    """The folder named on the command line; UsageError when it is not there."""
    path = Path(name)
    if not path.is_dir():
        raise UsageError("draw_no_folder", file=name)

    def read(file: str) -> bytes | None:
        try:
            return (path / file).read_bytes()
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise reading_error(str(path / file), error) from error

    return path, Folder(read)
