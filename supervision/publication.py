"""What is published of tasks and results: the fixed columns and nothing else, no class, no person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kernel.errors import CodedValueError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NOTICE: Final[Mapping[str, str]] = {
    "plan_number": "计划编号",
    "plan_name": "计划名称",
    "draw_id": "抽取编号",
    "kind": "抽查类型",
    "department": "发起部门",
    "partners": "配合部门",
    "items": "抽查事项",
    "objects": "对象范围",
    "since": "开始日期",
    "last": "结束日期",
    "units": "抽取户数",
    "record_digest": "抽取记录 SHA-256",
}
"""Columns of the public notice of a task."""
RESULTS: Final[Mapping[str, str]] = {
    "plan_number": "计划编号",
    "plan_name": "计划名称",
    "task_number": "任务编号",
    "kind": "抽查类型",
    "department": "检查机关",
    "uscc": "统一社会信用代码",
    "name": "名称",
    "item": "抽查事项",
    "checked_on": "检查完成日期",
    "code_set": "结果代码集",
    "code": "结果代码",
    "result": "检查结果",
}
"""Columns of the published results."""
NEVER: Final = ("class", "score", "tier", "risk", "inspector", "people", "person", "contact", "phone", "legal")
"""Parts of names that no public column may have."""


class PublicationError(CodedValueError):
    """Something that may not be published."""


def public_rows(rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str]) -> list[dict[str, str]]:
    """Return rows with exactly the public columns under their Chinese names.

    Raises:
        PublicationError: a row has a column that is not public, or lacks one.
    """
    return [_row(one, columns) for one in rows]


def _row(row: Mapping[str, Any], columns: Mapping[str, str]) -> dict[str, str]:
    more = sorted(set(row) - set(columns))
    missing = sorted(set(columns) - set(row))
    if more or missing:
        raise PublicationError("publication_columns", more=more, missing=missing)
    return {heading: _shown(row[name]) for name, heading in columns.items()}


def _shown(value: object) -> str:
    return "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
