"""The catalogue's commands know the provisions of credit repair."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from credit.labels import REPAIR_KINDS
from rules.check import check_release
from rules.load import CATALOGUE, link, read_documents
from rules.schema_repair import REPAIR_KINDS as KINDS
from tests.credit.casefiles import repair_documents

if TYPE_CHECKING:
    from tests.service.conftest import Run

ON = date(2026, 11, 25)


def test_a_row_of_the_reference_shows_every_provision_it_is_made_of(run: Run) -> None:
    shown = run("rules", "show", "RM-03", "--json").json()
    assert {one["id"] for one in shown["parts"]} == {"RM-03-min", "RM-03-max", "C107-general"}
    said = run("rules", "show", "RM-03").out
    assert "公示满三个月可以申请" in said
    assert "失信类别为「一般」" in said
    assert "national/repair/periods/RM-03-min.yaml" in said


def test_every_provision_and_row_of_repair_can_be_shown(run: Run) -> None:
    names = {str(one["id"]) for one in repair_documents().values() if isinstance(one, dict) and "id" in one}
    rows = {str(one["row"]) for one in repair_documents().values() if isinstance(one, dict) and "row" in one}
    assert {"R36-11", "RM-03", "P-order-45", "NDRC36", "TH-420000-person"} <= names | rows
    for name in ("R36-11", "R45-09", "P-order-45", "NDRC36", "S-first-day", "AU-market", "K36-site", "X527-special"):
        assert run("rules", "show", name).code == 0, name


def test_every_kind_of_repair_has_a_chinese_label() -> None:
    assert set(KINDS) == set(REPAIR_KINDS)


def test_a_wrong_row_names_the_nearest(run: Run) -> None:
    assert "RM-03" in run("rules", "show", "RM-3").err


@pytest.mark.parametrize(
    ("file", "change", "code"),
    [
        ("settings/S-first-day.yaml", {"id": "S-other", "value": "end_day"}, "repair_contradiction"),
        ("thresholds/TH-work-safety.yaml", {"id": "TH-other", "party": "organisation"}, "repair_contradiction"),
        ("clocks/K36-accept.yaml", {"id": "K-other"}, "repair_contradiction"),
    ],
)
def test_two_answers_at_one_time_are_a_defect(file: str, change: dict[str, str], code: str) -> None:
    documents = read_documents(CATALOGUE, None)
    original = documents[f"national/repair/{file}"]
    assert isinstance(original, dict)
    documents[f"national/repair/other/{change['id']}.yaml"] = {**original, **change}
    found = [one for one in check_release(link(documents), ON, prove=False) if one.code == code]
    assert len(found) == 1
    assert change["id"] in found[0].provisions


def test_days_between_two_regimes_are_a_defect() -> None:
    documents = read_documents(CATALOGUE, None)
    old = documents["national/repair/instruments/NDRC58.yaml"]
    assert isinstance(old, dict)
    documents["national/repair/instruments/NDRC58.yaml"] = {
        **old,
        "in_force": {"from": "2023-05-01", "until": "2026-03-31"},
    }
    found = check_release(link(documents), ON, prove=False)
    assert [one.provisions for one in found if one.code == "repair_gap"] == [("NDRC58", "NDRC36")]


def test_a_city_that_answers_a_question_nobody_asked_is_told_by_the_check(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = read_documents(CATALOGUE, None)
    first_day = documents["national/repair/settings/S-first-day.yaml"]
    assert isinstance(first_day, dict)
    documents["national/repair/settings/S-x.yaml"] = {**first_day, "id": "S-x", "parameter": "P-none"}
    monkeypatch.setattr("service.cli.catalogue.load", lambda: link(documents))
    done = run("rules", "check", "--no-proofs", "--json")
    assert done.code == 1
    assert done.json()["findings"][0]["code"] == "repair_unlinked"
    assert "P-none" in done.json()["findings"][0]["detail"]
