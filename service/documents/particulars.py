"""What a document needs beside the case: party, authority, number. Absent values become blanks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kernel.errors import FieldError, InputError, pointer
from service.documents.wording import blank

LABELS: Final = {
    "party_name": "当事人名称",
    "party_code": "统一社会信用代码（身份证件号码）",
    "party_address": "住所（住址）",
    "representative": "法定代表人（负责人、经营者）",
    "authority": "行政机关名称",
    "document_number": "文书编号",
    "case_source": "案件来源",
    "fact_statement": "违法事实的具体经过",
    "evidence": "证据名称及证明内容",
    "correction_deadline": "改正期限",
    "correction_demands": "改正内容和要求",
    "proposed_penalty": "拟作出的行政处罚",
    "officers": "执法人员及证件号码",
    "contact": "联系人、联系电话、联系地址",
    "review_body": "行政复议机关",
    "court": "人民法院",
    "issued_on": "落款日期",
}
MAX_LENGTH: Final = 4000


def parse_particulars(document: object, labels: Mapping[str, str] = LABELS) -> dict[str, str]:
    """Every field of ``labels`` with its value or a marked blank; InputError names wrong fields."""
    if document is None:
        document = {}
    if not isinstance(document, Mapping):
        raise InputError.at("", "particulars_not_object")
    errors = [
        FieldError(pointer(str(key)), "unknown_key", {"key": str(key), "allowed": "、".join(labels)})
        for key in document
        if key not in labels
    ]
    for key in labels:
        value = document.get(key)
        if value is not None and (not isinstance(value, str) or len(value) > MAX_LENGTH):
            params = {"label": labels[key], "max": MAX_LENGTH}
            errors.append(FieldError(pointer(key), "particulars_not_text", params))
    if errors:
        raise InputError(errors)
    return {key: str(document.get(key) or "").strip() or blank(label) for key, label in labels.items()}
