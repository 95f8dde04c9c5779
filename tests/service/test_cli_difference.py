"""`rules diff` and `rules impact`: what officers read, and what machines read."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from rules.load import CATALOGUE, load_catalogue
from service.cli import catalogue
from tests.service.conftest import Run
from tests.service.test_casefiles import write_csv

ITEM = "national/lists/samr-2025-first-violation/MR-N05.yaml"
SALE: dict[str, Any] = {
    "jurisdiction": "210200",
    "violation": "food-expired-sale",
    "facts": {
        "conduct_date": "2026-03-01",
        "discovery_date": "2026-03-05",
        "decision_date": "2026-04-20",
        "party_type": "enterprise",
        "first_violation": True,
        "correction_status": "on_spot",
        "is_catering": False,
        "food_accident": False,
        "source_stated": True,
        "evidence_sufficient": True,
        "harm_level": "general",
    },
}


@pytest.fixture(scope="module")
def stricter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the catalogue in which one limit is lower and one note is new."""
    root = tmp_path_factory.mktemp("catalogue") / "new"
    shutil.copytree(CATALOGUE, root)
    item = root / ITEM
    item.write_text(item.read_text("utf-8").replace("lte: 500}", "lte: 300}", 1), "utf-8")
    other = next(path for path in sorted((root / "national/lists").rglob("MR-N0[1-4].yaml")))
    other.write_text(other.read_text("utf-8") + "\nnote: 重新核对\n", "utf-8")
    return root


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    path = tmp_path / "cases.ndjson"
    documents = [{**SALE, "facts": {**SALE["facts"], "goods_value_yuan": goods}} for goods in (299, 400, 501)]
    path.write_text("\n".join([*map(json.dumps, documents), "{"]))
    return path


class TestDiff:
    def test_people_read_the_condition_before_and_after(self, run: Run, stricter: Path) -> None:
        done = run("rules", "diff", "current", str(stricter))
        assert done.code == 0
        head, entry, change, hidden, total = done.out.splitlines()
        assert head == "【不予处罚清单】"
        assert entry.startswith("～ 修改 MR-N05")
        assert "500元 → " in change
        assert "300元" in change
        assert "1 条只改了核对记录" in hidden
        assert total == "共 2 条：新增 0，删除 0，修改 2"

    def test_records_are_shown_on_demand(self, run: Run, stricter: Path) -> None:
        assert "说明：（新增）重新核对" in run("rules", "diff", "current", str(stricter), "--all").out

    def test_machines_read_the_same(self, run: Run, stricter: Path) -> None:
        shown = run("rules", "diff", "current", str(stricter), "--json").json()
        assert shown["total"] == 2
        assert shown["old"]["digest"] != shown["new"]["digest"]
        entry = next(one for one in shown["entries"] if one["id"] == "MR-N05")
        assert (entry["kind"], entry["group"], len(entry["changes"])) == ("changed", "不予处罚清单", 1)
        assert entry["changes"][0]["record"] is False

    def test_the_same_catalogue_is_not_different(self, run: Run) -> None:
        assert run("rules", "diff", "current", "current").out == "共 0 条：新增 0，删除 0，修改 0\n"

    def test_days_show_what_began(self, run: Run) -> None:
        done = run("rules", "diff", "2025-02-06", "2025-02-07")
        assert "＋ 新增 MR-N05" in done.out
        assert "    条件：初次违法\n" in done.out
        shown = run("rules", "diff", "2025-02-06", "2025-02-07", "--json").json()
        assert (shown["old"]["day"], shown["new"]["day"]) == ("2025-02-06", "2025-02-07")

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ("2025-02-06", "current", "都是日期"),
            ("2025-02-30", "2025-03-01", "2025-02-30"),
            ("no-such-folder", "current", "no-such-folder"),
        ],
    )
    def test_editions_that_are_none_are_wrong_usage(self, run: Run, old: str, new: str, said: str) -> None:
        done = run("rules", "diff", old, new)
        assert done.code == 2
        assert said in done.err


class TestImpact:
    def test_people_read_which_cases_and_why(self, run: Run, stricter: Path, cases: Path) -> None:
        done = run("rules", "impact", "current", str(stricter), str(cases))
        assert done.code == 0
        assert done.out.splitlines()[0].startswith("第 2 件　结论：不予处罚（可以） → ")
        assert "因为：MR-N05" in done.out
        assert "适用 → 不适用" in done.out
        assert "500元 → " in done.out
        assert "共 4 件，1 件结果不同，1 件案件本身有误" in done.err

    def test_machines_read_the_same(self, run: Run, stricter: Path, cases: Path) -> None:
        shown = run("rules", "impact", "current", str(stricter), str(cases), "--json").json()
        assert (shown["cases"], shown["affected"], shown["wrong"]) == (4, 1, 1)
        (row,) = shown["rows"]
        assert row["row"] == 2
        assert row["differences"][0]["about"] == "result"
        assert row["causes"][0]["id"] == "MR-N05"

    def test_no_more_than_asked_for_are_shown(self, run: Run, stricter: Path, cases: Path) -> None:
        done = run("rules", "impact", "current", str(stricter), str(cases), "--limit", "0")
        assert "第 2 件" not in done.out
        assert "另有 1 件" in done.err
        assert "：1 件" in done.out

    def test_tables_and_days_can_be_used_as_well(self, run: Run, tmp_path: Path) -> None:
        facts = SALE["facts"]
        rows = [["jurisdiction", "violation", *facts], ["210200", SALE["violation"], *map(str, facts.values())]]
        path = write_csv(tmp_path / "a.csv", rows)
        shown = run("rules", "impact", "2020-01-01", "2025-02-07", str(path), "--json").json()
        assert shown["affected"] == 1
        assert {"MR-N05"} <= {cause["id"] for cause in shown["rows"][0]["causes"]}

    def test_cases_that_are_not_there_are_wrong_usage(self, run: Run, tmp_path: Path) -> None:
        assert run("rules", "impact", "current", "current", str(tmp_path / "none.ndjson")).code == 2


def test_the_copy_differs_from_the_delivered_catalogue(stricter: Path) -> None:
    assert load_catalogue(stricter).digest != catalogue.load().digest
