"""What the audit trail is told about drafts and releases of the catalogue."""

from __future__ import annotations

from typing import ClassVar

from service.audit.events import Event, event


@event
class DraftSaved(Event):
    """A draft was begun or changed; ``files`` names what differs from before."""

    kind: ClassVar[str] = "catalogue.draft"
    title: ClassVar[str] = "起草规则目录"
    name: str
    files: list[str]


@event
class DraftMoved(Event):
    """A draft was submitted, returned or dropped."""

    kind: ClassVar[str] = "catalogue.draft_moved"
    title: ClassVar[str] = "规则目录草稿流转"
    name: str
    state: str
    note: str


@event
class ReleasePublished(Event):
    """A draft was approved by a second person, and is in force in this service from now on."""

    kind: ClassVar[str] = "catalogue.published"
    title: ClassVar[str] = "发布规则目录"
    seq: int
    digest: str
    draft: str
