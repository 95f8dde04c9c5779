"""Checks that need no proof: citations, days, places, figures, cases, and the list of accepted findings."""

from typing import Any

import pytest

from kernel.errors import CatalogueError
from rules.check import Finding, check_release
from tests.rules.smallcatalogue import ON, Part, case, catalogue, common, fine, found, item, statute, violation

FIRST: Part = {"fact": "first_violation", "eq": True}
CHEAP: Part = {"fact": "goods_value_yuan", "lte": 500}
LAW = "食品安全法"


def cited(article: str, instrument: str = LAW, **more: object) -> Part:
    return {"instrument": instrument, "article": article, "role": "penalty"} | more


def codes(*parts: Part, **options: Any) -> set[str]:  # noqa: ANN401 - passed on
    return {one.code for one in check_release(catalogue(*parts), ON, prove=False, **options)} - {"proofs_not_made"}


def one_of(code: str, *parts: Part, **options: Any) -> Finding:  # noqa: ANN401 - passed on
    findings = found(catalogue(*parts), code, prove=False, **options)
    assert len(findings) == 1, findings
    return findings[0]


class TestCitations:
    @pytest.mark.parametrize(
        ("citation", "code"),
        [
            (cited("第几条"), "citation_unreadable"),
            (cited("155"), "citation_unknown"),
            (cited("124", "某某管理规定"), "citation_unindexed"),
            (cited("31", "环境影响评价法"), "citation_repealed"),
            (cited("1107", "生态环境法典"), "citation_not_yet_effective"),
        ],
    )
    def test_each_fault_is_found(self, citation: Part, code: str) -> None:
        one = one_of(code, item("X-1", [FIRST], citations=[cited("124①(五)"), citation]))
        assert (one.file, one.key) == ("national/X-1/X-1.yaml", "citations[1]")
        assert citation["instrument"] in one.detail

    @pytest.mark.parametrize(
        "citation",
        [
            cited("124①(五)"),
            cited("31", "环境影响评价法", until="2026-08-15"),
            cited("1107", "生态环境法典", **{"from": "2026-08-15"}),
            cited("1201", "生态环境法典", **{"from": "2026-08-15"}),
        ],
    )
    def test_a_citation_of_its_time_is_sound(self, citation: Part) -> None:
        assert not {one for one in codes(item("X-1", [FIRST], citations=[citation])) if one.startswith("citation")}

    def test_an_article_that_came_with_a_later_version(self) -> None:
        """An article number may exist today and not on the first day it is cited for."""
        later = cited("73(一)", "农产品质量安全法")
        one = one_of("citation_unknown", item("X-1", [FIRST], citations=[later]))
        assert "2022-01-01" in one.detail
        assert "citation_unknown" not in codes(item("X-1", [FIRST], citations=[later | {"from": "2023-01-01"}]))

    def test_the_law_of_a_violation_is_looked_up_version_by_version(self) -> None:
        version = {"in_force": {"from": "2020-01-01", "until": None}, "basis": [cited("155")], "prohibition": []}
        one = one_of("citation_unknown", violation(versions=[version]))
        assert one.key == "versions[0].basis[0]"


class TestDays:
    def test_a_quarter_without_law(self) -> None:
        versions = [
            {"in_force": {"from": "2020-01-01", "until": "2022-04-01"}},
            {"in_force": {"from": "2022-04-02", "until": None}},
        ]
        assert "：2022年第2季度。" in one_of("quarter_uncovered", violation(versions=versions)).detail

    @pytest.mark.parametrize(
        ("first", "until", "shown"),
        [("2022-03-01", None, "2021年第3季度至2022年第1季度"), ("2020-01-01", "2026-11-24", "2026年第4季度")],
    )
    def test_before_the_first_and_after_the_last(self, first: str, until: str | None, shown: str) -> None:
        assert (
            shown
            in one_of("quarter_uncovered", violation(versions=[{"in_force": {"from": first, "until": until}}])).detail
        )

    def test_abolished_is_an_answer(self) -> None:
        versions = [
            {"in_force": {"from": "2021-07-15", "until": "2022-03-01"}, "abolished": True},
            {"in_force": {"from": "2022-03-01", "until": None}},
        ]
        assert "quarter_uncovered" not in codes(violation(versions=versions))

    def test_an_item_that_no_law_of_its_violation_meets(self) -> None:
        versions = [
            {"in_force": {"from": "2020-01-01", "until": "2022-01-01"}},
            {"in_force": {"from": "2022-01-01", "until": None}, "abolished": True},
        ]
        one = one_of("item_without_law", violation(versions=versions), item("X-1", [FIRST]))
        assert one.provisions == ("X-1", "act")

    @pytest.mark.parametrize(("until", "within", "near"), [("2026-12-24", 30, True), ("2026-12-25", 30, False)])
    def test_what_ends_soon(self, until: str, within: int, *, near: bool) -> None:
        part = item("X-1", [FIRST], in_force={"from": "2022-01-01", "until": until})
        assert ("expires_soon" in codes(part, within_days=within)) is near

    def test_what_has_ended_is_not_about_to_end(self) -> None:
        ended = item("X-1", [FIRST], in_force={"from": "2022-01-01", "until": ON.isoformat()})
        assert "expires_soon" not in codes(ended)


