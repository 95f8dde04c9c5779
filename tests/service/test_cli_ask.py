"""The interview: best question first, wrong answers asked again, nothing lost when it stops."""

import json
from pathlib import Path
from typing import Any

import pytest

from service.cli.files import write_whole
from service.engine import Engine
from service.errors import UsageError
from tests.service.conftest import CASE, Run


@pytest.fixture
def start(tmp_path: Path) -> Path:
    path = tmp_path / "case.json"
    path.write_text(json.dumps({"jurisdiction": "210200", "violation": "food-expired-sale", "facts": {}}), "utf-8")
    return path


def _saved(path: Path) -> Any:  # noqa: ANN401 - any JSON value
    return json.loads(path.read_text("utf-8"))


def test_the_first_question_is_the_best_one(run: Run, start: Path, engine: Engine) -> None:
    done = run("case", "ask", str(start), stdin="")
    best: Any = engine.check({"jurisdiction": "210200", "violation": "food-expired-sale"})
    assert done.code == 0
    assert best["missing"][0]["question"] in done.err
    assert best["missing"][1]["question"] not in done.err


def test_each_answer_changes_the_case_and_the_next_question(run: Run, start: Path, tmp_path: Path) -> None:
    saved = tmp_path / "full.json"
    done = run("case", "ask", str(start), "--save", str(saved), "--json", stdin="1\n1\n")
    assert done.code == 0
    facts = _saved(saved)["facts"]
    assert len(facts) == 2
    asked_again = run("case", "check", str(saved), "--json").json()
    assert asked_again == done.json()
    assert set(facts).isdisjoint(row["fact"] for row in asked_again["missing"])


def test_it_ends_when_nothing_is_missing(run: Run, start: Path, tmp_path: Path) -> None:
    saved = tmp_path / "full.json"
    done = run("case", "ask", str(start), "--save", str(saved), "--json", stdin="\n" * 500)
    assert done.code == 0
    assert "到此为止" not in done.err
    assert _saved(saved)["facts"] == {}
    assert done.json()["missing"]


@pytest.mark.parametrize("stop", ["", "q\n", "退出\n", "Ｑ\n"])
def test_the_end_of_input_and_quit_show_the_result_so_far(run: Run, start: Path, stop: str) -> None:
    done = run("case", "ask", str(start), stdin=stop)
    assert done.code == 0
    assert "到此为止" in done.err
    assert "结论：" in done.out


@pytest.mark.parametrize("skip", ["", "不清楚", "？", "?", "不知道"])
def test_a_skipped_question_stays_open_and_is_not_asked_again(run: Run, start: Path, engine: Engine, skip: str) -> None:
    first: Any = engine.check({"jurisdiction": "210200", "violation": "food-expired-sale"})
    done = run("case", "ask", str(start), "--json", stdin=f"{skip}\n")
    assert done.err.count(first["missing"][0]["question"]) == 1
    assert first["missing"][0]["fact"] in {row["fact"] for row in done.json()["missing"]}


