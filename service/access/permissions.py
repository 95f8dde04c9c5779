"""Every act that needs a right, each with its Chinese title: one list, so that no right is spelled twice.

Which role holds which of them is data: ``roles.yaml``, read by :mod:`service.access.roles`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Permission(StrEnum):
    """One right. The value, ``area.act``, is what databases, tokens and logs hold."""

    label: str
    """What the right allows, in Chinese."""

    def __new__(cls, code: str, label: str) -> Self:
        """Make the member whose value is ``code``."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member

    AUDIT_EXPORT = "audit.export", "导出审计记录"
    AUDIT_READ = "audit.read", "查看审计记录"
    BACKUP_MAKE = "backup.make", "备份数据"
    CASE_DECIDE = "case.decide", "作出案件处理决定"
    CASE_EDIT = "case.edit", "登记和修改案件"
    CASE_READ = "case.read", "查看案件"
    CASE_REPLAY = "case.replay", "复算案件结论"
    CATALOGUE_APPROVE = "catalogue.approve", "审核发布规则目录"
    CATALOGUE_EDIT = "catalogue.edit", "起草规则目录"
    DRAW_CLOSE = "draw.close", "封存抽取结果"
    DRAW_COMMIT = "draw.commit", "提交抽取方案"
    DRAW_CONFIRM = "draw.confirm", "见证确认"
    DRAW_EVENT = "draw.event", "登记公开随机数"
    DRAW_PUBLISH = "draw.publish", "公布抽取结果"
    DRAW_READ = "draw.read", "查看抽取"
    DRAW_RUN = "draw.run", "执行抽取"
    JOB_CANCEL = "job.cancel", "取消后台任务"
    JOB_READ = "job.read", "查看后台任务"
    LIBRARY_EDIT = "library.edit", "维护抽查事项和人员库"
    OVERRIDE_SET = "override.set", "人工调整信用类别"
    PLAN_APPROVE = "plan.approve", "审批抽查计划"
    PLAN_EDIT = "plan.edit", "编制抽查计划"
    PLAN_READ = "plan.read", "查看抽查计划"
    REPAIR_ACCEPT = "repair.accept", "受理信用修复申请"
    REPAIR_DECIDE = "repair.decide", "作出信用修复决定"
    REPAIR_EDIT = "repair.edit", "登记和修改修复事项"
    REPAIR_IMPORT = "repair.import", "导入信用记录"
    REPAIR_PUBLISH = "repair.publish", "停止公示和共享修复结果"
    REPAIR_READ = "repair.read", "查看信用记录和修复事项"
    ROLE_ASSIGN = "role.assign", "分配角色"
    SCHEME_EDIT = "scheme.edit", "起草评分方案"
    SCHEME_PUBLISH = "scheme.publish", "审核发布评分方案"
    SCORE_READ = "score.read", "查看信用风险分类"
    SCORE_RUN = "score.run", "执行评分"
    SECURITY_SETTINGS = "security.settings", "设定安全策略"
    SESSION_END = "session.end", "强制他人退出登录"
    STATISTICS_READ = "statistics.read", "查看统计"
    SYSTEM_MANAGE = "system.manage", "管理系统运行"
    TASK_DISPATCH = "task.dispatch", "派发检查任务"
    TASK_READ = "task.read", "查看检查任务"
    TASK_RESULT = "task.result", "填报检查结果"
    UNMASK = "unmask", "查看未遮盖的个人信息"
    USER_MANAGE = "user.manage", "管理用户账号"
    USER_READ = "user.read", "查看用户账号"
