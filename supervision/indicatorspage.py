"""The page of raw records: which tables and columns an office delivers, and what is derived from them.

``python -m supervision.indicatorspage FILE`` writes it; a test keeps it current.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from supervision.indicatorspec import Counted, codes, derivations, tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from supervision.indicatorspec import Table

_TYPES: Final = {
    "code": "代码",
    "text": "文字",
    "int": "整数",
    "number": "数字",
    "yuan": "元，两位小数",
    "bool": "是或否",
    "date": "日期 YYYY-MM-DD",
    "category": "类别",
}
_HOW: Final = {
    "count": "次数",
    "any": "有没有",
    "yuan": "金额合计，折成万元",
    "worst": "最重的一种",
    "latest": "最近一次（同日取最重）",
    "latest_number": "最近一次（同日取最小）",
    "last_day": "最近的日期",
    "distinct": "不同的个数",
    "net": "两种之差",
}
_MARKS: Final = {"V1": "一处来源", "V2": "两处来源", "V3": "三处来源", "K": "一般知识，未经查证", "P": "本软件的建议"}


_ABOUT: Final = (
    "`xinheng score build 文件夹 OUT.parquet --on 日期` 读一个文件夹，每张表一个 `.parquet` 或者 `.csv` 文件，",
    "文件名就是表名。只有 `registry` 是必需的；没有提供的表，由它推导的列没有值，数据质量报告会写明。",
    "没有记录与没有来源不同：提供了表而没有这户企业的记录，次数记 0；没有提供表，",
    "或者表里没有推导要用的列，记为没有数据。\n",
    "只看评分日当天已经发生的事：事实的日期在评分日之后的行不计；结束、移出、撤销的日期在评分日之后的，",
    "视为尚未结束。登记表之后变更过的注册资本、住所、法定代表人，用变更登记还原。列名可以用别名；",
    "列的次序随意；不能读取的值按没有处理并计数。\n",
)


def text() -> str:
    """The page."""
    parts = (_head, _tables, _columns, _figures)
    return "\n".join(line for part in parts for line in part()) + "\n"


def _head() -> Iterator[str]:
    yield "# 原始记录和指标列\n"
    yield "本页由数据文件生成（`python -m supervision.indicatorspage docs/reference/score-records.md`），请勿手改。\n"
    yield from _ABOUT


def _tables() -> Iterator[str]:
    yield "## 表\n"
    for name, table in tables().items():
        yield f"### {name}：{table.title}\n"
        if table.note:
            yield table.note + "\n"
        yield from _needed(table)
        yield "| 列 | 含义 | 类型 | 取值 | 别名 |\n|---|---|---|---|---|"
        for column, spec in table.columns.items():
            values = "、".join(f"`{code}` {label}" for code, label in (spec.values or {}).items())
            aliases = "、".join(f"`{one}`" for one in spec.aliases)
            yield f"| `{column}` | {spec.title} | {_TYPES[spec.type]} | {values} | {aliases} |"
        yield ""


def _needed(table: Table) -> Iterator[str]:
    when = f"和 `{table.when}`（事实的日期）" if table.when else ""
    yield f"必需的列：`{table.key}`{when}。\n"


def _columns() -> Iterator[str]:
    yield "## 推导的列\n"
    yield "| 列 | 表 | 怎样推导 |\n|---|---|---|"
    for name, one in derivations().counted.items():
        yield f"| `{name}` | `{one.table}` | {_HOW[one.how]}{_conditions(one)} |"
    for name, made in derivations().worked_out.items():
        yield f"| `{name}` | {'、'.join(f'`{table}`' for table in made.needs)} | {made.by} |"
    yield ""


def _conditions(one: Counted) -> str:
    said = [f"`{name}` 为 {'、'.join(map(_value, values))}" for name, values in one.where.items()]
    if one.less:
        said.append(
            "减去 " + "".join(f"`{name}` 为 {'、'.join(map(_value, values))}" for name, values in one.less.items())
        )
    if one.months:
        said.append(f"最近 {one.months} 个月")
    if one.skip_months:
        said.append(f"最近 {one.skip_months} 个月的不计")
    if one.open:
        recent = f"或者最近 {one.or_months} 个月之内" if one.or_months else ""
        said.append(f"`{one.open}` 没有到{recent}")
    if one.past:
        said.append(f"`{one.past}` 已过")
    if one.late:
        said.append(f"`{one.late[0]}` 晚于 `{one.late[1]}`，或者没有而期限已过")
    if one.in_time:
        said.append(f"`{one.in_time[0]}` 不晚于 `{one.in_time[1]}`")
    if one.of or one.amounts:
        said.append("、".join(f"`{name}`" for name in (one.of, *one.amounts) if name))
    return "：" + "；".join(said) if said else ""


def _value(value: bool | str) -> str:  # noqa: FBT001 - a value of a cell
    return {True: "是", False: "否"}.get(value, f"`{value}`") if isinstance(value, bool) else f"`{value}`"


def _figures() -> Iterator[str]:
    yield "## 数字和对照表的来源\n"
    yield "| 数字 | 值 | 来源 | 可信度 |\n|---|---|---|---|"
    for name, figure in codes().parameters:
        value = f"{figure.month} 月 {figure.day} 日" if hasattr(figure, "month") else figure.value
        yield f"| `{name}` | {value} | {figure.source} | {_MARKS[figure.mark]} |"
    yield "\n行业归档、类型归组、处罚轻重次序、高风险事项用词均为本软件的建议，"
    yield "写在 `supervision/indicatordata/codes.yaml`。\n"
    yield "### 检查结果代码\n"
    yield "| 代码表 | 代码 | 归入 | 算不算发现问题 |\n|---|---|---|---|"
    for name, known in codes().results.items():
        for code, one in known.items():
            yield f"| `{name}` | `{code}` | `{one.category}` | {'是' if one.problem else '否'} |"
    yield "\n### 关联关系\n"
    depth = codes().parameters.control_depth.value
    yield f"持股合计超过一半的企业是控股股东。从每户企业沿控股股东逐级向上，至多 {depth} 级，"
    yield "遇到已经走过的企业就停止；链上最后一户是这一组的最终控股人，成环的以环中代码最小的一户代表。"
    yield "持股比例按万分之一个百分点取整后相加，与行的次序无关。"


def main(argv: Sequence[str] | None = None) -> int:
    """Write the page to the file named."""
    (name,) = sys.argv[1:] if argv is None else argv
    Path(name).write_text(text(), "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
