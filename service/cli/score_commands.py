"""The commands ``score …``: names, words, arguments, examples."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Final

from service.cli.arguments import count, day
from service.cli.score_data_commands import DATA
from service.cli.score_study_commands import STUDY

if TYPE_CHECKING:
    from collections.abc import Callable

_LAYOUTS: Final = ("natural", "tight")
_ENGINES: Final = ("embedded", "spark")


def _scheme(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--scheme", default="default", metavar="ID", help="哪一个方案（默认 default）")


def _on(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--on", type=day, metavar="DATE", help="按哪一天评分（默认：今天）")


def _table(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("table", metavar="IN.parquet", help="指标列的表，列名见 xinheng score schema")


def _positive(text: str) -> int:
    number = count(text)
    if number < 0:
        raise argparse.ArgumentTypeError("不能是负数")
    return number


def _run(parser: argparse.ArgumentParser) -> None:
    _table(parser)
    parser.add_argument("out", metavar="OUT.parquet", help="结果文件，一行对一行")
    _scheme(parser)
    _on(parser)
    parser.add_argument("--engine", choices=_ENGINES, default="embedded", help="在本机还是在 Spark 上计算")
    parser.add_argument("--master", default="local[*]", metavar="URL", help="Spark 的 master（默认 local[*]）")
    previous = "上一次的结果：另外显示迁移矩阵和变化的企业；或者评分状态的文件夹：IN 只含变化的行"
    parser.add_argument("--previous", metavar="OLD", help=previous)
    parser.add_argument("--state", metavar="DIR", help="另外在这个文件夹保存评分状态，供以后只算变化的部分")
    parser.add_argument("--resume", action="store_true", help="接着上次中断的地方继续")


def _explain(parser: argparse.ArgumentParser) -> None:
    _table(parser)
    parser.add_argument("uscc", metavar="USCC", help="统一社会信用代码")
    _scheme(parser)
    _on(parser)


def _schema(parser: argparse.ArgumentParser) -> None:
    _scheme(parser)


def _compare(parser: argparse.ArgumentParser) -> None:
    _table(parser)
    parser.add_argument("--scheme", action="append", required=True, metavar="ID", help="方案，写两次：从哪一个到哪一个")
    parser.add_argument("--out", metavar="FILE", help="把类别变化的企业写到这个文件（.parquet 或者 .csv）")
    _on(parser)


def _synth(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("count", type=_positive, metavar="N", help="多少户")
    parser.add_argument("out", metavar="OUT.parquet", help="写到哪个文件")
    parser.add_argument("--seed", type=_positive, required=True, metavar="S", help="随机种子；同一种子得到同样的数据")
    raw = "另外写出原始记录的文件夹；指标列由这些记录推导而来"
    parser.add_argument("--raw", metavar="FOLDER", help=raw)
    parser.add_argument("--layout", choices=_LAYOUTS, default="natural", help="普通格式还是紧凑格式（默认 natural）")
    _scheme(parser)
    _on(parser)


def _calibrate(parser: argparse.ArgumentParser) -> None:
    _table(parser)
    shares = "各类的目标占比，由低风险到高风险，逗号分隔（默认 65,26,7,2）"
    parser.add_argument("--shares", default="65,26,7,2", metavar="SHARES", help=shares)
    _scheme(parser)
    _on(parser)


Row = tuple[str, str, str, str, "Callable[[argparse.ArgumentParser], None]"]
SCORE: Final[tuple[Row, ...]] = (
    (
        "score schema",
        "显示方案需要的列：类型、可选值、分档、范围",
        "xinheng score schema --json",
        "service.cli.score:schema",
        _schema,
    ),
    (
        "score run",
        "给表里的每一户企业评分、分类、说明理由",
        "xinheng score run enterprises.parquet classes.parquet --on 2026-11-01",
        "service.cli.score:run",
        _run,
    ),
    (
        "score explain",
        "说明一户企业的得分：每一项指标的值、分档和分值",
        "xinheng score explain enterprises.parquet 91210200MA0000001X",
        "service.cli.score:explain",
        _explain,
    ),
    (
        "score compare",
        "比较两个方案：类别迁移矩阵，哪些企业变了",
        "xinheng score compare enterprises.parquet --scheme default --scheme strict --out movers.csv",
        "service.cli.score:compare",
        _compare,
    ),
    (
        "score calibrate",
        "按目标占比，由一个总体推算分界",
        "xinheng score calibrate enterprises.parquet --shares 65,26,7,2",
        "service.cli.score:calibrate",
        _calibrate,
    ),
    (
        "score synth",
        "生成模拟总体，供测试和演示",
        "xinheng score synth 100000 population.parquet --seed 1",
        "service.cli.score:synth",
        _synth,
    ),
    *DATA,
    *STUDY,
)
