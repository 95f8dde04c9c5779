"""The first page for somebody who is logged in: what he may do, the most useful act of each desk first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from service.access.permissions import Permission

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.access.actor import Actor


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do: the address, what it is called, one sentence about it, the right it needs."""

    href: str
    title: str
    about: str
    permission: Permission


@dataclass(frozen=True, slots=True)
class Group:
    """The acts of one desk, the first useful one first."""

    title: str
    acts: tuple[Act, ...]


GROUPS: Final = (
    Group(
        "执法办案",
        (
            Act(
                "/cases/new",
                "核查一个案件",
                "选案由，答几个问题，看到罚不罚、罚多少、依据哪一条。",
                Permission.CASE_EDIT,
            ),
            Act("/officer", "我的案件", "草稿、办理中和已决定的案件，接着办或者复算。", Permission.CASE_READ),
            Act("/officer/review", "批量复核", "把一年的案件放进来，看哪些与清单不一致。", Permission.CASE_READ),
        ),
    ),
    Group(
        "信用修复",
        (
            Act("/credit", "今天要办的", "按法定期限排好的待办：受理、决定、停止公示。", Permission.REPAIR_EDIT),
            Act("/credit/repairs", "修复事项", "从收到申请到停止公示的全过程。", Permission.REPAIR_READ),
            Act(
                "/credit/records", "信用记录", "查一条记录什么时候可以修复、什么时候自动到期。", Permission.REPAIR_READ
            ),
            Act("/credit/import", "登记导入", "双公示数据先核对、再预览、后写入。", Permission.REPAIR_IMPORT),
            Act(
                "/credit/figures", "统计指标", "及时率、合规率、两书同达率，可以逐件查到。", Permission.STATISTICS_READ
            ),
        ),
    ),
    Group(
        "分类与抽查",
        (
            Act("/planner", "概况", "各类企业有多少，这个月谁变了，为什么。", Permission.SCORE_READ),
            Act("/planner/plans", "抽查计划", "改一个数，立刻看到户数、次数、人手够不够。", Permission.PLAN_READ),
            Act("/planner/draws", "抽取", "提交、公开随机数、抽取、封存、公布，谁都可以验证。", Permission.DRAW_READ),
            Act("/planner/tasks", "检查任务", "派发、打印任务单、填报结果。", Permission.TASK_READ),
            Act("/planner/figures", "统计指标", "联合率、覆盖率、发现率，每个数都有分母。", Permission.STATISTICS_READ),
        ),
    ),
    Group(
        "系统管理",
        (
            Act(
                "/keeper/catalogue",
                "规则目录维护",
                "起草本市自己的清单，看差异和影响，提交审核。",
                Permission.CATALOGUE_EDIT,
            ),
            Act("/keeper/releases", "规则审核发布", "审核别人起草的目录并发布。", Permission.CATALOGUE_APPROVE),
            Act("/keeper/users", "用户和角色", "建立账号、分配角色、结束登录。", Permission.USER_READ),
            Act("/keeper/audit", "审计记录", "谁在什么时候做了什么；核对记录是否被改动。", Permission.AUDIT_READ),
            Act("/jobs", "后台任务", "长时间的工作做到哪里了。", Permission.JOB_READ),
        ),
    ),
)


def groups_of(actor: Actor) -> Sequence[Group]:
    """What this actor may do; groups without anything are left out."""
    found = (Group(one.title, tuple(act for act in one.acts if actor.may(act.permission))) for one in GROUPS)
    return [one for one in found if one.acts]
