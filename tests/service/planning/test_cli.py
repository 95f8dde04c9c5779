"""``plan check`` and ``plan prepare`` of a yearly plan, ``task …`` of a draw made of it."""

import json
from pathlib import Path

import pytest
import yaml

from tests.service.conftest import Run
from tests.service.planning.flow import library_files, plan_document


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    files = {kind: path.name for kind, path in library_files(tmp_path).items()}
    document = {**plan_document(), "libraries": files, "triggers": "triggers.csv", "visits": "visits.csv"}
    (tmp_path / "triggers.csv").write_text(
        "对象代码,情形,起始日期,终止日期\nU00,投诉举报,2026-10-01,2027-04-01\n", "utf-8"
    )
    (tmp_path / "visits.csv").write_text("对象代码,检查机关,层级,日期\nU01,market,县级,2026-03-01\n", "utf-8")
    (tmp_path / "plan.yaml").write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")
    return tmp_path / "plan.yaml"


def drawn(run: Run, plan: Path) -> Path:
    """A folder drawn from the plan."""
    folder = plan.parent / "Q4"
    done = run("plan", "prepare", str(plan), str(folder), "--draw-id", "2026-Q4", "--on", "2026-11-25")
    assert done.code == 0, done.err
    draft = json.loads((folder / "draft.json").read_text("utf-8"))
    draft["public"] = [{"id": "dice", "what": "十面骰子", "format": "digits"}]
    (folder / "draft.json").write_text(json.dumps(draft), "utf-8")
    done = run("draw", "commit", str(folder))
    assert done.code == 0, done.err
    reveal = json.loads((folder / "sealed.json").read_text("utf-8")) | {"public": {"dice": "1" * 20}}
    (folder / "reveal.json").write_text(json.dumps(reveal), "utf-8")
    done = run("draw", "run", str(folder))
    assert done.code == 0, done.err
    assert run("draw", "verify", str(folder)).code == 0
    return folder


def test_a_yearly_plan_is_checked_with_its_libraries(run: Run, plan: Path) -> None:
    done = run("plan", "check", str(plan), "--on", "2026-11-25")
    assert done.code == 0, done.err
    assert "P1 A：共 20 户，可抽 20 户，抽 1 户" in done.out
    assert "P1：解除无事不扰 1 户" in done.out
    assert "提示（整份计划）：本部门有 2 个事项今年没有安排抽查：M1、X1。" in done.out
    said = json.loads(run("plan", "check", str(plan), "--json", "--on", "2026-11-25").out)
    assert said["kinds"] == {"general": 1, "key": 1, "general_items": 1, "key_items": 1}


def test_wrong_files_are_named(run: Run, plan: Path) -> None:
    (plan.parent / "visits.csv").write_text("对象代码,检查机关,层级,日期\nU01,market,乡级,2026-03-01\n", "utf-8")
    done = run("plan", "check", str(plan))
    assert (done.code, "visits.csv 第 2 行“层级”：“乡级”不在规定的范围内" in done.err) == (3, True)
    (plan.parent / "对象.csv").unlink()
    assert run("plan", "check", str(plan)).code == 2


def test_a_draw_of_the_plan_gives_tasks_and_sheets(run: Run, plan: Path) -> None:
    folder = drawn(run, plan)
    tasks = json.loads(run("task", "list", str(plan), str(folder), "--json").out)
    assert {one["部门"] for one in tasks} == {"market", "fire"}
    assert all("2026-12-01" <= one["安排日期"] <= "2026-12-18" for one in tasks)
    out = plan.parent / "tasks.xlsx"
    assert run("task", "list", str(plan), str(folder), "--out", str(out)).code == 0
    assert out.read_bytes().startswith(b"PK")
    assert run("task", "sheets", str(plan), str(folder), str(plan.parent / "sheets.pdf")).code == 0
    assert (plan.parent / "sheets.pdf").read_bytes().startswith(b"%PDF")
    assert run("task", "sheets", str(plan), str(folder), "sheets.doc").code == 2
    again = run("plan", "prepare", str(plan), str(folder), "--draw-id", "2026-Q4")
    assert again.code == 4


def test_figures_of_a_table_of_results(run: Run, tmp_path: Path) -> None:
    rows = [
        "抽取编号,计划编号,对象代码,部门,事项,检查日期,代码集,代码,联合,公示日期",
        "Q4,P1,U1,market,M1,2026-09-01,province-results,1,是,2026-09-29",
        "Q4,P1,U1,fire,F1,2026-09-01,province-results,3,是,2026-09-30",
        "Q4,P2,U2,market,M1,2026-09-01,province-results,1,否,",
    ]
    (tmp_path / "results.csv").write_text("\n".join(rows), "utf-8")
    asked = ("task", "figures", str(tmp_path / "results.csv"), "--enterprises", "100", "--on", "2026-12-31")
    found = {one["name"]: (one["part"], one["whole"]) for one in json.loads(run(*asked, "--json").out)}
    assert found["joint_by_visit"] == (1, 2)
    assert found["on_time"] == (1, 3)
    assert found["drawn"] == (2, 100)
    assert "按期公示率：33.3333%（1 / 3；" in run(*asked).out
    (tmp_path / "results.csv").write_text(rows[0] + "\n" + rows[1].replace(",1,是", ",2,是"), "utf-8")
    wrong = run(*asked)
    assert (wrong.code, "results.csv 第 2 行“代码”：没有结果代码“province-results 2”" in wrong.err) == (3, True)