class TestAnswers:
    """One question, several ways to answer it."""

    def _ask(self, run: Run, tmp_path: Path, fact: str, answers: str) -> tuple[Any, str]:
        """Answer until `fact` is asked for, then as given; returns its value and what was said."""
        case, saved = tmp_path / "case.json", tmp_path / "saved.json"
        facts = {"facts_established": True}
        document = {
            "jurisdiction": "210200",
            "list_items": ["MR-N05"],
            "violation": "food-expired-sale",
            "facts": facts,
        }
        case.write_text(json.dumps(document), "utf-8")
        for skipped in range(60):
            done = run("case", "ask", str(case), "--save", str(saved), stdin="\n" * skipped + answers)
            value = _saved(saved)["facts"].get(fact)
            if value is not None:
                return value, done.err
        raise AssertionError(f"{fact} was never asked for")

    @pytest.mark.parametrize("answer", ["1", "是", "Y", "true", "１"])
    def test_yes(self, run: Run, tmp_path: Path, answer: str) -> None:
        assert self._ask(run, tmp_path, "is_catering", f"{answer}\n")[0] is True

    @pytest.mark.parametrize("answer", ["2", "否", "n", "没有"])
    def test_no(self, run: Run, tmp_path: Path, answer: str) -> None:
        assert self._ask(run, tmp_path, "is_catering", f"{answer}\n")[0] is False

    @pytest.mark.parametrize("answer", ["3", "on_spot", "当场改正"])
    def test_an_enumeration_by_number_value_or_label(
        self, run: Run, tmp_path: Path, engine: Engine, answer: str
    ) -> None:
        names = engine.release.vocabulary["correction_status"].value_names
        answer = answer if not answer.isdigit() else str(names.index("on_spot") + 1)
        assert self._ask(run, tmp_path, "correction_status", f"{answer}\n")[0] == "on_spot"

    @pytest.mark.parametrize(
        "answer", ["2026-03-05", "2026年3月5日", "2026/3/5", "2026.03.05", "20260305", "２０２６－０３－０５"]
    )
    def test_a_day_in_many_forms(self, run: Run, tmp_path: Path, answer: str) -> None:
        assert self._ask(run, tmp_path, "discovery_date", f"{answer}\n")[0] == "2026-03-05"

    @pytest.mark.parametrize(("answer", "value"), [("180", "180"), ("180.50", "180.50"), ("１８０", "180")])
    def test_money(self, run: Run, tmp_path: Path, answer: str, value: str) -> None:
        assert self._ask(run, tmp_path, "goods_value_yuan", f"{answer}\n")[0] == value

    def test_a_wrong_answer_is_asked_again(self, run: Run, tmp_path: Path) -> None:
        value, said = self._ask(run, tmp_path, "goods_value_yuan", "一百八\n-5\n1.005\n180元\n180\n")
        assert value == "180"
        assert said.count("金额") >= 4

    def test_the_numbered_answers_are_named_again(self, run: Run, tmp_path: Path) -> None:
        assert "请输入 1（是）或者 2（否）" in self._ask(run, tmp_path, "is_catering", "大概\n1\n")[1]
        assert "请输入 1 到" in self._ask(run, tmp_path, "correction_status", "大概\n1\n")[1]

    def test_an_answer_that_contradicts_another_is_asked_again(self, run: Run, tmp_path: Path) -> None:
        case, saved = tmp_path / "case.json", tmp_path / "saved.json"
        facts = {**CASE["facts"], "conduct_date": "2026-03-01"}
        del facts["discovery_date"]
        case.write_text(json.dumps({**CASE, "facts": facts}), "utf-8")
        for skipped in range(60):
            answers = "\n" * skipped + "2026-02-28\n2026-03-01\n"
            done = run("case", "ask", str(case), "--save", str(saved), stdin=answers)
            if _saved(saved)["facts"].get("discovery_date") == "2026-03-01":
                assert "早于违法行为发生日" in done.err
                return
        raise AssertionError("the day of discovery was never asked for")


def test_a_wrong_case_is_refused_before_any_question(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    path.write_text('{"jurisdiction": "99"}', "utf-8")
    done = run("case", "ask", str(path), "--json")
    assert done.code == 3
    assert done.err == ""


def test_the_other_members_of_the_case_are_kept(run: Run, tmp_path: Path) -> None:
    path, saved = tmp_path / "case.json", tmp_path / "saved.json"
    record = {"record_id": "r-1", "decided_on": "2025-06-01"}
    case = {"jurisdiction": "2102", "history": [record], "facts": {"goods_value_yuan": 180.5}}
    path.write_text(json.dumps(case), "utf-8")
    assert run("case", "ask", str(path), "--save", str(saved)).code == 0
    assert _saved(saved) == case


def test_a_save_that_fails_leaves_no_draft(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        write_whole(tmp_path / "nowhere" / "x.json", b"{}")
    with pytest.raises(UsageError):
        write_whole(tmp_path, b"{}")
    assert list(tmp_path.iterdir()) == []
