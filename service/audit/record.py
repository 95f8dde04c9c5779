"""What the trail is told about itself."""

from __future__ import annotations

from typing import ClassVar

from service.audit.events import Event, event


@event
class AuditExported(Event):
    """Somebody took a copy of the trail; ``filter`` says of what part."""

    kind: ClassVar[str] = "audit.exported"
    title: ClassVar[str] = "导出审计记录"

    filter: dict[str, str]
