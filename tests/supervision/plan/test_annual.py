"""A yearly plan: strict reading, what is unwise, its effect, its way, and the folder that a draw takes."""

import json
from datetime import date
from typing import Any

import polars as pl
import pytest

from kernel.errors import InputError
from supervision.annual import read_annual
from supervision.annualcheck import remarks
from supervision.annualdraw import check, effect, folder, pool_of
from supervision.drawcommit import make_record
from supervision.drawdoc import Node
from supervision.drawrun import Folder, run
from supervision.planpool import MARKS, Known
from supervision.planstates import (
    PlanStateError,
    after,
    changes,
    filing,
    filing_day,
    require_reasons,
)
from tests.supervision.plan.libraries import document, entry, libraries, plan

ON = date(2026, 5, 20)
DICE = {"id": "dice", "what": "十面骰子", "format": "digits"}


def codes(*entries: dict[str, Any]) -> list[tuple[str | None, str]]:
    return [(one.entry, one.code) for one in remarks(plan(*entries), libraries().items)]


class TestReading:
    def test_a_document_read_and_written_is_the_same(self) -> None:
        one = plan(entry("P1", scope={"regions": ["2102"], "tags": ["学校"]}), entry("P2", sector_rule="FOOD.2016.MIN"))
        assert read_annual(Node("计划", "", json.loads(json.dumps(one.as_dict())))) == one

    def test_a_named_set_gives_the_ratios(self) -> None:
        assert plan().entries[0].sizing.rate == {"A": 10_000, "B": 30_000, "C": 150_000, "D": 500_000}
        lindian = plan(entry("P1", sizing={"rule": "ceil", "by": "class", "ratio_set": "R-DQ-2024"}))
        assert lindian.entries[0].sizing.rate == {"A": 50_000, "B": 50_000, "C": 210_000, "D": 610_000}

    @pytest.mark.parametrize(
        ("more", "place"),
        [
            ({"kind": "重要"}, "/计划/entries/0/kind"),
            ({"unknown": 1}, "/计划/entries/0/unknown"),
            ({"batches": [{"since": "2026-12-20", "last": "2027-01-05"}]}, "/计划/entries/0/batches/0"),
            ({"batches": []}, "/计划/entries/0/batches"),
            ({"partners": ["market"]}, "/计划/entries/0/partners"),
            ({"partners": ["health"]}, "/计划/needs"),
            ({"sizing": {"rule": "ceil", "by": "class", "rate": {"A": 2_000_000}}}, "/计划/entries/0/sizing/rate/A"),
            ({"sizing": {"rule": "ceil", "by": "class"}}, "/计划/entries/0/sizing"),
        ],
    )
    def test_what_cannot_be_is_refused_with_its_place(self, more: dict[str, Any], place: str) -> None:
        with pytest.raises(InputError) as caught:
            plan(entry("P1", **more))
        assert caught.value.field_errors[0].pointer == place


class TestRemarks:
    def test_a_sound_entry_has_only_the_plan_wide_remarks(self) -> None:
        assert codes() == [("P1", "annual_partner_missing"), (None, "annual_items_uncovered")]

    @pytest.mark.parametrize(
        ("more", "code"),
        [
            ({"items": ["Q9"]}, "annual_item_unlisted"),
            ({"items": ["M1"], "department": "fire", "partners": []}, "annual_item_of_others"),
            (
                {"items": ["M1"], "sizing": {"rule": "ceil", "by": "all", "rate": {"全部": 200_000}}},
                "annual_over_limit",
            ),
            ({"kind": "general"}, "annual_kind_mixed"),
            ({"batches": [{"since": "2026-11-01", "last": "2026-11-20"}]}, "annual_late"),
            (
                {"sizing": {"rule": "ceil", "by": "class", "ratio_set": "R-DQ-2024", "rate": {"B": 1}}},
                "annual_ratio_differs",
            ),
        ],
    )
    def test_what_is_unwise_is_said(self, more: dict[str, Any], code: str) -> None:
        assert code in {found for _, found in codes(entry("P1", **more))}

    def test_two_departments_at_one_time_could_go_together(self) -> None:
        apart = entry("P2", items=["F1"], department="fire", partners=[], kind="general", group="另一组")
        assert ("P1", "annual_could_be_joint") in codes(entry("P1", partners=[]), apart)
        assert ("P1", "annual_same_ticket") in codes(entry("P1", partners=[]), {**apart, "group": "all"})
        later = {**apart, "batches": [{"since": "2026-07-01", "last": "2026-07-10"}]}
        assert not {found for _, found in codes(entry("P1", partners=[]), later)} & {"annual_could_be_joint"}


