"""The commands ``repair …`` about figures and reminders: names, words, arguments, examples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.cli.arguments import count, day

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

_EVENTS: Final = "xinheng repair export 写出的文件（默认：读数据库）；- 表示标准输入"


def _kpi(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", type=day, metavar="DATE", help="统计期的第一天（默认：今年1月1日）")
    parser.add_argument("--until", type=day, metavar="DATE", help="统计期的最后一天（默认：今天）")
    by = "合计（all），或者按机关（department）、地区（region）分"
    parser.add_argument("--by", choices=("all", "department", "region"), default="all", metavar="BY", help=by)
    parser.add_argument("--figure", metavar="ID", help="只要这个指标，并列出由哪些事项得出")
    parser.add_argument("--events", metavar="FILE", help=_EVENTS)


def _remind(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--on", type=day, metavar="DATE", help="站在哪一天看（默认：今天）")
    parser.add_argument("--days", type=count, default=30, metavar="N", help="多少天之内可以申请的企业（默认：30）")
    parser.add_argument("--events", metavar="FILE", help=_EVENTS)


def _export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", metavar="OUT.ndjson", help="写到哪个文件，一行一个修复事项")


Row = tuple[str, str, str, str, "Callable[[argparse.ArgumentParser], None]"]
FIGURES: Final[tuple[Row, ...]] = (
    (
        "repair kpi",
        "信用修复的统计指标：及时率、合规率、两书同达率等，每个数都带定义，可以查到由哪些事项得出",
        "xinheng repair kpi --since 2026-01-01 --until 2026-12-31 --by department",
        "service.cli.repair_figures:kpi",
        _kpi,
    ),
    (
        "repair remind",
        "提醒名单：可以申请修复的企业，1、3、5 个工作日内到期和已经超期的办理期限",
        "xinheng repair remind --on 2026-07-22",
        "service.cli.repair_figures:remind",
        _remind,
    ),
    (
        "repair export",
        "把库里的修复事项连同每一步写成文件，供复核指标、移交",
        "xinheng repair export repairs.ndjson",
        "service.cli.repair_figures:export",
        _export,
    ),
)
