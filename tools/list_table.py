"""Write docs/reference/list-items.md: where every row of the researched lists went.

Run: ``.venv/bin/python tools/list_table.py`` (``--check`` exits 1 when the page is out of date).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from kernel.regions import name_zh  # noqa: E402  (the repository is put on the path first)
from rules.load import load_catalogue  # noqa: E402
from rules.schema import ListItem  # noqa: E402

if TYPE_CHECKING:
    from rules.compiled import Ground
    from rules.release import Release

PAGE = ROOT / "docs" / "reference" / "list-items.md"
LISTS = {
    "no_penalty": "不予行政处罚",
    "lighter": "从轻行政处罚",
    "mitigated": "减轻行政处罚",
    "no_coercive_measure": "不予行政强制措施",
}
HEAD = """# 四张清单的事项：逐项去向

本页由 `tools/list_table.py` 生成，请勿手改。每一行是目录中的一个清单事项；编号沿用研究清单的编号，带后缀的
（如 `EE-N01-NM`）是同一行里条件不同的地方版本。“地方”一栏为空的是多地汇总的样本，在任何地方都不直接适用。

| 编号 | 清单 | 力度 | 违法行为 | 案由 | 地方 | 施行 | 来源 | 文件 |
|---|---|---|---|---|---|---|---|---|
"""


def row(release: Release, ground: Ground) -> str:
    """One row of the table."""
    item = ground.provision
    if not isinstance(item, ListItem):
        raise TypeError(ground.id)
    source = release.sources[item.source]
    until = f" 至 {item.in_force.until}" if item.in_force.until else " 起"
    known = "" if item.in_force.day_known else "（日期不明）"
    concerned = "、".join(item.violations) or "、".join(item.fields) or "（一般情形）"
    cells = (
        item.id,
        LISTS[item.list],
        "应当" if item.force == "shall" else "可以",
        item.title,
        concerned,
        name_zh(item.jurisdiction) if item.jurisdiction else "",
        f"{item.in_force.from_}{until}{known}",
        source.title + (f" {source.number}" if source.number else ""),
        f"`{ground.file}`",
    )
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"


def page() -> str:
    """The whole page."""
    release = load_catalogue()
    grounds = sorted(release.items.values(), key=lambda one: one.id)
    counts = "、".join(f"{title} {sum(key in one.lists[:1] for one in grounds)} 项" for key, title in LISTS.items())
    return HEAD + "\n".join(row(release, one) for one in grounds) + f"\n\n合计 {len(grounds)} 项：{counts}。\n"


def main() -> int:
    """Write the page, or compare it."""
    text = page()
    if "--check" in sys.argv:
        return 0 if PAGE.read_text("utf-8") == text else 1
    PAGE.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
