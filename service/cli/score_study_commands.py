"""The commands that study a scheme: what becomes of it, what it might become."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Final

from service.cli.arguments import count, day

if TYPE_CHECKING:
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


def _positive(text: str) -> int:
    number = count(text)
    if number < 1:
        raise argparse.ArgumentTypeError("应当是 1 以上的整数")
    return number


def _learn(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("tables", metavar="FOLDER", help="各月的指标列，文件以日期命名，例如 2026-01-01.parquet")
    parser.add_argument("visits", metavar="VISITS", help="检查结果（.csv 或者 .parquet）：uscc、inspected_on、found")
    parser.add_argument("out", metavar="DRAFT.yaml", help="方案草案")
    _common(parser)
    parser.add_argument("--report", metavar="OUT.html", help="报告，一个独立的网页文件")
    parser.add_argument("--test-from", type=day, metavar="DATE", help="这一天起的检查只用于检验（默认最后五分之一）")
    parser.add_argument("--window", type=_positive, default=60, metavar="DAYS", help="在多少天之内调换次序（默认 60）")
    parser.add_argument("--repeats", type=_positive, default=200, metavar="N", help="自助抽样的次数（默认 200）")
    parser.add_argument("--seed", type=_positive, default=1, metavar="S", help="自助抽样的种子（默认 1）")


def _whatif(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("table", metavar="IN.parquet", help="指标列的表，列名见 xinheng score schema")
    parser.add_argument("variants", nargs="?", metavar="VARIANTS.yaml", help="假设的分值和分界；不写则只看敏感度")
    _common(parser)
    parser.add_argument("--on", type=day, metavar="DATE", help="按哪一天评分（默认：今天）")
    parser.add_argument("--step", type=_positive, default=5, metavar="N", help="敏感度：每项指标加多少分（默认 5）")


Row = tuple[str, str, str, str, "Callable[[argparse.ArgumentParser], None]"]
STUDY: Final[tuple[Row, ...]] = (
    (
        "score report",
        "监测报告：两个月的漂移、缺失值的影响、各类的检查发现率、校准曲线",
        "xinheng score report november.parquet report.html --earlier october.parquet --earlier-on 2026-10-01",
        "service.cli.score_study:report",
        _report,
    ),
    (
        "score whatif",
        "假如分值或者分界不同：迁移矩阵，每项指标的敏感度",
        "xinheng score whatif enterprises.parquet variants.yaml --on 2026-11-01",
        "service.cli.score_study:whatif",
        _whatif,
    ),
    (
        "score learn",
        "由检查结果学习整数分值，写出方案草案，并用之后的检查检验",
        "xinheng score learn tables visits.csv draft.yaml --report learned.html --test-from 2026-07-01",
        "service.cli.score_study:learn",
        _learn,
    ),
)
