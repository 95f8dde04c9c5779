"""A whole population scored from file to file, beside what others need for the same.

Everything here reads Parquet and writes Parquet (zstd 1) with points, class, override and three reasons.
`bare` decodes the same columns and encodes the same results with nothing in between. `XINHENG_BENCH_ROWS`
sets the number of enterprises (default 1,000,000; 10,000,000 takes minutes; 100,000,000 the better part of an
hour: name the tests that are wanted, pandas needs 200 GB). Ratios are taken in turn.
"""

import itertools
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import datafusion
import duckdb
import pandas as pd
import polars as pl
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.in_turn import in_turn
from benchmarks.score_plain import pandas_score, polars_plan
from benchmarks.score_sql import query
from service.scoring.increment import build, update
from service.scoring.lookup import explain
from service.scoring.parts import join
from service.scoring.population import write_population
from service.scoring.report import Month
from service.scoring.run import Job, score_file, write_part
from service.scoring.source import Source, open_source
from service.scoring.state import open_state
from service.scoring.synth import Wish
from service.scoring.whatif import study
from supervision.load import load_scheme
from supervision.row import RowScorer
from supervision.whatif import Variant

ROWS = int(os.environ.get("XINHENG_BENCH_ROWS", "1000000"))
ON = date(2026, 11, 24)
GROUP = f"score, {ROWS:,} enterprises, file to file"
COMPARED = ["uscc", "score", "class", "reason_1", "reason_2", "reason_3"]
WORDS = ["class", "override", "reason_1", "reason_2", "reason_3", "scheme", "scheme_version"]
SECONDS = 5.0
_MEASURED = """
import re, sys
from pathlib import Path
from service.cli import main
main(sys.argv[1:])
print(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1], file=sys.stderr)
"""


