"""The sentences of a repair document about the record and its days: class, periods, open questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from credit.determined import question_of
from credit.labels import CLASSES, OUTCOMES
from credit.periods import PUBLICATION
from credit.regime import MARKET
from credit.rows import bounds_of
from kernel.money import format_yuan_zh
from kernel.numerals import to_zh
from kernel.regions import ancestors
from rules.schema_repair import RepairParameter, RepairRule
from rules.wording import value_text
from service.documents.repair_basis import all_said, basis, basis_of, said
from service.documents.repair_kinds import is_repairable
from service.documents.wording import blank, day_zh, established

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from credit.periods import Bound
    from service.documents.repair_subject import Subject

YEAR: Final = 12
DECISIONS: Final = {
    "penalty": "行政处罚决定",
    "serious_list": "列入严重失信主体名单的决定",
    "abnormal_list": "列入异常名录的决定",
}
PLACES: Final = {"market_regulation": "国家企业信用信息公示系统", "credit_china": "“信用中国”网站"}
_FOUND: Final = (
    "corrected",
    "duties_performed",
    "harm_removed",
    "repeat_same_kind",
    "further_heavier_penalty",
    "on_abnormal_list",
    "on_serious_list",
    "annulled",
    "wrong_subject",
    "misclassified",
)
_FOUND_DAYS: Final = {
    "performed_on": "履行完毕日期",
    "court_ruling_on": "人民法院裁定批准重整计划或者认可和解协议的日期",
    "plan_completed_on": "人民法院裁定确认重整计划执行完毕的日期",
}


def iso(day: date | None) -> str | None:
    """A day as text, for :func:`day_zh`."""
    return None if day is None else day.isoformat()


def record_words(subject: Subject) -> dict[str, str]:
    """The record as a document cites it; a marked blank for what it leaves open."""
    record = subject.record
    published = "没有公示" if record.published is False else day_zh(iso(record.day("published_on")), "公示日期")
    return {
        "record_id": record.text("record_id") or blank("信用记录编号"),
        "decision_name": DECISIONS.get(record.kind, "失信信息的认定"),
        "decision_number": record.text("number") or blank("决定书文号"),
        "decided_on": day_zh(iso(record.day("decided_on")), "决定日期"),
        "published_on": published,
        "penalty_kinds": _kinds(subject),
        "fine": _money(subject, "fine_yuan", "fine", "罚款金额"),
        "confiscated": _money(subject, "confiscated_yuan", "confiscate", "没收金额"),
        "applied_on": day_zh(iso(record.day("applied_on")), "申请日期"),
        "performed_on": day_zh(iso(record.day("performed_on")), "履行完毕日期"),
        "place": PLACES.get(_channel(subject), blank("公示平台")),
    }


def _channel(subject: Subject) -> str:
    return (subject.regime.channel if subject.regime else None) or ""


def _kinds(subject: Subject) -> str:
    if subject.record.kind != "penalty":
        return "不适用"
    kinds: tuple[str, ...] = subject.record.values["penalty_kinds"] or ()  # type: ignore[assignment]  # its reader
    fact = subject.policy.vocabulary["heaviest_kind"]
    return "、".join(value_text(fact, one).strip("「」") for one in kinds) or blank("处罚种类")


def _money(subject: Subject, name: str, kind: str, label: str) -> str:
    """An amount; 无 where it is nought or where the kinds of penalty have none of its kind."""
    fen = subject.record.values[name]
    if isinstance(fen, int) and fen:
        return format_yuan_zh(fen)
    kinds: tuple[str, ...] = subject.record.values["penalty_kinds"] or ()  # type: ignore[assignment]  # its reader
    imposed = any(one.startswith(kind) for one in kinds)
    return blank(label) if imposed or (fen is None and not kinds) else "无"


def class_line(subject: Subject) -> str:
    """The class with what gives it; a blank where readings or facts leave it open."""
    name = subject.answer["class"]
    if name is None:
        has_class = any(one.record_class for one in subject.reading.candidates)
        return blank("失信信息的类别及认定依据") if has_class else "所适用的办法不分类别"
    rows = [one for one in subject.answer["class_why"] if one["class"] == name]
    return CLASSES[name] + "；".join(dict.fromkeys(_why(one) for one in rows))


def _why(row: dict[str, str]) -> str:
    if "confidence" not in row:
        return f"（{row['text']}）"
    found = basis(row["id"], row["citation"], row["confidence"])  # type: ignore[arg-type]  # a citation's row
    return f"，{row['text'].removesuffix('。')}{found}"


def period_lines(subject: Subject) -> list[str]:
    """The periods of the reading that speaks, the first day to apply, the last of publication."""
    reading = subject.reading
    mins, maxes = bounds_of(reading, "min"), bounds_of(reading, "max")
    lines = [_period("最短公示期", one) for one in mins] + [_period("最长公示期", one) for one in maxes]
    if subject.is_disputed("earliest_on") or subject.is_disputed("ends_on"):
        lines.insert(0, "法律没有定论，以下按照排在首位的理解，其他理解另行列出。")
    if not mins and is_repairable(subject):
        lines.append("没有最短公示期，履行义务、纠正违法行为之后即可申请。")
    lines.append(f"最早可以申请修复的日期：{earliest(subject)}。")
    lines.append(f"公示期满的日期：{ends(subject)}；期满自动停止公示，无需申请。")
    return lines + all_said(one for one in subject.giving("AUTO_ENDED") if one.refers)


def _period(name: str, bound: Bound) -> str:
    start = "公示之日" if bound.start == PUBLICATION else "作出决定之日"
    whole = bound.months % YEAR == 0
    length = f"{to_zh(bound.months // YEAR)}年" if whole else f"{to_zh(bound.months)}个月"
    return f"{name}{length}，自{start}起计算{basis_of(bound.provision)}。"


def earliest(subject: Subject) -> str:
    """The first day on which an application is admissible, in words."""
    if not is_repairable(subject):
        return "不适用，不能提前停止公示"
    if subject.outcome == "BARRED_UNTIL":  # nobody read how many years the bar lasts
        return blank("最早申请日（虚假承诺的限制期限须核对原文）")
    return _day(subject, "earliest_on", "最早申请日")


def ends(subject: Subject) -> str:
    """The last day of publication, in words."""
    return _day(subject, "ends_on", "公示截止日")


def _day(subject: Subject, key: str, name: str) -> str:
    """A day on which all readings agree, or a blank that says what it hangs on."""
    if subject.is_disputed(key):
        return blank(f"{name}，各种理解的日期已分别列出")
    starts = {one.start for which in ("min", "max") for one in bounds_of(subject.reading, which)}
    return day_zh(subject.answer[key], f"{name}，自公示之日起推算" if PUBLICATION in starts else name)


def threshold_lines(subject: Subject) -> list[str]:
    """The province's figure of a lower fine, which a notice of market regulation has to give."""
    place = subject.record.place
    if place is None or _channel(subject) != MARKET:
        return []
    person = {"individual": {"natural_person"}, "sole_trader": {"natural_person", "organisation"}}
    party = person.get(subject.record.text("party_kind") or "", {"organisation"}) | {"any"}
    found = [
        one
        for one in subject.policy.thresholds
        if one.fact == "fine_lower" and one.jurisdiction in ancestors(place) and one.in_force.contains(subject.on)
    ]
    return [said(one) for one in found if one.party in party]


