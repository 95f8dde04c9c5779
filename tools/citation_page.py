"""Write docs/reference/citations.md: which citations of the catalogue the register cannot answer for.

Run: ``.venv/bin/python tools/citation_page.py`` (``--check`` exits 1 when the page is out of date).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from rules.citations import survey  # noqa: E402  (the repository is put on the path first)
from rules.load import load_catalogue  # noqa: E402

if TYPE_CHECKING:
    from rules.citations import Unindexed
    from rules.release import Release

PAGE = ROOT / "docs" / "reference" / "citations.md"
HEAD = """# 引用核对

本页由 `tools/citation_page.py` 生成，请勿手改。目录中的每一处引用都对照法规索引（`kernel/data/instruments.csv`，
来源和缺漏见 `kernel/data/SOURCES.md`）核对：有这一条、不在索引之内、没有这一条。最后一种是目录的错误，
`xinheng rules check` 会报缺陷；“不在索引之内”只说明我们没有原文可以核对，不等于引错。款、项不在索引之内，
由写条目的人对照原文。

截至 {day}：有这一条 {exists} 处，不在索引之内 {not_in_index} 处，没有这一条 {does_not_exist} 处。

## 不在索引之内的引用

使用这些条目以前，请对照原文核对条号和款额。

| 规定 | 条 | 原因 | 引用它的条目 |
|---|---|---|---|
"""


def row(one: Unindexed) -> str:
    """One row of the table."""
    cells = (one.instrument, "、".join(one.articles) or "（全文）", one.why, "、".join(one.provisions))
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"


def page(release: Release | None = None) -> str:
    """The whole page, as of the last day somebody checked an entry of the catalogue."""
    release = release or load_catalogue()
    day = max(provision.checked_on for _, provision in release.provisions.values())
    found = survey(release, day)
    rows = sorted(found.unindexed, key=lambda one: (one.instrument, one.why))
    return HEAD.format(day=day.isoformat(), **found.counts) + "\n".join(row(one) for one in rows) + "\n"


def main() -> int:
    """Write the page, or say whether it is current."""
    wanted = page()
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(wanted, "utf-8")
        print(f"{PAGE.relative_to(ROOT)}: {wanted.count(chr(10))} lines")
        return 0
    current = PAGE.is_file() and PAGE.read_text("utf-8") == wanted
    print("current" if current else "out of date: run tools/citation_page.py")
    return 0 if current else 1


if __name__ == "__main__":
    sys.exit(main())