class TestFigures:
    def values(self, *dated: Part) -> Part:
        return {"unit": "yuan", "values": list(dated)}

    def test_a_parameter_without_a_value_for_a_time(self) -> None:
        limit = self.values(
            {"from": "2022-01-01", "until": "2023-01-01", "value": 100}, {"from": "2024-01-01", "value": 200}
        )
        part = item("X-1", [{"fact": "goods_value_yuan", "lte": {"param": "limit"}}], parameters={"limit": limit})
        assert "2023-01-01" in one_of("parameter_hole", part).detail

    def test_a_parameter_that_nothing_reads(self) -> None:
        limit = self.values({"from": "2022-01-01", "value": 100})
        assert one_of("parameter_unused", item("X-1", [FIRST], parameters={"limit": limit})).key == "parameters.limit"

    def test_a_longer_period_that_is_shorter(self) -> None:
        years = {
            "years": self.values({"from": "2022-01-01", "value": 2}),
            "extended_years": self.values({"from": "2022-01-01", "value": 1}),
        }
        part = item("X-1", [FIRST], parameters=years)
        assert one_of("parameter_contradiction", part).key == "parameters.extended_years"

    def test_two_benchmarks_of_one_scope(self) -> None:
        shares = {
            name: self.values({"from": "2022-01-01", "value": 0.3}) for name in ("lighter_share", "heavier_share")
        }
        one, other = (common(name, "benchmark", parameters=shares, fields=["市场监管"]) for name in ("B-1", "B-2"))
        assert one_of("parameter_contradiction", one, other).provisions == ("B-1", "B-2")
        assert "parameter_contradiction" not in codes(one, other | {"precedence": 1})
        assert "parameter_contradiction" not in codes(one, other | {"fields": ["消防救援"]})

    def test_a_limitation_whose_longer_period_is_shorter(self) -> None:
        limit = {
            "years": 5,
            "extended_years": 2,
            "citation": cited("86", "税收征收管理法"),
            "in_force": {"from": "2020-01-01"},
        }
        assert one_of("parameter_contradiction", violation(limitation=[limit])).key == "limitation[0].extended_years"

    def test_a_cap_below_its_floor(self) -> None:
        multiple = {"min_x": 1, "max_x": 3, "base": "illegal_gains_yuan", "floor_yuan": 5000, "cap_yuan": 1000}
        assert "上限" in one_of("parameter_contradiction", violation({"fine": multiple})).detail

    def test_an_escalation_that_is_cheaper(self) -> None:
        serious = {"when": {"fact": "circumstances_serious", "eq": True}, "escalation": True}
        part = violation({"fine": fine(1000, 5000)}, serious | {"fine": fine(500, 4999)})
        assert one_of("escalation_cheaper", part).key == "versions[0].penalty.branches[1].fine"
        assert "escalation_cheaper" not in codes(
            violation({"fine": fine(1000, 5000)}, serious | {"fine": fine(0, 5000)})
        )


