"""A scan against single answers, record by record, and its figures against a count of their own."""

import csv
import io
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credit.eligibility import Checker
from credit.records import parse_record
from credit.regime import Regimes
from credit.register import Columns, Defaults, Entry, Maker
from credit.scan import Finding, Scanner, document_of
from credit.scan_summary import month_of, summary, week_of
from credit.scan_table import table, with_duplicates
from credit.synthetic import headings, rows
from kernel.errors import InputError
from tests.credit.casefiles import checker_with

ON = date(2026, 11, 24)
CHECKER = checker_with(())
SAME = ("outcome", "settled", "regime", "class", "earliest_on", "ends_on", "boundary", "confidence")
MAYBE = st.sampled_from([None, True, False])
DAYS = st.one_of(st.none(), st.dates(date(2019, 1, 1), date(2027, 6, 30)).map(date.isoformat))


def plain(found: Finding) -> dict[str, object]:
    """A finding in the words of an answer."""
    row: dict[str, object] = found._asdict()
    row["class"] = row.pop("record_class")
    return {name: one.isoformat() if isinstance(one, date) else one for name, one in row.items()}


def is_same(found: Finding, answer: Mapping[str, Any], on: date) -> bool:
    """Whether a finding says what the answer to the single record says."""
    row = plain(found)
    late = sorted(
        (one["due_on"], one["step"])
        for one in answer["clocks"]
        if one["due_on"] and date.fromisoformat(one["due_on"]) < on and "assumes" not in one
    )
    return (
        all(row[name] == answer[name] for name in SAME)
        and row["rules"] == " ".join(answer["rules"])
        and row["missing"] == " ".join(one["fact"] for one in answer["missing"])
        and (row["overdue_since"], row["overdue"]) == (late[0] if late else (None, None))
    )


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Records of all sorts: few of everything, so that many are alike but for what must not matter."""
    decision: dict[str, Any] = {
        "number": draw(st.sampled_from([None, "1号", "2号"])),
        "authority": draw(
            st.sampled_from(
                [
                    None,
                    "",
                    "大连市市场监督管理局",
                    "武汉市市场监管局",
                    "大连市应急管理局",
                    "某省药监局",
                    "大连市消防救援支队",
                ]
            )
        ),
        "decided_on": draw(DAYS),
        "procedure": draw(st.sampled_from([None, "simple", "ordinary"])),
        "penalty_kinds": draw(
            st.sampled_from([None, [], ["fine"], ["warning"], ["warning", "fine"], ["suspend_permit"]])
        ),
        "fine_yuan": draw(st.sampled_from([None, 0, 50, 199, 200, 201, 3000, 4999, 100000, "250000.55"])),
        "confiscated_yuan": draw(st.sampled_from([None, 0, 1, 70000])),
        "domain": draw(st.sampled_from([None, "food", "fire", "work_safety", "other"])),
        "annulled": draw(MAYBE),
        "restriction_until": draw(st.one_of(st.none(), DAYS)),
    }
    if draw(st.booleans()):
        decision["published_on"] = draw(DAYS)
    return {
        "kind": draw(st.sampled_from(["penalty", "penalty", "penalty", "abnormal_list", "serious_list"])),
        "channel": draw(st.sampled_from([None, "market_regulation", "credit_china"])),
        "province": draw(st.sampled_from([None, "210000", "420000"])),
        "jurisdiction": draw(st.sampled_from([None, "210200", "420100"])),
        "class": draw(st.sampled_from([None, None, "minor", "general", "serious"])),
        "party": {"kind": draw(st.sampled_from([None, "enterprise", "sole_trader", "individual"]))},
        "decision": decision,
        "conduct": {"corrected": draw(MAYBE), "duties_performed": draw(MAYBE), "performed_on": draw(DAYS)},
        "application": {
            "applied_on": draw(DAYS),
            "promise_made": draw(MAYBE),
            "materials_complete": draw(MAYBE),
            "false_promise_on": draw(st.one_of(st.none(), DAYS)),
        },
        "reorganisation": {"court_ruling_on": draw(st.one_of(st.none(), DAYS))},
    }


class TestSingleAnswers:
    @settings(max_examples=60)
    @given(st.lists(documents(), min_size=2, max_size=40), st.dates(date(2025, 12, 1), date(2027, 1, 31)))
    def test_a_scan_says_what_the_check_says(self, found: list[dict[str, Any]], on: date) -> None:
        maker = Maker(Regimes(CHECKER.policy), Defaults())
        scanned = Scanner(CHECKER, on).rows(maker.of_document(one) for one in found)
        for document, row in zip(found, scanned, strict=True):
            try:
                answer: Mapping[str, Any] = CHECKER.check(document, on)
            except InputError:
                assert row.finding is None
                assert row.problem
            else:
                assert row.finding is not None
                assert is_same(row.finding, answer, on)

    @settings(max_examples=200)
    @given(documents())
    def test_a_record_written_out_is_read_back(self, document: dict[str, Any]) -> None:
        try:
            record = parse_record(document)
        except InputError:
            return
        again = parse_record(document_of(record.values, record.published))
        assert (again.values, again.published) == (record.values, record.published)

    def test_days_out_of_order_are_refused_as_in_the_document(self) -> None:
        values = dict.fromkeys(document_values(), None)
        values |= {"record_kind": "penalty", "decided_on": date(2026, 4, 10), "published_on": date(2026, 4, 9)}
        row = Scanner(CHECKER, ON).rows([Entry(values, published=True)])[0]
        assert row.finding is None
        assert row.problem


def document_values() -> dict[str, object]:
    return parse_record({"kind": "penalty"}).values


# -- figures counted a second time ----------------------------------------------------------------

KINDS = {
    "警告": "warning",
    "罚款": "fine",
    "没收违法所得": "confiscate_gains",
    "没收非法财物": "confiscate_property",
    "责令停产停业": "stop_business",
    "吊销许可证件": "revoke_permit",
    "暂扣许可证件": "suspend_permit",
    "通报批评": "criticism",
    "其他-责令限期改正": "other",
}
HEADS = {"91": "enterprise", "92": "sole_trader"}
UNREADABLE = object()


def second_day(cell: str) -> object:
    """A day of the made-up register, read by trying forms in turn."""
    if cell.isdigit():
        return date(1899, 12, 30) + timedelta(days=int(cell))
    numbers = cell.removesuffix(" 00:00:00")
    for word in "年月/.":
        numbers = numbers.replace(word, "-")
    try:
        return date(*(int(one) for one in numbers.replace("日", "").split("-")))
    except (ValueError, TypeError):
        return UNREADABLE


def second_amount(cell: str) -> object:
    if cell in {"", "/"}:
        return None
    try:
        yuan = Decimal(cell) * 10_000
    except ArithmeticError:
        return UNREADABLE
    return yuan if yuan >= 0 else UNREADABLE


def second_kinds(cell: str) -> object:
    for one in "、,，;；/+":
        cell = cell.replace(one, " ")
    names = cell.split()
    return [KINDS[one] for one in names] if all(one in KINDS for one in names) else UNREADABLE


def second_party(row: Mapping[str, str]) -> str:
    category = row["行政相对人类别"]
    return {"自然人": "individual", "个体工商户": "sole_trader"}.get(category, "enterprise")


def second_document(row: Mapping[str, str]) -> dict[str, Any] | None:
    """The record of a row, by rules written down a second time; None where it cannot be read."""
    decided = second_day(row["处罚决定日期"])
    read = [
        decided,
        kinds := second_kinds(row["处罚类别"]),
        fine := second_amount(row["罚款金额(万元)"]),
        taken := second_amount(row["没收违法所得、没收非法财物的金额(万元)"]),
    ]
    if any(one is UNREADABLE for one in read):
        return None
    answers = {"是": True, "否": False, "": None}
    market = "市场监督管理" in row["处罚机关"]
    code = row["处罚机关统一社会信用代码"][2:8]
    decision: dict[str, Any] = {
        "authority": row["处罚机关"],
        "decided_on": str(decided),
        "penalty_kinds": kinds or ([] if fine or taken else None),
        "fine_yuan": fine,
        "confiscated_yuan": taken,
        "procedure": {"普通程序": "ordinary", "简易程序": "simple", "": None}[row["处罚程序"]],
        "published_on": None if row["公示日期"] == "未公示" else row["公示日期"],
    }
    return {
        "kind": "penalty",
        "channel": "market_regulation" if market else "credit_china",
        "jurisdiction": None if code == "100000" else code,
        "party": {"kind": second_party(row)},
        "decision": decision,
        "conduct": {
            "corrected": answers[row["是否纠正"]],
            "duties_performed": answers[row["是否履行"]],
            "performed_on": row["履行日期"] or None,
        },
    }


@pytest.fixture(scope="module")
def made_up() -> list[dict[str, str]]:
    """A made-up register as the text of a CSV file has it."""
    text = io.StringIO()
    csv.writer(text).writerows([headings(local=True), *rows(3000, 11, ON, local=True)])
    text.seek(0)
    return list(csv.DictReader(text))


def test_figures_are_those_of_a_second_count(made_up: list[dict[str, str]], checker: Checker) -> None:
    maker = Maker(Regimes(checker.policy), Defaults())
    entries = Columns(tuple(made_up[0])).entries([tuple(row.values()) for row in made_up], maker)
    figures: dict[str, Any] = summary(with_duplicates(table(Scanner(checker, ON).rows(entries), 1, ON)), ON)
    answers = [(row, checker.check(one, ON) if (one := second_document(row)) else None) for row in made_up]
    read = [(row, one) for row, one in answers if one is not None]
    assert figures["rows"] == len(made_up)
    assert figures["problems"] == len(answers) - len(read) > 0
    assert figures["outcomes"] == dict(Counter(one["outcome"] for _, one in read))
    assert figures["unsettled"] == sum(not one["settled"] for _, one in read)
    for name, (first, last) in {"week": week_of(ON), "month": month_of(ON)}.items():
        for key, day in (("eligible", "earliest_on"), ("ending", "ends_on")):
            inside = sum(
                one[day] is not None and first.isoformat() <= str(one[day]) <= last.isoformat() for _, one in read
            )
            assert figures[key][name]["count"] == inside
    off = [
        row
        for row, one in read
        if one["outcome"] in {"CORRECT_RECORD_INSTEAD", "NOT_PUBLISHABLE", "AUTO_ENDED"}
        and row["公示日期"] != "未公示"
        and not (row["公示截止期"] and row["公示截止期"] < ON.isoformat())
    ]
    assert figures["off_display"]["shown"] == len(off) > 0
    owed = [row for row, one in read if one["outcome"] not in {"OUT_OF_SCOPE", "NOT_PUBLISHABLE"}]
    assert figures["notices"]["lacking"] == sum(row["告知书送达日期"] == "未送达" for row in owed) > 0
    same = Counter((row["行政处罚决定书文号"], row["处罚机关"], row["行政相对人名称"]) for row in made_up)
    assert figures["remarks"]["duplicate"] == sum(number for number in same.values() if number > 1)


class TestSpans:
    def test_weeks_begin_on_monday(self) -> None:
        assert week_of(date(2026, 11, 29)) == (date(2026, 11, 23), date(2026, 11, 29))
        assert week_of(date(2026, 11, 30)) == (date(2026, 11, 30), date(2026, 12, 6))

    def test_a_leap_february(self) -> None:
        assert month_of(date(2028, 2, 1)) == (date(2028, 2, 1), date(2028, 2, 29))


class TestMadeUp:
    def test_the_same_seed_the_same_rows(self) -> None:
        assert list(rows(300, 5, ON)) == list(rows(300, 5, ON))
        assert list(rows(300, 5, ON)) != list(rows(300, 6, ON))

    def test_the_standard_has_29_columns(self) -> None:
        assert len(headings()) == 29