def question_lines(subject: Subject) -> list[str]:
    """Every open question with each of its readings and the days under it, and the blank to settle it."""
    return [line for one in subject.answer["questions"] for line in _question(one)]


def _question(question: dict[str, object]) -> Iterator[str]:
    yield f"问题：{question['question']}"
    readings: list[dict[str, str]] = question["readings"]  # type: ignore[assignment]  # rows of the answer
    for one in readings:
        days = f"最早申请日{day_zh(one['earliest_on']) if one['earliest_on'] else '无'}"
        days += f"，公示截止日{day_zh(one['ends_on']) if one['ends_on'] else '无'}"
        yield f"理解：{one['text'].removesuffix('。')}。结论为{OUTCOMES[one['outcome']]}；{days}。"
    wanted = f"对“{question['question']}”采用的理解及依据"
    yield f"本机关采用的理解及依据：{blank(wanted)}"


def established_lines(subject: Subject) -> list[str]:
    """The facts that were established, the adverse ones too."""
    values = subject.record.values
    facts = {name: values[name] for name in _FOUND if values[name] is not None}
    lines = [f"{one}。" for one in established(facts, subject.policy.vocabulary)]
    days = {name: subject.record.day(name) for name in _FOUND_DAYS}
    lines += [f"{_FOUND_DAYS[name]}：{day_zh(iso(day))}。" for name, day in days.items() if day]
    return lines + determined_lines(subject)


def determined_lines(subject: Subject) -> list[str]:
    """What a person has decided of open questions, as far as the answer rests on it."""
    rows = [row for row in subject.answer["determinations"] if row["used"]]
    asked = ((subject.policy.by_id[row["id"]], str(row["text"]).removesuffix("。")) for row in rows)
    return [
        f"对没有定论的问题“{question_of(one)}”，本机关认定：{words}。"
        for one, words in asked
        if isinstance(one, RepairParameter | RepairRule)
    ]


def missing_lines(subject: Subject) -> list[str]:
    """What is not established and could change the outcome: a blank each."""
    return [blank(one["question"]) for one in subject.answer["missing"]]
