"""Proofs about items: each kind of finding is found in a catalogue that has it, and only there."""

from typing import Any

import pytest

from rules.check import Finding
from rules.decide import Decider
from rules.load import link
from tests.rules.smallcatalogue import ON, Part, catalogue, common, facts, found, item, source, statute, violation

FIRST: Part = {"fact": "first_violation", "eq": True}
CORRECTED: Part = {"fact": "correction_status", "in": ["on_spot", "within_deadline"]}
HARMLESS: Part = {"fact": "harm_level", "lte": "minor"}


def below(yuan: float) -> Part:
    return {"fact": "goods_value_yuan", "lt": yuan}


def above(yuan: float) -> Part:
    return {"fact": "goods_value_yuan", "gt": yuan}


def only(findings: list[Finding]) -> Finding:
    assert len(findings) == 1, findings
    return findings[0]


class TestDead:
    @pytest.mark.parametrize(
        "conditions",
        [
            [FIRST, {"fact": "first_violation", "eq": False}],
            [below(100), above(100)],
            [{"fact": "harm_level", "lt": "minor"}, {"fact": "harm_level", "in": ["minor", "serious"]}],
            [{"at_least": 2, "of": [below(1), above(2), {"fact": "goods_value_yuan", "eq": 1.5}]}],
            [{"not": {"any": [FIRST, {"fact": "first_violation", "eq": False}]}}],
        ],
    )
    def test_conditions_that_no_case_can_meet(self, conditions: list[Part]) -> None:
        one = only(found(catalogue(item("X-1", conditions)), "dead_item"))
        assert (one.severity, one.file, one.key) == ("defect", "national/X-1/X-1.yaml", "conditions")
        assert one.provisions == ("X-1",)

    def test_a_day_that_cannot_lie_in_the_case(self) -> None:
        late = {"fact": "discovery_date", "gt": {"fact": "conduct_date", "plus": {"years": 2}}}
        early = {"fact": "discovery_date", "lte": {"fact": "conduct_date", "plus": {"days": 729}}}
        assert found(catalogue(item("X-1", [late, early])), "dead_item")

    def test_years_are_those_of_the_calendar(self) -> None:
        """Two years are 730 or 731 days: the second only where a 29 February lies between."""
        late = {"fact": "discovery_date", "lt": {"fact": "conduct_date", "plus": {"years": 2}}}
        exactly = {"fact": "discovery_date", "eq": {"fact": "conduct_date", "plus": {"days": 730}}}
        common_years = {"fact": "conduct_date", "between": ["2025-03-01", "2026-01-31"]}
        assert not found(catalogue(item("X-1", [late, exactly])), "dead_item")
        assert found(catalogue(item("X-1", [late, exactly, common_years])), "dead_item")

    def test_a_case_whose_days_contradict_each_other_is_none(self) -> None:
        backwards = {"fact": "decision_date", "lt": {"fact": "conduct_date"}}
        assert found(catalogue(item("X-1", [backwards])), "dead_item")

    def test_what_can_happen_is_no_finding(self) -> None:
        assert not found(catalogue(item("X-1", [FIRST, below(100), above(99.99 - 0.02)])), "dead_item")

    def test_between_two_cents_there_is_nothing(self) -> None:
        assert found(catalogue(item("X-1", [above(100), below(100.01)])), "dead_item")

    def test_grounds_of_the_statute_and_checks_are_held_to_it_too(self) -> None:
        dead = [FIRST, {"fact": "first_violation", "eq": False}]
        check = common("C-1", "check", conditions=dead, warning="some_warning", detail="说明")
        assert len(found(catalogue(statute("S-1", dead), check), "dead_item")) == 2


def test_provisions_of_credit_repair_are_held_to_it_too() -> None:
    words = {
        "name": "penalty_kept",
        "type": "bool",
        "label": "处罚",
        "question": "处罚是否有效？",
        "yes": "有效",
        "no": "无效",
    }
    kept = [{"fact": "penalty_kept", "eq": True}, {"fact": "penalty_kept", "eq": False}]
    rule = common("R-1", "repair_class", conditions=kept, gives="minor", says="说明")
    files = {
        "facts/30-repair.yaml": {"group": "repair_words", "title": "信用修复", "facts": [words]},
        "national/repair/R-1.yaml": rule,
    }
    one = only(found(link({**facts(), **files}), "dead_item"))
    assert (one.file, one.provisions) == ("national/repair/R-1.yaml", ("R-1",))


