"""The figures of a scanned register as sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from credit import labels

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Shown = dict[str, Any]
CLOCKS: Final[Mapping[str, str]] = {"publish": "公示", "accept": "受理", "decide": "决定"}


def summary_lines(figures: Shown) -> Iterator[str]:
    """What a clerk reads after a scan."""
    yield f"{figures['on']}：共 {figures['rows']} 条，其中 {figures['problems']} 条读不懂（原因在“problem”一列）"
    yield from ("", "【结论】")
    yield from _counts(figures["outcomes"], labels.OUTCOMES)
    if figures["unsettled"]:
        yield f"  （其中 {figures['unsettled']} 条有事实没有登记，按已知的判断，见“missing”一列）"
    yield from ("", "【可以申请修复的日子】")
    yield from (_span(name, figures["eligible"][key]) for key, name in (("week", "本周"), ("month", "本月")))
    yield from ("", "【公示期届满】")
    yield from (_span(name, figures["ending"][key]) for key, name in (("week", "本周"), ("month", "本月")))
    yield from _to_do(figures)
    if figures["remarks"]:
        yield from ("", "【数据质量】")
        yield from _counts(figures["remarks"], labels.REMARKS)
    yield from ("", f"结果已写到 {figures['out']}")


def _counts(counts: Mapping[str, int], words: Mapping[str, str]) -> Iterator[str]:
    yield from (f"  {number:>9,}  {words.get(name, name)}（{name}）" for name, number in counts.items())


def _span(name: str, span: Shown) -> str:
    return f"  {name}（{span['from']} 至 {span['to']}）：{span['count']} 条"


def _to_do(figures: Shown) -> Iterator[str]:
    off, notices = figures["off_display"], figures["notices"]
    yield from ("", "【应当处理】")
    unknown = f"；另有 {off['unknown']} 条登记簿没有写是否还在公示" if off["unknown"] else ""
    yield f"  不应再公示而仍在公示：{off['shown']} 条{unknown}"
    if notices is None:
        yield "  信用修复告知书：登记簿没有这一列"
    else:
        yield f"  没有送达信用修复告知书：{notices['lacking']} 条；没有登记是否送达：{notices['unknown']} 条"
    late = "、".join(f"{CLOCKS.get(name, name)} {number} 条" for name, number in figures["overdue"].items())
    yield f"  逾期：{late or '没有'}"
