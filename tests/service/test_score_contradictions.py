"""Raw records that cannot both be right are counted and shown, and sound ones are not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from tests.service.test_score_build import CODE, Call, build, call, raw, registry
from tests.supervision.frames import ON

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["call"]

CONTRADICTORY: dict[str, tuple[dict[str, list[Any]], dict[str, dict[str, list[Any]]]]] = {
    "inspected_after_exit": (
        {"state": ["4"], "state_on": ["2025-01-01"]},
        {"inspections": {"inspected_on": ["2025-01-02"]}},
    ),
    "before_founding": ({}, {"complaints": {"accepted_on": ["2010-04-30"]}}),
    "ends_before_it_begins": ({}, {"abnormal_list": {"listed_on": ["2025-01-02"], "removed_on": ["2025-01-01"]}}),
    "report_too_early": ({}, {"annual_reports": {"report_year": ["2025"], "published_on": ["2025-12-31"]}}),
    "two_reports": ({}, {"annual_reports": {"report_year": ["2024", "2024"], "published_on": ["2025-05-01"] * 2}}),
    "more_insured_than_staff": (
        {},
        {"annual_reports": {"published_on": ["2025-05-01"], "staff": ["1"], "insured_staff": ["2"]}},
    ),
    "shares_above_all": (
        {},
        {"related_parties": {"party": ["p", "q"], "role": ["shareholder"] * 2, "share_percent": ["60", "41"]}},
    ),
    "owns_itself": ({}, {"related_parties": {"party": [CODE], "role": ["shareholder"], "share_percent": ["1"]}}),
    "listed_but_gone": ({"state": ["4"]}, {"abnormal_list": {"listed_on": ["2025-01-02"]}}),
    "fine_without_amount": ({}, {"penalties": {"decided_on": ["2025-01-02"], "kinds": ["warning;fine"]}}),
    "branch_of_a_stranger": ({"parent": ["stranger"]}, {}),
    "foreign_capital": ({"capital_10k": ["10"], "capital_currency": ["USD"]}, {}),
    "future_foundation": ({"established_on": ["2026-11-25"]}, {}),
}


@pytest.mark.parametrize("name", CONTRADICTORY)
def test_a_contradiction_is_counted_and_shown(tmp_path: Path, call: Call, name: str) -> None:
    own, tables = CONTRADICTORY[name]
    made: dict[str, Any] = {"registry.parquet": registry(**own)}
    for table, columns in tables.items():
        count = max(map(len, columns.values()))
        made[f"{table}.parquet"] = pl.DataFrame({"uscc": [CODE] * count} | columns)
    _, said = build(call, raw(tmp_path / "raw", **made), tmp_path / "out")
    assert [(one["id"], one["count"], one["examples"]) for one in said["contradictions"]] == [(name, 1, [CODE])]


def test_a_circle_of_owners_is_named(tmp_path: Path, call: Call) -> None:
    circle = {"uscc": ["a", "b", "c"], "party": ["b", "c", "a"], "share_percent": ["60"] * 3}
    frame = pl.DataFrame(circle | {"role": ["shareholder"] * 3, "party_kind": ["enterprise"] * 3})
    _, said = build(call, raw(tmp_path / "raw", **{"related_parties.parquet": frame}), tmp_path / "out")
    assert [(one["id"], one["examples"]) for one in said["contradictions"]] == [("circle_of_owners", ["a", "b", "c"])]


def test_sound_records_contradict_nothing(tmp_path: Path, call: Call) -> None:
    frame = pl.DataFrame({"uscc": [CODE], "decided_on": [ON], "kinds": ["fine"], "fine_yuan": ["10"]})
    _, said = build(call, raw(tmp_path / "raw", **{"penalties.parquet": frame}), tmp_path / "out")
    assert said["contradictions"] == []
    assert [one["unreadable"] for one in said["tables"]] == [{}, {}]
