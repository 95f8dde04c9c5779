"""``score report``: the page and its figures."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from service.cli import main
from service.scoring.visits import after_table, read_visits
from supervision.load import load_scheme
from tests.supervision.frames import ON, by_row, clean

if TYPE_CHECKING:
    from pathlib import Path

Call = Callable[..., tuple[int, Any]]
EARLIER = ON - timedelta(days=31)
SCHEME = load_scheme()


@pytest.fixture
def call(capfd: pytest.CaptureFixture[str]) -> Call:
    def run(*words: object) -> tuple[int, Any]:
        code = main(["score", "report", *map(str, words), "--json"])
        return code, json.loads(capfd.readouterr().out)

    return run


class Page(HTMLParser):
    """Addresses that a page asks for, and its charts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.charts = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.charts += tag == "svg"
        self.addresses += [str(value) for name, value in attrs if name in {"src", "href"}]


def tables(folder: Path) -> tuple[Path, Path]:
    days = [pl.col(name).clip(None, EARLIER) for name, one in SCHEME.columns.items() if one.type == "date"]
    frame = clean(SCHEME, 1, 120).with_columns(days)
    frame.write_parquet(folder / "now.parquet")
    frame.with_columns(pl.lit(None).cast(pl.Int64).alias("penalties_36m")).write_parquet(folder / "then.parquet")
    return folder / "now.parquet", folder / "then.parquet"


def visits(folder: Path, days: list[date], found: str = "是") -> Path:
    codes = clean(SCHEME, 1, 120)["uscc"].head(len(days))
    frame = pl.DataFrame({"统一社会信用代码": codes, "检查日期": [day.isoformat() for day in days], "发现问题": found})
    frame.write_csv(folder / "visits.csv")
    return folder / "visits.csv"


def test_one_month_without_visits(tmp_path: Path, call: Call) -> None:
    now, _ = tables(tmp_path)
    code, said = call(now, tmp_path / "r.html", "--on", ON)
    text = (tmp_path / "r.html").read_text("utf-8")
    assert (code, said["rows"], said["drift"], said["visits"]) == (0, 120, None, None)
    assert sum(row["rows"] for row in said["classes"]) == 120
    assert Page(text).charts == 1
    assert "内部资料" in text


def test_the_page_asks_for_nothing_from_elsewhere(tmp_path: Path, call: Call) -> None:
    now, then = tables(tmp_path)
    seen = visits(tmp_path, [ON] * 20 + [ON - timedelta(days=5)] * 20)
    code, said = call(
        now, tmp_path / "r.html", "--on", ON, "--earlier", then, "--earlier-on", EARLIER, "--visits", seen
    )
    page = Page((tmp_path / "r.html").read_text("utf-8"))
    assert (code, page.addresses, page.charts) == (0, [], 5)
    assert said["drift"]["scores"] > 0
    worst = max(said["indicators"], key=lambda row: row["psi"])
    assert SCHEME.by_id[worst["id"]].column.name == "penalties_36m"


def test_a_visit_is_held_against_the_class_before_it(tmp_path: Path, call: Call) -> None:
    now, then = tables(tmp_path)
    seen = visits(tmp_path, [ON, EARLIER, EARLIER + timedelta(days=1)])
    arguments = ("--on", ON, "--earlier", then, "--earlier-on", EARLIER, "--visits", seen)
    said = call(now, tmp_path / "r.html", *arguments)[1]["visits"]
    assert (said["used"], said["left_out"]) == (2, 1)
    before = by_row(SCHEME, pl.read_parquet(then))
    wanted = dict.fromkeys(SCHEME.classes, 0)
    for place in (0, 2):
        wanted[before[place]["class"]] += 1
    assert {row["class"]: row["visits"] for row in said["by_class"]} == wanted


def test_tables_get_the_visits_after_their_day_and_no_others() -> None:
    days = [date(2026, 1, 1), date(2026, 1, 2), date(2026, 2, 1), date(2026, 2, 2)]
    frame = pl.DataFrame({"inspected_on": days})
    january, february = after_table(frame, [date(2026, 1, 1), date(2026, 2, 1)])
    assert january["inspected_on"].to_list() == days[1:3]
    assert february["inspected_on"].to_list() == days[3:]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("uscc,found\nx,1\n", "没有列 inspected_on"),
        ("uscc,inspected_on,found\nx,2026-02-30,1\ny,,1\n", "列 inspected_on 有 2 个值"),
        ("uscc,inspected_on,found\nx,2026-01-01,也许\n", "列 found 有 1 个值"),
        ("uscc,inspected_on,found\nx,2999-01-01,1\n", "列 inspected_on 有 1 个值"),
    ],
)
def test_bad_visits_are_named(tmp_path: Path, call: Call, text: str, why: str) -> None:
    now, _ = tables(tmp_path)
    (tmp_path / "v.csv").write_text(text, "utf-8")
    code, said = call(now, tmp_path / "r.html", "--on", ON, "--visits", tmp_path / "v.csv")
    assert (code, said["code"]) == (3, "visits_wrong")
    assert why in said["detail"]
    assert not (tmp_path / "r.html").exists()


def test_visits_come_in_order_of_days(tmp_path: Path) -> None:
    read = read_visits(str(visits(tmp_path, [ON, EARLIER], "否")), ON)
    assert read["inspected_on"].to_list() == [EARLIER, ON]
    assert read["found"].to_list() == [False, False]


def test_the_earlier_table_needs_its_day(tmp_path: Path, call: Call) -> None:
    now, then = tables(tmp_path)
    assert call(now, tmp_path / "r.html", "--earlier", then)[0] == 2
    assert call(now, tmp_path / "r.html", "--on", ON, "--earlier", then, "--earlier-on", ON)[0] == 2


def test_a_scheme_of_ones_own_is_a_file(tmp_path: Path, call: Call) -> None:
    now, _ = tables(tmp_path)
    own = tmp_path / "own.yaml"
    own.write_text("based_on: default\nid: own\nversion: '1'\n", "utf-8")
    assert call(now, tmp_path / "r.html", "--scheme", own)[1]["scheme"] == "own"
    own.write_text("based_on: default\nnonsense: 1\n", "utf-8")
    assert call(now, tmp_path / "r.html", "--scheme", own)[0] == 3
    assert call(now, tmp_path / "r.html", "--scheme", tmp_path / "none.yaml")[0] == 2


def test_visits_to_nobody_in_the_table(tmp_path: Path, call: Call) -> None:
    now, _ = tables(tmp_path)
    seen = visits(tmp_path, [ON, ON])
    code, said = call(now, tmp_path / "r.html", "--on", ON, "--visits", seen)
    assert (code, said["visits"]["used"], said["visits"]["left_out"]) == (0, 0, 2)
    assert Page((tmp_path / "r.html").read_text("utf-8")).charts == 1
