"""Write the reference pages that are made from the code: settings, addresses, errors, events, facts, values.

Run: ``.venv/bin/python tools/reference_pages.py`` (``--check`` exits 1 and names the pages that are out of date).
"""

from __future__ import annotations

import importlib
import re
import sys
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from kernel.yamldoc import read_yaml  # noqa: E402  (the repository is put on the path first)
from rules.load import load_catalogue  # noqa: E402
from service.access.rules import RouteRule, rules_of  # noqa: E402
from service.app import create_app  # noqa: E402
from service.audit.kinds import event_kinds  # noqa: E402
from service.settings import Settings  # noqa: E402
from tools import value_words  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules.facts import Fact

FOLDER: Final = ROOT / "docs" / "reference"
MADE: Final = "本页由 `tools/reference_pages.py` 从程序生成，请勿手改。"
CONVERTOR: Final = re.compile(r":\w+}")
SETTING: Final = re.compile(r"^\| ``(XINHENG_\w+)`` \| (.+?) \| (.+?) \|$", re.MULTILINE)
MESSAGE_FILES: Final = ("kernel", "rules", "credit", "supervision", "service")
_TYPES: Final = {
    "bool": "是/否",
    "enum": "选项",
    "date": "日期",
    "money": "金额",
    "int": "整数",
    "number": "数",
    "text": "文字",
}


def settings_page() -> str:
    """Every variable, from the tables in the docstrings of the modules that read them."""
    rows: dict[str, tuple[str, str]] = {}
    for path in sorted((ROOT / "service").rglob("*.py")):
        text = path.read_text("utf-8")
        if "| ``XINHENG_" in text:
            module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
            rows |= {name: (meaning, usual) for name, meaning, usual in SETTING.findall(module.__doc__ or "")}
    lines = [f"| `{name}` | {meaning} | {usual} |" for name, (meaning, usual) in sorted(rows.items())]
    head = f"# Settings\n\n{MADE}\n\nEnvironment variables of the service and its commands; all may be left out.\n"
    return "\n".join([head, "| variable | meaning | default |", "|---|---|---|", *lines, ""]).replace("``", "`")


def addresses_page() -> str:
    """Every address with the right it needs, the interface first."""
    with TemporaryDirectory() as folder:
        rules = rules_of(create_app(Settings(data_dir=Path(folder))))
    about = "权限的名称和各角色的权限见 [access](access.md)，接口的内容见 [openapi.json](openapi.json)。"
    parts = [f"# 地址与权限\n\n{MADE}\n\n{about}\n"]
    for title, wanted in (("接口", True), ("网页和运维地址", False)):
        chosen = [one for one in rules if one.path.startswith("/api/") is wanted]
        rows = [f"| {one.method} | `{_path(one)}` | {_needed(one)} |" for one in chosen]
        parts += [f"## {title}\n", "| 方法 | 地址 | 需要 |", "|---|---|---|", *rows, ""]
    return "\n".join(parts)


def _path(one: RouteRule) -> str:
    """The path as readers of the interface know it: without the form of its ids."""
    return CONVERTOR.sub("}", one.path)


def _needed(one: RouteRule) -> str:
    rule = one.rule
    if rule.is_public:
        return f"不用登录：{rule.why}"
    return f"`{rule.permission.value}` {rule.permission.label}" if rule.permission else "登录"


def errors_page() -> str:
    """Every code of an error or notice, with its words."""
    parts = [f"# 错误代码\n\n{MADE}\n\n命令行与接口用同样的代码（问题文档的 `code`）；花括号中的是当时的值。\n"]
    for package in MESSAGE_FILES:
        for path in sorted((ROOT / package).rglob("*messages_zh.yaml")):
            found: Any = read_yaml(path.read_text("utf-8"), path.name)
            rows = [f"| `{code}` | {one['title']} | {_cell(one['detail'])} |" for code, one in sorted(found.items())]
            name = path.relative_to(ROOT).as_posix()
            parts += [f"## {name}\n", "| 代码 | 标题 | 说明 |", "|---|---|---|", *rows, ""]
    return "\n".join(parts)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def events_page() -> str:
    """Every kind of event of the audit trail."""
    rows = [f"| `{name}` | {kind.title} | {'、'.join(_fields(kind)) or '—'} |" for name, kind in event_kinds().items()]
    about = "每个事件都有序号、时间、操作人、对象、部门、区域、前一条的摘要和自己的摘要；另有下列内容。"
    head = f"# 审计事件\n\n{MADE}\n\n{about}\n"
    return "\n".join([head, "| 事件 | 含义 | 内容 |", "|---|---|---|", *rows, ""])


def _fields(kind: Any) -> list[str]:  # noqa: ANN401 - a class of events
    return [f"`{name}`" for name in kind.model_fields if name not in {"subject", "department", "region"}]


def facts_page() -> str:
    """Every fact of penalty cases and of credit repair, with its values."""
    release = load_catalogue()
    parts = [f"# 事实词表\n\n{MADE}\n\n案件文件的 `facts` 和信用修复的判断只用这些事实；没有写的就是没有查清。\n"]
    vocabularies = [("行政处罚案件", release.vocabulary)]
    if release.repair is not None:
        vocabularies.append(("信用修复（由记录推出）", release.repair.vocabulary))
    for title, vocabulary in vocabularies:
        parts.append(f"## {title}\n")
        for group, facts in groupby(sorted(vocabulary, key=lambda one: one.group), key=lambda one: one.group):
            rows = list(_fact_rows(facts))
            named = vocabulary.groups.get(group, group)
            parts += [f"### {named}\n", "| 事实 | 含义 | 类型 | 值 |", "|---|---|---|---|", *rows, ""]
    return "\n".join(parts)


def _fact_rows(facts: Iterator[Fact]) -> Iterator[str]:
    for fact in sorted(facts, key=lambda one: one.name):
        values = "、".join(f"`{one.value}` {one.label}" for one in fact.values or ())
        unit = f"（{fact.unit}）" if fact.unit else ""
        yield f"| `{fact.name}` | {_cell(fact.label)} | {_TYPES.get(fact.type, fact.type)}{unit} | {values or '—'} |"


def values_page() -> str:
    """Every choice with its words."""
    return value_words.page(MADE)


PAGES: Final = {
    "settings.md": settings_page,
    "addresses.md": addresses_page,
    "errors.md": errors_page,
    "events.md": events_page,
    "facts.md": facts_page,
    "values.md": values_page,
}


def main(argv: list[str]) -> int:
    """Write the pages, or name those that are out of date."""
    old = []
    for name, make in PAGES.items():
        page, text = FOLDER / name, make()
        if "--check" not in argv:
            page.write_text(text, "utf-8")
        elif not page.exists() or page.read_text("utf-8") != text:
            old.append(name)
    for name in old:
        print(f"out of date: docs/reference/{name}")
    return 1 if old else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
