"""The page of a scheme, for a planner: what is looked at, what it costs, where the classes end.

``python -m supervision.page FOLDER`` writes a page for each delivered scheme; a test keeps them current.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from supervision import schema
from supervision.load import load_scheme, scheme_ids

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from supervision.scheme import Indicator, Scheme

_STATUS: Final = {
    "proposal": "本软件的建议，没有机关公布",
    "published": "公布的方案",
    "mixed": "部分公布，部分为本软件的建议",
}
_DIRECTIONS: Final = {"risk_up": "越大风险越高", "risk_down": "越大风险越低", "enum": "按类别或档次"}


def name_of(scheme_id: str) -> str:
    """File name of the page of a scheme."""
    return f"score-{scheme_id}.md"


def text(scheme: Scheme) -> str:
    """The page."""
    parts = (_head, _classes, _rules, _indicators, _columns)
    return "\n".join(line for part in parts for line in part(scheme)) + "\n"


def _head(scheme: Scheme) -> Iterator[str]:
    spec = scheme.spec
    yield f"# {spec.title}\n"
    yield "本页由方案文件生成（`python -m supervision.page docs/reference`），请勿手改。\n"
    since = spec.in_force.from_
    yield f"- 方案 `{scheme.id}`，版本 `{scheme.version}`，自 {since} 起可用；性质：{_STATUS[spec.status]}"
    number = f"（{spec.source.number}）" if spec.source.number else ""
    yield f"- 来源：{spec.source.title}{number}{'；' + spec.source.note if spec.source.note else ''}"
    yield f"- 可信度：{spec.confidence}；核对日 {spec.checked_on}"
    yield from (f"- {words}" for words in (spec.note,) if words)
    yield f"- 分值越高风险越大；每户写出分值最高的 {spec.reasons} 项理由，同分的按指标次序"
    if spec.shown:
        parts = f" ÷ {spec.shown.parts}" if spec.shown.parts != 1 else ""
        yield f"- 公布的{spec.shown.title} = {spec.shown.start} - 分值{parts}"
    yield ""


def _classes(scheme: Scheme) -> Iterator[str]:
    yield "## 类别\n\n| 类别 | 含义 | 分值 | 说明 |\n|---|---|---|---|"
    low = 0
    for grade in scheme.spec.classes:
        span = f"{low} 至 {grade.up_to}" if grade.up_to is not None else f"{low} 及以上"
        yield f"| {grade.id} | {grade.title} | {span} | {grade.note or ''} |"
        low = (grade.up_to or 0) + 1
    if scheme.spec.population:
        yield f"\n分界的依据：{scheme.spec.population}。"
    yield ""


def _rules(scheme: Scheme) -> Iterator[str]:
    if not scheme.rules:
        return
    yield "## 直接判定和封顶\n"
    yield "评分之后运行。“直接”不论分值；“不优于”只在按分值更好时起作用。\n"
    yield "| 编号 | 情形 | 效果 | 条件 | 理由 | 可信度 |\n|---|---|---|---|---|---|"
    for rule in scheme.rules:
        effect = f"{'直接' if rule.effect == 'set' else '不优于'} {rule.class_} 类"
        when = "；".join(_condition(one) for one in rule.when)
        yield f"| {rule.id} | {rule.title} | {effect} | {when} | {rule.why} | {rule.confidence or ''} |"
    yield ""


def _condition(one: schema.Condition) -> str:
    if isinstance(one, schema.NoPoints):
        return f"{'、'.join(one.no_points)} 都没有分值"
    if isinstance(one, schema.Unknown):
        return f"{'、'.join(f'`{name}`' for name in one.unknown)} 中有 {one.at_least} 列以上没有数据"
    if isinstance(one, schema.AtLeast):
        return f"`{one.column}` 不少于 {one.at_least}"
    if isinstance(one, schema.Younger):
        return f"`{one.column}` 不满 {one.younger_than_months} 个月"
    values = one.is_ if isinstance(one.is_, tuple) else (one.is_,)
    words = "、".join("是" if value is True else "否" if value is False else f"`{value}`" for value in values)
    return f"`{one.column}` 为{words}"


def _indicators(scheme: Scheme) -> Iterator[str]:
    for name, part in scheme.spec.dimensions.items():
        yield f"## {part.title}（至多 {part.cap} 分）\n"
        yield "| 编号 | 指标 | 口径 | 数据 | 方向 | 分档：分值 | 未知 | 为什么 | 可信度 |"
        yield "|---|---|---|---|---|---|---|---|---|"
        yield from (_indicator_line(one) for one in scheme.of(name))
        yield ""


def _indicator_line(one: Indicator) -> str:
    spec = one.spec
    bins = "；".join(f"{each.label}：{each.points}" for each in one.bins[1:])
    missing = f"{spec.missing.points}（{spec.missing.why}）"
    cells = [spec.id, spec.title, spec.definition, spec.data, _DIRECTIONS[spec.direction], bins, missing, spec.why]
    return f"| {' | '.join([*cells, spec.confidence or ''])} |"


def _columns(scheme: Scheme) -> Iterator[str]:
    yield "## 数据列\n\n| 列 | 含义 | 类型 | 单位 | 取值 | 也认识的列名 |\n|---|---|---|---|---|---|"
    for name, column in scheme.columns.items():
        spec = column.spec
        values = "、".join(f"`{code}` {label}" for code, label in (spec.values or {}).items())
        also = "、".join(f"`{alias}`" for alias in spec.aliases)
        yield f"| `{name}` | {spec.title} | {spec.type} | {spec.unit or ''} | {values} | {also} |"


def main(argv: Sequence[str] | None = None) -> int:
    """Write the pages into the folder named."""
    (folder,) = sys.argv[1:] if argv is None else argv
    for name in scheme_ids():
        (Path(folder) / name_of(name)).write_text(text(load_scheme(name)), "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
