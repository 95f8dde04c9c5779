"""The form of a record: its fields, a document from what was sent, and what stands in the fields for a document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from credit import labels

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

YES_NO: Final = (("", "不清楚"), ("yes", "是"), ("no", "否"))


@dataclass(frozen=True, slots=True)
class Field:
    """One control: where its value stands in the document, its label, its choices (none: an input)."""

    path: str
    label: str
    kind: str = "text"
    choices: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    is_public: bool = True

    @property
    def name(self) -> str:
        """The name of the control."""
        return self.path.replace(".", "__")


def _choices(words: Mapping[str, str], empty: str = "不清楚") -> tuple[tuple[str, str], ...]:
    return (("", empty), *words.items())


WHAT: Final = (
    Field("party.name", "当事人名称", is_public=False),
    Field("party.uscc", "统一社会信用代码", is_public=False),
    Field("party.kind", "主体类型", choices=_choices(labels.PARTIES)),
    Field("kind", "记录种类", choices=tuple(labels.RECORD_KINDS.items())),
    Field("decision.number", "决定书文号", is_public=False),
    Field("decision.authority", "作出决定的机关", hint="写全称，例如 大连市市场监督管理局"),
    Field("channel", "在哪里公示", choices=_choices(labels.CHANNELS, "按机关推定")),
    Field("province", "机关所在地（行政区划代码）", hint="例如 210000"),
    Field("decision.decided_on", "决定日", "date"),
    Field("decision.published_on", "公示日", "date", hint="没有公示的，在下面选“没有公示”"),
    Field("decision.penalty_kinds", "处罚种类", "kinds", tuple(labels.KINDS.items())),
    Field("decision.fine_yuan", "罚款（元）", "amount"),
    Field("decision.confiscated_yuan", "没收（元）", "amount"),
    Field(
        "decision.procedure",
        "处罚程序",
        choices=(("", "不清楚"), ("simple", "当场处罚（简易程序）"), ("ordinary", "普通程序")),
    ),
    Field(
        "decision.domain", "监管领域", choices=_choices(labels.DOMAINS), hint="看处罚机关和所适用的法律，不看企业的行业"
    ),
)
NOW: Final = (
    Field(
        "class",
        "主管部门认定的类别",
        choices=_choices(labels.CLASSES, "没有认定"),
        hint="罚款档次等没有定论的，由主管部门认定",
    ),
    Field("conduct.corrected", "失信行为已经纠正", "flag", YES_NO),
    Field("conduct.duties_performed", "处罚决定的义务已经全部履行", "flag", YES_NO, hint="罚款、没收、改正等"),
    Field("conduct.harm_removed", "危害后果和不良影响已经消除", "flag", YES_NO),
    Field("conduct.performed_on", "履行完毕日", "date"),
    Field("conduct.repeat_same_kind", "此后又因同一类违法受到处罚", "flag", YES_NO),
    Field("lists.on_abnormal_list", "在经营异常名录中", "flag", YES_NO),
    Field("lists.on_serious_list", "在严重违法失信名单中", "flag", YES_NO),
    Field("application.promise_made", "已经作出信用承诺", "flag", YES_NO),
    Field("application.materials_complete", "申请材料齐全", "flag", YES_NO),
    Field("application.false_promise_on", "被认定虚假承诺的日期", "date", is_public=False),
    Field("reorganisation.court_ruling_on", "法院裁定批准重整计划（和解）的日期", "date"),
    Field("reorganisation.plan_completed_on", "法院裁定确认执行完毕的日期", "date"),
    Field("decision.annulled", "处罚决定已被撤销、变更或者确认违法", "flag", YES_NO),
    Field("decision.wrong_subject", "记录归错了主体", "flag", YES_NO),
    Field("decision.misclassified", "经核实，类别或者期限定错", "flag", YES_NO),
)
LIVING: Final = tuple(one for one in NOW if not one.path.startswith("decision."))
"""What may change while a repair is open."""
FIELDS: Final = (*WHAT, *NOW)
UNPUBLISHED: Final = "unpublished"
_FLAGS: Final = {"yes": True, "no": False}


def document_of(
    sent: Iterable[tuple[str, str]], base: Mapping[str, Any] | None = None, fields: tuple[Field, ...] = FIELDS
) -> dict[str, Any]:
    """The document of a form over ``base``; a field that was left empty is not known. Nothing is checked here."""
    pairs = list(sent)
    values = dict(pairs)
    found: dict[str, Any] = {key: dict(one) if isinstance(one, dict) else one for key, one in (base or {}).items()}
    for one in fields:
        if one.kind == "kinds":
            _put(found, one.path, [value for key, value in pairs if key == one.name] or None)
        else:
            _put(found, one.path, _value(one, values.get(one.name, "").strip()))
    if values.get(UNPUBLISHED) and not values.get("decision__published_on"):
        found.setdefault("decision", {})["published_on"] = None
    return {key: one for key, one in found.items() if one is not None and one != {}}


def _value(field: Field, text: str) -> object:
    if not text:
        return None
    if field.kind == "flag":
        return _FLAGS.get(text, text)
    return text


def _put(document: dict[str, Any], path: str, value: object) -> None:
    section, _, key = path.rpartition(".")
    place = document.setdefault(section, {}) if section else document
    if value is None:
        place.pop(key, None)
    else:
        place[key] = value


def values_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """What stands in the fields for a document: texts, and the list of kinds."""
    found: dict[str, Any] = {}
    for one in FIELDS:
        section, _, key = one.path.rpartition(".")
        place = document.get(section) if section else document
        value = place.get(key) if isinstance(place, dict) else None
        if isinstance(value, bool):
            value = "yes" if value else "no"
        found[one.name] = value if isinstance(value, list) else "" if value is None else str(value)
    decision = document.get("decision")
    unpublished = isinstance(decision, dict) and "published_on" in decision and decision["published_on"] is None
    found[UNPUBLISHED] = "yes" if unpublished else ""
    return found


def anchors() -> dict[str, str]:
    """Pointers of mistakes to the ids of the controls."""
    return {"/" + one.path.replace(".", "/"): f"f-{one.name}" for one in FIELDS}
