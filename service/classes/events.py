"""What the audit trail is told of classes. No class of an enterprise stands in an event."""

from __future__ import annotations

from typing import ClassVar

from service.audit.events import Event, event


@event
class MonthClassified(Event):
    """The classes of a month were worked out and kept."""

    kind: ClassVar[str] = "class.month_kept"
    title: ClassVar[str] = "完成一个月的企业分类"

    month: str
    number: int
    scheme: str
    scheme_version: str
    rows: int
    file: str


@event
class OverrideSet(Event):
    """A person decided on the class of an enterprise."""

    kind: ClassVar[str] = "class.override_set"
    title: ClassVar[str] = "人工调整企业类别"

    uscc: str
    since: str
    until: str


@event
class OverrideEnded(Event):
    """Such a decision was ended before its day."""

    kind: ClassVar[str] = "class.override_ended"
    title: ClassVar[str] = "终止人工调整"

    uscc: str