class TestCases:
    SOUND = (
        case({"first_violation": True, "goods_value_yuan": 500}, "applies"),
        case({"first_violation": False, "goods_value_yuan": 500}, "not_met"),
        case({"first_violation": True, "goods_value_yuan": 500.01}, "not_met"),
    )

    def of(self, *tests: Part) -> set[str]:
        return codes(item("X-1", [FIRST, CHEAP], tests=list(tests)))

    def test_a_pair_at_every_limit_is_enough(self) -> None:
        assert self.of(*self.SOUND) == set()

    def test_a_case_that_comes_out_otherwise(self) -> None:
        assert "test_fails" in self.of(*self.SOUND, case({"first_violation": False}, "applies"))

    def test_no_case_that_applies(self) -> None:
        assert "test_missing" in self.of(self.SOUND[1])
        assert "test_missing" in self.of()

    def test_a_side_without_a_case(self) -> None:
        assert "threshold_untested" in self.of(*self.SOUND[:2])

    def test_the_limit_itself_without_a_case(self) -> None:
        off = [one | {"facts": one["facts"] | {"goods_value_yuan": 499}} for one in self.SOUND[:2]]
        assert self.of(*off, self.SOUND[2]) == {"boundary_untested"}

    def test_a_condition_that_never_fails_alone(self) -> None:
        both = case({"first_violation": False, "goods_value_yuan": 501}, "not_met")
        assert self.of(self.SOUND[0], both, self.SOUND[2]) == {"condition_untested"}

    def test_the_statute_is_held_to_it_too(self) -> None:
        assert "condition_untested" in codes(
            statute("S-1", [FIRST], tests=[case({"first_violation": True}, "applies")])
        )


class TestAccepted:
    DEAD = item("X-1", [FIRST, {"fact": "first_violation", "eq": False}], tests=[])

    def entry(self, code: str, **more: object) -> Part:
        return {
            "about": "已知的问题",
            "accepted": [{"code": code, "reason": "来源如此", "checked_on": "2026-11-24"} | more],
        }

    def test_an_accepted_finding_shows_its_reason(self) -> None:
        release = catalogue(self.DEAD, accepted=self.entry("test_missing", provisions=["X-1"]))
        (one,) = found(release, "test_missing", prove=False)
        assert (one.severity, one.reason) == ("accepted", "来源如此")

    def test_one_reason_for_several(self) -> None:
        other = self.DEAD | {"id": "X-2"}
        release = catalogue(self.DEAD, other, accepted=self.entry("test_missing", each=["X-1", "X-2"]))
        assert {one.severity for one in found(release, "test_missing", prove=False)} == {"accepted"}

    @pytest.mark.parametrize(
        "more", [{"provisions": ["X-2"]}, {"provisions": ["X-1", "X-2"]}, {"provisions": ["X-1"], "key": "title"}]
    )
    def test_an_entry_about_something_else_accepts_nothing(self, more: Part) -> None:
        release = catalogue(self.DEAD, accepted=self.entry("test_missing", **more))
        assert found(release, "test_missing", prove=False)[0].severity == "defect"
        (idle,) = found(release, "acceptance_idle", prove=False)
        assert (idle.file, idle.key) == ("accepted/known.yaml", "accepted[0]")

    def test_without_proofs_entries_about_proofs_are_not_idle(self) -> None:
        release = catalogue(self.DEAD, accepted=self.entry("dead_item", provisions=["X-1"]))
        assert not found(release, "acceptance_idle", prove=False)
        assert not found(release, "acceptance_idle")

    @pytest.mark.parametrize(
        "entry",
        [
            {"code": "no_such_code", "provisions": ["X-1"]},
            {"code": "dead_item"},
            {"code": "dead_item", "provisions": ["X-1"], "each": ["X-1"]},
            {"code": "dead_item", "provisions": ["X-1"], "reason": ""},
            {"code": "dead_item", "provisions": ["X-1"], "until": "2027-01-01"},
        ],
    )
    def test_a_badly_written_entry_names_file_and_key(self, entry: Part) -> None:
        whole = {"about": "已知的问题", "accepted": [{"reason": "来源如此", "checked_on": "2026-11-24"} | entry]}
        with pytest.raises(CatalogueError) as caught:
            check_release(catalogue(accepted=whole), ON, prove=False)
        assert "accepted/known.yaml" in str(caught.value)

    def test_accepting_changes_no_digest(self) -> None:
        """Why a finding may stay is no law: stored decisions keep pointing at the same release."""
        with_it = catalogue(self.DEAD, accepted=self.entry("test_missing", provisions=["X-1"]))
        assert with_it.digest == catalogue(self.DEAD).digest
