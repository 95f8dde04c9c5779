"""What a decision rests on is held against the law in force on its day."""

from datetime import date
from typing import Any

import pytest

from rules.citations import citation_warnings, force_of, survey
from rules.decide import Decider
from rules.release import Release
from rules.schema_parts import CitationRef
from tests.rules.conftest import TODAY
from tests.rules.smallcatalogue import Part, catalogue, item, violation

OLD = {"instrument": "环境影响评价法", "article": "31", "role": "penalty"}
NEW = {"instrument": "生态环境法典", "article": "1095", "role": "penalty"}
FIRST: Part = {"fact": "first_violation", "eq": True}


def ref(**more: object) -> CitationRef:
    return CitationRef.model_validate(OLD | more)


@pytest.mark.parametrize(
    ("citation", "day", "lapse"),
    [
        (OLD, date(2026, 8, 14), None),
        (OLD, date(2026, 8, 15), "repealed"),
        (NEW, date(2026, 8, 14), "not_yet_effective"),
        (NEW, date(2026, 8, 15), None),
        (OLD | {"instrument": "某某管理规定"}, date(2026, 8, 15), None),
    ],
)
def test_the_days_on_which_an_instrument_lapses(citation: Part, day: date, lapse: str | None) -> None:
    found = citation_warnings([CitationRef.model_validate(citation)], day, day)
    assert [one for one, _ in found] == ([lapse] if lapse else [])


def test_a_citation_that_ended_in_time_is_none_of_that_day() -> None:
    day = date(2026, 8, 15)
    assert citation_warnings([ref(until="2026-08-15")], day, day) == []


def test_each_instrument_is_named_once() -> None:
    day = date(2026, 9, 1)
    assert len(citation_warnings([ref(), ref(article="25")], day, day)) == 1
    assert force_of("环境影响评价法").repealed_on == date(2026, 8, 15)


def warned(release: Release, decided_on: str, conduct_on: str = "2026-01-01") -> dict[str, list[str] | None]:
    facts = {"conduct_date": conduct_on, "decision_date": decided_on, "first_violation": True}
    document = {"jurisdiction": "210200", "violation": "act", "facts": facts}
    decided: Any = Decider(release).check(document, TODAY)
    return {one["code"]: one.get("items") for one in decided["warnings"] if one["code"].startswith("basis_")}


class TestDecision:
    def test_an_item_that_goes_on_citing_a_repealed_law(self) -> None:
        """The violation has its new law already; the item still names the old one."""
        versions = [
            {"in_force": {"from": "2020-01-01", "until": "2026-08-15"}, "basis": [OLD]},
            {"in_force": {"from": "2026-08-15", "until": None}, "basis": [NEW]},
        ]
        release = catalogue(violation(versions=versions), item("X-1", [FIRST], citations=[OLD]))
        assert warned(release, "2026-08-14") == {}
        assert warned(release, "2026-08-15", "2026-08-15") == {"basis_repealed": ["X-1"]}

    def test_an_item_whose_citations_follow_the_law(self) -> None:
        dated = [OLD | {"until": "2026-08-15"}, NEW | {"from": "2026-08-15"}]
        release = catalogue(item("X-1", [FIRST], citations=dated))
        assert warned(release, "2026-08-14") == warned(release, "2026-08-15") == {}

    def test_an_item_that_does_not_apply_warns_of_nothing(self) -> None:
        release = catalogue(item("X-1", [{"fact": "first_violation", "eq": False}], citations=[OLD]))
        assert warned(release, "2026-08-15") == {}

    def test_the_old_law_applied_after_its_repeal(self) -> None:
        version = {"in_force": {"from": "2020-01-01", "until": None}, "basis": [OLD]}
        assert warned(catalogue(violation(versions=[version])), "2026-08-15") == {"basis_repealed": None}

    def test_a_law_that_is_not_yet_in_force(self) -> None:
        release = catalogue(item("X-1", [FIRST], citations=[NEW]))
        assert warned(release, "2026-08-14") == {"basis_not_yet_effective": ["X-1"]}

    def test_roles_on_which_no_penalty_rests_are_left_alone(self) -> None:
        release = catalogue(item("X-1", [FIRST], citations=[OLD | {"role": "exemption"}]))
        assert warned(release, "2026-08-15") == {}


def test_the_survey_counts_every_citation_once(release: Release) -> None:
    found = survey(release, TODAY)
    assert found.counts["does_not_exist"] == 0
    assert sum(found.counts.values()) > 1800
    assert all(one.provisions for one in found.unindexed)
