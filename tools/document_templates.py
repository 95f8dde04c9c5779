"""Write the delivered Word templates of service/documents (staff then edit copies of them in Word).

Run: ``.venv/bin/python tools/document_templates.py``. The paragraphs below are only the starting
point: what a city uses are its own copies, named in XINHENG_TEMPLATES_DIR.
"""

from __future__ import annotations

from pathlib import Path

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

FOLDER = Path(__file__).resolve().parent.parent / "service" / "documents" / "templates"
STYLE = {"T": "Title", "N": "Subtitle", "H": "Heading 1", "S": "Signature", "I": "List Number", "Q": "Quote"}
PARTY = [
    "当事人：{{ party_name }}",
    "证件号码：{{ party_code }}",
    "住所：{{ party_address }}",
    "负责人：{{ representative }}",
]
FACTS = [
    "{{ fact_statement }}",
    "已经查明的主要事实：",
    "{%p for fact in facts %}",
    "I:{{ loop.index }}．{{ fact }}",
    "{%p endfor %}",
]
REASONS = ["{%p for reason in reasons %}", "{{ reason }}", "{%p endfor %}"]
RANGES = ["{%p for line in ranges %}", "{{ line }}", "{%p endfor %}"]
DUTIES = ["{%p for duty in duties %}", "I:{{ loop.index }}．{{ duty }}", "{%p endfor %}"]
REMEDIES = (
    "如不服本决定，可以自收到本决定书之日起六十日内向{{ review_body }}申请行政复议（《行政复议法》第二十条），"
    "也可以自收到之日起六个月内依法向{{ court }}提起行政诉讼（《行政诉讼法》第四十六条）。"
)
SIGNED = ["S:{{ authority }}（印章）", "S:{{ issued_on }}", "Q:{{ note }}规则目录：{{ digest }}"]
TEXTS: dict[str, list[str]] = {
    "no_penalty_decision": [
        "T:{{ title }}",
        "N:{{ document_number }}",
        *PARTY,
        "H:一、案件来源和调查经过",
        "{{ case_source }}",
        "H:二、查明的事实和证据",
        *FACTS,
        "证据：{{ evidence }}",
        "H:三、理由和依据",
        *REASONS,
        "H:四、决定",
        "综上，依照上述规定，本机关决定对当事人不予行政处罚。",
        "当事人仍应当履行下列义务：",
        *DUTIES,
        REMEDIES,
        *SIGNED,
    ],
    "correction_order": [
        "T:{{ title }}",
        "N:{{ document_number }}",
        "{{ party_name }}：",
        "经查，你（单位）涉嫌{{ violation }}。{{ fact_statement }}",
        "上述行为涉嫌违反{{ prohibition }}的规定。",
        "依照《行政处罚法》第二十八条第一款，现责令你（单位）按照下列要求改正：",
        "{{ correction_demands }}",
        "改正期限：{{ correction_deadline }}。",
        "改正情况应当书面报告本机关，本机关将进行复查；拒不改正或者逾期不改正的，将依法处理。",
        "联系方式：{{ contact }}",
        *SIGNED,
    ],
    "commitment": [
        "T:{{ title }}",
        "{{ authority }}：",
        "{{ party_name }}（{{ party_code }}）因{{ violation }}被贵机关查处。对已经查明的下列事实，没有异议：",
        "{%p for fact in facts %}",
        "I:{{ loop.index }}．{{ fact }}",
        "{%p endfor %}",
        "本人（单位）郑重承诺：",
        "I:1．已经或者将在规定期限内改正上述违法行为，并接受复查；",
        "I:2．认真学习有关法律、法规和规章，今后依法经营；",
        "I:3．所提供的材料和说明真实、有效；",
        "I:4．知悉再次发生同类违法行为的，不再适用首违不罚，将依法受到处罚。",
        "S:承诺人（签名或者盖章）：{{ party_name }}",
        "S:{{ issued_on }}",
        "Q:{{ note }}规则目录：{{ digest }}",
    ],
    "penalty_notice": [
        "T:{{ title }}",
        "N:{{ document_number }}",
        "{{ party_name }}：",
        (
            "你（单位）涉嫌{{ violation }}一案，已经本机关调查终结。依照《行政处罚法》第四十四条，现将拟作出的行政处罚"
            "内容及事实、理由、依据和你（单位）依法享有的权利告知如下："
        ),
        "H:一、违法事实和证据",
        *FACTS,
        "证据：{{ evidence }}",
        "H:二、理由和依据",
        *REASONS,
        "H:三、裁量",
        "本案的核查结论：{{ conclusion }}。",
        *RANGES,
        "H:四、拟作出的行政处罚",
        "{{ proposed_penalty }}",
        "H:五、权利告知",
        (
            "依照《行政处罚法》第四十五条，你（单位）有权进行陈述和申辩；本机关不会因陈述、申辩而给予更重的处罚。"
            "拟作出的处罚属于第六十三条所列情形的，你（单位）有权在收到本告知书后五个工作日内要求举行听证。"
        ),
        "联系方式：{{ contact }}",
        *SIGNED,
    ],
    "education_record": [
        "T:{{ title }}",
        *PARTY,
        "教育时间：{{ issued_on }}",
        "执法人员：{{ officers }}",
        "违法行为：{{ violation }}",
        "H:一、已经查明的事实",
        "{%p for fact in facts %}",
        "I:{{ loop.index }}．{{ fact }}",
        "{%p endfor %}",
        "H:二、教育内容",
        (
            "依照《行政处罚法》第三十三条第三款，执法人员对当事人进行了教育，说明了其行为违反{{ prohibition }}的规定，"
            "以及今后应当遵守的要求。"
        ),
        "当事人仍应当履行下列义务：",
        *DUTIES,
        "H:三、当事人的意见",
        "【待填写：当事人的意见】",
        "S:当事人（签名）：【待填写：签名】",
        "S:执法人员（签名）：【待填写：签名】",
        "Q:{{ note }}规则目录：{{ digest }}",
    ],
}