@pytest.fixture(autouse=True, scope="module")
def _one_core() -> Iterator[None]:
    """Everybody gets one core, threads of libraries too: they take over what the thread that starts them has."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    yield
    os.sched_setaffinity(0, before)


@dataclass(frozen=True)
class Made:
    """One population in both layouts, and a folder for results."""

    folder: Path
    natural: Source
    tight: Source
    results: tuple[pl.DataFrame, ...]


@cache
def made() -> Made:
    folder = Path(tempfile.mkdtemp(prefix="score-bench-"))
    scheme = load_scheme()
    for name in ("natural", "tight"):
        write_population(scheme, Wish(ROWS, 1, tight=name == "tight"), folder / name, lambda _rows: None)
    natural, tight = (open_source(str(folder / name), scheme) for name in ("natural", "tight"))
    score_file(Job(scheme, ON, natural, folder / "expected"))
    found = pl.scan_parquet(folder / "expected")
    spans = range(0, ROWS, 1 << 18)
    words = [pl.col(name).cast(pl.Enum(found.select(pl.col(name).drop_nulls().unique()).collect().to_series()))
             for name in WORDS]  # fmt: skip
    pieces = tuple(found.slice(at, 1 << 18).with_columns(words).collect() for at in spans)
    return Made(folder, natural, tight, pieces)


def ours(source: Source) -> None:
    score_file(Job(load_scheme(), ON, source, made().folder / "ours"))


def bare(source: Source) -> None:
    """Decode every column, encode results that are there already."""
    parts = []
    for number, _frame in enumerate(source.batches(0, source.rows)):
        parts.append(made().folder / f"bare-{number}")
        write_part(made().results[number], parts[-1])
    join(parts, made().folder / "bare", {})


def plain_polars() -> None:
    plan = polars_plan(load_scheme(), ON, str(made().natural.path))
    plan.sink_parquet(made().folder / "polars", compression="zstd", compression_level=1)


def on_duckdb() -> None:
    with duckdb.connect() as connection:
        rows = query(load_scheme(), ON, f"read_parquet('{made().natural.path}')")
        out = made().folder / "duckdb"
        connection.execute(f"COPY ({rows}) TO '{out}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)")


def on_datafusion() -> None:
    settings = datafusion.SessionConfig({"datafusion.execution.parquet.compression": "zstd(1)"})
    context = datafusion.SessionContext(settings)
    context.register_parquet("enterprises", str(made().natural.path), file_extension="")
    context.sql(query(load_scheme(), ON, "enterprises")).write_parquet(str(made().folder / "datafusion.parquet"))


def on_pandas() -> None:
    scored = pandas_score(load_scheme(), ON, pd.read_parquet(made().natural.path))
    scored.to_parquet(made().folder / "pandas", compression="zstd", compression_level=1)


def same(name: str, columns: list[str]) -> None:
    """What others wrote is what we wrote."""
    theirs = pl.read_parquet(made().folder / name).select(columns)
    expected = pl.read_parquet(made().folder / "expected").select(columns)
    kinds = [pl.col(column).cast(pl.Int64 if column == "score" else pl.String) for column in columns]
    assert theirs.select(kinds).sort("uscc").equals(expected.select(kinds).sort("uscc"))


def measure(benchmark: BenchmarkFixture, work: Callable[[], object], **extra: object) -> None:
    benchmark.group = GROUP
    benchmark.extra_info |= {"items": ROWS, **extra}
    rounds = 5 if ROWS <= 1_000_000 else 1
    benchmark.pedantic(work, rounds=rounds, warmup_rounds=int(rounds > 1))  # type: ignore[no-untyped-call]


def ratios(source: Source, names: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    work = lambda: ours(source)  # noqa: E731 - a name for the table
    return {name: in_turn(work, other, SECONDS) for name, other in names.items()}


OTHERS: dict[str, Callable[[], object]] = {
    "plain_polars": plain_polars,
    "duckdb": on_duckdb,
    "datafusion": on_datafusion,
    "pandas": on_pandas,
}


def test_tight_layout(benchmark: BenchmarkFixture) -> None:
    """Ours on the tight layout; the others on the natural file, as their users have it."""
    turns = ratios(made().tight, {"bare_tight": lambda: bare(made().tight), **OTHERS})
    bars = [">= 1.2 x plain_polars", ">= 3 x duckdb", ">= 4 x datafusion", ">= 7 x pandas", "<= 1.8 x bare_tight"]
    measure(benchmark, lambda: ours(made().tight), bar=bars, in_turn=turns)


def test_natural_export(benchmark: BenchmarkFixture) -> None:
    """Ours on text, 64-bit integers and doubles, the very file that the others read."""
    turns = ratios(made().natural, {"bare_natural": lambda: bare(made().natural), **OTHERS})
    measure(benchmark, lambda: ours(made().natural), bar=[">= 1.2 x plain_polars"], in_turn=turns)


def test_bare_tight(benchmark: BenchmarkFixture) -> None:
    """Decode and encode only."""
    measure(benchmark, lambda: bare(made().tight))


def test_plain_polars(benchmark: BenchmarkFixture) -> None:
    """Polars as its users write it, streaming, on the natural file."""
    measure(benchmark, plain_polars, note="without codes checked, duplicates, problems or unreadable values")
    same("polars", COMPARED)


def test_duckdb(benchmark: BenchmarkFixture) -> None:
    """DuckDB, one SQL statement, on the natural file."""
    measure(benchmark, on_duckdb, note="without codes checked, duplicates, problems or unreadable values")
    same("duckdb", COMPARED)


def test_datafusion(benchmark: BenchmarkFixture) -> None:
    """DataFusion, the same statement."""
    measure(benchmark, on_datafusion, note="without codes checked, duplicates, problems or unreadable values")
    same("datafusion.parquet", COMPARED)


def test_pandas(benchmark: BenchmarkFixture) -> None:
    """pandas, column by column; without the rules."""
    measure(benchmark, on_pandas, note="without rules, codes checked, duplicates or problems")
    same("pandas", ["uscc", "score", "reason_1", "reason_2", "reason_3"])


def test_one_enterprise(benchmark: BenchmarkFixture) -> None:
    """One enterprise explained, its row at hand."""
    scorer, row = RowScorer(load_scheme(), ON), made().natural.read(0, 1).row(0, named=True)
    benchmark.group = "score, one enterprise"
    benchmark.extra_info["bar"] = "<= 1 ms"
    result = benchmark(scorer.score, row)
    assert result.class_


def test_one_enterprise_from_the_table(benchmark: BenchmarkFixture) -> None:
    """One enterprise explained out of the whole file."""
    source, scheme = made().tight, load_scheme()
    code = source.read(source.rows * 3 // 4, 1)["uscc"][0]
    benchmark.group = "score, one enterprise"
    benchmark.extra_info["bar"] = "<= 100 ms"
    assert benchmark(explain, source, code, scheme, ON).class_


def test_update(benchmark: BenchmarkFixture) -> None:
    """One row in a hundred changed, and those that are due a day later; against everything scored again."""
    source, folder, scheme = made().tight, made().folder, load_scheme()
    build(folder / "state", source, scheme, ON)
    rows = slice(0, ROWS, 100)
    frame = pl.read_parquet(source.path)
    changed = frame[rows].with_columns(frame.reverse()[rows].drop("uscc"))
    metadata = {name: words for name, words in pl.read_parquet_metadata(source.path).items() if name != "pandas"}
    changed.write_parquet(folder / "changes", compression="zstd", compression_level=1, metadata=metadata)
    days = itertools.count(1)

    def patched() -> None:
        changes = open_source(str(folder / "changes"), scheme)
        update(open_state(folder / "state", scheme), changes, ON + timedelta(days=next(days)), folder / "few")

    patched()
    turns = {"tight_layout": in_turn(patched, lambda: ours(source), SECONDS)}
    measure(benchmark, patched, bar="<= 0.05 x tight_layout", in_turn=turns)


@pytest.mark.parametrize("indicators", [3, 68])
def test_whatif(benchmark: BenchmarkFixture, indicators: int) -> None:
    """A hundred variants at once, each with other points of so many indicators and other cut-offs."""
    scheme, drawn = load_scheme(), random.Random(1)
    variants = [
        Variant(
            str(number),
            {
                one.id: [max(0, points + drawn.randint(-3, 3)) for points in one.points]
                for one in drawn.sample(scheme.indicators, indicators)
            },
            tuple(cut + drawn.randint(-5, 5) for cut in scheme.cutoffs),
        )
        for number in range(100)
    ]
    bar = ["<= 5 s"] if ROWS == 1_000_000 else []
    work = lambda: study(Month(made().tight, ON), scheme, variants, lambda _rows: None)  # noqa: E731 - a name for the table
    measure(benchmark, work, bar=bar, note="100 variants")


def test_memory(benchmark: BenchmarkFixture) -> None:
    """The most memory that a process of its own holds, and its time with start-up."""
    words = [sys.executable, "-c", _MEASURED, "score", "run", str(made().tight.path), str(made().folder / "memory")]
    held: list[int] = []

    def run() -> None:
        done = subprocess.run([*words, "--on", str(ON), "--json"], check=True, capture_output=True)  # noqa: S603
        held.append(int(done.stderr.split()[-1]))

    measure(benchmark, run, bar=[])
    most = max(held) / 1024
    benchmark.extra_info["note"] = f"at most {most:.0f} MB"
    assert most <= 1024