class TestEffect:
    def test_numbers_are_those_of_the_draw(self) -> None:
        own, of = plan(), libraries()
        found = effect(own, own.entries[0], pool_of(own, own.entries[0], of.objects, Known(), ON))
        assert [(one.stratum, one.total, one.size) for one in found.strata] == [
            ("A", 20, 1),
            ("B", 12, 1),
            ("C", 6, 1),
            ("D", 2, 1),
        ]
        assert found.size == 4
        assert sum(found.by_region.values()) == pytest.approx(4, abs=0.2)

    def test_a_printed_number_that_the_ratio_does_not_give_is_said(self) -> None:
        sizing = {"rule": "ceil", "by": "class", "ratio_set": "RATIO.DEFAULT", "count": 10}
        own = plan(entry("P1", sizing=sizing))
        found = effect(own, own.entries[0], pool_of(own, own.entries[0], libraries().objects, Known(), ON))
        assert [one.code for one in found.remarks] == ["annual_count_differs"]
        assert "10 户（合 25%）" in found.remarks[0].words

    def test_a_floor_in_numbers_lifts_small_strata(self) -> None:
        own = plan(entry("P1", sizing={"rule": "ceil", "by": "class", "ratio_set": "RATIO.DEFAULT", "least": 3}))
        made = folder(own, own.entries, libraries(), Known(), ON)
        assert (made.draft["plans"][0]["rule"], made.draft["plans"][0]["rate"]) == (
            "fixed",
            {"A": 3, "B": 3, "C": 3, "D": 2},
        )

    def test_a_stratum_without_a_ratio_is_refused(self) -> None:
        own = plan(entry("P1", sizing={"rule": "ceil", "by": "class", "rate": {"A": 10_000}}))
        with pytest.raises(InputError, match="annual_rate_missing"):
            folder(own, own.entries, libraries(), Known(), ON)
        written = plan(entry("P1", sizing={"rule": "ceil", "by": "class", "rate": {"A": 1, "B": 0, "C": 0, "D": 0}}))
        assert folder(written, written.entries, libraries(), Known(), ON).effects["P1"].size == 1

    def test_enterprises_without_a_class_take_the_ratio_that_the_table_names(self) -> None:
        objects = libraries().objects.with_columns(credit_class=pl.lit(None, dtype=pl.String))
        own = plan()
        found = effect(own, own.entries[0], pool_of(own, own.entries[0], objects, Known(), ON))
        assert [(one.stratum, one.rate, one.size) for one in found.strata] == [("未分类", 30_000, 2)]

    def test_what_lifted_is_counted(self) -> None:
        marks = pl.DataFrame([("U01", "complaint", date(2026, 5, 1), date(2026, 7, 1))], schema=MARKS, orient="row")
        own = plan(entry("P1", undisturbed="leave_out"))
        found = effect(
            own, own.entries[0], pool_of(own, own.entries[0], libraries().objects, Known(triggers=marks), ON)
        )
        assert (found.lifted, found.excluded) == (1, {"undisturbed": 13})


