"""PostgreSQL's own programs; addresses go to them by the environment, since lists of processes are public."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING, Final

from service.errors import StateError

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

_SHOWN: Final = 300


def run(program: str, url: URL, *words: str) -> None:
    """Run a program on a database; StateError where it is not installed or fails."""
    found = shutil.which(program)
    if found is None:
        raise StateError("program_missing", program=program)
    done = subprocess.run([found, *words], env=_environment(url), capture_output=True, text=True, check=False)  # noqa: S603 - fixed words
    if done.returncode:
        raise StateError("program_failed", program=program, why=done.stderr.strip()[:_SHOWN])


def _environment(url: URL) -> dict[str, str]:
    query = {f"PG{name.upper()}": value for name, value in url.query.items() if isinstance(value, str)}
    own = {
        "PGHOST": url.host,
        "PGPORT": None if url.port is None else str(url.port),
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
    }
    return {**os.environ, **query, **{name: value for name, value in own.items() if value is not None}}
