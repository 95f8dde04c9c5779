"""The commands ``repair …`` about whole registers: names, words, arguments, examples."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Final

from service.cli.arguments import count, day

if TYPE_CHECKING:
    from collections.abc import Callable

_CHANNELS: Final = ("market_regulation", "credit_china")


def _positive(text: str) -> int:
    number = count(text)
    if number < 0:
        raise argparse.ArgumentTypeError("不能是负数")
    return number


def _on(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--on", type=day, metavar="DATE", help="按哪一天（默认：今天）")


def _scan(parser: argparse.ArgumentParser) -> None:
    columns = "登记簿：.csv、.xlsx、.parquet 或者 .ndjson；列为双公示数据标准，或者记录文档的各项"
    parser.add_argument("records", metavar="RECORDS", help=columns)
    parser.add_argument("--out", required=True, metavar="FILE", help="结果，一条记录一行；扩展名决定格式")
    channel = "登记簿取自哪个系统（默认：按机关推定）：market_regulation 企业信用信息公示系统，credit_china 信用中国"
    parser.add_argument("--channel", choices=_CHANNELS, metavar="CHANNEL", help=channel)
    parser.add_argument("--jurisdiction", metavar="CODE", help="记录和机关代码都没有写明时的行政区划，例如 210200")
    parser.add_argument("--resume", action="store_true", help="接着上次中断的地方继续")
    _on(parser)


def _synth(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("count", type=_positive, metavar="N", help="多少条")
    parser.add_argument("out", metavar="OUT", help="写到哪个文件，扩展名决定格式")
    parser.add_argument("--seed", type=_positive, required=True, metavar="S", help="随机种子；同一种子得到同样的数据")
    parser.add_argument("--local", action="store_true", help="加上数据标准以外的列：公示日期、程序、履行、告知书等")
    _on(parser)


Row = tuple[str, str, str, str, "Callable[[argparse.ArgumentParser], None]"]
REGISTER: Final[tuple[Row, ...]] = (
    (
        "repair scan",
        "判断整本登记簿：各种结论的数目，本周、本月可以申请的，应当撤下的，缺告知书的，逾期的",
        "xinheng repair scan register.xlsx --on 2026-11-24 --out findings.xlsx",
        "service.cli.repair_scan:scan",
        _scan,
    ),
    (
        "repair synth",
        "生成双公示数据标准的模拟登记簿，带有真实数据常见的毛病",
        "xinheng repair synth 1000 register.csv --seed 1",
        "service.cli.repair_scan:synth",
        _synth,
    ),
)
