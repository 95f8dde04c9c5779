"""The data-quality report for people: a page in Chinese, or the same as Markdown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson

from service.cli.files import write_whole
from service.errors import UsageError
from service.scoring import pages
from supervision.indicatorspec import tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from supervision.indicatorsquality import Quality

_STATES: Final = {
    "derived": "",
    "table_missing": "来源没有提供",
    "column_missing": "来源里没有要用的列",
    "not_derived": "没有推导办法，须另行提供",
}
_COUNTS: Final = (
    ("rows", "行数"),
    ("without_key", "没有代码"),
    ("without_day", "没有日期"),
    ("after_day", "日期在评分日之后"),
    ("orphans", "代码不在登记表"),
    ("duplicates", "重复"),
)


def document(quality: Quality) -> dict[str, Any]:
    """The figures with the words that the pages need."""
    found = quality.as_dict()
    specs = tables()
    return found | {
        "scheme_title": quality.scheme.spec.title,
        "absent": [f"{specs[name].title}（{name}）" for name in quality.missing_tables],
        "counts": _COUNTS,
        "states": _STATES,
        "unreadable": [
            {"table": one["title"], "column": name, "title": specs[one["name"]].columns[name].title, **bad}
            for one in found["tables"]
            for name, bad in one["unreadable"].items()
        ],
    }


def check_name(name: str) -> None:
    """Refuse a report that could not be written, before the work is done.

    Raises:
        UsageError: the extension names no format of ours.
    """
    if Path(name).suffix not in {".json", ".md", ".html"}:
        raise UsageError("report_extension", file=name)


def write_report(quality: Quality, name: str) -> None:
    """Write the report; the extension decides: JSON, Markdown or a page of its own.

    Raises:
        UsageError: the file cannot be written.
    """
    path = Path(name)
    shown = document(quality)
    if path.suffix == ".json":
        data = orjson.dumps(quality.as_dict(), option=orjson.OPT_INDENT_2)
    elif path.suffix == ".html":
        data = pages.render("quality.html", title=f"数据质量报告（{shown['on']}）", doc=shown).encode()
    else:
        data = ("\n".join(markdown(shown)) + "\n").encode()
    write_whole(path, data)


def markdown(doc: dict[str, Any]) -> Iterator[str]:
    """The report as Markdown, a line at a time."""
    yield f"# 数据质量报告（{doc['on']}）\n"
    gone = f"其中 {doc['not_yet_founded']} 行在评分日之后成立，没有列入"
    yield f"方案 {doc['scheme']}，版本 {doc['version']}。登记表 {doc['rows']} 行，{gone}。\n"
    if doc["absent"]:
        yield f"没有提供的表：{'、'.join(doc['absent'])}。\n"
    yield "## 各表\n"
    yield _row(["表", *(words for _, words in doc["counts"]), "缺少的列"])
    yield _row(["---"] * (len(doc["counts"]) + 2))
    for one in doc["tables"]:
        yield _row([one["title"], *(one[name] for name, _ in doc["counts"]), "、".join(one["missing_columns"])])
    yield "\n## 不能读取的值\n"
    if doc["unreadable"]:
        yield _row(["表", "列", "数量", "例子"])
        yield _row(["---"] * 4)
    for one in doc["unreadable"]:
        yield _row([one["table"], f"{one['title']}（{one['column']}）", one["count"], "、".join(one["seen"])])
    yield from () if doc["unreadable"] else ("没有。",)
    yield "\n## 互相矛盾\n"
    for one in doc["contradictions"]:
        yield f"- {one['title']}：{one['count']} 处，例如 {'、'.join(one['examples'])}"
    yield from () if doc["contradictions"] else ("没有。",)
    yield "\n## 各项指标有数据的企业\n"
    yield _row(["指标", "名称", "有值", "占比", "说明"])
    yield _row(["---"] * 5)
    for one in doc["indicators"]:
        yield _row([one["id"], one["title"], one["filled"], f"{one['share']:.1%}", doc["states"][one["state"]]])


def _row(cells: list[Any]) -> str:
    return "| " + " | ".join(str(cell).replace("|", "／").replace("\n", " ") for cell in cells) + " |"
