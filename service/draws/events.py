"""What the audit trail is told about draws. No event holds a nonce, a secret or who was drawn."""

from __future__ import annotations

from typing import ClassVar

from service.audit.events import Event, event


@event
class DrawSaved(Event):
    """A draft was made or changed; ``fields`` says which parts."""

    kind: ClassVar[str] = "draw.saved"
    title: ClassVar[str] = "编辑抽取草稿"
    draw_id: str
    fields: list[str]


@event
class DrawMoved(Event):
    """A step of the time line was done."""

    kind: ClassVar[str] = "draw.moved"
    title: ClassVar[str] = "抽取的步骤"
    draw_id: str
    move: str
    source: str
    target: str
    words: str = ""
    digest: str | None = None


@event
class NonceSealed(Event):
    """A holder has locked a nonce away, or handed in the digest of his own."""

    kind: ClassVar[str] = "draw.sealed"
    title: ClassVar[str] = "封存密封数"
    draw_id: str
    holder: str
    digest: str


@event
class NonceOpened(Event):
    """A nonce was opened for the draw; ``way``: secret, copy or own."""

    kind: ClassVar[str] = "draw.opened"
    title: ClassVar[str] = "开启密封数"
    draw_id: str
    holder: str
    way: str


@event
class DrawChanged(Event):
    """A line was added to the log of changes; its digest stands for its content."""

    kind: ClassVar[str] = "draw.changed"
    title: ClassVar[str] = "抽取后的变更"
    draw_id: str
    number: int
    reason: str
    approved_by: str
    digest: str