class TestIdle:
    @pytest.mark.parametrize(
        ("condition", "word"),
        [
            ({"fact": "exceed_hours", "lte": 24}, "成立"),
            ({"any": [FIRST, {"fact": "exceed_hours", "gt": 24}]}, "不成立"),
            ({"any": [FIRST, {"fact": "first_violation", "eq": False}]}, "成立"),
        ],
    )
    def test_a_condition_that_never_matters(self, condition: Part, word: str) -> None:
        one = only(found(catalogue(item("X-1", [condition, below(100)])), "idle_condition"))
        assert f"都{word}" in one.detail

    def test_a_limit_inside_the_range_matters(self) -> None:
        assert not found(catalogue(item("X-1", [{"fact": "exceed_hours", "lte": 23.9}])), "idle_condition")


class TestSwallowed:
    def test_a_stricter_item_of_a_place_inside(self) -> None:
        wide = item("X-1", [CORRECTED])
        narrow = item("X-2", [CORRECTED, below(100)], jurisdiction="210200")
        one = only(found(catalogue(wide, narrow), "swallowed_item"))
        assert one.provisions == ("X-2", "X-1")
        assert one.file == "national/X-2/X-2.yaml"
        assert one.witness is not None
        assert one.witness["jurisdiction"] == "210200"

    def test_two_that_say_the_same_are_named_once(self) -> None:
        release = catalogue(item("X-1", [CORRECTED, FIRST]), item("X-2", [FIRST, CORRECTED]))
        assert only(found(release, "swallowed_item")).provisions == ("X-1", "X-2")

    @pytest.mark.parametrize(
        "outer",
        [
            {"jurisdiction": "210000"},
            {"jurisdiction": None},
            {"in_force": {"from": "2023-01-01", "until": None}},
            {"in_force": {"from": "2020-01-01", "until": "2025-01-01"}},
            {"list": "lighter"},
            {"violations": ["other"]},
            {"keeps_confiscation": True},
            {"conditions": [HARMLESS]},
        ],
    )
    def test_only_where_list_place_time_and_act_are_inside(self, outer: Part) -> None:
        parts = item("X-1", [CORRECTED]) | outer, item("X-2", [CORRECTED, below(100)])
        assert not found(catalogue(violation() | {"id": "other"}, *parts), "swallowed_item")

    def test_a_stronger_item_is_not_swallowed_by_a_weaker_one(self) -> None:
        weak, strong = item("X-1", [CORRECTED]), item("X-2", [CORRECTED, below(100)], force="shall")
        assert not found(catalogue(weak, strong), "swallowed_item")
        assert found(catalogue(weak | {"force": "shall"}, strong | {"force": "may"}), "swallowed_item")

    @pytest.mark.parametrize(("inner", "outer", "swallowed"), [(24, 12, True), (12, 24, False), (None, 24, True)])
    def test_a_longer_window_of_first_violation_implies_a_shorter_one(
        self, inner: int | None, outer: int, *, swallowed: bool
    ) -> None:
        parts = [
            item("X-1", [FIRST], first_violation={"window_months": outer}),
            item("X-2", [FIRST, below(100)], first_violation={"window_months": inner}),
        ]
        assert bool(found(catalogue(*parts), "swallowed_item")) is swallowed

    def test_an_item_of_a_whole_field_covers_its_violations(self) -> None:
        general = item("X-1", [CORRECTED], violations=[], fields=["市场监管"])
        assert found(catalogue(general, item("X-2", [CORRECTED, FIRST])), "swallowed_item")
        stricter = general | {"id": "X-2", "conditions": [CORRECTED, FIRST]}
        assert not found(catalogue(item("X-1", [CORRECTED]), stricter), "swallowed_item")


