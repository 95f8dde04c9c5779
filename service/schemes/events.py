"""What the audit trail is told about schemes."""

from __future__ import annotations

from typing import ClassVar

from service.audit.events import Event, event


@event
class SchemeSaved(Event):
    """A scheme was drafted or changed."""

    kind: ClassVar[str] = "scheme.saved"
    title: ClassVar[str] = "起草评分方案"
    scheme: str
    scheme_version: str


@event
class SchemeMoved(Event):
    """A scheme was submitted, returned, dropped or published."""

    kind: ClassVar[str] = "scheme.moved"
    title: ClassVar[str] = "评分方案流转"
    scheme: str
    scheme_version: str
    state: str
    note: str
