"""The commands that make the tables to be scored, and keep what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.cli.arguments import day

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--scheme", default="default", metavar="ID", help="哪一个方案（默认 default）")
    parser.add_argument("--on", type=day, metavar="DATE", help="按哪一天（默认：今天）")


def _build(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("records", metavar="FOLDER", help="原始记录的文件夹，每张表一个 .parquet 或者 .csv 文件")
    parser.add_argument("out", metavar="OUT.parquet", help="指标列的表，紧凑格式")
    _common(parser)
    parser.add_argument("--report", metavar="FILE", help="数据质量报告（.html、.md 或者 .json）")


Row = tuple[str, str, str, str, "Callable[[argparse.ArgumentParser], None]"]
DATA: Final[tuple[Row, ...]] = (
    (
        "score build",
        "由登记、年报、名录、处罚、检查、投诉等原始记录推导指标列",
        "xinheng score build records/ enterprises.parquet --on 2026-11-01 --report quality.html",
        "service.cli.score_data:build",
        _build,
    ),
)