class TestOverlap:
    def test_lighter_and_mitigated_without_an_order(self) -> None:
        release = catalogue(item("X-1", [FIRST], list="lighter"), item("X-2", [CORRECTED], list="mitigated"))
        one = only(found(release, "list_overlap"))
        assert one.provisions == ("X-1", "X-2")
        assert "例如" in one.detail
        decided: Any = Decider(release).check(one.witness, ON)
        assert decided["result"]["conflict"] == [["X-1"], ["X-2"]]

    @pytest.mark.parametrize(
        "second",
        [
            {"conditions": [{"fact": "first_violation", "eq": False}]},
            {"jurisdiction": "320000"},
            {"in_force": {"from": "2020-01-01", "until": "2022-01-01"}},
            {"also_lists": ["lighter"]},
        ],
    )
    def test_two_that_cannot_meet_or_leave_the_choice_open(self, second: Part) -> None:
        first = item("X-1", [FIRST], list="lighter", jurisdiction="210200")
        other = item("X-2", [CORRECTED], list="mitigated", jurisdiction="210000") | second
        assert not found(catalogue(first, other), "list_overlap")

    def test_shall_beside_may_is_worth_a_notice(self) -> None:
        release = catalogue(item("X-1", [FIRST]), item("X-2", [CORRECTED], force="shall"))
        one = only(found(release, "force_overlap"))
        assert (one.severity, one.provisions) == ("notice", ("X-1", "X-2"))

    def test_an_item_that_may_where_the_statute_always_shall(self) -> None:
        ground = statute("S-1", [CORRECTED])
        one = only(found(catalogue(ground, item("X-1", [CORRECTED, FIRST])), "may_where_shall"))
        assert one.provisions == ("X-1", "S-1")
        assert not found(catalogue(ground, item("X-1", [FIRST])), "may_where_shall")
        assert not found(catalogue(ground, item("X-1", [CORRECTED, FIRST], force="shall")), "may_where_shall")

    def test_where_the_statute_leaves_the_choice_may_is_about_the_choice(self) -> None:
        ground = statute("S-1", [CORRECTED], lists=["lighter", "mitigated"])
        assert not found(catalogue(ground, item("X-1", [CORRECTED, FIRST], list="mitigated")), "may_where_shall")


class TestHoles:
    def test_between_less_than_and_more_than(self) -> None:
        release = catalogue(item("X-1", [below(30)]), item("X-2", [above(30)], list="mitigated"))
        one = only(found(release, "threshold_gap"))
        assert "30元" in one.detail
        assert set(one.provisions) == {"X-1", "X-2"}
        assert one.witness is not None
        assert one.witness["facts"] == {"goods_value_yuan": 30}

    def test_inside_one_item(self) -> None:
        days = [{"fact": "overdue_days", "lte": 10}, {"fact": "overdue_days", "gte": 10.5}]
        one = only(found(catalogue(item("X-1", [{"any": days}])), "threshold_gap"))
        assert one.provisions == ("X-1",)

    def test_none_where_the_limits_touch(self) -> None:
        touching = item("X-2", [{"fact": "goods_value_yuan", "gte": 30}], list="mitigated")
        assert not found(catalogue(item("X-1", [below(30)]), touching), "threshold_gap")

    def test_none_where_another_item_covers_the_value(self) -> None:
        third = item("X-3", [{"fact": "goods_value_yuan", "between": [20, 40]}], list="lighter")
        parts = item("X-1", [below(30)]), item("X-2", [above(30)], list="mitigated")
        assert not found(catalogue(*parts, third), "threshold_gap")

    def test_none_between_items_of_places_that_never_meet(self) -> None:
        parts = (
            item("X-1", [below(30)], jurisdiction="210000"),
            item("X-2", [above(30)], list="mitigated", jurisdiction="320000"),
        )
        assert not found(catalogue(*parts), "threshold_gap")


class TestOpenQuestions:
    def test_what_cannot_be_settled_is_said(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("rules.check.proof._ROUNDS", 0)
        open_ = found(catalogue(item("X-1", [FIRST])), "proof_open")
        assert {one.severity for one in open_} == {"notice"}
        assert any("X-1 的条件能否全部具备" in one.detail for one in open_)

    def test_without_z3_the_other_checks_run(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("rules.check.find_spec", lambda _name: None)
        release = catalogue(item("X-1", [FIRST, {"fact": "first_violation", "eq": False}]), source())
        assert only(found(release, "proofs_not_made")).severity == "notice"
        assert not found(release, "dead_item")
        assert found(release, "test_missing")
        assert found(release, "dead_item", prove=True)
