"""``repair scan`` from file to file: formats, encodings, resuming, nothing half written."""

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import python_calamine

from credit.register import Defaults
from credit.synthetic import headings, rows
from kernel.errors import InputError
from service import registerscan
from service.cli import main, repair_scan
from service.registers import open_register
from service.settings import read_settings
from service.syntheticfiles import write_register
from service.tablefiles import write_table

ON = "2026-11-24"
ROWS = 400


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same made-up register in every format."""
    place = tmp_path_factory.mktemp("registers")
    for kind in ("csv", "xlsx", "parquet", "ndjson"):
        write_register(ROWS, 3, date.fromisoformat(ON), place / f"r.{kind}", local=True)
    return place


def scan(capsys: pytest.CaptureFixture[str], *words: str | Path, code: int = 0) -> dict[str, Any]:
    capsys.readouterr()
    assert main(["repair", "scan", *map(str, words), "--on", ON, "--json"]) == code
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def findings(path: Path) -> pl.DataFrame:
    return pl.read_parquet(path)


def written(path: Path) -> list[dict[str, Any]]:
    """The rows of a result, as another program reads them."""
    if path.suffix == ".ndjson":
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.DictReader(stream))
    rows_ = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    return [dict(zip(map(str, rows_[0]), row, strict=True)) for row in rows_[1:]]


@pytest.mark.parametrize("kind", ["xlsx", "parquet", "ndjson"])
def test_formats_give_the_same(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str) -> None:
    first = scan(capsys, folder / "r.csv", "--out", tmp_path / "a.parquet")
    again = scan(capsys, folder / f"r.{kind}", "--out", tmp_path / "b.parquet")
    first.pop("out"), again.pop("out")
    assert first == again
    assert findings(tmp_path / "a.parquet").equals(findings(tmp_path / "b.parquet"))
    assert first["rows"] == ROWS


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ndjson"])
def test_results_in_every_format(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str) -> None:
    scan(capsys, folder / "r.csv", "--out", tmp_path / "a.parquet")
    scan(capsys, folder / "r.csv", "--out", tmp_path / f"b.{kind}")
    plain, read = findings(tmp_path / "a.parquet"), written(tmp_path / f"b.{kind}")
    for name in ("outcome", "earliest_on", "number"):
        expected = ["" if one is None else str(one) for one in plain[name].to_list()]
        assert [str(one[name] or "") for one in read] == expected


def test_gb18030(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (folder / "r.csv").read_text("utf-8-sig")
    (tmp_path / "g.csv").write_text(text, "gb18030")
    found = scan(capsys, tmp_path / "g.csv", "--out", tmp_path / "o.parquet")
    assert found["outcomes"] == scan(capsys, folder / "r.csv", "--out", tmp_path / "p.parquet")["outcomes"]


def test_documents_with_their_notices(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    example = {"kind": "penalty", "decision": {"decided_on": "2026-04-10", "authority": "大连市市场监督管理局"}}
    flat = {"decision.decided_on": "2026-04-10", "decision.authority": "大连市市场监督管理局", "fine_yuan": 1200}
    lines = [example | {"notice_served_on": "2026-04-10"}, flat, {"kind": "penalty", "decision": {"fine": 1}}, 7]
    path = tmp_path / "r.ndjson"
    path.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in lines), "utf-8")
    figures = scan(capsys, path, "--out", tmp_path / "o.parquet")
    assert (figures["rows"], figures["problems"]) == (4, 2)
    assert findings(tmp_path / "o.parquet")["notice_served"].to_list() == [True, None, None, None]


class TestStopping:
    def test_a_stopped_run_goes_on(
        self, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(repair_scan, "BLOCK", 100)
        whole = scan(capsys, folder / "r.csv", "--out", tmp_path / "whole.parquet")
        out = tmp_path / "o.parquet"
        plain = registerscan.Desk.findings

        def stops(desk: registerscan.Desk, raw: Any, first: int) -> pl.DataFrame:  # noqa: ANN401 - passed on
            if first > 200:
                raise KeyboardInterrupt
            return plain(desk, raw, first)

        monkeypatch.setattr(registerscan.Desk, "findings", stops)
        assert main(["repair", "scan", str(folder / "r.csv"), "--out", str(out), "--on", ON]) == 130
        assert not out.exists()
        seen: list[int] = []

        def counts(desk: registerscan.Desk, raw: Any, first: int) -> pl.DataFrame:  # noqa: ANN401 - passed on
            seen.append(first)
            return plain(desk, raw, first)

        monkeypatch.setattr(registerscan.Desk, "findings", counts)
        figures = scan(capsys, folder / "r.csv", "--out", out, "--resume")
        assert seen == [201, 301]
        assert {**figures, "out": ""} == {**whole, "out": ""}
        assert findings(out).equals(findings(tmp_path / "whole.parquet"))
        assert not (tmp_path / "o.parquet.part").exists()

    def test_another_register_is_not_continued(
        self, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        part = tmp_path / "o.parquet.part"
        part.mkdir()
        (part / "state.json").write_text('{"on": "2026-01-01"}')
        problem = scan(capsys, folder / "r.csv", "--out", tmp_path / "o.parquet", "--resume", code=4)
        assert "改变" in problem["detail"]

    def test_wrong_format(self, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        scan(capsys, folder / "r.csv", "--out", tmp_path / "o.doc", code=2)

    def test_onto_itself(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        scan(capsys, folder / "r.csv", "--out", folder / "r.csv", code=2)

    def test_no_register(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        scan(capsys, tmp_path / "none.csv", "--out", tmp_path / "o.csv", code=2)
        (tmp_path / "x.csv").write_text("a,b\n1,2\n")
        scan(capsys, tmp_path / "x.csv", "--out", tmp_path / "o.csv", code=3)


def test_several_processes_keep_the_order(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scan(capsys, folder / "r.csv", "--out", tmp_path / "o.parquet")
    with open_register(folder / "r.csv") as register:
        blocks = [(raw, place * 150 + 1) for place, raw in enumerate(register.blocks(150, 0))]
    settings = read_settings({})
    wish = registerscan.Wish(settings, date.fromisoformat(ON), Defaults())
    frames = list(registerscan.findings(registerscan.release_of(settings), wish, blocks, 2))
    plain = findings(tmp_path / "o.parquet")
    assert pl.concat(frames).drop("remarks", "party").equals(plain.drop("remarks"))


def test_names_of_persons_stay_where_they_are(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scan(capsys, folder / "r.csv", "--out", tmp_path / "o.ndjson")
    assert "自然人" not in (tmp_path / "o.ndjson").read_text("utf-8")


def test_the_words_of_the_report(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["repair", "scan", str(folder / "r.csv"), "--out", str(tmp_path / "o.csv"), "--on", ON]) == 0
    out = capsys.readouterr().out
    assert "不应再公示而仍在公示" in out
    assert "没有送达信用修复告知书" in out


def test_synth_writes_what_it_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "s.parquet"
    assert main(["repair", "synth", "50", str(path), "--seed", "9", "--on", ON, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == 50
    made = [tuple(None if one is None else str(one) for one in row) for row in rows(50, 9, date.fromisoformat(ON))]
    assert pl.read_parquet(path).rows() == made
    assert pl.read_parquet(path).columns == list(headings())


def test_formulas_stay_text(tmp_path: Path) -> None:
    frame = pl.DataFrame({"a": ["=1+1", "plain", None]})
    write_table(frame, tmp_path / "a.csv")
    assert "'=1+1" in (tmp_path / "a.csv").read_text("utf-8-sig")
    write_table(frame, tmp_path / "a.xlsx")
    assert written(tmp_path / "a.xlsx")[0] == {"a": "=1+1"}


def test_a_broken_workbook(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK no workbook")
    with pytest.raises(InputError), open_register(tmp_path / "a.xlsx"):
        pass
