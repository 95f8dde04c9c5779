"""The commands that study a scheme: what becomes of it, what it might become."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.cli.arguments import day

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--scheme", default="default", metavar="ID", help="哪一个方案，或者方案文件（默认 default）")


def _report(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("table", metavar="IN.parquet", help="指标列的表，列名见 xinheng score schema")
    parser.add_argument("out", metavar="OUT.html", help="报告，一个独立的网页文件")
    _common(parser)
    parser.add_argument("--on", type=day, metavar="DATE", help="按哪一天评分（默认：今天）")
    parser.add_argument("--earlier", metavar="OLD.parquet", help="较早一个月的指标列，用来比较漂移")
    parser.add_argument("--earlier-on", type=day, metavar="DATE", help="较早的表按哪一天评分")
    visits = "检查结果（.csv 或者 .parquet）：uscc、inspected_on、found"
    parser.add_argument("--visits", metavar="FILE", help=visits)


Row = tuple[str, str, str, str, "Callable[[argparse.ArgumentParser], None]"]
STUDY: Final[tuple[Row, ...]] = (
    (
        "score report",
        "监测报告：两个月的漂移、缺失值的影响、各类的检查发现率、校准曲线",
        "xinheng score report november.parquet report.html --earlier october.parquet --earlier-on 2026-10-01",
        "service.cli.score_study:report",
        _report,
    ),
)
