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


def _override(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("classes", metavar="CLASSES.parquet", help="score run 的结果")
    columns = "人工调整（.csv 或者 .parquet）：uscc、class、reason、author、since、until"
    parser.add_argument("decisions", metavar="DECISIONS", help=columns)
    parser.add_argument("out", metavar="OUT.parquet", help="调整之后的结果，方案的类别另列一列")
    _common(parser)


def _history(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="FOLDER", help="各月的 score run 结果，文件以月份命名，例如 2026-10.parquet")
    parser.add_argument("--uscc", metavar="USCC", help="只看这一户")
    parser.add_argument("--scheme", default="default", metavar="ID", help="哪一个方案（默认 default）")


def _early(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("classes", metavar="CLASSES.parquet", help="本月 score run 的结果")
    parser.add_argument("--previous", metavar="OLD.parquet", help="上月的结果：找出骤降的企业")
    parser.add_argument("--columns", metavar="IN.parquet", help="本月的指标列：找出投诉异常增长、批量注册的企业")
    parser.add_argument("--out", metavar="FILE", help="预警名单（.csv 或者 .parquet），内部使用")
    _common(parser)


def _public(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("classes", metavar="CLASSES.parquet", help="score run 的结果")
    parser.add_argument("--scheme", default="default", metavar="ID", help="哪一个方案（默认 default）")


Row = tuple[str, str, str, str, "Callable[[argparse.ArgumentParser], None]"]
DATA: Final[tuple[Row, ...]] = (
    (
        "score build",
        "由登记、年报、名录、处罚、检查、投诉等原始记录推导指标列",
        "xinheng score build records/ enterprises.parquet --on 2026-11-01 --report quality.html",
        "service.cli.score_data:build",
        _build,
    ),
    (
        "score override",
        "把人工调整用到结果上：写明理由、调整人和截止日",
        "xinheng score override classes.parquet decisions.csv adjusted.parquet --on 2026-11-01",
        "service.cli.score_data:override",
        _override,
    ),
    (
        "score history",
        "各月的类别分布和迁移，或者一户企业逐月的类别",
        "xinheng score history months/ --uscc 91210200MA0000001X",
        "service.cli.score_data:history",
        _history,
    ),
    (
        "score early",
        "预警名单：类别骤降、投诉异常增长、批量注册",
        "xinheng score early 2026-11.parquet --previous 2026-10.parquet --columns columns.parquet --out early.csv",
        "service.cli.score_data:early",
        _early,
    ),
    (
        "score public",
        "可以公开的统计：按登记机关和类别的户数，隐去过小的格子",
        "xinheng score public classes.parquet --json",
        "service.cli.score_data:public",
        _public,
    ),
)
