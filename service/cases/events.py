"""What the audit trail is told of cases. No party's name and no fact stands in an event: the rows hold them."""

from __future__ import annotations

from typing import ClassVar

from service.audit.events import Event, event


@event
class CaseSaved(Event):
    """A case was entered."""

    kind: ClassVar[str] = "case.saved"
    title: ClassVar[str] = "登记案件"

    number: str
    status: str


@event
class CaseRevised(Event):
    """A case was changed; ``changed`` names the facts whose value or evidence is another one now."""

    kind: ClassVar[str] = "case.revised"
    title: ClassVar[str] = "修改案件"

    version: int
    reason: str
    changed: list[str]


@event
class CaseReopened(Event):
    """A decided case is looked at again."""

    kind: ClassVar[str] = "case.reopened"
    title: ClassVar[str] = "重新办理案件"

    version: int
    reason: str


@event
class CaseUnmasked(Event):
    """Somebody saw the party's name and code as they are."""

    kind: ClassVar[str] = "case.unmasked"
    title: ClassVar[str] = "查看案件未遮盖信息"

    reason: str


@event
class CaseDecided(Event):
    """A decision was made; ``answer`` is the digest of what the rules led to."""

    kind: ClassVar[str] = "case.decided"
    title: ClassVar[str] = "作出案件处理决定"

    decision: str
    catalogue: str
    answer: str
    tier: str
    chosen: str
    departs: bool


@event
class CaseDocumentMade(Event):
    """A document was drafted from a case."""

    kind: ClassVar[str] = "case.document"
    title: ClassVar[str] = "生成案件文书"

    document: str
    format: str
    digest: str


@event
class CasesReviewed(Event):
    """Many cases were looked at again; ``noted`` is how often something stood out."""

    kind: ClassVar[str] = "cases.reviewed"
    title: ClassVar[str] = "批量复核案件"

    total: int
    noted: int


@event
class DecisionsExported(Event):
    """Decisions were taken out as lines; ``filter`` says which."""

    kind: ClassVar[str] = "decisions.exported"
    title: ClassVar[str] = "导出决定"

    filter: dict[str, str]


@event
class DecisionReplayed(Event):
    """A decision was computed again."""

    kind: ClassVar[str] = "decision.replayed"
    title: ClassVar[str] = "复算案件结论"

    verdict: str
    differences: list[str]


@event
class DecisionsReplayed(Event):
    """Every decision was computed again."""

    kind: ClassVar[str] = "decisions.replayed"
    title: ClassVar[str] = "复算全部结论"

    total: int
    agree: int
    differ: int
    failed: int
