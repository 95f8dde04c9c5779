"""``xinheng draw`` and ``xinheng plan check`` on folders: what they write, print and refuse."""

import hashlib
import json
import stat
from pathlib import Path
from typing import Any

import pytest

from service.cli.draw_seal import SEALED
from tests.service.conftest import Run
from tests.supervision.draw.folders import folder
from tests.supervision.draw.naive import Naive

PLAN = """
plans:
  - plan_id: P-market
    dept_id: market
    group: all
    frame: frame-market.tsv
    rule: ceil
    ratio: {set: RATIO.DEFAULT, strata: {高: D, 低: B}}
    kind: key
    period: {from: 2026-12-01, until: 2026-12-11}
  - plan_id: P-fire
    dept_id: fire
    group: all
    frame: frame-market.tsv
    rule: ceil
    rate: {高: 250000, 低: 0}
needs:
  market: {alone: [["-", 2]], joint: [["-", 1]]}
  fire: {alone: [["-", 2]], joint: [["-", 1]]}
ledger: ledger.tsv
cap: 2
per_person_day: 100
"""
DRAFT: dict[str, Any] = {
    "draw_id": "2026-Q4-试抽",
    "nonces": ["planner", ["notary", hashlib.sha256(b"0" * 64).hexdigest()]],
    "public": [{"id": "ssq-2026135", "what": "双色球", "format": "rr.rr.rr.rr.rr.rr+bb"}],
    "plans": [
        {"plan_id": "P-market", "dept_id": "market", "group": "all", "frame": "frame-market.tsv", "rule": "ceil"}
        | {"rate": {"高": 500000, "低": 100000}, "reserve": 2}
    ],
    "needs": {"market": {"alone": [["-", 2]], "joint": [["-", 1]]}},
    "balance": "step",
}


def rows(*lines: str) -> str:
    return "".join(line + "\n" for line in lines)


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    units = [
        f"U{number:02d}\t{'高' if number < 4 else '低'}\t{'cap' if number == 9 else 'ok'}\tR1" for number in range(20)
    ]
    (tmp_path / "frame-market.tsv").write_text(rows(*units), "utf-8")
    (tmp_path / "roster.tsv").write_text(rows(*(f"M{number}\tmarket\t*\t-\t9\t0" for number in range(4))), "utf-8")
    (tmp_path / "recusal.tsv").write_text("", "utf-8")
    (tmp_path / "draft.json").write_text(json.dumps(DRAFT), "utf-8")
    return tmp_path


@pytest.fixture
def ready(tmp_path: Path) -> Path:
    for name, data in folder(7).items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


def reveal(path: Path) -> None:
    known = json.loads((path / SEALED).read_text("utf-8"))
    known["nonces"].append(["notary", "0" * 64])
    known["public"] = {"ssq-2026135": "03.08.12.19.25.33+07"}
    (path / "reveal.json").write_text(json.dumps(known), "utf-8")


class TestCommit:
    def test_a_draft_becomes_a_record_that_can_be_drawn_and_verified(self, run: Run, draft: Path) -> None:
        done = run("draw", "commit", str(draft), "--json")
        assert done.code == 0
        published = (draft / "commit.json").read_bytes()
        said = json.loads(done.out)
        assert said["digest"] == hashlib.sha256(published).hexdigest()
        assert said["counts"] == {"P-market": {"低": {"N": 16, "cap": 1, "ok": 15}, "高": {"N": 4, "ok": 4}}}
        reveal(draft)
        assert run("draw", "run", str(draft)).code == 0
        assert run("draw", "verify", str(draft)).code == 0

    @pytest.mark.parametrize("more", [{}, {"files": {}}, {"spec": "vdraw-1", "files": None}])
    def test_a_record_without_files_is_a_draft(self, run: Run, draft: Path, more: dict[str, Any]) -> None:
        (draft / "draft.json").unlink()
        (draft / "commit.json").write_text(json.dumps({**DRAFT, **more}), "utf-8")
        assert run("draw", "commit", str(draft)).code == 0
        assert len(json.loads((draft / "commit.json").read_text("utf-8"))["files"]) == 3

    def test_nonces_made_here_stay_with_the_owner_and_are_not_printed(self, run: Run, draft: Path) -> None:
        done = run("draw", "commit", str(draft))
        (_, nonce), *rest = json.loads((draft / SEALED).read_text("utf-8"))["nonces"]
        assert not rest
        assert stat.S_IMODE((draft / SEALED).stat().st_mode) == 0o600
        assert nonce not in done.out + done.err + (draft / "commit.json").read_text("utf-8")
        assert hashlib.sha256(nonce.encode()).hexdigest() in (draft / "commit.json").read_text("utf-8")

    def test_a_record_is_never_made_twice(self, run: Run, draft: Path) -> None:
        first = run("draw", "commit", str(draft), "--json").out
        before = (draft / "commit.json").read_bytes()
        assert run("draw", "commit", str(draft), "--json").out == first
        assert (draft / "commit.json").read_bytes() == before

    def test_a_frame_changed_after_the_record_is_refused(self, run: Run, draft: Path) -> None:
        run("draw", "commit", str(draft))
        with (draft / "frame-market.tsv").open("a", encoding="utf-8") as stream:
            stream.write("U99\t低\tok\tR1\n")
        done = run("draw", "commit", str(draft))
        assert done.code == 3
        assert "frame-market.tsv" in done.err

    def test_a_faulty_line_is_named(self, run: Run, draft: Path) -> None:
        (draft / "frame-market.tsv").write_text("U01\t高\tok\n", "utf-8")
        done = run("draw", "commit", str(draft), "--json")
        assert done.code == 3
        assert json.loads(done.out)["errors"][0]["pointer"] == "/frame-market.tsv/1"
        assert not (draft / "commit.json").exists()

    def test_an_earlier_seal_is_not_written_over(self, run: Run, draft: Path) -> None:
        (draft / SEALED).write_text("{}", "utf-8")
        assert run("draw", "commit", str(draft)).code == 4


