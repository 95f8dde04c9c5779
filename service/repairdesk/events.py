"""What the audit trail is told of the credit desk. No party's name stands in an event: the rows hold them."""

from __future__ import annotations

from typing import ClassVar

from service.audit.events import Event, event


@event
class RecordSaved(Event):
    """A record was entered by hand or by an import of one."""

    kind: ClassVar[str] = "record.saved"
    title: ClassVar[str] = "登记信用记录"

    content: str


@event
class RecordChanged(Event):
    """A record was changed; ``changed`` names the facts."""

    kind: ClassVar[str] = "record.changed"
    title: ClassVar[str] = "修改信用记录"

    version: int
    changed: list[str]
    reason: str


@event
class RecordUnmasked(Event):
    """Somebody saw the party's name and code as they are."""

    kind: ClassVar[str] = "record.unmasked"
    title: ClassVar[str] = "查看信用记录未遮盖信息"

    reason: str


@event
class RepairOpened(Event):
    """A repair of a record was opened."""

    kind: ClassVar[str] = "repair.opened"
    title: ClassVar[str] = "开立修复事项"

    record: str
    regime: str


@event
class RepairMoved(Event):
    """A move was made; ``event`` is the past tense of the table."""

    kind: ClassVar[str] = "repair.moved"
    title: ClassVar[str] = "办理修复事项"

    record: str
    move: str
    event: str
    state: str
    version: int
    on: str
    rows: list[str]


@event
class RepairDocumentMade(Event):
    """A document was drafted from a repair."""

    kind: ClassVar[str] = "repair.document"
    title: ClassVar[str] = "生成修复文书"

    document: str
    format: str
    digest: str


@event
class RegisterRead(Event):
    """A register was read and checked; nothing of it is a record yet."""

    kind: ClassVar[str] = "register.read"
    title: ClassVar[str] = "读取登记簿"

    file: str
    rows: int
    problems: int


@event
class RegisterApplied(Event):
    """A register became records."""

    kind: ClassVar[str] = "register.applied"
    title: ClassVar[str] = "导入登记簿"

    file: str
    added: int
    changed: int


@event
class RegisterDropped(Event):
    """A register that was read is not imported."""

    kind: ClassVar[str] = "register.dropped"
    title: ClassVar[str] = "放弃导入登记簿"

    file: str
