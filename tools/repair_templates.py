"""Write the delivered Word templates of credit repair (staff then edit copies of them in Word).

Run: ``.venv/bin/python tools/repair_templates.py``. What a city uses are its own copies, in the
folder named in XINHENG_TEMPLATES_DIR.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.document_templates import FOLDER, build

PARTY = [
    "当事人：{{ party_name }}",
    "统一社会信用代码：{{ party_code }}",
    "住所：{{ party_address }}",
    "法定代表人（负责人）：{{ representative }}",
]
RECORD = [
    "信用记录编号：{{ record_id }}",
    "决定机关：{{ authority }}",
    "决定：{{ decision_name }}，文号{{ decision_number }}，{{ decided_on }}作出",
    "处罚种类：{{ penalty_kinds }}；罚款：{{ fine }}；没收：{{ confiscated }}",
    "公示平台：{{ place }}；公示日期：{{ published_on }}",
    "类别：{{ record_class }}",
]
NUMBERED = "I:{{ loop.index }}．{{ line }}"
END = "{%p endfor %}"


def each(name: str, line: str = "{{ line }}") -> list[str]:
    """A paragraph for every line of a list."""
    return [f"{{%p for line in {name} %}}", line, END]


QUESTIONS = [
    "{%p if questions %}",
    "下列问题法律没有定论，各种理解和日期一并列出：",
    *each("questions"),
    "{%p endif %}",
]
FIRST_READING = [
    "{%p if disputed %}",
    "适用的规定没有定论，以下按照排在首位的理解列出，须由本机关认定后核对。",
    "{%p endif %}",
]
UNSETTLED = ["{%p if unsettled %}", "尚需核实：", *each("unsettled", NUMBERED), "{%p endif %}"]
PERIODS = ["类别：{{ record_class }}。", *each("thresholds"), *each("periods"), *QUESTIONS]
REMEDIES = (
    "如不服本决定，可以依法向{{ review_body }}申请行政复议，或者向{{ court }}提起行政诉讼。期限：{{ remedy_terms }}。"
)
FOOT = "Q:{{ note }}规则目录：{{ digest }}"
SIGNED = ["S:{{ authority }}（印章）", "S:{{ issued_on }}", FOOT]
HEAD = ["T:{{ title }}", "N:{{ document_number }}"]
ASKED = "你单位于{{ applied_on }}就{{ authority }}{{ decided_on }}作出的{{ decision_name }}（{{ decision_number }}）"
EXAMINED = [
    "H:一、所涉信用记录",
    *RECORD,
    "申请日期：{{ applied_on }}",
    "H:二、查明的事实",
    *each("established", NUMBERED),
    *UNSETTLED,
    "H:三、条件、证据和依据",
    *FIRST_READING,
    *each("conditions", NUMBERED),
    "公示期：",
    *each("periods"),
    *QUESTIONS,
]
TEXTS: dict[str, list[str]] = {
    "repair_notice": [
        *HEAD,
        "{{ party_name }}：",
        (
            "{{ authority }}于{{ decided_on }}对你单位作出{{ decision_name }}（{{ decision_number }}）。"
            "现将该决定的信息公示和信用修复事项一并告知如下："
        ),
        "H:一、信息公示",
        "{{ publication }}",
        *each("law"),
        "H:二、类别和公示期限",
        *PERIODS,
        "H:三、申请修复的条件",
        "{%p if repairable %}",
        "同时符合下列条件的，可以申请修复：",
        *FIRST_READING,
        *each("requirements", NUMBERED),
        "{%p else %}",
        "该决定的信息不能申请提前停止公示，公示期满自动停止。",
        "{%p endif %}",
        "H:四、申请的方式和材料",
        "{{ channel }}",
        *each("materials", "申请材料：{{ line }}"),
        *each("fee"),
        "H:五、不能提前停止公示的情形",
        *each("never", NUMBERED),
        "H:六、异议",
        *each("objections"),
        "联系方式：{{ contact }}",
        "受送达人（签名或者盖章）：【待填写：受送达人签收】",
        "送达日期：【待填写：送达日期】",
        *SIGNED,
    ],
    "repair_promise": [
        "T:{{ title }}",
        "N:承诺书编号：{{ promise_number }}",
        "{{ authority }}：",
        "承诺人：{{ party_name }}（统一社会信用代码：{{ party_code }}）",
        (
            "承诺人就{{ authority }}{{ decided_on }}作出的{{ decision_name }}（{{ decision_number }}）申请信用修复，"
            "现公开作出如下承诺："
        ),
        "I:1．所提供的材料真实、有效；",
        "I:2．自愿承担违反承诺的责任；",
        "I:3．同意本承诺书向社会公开。",
        "作出承诺的依据：",
        *each("promises"),
        "S:承诺人（印章）：{{ party_name }}",
        "S:法定代表人（负责人）签名：【待填写：签名】",
        "S:{{ issued_on }}",
        FOOT,
    ],
    "repair_application": [
        "T:{{ title }}",
        "H:一、申请人",
        "名称：{{ party_name }}",
        "统一社会信用代码：{{ party_code }}",
        "住所：{{ party_address }}",
        "法定代表人（负责人）：{{ representative }}",
        "经办人：{{ agent }}",
        "H:二、申请修复的信用记录（一条记录一份申请）",
        "受理渠道：{{ place }}",
        *RECORD,
        "违法行为：{{ violation }}",
        "H:三、纠正和履行情况",
        "履行完毕日期：{{ performed_on }}",
        "纠正和履行情况的说明：{{ statement }}",
        "履行义务的证明：{{ evidence_duties }}",
        "纠正的证明：{{ evidence_correction }}",
        "H:四、公示期",
        *each("periods"),
        *QUESTIONS,
        "H:五、信用承诺和材料",
        "承诺书编号：{{ promise_number }}",
        "材料清单：{{ evidence_materials }}",
        *each("materials", "应当提交：{{ line }}"),
        "S:申请人（印章）：{{ party_name }}",
        "S:申请日期：{{ applied_on }}",
        FOOT,
    ],
    "repair_acceptance": [
        *HEAD,
        "{{ party_name }}：",
        f"{ASKED}提出的信用修复申请收悉。经审查，申请材料齐全，本机关决定予以受理。",
        "材料清单：{{ evidence_materials }}",
        "H:一、办理期限",
        *each("clocks"),
        "H:二、依据",
        *each("law"),
        *QUESTIONS,
        *each("fee"),
        "联系方式：{{ contact }}",
        *SIGNED,
    ],
    "repair_rejection": [
        *HEAD,
        "{{ party_name }}：",
        f"{ASKED}提出的信用修复申请收悉。经审查，本机关决定不予受理。",
        "H:一、理由",
        *each("reasons", NUMBERED),
        *QUESTIONS,
        "H:二、依据",
        *each("law"),
        "H:三、后续办理",
        *each("again"),
        *each("steps"),
        REMEDIES,
        "联系方式：{{ contact }}",
        *SIGNED,
    ],
    "repair_grant": [
        *HEAD,
        *PARTY,
        *EXAMINED,
        "H:四、决定",
        "综上，{{ finding }}，本机关决定：{{ operative }}",
        "决定的依据：",
        *each("law"),
        "决定的效果：",
        *each("effects"),
        "需要解除的惩戒措施：{{ measures }}",
        REMEDIES,
        *SIGNED,
    ],
    "repair_refusal": [
        *HEAD,
        *PARTY,
        *EXAMINED,
        "H:四、理由",
        *each("reasons", NUMBERED),
        "H:五、决定",
        "综上，本机关决定对上述信用记录不予修复。",
        "决定的依据：",
        *each("law"),
        *each("again"),
        *each("steps"),
        REMEDIES,
        *SIGNED,
    ],
    "repair_revocation": [
        *HEAD,
        *PARTY,
        "H:一、原决定",
        "本机关于{{ granted_on }}作出准予信用修复的决定（{{ grant_number }}），所涉信用记录如下：",
        *RECORD,
        "H:二、查明的事实和证据",
        "本机关于{{ false_promise_on }}认定当事人的信用承诺或者材料不实。{{ reason }}",
        "证据：{{ evidence_false_promise }}",
        "H:三、决定",
        "本机关决定撤销上述准予信用修复的决定。",
        "决定的依据：",
        *each("law"),
        "原记录的恢复：",
        *each("revival"),
        "不得再次申请的期限：【待填写：不得再次申请的期限及依据】",
        REMEDIES,
        *SIGNED,
    ],
    "repair_reminder": [
        *HEAD,
        "{{ party_name }}：",
        (
            "{{ authority }}{{ decided_on }}对你单位作出的{{ decision_name }}（{{ decision_number }}）的信息，"
            "截至{{ on }}的情况是：{{ outcome }}。"
        ),
        "H:一、日期",
        *each("periods"),
        *QUESTIONS,
        "{%p if open_conditions %}",
        "H:二、尚待具备的条件",
        *each("open_conditions", NUMBERED),
        *each("steps"),
        "{%p else %}",
        "H:二、条件",
        "按已经掌握的情况，申请的各项条件均已具备。",
        "{%p endif %}",
        "H:三、申请的方式和材料",
        "{{ channel }}",
        *each("materials", "申请材料：{{ line }}"),
        *each("fee"),
        "联系方式：{{ contact }}",
        *SIGNED,
    ],
    "repair_supply": [
        *HEAD,
        "{{ party_name }}：",
        f"{ASKED}提出的信用修复申请收悉。经审查，申请材料需要补正，现一次性告知如下：",
        "H:一、需要补正的材料",
        "{{ materials_asked }}",
        *each("materials", "应当提交：{{ line }}"),
        "{%p if open_conditions %}",
        "H:二、尚待证明的条件",
        *each("open_conditions", NUMBERED),
        "{%p endif %}",
        "H:补正的期限",
        "{{ supply_until }}。补正材料期间不计入办理期限。",
        "依据：",
        *each("law"),
        *each("fee"),
        "联系方式：{{ contact }}",
        *SIGNED,
    ],
    "repair_extension": [
        *HEAD,
        "{{ party_name }}：",
        f"{ASKED}提出的信用修复申请，本机关已经受理。因下列原因，不能在原办理期限内作出决定，现延长办理期限：",
        "H:一、原因",
        "{{ reason }}",
        "H:二、期限",
        "原办理期限届满日期：{{ due_before }}",
        *each("extension"),
        "H:三、依据",
        *each("law"),
        *QUESTIONS,
        "联系方式：{{ contact }}",
        *SIGNED,
    ],
    "repair_objection_receipt": [
        *HEAD,
        "{{ party_name }}：",
        "你单位就下列信用信息提出的异议，本机关已经收到：",
        "H:一、所涉信用记录",
        *RECORD,
        "H:二、异议的内容",
        "{{ objection }}",
        "H:三、办理",
        "本机关将核查异议所涉的信息内容、公示期限和修复结果，并将结果答复你单位。",
        *each("objections"),
        "联系方式：{{ contact }}",
        *SIGNED,
    ],
    "repair_objection_answer": [
        *HEAD,
        "{{ party_name }}：",
        "你单位就下列信用信息提出的异议，本机关已经核查，现答复如下：",
        "H:一、所涉信用记录",
        *RECORD,
        "H:二、异议的内容",
        "{{ objection }}",
        "H:三、核查的情况和结论",
        "{{ objection_result }}",
        "理由：{{ reason }}",
        "H:四、所涉记录目前的情况",
        "截至{{ on }}：{{ outcome }}。",
        *each("periods"),
        *QUESTIONS,
        "H:五、依据",
        *each("law"),
        REMEDIES,
        "联系方式：{{ contact }}",
        *SIGNED,
    ],
}


def main() -> None:
    """Write every template."""
    for name, lines in TEXTS.items():
        build(lines).save(str(FOLDER / f"{name}.docx"))  # type: ignore[attr-defined]  # a Word document
        print(f"{name}.docx")


if __name__ == "__main__":
    main()
