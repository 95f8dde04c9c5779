"""What the audit trail is told about backups."""

from __future__ import annotations

from typing import ClassVar

from service.audit.events import Event, event


@event
class BackupMade(Event):
    """A backup was made; ``digest`` is that of the copy of the database."""

    kind: ClassVar[str] = "backup.made"
    title: ClassVar[str] = "备份数据"

    folder: str
    digest: str
