"""Anchors: the end of the trail, written down outside the database.

Whoever can change the whole database can also rewrite the whole chain; he cannot change a line that lies on
another machine, on paper, or in a file that only the audit administrator may write. A line is
``<number of the event> <its digest> <moment>``.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from sqlmodel import Session  # noqa: TC002 - part of a public signature

from service.db.tables.audit import AuditHeadRow
from service.errors import StateError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

_LINE: Final = re.compile(r"(\d{1,18}) (sha256:[0-9a-f]{64}) \S+")


def read_anchors(file: Path | None) -> dict[int, str]:
    """Digests by number; nothing where no file is named or it is not there yet. StateError for a strange line."""
    if file is None or not file.exists():
        return {}
    found: dict[int, str] = {}
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        match = _LINE.fullmatch(line.strip())
        if match is None:
            raise StateError("audit_anchor_wrong", file=file.name, line=number)
        seq, digest = int(match[1]), match[2]
        if found.setdefault(seq, digest) != digest:
            raise StateError("audit_anchor_wrong", file=file.name, line=number)
    return found


def anchor(session: Session, file: Path, now: datetime) -> tuple[int, str] | None:
    """Add the present end of the trail to the file, and see it on the disk; None: the trail is empty."""
    head = session.get(AuditHeadRow, 1)
    if head is None:
        return None
    if head.seq not in read_anchors(file):
        with file.open("a", encoding="utf-8") as stream:
            stream.write(f"{head.seq} {head.digest} {now.isoformat(timespec='seconds')}\n")
            stream.flush()
            os.fsync(stream.fileno())
    return head.seq, head.digest
