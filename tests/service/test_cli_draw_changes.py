"""``xinheng draw cancel|replace|restaff|log|chain|unseal`` on folders."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from service.cli.draw_seal import SEALED
from tests.service.conftest import Run
from tests.service.test_cli_draw import DRAFT, draft, reveal

__all__ = ["draft"]
ACT = ("--by", "张三", "--at", "2026-11-25T10:00:00+08:00")


@pytest.fixture
def drawn(run: Run, draft: Path) -> Path:
    assert run("draw", "commit", str(draft)).code == 0
    reveal(draft)
    assert run("draw", "run", str(draft)).code == 0
    return draft


def result(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((path / "result.json").read_text("utf-8"))
    return found


def codes(found: str) -> str:
    return str(json.loads(found)["code"])


class TestChanges:
    def replace(self, run: Run, drawn: Path, unit: str, reason: str = "9") -> Any:  # noqa: ANN401 - what a run gives
        where = ("--plan", "P-market", "--stratum", "高", "--unit", unit)
        return run("draw", "replace", str(drawn), *where, "--reason", reason, *ACT, "--json")

    def test_the_next_of_the_reserve_steps_in_with_a_team(self, run: Run, drawn: Path) -> None:
        one = result(drawn)["plans"]["P-market"]["高"]
        done = self.replace(run, drawn, one["selected"][0])
        assert (done.code, json.loads(done.out)["by"]) == (0, one["reserve"][0])
        shown = json.loads(run("draw", "log", str(drawn), "--json").out)
        assert [line["by"] for line in shown["changes"]] == [one["reserve"][0]]
        (team,) = [demand for demand in shown["demands"] if demand["unit"] == one["reserve"][0]]
        assert len(team["people"]) == 2
        assert run("draw", "verify", str(drawn)).code == 0
        assert one["reserve"][0] in run("draw", "log", str(drawn)).out

    def test_only_the_closed_reasons_count(self, run: Run, drawn: Path) -> None:
        unit = result(drawn)["plans"]["P-market"]["高"]["selected"][0]
        done = self.replace(run, drawn, unit, "6")
        assert (done.code, codes(done.out)) == (4, "change_reason")
        assert not (drawn / "changes.jsonl").exists()

    def test_a_person_is_replaced_by_rule(self, run: Run, drawn: Path) -> None:
        person = result(drawn)["demands"][0]["people"][0]
        done = run("draw", "restaff", str(drawn), "--rank", "0", "--person", person, "--reason", "生病", *ACT)
        assert done.code == 0
        shown = json.loads(run("draw", "log", str(drawn), "--json").out)
        assert person not in shown["demands"][0]["people"]
        assert len(shown["demands"][0]["people"]) == 2

    def test_a_log_changed_by_hand_is_named_by_verify_and_stops_the_next_change(self, run: Run, drawn: Path) -> None:
        one = result(drawn)["plans"]["P-market"]["高"]
        self.replace(run, drawn, one["selected"][0])
        log = (drawn / "changes.jsonl").read_text("utf-8")
        (drawn / "changes.jsonl").write_text(log.replace("张三", "李四"), "utf-8")
        found = json.loads(run("draw", "verify", str(drawn), "--json").out)["mismatches"]
        assert [(one["file"], one["place"]) for one in found] == [("changes.jsonl", "1")]
        assert self.replace(run, drawn, one["selected"][1]).code == 3

    def test_an_instant_needs_its_offset(self, run: Run, drawn: Path) -> None:
        done = run("draw", "restaff", str(drawn), "--rank", "0", "--person", "M0", "--reason", "x", "--by", "x")
        assert done.code in {0, 4}
        wrong = ("--reason", "x", "--by", "x", "--at", "2026-11-25T10:00:00")
        assert run("draw", "restaff", str(drawn), "--rank", "0", "--person", "M0", *wrong).code == 2


class TestCancel:
    def cancel(self, run: Run, path: Path, *more: str, reason: str = "event_void") -> Any:  # noqa: ANN401 - as above
        words = ("--words", "第2026135期停售", "--reason", reason)
        return run("draw", "cancel", str(path), *words, *ACT, *more, "--json")

    def test_a_cancelled_record_is_never_drawn(self, run: Run, draft: Path) -> None:
        run("draw", "commit", str(draft))
        assert self.cancel(run, draft).code == 0
        reveal(draft)
        done = run("draw", "run", str(draft), "--json")
        assert (done.code, codes(done.out)) == (4, "draw_cancelled")
        assert run("draw", "verify", str(draft)).code == 0
        assert codes(self.cancel(run, draft).out) == "draw_cancelled"

    def test_a_record_with_a_result_is_never_cancelled(self, run: Run, drawn: Path) -> None:
        done = self.cancel(run, drawn)
        assert (done.code, codes(done.out)) == (4, "draw_cancel_result")

    def test_once_the_event_is_known_a_second_person_is_needed(self, run: Run, draft: Path) -> None:
        run("draw", "commit", str(draft))
        reveal(draft)
        assert codes(self.cancel(run, draft).out) == "ceremony_reason"
        assert codes(self.cancel(run, draft, reason="nonce_lost").out) == "ceremony_needs"
        assert codes(self.cancel(run, draft, "--second", "张三", reason="nonce_lost").out) == "ceremony_needs"
        assert self.cancel(run, draft, "--second", "李四", reason="nonce_lost").code == 0


class TestChain:
    def test_records_one_after_another(self, run: Run, drawn: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
        second = tmp_path_factory.mktemp("second")
        for name in ("frame-market.tsv", "roster.tsv", "recusal.tsv"):
            shutil.copy(drawn / name, second)
        first = json.loads(run("draw", "chain", str(drawn), "--json").out)
        draft = {**DRAFT, "draw_id": "第二次", "prev": first["last"]}
        (second / "draft.json").write_text(json.dumps(draft), "utf-8")
        assert run("draw", "commit", str(second)).code == 0
        found = json.loads(run("draw", "chain", str(drawn), str(second), "--json").out)
        assert (found["ok"], found["open"]) == (True, [str(second)])
        assert "还没有结果" in run("draw", "chain", str(drawn), str(second)).out
        assert run("draw", "chain", str(second), "--start", first["last"]).code == 0
        done = run("draw", "chain", str(second), str(drawn))
        assert done.code == 1
        assert str(second) in done.out


class TestSeal:
    def test_nonces_can_be_locked_with_a_secret(self, run: Run, draft: Path) -> None:
        secret, other = draft / "planner.key", draft / "other.key"
        secret.write_text("我们部门的口令 2026\n", "utf-8")
        other.write_text("别的部门的口令 2026\n", "utf-8")
        assert run("draw", "commit", str(draft), "--lock", str(secret)).code == 0
        (holder, nonce), *_ = json.loads(run("draw", "unseal", str(draft), "--lock", str(secret), "--json").out)[
            "nonces"
        ]
        assert holder == "planner"
        assert nonce not in (draft / SEALED).read_text("utf-8")
        wrong = run("draw", "unseal", str(draft), "--lock", str(other), "--json")
        assert (wrong.code, codes(wrong.out)) == (4, "seal_wrong")

    def test_a_short_secret_locks_nothing(self, run: Run, draft: Path) -> None:
        (draft / "planner.key").write_text("123456", "utf-8")
        done = run("draw", "commit", str(draft), "--lock", str(draft / "planner.key"), "--json")
        assert (done.code, codes(done.out)) == (4, "seal_short")
        assert not (draft / "commit.json").exists()

    @pytest.mark.parametrize("public", [[], [{"id": "sh", "what": "收盘", "format": "0.00"}]])
    def test_an_event_with_too_little_chance_in_it_is_refused(self, run: Run, draft: Path, public: list[Any]) -> None:
        (draft / "draft.json").write_text(json.dumps({**DRAFT, "public": public}), "utf-8")
        done = run("draw", "commit", str(draft), "--json")
        assert (done.code, codes(done.out)) == (3, "draw_public_weak")


class TestRows:
    def test_an_enterprise_checks_its_own_row_against_the_record(self, run: Run, draft: Path) -> None:
        assert run("draw", "salt", str(draft)).code == 0
        assert run("draw", "salt", str(draft)).code == 4
        assert run("draw", "commit", str(draft)).code == 0
        given = run("draw", "proof", str(draft), "--unit", "U03")
        (draft / "proof.json").write_text(given.out, "utf-8")
        check = ("draw", "proofcheck", str(draft / "proof.json"), "--record", str(draft / "commit.json"))
        done = run(*check, "--json")
        assert (done.code, json.loads(done.out)["rows"]) == (0, ["U03\t高\tok\tR1"])
        (draft / "proof.json").write_text(given.out.replace("\\tok\\t", "\\tcap\\t"), "utf-8")
        done = run(*check)
        assert done.code == 1
        assert "不在记录里" in done.out
        assert run("draw", "proof", str(draft), "--unit", "U99").code == 2

    def test_another_record_is_told(self, run: Run, draft: Path) -> None:
        run("draw", "salt", str(draft))
        run("draw", "commit", str(draft))
        given = json.loads(run("draw", "proof", str(draft), "--unit", "U03").out)
        (draft / "proof.json").write_text(json.dumps({**given, "commit": "0" * 64}), "utf-8")
        done = run("draw", "proofcheck", str(draft / "proof.json"), "--record", str(draft / "commit.json"))
        assert done.code == 1
        assert "另一份记录" in done.out
