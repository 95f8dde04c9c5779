"""Small libraries and a plan, as an office would write them."""

from typing import Any

import polars as pl

from supervision.annual import AnnualPlan, read_annual
from supervision.annualdraw import Libraries
from supervision.drawdoc import Node
from supervision.inspectors import read_inspectors
from supervision.items import read_items
from supervision.objects import read_objects

_ITEMS = """
事项编号 抽查事项 事项类别 检查对象 检查依据 实施层级 检查主体 配合部门 起始日期 比例上限（百万分之）
M1 登记事项检查 一般 企业 《企业公示信息抽查办法》 县级 market tax 2025-01-01 100000
M2 食品经营检查 重点 食品经营者 《食品安全法》 县级 market fire、health 2025年1月1日 -
F1 消防安全检查 一般 公众聚集场所 《消防法》 县级 fire - 2025/1/1 -
X1 未安排的事项 一般 企业 《某办法》 县级 market - 2025-01-01 -
"""
_PEOPLE = """
人员编号 姓名 执法证号 证件有效期至 部门 执法区域 资格 请假 回避对象 年度任务上限 在岗
M01 甲 Z1 2027-01-01 market - food 2026-06-01~2026-06-05 U03 40 是
M02 乙 Z2 2027-01-01 market 210202；210203 - - - 40 -
M03 丙 Z3 2026-01-01 market - - - - 40 -
M04 丁 - - market - - - - 40 -
M05 戊 Z5 - market - - - - 40 否
F01 己 Z6 - fire - - - - 40 -
F02 庚 Z7 - fire - - - - 40 -
"""


def _table(text: str) -> list[list[object]]:
    return [[None if cell == "-" else cell for cell in line.split()] for line in text.strip().splitlines()]


ITEM_ROWS = _table(_ITEMS)
PEOPLE_ROWS = _table(_PEOPLE)
CLASSES = "AAAAAAAAAABBBBBBCCCD"


def object_table(many: int = 40) -> pl.DataFrame:
    rows = [
        {
            "统一社会信用代码": f"U{number:02d}",
            "名称": f"企业{number}",
            "行政区划": "210202" if number % 2 else "210203",
            "信用风险类别": CLASSES[number % len(CLASSES)],
            "行业风险": ["低", "中", "较高", "高"][number % 4],
            "标签": "学校、食堂" if number % 5 == 0 else "",
        }
        for number in range(many)
    ]
    return pl.DataFrame(rows)


def libraries() -> Libraries:
    items = {one.code: one for one in read_items("事项.xlsx", ITEM_ROWS)}
    return Libraries(items, read_objects("对象.csv", object_table()), read_inspectors("人员.xlsx", PEOPLE_ROWS))


def entry(number: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any member of a document
    return {
        "number": number,
        "name": f"计划{number}",
        "items": ["M2"],
        "drawing": "directed",
        "kind": "key",
        "sizing": {"rule": "ceil", "by": "class", "ratio_set": "RATIO.DEFAULT"},
        "batches": [{"since": "2026-06-01", "last": "2026-06-12"}],
        "organised_by": "city",
        "carried_out_by": "county",
        "department": "market",
        "partners": ["fire"],
        "reserve": 2,
        **more,
    }


def document(*entries: dict[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any member of a document
    needs = {"market": {"alone": [["-", 2]], "joint": [["-", 1]]}, "fire": {"alone": [["-", 2]], "joint": [["-", 1]]}}
    return {
        "title": "2026 年度抽查计划",
        "year": 2026,
        "place": "210200",
        "department": "market",
        "level": "city",
        "entries": list(entries) or [entry("P1")],
        "needs": needs,
        **more,
    }


def plan(*entries: dict[str, Any], **more: Any) -> AnnualPlan:  # noqa: ANN401 - any member of a document
    return read_annual(Node("计划", "", document(*entries, **more)))
