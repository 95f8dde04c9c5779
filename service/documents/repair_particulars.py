"""What a document of credit repair needs beside the record. Absent values become blanks."""

from __future__ import annotations

from typing import Final

LABELS: Final = {
    "party_name": "当事人名称",
    "party_code": "统一社会信用代码",
    "party_address": "住所",
    "representative": "法定代表人（负责人）",
    "agent": "经办人姓名、证件号码、联系电话",
    "authority": "行政机关名称",
    "document_number": "文书编号",
    "violation": "违法行为或者失信行为",
    "statement": "纠正和履行情况的说明",
    "reason": "理由",
    "materials_asked": "需要补正的材料及要求",
    "supply_until": "补正的期限及依据",
    "due_before": "原办理期限届满日期",
    "objection": "异议的事项、内容和提出日期",
    "objection_result": "核查的情况和处理结论",
    "promise_number": "承诺书编号",
    "grant_number": "准予决定书编号",
    "granted_on": "准予决定日期",
    "measures": "需要解除的惩戒措施",
    "evidence_correction": "纠正失信行为的证据",
    "evidence_duties": "履行义务的证据",
    "evidence_harm": "消除危害后果和不良影响的证据",
    "evidence_promise": "信用承诺的证据",
    "evidence_materials": "申请材料清单",
    "evidence_record": "行政处罚记录的查询结果",
    "evidence_lists": "名录、名单的查询结果",
    "evidence_ruling": "人民法院裁定书的案号和日期",
    "evidence_other": "其他条件的证据",
    "evidence_false_promise": "虚假承诺的证据",
    "remedy_terms": "申请行政复议、提起行政诉讼的期限及依据",
    "review_body": "行政复议机关",
    "court": "人民法院",
    "contact": "联系人、联系电话、联系地址",
    "issued_on": "落款日期",
}
EVIDENCE: Final = {
    "corrected": "evidence_correction",
    "duties_performed": "evidence_duties",
    "harm_removed": "evidence_harm",
    "promise_made": "evidence_promise",
    "materials_complete": "evidence_materials",
    "repeat_same_kind": "evidence_record",
    "repeat_established": "evidence_record",
    "further_heavier_penalty": "evidence_record",
    "on_abnormal_list": "evidence_lists",
    "on_serious_list": "evidence_lists",
    "reorganisation_ruling": "evidence_ruling",
    "reorganisation_completed": "evidence_ruling",
}
"""Which particular proves a fact of a condition."""
PROOFS: Final = {
    "evidence_correction": "整改报告、复查记录等纠正的证明",
    "evidence_duties": "缴款凭证等履行义务的证明",
    "evidence_harm": "消除危害后果和不良影响的证明",
    "evidence_promise": "信用承诺书",
    "evidence_materials": "下列全部申请材料",
    "evidence_record": "由本机关查询处罚记录核实",
    "evidence_lists": "由本机关查询名录、名单核实",
    "evidence_ruling": "人民法院的裁定书",
}
"""What the party hands in, or the authority looks up, for each."""
