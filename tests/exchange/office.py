"""A list of thirty items as an office would make it in Excel: titles above, headings in two rows, sections, notes.

Written from nothing by the tests; the mistakes are those that people make.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import xlsxwriter

if TYPE_CHECKING:
    from pathlib import Path

TITLE = "大连市市场监管领域不予行政处罚事项清单（2026年版）"
SHEET = "清单"
FIRST_ROW = 6
"""Row of the first item: two titles, two rows of headings and a section stand above."""


@dataclass(frozen=True, slots=True)
class Row:
    """One item as the office words it."""

    act: str
    forbidden: str
    penal: str
    penalty: str
    cases: str
    until: Any = ""
    violation: str = ""
    note: str = ""


FIRST = "初次违法\n改正情况属于当场改正、责令期限内改正"
EXPIRED = "没收违法所得、违法经营的食品；货值金额不足一万元的，并处五万元以上十万元以下罚款"
ROWS = (
    Row("经营超过保质期的食品、食品添加剂", "《食品安全法》第三十四条第（十）项", "《食品安全法》第一百二十四条第一款第（五）项", EXPIRED,
        "1.初次违法；2.货值金额５００元以下；3.当场改正或者责令期限内改正；4.未发生食品安全事故。"),
    Row("生产经营无标签的预包装食品、食品添加剂", "《食品安全法》第六十七条", "《食品安全法》第一百二十五条第一款第（二）项", "没收，罚款五千元以上五万元以下",
        "（一）首次违法；（二）货值不足一千元；（三）未发生食品安全事故。"),
    Row("生产经营标签、说明书不符合规定的食品、食品添加剂", "《食品安全法》第七十一条", "《食品安全法》第一百二十五条第一款第（二）项", "五千元以上五万元以下罚款",
        "初次违法，货值金额不超过人民币1,000元（含）"),
    Row("食品标签、说明书存在不影响安全且不误导的瑕疵", "《食品安全法》第六十七条", "《食品安全法》第一百二十五条第二款", "责令改正，拒不改正的，处二千元以下罚款",
        "标签瑕疵不会造成误导\n不影响食品安全\n改正情况属于当场改正、责令期限内改正"),
    Row("未取得食品经营许可从事散装食品销售", "《食品安全法》第三十五条", "《食品安全法》第一百二十二条第一款", "五万元以上十万元以下罚款",
        "初次违法\n食品类别不为散装熟食\n未发生食品安全事故"),
    Row("食品经营许可有效期届满未延续仍继续经营", "《食品安全法》第三十五条", "《食品安全法》第一百二十二条第一款", "同上",
        "初次违法\n逾期不满30日\n实质符合许可条件"),
    Row("食品经营许可事项发生变化未按规定申请变更", "《食品经营许可和备案管理办法》第二十九条第一款",
        "《食品经营许可和备案管理办法》第五十二条第三款", "警告", FIRST),
    Row("未在显著位置悬挂、摆放食品经营许可证", "《食品经营许可和备案管理办法》第二十八条", "《食品经营许可和备案管理办法》第五十四条", "责令改正，警告", FIRST),
    Row("经营不符合食品安全标准的食用农产品", "《食品安全法》第三十四条第（二）项", "《食品安全法》第一百二十四条第一款第（一）项", "没收，罚款",
        "主观过错不为故意\n如实说明进货来源\n未发生食品安全事故"),
    Row("特殊食品与普通食品或者药品混放销售", "《食品安全法实施条例》第三十九条", "《食品安全法》第一百二十六条第一款", "责令改正，警告", FIRST),
    Row("广告使用绝对化用语", "《广告法》第九条第（三）项", "《广告法》第五十七条第（一）项", "二十万元以上一百万元以下罚款",
        "初次违法\n广告媒介属于自有经营场所、自有媒体（官网、公众号、网店等）\n危害后果不超过轻微"),
    Row("广告引证内容不真实或者未表明出处、适用范围", "《广告法》第十一条第二款", "《广告法》第五十九条第一款第（二）项", "十万元以下罚款",
        "引证内容真实\n" + FIRST),
    Row("涉及专利的广告未标明专利号和专利种类", "《广告法》第十二条", "《广告法》第五十九条第一款第（三）项", "十万元以下罚款", "专利真实有效\n" + FIRST),
    Row("广告不具有可识别性", "《广告法》第十四条第一款", "《广告法》第五十九条第三款", "十万元以下罚款", FIRST),
    Row("招商等有投资回报预期的广告未提示风险或者作保证性承诺", "《广告法》第二十五条", "《广告法》第五十八条第一款第（七）项",
        "广告费用一倍以上三倍以下罚款", "初次违法\n广告费用不超过1000元\n当场改正"),
    Row("网店首页未公示营业执照、许可信息", "《电子商务法》第十五条第一款", "《电子商务法》第七十六条第一款第（一）项", "可以处一万元以下罚款", FIRST),
    Row("网店公示的证照信息变更后未及时更新", "《电子商务法》第十五条第二款", "《电子商务法》第七十六条第一款第（一）项", "可以处一万元以下罚款", FIRST),
    Row("自行终止电子商务未提前持续公示", "《电子商务法》第十六条", "《电子商务法》第七十六条第一款第（二）项", "可以处一万元以下罚款", FIRST),
    Row("未明示用户信息查询、更正、删除和注销方式", "《电子商务法》第二十四条", "《电子商务法》第七十六条第一款第（三）项", "可以处一万元以下罚款", FIRST),
    Row("电商平台未区分标记自营业务", "《电子商务法》第三十七条第一款", "《电子商务法》第八十一条第一款第（三）项", "二万元以上十万元以下罚款", FIRST),
    Row("未按规定明码标价", "《价格法》第十三条第一款", "《价格法》第四十二条", "可以并处五千元以下的罚款", "首次违法\n违法所得为0元\n当场改正"),
    Row("营业执照未置于醒目位置", "《市场主体登记管理条例》第三十六条", "《市场主体登记管理条例》第四十八条第一款", "责令改正，拒不改正的，处三万元以下罚款",
        "改正情况属于当场改正、责令期限内改正"),
    Row("未按规定办理变更登记", "《市场主体登记管理条例》第二十四条", "《市场主体登记管理条例》第四十六条", "拒不改正的，处一万元以上十万元以下罚款", FIRST),
    Row("未按规定办理备案", "《市场主体登记管理条例》第二十九条", "《市场主体登记管理条例》第四十七条", "拒不改正的，处五万元以下罚款", FIRST),
    Row("未设置特种设备使用登记标志、定期检验标志", "《特种设备安全法》第三十三条", "《特种设备安全法》第八十三条第（二）项", "逾期未改正的，处一万元以上十万元以下罚款",
        "检验在有效期内\n当场改正"),
    Row("使用特种设备未按规定办理使用登记", "《特种设备安全法》第三十三条", "《特种设备安全法》第八十三条第（一）项", "逾期未改正的，处一万元以上十万元以下罚款",
        "检验在有效期内\n逾期天数不超过30天"),
    Row("强制检定计量器具未按规定申请检定", "《计量法》第九条第一款", "《计量法》第二十五条", "可以并处一千元以下罚款", FIRST),
    Row("产品标识不符合规定", "《产品质量法》第二十七条", "《产品质量法》第五十四条", "情节严重的，并处货值金额百分之三十以下罚款", FIRST),
    Row("销售侵犯注册商标专用权的商品", "《商标法》第五十七条第（三）项", "《商标法》第六十条第二款", "二十五万元以下罚款",
        "不知道违法\n涉案商品为合法取得\n如实说明进货来源", violation="trademark-infringing-sale"),
    Row("集贸市场未公示收费标准", "《价格法》第十三条第一款", "《价格法》第四十二条", "没收违法所得，可以并处5000元以下罚款",
        "初次违法\n当场改正\n未发生有属实的消费投诉", violation="新建", note="本市增加"),
)  # fmt: skip

MISTAKES: dict[int, dict[str, Any]] = {
    1: {"act": "销售超过保质期食品"},
    2: {"cases": "初次违法；货值金额500元"},
    4: {"penal": "《食品安全法》第三百二十五条第二款"},
    9: {"cases": "主观过错不为故意\n社会影响小、情节显著轻微"},
    13: {"act": "广告引证内容不真实或者未表明出处、适用范围"},
    15: {"until": "2027年2月30日"},
    21: {"cases": "首次违法且违法所得为0元或者当场改正"},
    26: {"cases": "检验在有效期内\n逾期天数不超过1个月"},
    30: {"penalty": "5万元以上罚款"},
}
"""Number of the item → what is written wrongly in its row."""
SECTIONS = {1: "一、食品安全", 11: "二、广告", 16: "三、电子商务", 21: "四、登记、价格及其他"}
FIXED = replace(ROWS[29], cases="初次违法\n当场改正\n没有经查属实的消费投诉")
RIGHT = (*ROWS[:29], FIXED)


def rows(*, mistakes: bool) -> list[Row]:
    """The items, with or without the slips."""
    wrong = MISTAKES if mistakes else {}
    return [replace(row, **wrong.get(number, {})) for number, row in enumerate(RIGHT, 1)]


def write(path: Path, written: list[Row], *, merged_number: bool = False) -> None:
    """Write the table. ``merged_number``: the conditions of the first item in rows of their own."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet(SHEET)
        bold = book.add_format({"bold": True, "align": "center", "text_wrap": True})
        text = book.add_format({"text_wrap": True, "valign": "top"})
        _head(sheet, bold)
        at = 4
        for number, row in enumerate(written, 1):
            if number in SECTIONS:
                sheet.merge_range(at, 0, at, 8, SECTIONS[number], bold)
                at += 1
            conditions = row.cases.splitlines() if merged_number and number == 2 else [row.cases]
            last = at + len(conditions) - 1
            cells = [number, row.act, row.forbidden, row.penal, row.penalty, None, row.until, row.violation, row.note]
            for column, value in enumerate(cells):
                if column == 5:
                    for offset, one in enumerate(conditions):
                        sheet.write_string(at + offset, column, one, text)
                elif last > at:
                    sheet.merge_range(at, column, last, column, value, text)
                else:
                    sheet.write(at, column, value, text)
            at = last + 1
        sheet.merge_range(at + 1, 0, at + 1, 8, "注：本清单由市市场监督管理局负责解释。", text)
        sheet.set_row(at + 6, 30)


def _head(sheet: Any, bold: Any) -> None:
    sheet.merge_range(0, 0, 0, 8, TITLE, bold)
    sheet.merge_range(1, 0, 1, 8, "（共30项）", bold)
    for column, name in ((0, "序号"), (1, "违法行为"), (4, "处罚种类和幅度"), (5, "不予处罚情形"), (6, "有效期至"), (7, "案由"), (8, "备注")):
        sheet.merge_range(2, column, 3, column, name, bold)
    sheet.merge_range(2, 2, 2, 3, "法律依据", bold)
    sheet.write(3, 2, "违反依据", bold)
    sheet.write(3, 3, "处罚依据", bold)
    sheet.set_column(0, 0, 6)
    sheet.set_column(1, 5, 30)
