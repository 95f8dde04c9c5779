"""Events as documents and as lines: every column, so that the chain can be checked from the lines alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from service.audit.kinds import title_of
from service.audit.query import oldest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlmodel import Session

    from service.audit.query import Wanted
    from service.db.tables.audit import AuditRow


def document(row: AuditRow) -> dict[str, Any]:
    """One event as a JSON object; its digest is made of all but ``title`` and ``digest``."""
    return {
        "seq": row.seq,
        "at": row.at.isoformat(timespec="microseconds"),
        "actor": row.actor,
        "actor_name": row.actor_name,
        "kind": row.kind,
        "title": title_of(row.kind),
        "subject": row.subject,
        "department": row.department,
        "region": row.region,
        "detail": row.detail,
        "prev": row.prev,
        "digest": row.digest,
    }


def lines(session: Session, wanted: Wanted) -> Iterator[bytes]:
    """Events as NDJSON, the oldest first."""
    for row in oldest(session, wanted):
        yield orjson.dumps(document(row), option=orjson.OPT_APPEND_NEWLINE)
