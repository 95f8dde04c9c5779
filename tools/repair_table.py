"""Write docs/reference/repair-rules.md: every entry of the catalogue of credit repair.

Run: ``.venv/bin/python tools/repair_table.py`` (``--check`` exits 1 when the page is out of date).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from credit.labels import CLASSES, CONFIDENCE, OUTCOMES  # noqa: E402  (the repository is put on the path first)
from kernel.regions import name_zh  # noqa: E402
from rules.load import load_catalogue  # noqa: E402
from rules.schema_repair import (  # noqa: E402
    RepairAuthority,
    RepairClass,
    RepairClock,
    RepairExclusion,
    RepairInstrument,
    RepairParameter,
    RepairPeriod,
    RepairQuestion,
    RepairRule,
    RepairRuled,
    RepairSetting,
    RepairThreshold,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rules.schema_repair import RepairProvision

PAGE = ROOT / "docs" / "reference" / "repair-rules.md"
HEAD = """# 信用修复规则

本页由 `tools/repair_table.py` 根据目录（`rules/catalogue/**/repair/`）生成，请勿手改。为什么这样判断，见
[信用修复怎样判断](../explanation/credit-repair.md)；文件格式见[目录格式](catalogue-format.md)。

来源代号（S1、S2……）见[信用修复的来源](repair-sources.md)。
“编号”是结果中 `rules`、`conditions` 所写的编号；一行规则分成几个文件的，文件名另有后缀。
“把握”说明内容核实到什么程度：

"""
SECTIONS: tuple[tuple[str, type[RepairProvision]], ...] = (
    ("办法", RepairInstrument),
    ("类别", RepairClass),
    ("公示期限", RepairPeriod),
    ("规则", RepairRule),
    ("不可修复的情形", RepairExclusion),
    ("办理期限", RepairClock),
    ("数额表", RepairThreshold),
    ("机关的识别", RepairAuthority),
    ("法律没有定论之处（各地可以规定）", RepairParameter),
    ("交付时的默认规定", RepairSetting),
    ("未决问题", RepairQuestion),
)


def page() -> str:
    """The whole page."""
    repair = load_catalogue().repair
    if repair is None:
        raise SystemExit("the catalogue has nothing on repair")
    labels = "\n".join(f"- `{label}`：{words}" for label, words in CONFIDENCE.items() if label not in UNUSED)
    parts = [HEAD + labels + "\n- `V2` 至 `V9`：相应个数的来源印证\n"]
    for title, kind in SECTIONS:
        found = [(file, one) for file, one in repair.provisions.values() if isinstance(one, kind)]
        parts.append(f"## {title}\n\n" + "\n".join(_table(found)) + "\n")
    return "\n".join(parts)


UNUSED = {f"V{number}" for number in range(2, 10)}


def _table(found: Iterable[tuple[str, RepairProvision]]) -> list[str]:
    lines = ["| 编号 | 名称 | 内容 | 依据 | 施行 | 把握 |", "|---|---|---|---|---|---|"]
    for file, one in found:
        shown = one.shown_id if isinstance(one, RepairRuled) else one.id
        name = f"{one.title}<br>`{Path(file).stem}`" if shown != one.id else one.title
        evidence = getattr(one, "evidence", None)
        label = one.confidence if evidence in {None, one.confidence} else f"{one.confidence}（{evidence}）"
        cells = (shown, name, _content(one), _basis(one), _time(one), label)
        lines.append("| " + " | ".join(cell.replace("|", "/").replace("\n", " ") for cell in cells) + " |")
    return lines


def _content(one: RepairProvision) -> str:
    said = getattr(one, "says", "") or getattr(one, "note", "") or ""
    return said + "".join(f"<br>{extra}" for extra in _extras(one))


def _extras(one: RepairProvision) -> list[str]:
    found: list[str] = []
    if isinstance(one, RepairClass):
        found.append(f"→ {CLASSES[one.gives]}")
    if isinstance(one, RepairRule) and (one.outcome or one.otherwise):
        given = OUTCOMES[str(one.outcome or one.otherwise)]
        found.append(("不符合的 → " if one.otherwise else "→ ") + ("由人工判断" if one.refers else given))
    if isinstance(one, RepairParameter):
        found += [one.question, *(f"- `{_value(one_.value)}` {one_.text}" for one_ in one.readings)]
    if isinstance(one, RepairSetting):
        found.append(f"`{one.parameter}` = `{_value(one.value)}`；{one.decided_by}")
    if isinstance(one, RepairAuthority):
        found.append("、".join(one.words) or "名称中没有以上各词的")
    if one.jurisdiction not in {"000000", None}:
        found.append(f"地方：{name_zh(str(one.jurisdiction))}")
    if one.open_question:
        found.append(f"未决：{one.open_question}")
    return found


def _value(value: object) -> str:
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _basis(one: RepairProvision) -> str:
    if isinstance(one, RepairInstrument):
        return one.number or ""
    cited = (
        f"《{c.instrument}》" + (f"第{c.article}条" if c.article else "") + (f" {c.note}" if c.note else "")
        for c in one.citations
    )
    return "；".join(cited)


def _time(one: RepairProvision) -> str:
    until = f" 至 {one.in_force.until}（不含）" if one.in_force.until else " 起"
    return f"{one.in_force.from_}{until}" + ("" if one.in_force.day_known else "（日期不明）")


def main(argv: list[str]) -> int:
    """Write the page, or compare it."""
    text = page()
    if "--check" in argv:
        return 0 if PAGE.exists() and PAGE.read_text("utf-8") == text else 1
    PAGE.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
