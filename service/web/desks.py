"""The desks and the addresses in each: what the navigation shows to somebody who may open it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from service.access.permissions import Permission

if TYPE_CHECKING:
    from service.access.actor import Actor


@dataclass(frozen=True, slots=True)
class Entry:
    """One address of a desk, and the right it needs."""

    href: str
    label: str
    permission: Permission
    is_exact: bool = False

    def is_here(self, here: str) -> bool:
        """Whether the page shown is this one, or below it."""
        path = here.partition("?")[0]
        return path == self.href or (not self.is_exact and path.startswith(self.href + "/"))


@dataclass(frozen=True, slots=True)
class Desk:
    """One desk: its name in addresses, its title, its entries."""

    name: str
    title: str
    entries: tuple[Entry, ...]

    @property
    def href(self) -> str:
        """Where the desk opens."""
        return self.entries[0].href

    def is_here(self, here: str) -> bool:
        """Whether the page shown belongs to this desk."""
        return here.partition("?")[0].split("/")[1:2] == [self.name]

    def of(self, actor: Actor) -> Desk:
        """The desk with what this actor may open, each address once whatever right opens it."""
        found = {one.href: one for one in reversed(self.entries) if actor.may(one.permission)}
        return replace(self, entries=tuple(reversed(found.values())))


DESKS: Final = (
    Desk(
        "officer",
        "执法办案",
        (
            Entry("/officer", "我的案件", Permission.CASE_READ, is_exact=True),
            Entry("/cases/new", "处罚适用核查", Permission.CASE_READ),
            Entry("/officer/review", "批量复核", Permission.CASE_READ),
        ),
    ),
    Desk(
        "credit",
        "信用修复",
        (
            Entry("/credit", "待办", Permission.REPAIR_READ, is_exact=True),
            Entry("/credit/repairs", "修复事项", Permission.REPAIR_READ),
            Entry("/credit/records", "信用记录", Permission.REPAIR_READ),
            Entry("/credit/import", "登记导入", Permission.REPAIR_IMPORT),
            Entry("/credit/reminders", "提醒", Permission.REPAIR_READ),
            Entry("/credit/figures", "统计指标", Permission.STATISTICS_READ),
        ),
    ),
    Desk(
        "planner",
        "分类与抽查",
        (
            Entry("/planner", "概况", Permission.SCORE_READ, is_exact=True),
            Entry("/planner/classes", "信用风险分类", Permission.SCORE_READ),
            Entry("/planner/libraries", "一单两库", Permission.PLAN_READ),
            Entry("/planner/plans", "抽查计划", Permission.PLAN_READ),
            Entry("/planner/draws", "抽取", Permission.DRAW_READ),
            Entry("/planner/tasks", "检查任务", Permission.TASK_READ),
            Entry("/planner/figures", "统计指标", Permission.STATISTICS_READ),
        ),
    ),
    Desk(
        "keeper",
        "系统管理",
        (
            Entry("/keeper/catalogue", "规则目录维护", Permission.CATALOGUE_EDIT),
            Entry("/keeper/releases", "规则审核发布", Permission.CATALOGUE_APPROVE),
            Entry("/keeper/schemes", "评分方案", Permission.SCORE_READ),
            Entry("/keeper/users", "用户和角色", Permission.USER_READ),
            Entry("/keeper/audit", "审计记录", Permission.AUDIT_READ),
            Entry("/keeper/codes", "代码表", Permission.CATALOGUE_EDIT),
            Entry("/keeper/codes", "代码表", Permission.CATALOGUE_APPROVE),
            Entry("/keeper/codes", "代码表", Permission.USER_READ),
            Entry("/jobs", "后台任务", Permission.JOB_READ),
            Entry("/jobs", "后台任务", Permission.SYSTEM_MANAGE),
        ),
    ),
)
_BY_NAME: Final = {desk.name: desk for desk in DESKS}


def desks_of(actor: Actor) -> tuple[Desk, ...]:
    """The desks an actor has anything to open in."""
    found = (desk.of(actor) for desk in DESKS)
    return tuple(desk for desk in found if desk.entries)


def desk_of(name: str, actor: Actor) -> Desk:
    """One desk as an actor sees it; KeyError for an unknown name."""
    return _BY_NAME[name].of(actor)
