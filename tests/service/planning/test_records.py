"""What results become is read by `score build` as it is: every value, into the indicators of the next classes."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl

from supervision.visitledger import Done, records
from tests.service.conftest import Run

CODES = ("91210200MA0QC4XG62", "91110000600037341L")


def test_score_build_reads_the_records_of_results(run: Run, tmp_path: Path) -> None:
    registry = {"uscc": CODES, "name": ["甲", "乙"], "state": ["1", "1"], "established_on": [date(2015, 1, 1)] * 2}
    pl.DataFrame(registry).write_csv(tmp_path / "registry.csv")
    on = date(2026, 6, 9)
    problem = (("M2", "province-results", "3"), ("M1", "province-results", "1"))
    unreachable = (("M2", "province-results", "6"),)
    first = Done(
        CODES[0], "market", "county", on, "onsite", initiating=True, joint=True, kind="daily", codes=problem,
        corrections=((date(2026, 7, 1), None),),
    )  # fmt: skip
    second = replace(first, unit=CODES[1], codes=unreachable, corrections=(), listed=((on, "unreachable"),))
    for name, rows in records([first, second]).items():
        pl.DataFrame(rows, infer_schema_length=None).write_csv(tmp_path / f"{name}.csv")
    out = tmp_path / "out.parquet"
    built = run("score", "build", str(tmp_path), str(out), "--on", "2026-11-01")
    assert built.code == 0, built.err
    assert built.out.count("不能读取的值 0 个，代码不在登记表的 0 行") == 5
    found = pl.read_parquet(out).select("uscc", "latest_inspection_result", "last_inspected_on", "address_state")
    assert [tuple(map(str, row)) for row in found.rows()] == [
        (CODES[0], "hidden_problem", "2026-06-09", "verified"),
        (CODES[1], "unreachable", "2026-06-09", "not_found"),
    ]