class TestCheck:
    def test_it_says_everything_before_a_draw(self) -> None:
        said = check(
            plan(entry("P1"), entry("P2", items=["M1"], kind="general", partners=[])), libraries(), Known(), ON
        )
        assert [(one["plan"], one["stratum"], one["n"]) for one in said["strata"]][:2] == [
            ("P1", "A", 1),
            ("P1", "B", 1),
        ]
        assert said["totals"]["plans_by_kind"] == {"general": 1, "key": 1}
        assert said["kinds"] == {"general": 1, "key": 1, "general_items": 1, "key_items": 1}
        assert said["meetings"] == [{"departments": ["fire", "market"], "expected_joint_visits": 4.0}]
        assert sum(said["visits"]["units_by_visits"].values()) == pytest.approx(40, abs=0.5)
        assert said["inspectors_left_out"] == {"M03": "uncertified", "M04": "uncertified", "M05": "inactive"}

    def test_people_are_held_against_the_weeks_and_regions(self) -> None:
        said = check(plan(per_person_day=10), libraries(), Known(), ON)
        rows = {(one["week"], one["dept"], one["region"]): one for one in said["weeks_by_region"]}
        assert {week for week, _, _ in rows} == {"2026-06-01", "2026-06-08"}
        # M01 is away in the first week, so M02 alone is there: five days at a tenth of a seat.
        assert rows["2026-06-01", "market", "210202"]["room"] == 0.5
        assert rows["2026-06-08", "market", "210202"]["room"] == 1.0
        whole = sum(one["seats"] for one in said["weeks"] if one["dept"] == "market")
        assert whole == pytest.approx(8, abs=0.3)

    def test_the_folder_can_be_drawn(self) -> None:
        own = plan(entry("P1"), entry("P2", items=["F1"], department="fire", partners=[], kind="general"))
        made = folder(own, own.entries, libraries(), Known(), ON)
        draft = {"draw_id": "D", "nonces": ["planner"], "public": [DICE], **made.draft}
        files = dict(made.files)
        commit, _, nonces = make_record(Node("draft.json", "", draft), Folder(files.get), lambda: "0" * 64)
        files["commit.json"] = commit
        files["reveal.json"] = json.dumps(
            {"nonces": [list(one) for one in nonces.items()], "public": {"dice": "1" * 20}}
        ).encode()
        result = run(Folder(files.get))
        sizes = {stratum: one["n"] for stratum, one in result["plans"]["P1"].items()}  # type: ignore[index]
        assert sizes == {"A": 1, "B": 1, "C": 1, "D": 1}


class TestWay:
    def test_a_plan_is_approved_filed_and_published(self) -> None:
        state = "draft"
        for act in ("submit", "approve", "file", "publish"):
            state = after(state, act)
        assert state == "published"
        with pytest.raises(PlanStateError):
            after("draft", "publish")

    def test_every_change_after_approval_has_a_reason(self) -> None:
        old = document(entry("P1"), entry("P2"))
        new = document(entry("P1", reserve=5), entry("P3"), title="另一个标题")
        found = changes(old, new)
        assert [(one.entry, one.kind, one.fields) for one in found] == [
            (None, "changed", ("title",)),
            ("P1", "changed", ("reserve",)),
            ("P2", "removed", ()),
            ("P3", "added", ()),
        ]
        require_reasons(found, {"": "更正", "P1": "备选不足", "P2": "合并", "P3": "合并"})
        with pytest.raises(PlanStateError) as caught:
            require_reasons(found, {"P1": "备选不足", "P2": "  "})
        assert caught.value.params["entries"] == ["计划本身", "P2", "P3"]
        with pytest.raises(PlanStateError):
            require_reasons(changes(old, old), {})

    @pytest.mark.parametrize(
        ("filed_on", "on", "state"),
        [
            (None, date(2026, 3, 31), "open"),
            (None, date(2026, 4, 1), "late"),
            (date(2026, 3, 31), date(2026, 5, 1), "filed"),
            (date(2026, 4, 1), date(2026, 5, 1), "filed_late"),
        ],
    )
    def test_filing_by_the_end_of_march(self, filed_on: date | None, on: date, state: str) -> None:
        assert filing(2026, "210200", filed_on, on) == state

    def test_no_day_is_known_before_the_rule(self) -> None:
        assert filing_day(2024, "210200", date(2024, 3, 1)) is None
