"""The catalogue of repair: every row of the reference, citations that exist, words and labels, strict loading."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from credit import labels
from credit.confidence import ORDER, weakest
from credit.eligibility import Checker
from credit.policy import Policy
from credit.stages import ELIGIBLE, NEEDS_HUMAN, STAGES
from kernel.citation import parse_articles
from kernel.errors import CatalogueError
from kernel.instruments import load_register
from rules.evaluate import STATE_NAMES
from rules.load import link, load_catalogue
from rules.schema_repair import RepairParameter, RepairRule, RepairRuled
from tests.credit.casefiles import repair_documents

CHINESE = re.compile(r"[\u4e00-\u9fff]")
ROWS = {
    "NDRC36": [f"R36-{number:02}" for number in range(1, 30)],
    "NDRC58": [f"R58-{number:02}" for number in range(1, 16)],
    "SC22": [f"R22-{number:02}" for number in range(1, 12)],
    "SAMR107": [f"RM-{number:02}" for number in range(1, 13)],
    "SAMR21": [f"RM21-{number:02}" for number in range(1, 10)],
    "SAMR45": [f"R45-{number:02}" for number in range(1, 11)],
    "APL": [f"RAPL-{number:02}" for number in range(1, 6)],
    "SAMR44": [f"R44-{number:02}" for number in range(1, 7)],
    "dates": [f"D-{number}" for number in range(1, 8)],
    "transition": [f"T-{number}" for number in range(1, 5)],
    "questions": [f"Q-{number}" for number in range(1, 13)],
    "instruments": [
        "NDRC36",
        "NDRC58",
        "SC22",
        "SAMR107",
        "SAMR21",
        "SAMR45",
        "SAMR44",
        "PROC23",
        "OLD527",
        "APL",
        "CC",
    ],
}
PRINTABLE = {  # instrument and articles that the reference gives without GK
    "信用修复管理办法": {"2", "3", "4"},
    "失信行为纠正后的信用信息修复管理办法（试行）": {"2", "3"},
    "市场监督管理信用修复管理办法": {"4", "5", "6", "7"},
    "市场监督管理行政处罚信息公示规定": {"2", "4", "8", "9", "10", "11", "12", "13", "14", "18"},
    "市场监督管理严重违法失信名单管理办法": {"2", "5-10", "12"},
    "行政处罚法": {"9", "48", "51", "73", "85"},
    "民法典": {"201", "202", "203"},
}


@pytest.fixture(scope="module")
def policy(checker: Checker) -> Policy:
    return checker.policy


@pytest.mark.parametrize("group", ROWS)
def test_every_row_of_the_reference_is_there(policy: Policy, group: str) -> None:
    known = {getattr(one, "shown_id", one.id) for one in policy.by_id.values()} | set(policy.by_id)
    assert [row for row in ROWS[group] if row not in known] == []


def test_articles_are_only_those_that_may_be_printed(policy: Policy) -> None:
    for one in policy.by_id.values():
        for cited in one.citations:
            if cited.article:
                assert cited.article in PRINTABLE[cited.instrument], one.id
                assert parse_articles(cited.article)


def test_articles_of_laws_exist_in_the_register(policy: Policy) -> None:
    register = load_register()
    for title in ("行政处罚法", "民法典"):
        assert register.find(title) is not None, title
    cited = [
        c
        for one in policy.by_id.values()
        for c in one.citations
        if c.article and c.instrument in {"行政处罚法", "民法典"}
    ]
    assert cited
    for one in cited:
        instrument = register.find(one.instrument)
        assert instrument is not None
        for ref in parse_articles(one.article):
            assert any(version.has(ref.article, ref.suffix) for version in instrument.versions), one


def test_general_knowledge_is_never_cited_by_article(policy: Policy) -> None:
    for one in policy.by_id.values():
        if one.confidence == "GK" and "+" not in (getattr(one, "evidence", "") or ""):
            assert not any(cited.article for cited in one.citations), one.id


def test_every_provision_speaks_chinese(policy: Policy) -> None:
    for one in policy.by_id.values():
        assert CHINESE.search(one.title), one.id
        if isinstance(one, RepairRuled):
            assert CHINESE.search(one.says), one.id
        if isinstance(one, RepairParameter):
            assert CHINESE.search(one.question), one.id
            assert all(CHINESE.search(reading.text) for reading in one.readings), one.id


def test_a_rule_that_decides_says_what_to_do_or_needs_nothing(policy: Policy) -> None:
    silent = {"NOT_PUBLISHABLE", "CORRECT_RECORD_INSTEAD", "NOT_REPAIRABLE"}
    for one in policy.by_id.values():
        if isinstance(one, RepairRule) and (one.outcome or one.otherwise) and one.next_step is None:
            assert (one.outcome or one.otherwise) in silent | {"TOO_EARLY"}, one.id


class TestLabels:
    def test_every_code_has_its_label(self) -> None:
        assert set(labels.OUTCOMES) == {*STAGES, ELIGIBLE, NEEDS_HUMAN}
        assert set(labels.STATES) == set(STATE_NAMES)
        assert set(labels.CONFIDENCE) == set(ORDER)

    def test_the_weakest_label_counts(self) -> None:
        assert weakest(["V3", "P", "GK", "F"]) == "GK"
        assert weakest(["V1", "V4"]) == "V1"
        assert weakest([]) is None


def _broken(file: str, change: Callable[[dict[str, Any]], None]) -> CatalogueError:
    documents = dict(repair_documents())
    name = next(one for one in documents if one.endswith(file))
    broken: dict[str, Any] = dict(documents[name])  # type: ignore[call-overload]  # a mapping, as all files are
    change(broken)
    documents[name] = broken
    with pytest.raises(CatalogueError) as caught:
        Policy(link(documents))
    assert CHINESE.search(caught.value.detail)
    assert caught.value.file == name
    return caught.value


@pytest.mark.parametrize(
    ("file", "changes", "key"),
    [
        ("R36-10.yaml", {"outcom": "AUTO_ENDED"}, "outcom"),
        ("R36-10.yaml", {"outcome": "DONE"}, "outcome"),
        ("R36-10.yaml", {"confidence": "sure"}, "confidence"),
        ("R36-10.yaml", {"confidence": "V0"}, "confidence"),
        ("R36-10.yaml", {"id": "R36-99"}, "id"),
        ("R36-10.yaml", {"disputed": None}, ""),
        ("R36-10.yaml", {"otherwise": "DUTY_OPEN"}, ""),
        ("R36-10.yaml", {"regimes": ["NDRC37"]}, "regimes"),
        ("R36-10.yaml", {"conditions": [{"fact": "duties_performd", "eq": True}]}, "conditions[0].fact"),
        ("R36-10.yaml", {"conditions": [{"fact": "duties_performed", "eq": "yes"}]}, "conditions[0].eq"),
        ("R36-22.yaml", {"bar_years": "anni"}, ""),
        ("R36-06-min.yaml", {"months": "years"}, ""),
        ("R36-06-min.yaml", {"restriction": "R36-98"}, "restriction"),
        ("K36-accept.yaml", {"setting": "days"}, ""),
        ("TH-420000-person.yaml", {"values": [True]}, ""),
        ("TH-420000-person.yaml", {"values": [True, "false"]}, "values"),
        ("TH-420000-person.yaml", {"fact": "fine_low"}, "fact"),
        ("P-downgrade.yaml", {"readings": [{"value": "worst", "text": "最重"}]}, "values"),
        ("S-first-day.yaml", {"value": "never"}, "value"),
        ("S-first-day.yaml", {"parameter": "P-fine-grade"}, "parameter"),
        ("S-first-day.yaml", {"parameter": "P-nothing"}, "parameter"),
        ("X527-special.yaml", {"conditions": []}, ""),
    ],
    ids=str,
)
def test_a_mistake_in_a_file_names_file_and_key(file: str, changes: dict[str, Any], key: str) -> None:
    def change(document: dict[str, Any]) -> None:
        for name, value in changes.items():
            if value is None:
                del document[name]
            else:
                document[name] = value

    assert _broken(file, change).key == key


def test_a_catalogue_without_repair_says_so() -> None:
    documents = {name: one for name, one in repair_documents().items() if "/repair/" not in name}
    with pytest.raises(CatalogueError):
        Policy(link(documents))


def test_cases_of_penalty_know_nothing_of_repair(policy: Policy) -> None:
    release = load_catalogue()
    assert "record_kind" not in release.vocabulary
    assert not set(release.provisions) & set(policy.by_id)