def build(lines: list[str]) -> object:
    """One template as a Word document."""
    document = Document()
    _page(document)
    for line in lines:
        key, _, rest = line.partition(":")
        if key in STYLE:
            document.add_paragraph(rest, style=_style(document, STYLE[key]))  # type: ignore[arg-type]
        else:
            document.add_paragraph(line)
    return document


def _page(document: object) -> None:
    section = document.sections[0]  # type: ignore[attr-defined]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.top_margin, section.bottom_margin = Cm(3.7), Cm(3.5)
    section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
    normal = document.styles["Normal"]  # type: ignore[attr-defined]
    _font(normal, "FangSong", "仿宋", 16)
    normal.paragraph_format.first_line_indent = Pt(32)
    normal.paragraph_format.line_spacing = Pt(28)
    normal.paragraph_format.space_after = Pt(0)


def _style(document: object, name: str) -> object:
    styles = document.styles  # type: ignore[attr-defined]
    if name not in [style.name for style in styles]:
        styles.add_style(name, 1)
    style = styles[name]
    shape = style.paragraph_format
    shape.first_line_indent = Pt(0) if name in {"Title", "Subtitle", "Signature", "Quote"} else Pt(32)
    shape.line_spacing = Pt(28)
    if name == "Title":
        _font(style, "SimHei", "黑体", 22)
        shape.alignment = WD_ALIGN_PARAGRAPH.CENTER
    elif name == "Heading 1":
        _font(style, "SimHei", "黑体", 16)
    elif name == "Quote":
        _font(style, "FangSong", "仿宋", 10.5)
    else:
        _font(style, "FangSong", "仿宋", 14 if name == "Subtitle" else 16)
    if name == "Subtitle":
        shape.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if name == "Signature":
        shape.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if name == "List Number":
        properties = style.element.get_or_add_pPr()
        for numbering in properties.findall(qn("w:numPr")):
            properties.remove(numbering)  # the template writes its own numbers
    return style


def _font(style: object, western: str, eastern: str, size: float) -> None:
    font = style.font  # type: ignore[attr-defined]
    font.name, font.size, font.italic = western, Pt(size), False
    font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()  # type: ignore[attr-defined]
    for name in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(name), None)
    fonts.set(qn("w:eastAsia"), eastern)


def main() -> None:
    """Write every template."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, lines in TEXTS.items():
        build(lines).save(str(FOLDER / f"{name}.docx"))  # type: ignore[attr-defined]
        print(f"{name}.docx")


if __name__ == "__main__":
    main()