class TestRun:
    def test_it_writes_and_prints_the_result(self, run: Run, ready: Path) -> None:
        done = run("draw", "run", str(ready), "--json")
        assert done.code == 0
        assert done.out.encode() == (ready / "result.json").read_bytes()
        expected = Naive(folder(7)).run()
        found = json.loads(done.out)
        assert {name: found[name] for name in expected if name != "unfilled"} == {
            name: value for name, value in expected.items() if name != "unfilled"
        }

    def test_again_it_gives_the_same_bytes(self, run: Run, ready: Path) -> None:
        assert run("draw", "run", str(ready), "--json").out == run("draw", "run", str(ready), "--json").out

    def test_a_second_result_of_one_record_is_refused(self, run: Run, ready: Path) -> None:
        run("draw", "run", str(ready))
        known = (ready / "reveal.json").read_text("utf-8")
        (ready / "reveal.json").write_text(known.replace("+15", "+14"), "utf-8")
        done = run("draw", "run", str(ready), "--json")
        assert (done.code, json.loads(done.out)["code"]) == (4, "draw_result_exists")

    def test_a_changed_file_is_refused_by_name(self, run: Run, ready: Path) -> None:
        (ready / "roster.tsv").write_bytes((ready / "roster.tsv").read_bytes().replace(b"\t0\n", b"\t1\n"))
        done = run("draw", "run", str(ready))
        assert done.code == 3
        assert "roster.tsv" in done.err

    def test_without_a_folder_it_is_wrong_usage(self, run: Run, tmp_path: Path) -> None:
        assert run("draw", "run", str(tmp_path / "nowhere")).code == 2


class TestVerify:
    def test_what_does_not_match_is_named(self, run: Run, ready: Path) -> None:
        run("draw", "run", str(ready))
        assert run("draw", "verify", str(ready)).code == 0
        result = (ready / "result.json").read_text("utf-8")
        (ready / "result.json").write_text(result.replace('"short":0', '"short":1', 1), "utf-8")
        done = run("draw", "verify", str(ready), "--json")
        assert done.code == 1
        assert {one["file"] for one in json.loads(done.out)["mismatches"]} == {"result.json"}
        assert "result.json" in run("draw", "verify", str(ready)).out


class TestPlanCheck:
    @pytest.fixture
    def plan(self, draft: Path) -> Path:
        (draft / "plan.yaml").write_text(PLAN, "utf-8")
        (draft / "ledger.tsv").write_text(rows("U01\t2", "U09\t2", "U10\t1"), "utf-8")
        return draft / "plan.yaml"

    def test_it_says_what_the_plan_will_do(self, run: Run, plan: Path) -> None:
        done = run("plan", "check", str(plan), "--json")
        assert done.code == 0, done.err
        said = json.loads(done.out)
        assert [(one["plan"], one["stratum"], one["N"], one["drawable"], one["n"]) for one in said["strata"]] == [
            ("P-market", "低", 16, 15, 1),
            ("P-market", "高", 4, 4, 2),
            ("P-fire", "低", 16, 15, 0),
            ("P-fire", "高", 4, 4, 1),
        ]
        assert said["visits"] == {
            "expected": 3.0,
            "expected_if_apart": 4.0,
            "saved": 1.0,
            "most_expected_for_one_unit": 0.5,
            "groups": 1,
            "units_by_visits": {"0": 17.0, "1": 3.0, "2": 0.0, "3": 0.0, "more": 0.0},
        }
        assert said["meetings"] == [{"departments": ["fire", "market"], "expected_joint_visits": 1.0}]
        assert said["caps"]["at_cap_but_drawable"] == {"P-market": 1, "P-fire": 1}
        assert said["totals"]["plans_by_kind"] == {"key": 1, "not_stated": 1}

    def test_it_says_where_people_are_missing(self, run: Run, plan: Path) -> None:
        said = json.loads(run("plan", "check", str(plan), "--json").out)
        (fire,) = [one for one in said["staff"] if one["dept"] == "fire"]
        assert (fire["seats_expected"], fire["persons"], fire["short"]) == (1.0, 0, 1.0)
        assert said["trial"]["unfilled_by"] == [{"dept": "fire", "region": "R1", "seats": 1}]
        assert "人手不足" in run("plan", "check", str(plan)).out

    def test_the_weeks_hold_all_the_visits(self, run: Run, plan: Path) -> None:
        said = json.loads(run("plan", "check", str(plan), "--json").out)
        assert [one["week"] for one in said["weeks"]] == ["2026-11-30", "2026-12-07"]
        assert sum(one["seats"] for one in said["weeks"]) == pytest.approx(6, abs=0.2)

    def test_an_unknown_ratio_set_is_refused_with_those_there_are(self, run: Run, plan: Path) -> None:
        plan.write_text(PLAN.replace("RATIO.DEFAULT", "R-XX"), "utf-8")
        done = run("plan", "check", str(plan))
        assert done.code == 3
        assert "R-CQ-2024-1" in done.err

    def test_a_plan_that_is_not_utf8_is_bad_input(self, run: Run, plan: Path) -> None:
        plan.write_bytes(b"\xff" + PLAN.encode())
        done = run("plan", "check", str(plan))
        assert done.code == 3
        assert done.err.startswith("编码不是 UTF-8")
