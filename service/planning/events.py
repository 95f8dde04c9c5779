"""What the audit trail is told of libraries, plans, tasks and results. No result and no class stands in an event."""

from __future__ import annotations

from typing import ClassVar

from service.audit.events import Event, event


@event
class LibraryKept(Event):
    """A library has a new version."""

    kind: ClassVar[str] = "library.kept"
    title: ClassVar[str] = "更新一单两库"

    library: str
    number: int
    rows: int
    file: str


@event
class MarkSet(Event):
    """A trigger or an exemption was entered for a unit."""

    kind: ClassVar[str] = "mark.set"
    title: ClassVar[str] = "登记触发情形或者豁免"

    mark: str
    code: str
    since: str
    until: str


@event
class MarkEnded(Event):
    """A trigger or an exemption was ended."""

    kind: ClassVar[str] = "mark.ended"
    title: ClassVar[str] = "终止触发情形或者豁免"

    mark: str
    code: str


@event
class VisitEntered(Event):
    """A visit that came from no task of ours was entered into the ledger."""

    kind: ClassVar[str] = "visit.entered"
    title: ClassVar[str] = "登记检查台账"

    visit: str
    reason: str


@event
class PlanSaved(Event):
    """A plan was made or changed; ``changed`` names the entries."""

    kind: ClassVar[str] = "plan.saved"
    title: ClassVar[str] = "编制抽查计划"

    version: int
    changed: list[str]


@event
class PlanMoved(Event):
    """A plan went on (or back): submitted, approved, filed, published, or opened for a change."""

    kind: ClassVar[str] = "plan.moved"
    title: ClassVar[str] = "办理抽查计划"

    act: str
    source: str
    target: str
    number: int
    words: str


@event
class TasksMade(Event):
    """The tasks of a draw were made."""

    kind: ClassVar[str] = "task.made"
    title: ClassVar[str] = "生成检查任务"

    draw_id: str
    tasks: int
    joint: int


@event
class TasksDispatched(Event):
    """Every planned check of a draw was handed out."""

    kind: ClassVar[str] = "task.dispatched"
    title: ClassVar[str] = "派发检查任务"

    draw_id: str
    checks: int


@event
class CheckMoved(Event):
    """A check went on: dispatched, entered, refused, reviewed, published, replaced, cancelled."""

    kind: ClassVar[str] = "task.moved"
    title: ClassVar[str] = "办理检查任务"

    task: str
    act: str
    source: str
    target: str


@event
class TaskChanged(Event):
    """Somebody else goes, or the visit is on another day."""

    kind: ClassVar[str] = "task.changed"
    title: ClassVar[str] = "变更检查任务"

    change: str
    words: str
    reason: str


@event
class FollowedUp(Event):
    """A problem was put right, or the decision to list as abnormal was noted."""

    kind: ClassVar[str] = "task.followed"
    title: ClassVar[str] = "登记后续处理"

    what: str
    on: str
